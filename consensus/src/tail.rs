//! The tail: blocks that are not yet in consensus, and how new ones are appended.

use lang::{Hash, Missing, Value, Vector};
use std::collections::BTreeSet;
use vm::State;
use vm::block::{self, Block};

/// Blocks beyond a point that some sequences have and a winner lacks, appended to it: those that a
/// state would not refuse, by their times; of one time, as they come in the sequences. No more than
/// so many of them, the earliest.
///
/// # Errors
/// [`Missing`] when a part of a sequence or of the state is not here.
pub fn append_new<'a>(
    winner: &Vector,
    sequences: impl IntoIterator<Item = &'a Vector>,
    point: u64,
    state: &State,
    most: u64,
) -> Result<Vector, Missing> {
    let mut fresh = Vec::new();
    let mut seen: Option<BTreeSet<Hash>> = None;
    for blocks in sequences {
        let shared = winner.common_prefix(blocks)?.max(point);
        if shared >= blocks.count() {
            continue;
        }
        let seen = match &mut seen {
            Some(seen) => seen,
            None => seen.insert(hashes(winner, point)?),
        };
        for value in blocks.iter_from(shared) {
            let value = value?;
            if seen.insert(value.hash())
                && let Some(block) = Block::from_value(value)?
                && block::check(state, &block)?.is_none()
            {
                fresh.push((block.timestamp, value.clone()));
            }
        }
    }
    fresh.sort_by_key(|(timestamp, _)| *timestamp);
    let mut blocks = winner.clone();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    for (_, block) in fresh.into_iter().take(most) {
        blocks.push(block)?;
    }
    Ok(blocks)
}

/// The hashes of the blocks of a sequence from a point on.
fn hashes(blocks: &Vector, point: u64) -> Result<BTreeSet<Hash>, Missing> {
    blocks.iter_from(point).map(|block| Ok(block?.hash())).collect()
}

/// Blocks beyond a point that are dated later than a time (milliseconds since 1970), moved behind
/// the others there; both parts keep their order. Also the place of the first such block.
///
/// # Errors
/// [`Missing`] when a part of the sequence is not here.
pub fn demote_later(blocks: &Vector, point: u64, time: i64) -> Result<(Vector, Option<u64>), Missing> {
    let mut early = Vec::new();
    let mut later = Vec::new();
    for value in blocks.iter_from(point) {
        let value = value?;
        let list = if is_later(value, time)? { &mut later } else { &mut early };
        list.push(value.clone());
    }
    let first = point + early.len() as u64;
    if later.is_empty() {
        return Ok((blocks.clone(), None));
    }
    let mut moved = blocks.slice(0, point)?.unwrap_or_else(Vector::empty);
    for value in early.into_iter().chain(later) {
        moved.push(value)?;
    }
    let moved =
        if Value::Vector(moved.clone()) == Value::Vector(blocks.clone()) { blocks.clone() } else { moved };
    Ok((moved, Some(first)))
}

fn is_later(value: &Value, time: i64) -> Result<bool, Missing> {
    Ok(Block::from_value(value)?.is_some_and(|block| block.timestamp > time))
}
