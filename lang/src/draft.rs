//! Drafts: maps and sets that grow, before anybody asks for the hashes of what is in them.
//!
//! Hashing a key takes longer than all else that adding an entry takes, and only the canonical tree needs it: to be
//! encoded, iterated or joined with another. So a collection that one owner fills with small keys keeps them in the
//! order of arrival, with a table to find them by. It is settled, once, when the tree is first needed; from then on
//! it changes as a tree does. No value, order or size that can be observed depends on whether there was a draft.

use crate::cell::Slot;
use crate::map::Entry;
use crate::radix::{self, Item, Root};
use crate::{Hash, Value};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A draft never holds more items, whose numbers take 32 bits.
const MAX_ITEMS: usize = 1 << 24;
/// A draft of more items finds their hashes as it grows, so that settling it is never a long wait.
const MAX_UNHASHED: usize = 1 << 17;
/// Looking for a key never takes more steps, whatever keys strangers choose: a draft that would need more is settled.
const MAX_STEPS: usize = 24;
/// An odd number without pattern, which spreads close keys over the table.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a draft holds of an item: all but the hash.
pub(crate) trait Loose: Clone {
    /// The key or element.
    fn key(&self) -> &Value;
    /// Whether an item of equal key is no different.
    fn is_same(&self, other: &Self) -> bool;
}

/// A growing map or set.
pub(crate) struct Draft<I: Item> {
    /// In the order of arrival.
    items: Vec<I::Loose>,
    /// The hashes of the first items: of none or of all.
    hashes: Vec<Hash>,
    /// Numbers of items by a hash of their keys, counted from 1; 0 where there is none. A power of two.
    places: Vec<u32>,
    /// The tree of these items, when it was asked for.
    settled: OnceLock<Root<I>>,
    /// How many items were put since the last copy. A copy is made only of a draft that has earned it, so that
    /// copies never cost more than growing did.
    earned: AtomicUsize,
}

/// Whether a draft can have this key.
pub(crate) fn is_small(key: &Value) -> bool {
    number(key).is_some()
}

/// A number that stands for a key and, with the kind, for no other: integers, addresses and characters have one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Number {
    kind: u8,
    n: u64,
}

#[inline(always)]
fn number(key: &Value) -> Option<Number> {
    match key {
        Value::Integer(n) => Some(Number { kind: 0, n: *n as u64 }),
        Value::Address(n) => Some(Number { kind: 1, n: *n }),
        Value::Character(n) => Some(Number { kind: 2, n: u64::from(*n) }),
        _ => None,
    }
}

impl Number {
    /// Where to look for the key in a table whose size is a power of two: close keys first beside each other, since keys
    /// are mostly counted up, then each far from the others.
    #[inline(always)]
    fn places(self, mask: usize) -> impl Iterator<Item = usize> {
        let mixed = (self.n ^ u64::from(self.kind)).wrapping_mul(SPREAD);
        let (start, step) = ((mixed >> 32) as usize, (mixed >> 8) as usize | 1);
        let scattered = (0..MAX_STEPS - 1).map(move |i| start.wrapping_add(step.wrapping_mul(i)) & mask);
        std::iter::once(self.n as usize & mask).chain(scattered)
    }
}

/// Where to look for a key.
enum Search {
    /// It is the key of this item.
    Found(usize),
    /// It is not there, and belongs in this place.
    Free(usize),
    /// It is not within the steps allowed.
    Lost,
}

impl<I: Item> Draft<I> {
    fn new(items: Vec<I::Loose>, places: Vec<u32>) -> Draft<I> {
        Draft { items, hashes: Vec::new(), places, settled: OnceLock::new(), earned: AtomicUsize::new(0) }
    }

    /// A copy to be changed in place of this draft, which others hold; `None` when it has not earned one or is
    /// settled, so that the tree had better be changed.
    pub fn copy(&self) -> Option<Draft<I>> {
        if self.settled.get().is_some() || self.earned.load(Ordering::Relaxed) < self.items.len() {
            return None;
        }
        self.earned.store(0, Ordering::Relaxed);
        let hashes = self.hashes.clone();
        Some(Draft { hashes, ..Draft::new(self.items.clone(), self.places.clone()) })
    }

    /// A draft of some items with different keys, `None` when some key has no number.
    pub fn of(items: Vec<I::Loose>) -> Option<Draft<I>> {
        let mut draft = Draft::new(Vec::new(), vec![0; 64]);
        for item in items {
            draft.put(item).ok()?;
        }
        Some(draft)
    }

    /// Number of items.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// The item with this key; an error when only the tree can tell.
    pub fn find(&self, key: &Value) -> Result<Option<&I::Loose>, NeedsTree> {
        match self.search(number(key).ok_or(NeedsTree)?) {
            Search::Found(i) => Ok(Some(&self.items[i])),
            Search::Free(_) => Ok(None),
            Search::Lost => Err(NeedsTree),
        }
    }

    /// Adds an item or replaces the one with its key. Hands it back when the draft cannot take it, or need not, as
    /// its tree is there already.
    pub fn put(&mut self, item: I::Loose) -> Result<(), I::Loose> {
        let Some(place) = self.place_for(item.key()) else { return Err(item) };
        match place {
            Search::Found(i) => self.items[i] = item,
            Search::Free(place) => self.add(place, item),
            Search::Lost => return Err(item),
        }
        Ok(())
    }

    /// Where an item belongs; `None` when the draft cannot take it or need not.
    #[inline]
    fn place_for(&mut self, key: &Value) -> Option<Search> {
        let number = number(key)?;
        if self.settled.get().is_some() {
            return None;
        }
        *self.earned.get_mut() += 1;
        match self.search(number) {
            Search::Free(_) if self.items.len() >= MAX_ITEMS => None,
            place => Some(place),
        }
    }

    /// Adds an item that belongs in a free place.
    #[inline]
    fn add(&mut self, place: usize, item: I::Loose) {
        self.items.push(item);
        self.places[place] = self.items.len() as u32;
        if self.items.len() > MAX_UNHASHED {
            let unhashed = &self.items[self.hashes.len()..];
            self.hashes.extend(unhashed.iter().map(|item| item.key().hash()));
        }
        if self.items.len() * 2 > self.places.len() {
            self.spread();
        }
    }

    /// Doubles the table twice. Where a key is not within the steps allowed, there is none, and only the tree can tell.
    #[cold]
    fn spread(&mut self) {
        self.places = vec![0; self.places.len() * 4];
        for i in 0..self.items.len() {
            match number(self.items[i].key()).map(|key| self.search(key)) {
                Some(Search::Free(place)) => self.places[place] = i as u32 + 1,
                _ => {
                    self.places.clear();
                    return;
                }
            }
        }
    }

    #[inline]
    fn search(&self, key: Number) -> Search {
        let Some(mask) = self.places.len().checked_sub(1) else { return Search::Lost };
        for place in key.places(mask) {
            let Some(i) = (self.places[place] as usize).checked_sub(1) else { return Search::Free(place) };
            if number(self.items[i].key()) == Some(key) {
                return Search::Found(i);
            }
        }
        Search::Lost
    }

    /// The canonical tree of the items, which is built once.
    pub fn settled(&self) -> &Root<I> {
        self.settled.get_or_init(|| {
            let hash = |i: usize| self.hashes.get(i).copied();
            let tie = |(i, item): (usize, &I::Loose)| {
                I::tied(item.clone(), hash(i).unwrap_or_else(|| item.key().hash()))
            };
            let mut items: Vec<I> = self.items.iter().enumerate().map(tie).collect();
            radix::sort(&mut items);
            radix::build(items)
        })
    }
}

impl Draft<Entry> {
    /// Adds an entry or replaces that of its key, as [`Draft::put`] does; answers whether it has.
    #[inline]
    pub fn insert(&mut self, key: &Value, value: &Value) -> bool {
        match self.place_for(key) {
            Some(Search::Found(i)) => {
                self.items[i].1 = Slot::new(value.clone());
                true
            }
            Some(Search::Free(place)) => {
                self.add(place, (key.clone(), Slot::new(value.clone())));
                true
            }
            _ => false,
        }
    }
}

/// A draft cannot tell.
pub(crate) struct NeedsTree;

#[cfg(test)]
mod tests {
    use super::{Draft, MAX_STEPS, MAX_UNHASHED, SPREAD};
    use crate::map::Entry;
    use crate::radix::Form;
    use crate::{Map, Value};

    /// Keys that all belong in the same place, as somebody might choose them.
    fn crowded() -> impl Iterator<Item = Value> {
        let mixed = |n: u64| n.wrapping_mul(SPREAD);
        let keys = (0..).map(|n: u64| n << 8 | 7);
        keys.filter(move |n| mixed(*n) >> 32 & 0xff == 7 && mixed(*n) >> 9 & 0x7f == 7)
            .map(|n| Value::Integer(n as i64))
    }

    #[test]
    fn a_large_draft_settles_to_the_same() {
        let keys = || (0..MAX_UNHASHED as i64 + 2_000).map(Value::Integer);
        let mut map = Map::empty();
        keys().for_each(|key| map.insert(key.clone(), key).expect("all is here"));
        assert!(matches!(map.0.body, Form::Draft(_)));
        map.insert(Value::Integer(7), Value::Nil).expect("all is here");
        let anew = Map::from_entries(keys().map(|key| (key.clone(), key)).chain([(7.into(), Value::Nil)]));
        assert_eq!(Value::from(map).hash(), Value::from(anew).hash());
    }

    #[test]
    fn what_is_crowded_is_settled() {
        let mut draft = Draft::<Entry>::of(Vec::new()).expect("it is empty");
        let taken = crowded().take_while(|key| draft.put((key.clone(), Value::Nil.into())).is_ok()).count();
        assert!(taken <= MAX_STEPS, "{taken}");
        let keys: Vec<Value> = crowded().take(100).collect();
        let mut map = Map::empty();
        for key in &keys {
            map.insert(key.clone(), key.clone()).expect("all is here");
        }
        assert!(keys.iter().all(|key| map.get(key).expect("all is here") == Some(key)));
        let anew = Map::from_entries(keys.into_iter().map(|key| (key.clone(), key)));
        assert_eq!(Value::from(map).hash(), Value::from(anew).hash());
    }
}
