//! Trees of a map or set taken apart into their children and put together from them.

use crate::Missing;
use crate::cell::{Node, Slot};
use crate::limits::MAX_MAP_LEAF_ENTRIES;
use crate::radix::{Body, Item, Root, child, digits, gather, leaf};

/// A child of a tree that is being put together.
pub(crate) struct Part {
    pub digit: usize,
    pub slot: Slot,
    pub count: u64,
}

impl Part {
    /// A child that holds some items.
    pub fn new<I: Item>(digit: usize, root: Root<I>) -> Part {
        let count = root.body.count();
        Part { digit, slot: Slot::new(I::collection(root)), count }
    }
}

/// The canonical map or set of the items of these parts, which differ at position `shift` and stand in order.
pub(crate) fn assemble<I: Item>(shift: u8, parts: Vec<Part>) -> Result<Root<I>, Missing> {
    if let [part] = &parts[..] {
        return child(&part.slot, shift).cloned();
    }
    let count = parts.iter().fold(0, |count: u64, part| count.saturating_add(part.count));
    let mask = parts.iter().fold(0, |mask, part| mask | 1 << part.digit);
    let children: Box<[Slot]> = parts.into_iter().map(|part| part.slot).collect();
    if count > MAX_MAP_LEAF_ENTRIES as u64 {
        return Ok(Node::shared(Body::Tree { count, shift, mask, children }.into()));
    }
    let mut items = Vec::with_capacity(count as usize);
    for slot in &children {
        gather(child(slot, shift)?, &mut items)?;
    }
    Ok(leaf(items))
}

/// The children of a tree; a leaf has none.
pub(crate) fn parts<I: Item>(root: &Root<I>) -> Result<Vec<Part>, Missing> {
    let Body::Tree { shift, mask, children, .. } = root.body.shape() else { return Ok(Vec::new()) };
    digits(*mask)
        .zip(children)
        .map(|(digit, slot)| {
            Ok(Part { digit, slot: slot.clone(), count: child::<I>(slot, *shift)?.body.count() })
        })
        .collect()
}

/// How the items of a range are taken from a child.
type Slice<I> = fn(&Root<I>, u64, u64) -> Result<Root<I>, Missing>;

/// What is left of a child, if anything, after a cut from `start` to `end`, counted from its first item.
pub(crate) fn cut<I: Item>(
    part: Part,
    shift: u8,
    start: u64,
    end: u64,
    slice: Slice<I>,
) -> Result<Option<Part>, Missing> {
    let (start, end) = (start.min(part.count), end.min(part.count));
    Ok(match end.saturating_sub(start) {
        0 => None,
        count if count == part.count => Some(part),
        _ => Some(Part::new(part.digit, slice(child(&part.slot, shift)?, start, end)?)),
    })
}

/// The items at the positions from `start` to `end`, a range within the count.
pub(crate) fn slice<I: Item>(root: &Root<I>, start: u64, end: u64) -> Result<Root<I>, Missing> {
    slice_with(root, start, end, slice)
}

/// The items of a range, taken from the children of a tree in some way.
pub(crate) fn slice_with<I: Item>(
    root: &Root<I>,
    start: u64,
    end: u64,
    slice: Slice<I>,
) -> Result<Root<I>, Missing> {
    match root.body.shape() {
        body if start == 0 && end == body.count() => Ok(root.clone()),
        Body::Leaf(items) => Ok(leaf(items[start as usize..end as usize].iter().cloned())),
        Body::Tree { shift, .. } => {
            let mut left = Vec::new();
            let mut first = 0;
            for part in parts(root)? {
                let count = part.count;
                left.extend(cut(
                    part,
                    *shift,
                    start.saturating_sub(first),
                    end.saturating_sub(first),
                    slice,
                )?);
                first = first.saturating_add(count);
            }
            assemble(*shift, left)
        }
    }
}
