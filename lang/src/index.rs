//! Indexes: maps ordered by the bytes of their keys, in a radix-16 tree.
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// An immutable index. Keys are blobs, strings, keywords, symbols or addresses, told apart by their bytes alone.
#[derive(Clone)]
pub struct Index(pub(crate) Arc<Node<IndexBody>>);

/// The shape of an index.
pub(crate) struct IndexBody {
    pub count: u64,
    pub depth: u8,
    pub entry: Option<(Slot, Slot)>,
    pub mask: u16,
    pub children: Box<[Slot]>,
}

impl Index {
    /// The empty index.
    pub fn empty() -> Index { todo!() }
    /// Whether a value can be a key.
    pub fn is_key(key: &Value) -> bool { todo!() }
    /// Number of entries.
    pub fn count(&self) -> u64 { todo!() }
    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool { self.count() == 0 }
    /// The value of a key; a value that cannot be a key has none.
    pub fn get(&self, key: &Value) -> Result<Option<&Value>, Missing> { todo!() }
    /// The entry of a key, with the key as it was last written.
    pub fn get_entry(&self, key: &Value) -> Result<Option<(&Value, &Value)>, Missing> { todo!() }
    /// With an entry added or replaced, `None` when the value cannot be a key.
    pub fn assoc(&self, key: Value, value: Value) -> Result<Option<Index>, Missing> { todo!() }
    /// Without an entry.
    pub fn dissoc(&self, key: &Value) -> Result<Index, Missing> { todo!() }
    /// The entry at a position in the order of keys, `None` when out of range.
    pub fn entry_at(&self, position: u64) -> Result<Option<(&Value, &Value)>, Missing> { todo!() }
    /// The entries from `start` to `end`, `None` when not within the index.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Index>, Missing> { todo!() }
    /// The entries in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&Value, &Value), Missing>> + '_ { std::iter::empty() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
