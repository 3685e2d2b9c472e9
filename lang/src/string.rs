//! Strings: UTF-8 bytes, not necessarily valid, in the same chunks as blobs.
use crate::blob::{self, BlobBody};
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::LazyLock;
use triomphe::Arc;

/// A string.
#[derive(Clone)]
pub struct Str(pub(crate) Arc<Node<BlobBody>>);

static EMPTY: LazyLock<Str> = LazyLock::new(|| Str(Node::shared(BlobBody::Flat(Vec::new()))));

impl Str {
    /// The empty string.
    pub fn empty() -> Str {
        EMPTY.clone()
    }

    /// A string of these bytes.
    pub fn new(bytes: &[u8]) -> Str {
        Str(Node::shared(BlobBody::new(bytes)))
    }

    /// Number of bytes.
    pub fn count(&self) -> u64 {
        self.0.body.count()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The bytes, if the string is a single chunk.
    pub fn flat(&self) -> Option<&[u8]> {
        self.0.body.flat()
    }

    /// All bytes. The caller has seen to it that their number is bearable.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn to_vec(&self) -> Result<Vec<u8>, Missing> {
        self.0.body.to_vec()
    }

    /// Calls a function with each chunk in order: at most 4,096 bytes, all but the last full.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn for_each_chunk(&self, f: &mut dyn FnMut(&[u8])) -> Result<(), Missing> {
        self.0.body.for_each_chunk(f)
    }

    /// The byte at a position, `None` when out of range.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn get(&self, position: u64) -> Result<Option<u8>, Missing> {
        self.0.body.get(position)
    }

    /// The bytes from `start` to `end`, `None` when not within the string.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Str>, Missing> {
        if start == 0 && end == self.count() {
            return Ok(Some(self.clone()));
        }
        Ok(self.0.body.slice(start, end)?.map(|body| Str(Node::shared(body))))
    }

    /// This string followed by another. O(log n) plus the bytes of unaligned chunks.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn concat(&self, other: &Str) -> Result<Str, Missing> {
        match (self.is_empty(), other.is_empty()) {
            (_, true) => Ok(self.clone()),
            (true, false) => Ok(other.clone()),
            _ => Ok(Str(Node::shared(self.0.body.concat(&other.0.body)?))),
        }
    }

    /// Appends bytes, in place when nobody else holds the string: O(log n) plus their number.
    ///
    /// # Errors
    /// [`Missing`] when the last branch is not here.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Missing> {
        blob::append(&mut self.0, bytes)
    }

    /// Appends bytes where they fit the last chunk, and nobody else holds the string; answers whether they did.
    pub fn append_in_place(&mut self, bytes: &[u8]) -> bool {
        blob::append_in_place(&mut self.0, bytes)
    }

    /// The same bytes as a blob.
    pub fn to_blob(&self) -> Blob {
        Blob(Node::shared(self.0.body.clone()))
    }

    /// The bytes of a blob as a string.
    pub fn from_blob(blob: &Blob) -> Str {
        Str(Node::shared(blob.0.body.clone()))
    }

    /// The text, invalid bytes replaced.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn to_text(&self) -> Result<String, Missing> {
        Ok(String::from_utf8_lossy(&self.to_vec()?).into_owned())
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        self.0.body.for_each_child(f);
    }
}
