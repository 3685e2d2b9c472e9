//! Drafts: blocks are simulated before they are proposed.

use crate::Key;
use crate::execution::{execute, fault};
use crate::signatures::Signatures;
use lang::{Missing, Record, Signed, Value, Vector, record};
use vm::apply::Applied;
use vm::block::{self, Block, BlockResult};
use vm::peer::Peer;
use vm::{State, Transaction};

/// A block that is to be simulated.
#[derive(Clone)]
pub struct Draft {
    /// The state after the executed blocks.
    pub state: State,
    /// Blocks of the same author that are not executed yet, in order: what is in the new one may
    /// build on them.
    pub pending: Vec<Value>,
    /// The peer that would make it.
    pub author: Key,
    /// Its time, in milliseconds since 1970.
    pub timestamp: i64,
    /// Signed transactions, at most as many as a block holds.
    pub transactions: Vec<Signed>,
}

/// What came of a draft.
#[derive(Clone)]
pub struct Simulated {
    /// Transactions to be put into a block, in order.
    pub kept: Vec<Signed>,
    /// The others, each with the reason in a sentence without a full stop.
    pub left_out: Vec<(Signed, &'static str)>,
}

/// Simulates a draft: what a block would refuse, do unpaid, or what would void it in the reference,
/// is left out.
///
/// # Errors
/// The reason, in a sentence without a full stop, when a cell is not available.
pub fn simulate(draft: &Draft, signatures: &dyn Signatures) -> Result<Simulated, String> {
    let mut state = draft.state.clone();
    for block in &draft.pending {
        state = execute(&state, block, signatures)?.0;
    }
    let mut simulated = Simulated { kept: Vec::new(), left_out: Vec::new() };
    for signed in &draft.transactions {
        match flaw(signed)? {
            Some(reason) => simulated.left_out.push((signed.clone(), reason)),
            None => simulated.kept.push(signed.clone()),
        }
    }
    let mut result = apply(draft, &state, &simulated.kept, signatures)?;
    while evicts_forsaken_peer(&state, &result.state).map_err(|missing| missing.to_string())? {
        let Some(place) = evicting(draft, &state, &simulated.kept, signatures)? else { break };
        let reason =
            "it evicts a peer whose delegated stakes were withdrawn, at which the reference voids the block";
        simulated.left_out.push((simulated.kept.remove(place), reason));
        result = apply(draft, &state, &simulated.kept, signatures)?;
    }
    if result.refused.is_some() {
        // The block may be fine when its turn comes; what is in it has been judged by intake.
        return Ok(simulated);
    }
    let candidates = std::mem::take(&mut simulated.kept);
    for (signed, applied) in candidates.into_iter().zip(&result.results) {
        match outcome_flaw(applied) {
            Some(reason) => simulated.left_out.push((signed, reason)),
            None => simulated.kept.push(signed),
        }
    }
    Ok(simulated)
}

/// Why a transaction would void a whole block in the reference, as far as its record tells.
fn flaw(signed: &Signed) -> Result<Option<&'static str>, String> {
    let value = signed.value().map_err(|missing| missing.to_string())?;
    let transaction = Transaction::from_value(value).map_err(|missing| missing.to_string())?;
    Ok(match (transaction, value) {
        (None, _) => Some("it is not a transaction"),
        (_, Value::Record(record)) if record.tag() == record::tag::CALL => {
            Some("the reference cannot read Call transactions from a message")
        }
        _ => None,
    })
}

/// Why a transaction is better left out, as its outcome tells.
fn outcome_flaw(applied: &Applied) -> Option<&'static str> {
    let failure = applied.result.as_ref().err()?;
    if applied.fees == 0 {
        Some("it would be refused in the block, or not be paid for")
    } else if failure.error.code == Value::keyword("EXCEPTION") {
        Some("it runs an op without its parts, at which the reference voids the whole block")
    } else {
        None
    }
}

/// Whether a peer was evicted that had stakes delegated to it once and has none left: there the
/// reference voids the whole block.
fn evicts_forsaken_peer(before: &State, after: &State) -> Result<bool, Missing> {
    let (before, after) = (before.peers()?, after.peers()?);
    if after.count() >= before.count() {
        return Ok(false);
    }
    for entry in before.iter() {
        let (key, value) = entry?;
        let Some(peer) = Peer::from_value(value) else { continue };
        if peer.stakes()?.is_none() && !after.contains(key)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first of some transactions with which a forsaken peer is evicted.
fn evicting(
    draft: &Draft,
    state: &State,
    kept: &[Signed],
    signatures: &dyn Signatures,
) -> Result<Option<usize>, String> {
    let mut state = state.clone();
    for (place, signed) in kept.iter().enumerate() {
        let after = apply(draft, &state, std::slice::from_ref(signed), signatures)?.state;
        if evicts_forsaken_peer(&state, &after).map_err(|missing| missing.to_string())? {
            return Ok(Some(place));
        }
        state = after;
    }
    Ok(None)
}

fn apply(
    draft: &Draft,
    state: &State,
    transactions: &[Signed],
    signatures: &dyn Signatures,
) -> Result<BlockResult, String> {
    let transactions = Vector::from_values(transactions.iter().cloned().map(Value::Signed));
    let block = Block { author: draft.author, timestamp: draft.timestamp, transactions };
    block::apply(state, &block, &|signed| signatures.is_good(signed)).map_err(|error| fault(&error))
}

/// A block as a value, to be signed.
pub fn block_value(timestamp: i64, transactions: impl IntoIterator<Item = Signed>) -> Value {
    let transactions = Vector::from_values(transactions.into_iter().map(Value::Signed));
    Record::new(block::TAG, Vector::from_values([timestamp.into(), transactions.into()])).into()
}
