//! How far two vectors agree from their start, found by what they share.

use crate::cell::Slot;
use crate::packing::child_bits;
use crate::vector::{VectorBody, part};
use crate::{Hash, Missing, Vector};
use triomphe::Arc;

impl Vector {
    /// The number of elements from the start that two vectors share. Parts with the same hash are
    /// not looked into, so this costs O(log n) where hashes are known; branches are fetched only
    /// where the two part.
    ///
    /// # Errors
    /// [`Missing`] when a node at the place where they part is not here.
    pub fn common_prefix(&self, other: &Vector) -> Result<u64, Missing> {
        if Arc::ptr_eq(&self.0, &other.0) {
            return Ok(self.count());
        }
        let (packed_a, items_a) = split(self)?;
        let (packed_b, items_b) = split(other)?;
        let before_a = self.count() - items_a.len() as u64;
        let before_b = other.count() - items_b.len() as u64;
        let packed = match (packed_a, packed_b) {
            (Some(a), Some(b)) => packed_prefix(a, b)?,
            _ => 0,
        };
        if packed < before_a.min(before_b) {
            return Ok(packed);
        }
        let rest_a = if before_a > packed { self.chunk(packed)? } else { items_a };
        let rest_b = if before_b > packed { other.chunk(packed)? } else { items_b };
        Ok(packed + equal_items(rest_a, rest_b))
    }
}

/// The packed part of a vector and the items after it.
fn split(vector: &Vector) -> Result<(Option<&Vector>, &[Slot]), Missing> {
    Ok(match vector.body() {
        VectorBody::Leaf { count, items, prefix: Some(slot) } => {
            (Some(part(slot, count - items.len() as u64)?), items)
        }
        VectorBody::Leaf { items, prefix: None, .. } => (None, items),
        VectorBody::Tree { .. } => (Some(vector), &[]),
    })
}

/// As [`Vector::common_prefix`], of packed vectors: single chunks, or trees of them.
fn packed_prefix(a: &Vector, b: &Vector) -> Result<u64, Missing> {
    match (a.body(), b.body()) {
        _ if Arc::ptr_eq(&a.0, &b.0) => Ok(a.count()),
        (VectorBody::Leaf { items: x, .. }, VectorBody::Leaf { items: y, .. }) => Ok(equal_items(x, y)),
        (VectorBody::Tree { .. }, VectorBody::Leaf { .. }) => packed_prefix(first_child(a)?, b),
        (VectorBody::Leaf { .. }, VectorBody::Tree { .. }) => packed_prefix(a, first_child(b)?),
        (VectorBody::Tree { count: m, children: x }, VectorBody::Tree { count: n, children: y }) => {
            let (bits, other_bits) = (child_bits(*m), child_bits(*n));
            if bits > other_bits {
                return packed_prefix(first_child(a)?, b);
            }
            if bits < other_bits {
                return packed_prefix(a, first_child(b)?);
            }
            let mut shared = 0;
            for (x, y) in x.iter().zip(y) {
                let (m, n) = ((m - shared).min(1 << bits), (n - shared).min(1 << bits));
                let part =
                    if m == n && hash(x) == hash(y) { m } else { packed_prefix(part(x, m)?, part(y, n)?)? };
                shared += part;
                if part < 1 << bits {
                    break;
                }
            }
            Ok(shared)
        }
    }
}

/// The first child of a tree, which is full.
fn first_child(tree: &Vector) -> Result<&Vector, Missing> {
    match tree.body() {
        VectorBody::Tree { count, children } => match children.first() {
            Some(slot) => part(slot, (1 << child_bits(*count)).min(*count)),
            None => Ok(tree),
        },
        VectorBody::Leaf { .. } => Ok(tree),
    }
}

fn equal_items(a: &[Slot], b: &[Slot]) -> u64 {
    a.iter().zip(b).take_while(|(a, b)| is_same(a, b)).count() as u64
}

/// Whether two elements are equal. Nothing is fetched; hashes that are found are kept in the cells.
fn is_same(a: &Slot, b: &Slot) -> bool {
    match (a.loaded(), b.loaded()) {
        (Some(x), Some(y)) if x.identity().is_none() || y.identity().is_none() => x == y,
        (Some(x), Some(y)) if x.identity() == y.identity() => true,
        _ => hash(a) == hash(b),
    }
}

fn hash(slot: &Slot) -> Hash {
    match slot.branch_hash() {
        Some(hash) => *hash,
        // A slot that was not given by its hash holds its value.
        None => slot.loaded().map_or(Hash([0; 32]), |value| value.hash()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Nowhere;
    use crate::{Value, decode, message};
    use proptest::prelude::*;

    fn block(n: u64) -> Value {
        // Some elements are cells, some stand in place.
        if n.is_multiple_of(3) {
            (n as i64).into()
        } else {
            Value::string(&format!("block {n} {}", "x".repeat(150)))
        }
    }

    fn sequence(count: u64, parts_at: u64) -> Vector {
        Vector::from_values((0..count).map(|n| block(if n < parts_at { n } else { n + 1_000_000 })))
    }

    proptest! {
        #[test]
        fn is_found_as_by_comparing_one_by_one(a in 0u64..700, b in 0u64..700, parts_at in 0u64..700) {
            let (x, y) = (sequence(a, u64::MAX), sequence(b, parts_at));
            let expected = a.min(b).min(parts_at);
            prop_assert_eq!(x.common_prefix(&y), Ok(expected));
            prop_assert_eq!(y.common_prefix(&x), Ok(expected));
            let decoded = message::encode(&y.into()).map(|bytes| message::decode(&bytes));
            let Ok(Ok(Value::Vector(decoded))) = decoded else { panic!("it is a message") };
            prop_assert_eq!(x.common_prefix(&decoded), Ok(expected));
        }
    }

    #[test]
    fn what_is_shared_is_not_fetched() {
        let whole = sequence(10_000, u64::MAX);
        let root = decode::decode(&Value::from(whole.clone()).encoding(), std::sync::Arc::new(Nowhere));
        let Ok(Value::Vector(torn)) = root else { panic!("it is an encoding") };
        assert_eq!(whole.common_prefix(&torn), Ok(10_000));
        assert!(sequence(10_000, 17).common_prefix(&torn).is_err(), "the place where they part is not here");
    }
}
