//! What is wrong with a text.

use crate::source::{LineColumn, Span, line_column};
use std::fmt;

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
