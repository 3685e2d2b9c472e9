//! The file of a project, `cvx.toml`: what its authors chose for all who work on it.
//!
//! ```toml
//! [fmt]
//! width = 80
//! ```
//!
//! It holds for the files of its folder and of those below, unless one of these has a file of its own. Every key is known: a
//! mistyped one is an error, and not a choice without effect.

use crate::advice;
use crate::report::Problem;
use files::{Limit, Unread};
use lang::source::{Sources, Span};
use std::io;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of the file.
pub const FILE: &str = "cvx.toml";

/// The widths of lines that one may choose, in characters.
pub const WIDTHS: RangeInclusive<u16> = 20..=400;

/// What a project chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// `width` in `[fmt]`: the column that lines should not cross.
    pub width: Option<u16>,
}

/// A file of a project that could not be taken.
pub enum ProjectError {
    /// It cannot be read.
    Unread(PathBuf, Unread),
    /// What is wrong in it, with its text.
    Wrong(Vec<Problem>, Sources),
}

/// What the project chose that a file or folder belongs to; nothing when no folder from there upwards has a file `cvx.toml`.
///
/// # Errors
/// [`ProjectError`].
pub fn of(folder: &Path, limit: Limit) -> Result<Project, ProjectError> {
    let root = folder_of(folder).map_err(|error| ProjectError::Unread(folder.to_owned(), error.into()))?;
    let Some(file) = root.map(|root| root.join(FILE)) else { return Ok(Project::default()) };
    match files::read::text(&file, limit) {
        Ok(text) => read(&file, &text.text),
        Err(why) => Err(ProjectError::Unread(file, why)),
    }
}

/// The folder of the project that a folder belongs to: the nearest one from there upwards that has a file `cvx.toml`, with
/// symbolic links resolved.
///
/// # Errors
/// When there is no such folder.
pub fn folder_of(folder: &Path) -> io::Result<Option<PathBuf>> {
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let folder = folder.canonicalize()?;
    // What is there and cannot be looked at is there.
    let has_file = |folder: &&Path| folder.join(FILE).try_exists().unwrap_or(true);
    Ok(folder.ancestors().find(has_file).map(Path::to_owned))
}

/// What the text of a project's file says.
fn read(file: &Path, text: &str) -> Result<Project, ProjectError> {
    let mut sources = Sources::new();
    let mut reading = Reading { source: sources.add(file.display().to_string(), text), problems: Vec::new() };
    let mut project = Project::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reading.wrong(error.span().unwrap_or_default(), error.message().to_owned(), "no TOML here");
    }
    if reading.problems.is_empty() {
        reading.project(table.get_ref(), &mut project);
    }
    if reading.problems.is_empty() {
        Ok(project)
    } else {
        Err(ProjectError::Wrong(reading.problems, sources))
    }
}

/// Problems on the way.
struct Reading {
    source: u32,
    problems: Vec<Problem>,
}

impl Reading {
    fn project(&mut self, table: &DeTable, project: &mut Project) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("fmt", DeValue::Table(table)) => self.fmt(table, project),
                ("fmt", _) => self.wrong(value.span(), "`fmt` is a table: `[fmt]`".to_owned(), "no table"),
                _ => self.unknown(key, "", &["fmt"]),
            }
        }
    }

    fn fmt(&mut self, table: &DeTable, project: &mut Project) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "width" => project.width = self.width(value),
                _ => self.unknown(key, " in `[fmt]`", &["width"]),
            }
        }
    }

    fn width(&mut self, value: &Spanned<DeValue>) -> Option<u16> {
        let number = value.get_ref().as_integer();
        let number = number.and_then(|number| u16::from_str_radix(number.as_str(), number.radix()).ok());
        let width = number.filter(|width| WIDTHS.contains(width));
        if width.is_none() {
            let message = format!("`width` is a number from {} to {}", WIDTHS.start(), WIDTHS.end());
            self.wrong(value.span(), message, "no such number");
        }
        width
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, place: &str, known: &[&str]) {
        let name = key.get_ref().as_ref();
        self.wrong(key.span(), format!("there is no key `{name}`{place}"), "unknown");
        let near = advice::similar(name, known.iter().copied());
        let hint = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        if let Some(problem) = self.problems.last_mut() {
            problem.hints.push(hint);
        }
    }

    fn wrong(&mut self, range: Range<usize>, message: String, label: &str) {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let place = Span { source: self.source, start: at(range.start), end: at(range.end) };
        let label = label.to_owned();
        self.problems.push(Problem { message, place: Some(place), label, ..Problem::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Colour;

    #[test]
    fn choices_are_read_and_mistakes_placed() {
        let read = |text: &str| read(Path::new(FILE), text);
        for (text, width) in [
            ("", None),
            ("# nothing\n[fmt]\n", None),
            ("[fmt]\nwidth = 80", Some(80)),
            ("fmt.width = 0x50", Some(80)),
        ] {
            assert_eq!(read(text).unwrap_or_else(|_| panic!("{text}")), Project { width }, "{text}");
        }
        for (text, place, part) in [
            ("[fmt]\nwidht = 80", "cvx.toml:2:1", "did you mean `width`?"),
            ("[fmt]\nwidth = 80\n[colour]\na = 1", "cvx.toml:3:2", "known: fmt"),
            ("fmt = 80", "cvx.toml:1:7", "is a table"),
            ("[fmt]\nwidth = 8", "cvx.toml:2:9", "from 20 to 400"),
            ("[fmt]\nwidth = -80", "cvx.toml:2:9", "from 20 to 400"),
            ("[fmt]\nwidth = \"80\"", "cvx.toml:2:9", "from 20 to 400"),
            ("[fmt]\nwidth = 80\nwidth = 90", "cvx.toml:3:1", "duplicate key"),
            ("[fmt\nwidth = 80", "cvx.toml:1:4", "unclosed"),
        ] {
            let Err(ProjectError::Wrong(problems, sources)) = read(text) else { panic!("{text} is wrong") };
            let report: String =
                problems.iter().map(|problem| problem.render(&sources, Colour::Off).into_string()).collect();
            assert!(report.contains(place) && report.contains(part), "{text}:\n{report}");
        }
    }
}
