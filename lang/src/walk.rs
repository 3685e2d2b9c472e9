//! Walks: the elements of a set, or the entries of a map or index, as a vector whose parts are made when they are
//! first touched.

use crate::cell::Slot;
use crate::packing::child_size;
use crate::radix::Items;
use crate::vector::CHUNK;
use crate::whole::{is_whole_index, is_whole_radix};
use crate::{Missing, Value, Vector};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A part of a vector of the elements of a collection, to be made when it is first touched.
pub(crate) struct Walk {
    count: u64,
    part: OnceLock<Value>,
    /// Where the part comes from, until it is made, so that it does not keep the collection alive after that.
    source: Mutex<Option<Source>>,
}

/// A stretch of a collection.
#[derive(Clone)]
struct Source {
    /// A set, map or index all parts of which are in memory.
    collection: Value,
    start: u64,
}

impl Walk {
    fn slot(collection: &Value, start: u64, count: u64) -> Slot {
        let source = Source { collection: collection.clone(), start };
        Slot::later(Walk { count, part: OnceLock::new(), source: Mutex::new(Some(source)) })
    }

    /// The number of elements.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The part, which is made if that was not done yet.
    #[inline]
    pub fn part(&self) -> &Value {
        self.part.get_or_init(|| self.make())
    }

    /// The elements from one position of the part to another, made for the caller alone; `None` when the part is there.
    pub fn fresh_slots(&self, from: u64, to: u64) -> Option<Vec<Slot>> {
        let source = self.source.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Source { collection, start } = source?;
        Some(slots(&collection, start + from, to - from).unwrap_or_default())
    }

    #[cold]
    fn make(&self) -> Value {
        let source = self.source.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Source { collection, start }) = source else { return Value::Nil };
        node(&collection, start, self.count).into()
    }
}

/// The elements of a set, or the entries of a map or index, as a vector; `None` for any other value.
pub(crate) fn vector_of(collection: &Value) -> Result<Option<(Vector, IsLater)>, Missing> {
    let (count, is_whole) = match collection {
        Value::Map(map) => (map.count(), is_whole_radix(&map.0)),
        Value::Set(set) => (set.count(), is_whole_radix(&set.0)),
        Value::Index(index) => (index.count(), is_whole_index(index)),
        _ => return Ok(None),
    };
    if is_whole && count > CHUNK as u64 {
        return Ok(Some((node(collection, 0, count), true)));
    }
    Ok(Some((Vector::from_slots(slots(collection, 0, count)?), false)))
}

/// Whether a vector has parts that are made later.
pub(crate) type IsLater = bool;

/// The vector of a stretch of a collection all parts of which are in memory.
fn node(collection: &Value, start: u64, count: u64) -> Vector {
    let tail = count % CHUNK as u64;
    let vector = if count <= CHUNK as u64 {
        Vector::leaf(count, slots(collection, start, count).unwrap_or_default(), None)
    } else if tail == 0 {
        let size = child_size(count);
        let child = |first| Walk::slot(collection, start + first, size.min(count - first));
        Vector::tree(count, (0..count).step_by(size as usize).map(child).collect())
    } else {
        let before = count - tail;
        let items = slots(collection, start + before, tail).unwrap_or_default();
        Vector::leaf(count, items, Some(Walk::slot(collection, start, before)))
    };
    vector.0.facts.set_whole();
    vector
}

/// The elements or entries of a stretch of a collection.
fn slots(collection: &Value, start: u64, count: u64) -> Result<Vec<Slot>, Missing> {
    let entry =
        |key: &Slot, value: &Slot| Slot::new(Vector::leaf(2, vec![key.clone(), value.clone()], None).into());
    match collection {
        Value::Map(map) => {
            let entries = Items::starting_at(crate::radix::settled(&map.0), start)?;
            first(entries, count, |item| entry(&item.key, &item.value))
        }
        Value::Set(set) => {
            let elements = Items::starting_at(crate::radix::settled(&set.0), start)?;
            first(elements, count, |item| item.1.clone())
        }
        Value::Index(index) => first(index.entries_from(start)?, count, |(key, value)| entry(key, value)),
        _ => Ok(Vec::new()),
    }
}

/// The slots of the first items.
fn first<'a, I: 'a>(
    items: impl Iterator<Item = Result<&'a I, Missing>>,
    count: u64,
    slot: impl Fn(&I) -> Slot,
) -> Result<Vec<Slot>, Missing> {
    items.take(count as usize).map(|item| Ok(slot(item?))).collect()
}
