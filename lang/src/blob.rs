//! Blobs: immutable byte sequences, held as trees of 4,096-byte chunks.
//!
//! A blob of more than one chunk is a tree of radix 16: all children but the last are full, and as large as
//! they can be while at most 16 are needed. A string has the same shape, and its children are blobs.

use crate::cell::{Node, Slot, body_mut};
use crate::limits::BLOB_CHUNK_BYTES;
use crate::radix::insert_slot;
use crate::*;
use triomphe::Arc;

/// A sequence of bytes.
#[derive(Clone)]
pub struct Blob(pub(crate) Arc<Node<BlobBody>>);

/// The shape of a blob or string.
#[derive(Clone)]
pub(crate) enum BlobBody {
    /// At most one chunk.
    Flat(Vec<u8>),
    /// More than one chunk: children are blobs, all full but the last.
    Tree { count: u64, children: Box<[Slot]> },
}

const CHUNK: u64 = BLOB_CHUNK_BYTES as u64;
const FANOUT: usize = 16;

impl Blob {
    /// A blob of these bytes; a canonical tree when longer than one chunk. O(n).
    pub fn new(bytes: &[u8]) -> Blob {
        Blob(Node::shared(BlobBody::new(bytes)))
    }

    /// Number of bytes.
    pub fn count(&self) -> u64 {
        self.0.body.count()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The bytes, if the blob is a single chunk.
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

    /// The bytes from `start` (included) to `end` (excluded), `None` when not within the blob.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Blob>, Missing> {
        if start == 0 && end == self.count() {
            return Ok(Some(self.clone()));
        }
        Ok(self.0.body.slice(start, end)?.map(|body| Blob(Node::shared(body))))
    }

    /// This blob followed by another. O(log n) plus the bytes of unaligned chunks.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn concat(&self, other: &Blob) -> Result<Blob, Missing> {
        match (self.is_empty(), other.is_empty()) {
            (_, true) => Ok(self.clone()),
            (true, false) => Ok(other.clone()),
            _ => Ok(Blob(Node::shared(self.0.body.concat(&other.0.body)?))),
        }
    }

    /// Appends bytes, in place when nobody else holds the blob: O(log n) plus their number.
    ///
    /// # Errors
    /// [`Missing`] when the last branch is not here.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Missing> {
        append(&mut self.0, bytes)
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        self.0.body.for_each_child(f);
    }
}

/// Appends bytes to a blob or string.
pub(crate) fn append(node: &mut Arc<Node<BlobBody>>, bytes: &[u8]) -> Result<(), Missing> {
    if bytes.is_empty() {
        return Ok(());
    }
    if Arc::get_mut(node).is_none()
        && let BlobBody::Flat(own) = &node.body
        && own.len() + bytes.len() <= BLOB_CHUNK_BYTES
    {
        *node = Node::shared(BlobBody::Flat([own, bytes].concat()));
        return Ok(());
    }
    body_mut(node).append(bytes)
}

/// Appends bytes to a blob or string where they fit the last chunk, and nobody else holds it; answers whether they did.
pub(crate) fn append_in_place(node: &mut Arc<Node<BlobBody>>, bytes: &[u8]) -> bool {
    let Some(node) = Arc::get_mut(node) else { return false };
    let fits = match &mut node.body {
        BlobBody::Flat(own) if own.len() + bytes.len() <= BLOB_CHUNK_BYTES => {
            own.extend_from_slice(bytes);
            true
        }
        BlobBody::Flat(_) => false,
        BlobBody::Tree { count, children } => {
            let rest = *count % child_bytes(*count);
            let fits = match children.last_mut().and_then(Slot::built_mut) {
                Some(Value::Blob(last)) if last.count() == rest => append_in_place(&mut last.0, bytes),
                _ => false,
            };
            *count += if fits { bytes.len() as u64 } else { 0 };
            fits
        }
    };
    if fits {
        node.facts.forget();
    }
    fits
}

impl BlobBody {
    pub(crate) fn new(bytes: &[u8]) -> BlobBody {
        if bytes.len() <= BLOB_CHUNK_BYTES {
            return BlobBody::Flat(bytes.into());
        }
        let mut builder = Builder::default();
        builder.push_bytes(bytes);
        builder.finish()
    }

    pub(crate) fn count(&self) -> u64 {
        match self {
            BlobBody::Flat(bytes) => bytes.len() as u64,
            BlobBody::Tree { count, .. } => *count,
        }
    }

    pub(crate) fn flat(&self) -> Option<&[u8]> {
        match self {
            BlobBody::Flat(bytes) => Some(bytes),
            BlobBody::Tree { .. } => None,
        }
    }

    pub(crate) fn to_vec(&self) -> Result<Vec<u8>, Missing> {
        let mut bytes = Vec::new();
        self.for_each_chunk(&mut |chunk| bytes.extend_from_slice(chunk))?;
        Ok(bytes)
    }

    pub(crate) fn for_each_chunk(&self, f: &mut dyn FnMut(&[u8])) -> Result<(), Missing> {
        match self {
            BlobBody::Flat(bytes) => f(bytes),
            BlobBody::Tree { count, children } => {
                for (_, child) in Children::of(*count, children) {
                    child?.for_each_chunk(f)?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn get(&self, position: u64) -> Result<Option<u8>, Missing> {
        if position >= self.count() {
            return Ok(None);
        }
        let (mut body, mut position) = (self, position);
        loop {
            match body {
                BlobBody::Flat(bytes) => return Ok(bytes.get(position as usize).copied()),
                BlobBody::Tree { count, children } => {
                    let size = child_bytes(*count);
                    let start = position / size * size;
                    body = child(&children[(position / size) as usize], size.min(count - start))?;
                    position -= start;
                }
            }
        }
    }

    pub(crate) fn slice(&self, start: u64, end: u64) -> Result<Option<BlobBody>, Missing> {
        if start > end || end > self.count() {
            return Ok(None);
        }
        if let BlobBody::Flat(bytes) = self {
            return Ok(Some(BlobBody::Flat(bytes[start as usize..end as usize].to_vec())));
        }
        let mut builder = Builder::default();
        builder.push_range(self, start, end)?;
        Ok(Some(builder.finish()))
    }

    pub(crate) fn concat(&self, other: &BlobBody) -> Result<BlobBody, Missing> {
        if let (BlobBody::Flat(a), BlobBody::Flat(b)) = (self, other)
            && a.len() + b.len() <= BLOB_CHUNK_BYTES
        {
            return Ok(BlobBody::Flat([&a[..], &b[..]].concat()));
        }
        let mut builder = Builder::default();
        builder.push_range(self, 0, self.count())?;
        builder.push_range(other, 0, other.count())?;
        Ok(builder.finish())
    }

    /// Appends bytes, in place where nobody else holds the chunks. After an error some may have been appended.
    pub(crate) fn append(&mut self, mut bytes: &[u8]) -> Result<(), Missing> {
        while !bytes.is_empty() {
            let room = BLOB_CHUNK_BYTES - (self.count() % CHUNK) as usize;
            let (now, later) = bytes.split_at(bytes.len().min(room));
            self.append_piece(now)?;
            bytes = later;
        }
        Ok(())
    }

    /// Appends at most as many bytes as the last chunk lacks; to full chunks, at most one chunk.
    fn append_piece(&mut self, piece: &[u8]) -> Result<(), Missing> {
        match self {
            BlobBody::Flat(bytes) if bytes.len() < BLOB_CHUNK_BYTES => {
                bytes.extend_from_slice(piece);
                return Ok(());
            }
            BlobBody::Tree { count, children } if *count < child_bytes(*count) * FANOUT as u64 => {
                let rest = *count % child_bytes(*count);
                match children.last_mut() {
                    Some(last) if rest > 0 => child_mut(last, rest)?.append_piece(piece)?,
                    _ => insert_slot(children, children.len(), slot(BlobBody::Flat(piece.to_vec()))),
                }
                *count += piece.len() as u64;
                return Ok(());
            }
            _ => {}
        }
        let count = self.count() + piece.len() as u64;
        let full = std::mem::replace(self, BlobBody::Flat(Vec::new()));
        let children = Box::new([slot(full), slot(BlobBody::Flat(piece.to_vec()))]);
        *self = BlobBody::Tree { count, children };
        Ok(())
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        if let BlobBody::Tree { children, .. } = self {
            children.iter().for_each(f);
        }
    }
}

/// The bytes in a full child of a tree of so many bytes, more than one chunk.
fn child_bytes(count: u64) -> u64 {
    let mut size = CHUNK;
    while size.saturating_mul(FANOUT as u64) < count {
        size *= FANOUT as u64;
    }
    size
}

/// The number of children of a tree of so many bytes, more than one chunk.
pub(crate) fn child_count(count: u64) -> usize {
    count.div_ceil(child_bytes(count)) as usize
}

/// A child that has the right shape. One that has not is as good as missing: no cell of the right shape has
/// its hash.
fn child(slot: &Slot, bytes: u64) -> Result<&BlobBody, Missing> {
    match slot.get()? {
        Value::Blob(blob) if blob.count() == bytes => Ok(&blob.0.body),
        other => Err(Missing::new(slot.branch_hash().copied().unwrap_or_else(|| other.hash()))),
    }
}

/// A child to be changed.
fn child_mut(slot: &mut Slot, bytes: u64) -> Result<&mut BlobBody, Missing> {
    child(slot, bytes)?;
    match slot.get_mut()? {
        Value::Blob(blob) => Ok(body_mut(&mut blob.0)),
        other => Err(Missing::new(other.hash())),
    }
}

/// The children of a tree with their positions.
struct Children<'a> {
    slots: std::slice::Iter<'a, Slot>,
    position: u64,
    count: u64,
    size: u64,
}

impl<'a> Children<'a> {
    fn of(count: u64, slots: &'a [Slot]) -> Children<'a> {
        Children { slots: slots.iter(), position: 0, count, size: child_bytes(count) }
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = (u64, Result<&'a BlobBody, Missing>);

    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next()?;
        let start = self.position;
        self.position = (start + self.size).min(self.count);
        Some((start, child(slot, self.position - start)))
    }
}

/// Builds a blob from front to back, sharing full subtrees wherever they stay aligned.
#[derive(Default)]
struct Builder {
    /// At level `n`, fewer than 16 full subtrees of 16^n chunks.
    levels: Vec<Vec<Slot>>,
    /// The last bytes, fewer than a chunk.
    tail: Vec<u8>,
}

impl Builder {
    fn push_bytes(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOB_CHUNK_BYTES - self.tail.len()));
            self.tail.extend_from_slice(now);
            bytes = later;
            if self.tail.len() == BLOB_CHUNK_BYTES {
                let chunk = BlobBody::Flat(std::mem::take(&mut self.tail));
                self.push_full(0, slot(chunk));
            }
        }
    }

    /// Adds a full subtree where nothing smaller stands before it.
    fn push_full(&mut self, level: usize, subtree: Slot) {
        while self.levels.len() <= level {
            self.levels.push(Vec::with_capacity(FANOUT));
        }
        self.levels[level].push(subtree);
        if self.levels[level].len() == FANOUT {
            let children = std::mem::take(&mut self.levels[level]);
            let count = CHUNK << (4 * (level + 1));
            self.push_full(level + 1, slot(BlobBody::Tree { count, children: children.into() }));
        }
    }

    fn is_aligned(&self, level: usize) -> bool {
        self.tail.is_empty() && self.levels.iter().take(level).all(Vec::is_empty)
    }

    fn push_range(&mut self, body: &BlobBody, from: u64, to: u64) -> Result<(), Missing> {
        match body {
            BlobBody::Flat(bytes) => self.push_bytes(&bytes[from as usize..to as usize]),
            BlobBody::Tree { count, children } => {
                let size = child_bytes(*count);
                let level = (size / CHUNK).trailing_zeros() as usize / 4;
                for (i, slot) in children.iter().enumerate() {
                    let start = i as u64 * size;
                    let end = (start + size).min(*count);
                    let (low, high) = (from.max(start), to.min(end));
                    if low >= high {
                        continue;
                    }
                    if high - low == size && self.is_aligned(level) {
                        self.push_full(level, slot.clone());
                    } else {
                        self.push_range(child(slot, end - start)?, low - start, high - start)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> BlobBody {
        let tail = BlobBody::Flat(self.tail);
        let mut last = (tail.count() > 0).then(|| (tail.count(), slot(tail)));
        for (level, full) in self.levels.into_iter().enumerate() {
            let size = CHUNK << (4 * level);
            let count = full.len() as u64 * size + last.as_ref().map_or(0, |(count, _)| *count);
            let mut children = full;
            children.extend(last.take().map(|(_, slot)| slot));
            last = match children.len() {
                0 => None,
                1 => children.pop().map(|only| (count, only)),
                _ => Some((count, slot(BlobBody::Tree { count, children: children.into() }))),
            };
        }
        match last.map(|(_, slot)| slot.into_value()) {
            Some(Ok(Value::Blob(blob))) => {
                Arc::try_unwrap(blob.0).map_or_else(|shared| shared.body.clone(), |node| node.body)
            }
            _ => BlobBody::Flat(Vec::new()),
        }
    }
}

fn slot(body: BlobBody) -> Slot {
    Slot::new(Value::Blob(Blob(Node::shared(body))))
}
