//! Multi-cell messages: a cell followed by the branches it needs, each with its length (CAD003, CAD015).

use crate::cell::Slot;
use crate::decode::{DecodeError, Decoder};
use crate::encode::count_bytes;
use crate::limits::MAX_EMBEDDED_BYTES;
use crate::store::Nowhere;
use crate::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Decodes a message. Branches that are not in it stay missing; cells that nothing refers to are dropped.
///
/// # Errors
/// When the bytes are not a message: every cell must be canonical, and every one but the first a branch that
/// has exactly the length in front of it.
pub fn decode(bytes: &[u8]) -> Result<Value, DecodeError> {
    let nowhere: Arc<dyn store::Store> = Arc::new(Nowhere);
    // One slot for each hash, so that what the cells of the message share is shared in memory too.
    let mut slots: HashMap<Hash, Slot> = HashMap::new();
    let mut link =
        |hash| Some(slots.entry(hash).or_insert_with(|| Slot::branch(hash, nowhere.clone())).clone());
    let mut decoder = Decoder::new(bytes, &mut link);
    let first = decoder.cell()?;
    let mut cells = Vec::new();
    while decoder.at < bytes.len() {
        let length = decoder.count()?;
        let start = decoder.at;
        let value = decoder.cell()?;
        let end = decoder.at;
        if (end - start) as u64 != length {
            return Err(decoder.error(start, "a cell has not the length that stands before it"));
        }
        if end - start <= MAX_EMBEDDED_BYTES {
            return Err(decoder.error(start, "a cell follows that belongs inside another"));
        }
        cells.push((Hash::of(&bytes[start..end]), value));
    }
    if first.is_nil() && !cells.is_empty() {
        return Err(decoder.error(1, "nil needs no branches"));
    }
    for (hash, value) in cells {
        if let Some(facts) = value.facts() {
            facts.set_hash(hash);
        }
        if let Some(slot) = slots.get(&hash) {
            slot.fill(value);
        }
    }
    Ok(first)
}

/// Encodes a value with all its branches, fetched where need be, each once and after a cell that refers to it.
///
/// # Errors
/// [`Missing`] when a branch is not here.
pub fn encode(value: &Value) -> Result<Vec<u8>, Missing> {
    let mut message = value.encoding();
    let mut seen = HashSet::new();
    let mut stack = Vec::new();
    push_branches(value, &mut stack);
    while let Some(slot) = stack.pop() {
        let branch = slot.get()?;
        if seen.insert(slot.branch_hash().copied().unwrap_or_else(|| branch.hash())) {
            let encoding = branch.encoding();
            message.extend_from_slice(count_bytes(encoding.len() as u64, &mut [0; 10]));
            message.extend_from_slice(&encoding);
            push_branches(branch, &mut stack);
        }
    }
    Ok(message)
}

/// Puts the branches in the encoding of a cell on a stack, the first on top.
fn push_branches<'a>(value: &'a Value, stack: &mut Vec<&'a Slot>) {
    fn visit<'a>(value: &'a Value, stack: &mut Vec<&'a Slot>) {
        value.for_each_child(&mut |slot| match slot.held() {
            Some(child) if child.is_embedded() => visit(child, stack),
            _ => stack.push(slot),
        });
    }
    let start = stack.len();
    visit(value, stack);
    stack[start..].reverse();
}
