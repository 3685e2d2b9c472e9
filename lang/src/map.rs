//! Hash maps: entries ordered by the hash of their key, in a radix-16 tree.
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// An immutable hash map.
#[derive(Clone)]
pub struct Map(pub(crate) Arc<Node<MapBody>>);

/// One entry of a leaf.
pub(crate) struct Entry {
    pub hash: Hash,
    pub key: Slot,
    pub value: Slot,
}

/// The shape of a map.
pub(crate) enum MapBody {
    /// A few entries in the order of the hashes of their keys.
    Leaf(Box<[Entry]>),
    /// Children by the hexadecimal digit at position `shift` of the hash, those present marked in the mask.
    Tree { count: u64, shift: u8, mask: u16, children: Box<[Slot]> },
}

impl Map {
    /// The empty map.
    pub fn empty() -> Map { todo!() }
    /// A map of these entries; of equal keys the last counts. O(n log n) once.
    pub fn from_entries(entries: impl IntoIterator<Item = (Value, Value)>) -> Map { todo!() }
    /// Number of entries.
    pub fn count(&self) -> u64 { todo!() }
    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool { self.count() == 0 }
    /// The value of a key.
    pub fn get(&self, key: &Value) -> Result<Option<&Value>, Missing> { todo!() }
    /// The entry of a key.
    pub fn get_entry(&self, key: &Value) -> Result<Option<(&Value, &Value)>, Missing> { todo!() }
    /// Whether there is an entry for a key.
    pub fn contains(&self, key: &Value) -> Result<bool, Missing> { Ok(self.get(key)?.is_some()) }
    /// With an entry added or replaced. The same map (same identity) when nothing changes.
    pub fn assoc(&self, key: Value, value: Value) -> Result<Map, Missing> { todo!() }
    /// Without an entry. The same map when nothing changes.
    pub fn dissoc(&self, key: &Value) -> Result<Map, Missing> { todo!() }
    /// With all entries of another map, which win. Shares what it can.
    pub fn merge(&self, other: &Map) -> Result<Map, Missing> { todo!() }
    /// The entry at a position in the order of hashes, `None` when out of range. O(log n).
    pub fn entry_at(&self, position: u64) -> Result<Option<(&Value, &Value)>, Missing> { todo!() }
    /// The entries in the order of the hashes of their keys.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&Value, &Value), Missing>> + '_ { std::iter::empty() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
