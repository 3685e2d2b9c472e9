//! Source text and positions, kept beside forms and never inside them.
use crate::*;
use std::collections::HashMap;

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

/// Where forms came from: by identity while they live, and by hash afterwards.
#[derive(Default)]
pub struct Positions {
    by_identity: HashMap<usize, (Span, Value)>,
    by_hash: HashMap<Hash, Span>,
}
