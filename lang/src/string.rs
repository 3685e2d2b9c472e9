//! Strings: UTF-8 bytes, not necessarily valid, in the same chunks as blobs.
use crate::blob::BlobBody;
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// A string.
#[derive(Clone)]
pub struct Str(pub(crate) Arc<Node<BlobBody>>);

impl Str {
    /// A string of these bytes.
    pub fn new(bytes: &[u8]) -> Str { todo!() }
    /// Number of bytes.
    pub fn count(&self) -> u64 { todo!() }
    /// The bytes, if the string is a single chunk.
    pub fn flat(&self) -> Option<&[u8]> { todo!() }
    /// All bytes.
    pub fn to_vec(&self) -> Result<Vec<u8>, Missing> { todo!() }
    /// The byte at a position.
    pub fn get(&self, position: u64) -> Result<Option<u8>, Missing> { todo!() }
    /// The bytes from `start` to `end`, `None` when not within the string.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Str>, Missing> { todo!() }
    /// This string followed by another.
    pub fn concat(&self, other: &Str) -> Result<Str, Missing> { todo!() }
    /// The same bytes as a blob.
    pub fn to_blob(&self) -> Blob { todo!() }
    /// The bytes of a blob as a string.
    pub fn from_blob(blob: &Blob) -> Str { todo!() }
    /// The text, invalid bytes replaced.
    pub fn to_text(&self) -> Result<String, Missing> { todo!() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
