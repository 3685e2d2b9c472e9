//! Drafts: blocks are simulated before they are proposed.

use crate::Key;
use crate::execution::{execute, fault};
use crate::signatures::Signatures;
use lang::{Record, Signed, Value, Vector};
use vm::apply::Applied;
use vm::block::{self, Block, BlockResult};
use vm::foreign::ForeignCrash;
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

/// How often a draft is simulated anew without what would void it: those behind it may have other
/// outcomes then. What is left after that ends before the next such one.
const MOST_TRIES: usize = 4;

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
        match is_transaction(signed)? {
            true => simulated.kept.push(signed.clone()),
            false => simulated.left_out.push((signed.clone(), "it is not a transaction")),
        }
    }
    for _ in 0..MOST_TRIES {
        let result = apply(draft, &state, &simulated.kept, signatures)?;
        if result.refused.is_some() {
            // The block may be fine when its turn comes; what is in it has been judged by intake.
            return Ok(simulated);
        }
        if !simulated.leave_out(&result.results, crash) {
            simulated.leave_out(&result.results, unpaid);
            return Ok(simulated);
        }
    }
    // What comes before the first that is left is sound as it was simulated.
    let result = apply(draft, &state, &simulated.kept, signatures)?;
    if let Some(place) = result.results.iter().position(|applied| crash(applied).is_some()) {
        let rest = simulated.kept.split_off(place);
        let reason = "it came behind too many at which the reference voids the block";
        simulated.left_out.extend(rest.into_iter().map(|signed| (signed, reason)));
    }
    simulated.leave_out(&result.results, unpaid);
    Ok(simulated)
}

impl Simulated {
    /// Leaves out what its outcome speaks against, and returns whether there was any.
    fn leave_out(&mut self, results: &[Applied], flaw: fn(&Applied) -> Option<&'static str>) -> bool {
        let before = self.left_out.len();
        for (signed, applied) in std::mem::take(&mut self.kept).into_iter().zip(results) {
            match flaw(applied) {
                Some(reason) => self.left_out.push((signed, reason)),
                None => self.kept.push(signed),
            }
        }
        self.left_out.len() > before
    }
}

fn is_transaction(signed: &Signed) -> Result<bool, String> {
    let transaction = signed.value().and_then(Transaction::from_value);
    Ok(transaction.map_err(|missing| missing.to_string())?.is_some())
}

/// Why a transaction would void its block in the reference.
fn crash(applied: &Applied) -> Option<&'static str> {
    applied.foreign_crash.map(ForeignCrash::reason)
}

/// Why nobody would pay for a transaction. Such a one has no effect on those behind it.
fn unpaid(applied: &Applied) -> Option<&'static str> {
    let is_unpaid = applied.result.is_err() && applied.fees == 0;
    is_unpaid.then_some("it would be refused in the block, or not be paid for")
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
