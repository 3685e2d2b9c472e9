//! What is wrong with a text.

use crate::source::{LineColumn, Span, line_column};
use std::fmt;
use std::ops::Deref;

/// A place where a text cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadError {
    /// The bytes at fault; empty at the end of the text.
    pub span: Span,
    /// What is wrong, what was expected, and what to do about it.
    pub message: String,
    /// Whether more text could cure it: something was begun and not ended.
    pub incomplete: bool,
}

impl ReadError {
    /// Line and column of the start, in the text that was read.
    pub fn line_column(&self, text: &str) -> LineColumn {
        line_column(text, self.span.start as usize)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// All places where a text cannot be read: the first ones, and how many there are besides. Used as the slice of those kept.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReadErrors {
    kept: Vec<ReadError>,
    more: usize,
}

impl ReadErrors {
    /// Errors that are kept, and the number of others.
    pub(super) fn new(kept: Vec<ReadError>, more: usize) -> ReadErrors {
        ReadErrors { kept, more }
    }

    /// How many there are besides those kept.
    pub fn more(&self) -> usize {
        self.more
    }

    /// How many there are in all.
    pub fn total(&self) -> usize {
        self.kept.len() + self.more
    }
}

impl Deref for ReadErrors {
    type Target = [ReadError];

    fn deref(&self) -> &[ReadError] {
        &self.kept
    }
}

impl<'a> IntoIterator for &'a ReadErrors {
    type Item = &'a ReadError;
    type IntoIter = std::slice::Iter<'a, ReadError>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.iter()
    }
}
