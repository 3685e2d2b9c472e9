//! Packed vectors: how whole chunks of 16 are put together (CAD003).
//!
//! A packed vector holds a multiple of 16 elements. Its children hold 16^k elements each, with the greatest k
//! for which there are several, except the last, which holds the rest, packed in the same way.

use crate::cell::Slot;
use crate::vector::{CHUNK, VectorBody, part, part_mut};
use crate::{Missing, Value, Vector};

/// The number of elements in each child, but the last, of a tree of this many elements (more than 16), as a power
/// of two.
#[inline]
pub(crate) fn child_bits(count: u64) -> u32 {
    let bits = 63 - (count - 1).leading_zeros();
    bits - bits % 4
}

/// The number of elements in each child, but the last, of a tree of this many elements (more than 16).
#[inline]
pub(crate) fn child_size(count: u64) -> u64 {
    1 << child_bits(count)
}

/// A vector of these elements. O(n).
pub(crate) fn pack(slots: Vec<Slot>) -> Vector {
    let count = slots.len();
    match count {
        0 => return Vector::empty(),
        1..=CHUNK => return Vector::leaf(count as u64, slots, None),
        _ => {}
    }
    let chunks = count / CHUNK;
    let mut slots = slots.into_iter();
    let mut level: Vec<Vector> =
        (0..chunks).map(|_| Vector::leaf(CHUNK as u64, slots.by_ref().take(CHUNK).collect(), None)).collect();
    while level.len() > 1 {
        let parents = Vec::with_capacity(level.len().div_ceil(CHUNK));
        let mut nodes = level.into_iter();
        level = parents;
        while nodes.len() > 0 {
            level.push(tree_of(nodes.by_ref().take(CHUNK).collect()));
        }
    }
    match level.pop() {
        Some(packed) if slots.len() == 0 => packed,
        packed => Vector::leaf(count as u64, slots.collect(), packed.map(|v| Slot::new(v.into()))),
    }
}

/// A tree of one or more children; one child is itself the tree.
fn tree_of(mut children: Vec<Vector>) -> Vector {
    match children.len() {
        1 => children.remove(0),
        _ => {
            let count = children.iter().map(Vector::count).sum();
            Vector::tree(count, children.into_iter().map(|v| Slot::new(v.into())).collect())
        }
    }
}

/// Whether a packed vector of this many elements has room for no more chunk.
pub(crate) fn is_full(count: u64) -> bool {
    count.is_power_of_two() && count.trailing_zeros().is_multiple_of(4)
}

/// Appends a chunk to a packed vector, in place where nobody else holds its nodes. O(log n). After an error
/// nothing has changed.
pub(crate) fn append_chunk(packed: &mut Vector, chunk: Vector) -> Result<(), Missing> {
    let length = packed.count();
    if is_full(length) {
        let full = std::mem::take(packed);
        *packed = tree_of(vec![full, chunk]);
        return Ok(());
    }
    let rest = length % child_size(length);
    let VectorBody::Tree { count, children } = packed.body_mut() else {
        return Err(Slot::new(packed.clone().into()).unfit());
    };
    match children.last_mut() {
        Some(last) if rest > 0 => append_chunk(part_mut(last, rest)?, chunk)?,
        _ => children.push(Slot::new(chunk.into())),
    }
    *count += CHUNK as u64;
    Ok(())
}

/// Puts a vector together from stretches of others, sharing whole subtrees where they fall into place.
#[derive(Default)]
pub(crate) struct Packing {
    /// Full packed vectors of 16^(k+1) elements at place k, at most 15 at each: they stand in the order from
    /// the highest place to the lowest.
    levels: Vec<Vec<Slot>>,
    /// The elements after them, at most 15.
    tail: Vec<Slot>,
}

impl Packing {
    /// Appends the elements of a vector from `start` to `end`, a range within it.
    pub fn extend(&mut self, vector: &Vector, start: u64, end: u64) -> Result<(), Missing> {
        if let Some(rest) = vector.rest() {
            return rest.pack(self, start, end);
        }
        match vector.body() {
            VectorBody::Leaf { count, items, prefix } => {
                let before = count - items.len() as u64;
                if let Some(prefix) = prefix
                    && start < before
                {
                    self.extend_part(prefix, before, start, end.min(before))?;
                }
                let from = start.saturating_sub(before) as usize;
                let to = end.saturating_sub(before) as usize;
                items.iter().take(to).skip(from).for_each(|item| self.push(item.clone()));
            }
            VectorBody::Tree { count, children } => {
                let size = child_size(*count);
                for (i, child) in (start / size..).zip(&children[(start / size) as usize..]) {
                    let first = i * size;
                    if first >= end {
                        break;
                    }
                    let length = size.min(count - first);
                    self.extend_part(child, length, start.saturating_sub(first), length.min(end - first))?;
                }
            }
        }
        Ok(())
    }

    /// Appends a range of a packed vector, which need not be in memory if it is taken whole.
    fn extend_part(&mut self, slot: &Slot, count: u64, start: u64, end: u64) -> Result<(), Missing> {
        let level = count.trailing_zeros() / 4;
        let full = count == 1 << (4 * level);
        if full && end - start == count && self.takes(level as usize) {
            self.push_node(level as usize - 1, slot.clone());
            return Ok(());
        }
        self.extend(part(slot, count)?, start, end)
    }

    /// Whether a full packed vector of 16^level elements would stand at its right place now.
    fn takes(&self, level: usize) -> bool {
        level > 0 && self.tail.is_empty() && self.levels.iter().take(level - 1).all(Vec::is_empty)
    }

    /// Appends an element.
    pub fn push(&mut self, item: Slot) {
        self.tail.push(item);
        if self.tail.len() == CHUNK {
            let items = std::mem::take(&mut self.tail);
            self.push_node(0, Slot::new(Vector::leaf(CHUNK as u64, items, None).into()));
        }
    }

    fn push_node(&mut self, mut level: usize, mut node: Slot) {
        loop {
            if self.levels.len() <= level {
                self.levels.resize_with(level + 1, Vec::new);
            }
            self.levels[level].push(node);
            if self.levels[level].len() < CHUNK {
                return;
            }
            let children = std::mem::take(&mut self.levels[level]);
            node = Slot::new(Vector::tree(1 << (4 * (level + 2)), children).into());
            level += 1;
        }
    }

    /// The vector of all that was appended.
    pub fn finish(self) -> Result<Vector, Missing> {
        let (mut packed, mut count) = (None, 0);
        for (level, mut nodes) in self.levels.into_iter().enumerate() {
            count += (nodes.len() as u64) << (4 * (level + 1));
            nodes.extend(packed);
            packed = match nodes.len() {
                0 | 1 => nodes.pop(),
                _ => Some(Slot::new(Vector::tree(count, nodes).into())),
            };
        }
        if !self.tail.is_empty() {
            count += self.tail.len() as u64;
            return Ok(Vector::leaf(count, self.tail, packed));
        }
        match packed {
            None => Ok(Vector::empty()),
            Some(slot) => match slot.get()? {
                Value::Vector(vector) if vector.count() == count => Ok(vector.clone()),
                _ => Err(slot.unfit()),
            },
        }
    }
}
