//! The text of a file, without what it may begin with for other programs: a byte order mark, and a
//! first line `#!`, which tells a system how to run it.
//!
//! A mark is taken off, so that columns are counted as editors count them. The line `#!` becomes a
//! comment of the same length (`;!`), so that all that reads the text leaves it out, and no place
//! in it moves.

use crate::read::Unread;

const MARK: &str = "\u{feff}";
const INTERPRETER: &str = "#!";
const COMMENT: &str = ";!";

/// The text of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// What is to be read.
    pub text: String,
    /// Whether a byte order mark stood before it.
    pub has_mark: bool,
    /// Whether its first line began with `#!`.
    pub has_interpreter: bool,
}

impl Text {
    /// The text that bytes are.
    ///
    /// # Errors
    /// [`Unread::NotText`] when they are not UTF-8.
    pub fn of(bytes: Vec<u8>) -> Result<Text, Unread> {
        let text =
            String::from_utf8(bytes).map_err(|error| Unread::NotText(error.utf8_error().valid_up_to()))?;
        let has_mark = text.starts_with(MARK);
        let has_interpreter = text.strip_prefix(MARK).unwrap_or(&text).starts_with(INTERPRETER);
        Ok(Text {
            text: if has_mark || has_interpreter { opened(&text) } else { text },
            has_mark,
            has_interpreter,
        })
    }

    /// What a file should hold for a text to be read from it: with the same mark and first line in
    /// front.
    pub fn restored(&self, text: &str) -> String {
        let mark = if self.has_mark { MARK } else { "" };
        match text.strip_prefix(COMMENT).filter(|_| self.has_interpreter) {
            Some(rest) => format!("{mark}{INTERPRETER}{rest}"),
            None => format!("{mark}{text}"),
        }
    }
}

/// A text without what it may begin with for other programs.
pub fn opened(text: &str) -> String {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    match text.strip_prefix(INTERPRETER) {
        Some(rest) => format!("{COMMENT}{rest}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_begin_with_is_left_out_and_put_back() {
        for (bytes, text) in [
            ("", ""),
            ("(a)", "(a)"),
            ("\u{feff}", ""),
            ("\u{feff}(a)", "(a)"),
            ("#!", ";!"),
            ("#!/usr/bin/env cvx\n(a)", ";!/usr/bin/env cvx\n(a)"),
            ("\u{feff}#!x\n", ";!x\n"),
            (";!x", ";!x"),
            (" #!x", " #!x"),
            ("\n#!x", "\n#!x"),
            ("\u{feff}\u{feff}", "\u{feff}"),
        ] {
            let read = Text::of(bytes.as_bytes().to_vec()).expect("it is UTF-8");
            assert_eq!(read.text, text, "{bytes:?}");
            assert_eq!(read.restored(text), bytes, "{bytes:?}");
        }
        assert!(matches!(Text::of(b"ab\xff".to_vec()), Err(Unread::NotText(2))));
    }
}
