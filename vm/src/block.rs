//! Blocks (CAD017): validity, time, schedule, transactions, fees.

use crate::apply::{self, Applied, Failure, Fault, Source};
use crate::context::{Memory, Surroundings};
use crate::state::Global;
use crate::transaction::Transaction;
use crate::{Context, Run, State, limits};
use lang::{Blob, Index, Missing, Signed, Value, Vector};

/// The tag of blocks.
pub const TAG: u8 = 0xd6;

/// A signed block: transactions in order, as a peer proposes them at a time.
#[derive(Clone)]
pub struct Block {
    /// The key of the peer that made it.
    pub author: [u8; 32],
    /// When it was made, in milliseconds since 1970.
    pub timestamp: i64,
    /// Signed transactions.
    pub transactions: Vector,
}

/// What came of a block.
pub struct BlockResult {
    /// The state afterwards: the same as before when the block was refused.
    pub state: State,
    /// Why the block was refused; `None` when it was applied.
    pub refused: Option<&'static str>,
    /// What came of each transaction. All fail with `:PEER` when the block was refused.
    pub results: Vec<Applied>,
}

/// Whether the signature of a transaction is good. Called for keys that are those of the account.
pub type Verify<'a> = &'a dyn Fn(&Signed) -> bool;

impl Block {
    /// A signed value seen as a block; `None` when it is none.
    ///
    /// # Errors
    /// [`Missing`] when a part is a branch that is not here.
    pub fn from_value(value: &Value) -> Result<Option<Block>, Missing> {
        let Value::Signed(signed) = value else { return Ok(None) };
        let (Some(author), Value::Record(record)) = (signed.key(), signed.value()?) else { return Ok(None) };
        if record.tag() != TAG || record.fields().count() != 2 {
            return Ok(None);
        }
        Ok(match (record.fields().get(0)?, record.fields().get(1)?) {
            (Some(Value::Integer(timestamp)), Some(Value::Vector(transactions))) => {
                Some(Block { author: *author, timestamp: *timestamp, transactions: transactions.clone() })
            }
            _ => None,
        })
    }
}

/// Applies a block to a state.
///
/// # Errors
/// [`Fault`] when it could not be judged.
pub fn apply(state: &State, block: &Block, verify: Verify) -> Result<BlockResult, Fault> {
    if let Some(reason) = check(state, block)? {
        return Ok(refuse(state, block, reason));
    }
    let mut current = pass_time(state, block.timestamp)?;
    let number = current.global(Global::Block)?;
    let mut results = Vec::with_capacity(block.transactions.count() as usize);
    let (mut fees, mut memory) = (0i64, Memory::default());
    for (i, value) in (0..).zip(block.transactions.iter()) {
        let Value::Signed(signed) = value? else { return Ok(refuse(state, block, NOT_TRANSACTIONS)) };
        let Some(transaction) = Transaction::from_value(signed.value()?)? else {
            return Ok(refuse(state, block, NOT_TRANSACTIONS));
        };
        let surroundings =
            Surroundings { signer: signed.key().copied(), peer: Some(block.author), location: (number, i) };
        let (next, applied) = apply_signed(current, signed, &transaction, surroundings, verify, &mut memory)?;
        current = next;
        fees = fees.saturating_add(applied.juice_fees);
        results.push(applied);
    }
    let mut current = share_fees(&current, block, fees)?;
    current.settle()?;
    Ok(BlockResult { state: current, refused: None, results })
}

/// What a block does before its transactions: counts itself, sets the time (milliseconds since 1970) unless that would go
/// back, and runs what is due.
///
/// # Errors
/// [`Fault`] when it could not be judged.
pub fn pass_time(state: &State, timestamp: i64) -> Result<State, Fault> {
    pass_time_with(state, timestamp, |state, origin, op| {
        let mut context = Context::new(state.clone(), origin, limits::MAX_TRANSACTION_JUICE)?;
        context.run(op)?;
        Ok(context.into_state())
    })
}

/// As [`pass_time`], where what is due is run by somebody, who answers the state after it: an op, as an account. Errors
/// are nobody's on the network, and may be kept there.
///
/// # Errors
/// [`Fault`] when it could not be judged.
pub fn pass_time_with(
    state: &State,
    timestamp: i64,
    run: impl FnMut(&State, u64, &Value) -> Run<State>,
) -> Result<State, Fault> {
    run_schedule(&advance(state, timestamp)?, run)
}

const NOT_TRANSACTIONS: &str = "The block holds something that is not a transaction";

/// Why a state refuses a block, if it does.
///
/// # Errors
/// [`Missing`] when a part of the state is not here.
pub fn check(state: &State, block: &Block) -> Result<Option<&'static str>, Missing> {
    let Some(peer) = state.peer(&Blob::new(&block.author))? else {
        return Ok(Some("The author is not a peer"));
    };
    let oldest = state.global(Global::Timestamp)?.saturating_sub(limits::MAX_BLOCK_BACKDATE_MS);
    Ok(if peer.own_stake()? < limits::MIN_EFFECTIVE_STAKE_COPPERS {
        Some("The author has too little stake")
    } else if block.timestamp < peer.timestamp()? {
        Some("The author has made a later block before")
    } else if block.timestamp < oldest {
        Some("The block is too old")
    } else if block.transactions.count() > limits::MAX_BLOCK_TRANSACTIONS {
        Some("The block holds too many transactions")
    } else {
        None
    })
}

/// A block without effect: each of its transactions fails with `:PEER`.
fn refuse(state: &State, block: &Block, reason: &'static str) -> BlockResult {
    let failure = Failure { source: Source::Peer, ..Failure::new("PEER", reason) };
    // A block may claim any number of transactions; no more results are made than a valid one can have.
    let count = block.transactions.count().min(limits::MAX_BLOCK_TRANSACTIONS);
    let results = (0..count).map(|_| Applied::refused(failure.clone())).collect();
    BlockResult { state: state.clone(), refused: Some(reason), results }
}

/// Block number and time go on, and the memory pool grows for each hour that has begun (CAD020).
fn advance(state: &State, timestamp: i64) -> Result<State, Missing> {
    let state = state.with_global(Global::Block, state.global(Global::Block)?.saturating_add(1))?;
    let old = state.global(Global::Timestamp)?;
    if timestamp <= old {
        return Ok(state);
    }
    let hours = timestamp / limits::MEMORY_GROWTH_INTERVAL_MS - old / limits::MEMORY_GROWTH_INTERVAL_MS;
    let grown = hours.saturating_mul(limits::MEMORY_GROWTH_BYTES);
    let bytes = state.global(Global::PoolBytes)?.saturating_add(grown);
    state.with_global(Global::Timestamp, timestamp)?.with_global(Global::PoolBytes, bytes)
}

/// Runs what is due, in the order of its times (CAD018), each as its account, without charge. No more than a
/// fixed number run in a block; the rest stays due for the next.
fn run_schedule(
    state: &State,
    mut run: impl FnMut(&State, u64, &Value) -> Run<State>,
) -> Result<State, Fault> {
    let (due, rest) = take_due(state)?;
    if due.is_empty() {
        return Ok(state.clone());
    }
    let mut state = state.with_schedule(rest)?;
    for entry in due {
        let Value::Vector(entry) = entry else { continue };
        let (Some(Value::Address(origin)), Some(op)) = (entry.get(0)?, entry.get(1)?) else { continue };
        match run(&state, *origin, op) {
            Ok(after) => state = after,
            Err(crate::Ending::Missing(missing)) => return Err(Fault::Missing(missing)),
            Err(crate::Ending::Interrupted) => return Err(Fault::Interrupted),
            // An error discards the effects of its own operation only.
            Err(_) => {}
        }
    }
    Ok(state)
}

/// The operations that are due, at most as many as a block runs, and the schedule without them.
fn take_due(state: &State) -> Result<(Vec<Value>, Index), Missing> {
    let now = state.global(Global::Timestamp)?;
    let mut schedule = state.schedule()?;
    let mut due = Vec::new();
    while (due.len() as u64) < limits::MAX_BLOCK_SCHEDULED {
        let Some((key, entries)) = schedule.entry_at(0)? else { break };
        let (Some(time), Value::Vector(entries)) = (time_of(key), entries) else { break };
        if time > now {
            break;
        }
        let (key, entries) = (key.clone(), entries.clone());
        let taken = entries.count().min(limits::MAX_BLOCK_SCHEDULED - due.len() as u64);
        for entry in entries.iter().take(taken as usize) {
            due.push(entry?.clone());
        }
        schedule = match entries.slice(taken, entries.count())? {
            Some(rest) if !rest.is_empty() => schedule.assoc(key, rest.into())?.unwrap_or_else(Index::empty),
            _ => schedule.dissoc(&key)?,
        };
    }
    Ok((due, schedule))
}

/// The time that a key of the schedule stands for, in milliseconds.
fn time_of(key: &Value) -> Option<i64> {
    let Value::Blob(blob) = key else { return None };
    Some(i64::from_be_bytes(blob.flat()?.try_into().ok()?))
}

/// Checks sequence, key and signature, then applies.
fn apply_signed(
    mut state: State,
    signed: &Signed,
    transaction: &Transaction,
    surroundings: Surroundings,
    verify: Verify,
    memory: &mut Memory,
) -> Result<(State, Applied), Fault> {
    state.bring(transaction.origin)?;
    match refusal(&state, signed, transaction, verify)? {
        Some(failure) => Ok((state, Applied::refused(failure))),
        None => apply::apply_next(state, transaction, surroundings, memory),
    }
}

/// Why a signed transaction is refused, if it is. A refused one costs nothing.
fn refusal(
    state: &State,
    signed: &Signed,
    transaction: &Transaction,
    verify: Verify,
) -> Result<Option<Failure>, Missing> {
    let Some(account) = state.account(transaction.origin)? else {
        return Ok(Some(Failure::new("NOBODY", format!("There is no account #{}", transaction.origin))));
    };
    let expected = account.sequence()?.saturating_add(1);
    if transaction.sequence != expected {
        let message = format!("The sequence number is {} and should be {expected}", transaction.sequence);
        return Ok(Some(Failure::new("SEQUENCE", message)));
    }
    let Some(key) = account.key()? else {
        return Ok(Some(Failure::new("STATE", "An actor cannot sign transactions")));
    };
    let good = key.flat() == signed.key().map(|key| key.as_slice()) && verify(signed);
    Ok((!good).then(|| Failure::new("SIGNATURE", "The signature is not that of the account's key")))
}

/// Half of the juice fees goes to the peer that made the block, the rest to account #0 (CAD020).
fn share_fees(state: &State, block: &Block, fees: i64) -> Result<State, Missing> {
    let mut rest = fees;
    let mut state = state.clone();
    // The peer may have been evicted in its own block.
    let author = Blob::new(&block.author);
    if let Some(peer) = state.peer(&author)? {
        let reward = fees / 2;
        rest -= reward;
        state = state.with_peer(&author, &peer.with_reward(reward, block.timestamp)?)?;
    }
    if rest > 0 {
        let pool = state.balance(0)?.unwrap_or(0);
        state = state.with_balance(0, pool.saturating_add(rest))?;
    }
    Ok(state)
}
