//! What a stream can show: colours, and how many columns.

use crate::colour::Colour;
use std::borrow::Cow;
use std::io::{stderr, stdout};

/// Wider terminals show text in lines of this length all the same: longer ones are hard to read.
const MAX_COLUMNS: usize = 100;
/// In narrower ones nothing is gained by lines that are shorter still.
const MIN_COLUMNS: usize = 20;

/// What a stream can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Screen {
    /// Whether it gets colours.
    pub colour: Colour,
    /// The columns of the terminal that text wraps at; `None` for what is no terminal, where lines stay as they are.
    pub columns: Option<usize>,
}

impl From<Colour> for Screen {
    /// A stream of any width.
    fn from(colour: Colour) -> Screen {
        Screen { colour, columns: None }
    }
}

impl Screen {
    /// Standard error, where reports go.
    pub fn of_stderr() -> Screen {
        Screen { colour: Colour::of_stderr(), columns: columns(terminal_size::terminal_size_of(stderr())) }
    }

    /// Standard output.
    pub fn of_stdout() -> Screen {
        Screen { colour: Colour::of_stdout(), columns: columns(terminal_size::terminal_size_of(stdout())) }
    }

    /// A text whose lines have at most as many columns as there are when so many are taken already. Lines that fit stay as they
    /// are; those after the first of a line that does not begin with `indent`. Words are not taken apart.
    pub fn wrap<'a>(self, text: &'a str, taken: usize, indent: &str) -> Cow<'a, str> {
        match self.columns {
            Some(columns) => wrap(text, columns.saturating_sub(taken), indent).into(),
            None => text.into(),
        }
    }
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0).clamp(MIN_COLUMNS, MAX_COLUMNS))
}

/// A text in lines of at most so many columns, as far as its words allow; those after the first of a line begin with `indent`.
pub fn wrap(text: &str, columns: usize, indent: &str) -> String {
    let options = textwrap::Options::new(columns.max(1))
        .subsequent_indent(indent)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    let lines = text.split('\n').map(|line| textwrap::wrap(line, &options).join("\n"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_short_lines_as_they_are() {
        for (columns, text, wrapped) in [
            (8, "a  b\n\nc\n", "a  b\n\nc\n"),
            (5, "one two three", "one\n  two\n  three"),
            (6, "一二 三四五", "一二\n  三四五"),
            (1, "long words", "long\n  words"),
            (9, "  in here is", "  in here\n  is"),
        ] {
            assert_eq!(wrap(text, columns, "  "), wrapped, "{columns} {text}");
        }
        assert_eq!(Screen::from(Colour::Off).wrap("one two", 0, ""), "one two");
        let narrow = Screen { colour: Colour::Off, columns: Some(20) };
        assert_eq!(narrow.wrap("one two", 14, ""), "one\ntwo");
    }
}
