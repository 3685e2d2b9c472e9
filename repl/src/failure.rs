//! How a command ends when it does not succeed.

use files::Unread;
use node::KeyError;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use tools::show;

/// Why a command did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// A program failed, and its report has been written.
    Program,
    /// A request among many, or the file of a project, was malformed, and has been answered so.
    Request,
    /// What was asked makes no sense.
    Usage(String),
    /// The library that is built in does not run.
    Library(String),
    /// A key cannot be used.
    Key(KeyError),
    /// A file or stream could not be used.
    Io {
        /// What was to be done, such as `cannot read a.cvx`.
        what: String,
        /// Why it was not.
        source: io::Error,
    },
}

impl Failure {
    /// A file cannot be read.
    pub fn unread(path: &Path, why: &Unread) -> Failure {
        Failure::Usage(format!("cannot read {}: {why}", show::path(path)))
    }

    /// A report would be written over a file that was read.
    pub fn overwrites(out: &Path, input: &Path) -> Failure {
        let name = if out == input { String::new() } else { format!(", as {}", show::path(input)) };
        Failure::Usage(format!(
            "a report in {} would overwrite what is read{name}: choose another file",
            show::path(out)
        ))
    }

    /// A file cannot be written.
    pub fn unwritten(path: &Path, source: io::Error) -> Failure {
        Failure::Io { what: format!("cannot write {}", show::path(path)), source }
    }

    /// Writes what has not been reported yet and answers the exit code: 1 for a failed program, 2 for wrong usage. A reader that
    /// went away (`cvx … | head`) is no failure.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Failure::Program | Failure::Request => {}
            Failure::Usage(_) | Failure::Library(_) | Failure::Key(_) | Failure::Io { .. } => {
                show::tell(format!("cvx: {self}\n"))
            }
        }
        match self {
            Failure::Program | Failure::Library(_) | Failure::Key(_) | Failure::Io { .. } => {
                ExitCode::from(1)
            }
            Failure::Request | Failure::Usage(_) => ExitCode::from(2),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Failure {
        Failure::Key(error)
    }
}

impl From<io::Error> for Failure {
    /// A failure of standard input or output.
    fn from(source: io::Error) -> Failure {
        Failure::Io { what: "standard input or output failed".to_owned(), source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Program => f.write_str("a program failed"),
            Failure::Request => f.write_str("a request was malformed"),
            Failure::Library(sentence) => write!(f, "the core library cannot be built: {sentence}"),
            Failure::Key(error) => write!(f, "{error}"),
            Failure::Usage(sentence) => f.write_str(sentence),
            Failure::Io { what, source } => write!(f, "{what}: {source}"),
        }
    }
}

impl std::error::Error for Failure {}
