//! Values as text for people and programs.

use crate::printable::{self, Printable};
pub use lang::hex::{decode as unhex, encode as hex};
use lang::source::{Sources, Span};
use lang::{Missing, Value, printer};
use std::io::{self, IsTerminal, Write, stderr, stdout};
use std::path::Path;

/// The longest text of one value that is written out, in bytes. A value can share its parts so often that its text would
/// fill any memory.
pub const MAX_TEXT_BYTES: usize = 1 << 25;

/// The readable text of a value, bytes that are no UTF-8 replaced; `None` when it would be longer than a limit in bytes.
///
/// # Errors
/// [`Missing`] when a part of the value is not to be had.
pub fn text(value: &Value, max_bytes: usize) -> Result<Option<String>, Missing> {
    Ok(printer::print(value, max_bytes)?.map(|bytes| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }))
}

/// The text of a value, or a remark in its place when it is too long or parts are missing.
pub fn brief(value: &Value, max_bytes: usize) -> String {
    match text(value, max_bytes) {
        Ok(Some(text)) => text,
        Ok(None) => format!("<{}>", value.kind().name()),
        Err(missing) => format!("<{}: {missing}>", value.kind().name()),
    }
}

/// The text of a value, or its beginning where it is long: how values stand in one line among others.
pub fn short(value: &Value) -> String {
    const MAX_CHARACTERS: usize = 40;
    const MAX_PRINTED_BYTES: usize = 4_000;
    let Ok(Some(text)) = text(value, MAX_PRINTED_BYTES) else { return brief(value, MAX_CHARACTERS) };
    let shown: String = text.lines().next().unwrap_or_default().chars().take(MAX_CHARACTERS).collect();
    if shown.len() == text.len() { text } else { shown + "…" }
}

/// Text in one line, its white space made single spaces, or its beginning where it is long.
pub fn line(text: &str) -> String {
    const MAX_CHARACTERS: usize = 72;
    // Longer white space than that is not worth a look.
    let start: String = text.chars().take(MAX_CHARACTERS * 4).collect();
    let line = start.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().take(MAX_CHARACTERS).collect();
    if shown == line && start.len() == text.len() { line } else { shown + "…" }
}

/// The text of a string or character, or of any other value as it prints: how codes and messages of errors read best.
pub fn plain(value: &Value, max_bytes: usize) -> String {
    match value {
        Value::String(string) if string.count() <= max_bytes as u64 => {
            string.to_text().unwrap_or_else(|_| brief(value, max_bytes))
        }
        Value::Character(code) => char::from_u32(*code).unwrap_or(char::REPLACEMENT_CHARACTER).to_string(),
        _ => brief(value, max_bytes),
    }
}

/// Writes to standard error what is made for people. When nobody reads it there is nobody left to tell.
pub fn tell(text: impl Into<Printable>) {
    let _ = stderr().lock().write_all(text.into().as_bytes());
}

/// Writes to standard output what is made for people.
///
/// # Errors
/// When it cannot be written.
pub fn say(text: impl Into<Printable>) -> io::Result<()> {
    stdout().lock().write_all(text.into().as_bytes())
}

/// Writes to standard output what is made for programs, such as the text of a value: as it is, but made to show on a terminal.
///
/// # Errors
/// When it cannot be written.
pub fn put(text: &str) -> io::Result<()> {
    if stdout().is_terminal() { say(text) } else { stdout().lock().write_all(text.as_bytes()) }
}

/// The name of a file on one line, made to show.
pub fn path(path: &Path) -> String {
    printable::line(&path.to_string_lossy()).into_owned()
}

/// Where a span starts, as `name:line:column`, on one line and made to show.
pub fn place(sources: &Sources, span: Span) -> Option<String> {
    sources.describe(span).map(|place| printable::line(&place).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        assert_eq!(hex(&[0, 0xab, 0xff]), "00abff");
        for (text, bytes) in
            [("", Some(vec![])), ("00ABff", Some(vec![0, 0xab, 0xff])), ("0x01", Some(vec![1]))]
        {
            assert_eq!(unhex(text), bytes, "{text}");
        }
        for text in ["0", "0g", "0x0", " 00", "éé"] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}
