//! Drafts: maps and sets that grow, before anybody asks for the hashes of what is in them.
//!
//! Hashing a key takes longer than all else that adding an entry takes, and only the canonical tree needs it: to be
//! encoded, iterated or joined with another. So a collection that one owner fills with small keys keeps them in the
//! order of arrival, with a table to find them by. It is settled, once, when the tree is first needed; from then on
//! it changes as a tree does. No value, order or size that can be observed depends on whether there was a draft.

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
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

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

/// A number that stands for a key and no other: integers, addresses and characters have one.
fn number(key: &Value) -> Option<u128> {
    let (kind, n) = match key {
        Value::Integer(n) => (0, *n as u64),
        Value::Address(n) => (1, *n),
        Value::Character(n) => (2, u64::from(*n)),
        _ => return None,
    };
    Some(u128::from(n) | kind << 64)
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
        let Some(key) = number(item.key()).filter(|_| self.settled.get().is_none()) else { return Err(item) };
        *self.earned.get_mut() += 1;
        match self.search(key) {
            Search::Found(i) => self.items[i] = item,
            Search::Free(place) if self.items.len() < MAX_ITEMS => {
                self.items.push(item);
                self.places[place] = self.items.len() as u32;
                if self.items.len() > MAX_UNHASHED {
                    let unhashed = &self.items[self.hashes.len()..];
                    self.hashes.extend(unhashed.iter().map(|item| item.key().hash()));
                }
                if self.items.len() * 2 > self.places.len() && !self.spread() {
                    self.places.clear();
                }
            }
            _ => return Err(item),
        }
        Ok(())
    }

    /// Doubles the table twice. Answers whether each key is within the steps allowed.
    fn spread(&mut self) -> bool {
        self.places = vec![0; self.places.len() * 4];
        (0..self.items.len()).all(|i| match number(self.items[i].key()).map(|key| self.search(key)) {
            Some(Search::Free(place)) => {
                self.places[place] = i as u32 + 1;
                true
            }
            _ => false,
        })
    }

    fn search(&self, key: u128) -> Search {
        let Some(mask) = self.places.len().checked_sub(1) else { return Search::Lost };
        let start = (key.wrapping_mul(SPREAD) >> 96) as usize;
        for step in 0..MAX_STEPS {
            let place = (start + step) & mask;
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
        (0..).filter(|n| (*n as u128).wrapping_mul(SPREAD) >> 96 & 0xffff == 7).map(Value::Integer)
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
