//! Union, intersection and difference of maps and sets. Subtrees that only one side has, and those that come
//! out as they were, are shared.

use crate::cell::{Node, Slot};
use crate::radix::{Body, Item, Root, child, digits, find, first_hash, index_of, insert, leaf, rank, remove};
use crate::radix_parts::{Part, assemble};
use crate::{Hash, Missing};
use triomphe::Arc;

/// Whose item stays where both sides have one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wins {
    /// The item of the first.
    First,
    /// The item of the second.
    Second,
}

/// How the hashes of two trees stand to each other.
enum Meeting {
    /// They differ before either tree branches: at this position, in these digits.
    Apart { at: u8, first: usize, second: usize },
    /// Both trees branch at this position.
    Level(u8),
    /// All hashes of the second belong below this digit of the first.
    InFirst(usize),
    /// All hashes of the first belong below this digit of the second.
    InSecond(usize),
}

fn meet<I: Item>(a: &Root<I>, at_a: u8, b: &Root<I>, at_b: u8) -> Result<Meeting, Missing> {
    if at_a == 0 && at_b == 0 {
        return Ok(Meeting::Level(0)); // No need to look for a hash below.
    }
    let none = Hash([0; 32]);
    let (first, second) = (first_hash(a)?.unwrap_or(&none), first_hash(b)?.unwrap_or(&none));
    let shared = first.common_digits(second);
    Ok(if shared < at_a.min(at_b).into() {
        Meeting::Apart { at: shared as u8, first: first.digit(shared), second: second.digit(shared) }
    } else if at_a == at_b {
        Meeting::Level(at_a)
    } else if at_a < at_b {
        Meeting::InFirst(second.digit(at_a.into()))
    } else {
        Meeting::InSecond(first.digit(at_b.into()))
    })
}

/// The slot of a child by its digit.
fn slot_at(mask: u16, children: &[Slot], digit: usize) -> Option<&Slot> {
    index_of(mask, digit).map(|i| &children[i])
}

/// The slot for a child: the one it came from if it is the same.
fn slot_for<I: Item>(root: Root<I>, old: &Slot) -> Slot {
    match old.loaded().and_then(I::root) {
        Some(before) if Arc::ptr_eq(before, &root) => old.clone(),
        _ => Slot::new(I::collection(root)),
    }
}

/// The items of either side.
pub(crate) fn union<I: Item>(a: &Root<I>, b: &Root<I>, wins: Wins) -> Result<Root<I>, Missing> {
    if Arc::ptr_eq(a, b) {
        return Ok(a.clone());
    }
    match (a.body.shape(), b.body.shape()) {
        (_, Body::Leaf(items)) => add_all(a, items, wins),
        (Body::Leaf(items), _) => {
            let wins = if wins == Wins::First { Wins::Second } else { Wins::First };
            add_all(b, items, wins)
        }
        (Body::Tree { shift: at_a, .. }, Body::Tree { shift: at_b, .. }) => match meet(a, *at_a, b, *at_b)? {
            Meeting::Apart { at, first, second } => {
                let mut parts = vec![Part::new(first, a.clone()), Part::new(second, b.clone())];
                parts.sort_by_key(|part| part.digit);
                assemble(at, parts)
            }
            Meeting::Level(shift) => union_level(a, b, shift, wins),
            Meeting::InFirst(digit) => union_below(a, digit, b, |below| union(below, b, wins)),
            Meeting::InSecond(digit) => union_below(b, digit, a, |below| union(a, below, wins)),
        },
    }
}

/// Adds a few items; the second wins for those of the leaf.
fn add_all<I: Item>(root: &Root<I>, items: &[I], wins: Wins) -> Result<Root<I>, Missing> {
    let mut result = root.clone();
    for item in items {
        if wins == Wins::Second || find(&result, item.hash())?.is_none() {
            insert(&mut result, item.clone())?;
        }
    }
    Ok(result)
}

/// The union of two trees that branch at the same position.
fn union_level<I: Item>(a: &Root<I>, b: &Root<I>, shift: u8, wins: Wins) -> Result<Root<I>, Missing> {
    let (
        Body::Tree { count: count_a, mask: mask_a, children: children_a, .. },
        Body::Tree { count: count_b, mask: mask_b, children: children_b, .. },
    ) = (a.body.shape(), b.body.shape())
    else {
        return Ok(a.clone());
    };
    let mut children = Vec::with_capacity(16);
    let mut count = count_a.saturating_add(*count_b);
    let (mut is_first, mut is_second) = (true, true);
    for digit in digits(mask_a | mask_b) {
        let (in_a, in_b) = (slot_at(*mask_a, children_a, digit), slot_at(*mask_b, children_b, digit));
        let (Some(slot_a), Some(slot_b)) = (in_a, in_b) else {
            is_first &= in_a.is_some();
            is_second &= in_b.is_some();
            children.extend(in_a.or(in_b).cloned());
            continue;
        };
        let (child_a, child_b) = (child::<I>(slot_a, shift)?, child::<I>(slot_b, shift)?);
        let both = union(child_a, child_b, wins)?;
        let twice = child_a.body.count().saturating_add(child_b.body.count());
        count = count.saturating_sub(twice.saturating_sub(both.body.count()));
        is_first &= Arc::ptr_eq(&both, child_a);
        is_second &= Arc::ptr_eq(&both, child_b);
        children.push(if Arc::ptr_eq(&both, child_a) { slot_a.clone() } else { slot_for(both, slot_b) });
    }
    if is_first || is_second {
        return Ok(if is_first { a } else { b }.clone());
    }
    let children = children.into_boxed_slice();
    Ok(Node::shared(Body::Tree { count, shift, mask: mask_a | mask_b, children }.into()))
}

/// A tree, with one that belongs below one of its digits.
fn union_below<I: Item>(
    tree: &Root<I>,
    digit: usize,
    other: &Root<I>,
    join: impl FnOnce(&Root<I>) -> Result<Root<I>, Missing>,
) -> Result<Root<I>, Missing> {
    let Body::Tree { count, shift, mask, children } = tree.body.shape() else { return Ok(tree.clone()) };
    let place = rank(*mask, digit);
    let mut list = children.to_vec();
    let added = match slot_at(*mask, children, digit) {
        None => {
            list.insert(place, Slot::new(I::collection(other.clone())));
            other.body.count()
        }
        Some(slot) => {
            let below = child(slot, *shift)?;
            let joined = join(below)?;
            if Arc::ptr_eq(&joined, below) {
                return Ok(tree.clone());
            }
            let added = joined.body.count().saturating_sub(below.body.count());
            list[place] = Slot::new(I::collection(joined));
            added
        }
    };
    let (count, mask) = (count.saturating_add(added), mask | 1 << digit);
    Ok(Node::shared(Body::Tree { count, shift: *shift, mask, children: list.into_boxed_slice() }.into()))
}

/// The items of the first whose hash the second has too.
pub(crate) fn intersection<I: Item>(a: &Root<I>, b: &Root<I>) -> Result<Root<I>, Missing> {
    if Arc::ptr_eq(a, b) {
        return Ok(a.clone());
    }
    match (a.body.shape(), b.body.shape()) {
        (Body::Leaf(items), _) => {
            let mut kept = Vec::with_capacity(items.len());
            for item in items {
                if find(b, item.hash())?.is_some() {
                    kept.push(item.clone());
                }
            }
            Ok(if kept.len() == items.len() { a.clone() } else { leaf(kept) })
        }
        (_, Body::Leaf(items)) => {
            let mut kept = Vec::with_capacity(items.len());
            for item in items {
                kept.extend(find(a, item.hash())?.cloned());
            }
            Ok(leaf(kept))
        }
        (
            Body::Tree { shift: at_a, mask: mask_a, children: children_a, .. },
            Body::Tree { shift: at_b, mask: mask_b, children: children_b, .. },
        ) => match meet(a, *at_a, b, *at_b)? {
            Meeting::Apart { .. } => Ok(leaf([])),
            Meeting::InFirst(digit) => match slot_at(*mask_a, children_a, digit) {
                Some(slot) => intersection(child(slot, *at_a)?, b),
                None => Ok(leaf([])),
            },
            Meeting::InSecond(digit) => match slot_at(*mask_b, children_b, digit) {
                Some(slot) => intersection(a, child(slot, *at_b)?),
                None => Ok(leaf([])),
            },
            Meeting::Level(shift) => {
                let mut parts = Vec::with_capacity(16);
                for digit in digits(mask_a & mask_b) {
                    let slot = &children_a[rank(*mask_a, digit)];
                    let other = child(&children_b[rank(*mask_b, digit)], shift)?;
                    push_part(&mut parts, digit, slot, intersection::<I>(child(slot, shift)?, other)?);
                }
                reassemble(a, shift, parts)
            }
        },
    }
}

/// The items of the first whose hash the second has not.
pub(crate) fn difference<I: Item>(a: &Root<I>, b: &Root<I>) -> Result<Root<I>, Missing> {
    if Arc::ptr_eq(a, b) {
        return Ok(leaf([]));
    }
    match (a.body.shape(), b.body.shape()) {
        (Body::Leaf(items), _) => {
            let mut kept = Vec::with_capacity(items.len());
            for item in items {
                if find(b, item.hash())?.is_none() {
                    kept.push(item.clone());
                }
            }
            Ok(if kept.len() == items.len() { a.clone() } else { leaf(kept) })
        }
        (_, Body::Leaf(items)) => {
            let mut rest = a.clone();
            for item in items {
                remove(&mut rest, item.hash())?;
            }
            Ok(rest)
        }
        (
            Body::Tree { shift: at_a, mask: mask_a, children: children_a, .. },
            Body::Tree { shift: at_b, mask: mask_b, children: children_b, .. },
        ) => {
            // Each child of the first loses what this part of the second has.
            let rival = |digit: usize| -> Result<Option<&Root<I>>, Missing> {
                slot_at(*mask_b, children_b, digit).map(|slot| child(slot, *at_b)).transpose()
            };
            let meeting = meet(a, *at_a, b, *at_b)?;
            if let Meeting::InSecond(digit) = meeting {
                return match rival(digit)? {
                    Some(other) => difference(a, other),
                    None => Ok(a.clone()),
                };
            }
            let mut parts = Vec::with_capacity(16);
            for (digit, slot) in digits(*mask_a).zip(children_a) {
                let other = match meeting {
                    Meeting::Level(_) => rival(digit)?,
                    Meeting::InFirst(only) if only == digit => Some(b),
                    _ => None,
                };
                let own = child::<I>(slot, *at_a)?;
                let rest = other.map_or_else(|| Ok(own.clone()), |other| difference(own, other))?;
                push_part(&mut parts, digit, slot, rest);
            }
            reassemble(a, *at_a, parts)
        }
    }
}

fn push_part<I: Item>(parts: &mut Vec<Part>, digit: usize, slot: &Slot, root: Root<I>) {
    let count = root.body.count();
    if count > 0 {
        parts.push(Part { digit, slot: slot_for(root, slot), count });
    }
}

/// The map or set of what is left of a tree: the tree itself if that is everything.
fn reassemble<I: Item>(tree: &Root<I>, shift: u8, parts: Vec<Part>) -> Result<Root<I>, Missing> {
    let count = parts.iter().fold(0, |count: u64, part| count.saturating_add(part.count));
    if count == tree.body.count() { Ok(tree.clone()) } else { assemble(shift, parts) }
}

/// Whether the second has all hashes of the first.
pub(crate) fn is_subset<I: Item>(a: &Root<I>, b: &Root<I>) -> Result<bool, Missing> {
    if Arc::ptr_eq(a, b) {
        return Ok(true);
    }
    match (a.body.shape(), b.body.shape()) {
        (Body::Leaf(items), _) => {
            for item in items {
                if find(b, item.hash())?.is_none() {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Body::Tree { .. }, Body::Leaf(_)) => Ok(false),
        (
            Body::Tree { count: count_a, shift: at_a, mask: mask_a, children: children_a },
            Body::Tree { count: count_b, shift: at_b, mask: mask_b, children: children_b },
        ) => {
            if count_a > count_b {
                return Ok(false);
            }
            match meet(a, *at_a, b, *at_b)? {
                Meeting::Apart { .. } | Meeting::InFirst(_) => Ok(false),
                Meeting::InSecond(digit) => match slot_at(*mask_b, children_b, digit) {
                    Some(slot) => is_subset(a, child(slot, *at_b)?),
                    None => Ok(false),
                },
                Meeting::Level(shift) => {
                    if mask_a & !mask_b != 0 {
                        return Ok(false);
                    }
                    for (digit, slot) in digits(*mask_a).zip(children_a) {
                        let other = child(&children_b[rank(*mask_b, digit)], shift)?;
                        if !is_subset::<I>(child(slot, shift)?, other)? {
                            return Ok(false);
                        }
                    }
                    Ok(true)
                }
            }
        }
    }
}
