//! Whether all parts of a collection are in memory, so that reading its elements one after the other cannot fail.
//!
//! Only the nodes that hold a collection together count, not what its elements hold. Once a part is in memory it
//! stays there, so that the answer is kept in the facts of each node.

use crate::cell::{Facts, Slot};
use crate::index::Index;
use crate::packing::child_size;
use crate::radix::{self, Body, Item, Root};
use crate::vector::VectorBody;
use crate::{Value, Vector};

/// Whether all parts of a vector are in memory and hold as many elements as they should.
pub(crate) fn is_whole_vector(vector: &Vector) -> bool {
    remembered(&vector.0.facts, || match vector.body() {
        VectorBody::Leaf { count, items, prefix } => {
            let before = count - items.len() as u64;
            prefix.as_ref().map_or(before == 0, |slot| is_whole_part(slot, before))
        }
        VectorBody::Tree { count, children } => {
            let size = child_size(*count);
            (0..).step_by(size as usize).zip(children).all(|(first, slot)| {
                count.checked_sub(first).is_some_and(|left| is_whole_part(slot, left.min(size)))
            })
        }
    })
}

fn is_whole_part(slot: &Slot, count: u64) -> bool {
    if let Some(later) = slot.walk() {
        return later.count() == count;
    }
    matches!(slot.loaded(), Some(Value::Vector(part)) if part.count() == count && is_whole_vector(part))
}

/// Whether all parts of a map or set are in memory and hold as many items as they say.
pub(crate) fn is_whole_radix<I: Item>(root: &Root<I>) -> bool {
    let root = radix::settled(root);
    remembered(&root.facts, || match root.body.shape() {
        Body::Leaf(_) => true,
        Body::Tree { count, shift, children, .. } => {
            let count_of = |slot: &Slot| {
                slot.loaded()?;
                let child = radix::child::<I>(slot, *shift).ok()?;
                is_whole_radix(child).then(|| child.body.count())
            };
            has_count(*count, children.iter().map(count_of))
        }
    })
}

/// Whether all parts of an index are in memory and hold as many entries as they say.
pub(crate) fn is_whole_index(index: &Index) -> bool {
    remembered(&index.0.facts, || {
        let body = &index.0.body;
        let count_of = |slot: &Slot| {
            slot.loaded()?;
            let child = crate::index::part(slot, body.depth).ok()?;
            is_whole_index(child).then(|| child.count())
        };
        let own = u64::from(body.entry.is_some());
        has_count(body.count, std::iter::once(Some(own)).chain(body.children.iter().map(count_of)))
    })
}

/// Whether counts are all known and come to a sum.
fn has_count(sum: u64, counts: impl Iterator<Item = Option<u64>>) -> bool {
    let mut left = Some(sum);
    for count in counts {
        left = left.zip(count).and_then(|(left, count)| left.checked_sub(count));
        if left.is_none() {
            return false;
        }
    }
    left == Some(0)
}

/// Keeps a yes in the facts of a cell.
fn remembered(facts: &Facts, find: impl FnOnce() -> bool) -> bool {
    if facts.is_whole() {
        return true;
    }
    let is_whole = find();
    if is_whole {
        facts.set_whole();
    }
    is_whole
}
