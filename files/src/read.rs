//! Reading within a bound. Regular files, pipes and standard input are read up to a limit, which is
//! counted while reading; folders, and devices such as `/dev/zero`, which may never end, are
//! refused before they are opened.

use crate::limits::Limit;
use crate::text::Text;
use std::fmt;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The path that means standard input.
pub const STDIN: &str = "-";

/// Why something is not read.
#[derive(Debug)]
pub enum Unread {
    /// The system does not let it.
    Io(io::Error),
    /// It is a folder.
    Folder,
    /// It is a device or a socket.
    Device,
    /// It is longer than the limit.
    TooLong(Limit),
    /// It is not UTF-8, from an offset in bytes on.
    NotText(usize),
    /// It is not a regular file, where nothing else will do.
    NotRegular,
    /// It is outside of the folder that it must be in.
    Outside(PathBuf),
}

impl Unread {
    /// Whether there is no such file.
    pub fn is_absent(&self) -> bool {
        matches!(self, Unread::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for Unread {
    /// The end of a sentence that begins with `cannot read FILE: `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Io(error) => write!(f, "{error}"),
            Unread::Folder => f.write_str("it is a folder"),
            Unread::Device => f.write_str("it is a device; files and pipes are read"),
            Unread::TooLong(limit) => {
                write!(f, "it is longer than {limit}; `{} SIZE` raises the limit", limit.option)
            }
            Unread::NotText(offset) => write!(f, "it is not UTF-8 text (at byte {offset})"),
            Unread::NotRegular => f.write_str("it is not a regular file, and nothing else is loaded"),
            Unread::Outside(folder) => {
                write!(f, "it is outside of the project's folder {}", folder.display())
            }
        }
    }
}

impl std::error::Error for Unread {}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Unread {
        Unread::Io(error)
    }
}

/// The bytes of a file or pipe; of standard input for `-`.
///
/// # Errors
/// [`Unread`]
pub fn bytes(path: &Path, limit: Limit) -> Result<Vec<u8>, Unread> {
    if path == Path::new(STDIN) {
        return drain(io::stdin().lock(), limit);
    }
    // Looked at before it is opened, since opening some devices has effects, and after, since it
    // may be another one then.
    check(fs::metadata(path)?.file_type())?;
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    check(metadata.file_type())?;
    drain_file(file, &metadata, limit)
}

/// The bytes of a file or pipe, or of standard input for `-`, that are a secret: they are in one
/// place, and wiped when dropped.
///
/// # Errors
/// [`Unread`]
pub fn secret(path: &Path, limit: Limit) -> Result<Zeroizing<Vec<u8>>, Unread> {
    if path == Path::new(STDIN) {
        return drain_secret(unbuffered_stdin()?, limit);
    }
    check(fs::metadata(path)?.file_type())?;
    let file = File::open(path)?;
    check(file.metadata()?.file_type())?;
    drain_secret(file, limit)
}

/// The text of a file or pipe; of standard input for `-`.
///
/// # Errors
/// [`Unread`]
pub fn text(path: &Path, limit: Limit) -> Result<Text, Unread> {
    Text::of(bytes(path, limit)?)
}

/// The text of a regular file, which must be in a folder, if one is given, when symbolic links and
/// `..` are resolved.
///
/// # Errors
/// [`Unread`]
pub fn regular(path: &Path, within: Option<&Path>, limit: Limit) -> Result<Text, Unread> {
    let path = path.canonicalize()?;
    let is_regular = |metadata: &Metadata| if metadata.is_file() { Ok(()) } else { Err(Unread::NotRegular) };
    is_regular(&fs::metadata(&path)?)?;
    if let Some(folder) = within
        && !path.starts_with(folder.canonicalize()?)
    {
        return Err(Unread::Outside(folder.to_owned()));
    }
    let file = File::open(&path)?;
    let metadata = file.metadata()?;
    is_regular(&metadata)?;
    Text::of(drain_file(file, &metadata, limit)?)
}

/// All that a stream gives, unless it is more than the limit. No more than that is kept.
///
/// # Errors
/// [`Unread::TooLong`], [`Unread::Io`]
pub fn drain(stream: impl Read, limit: Limit) -> Result<Vec<u8>, Unread> {
    drain_into(Vec::new(), stream, limit)
}

fn drain_file(file: File, metadata: &Metadata, limit: Limit) -> Result<Vec<u8>, Unread> {
    if metadata.is_file() && metadata.len() > limit.bytes {
        return Err(Unread::TooLong(limit));
    }
    let capacity = usize::try_from(metadata.len()).unwrap_or_default();
    drain_into(Vec::with_capacity(capacity), file, limit)
}

fn drain_into(mut bytes: Vec<u8>, stream: impl Read, limit: Limit) -> Result<Vec<u8>, Unread> {
    stream.take(limit.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit.bytes { Err(Unread::TooLong(limit)) } else { Ok(bytes) }
}

/// Like [`drain`]. There is room for all at first, since what is left behind when it grows would
/// not be wiped.
fn drain_secret(stream: impl Read, limit: Limit) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let room = usize::try_from(limit.bytes).unwrap_or(usize::MAX).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    stream.take(room as u64).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit.bytes { Err(Unread::TooLong(limit)) } else { Ok(bytes) }
}

/// Standard input without the buffer of the library, which is not wiped.
#[cfg(unix)]
fn unbuffered_stdin() -> io::Result<impl Read> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn unbuffered_stdin() -> io::Result<impl Read> {
    Ok(io::stdin().lock())
}

fn check(kind: FileType) -> Result<(), Unread> {
    match kind {
        kind if kind.is_file() || is_pipe(kind) => Ok(()),
        kind if kind.is_dir() => Err(Unread::Folder),
        _ => Err(Unread::Device),
    }
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}
