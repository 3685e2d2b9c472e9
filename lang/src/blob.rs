//! Blobs: immutable byte sequences, held as trees of 4,096-byte chunks.
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// A sequence of bytes.
#[derive(Clone)]
pub struct Blob(pub(crate) Arc<Node<BlobBody>>);

/// The shape of a blob or string.
pub(crate) enum BlobBody {
    /// At most one chunk.
    Flat(Box<[u8]>),
    /// More than one chunk: children are blobs, all full but the last.
    Tree { count: u64, children: Box<[Slot]> },
}

impl Blob {
    /// A blob of these bytes; a canonical tree when longer than one chunk. O(n).
    pub fn new(bytes: &[u8]) -> Blob { todo!() }
    /// Number of bytes.
    pub fn count(&self) -> u64 { todo!() }
    /// The bytes, if the blob is a single chunk.
    pub fn flat(&self) -> Option<&[u8]> { todo!() }
    /// All bytes.
    pub fn to_vec(&self) -> Result<Vec<u8>, Missing> { todo!() }
    /// The byte at a position, `None` when out of range.
    pub fn get(&self, position: u64) -> Result<Option<u8>, Missing> { todo!() }
    /// The bytes from `start` (included) to `end` (excluded), `None` when not within the blob.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Blob>, Missing> { todo!() }
    /// This blob followed by another. O(log n) plus the bytes of unaligned chunks.
    pub fn concat(&self, other: &Blob) -> Result<Blob, Missing> { todo!() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
