//! `cvx fmt`: files in one style.

use crate::cli::Fmt;
use crate::failure::Failure;
use crate::{answer, jsonl};
use lang::format::{DEFAULT_WIDTH, Style, format};
use lang::reader::ReadError;
use lang::source::Sources;
use serde_json::Value as Json;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, stdin};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tools::project::{self, ProjectError};
use tools::screen::Screen;
use tools::test::find;
use tools::{explain, printable, show};

/// After so long a diff need no longer be the shortest.
const DIFF_TIME: Duration = Duration::from_secs(1);

/// A text before and after.
struct Text {
    name: String,
    before: String,
    /// The text formatted, or why it does not read.
    after: Result<String, Vec<ReadError>>,
}

/// Formats files in place, or does with them what was asked for instead. All files are dealt with, also after one that does not
/// read.
///
/// # Errors
/// [`Failure::Program`] when a text does not read, which is reported, or would change and was to be checked;
/// [`Failure::Usage`] when there is no such file; [`Failure::Request`] when the file of the project is wrong, which is reported;
/// [`Failure::Io`].
pub fn fmt(request: &Fmt) -> Result<(), Failure> {
    if request.stdin {
        let mut text = String::new();
        stdin().lock().read_to_string(&mut text).map_err(|error| unopened(Path::new("stdin"), error))?;
        let style = Styles::of(request).style(Path::new(""))?;
        return treat(request, Text::new("stdin".to_owned(), text, style), None);
    }
    let mut verdict = Ok(());
    let mut styles = Styles::of(request);
    let files = find::files(&request.files, ".cvx");
    for file in &files.map_err(|source| Failure::Io { what: "cannot read a folder".to_owned(), source })? {
        let style = styles.style(file.parent().unwrap_or(Path::new("")))?;
        let outcome = fs::read_to_string(file).map_err(|error| unopened(file, error));
        let outcome = outcome
            .and_then(|text| treat(request, Text::new(file.display().to_string(), text, style), Some(file)));
        match (outcome, &verdict) {
            (Ok(()), _) | (Err(Failure::Program), Err(_)) => {}
            (Err(failure @ Failure::Io { .. }), _) => return Err(failure),
            (Err(failure), Ok(()) | Err(Failure::Program)) => verdict = Err(failure),
            // Only the last is reported by the caller.
            (Err(failure), Err(_)) => show::tell(format!("cvx: {failure}\n")),
        }
    }
    verdict
}

fn unopened(file: &Path, source: io::Error) -> Failure {
    Failure::Usage(format!("cannot read {}: {source}", show::path(file)))
}

/// The styles of folders.
struct Styles {
    /// What holds for all.
    asked: Option<u16>,
    known: BTreeMap<PathBuf, Style>,
}

impl Styles {
    fn of(request: &Fmt) -> Styles {
        Styles { asked: request.width, known: BTreeMap::new() }
    }

    /// The style of the files in a folder. A folder that there is not has no style of its own.
    fn style(&mut self, folder: &Path) -> Result<Style, Failure> {
        if let Some(style) = self.known.get(folder) {
            return Ok(*style);
        }
        let chosen = match self.asked {
            None if folder == Path::new("") || folder.is_dir() => project::of(folder).map_err(refused)?.width,
            asked => asked,
        };
        let style = Style { width: chosen.map_or(DEFAULT_WIDTH, usize::from) };
        self.known.insert(folder.to_owned(), style);
        Ok(style)
    }
}

/// Reports what is wrong with the file of a project.
fn refused(error: ProjectError) -> Failure {
    match error {
        ProjectError::Unread(path, source) => {
            Failure::Io { what: format!("cannot read {}", show::path(&path)), source }
        }
        ProjectError::Wrong(problems, sources) => {
            for problem in &problems {
                show::tell(problem.render(&sources, Screen::of_stderr()));
            }
            Failure::Request
        }
    }
}

impl Text {
    fn new(name: String, before: String, style: Style) -> Text {
        let after = format(&before, 0, style);
        Text { name, before, after }
    }

    /// The text to write in place of the one before; `None` where that can stay.
    fn change(&self) -> Option<&str> {
        self.after.as_deref().ok().filter(|after| *after != self.before)
    }
}

/// Does with one text what was asked for.
fn treat(request: &Fmt, text: Text, file: Option<&Path>) -> Result<(), Failure> {
    if request.json {
        print_verdict(&text)?;
    } else if let Err(errors) = &text.after {
        report(&text, errors);
    }
    if text.after.is_err() {
        return Err(Failure::Program);
    }
    let change = text.change();
    if request.diff {
        print_diff(&text)?;
    } else if request.check {
        if change.is_some() && !request.json {
            show::say(format!("{}\n", printable::line(&text.name)))?;
        }
    } else if let (None, Ok(after)) = (file, &text.after) {
        show::put(after)?;
    } else if let (Some(file), Some(change)) = (file, change) {
        fs::write(file, change).map_err(|source| Failure::Io {
            what: format!("cannot write {}", printable::line(&text.name)),
            source,
        })?;
    }
    if request.check && change.is_some() { Err(Failure::Program) } else { Ok(()) }
}

/// Reports all places where a text does not read.
fn report(text: &Text, errors: &[ReadError]) {
    let mut sources = Sources::new();
    sources.add(text.name.as_str(), text.before.as_str());
    for error in errors {
        show::tell(explain::unreadable(error, &sources).render(&sources, Screen::of_stderr()));
    }
}

/// Prints what would change.
fn print_diff(text: &Text) -> Result<(), Failure> {
    let Some(change) = text.change() else { return Ok(()) };
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(&text.before, change);
    let name = printable::line(&text.name);
    Ok(show::say(diff.unified_diff().header(&name, &name).to_string())?)
}

/// Prints whether a text is formatted, or all places where it does not read.
fn print_verdict(text: &Text) -> Result<(), Failure> {
    let mut object = jsonl::Object::new();
    object.insert("file".to_owned(), text.name.as_str().into());
    object.insert("formatted".to_owned(), (text.after.is_ok() && text.change().is_none()).into());
    if let Err(errors) = &text.after {
        let errors = errors.iter().map(|error| Json::Object(answer::read_error(&text.before, error)));
        object.insert("errors".to_owned(), errors.collect());
    }
    jsonl::print(&object)
}
