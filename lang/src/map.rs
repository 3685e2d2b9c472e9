//! Hash maps: entries ordered by the hash of their key, in a radix-16 tree (CAD002).

use crate::cell::{Node, Slot};
use crate::draft::Loose;
use crate::radix::{self, Form, Item, Items, Root, until_error};
use crate::radix_merge::{self, Wins};
use crate::radix_parts;
use crate::*;
use std::sync::LazyLock;
use triomphe::Arc;

/// An immutable hash map.
#[derive(Clone)]
pub struct Map(pub(crate) Arc<Node<Form<Entry>>>);

/// One entry of a leaf.
#[derive(Clone)]
pub(crate) struct Entry {
    pub hash: Hash,
    pub key: Slot,
    pub value: Slot,
}

/// The shape of a map.
pub(crate) type MapBody = radix::Body<Entry>;

impl Loose for (Value, Slot) {
    fn key(&self) -> &Value {
        &self.0
    }

    fn is_same(&self, other: &(Value, Slot)) -> bool {
        is_same_slot(&self.1, &other.1)
    }
}

/// Whether two slots hold values that are plainly equal, both in memory.
fn is_same_slot(a: &Slot, b: &Slot) -> bool {
    a.loaded().zip(b.loaded()).is_some_and(|(a, b)| a.is_plainly(b))
}

impl Item for Entry {
    type Loose = (Value, Slot);

    fn tied((key, value): (Value, Slot), hash: Hash) -> Entry {
        Entry { hash, key: key.into(), value }
    }

    fn loose(&self) -> Option<(Value, Slot)> {
        Some((self.key.held()?.clone(), self.value.clone()))
    }

    fn hash(&self) -> &Hash {
        &self.hash
    }

    fn is_same(&self, other: &Entry) -> bool {
        is_same_slot(&self.value, &other.value)
    }

    fn collection(root: Root<Entry>) -> Value {
        Value::Map(Map(root))
    }

    fn root(value: &Value) -> Option<&Root<Entry>> {
        if let Value::Map(map) = value { Some(radix::settled(&map.0)) } else { None }
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

    /// Whether the value is plainly this one.
    fn is_of(&self, value: &Value) -> bool {
        self.value.loaded().is_some_and(|own| own.is_plainly(value))
    }

    /// Whether the key is this value, whose hash is not known and need not be found for that.
    fn has_key(&self, key: &Value) -> bool {
        match self.key.loaded() {
            Some(own) => own == key,
            None => !key.is_embedded() && self.hash == key.hash(),
        }
    }
}

/// Replaces the value of a key that is in one of a few entries, by a copy; answers whether it was done. Not for long
/// integers, of which one that is replaced may be equal and yet of another form.
fn replace_in(entries: &mut [Entry], key: &Value, value: &Value) -> bool {
    let has_form = |value: &Value| matches!(value, Value::BigInteger(_));
    let Some(entry) = entries.iter_mut().find(|entry| entry.has_key(key)) else { return false };
    if has_form(key) || entry.key.loaded().is_none_or(has_form) || entry.is_of(value) {
        return false;
    }
    entry.value = Slot::new(value.clone());
    true
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

    /// The canonical tree.
    fn tree(&self) -> &Root<Entry> {
        radix::settled(&self.0)
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
        if let MapBody::Leaf(entries) = self.0.body.shape() {
            return Ok(match key.facts().and_then(|facts| facts.hash()) {
                Some(hash) => entries.iter().find(|entry| entry.hash == *hash),
                None => entries.iter().find(|entry| entry.has_key(key)),
            });
        }
        radix::find(self.tree(), &key.hash())
    }

    /// The value of a key.
    #[inline(always)]
    pub fn get(&self, key: &Value) -> Result<Option<&Value>, Missing> {
        if let Form::Draft(draft) = &self.0.body
            && let Ok(found) = draft.find(key)
        {
            return found.map(|(_, value)| value.get()).transpose();
        }
        self.find(key)?.map(|entry| entry.value.get()).transpose()
    }

    /// The entry of a key.
    pub fn get_entry(&self, key: &Value) -> Result<Option<(&Value, &Value)>, Missing> {
        self.find(key)?.map(Entry::pair).transpose()
    }

    /// Whether there is an entry for a key.
    pub fn contains(&self, key: &Value) -> Result<bool, Missing> {
        if let Form::Draft(draft) = &self.0.body
            && let Ok(found) = draft.find(key)
        {
            return Ok(found.is_some());
        }
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
        if let Form::Settled(MapBody::Leaf(_)) = &self.0.body
            && let Some(hash) = self.find(&key)?.map(|entry| entry.hash)
        {
            return radix::insert(&mut self.0, Entry { hash, key: key.into(), value: value.into() });
        }
        radix::put(&mut self.0, (key, value.into()))
    }

    /// Adds or replaces an entry by copies, as [`Map::insert`] does.
    #[inline]
    pub fn insert_copy(&mut self, key: &Value, value: &Value) -> Result<(), Missing> {
        if let Some(node) = Arc::get_mut(&mut self.0) {
            let is_done = match &mut node.body {
                Form::Draft(draft) => draft.insert(key, value),
                Form::Settled(MapBody::Leaf(entries)) => replace_in(entries, key, value),
                Form::Settled(MapBody::Tree { .. }) => false,
            };
            if is_done {
                node.facts.forget();
                return Ok(());
            }
        }
        self.insert(key.clone(), value.clone())
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
        let both = radix_merge::union(self.tree(), other.tree(), Wins::Second)?;
        Ok(Map(radix::same_or(&self.0, radix::same_or(&other.0, both))))
    }

    /// The entry at a position in the order of hashes, `None` when out of range. O(log n).
    pub fn entry_at(&self, position: u64) -> Result<Option<(&Value, &Value)>, Missing> {
        radix::item_at(self.tree(), position)?.map(Entry::pair).transpose()
    }

    /// The entries at the positions from `start` to `end`, `None` when not within the map.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Map>, Missing> {
        if start > end || end > self.count() {
            return Ok(None);
        }
        radix_parts::slice(self.tree(), start, end).map(|tree| Some(Map(radix::same_or(&self.0, tree))))
    }

    /// The entries in the order of the hashes of their keys. Stops after the first error.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&Value, &Value), Missing>> + '_ {
        until_error(Items::new(self.tree()).map(|entry| entry?.pair()))
    }

    /// The keys in the order of their hashes. Stops after the first error.
    pub fn keys(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Items::new(self.tree()).map(|entry| entry?.key.get()))
    }

    /// The values in the order of the hashes of their keys. Stops after the first error.
    pub fn values(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Items::new(self.tree()).map(|entry| entry?.value.get()))
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        match self.0.body.shape() {
            MapBody::Leaf(entries) => entries.iter().for_each(|entry| {
                f(&entry.key);
                f(&entry.value);
            }),
            MapBody::Tree { children, .. } => children.iter().for_each(f),
        }
    }
}
