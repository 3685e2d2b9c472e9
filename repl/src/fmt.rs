//! `cvx fmt`: files in one style.

use crate::cli::Fmt;
use crate::failure::Failure;
use crate::{answer, jsonl, run};
use files::read::STDIN;
use files::{Limit, write};
use lang::format::{DEFAULT_WIDTH, Style, format};
use lang::reader::ReadErrors;
use lang::source::Sources;
use serde_json::Value as Json;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::io;
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
    /// Where it is written when it changes; standard output where there is no such file.
    file: Option<PathBuf>,
    /// As it was read.
    read: files::Text,
    /// The text formatted, or why it does not read.
    after: Result<String, ReadErrors>,
}

/// Formats files in place, or does with them what was asked for instead. All files are dealt with, also after one that does not
/// read.
///
/// # Errors
/// [`Failure::Program`] when a text does not read, which is reported, or would change and was to be checked;
/// [`Failure::Usage`] when there is no such file; [`Failure::Request`] when the file of the project is wrong, which is reported;
/// [`Failure::Io`].
pub fn fmt(request: &Fmt, limit: Limit) -> Result<(), Failure> {
    let mut verdict = Ok(());
    let mut styles = Styles::of(request, limit);
    let stdin = request.stdin.then(|| PathBuf::from(STDIN));
    let paths: Vec<PathBuf> = request.files.iter().cloned().chain(stdin).collect();
    let files = find::files(&paths, ".cvx");
    for file in &files.map_err(|source| Failure::Io { what: "cannot read a folder".to_owned(), source })? {
        let style = styles.style(file.parent().unwrap_or(Path::new("")))?;
        let outcome = Text::read(file, style, limit).and_then(|text| treat(request, &text));
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

/// The styles of folders.
struct Styles {
    /// What holds for all.
    asked: Option<u16>,
    limit: Limit,
    known: BTreeMap<PathBuf, Style>,
}

impl Styles {
    fn of(request: &Fmt, limit: Limit) -> Styles {
        Styles { asked: request.width, limit, known: BTreeMap::new() }
    }

    /// The style of the files in a folder. A folder that there is not has no style of its own.
    fn style(&mut self, folder: &Path) -> Result<Style, Failure> {
        if let Some(style) = self.known.get(folder) {
            return Ok(*style);
        }
        let chosen = match self.asked {
            None if folder == Path::new("") || folder.is_dir() => {
                project::of(folder, self.limit).map_err(refused)?.width
            }
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
        ProjectError::Unread(path, why) => {
            Failure::Io { what: format!("cannot read {}", show::path(&path)), source: io::Error::other(why) }
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
    /// Reads a text and formats it. What comes from a pipe is not written back into it.
    fn read(path: &Path, style: Style, limit: Limit) -> Result<Text, Failure> {
        let read = run::read_file(path, limit)?;
        let after = format(&read.text, 0, style);
        let is_stdin = path == Path::new(STDIN);
        let name = if is_stdin { "stdin".to_owned() } else { path.display().to_string() };
        let file = (!is_stdin && path.is_file()).then(|| path.to_owned());
        Ok(Text { name, file, read, after })
    }

    /// The text to write in place of the one before; `None` where that can stay.
    fn change(&self) -> Option<&str> {
        self.after.as_deref().ok().filter(|after| *after != self.read.text)
    }
}

/// Does with one text what was asked for.
fn treat(request: &Fmt, text: &Text) -> Result<(), Failure> {
    if request.json {
        print_verdict(text)?;
    } else if let Err(errors) = &text.after {
        report(text, errors);
    }
    if text.after.is_err() {
        return Err(Failure::Program);
    }
    let change = text.change();
    if request.diff {
        print_diff(text)?;
    } else if request.check {
        if change.is_some() && !request.json {
            show::say(format!("{}\n", printable::line(&text.name)))?;
        }
    } else if let (None, Ok(after)) = (&text.file, &text.after) {
        show::put(&text.read.restored(after))?;
    } else if let (Some(file), Some(change)) = (&text.file, change) {
        write::replace(file, text.read.restored(change).as_bytes())
            .map_err(|source| Failure::unwritten(file, source))?;
    }
    if request.check && change.is_some() { Err(Failure::Program) } else { Ok(()) }
}

/// Reports all places where a text does not read.
fn report(text: &Text, errors: &ReadErrors) {
    let mut sources = Sources::new();
    sources.add(text.name.as_str(), text.read.text.as_str());
    for problem in explain::all_unreadable(errors, &sources) {
        show::tell(problem.render(&sources, Screen::of_stderr()));
    }
}

/// Prints what would change.
fn print_diff(text: &Text) -> Result<(), Failure> {
    let Some(change) = text.change() else { return Ok(()) };
    let (before, after) = (text.read.restored(&text.read.text), text.read.restored(change));
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(&before, &after);
    let name = printable::line(&text.name);
    Ok(show::say(diff.unified_diff().header(&name, &name).to_string())?)
}

/// Prints whether a text is formatted, or all places where it does not read.
fn print_verdict(text: &Text) -> Result<(), Failure> {
    let mut object = jsonl::Object::new();
    object.insert("file".to_owned(), text.name.as_str().into());
    object.insert("formatted".to_owned(), (text.after.is_ok() && text.change().is_none()).into());
    if let Err(errors) = &text.after {
        let shown = errors.iter().take(explain::MAX_UNREADABLE);
        let shown = shown.map(|error| Json::Object(answer::read_error(&text.read.text, error)));
        object.insert("errors".to_owned(), shown.collect());
        let more = errors.total().saturating_sub(explain::MAX_UNREADABLE);
        if more > 0 {
            object.insert("more_errors".to_owned(), more.into());
        }
    }
    jsonl::print(&object)
}
