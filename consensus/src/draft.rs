//! Drafts: blocks are simulated before they are proposed.

use crate::Key;
use crate::execution::fault;
use crate::signatures::Signatures;
use lang::{Record, Signed, Value, Vector, record};
use vm::apply::Applied;
use vm::block::{self, Block};
use vm::{State, Transaction};

/// A block that is to be simulated.
#[derive(Clone)]
pub struct Draft {
    /// The state that it would be applied to.
    pub state: State,
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

/// Simulates a draft: what a block would refuse, do unpaid, or what would void it in the reference, is left out.
///
/// # Errors
/// The reason, in a sentence without a full stop, when a cell is not available.
pub fn simulate(draft: &Draft, signatures: &dyn Signatures) -> Result<Simulated, String> {
    let mut simulated = Simulated { kept: Vec::new(), left_out: Vec::new() };
    for signed in &draft.transactions {
        match flaw(signed)? {
            Some(reason) => simulated.left_out.push((signed.clone(), reason)),
            None => simulated.kept.push(signed.clone()),
        }
    }
    let transactions = Vector::from_values(simulated.kept.iter().cloned().map(Value::Signed));
    let block = Block { author: draft.author, timestamp: draft.timestamp, transactions };
    let result = block::apply(&draft.state, &block, &|signed| signatures.is_good(signed))
        .map_err(|error| fault(&error))?;
    if result.refused.is_some() {
        // The block may be fine when its turn comes; what is in it has been judged by intake.
        return Ok(simulated);
    }
    let candidates = std::mem::take(&mut simulated.kept);
    for (signed, applied) in candidates.into_iter().zip(&result.results) {
        match unpaid(applied) {
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

/// Why a transaction would do nothing, or nothing that anybody pays for.
fn unpaid(applied: &Applied) -> Option<&'static str> {
    (applied.result.is_err() && applied.fees == 0)
        .then_some("it would be refused in the block, or not be paid for")
}

/// A block as a value, to be signed.
pub fn block_value(timestamp: i64, transactions: impl IntoIterator<Item = Signed>) -> Value {
    let transactions = Vector::from_values(transactions.into_iter().map(Value::Signed));
    Record::new(block::TAG, Vector::from_values([timestamp.into(), transactions.into()])).into()
}
