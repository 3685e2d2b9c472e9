//! Source text and positions, kept beside forms and never inside them.
//!
//! A position has no influence on any value, hash, juice or memory size: forms with the same text are equal
//! wherever they stand. They are told apart by the identity of their heap cells, which the reader makes fresh for
//! every form it reads.

use crate::*;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

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
#[derive(Default)]
pub struct Sources {
    sources: Vec<Source>,
}

struct Source {
    name: String,
    text: String,
    /// The offset of the first byte of each line.
    lines: Vec<usize>,
}

impl Sources {
    /// No sources.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a text under the name of its file, or what it is called instead, and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        let text = text.into();
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        self.sources.push(Source { name: name.into(), text, lines });
        u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX)
    }

    /// Adds to the end of a text, for input that is read as it comes. Does nothing where the source is unknown.
    pub fn append(&mut self, source: u32, more: &str) {
        if let Some(source) = self.sources.get_mut(source as usize) {
            let end = source.text.len();
            source.lines.extend(more.match_indices('\n').map(|(i, _)| end + i + 1));
            source.text.push_str(more);
        }
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

    /// Where a span starts. O(log lines) and the length of one line.
    pub fn line_column(&self, span: Span) -> Option<LineColumn> {
        let source = self.sources.get(span.source as usize)?;
        let offset = floor_boundary(&source.text, span.start as usize);
        let line = source.lines.partition_point(|&start| start <= offset);
        let start = source.lines.get(line.checked_sub(1)?)?;
        Some(LineColumn { line, column: 1 + source.text.get(*start..offset)?.chars().count() })
    }

    /// Where a span starts, as `name:line:column`.
    pub fn describe(&self, span: Span) -> Option<String> {
        let LineColumn { line, column } = self.line_column(span)?;
        Some(format!("{}:{line}:{column}", self.name(span.source)?))
    }
}

/// Where forms came from: by identity while they are kept here, and lists by hash as well, for code whose forms
/// were built anew from the same text.
#[derive(Default)]
pub struct Positions {
    /// Places known beforehand, shared with others.
    base: Option<Arc<Positions>>,
    places: Vec<Place>,
    by_identity: HashMap<usize, u32, BuildHasherDefault<IdentityHasher>>,
    by_hash: HashMap<Hash, Span>,
    /// The places up to here have been entered in `by_hash`.
    hashed: usize,
}

/// Where one form came from.
struct Place {
    /// Held so that no other cell can have its address.
    value: Value,
    span: Span,
    /// The spans of its elements, where some element has no identity.
    children: Option<Box<[Span]>>,
}

impl Positions {
    /// No positions.
    pub fn new() -> Positions {
        Positions::default()
    }

    /// No positions but those of others, which stay as they are: many can add to the same ones, each their own.
    pub fn over(base: Arc<Positions>) -> Positions {
        Positions { base: Some(base), ..Positions::default() }
    }

    /// Remembers where a form came from. A value without identity is not remembered.
    pub fn record(&mut self, value: &Value, span: Span) {
        self.insert(value, span, None);
    }

    /// Remembers where a list or vector came from, and where each of its elements did.
    pub fn record_children(&mut self, value: &Value, span: Span, children: Box<[Span]>) {
        self.insert(value, span, Some(children));
    }

    fn insert(&mut self, value: &Value, span: Span, children: Option<Box<[Span]>>) {
        let Some(identity) = value.identity() else { return };
        let Ok(next) = u32::try_from(self.places.len()) else { return };
        match self.by_identity.entry(identity) {
            std::collections::hash_map::Entry::Occupied(entry) => {
                let place = &mut self.places[*entry.get() as usize];
                place.span = span;
                place.children = children.or(place.children.take());
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(next);
                self.places.push(Place { value: value.clone(), span, children });
            }
        }
    }

    fn place(&self, value: &Value) -> Option<&Place> {
        let identity = value.identity()?;
        let mut layer = self;
        loop {
            match (layer.by_identity.get(&identity), &layer.base) {
                (Some(index), _) => return layer.places.get(*index as usize),
                (None, Some(base)) => layer = base,
                (None, None) => return None,
            }
        }
    }

    /// Where a form came from, if this very cell was read, or inherited a position.
    pub fn span_of(&self, value: &Value) -> Option<Span> {
        self.place(value).map(|place| place.span)
    }

    /// Where the element at a position of a list or vector that was read came from.
    pub fn child_span(&self, parent: &Value, position: usize) -> Option<Span> {
        let place = self.place(parent)?;
        if let Some(children) = &place.children {
            return children.get(position).copied();
        }
        let position = position as u64;
        let child = match parent {
            Value::List(list) => list.get(position),
            Value::Vector(vector) => vector.get(position),
            _ => return None,
        };
        self.span_of(child.ok()??)
    }

    /// Gives a new form the position of an old one, as when a macro call is replaced by its expansion. A new
    /// form that has a position keeps it.
    pub fn inherit(&mut self, new: &Value, old: &Value) {
        if self.place(new).is_some() {
            return;
        }
        if let Some(span) = self.span_of(old) {
            self.insert(new, span, None);
        }
    }

    /// Where a list equal to this one was read last. Hashes all lists read since it was last asked.
    pub fn span_by_hash(&mut self, value: &Value) -> Option<Span> {
        for place in &self.places[self.hashed..] {
            if let Value::List(_) = place.value {
                self.by_hash.insert(place.value.hash(), place.span);
            }
        }
        self.hashed = self.places.len();
        let hash = value.hash();
        let mut found = self.by_hash.get(&hash).copied();
        let mut base = self.base.as_deref();
        while let (None, Some(layer)) = (found, base) {
            let is_equal =
                |place: &&Place| matches!(place.value, Value::List(_)) && place.value.hash() == hash;
            found = layer.places.iter().rev().find(is_equal).map(|place| place.span);
            base = layer.base.as_deref();
        }
        found
    }

    /// Number of forms whose position is known, not counting those of others.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no position is known but those of others.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// Hashes addresses of cells, which are spread well but for their low bits.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(usize::from(byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        // Fibonacci hashing: the multiplier is 2^64 divided by the golden ratio.
        self.0 = (self.0.rotate_left(32) ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).swap_bytes();
    }
}
