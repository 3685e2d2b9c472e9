//! Hash maps: entries ordered by the hash of their key, in a radix-16 tree (CAD002).

use crate::cell::{Node, Slot};
use crate::radix::{self, Item, Items, Root, until_error};
use crate::radix_merge::{self, Wins};
use crate::radix_parts;
use crate::*;
use std::sync::{Arc, LazyLock};

/// An immutable hash map.
#[derive(Clone)]
pub struct Map(pub(crate) Arc<Node<MapBody>>);

/// One entry of a leaf.
#[derive(Clone)]
pub(crate) struct Entry {
    pub hash: Hash,
    pub key: Slot,
    pub value: Slot,
}

/// The shape of a map.
pub(crate) type MapBody = radix::Body<Entry>;

impl Item for Entry {
    fn hash(&self) -> &Hash {
        &self.hash
    }

    fn is_same(&self, other: &Entry) -> bool {
        self.value.loaded().is_some_and(|value| other.value.loaded() == Some(value))
    }

    fn collection(root: Root<Entry>) -> Value {
        Value::Map(Map(root))
    }

    fn root(value: &Value) -> Option<&Root<Entry>> {
        if let Value::Map(map) = value { Some(&map.0) } else { None }
    }

    fn root_mut(value: &mut Value) -> Result<&mut Root<Entry>, &mut Value> {
        if let Value::Map(map) = value { Ok(&mut map.0) } else { Err(value) }
    }
}

impl Entry {
    fn new(key: Value, value: Value) -> Entry {
        Entry { hash: key.hash(), key: key.into(), value: value.into() }
    }

    fn pair(&self) -> Result<(&Value, &Value), Missing> {
        Ok((self.key.get()?, self.value.get()?))
    }

    /// Whether the key is this value, whose hash is not known and need not be found for that.
    fn has_key(&self, key: &Value) -> bool {
        match self.key.loaded() {
            Some(own) => own == key,
            None => !key.is_embedded() && self.hash == key.hash(),
        }
    }
}

static EMPTY: LazyLock<Map> = LazyLock::new(|| Map(radix::leaf([])));

impl Map {
    /// The empty map.
    pub fn empty() -> Map {
        EMPTY.clone()
    }

    /// A map of these entries; of equal keys the last counts. O(n log n) once.
    pub fn from_entries(entries: impl IntoIterator<Item = (Value, Value)>) -> Map {
        let mut entries: Vec<Entry> =
            entries.into_iter().map(|(key, value)| Entry::new(key, value)).collect();
        if entries.is_empty() {
            return Map::empty();
        }
        radix::sort(&mut entries);
        Map(radix::build(entries))
    }

    /// Number of entries.
    pub fn count(&self) -> u64 {
        self.0.body.count()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The entry of a key. In a small map the keys are compared, in a large one their hashes.
    fn find(&self, key: &Value) -> Result<Option<&Entry>, Missing> {
        if let MapBody::Leaf(entries) = &self.0.body {
            return Ok(match key.facts().and_then(|facts| facts.hash()) {
                Some(hash) => entries.iter().find(|entry| entry.hash == *hash),
                None => entries.iter().find(|entry| entry.has_key(key)),
            });
        }
        radix::find(&self.0, &key.hash())
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Result<Option<&Value>, Missing> {
        self.find(key)?.map(|entry| entry.value.get()).transpose()
    }

    /// The entry of a key.
    pub fn get_entry(&self, key: &Value) -> Result<Option<(&Value, &Value)>, Missing> {
        self.find(key)?.map(Entry::pair).transpose()
    }

    /// Whether there is an entry for a key.
    pub fn contains(&self, key: &Value) -> Result<bool, Missing> {
        Ok(self.find(key)?.is_some())
    }

    /// With an entry added or replaced. The same map (same identity) when nothing changes.
    pub fn assoc(&self, key: Value, value: Value) -> Result<Map, Missing> {
        let mut map = self.clone();
        map.insert(key, value)?;
        Ok(map)
    }

    /// Adds or replaces an entry, in place where nobody else holds the nodes of the map. The same map when
    /// nothing changes.
    pub fn insert(&mut self, key: Value, value: Value) -> Result<(), Missing> {
        let hash = match &self.0.body {
            MapBody::Leaf(_) => self.find(&key)?.map(|entry| entry.hash),
            MapBody::Tree { .. } => None,
        };
        let entry = Entry { hash: hash.unwrap_or_else(|| key.hash()), key: key.into(), value: value.into() };
        radix::insert(&mut self.0, entry)
    }

    /// Without an entry. The same map when nothing changes.
    pub fn dissoc(&self, key: &Value) -> Result<Map, Missing> {
        let mut map = self.clone();
        map.remove(key)?;
        Ok(map)
    }

    /// Removes an entry, in place where nobody else holds the nodes of the map. The same map when nothing
    /// changes.
    pub fn remove(&mut self, key: &Value) -> Result<(), Missing> {
        match self.find(key)?.map(|entry| entry.hash) {
            Some(hash) => radix::remove(&mut self.0, &hash),
            None => Ok(()),
        }
    }

    /// With all entries of another map, which win. Shares what it can.
    pub fn merge(&self, other: &Map) -> Result<Map, Missing> {
        radix_merge::union(&self.0, &other.0, Wins::Second).map(Map)
    }

    /// The entry at a position in the order of hashes, `None` when out of range. O(log n).
    pub fn entry_at(&self, position: u64) -> Result<Option<(&Value, &Value)>, Missing> {
        radix::item_at(&self.0, position)?.map(Entry::pair).transpose()
    }

    /// The entries at the positions from `start` to `end`, `None` when not within the map.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Map>, Missing> {
        if start > end || end > self.count() {
            return Ok(None);
        }
        radix_parts::slice(&self.0, start, end).map(|root| Some(Map(root)))
    }

    /// The entries in the order of the hashes of their keys. Stops after the first error.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&Value, &Value), Missing>> + '_ {
        until_error(Items::new(&self.0).map(|entry| entry?.pair()))
    }

    /// The keys in the order of their hashes. Stops after the first error.
    pub fn keys(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Items::new(&self.0).map(|entry| entry?.key.get()))
    }

    /// The values in the order of the hashes of their keys. Stops after the first error.
    pub fn values(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Items::new(&self.0).map(|entry| entry?.value.get()))
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        match &self.0.body {
            MapBody::Leaf(entries) => entries.iter().for_each(|entry| {
                f(&entry.key);
                f(&entry.value);
            }),
            MapBody::Tree { children, .. } => children.iter().for_each(f),
        }
    }
}
