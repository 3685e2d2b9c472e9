//! Source text and positions, kept beside forms and never inside them.
//!
//! A position has no influence on any value, hash, juice or memory size: forms with the same text are equal
//! wherever they stand. They are told apart by the identity of their heap cells, which the reader makes fresh for
//! every form it reads.

mod functions;
mod index;
mod positions;

pub use functions::Written;
pub use positions::Positions;

use index::Index;
use std::ops::Range;

/// A range of bytes in a source, `start` included and `end` excluded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    /// Which source, see [`Sources`].
    pub source: u32,
    /// First byte.
    pub start: u32,
    /// After the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that holds this one and a later one of the same source.
    pub fn to(self, end: Span) -> Span {
        Span { end: end.end, ..self }
    }

    /// Whether a span lies within this one, or is the same.
    pub fn contains(self, inner: Span) -> bool {
        self.source == inner.source && self.start <= inner.start && inner.end <= self.end
    }
}

/// A place in a text as people count it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The line and column of a byte offset in a text. O(n); [`Sources::line_column`] is faster where many are asked.
/// An offset inside of a character counts as its start, one behind the text as its end.
pub fn line_column(text: &str, offset: usize) -> LineColumn {
    let offset = floor_boundary(text, offset);
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    LineColumn { line: 1 + before.matches('\n').count(), column: 1 + before[start..].chars().count() }
}

/// The nearest offset at or before one that is a boundary of characters.
fn floor_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// The texts that forms were read from, by number.
#[derive(Clone, Default)]
pub struct Sources {
    sources: Vec<Source>,
}

#[derive(Clone)]
struct Source {
    name: String,
    text: String,
    index: Index,
}

impl Sources {
    /// No sources.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a text under the name of its file, or what it is called instead, and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        let text = text.into();
        let mut index = Index::default();
        index.extend(&text, 0);
        self.sources.push(Source { name: name.into(), text, index });
        u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX)
    }

    /// Adds to the end of a text, for input that is read as it comes. Does nothing where the source is unknown.
    pub fn append(&mut self, source: u32, more: &str) {
        if let Some(source) = self.sources.get_mut(source as usize) {
            let end = source.text.len();
            source.text.push_str(more);
            source.index.extend(&source.text, end);
        }
    }

    /// The names of all sources, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    /// The name of a source.
    pub fn name(&self, source: u32) -> Option<&str> {
        self.sources.get(source as usize).map(|s| s.name.as_str())
    }

    /// The text of a source.
    pub fn text(&self, source: u32) -> Option<&str> {
        self.sources.get(source as usize).map(|s| s.text.as_str())
    }

    /// The text that a span covers; `None` where the source is unknown or the span is none of its parts.
    pub fn slice(&self, span: Span) -> Option<&str> {
        self.text(span.source)?.get(span.start as usize..span.end as usize)
    }

    /// Where a span starts. O(log lines).
    pub fn line_column(&self, span: Span) -> Option<LineColumn> {
        self.position(span.source, span.start as usize)
    }

    /// The place of a byte offset, counted as [`line_column`] does. O(log lines).
    pub fn position(&self, source: u32, offset: usize) -> Option<LineColumn> {
        let source = self.sources.get(source as usize)?;
        Some(source.index.position(&source.text, floor_boundary(&source.text, offset)))
    }

    /// The bytes of the line that an offset is in, without its end. O(log lines).
    pub fn line_around(&self, source: u32, offset: usize) -> Option<Range<usize>> {
        let source = self.sources.get(source as usize)?;
        Some(source.index.line_around(&source.text, offset.min(source.text.len())))
    }

    /// Where a text ends but for white space. O(1).
    pub fn content_end(&self, source: u32) -> Option<usize> {
        self.sources.get(source as usize).map(|source| source.index.content_end())
    }

    /// Where a span starts, as `name:line:column`.
    pub fn describe(&self, span: Span) -> Option<String> {
        let LineColumn { line, column } = self.line_column(span)?;
        Some(format!("{}:{line}:{column}", self.name(span.source)?))
    }
}
