//! Applying a transaction (CAD010): prepare, execute, complete.

use crate::context::{Memory, Surroundings};
use crate::ending::Error;
use crate::foreign::ForeignCrash;
use crate::state::Global;
use crate::transaction::{Command, Mode, Transaction};
use crate::{Context, Ending, Run, State, juice, limits, market};
use lang::{Missing, Record, Value, Vector};

/// The tag of results.
pub const RESULT: u8 = 0xdd;

/// What came of a transaction.
#[derive(Clone)]
pub struct Applied {
    /// The value, or why all effects were undone.
    pub result: Result<Value, Failure>,
    /// The log, empty after an error.
    pub log: Vector,
    /// Juice used by execution, expansion and compilation included.
    pub juice: u64,
    /// Juice for the transaction itself, by its storage size.
    pub transaction_juice: u64,
    /// By how many bytes the state grew; 0 after an error.
    pub memory_used: i64,
    /// What the origin paid for juice and for memory, in coppers.
    pub fees: i64,
    /// The part of the fees that was due for juice, in coppers, paid or not.
    pub juice_fees: i64,
    /// Why the reference would void a block with this transaction, if it would.
    pub foreign_crash: Option<ForeignCrash>,
}

/// An error and where it comes from.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Code, message, trace.
    pub error: Box<Error>,
    /// Where it comes from.
    pub source: Source,
}

impl Failure {
    /// A failure by the rules of the machine, with a keyword code given by its name without the colon.
    pub fn new(code: &str, message: impl AsRef<str>) -> Failure {
        let error = Error::new(Value::keyword(code), Value::string(message.as_ref()), None);
        Failure { error: Box::new(error), source: Source::Cvm }
    }
}

/// Where an error comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// From the code that ran.
    Code,
    /// From the rules of the machine.
    Cvm,
    /// From the peer that refused the block.
    Peer,
}

impl Source {
    /// The name that results carry, without the colon of a keyword; `None` where they carry none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Source::Code => Some("CODE"),
            Source::Cvm => Some("CVM"),
            Source::Peer => None,
        }
    }
}

/// A fault of the surroundings: the transaction has not been judged.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A cell is not to be had.
    Missing(Missing),
    /// The user asked to stop.
    Interrupted,
}

impl From<Missing> for Fault {
    fn from(missing: Missing) -> Fault {
        Fault::Missing(missing)
    }
}

/// Applies a transaction whose sequence number, key and signature are not in question. Answers the state afterwards
/// too, with all accounts in the tree: where nobody else holds the one before, that is changed in place.
///
/// # Errors
/// [`Fault`] when it could not be judged.
pub fn apply(
    state: State,
    transaction: &Transaction,
    surroundings: Surroundings,
) -> Result<(State, Applied), Fault> {
    apply_next(state, transaction, surroundings, &mut Memory::default())
}

/// As [`apply`], with what the machine of the transaction before remembered.
pub(crate) fn apply_next(
    mut state: State,
    transaction: &Transaction,
    surroundings: Surroundings,
    memory: &mut Memory,
) -> Result<(State, Applied), Fault> {
    let origin = transaction.origin;
    if !state.bring(origin)? {
        let failure = Failure::new("NOBODY", format!("There is no account #{origin}"));
        return Ok((state, Applied::refused(failure)));
    }
    let mut context = Context::at(state, origin, 0, surroundings);
    context.exchange_memory(memory);
    let applied = apply_in(&mut context, transaction)?;
    context.exchange_memory(memory);
    let mut state = context.into_state();
    state.settle()?;
    Ok((state, applied))
}

/// As [`apply`], in a machine that the caller has set up for the origin, say to keep positions or to be interrupted,
/// and which has the state afterwards.
///
/// # Errors
/// [`Fault`] when it could not be judged; nothing is said about the state of the machine then.
pub fn apply_in(context: &mut Context, transaction: &Transaction) -> Result<Applied, Fault> {
    let bill = Bill::new(context.state(), transaction)?;
    let balance = context.state().balance(transaction.origin)?.unwrap_or(0);
    let limit = juice::available(balance, bill.price).min(limits::MAX_TRANSACTION_JUICE);
    if limit == 0 {
        // Nobody pays, and yet the network shares out the fee for the transaction itself.
        return Ok(Applied {
            juice_fees: bill.coppers(0),
            transaction_juice: bill.juice,
            ..Applied::refused(Failure::new("JUICE", "The balance does not cover any juice"))
        });
    }
    let before = context.state().clone();
    context.crash = None;
    context.has_caught = false;
    context.juice = 0;
    context.juice_limit = limit;
    let mut result = judge(execute(context, transaction, 0))?;
    if let Err(Failure { error, source: Source::Cvm }) = &mut result {
        error.trace = context.take_exhausted();
    }
    complete(context, before, transaction.origin, &bill, result)
}

impl Applied {
    /// What comes of a transaction that is not run: nothing changes and nothing is paid.
    pub fn refused(failure: Failure) -> Applied {
        Applied {
            result: Err(failure),
            log: Vector::empty(),
            juice: 0,
            transaction_juice: 0,
            memory_used: 0,
            fees: 0,
            juice_fees: 0,
            foreign_crash: None,
        }
    }
}

/// What a transaction costs by its size, and the price that holds for all its juice.
struct Bill {
    juice: u64,
    price: i64,
}

impl Bill {
    fn new(state: &State, transaction: &Transaction) -> Result<Bill, Missing> {
        let juice = juice::transaction(transaction.value().storage_size()?);
        Ok(Bill { juice, price: state.global(Global::JuicePrice)? })
    }

    /// The fee for a transaction that used some juice to execute, in coppers.
    fn coppers(&self, executed: u64) -> i64 {
        let juice = executed.saturating_add(self.juice);
        i64::try_from(juice).unwrap_or(i64::MAX).saturating_mul(self.price)
    }
}

/// Does what a transaction says. The nesting tells how many transactions it is part of.
fn execute(context: &mut Context, transaction: &Transaction, nesting: usize) -> Run {
    match &transaction.command {
        Command::Invoke(form) => context.run(form),
        Command::Transfer { target, amount } => {
            context.charge(juice::TRANSFER)?;
            context.transfer(*target, *amount).map(Value::Integer)
        }
        Command::Call { target, offer, function, args } => {
            context.note_crash(ForeignCrash::Call);
            context.actor_call(target, *offer, function, &mut args.to_vec()?)
        }
        Command::Multi { mode, transactions } => stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || {
            multi(context, transaction.origin, *mode, transactions, nesting)
        }),
    }
}

/// How much stack must be left, and how much is added: a little for each transaction inside another.
const RED_ZONE_BYTES: usize = 64 << 10;
const STACK_BYTES: usize = 1 << 20;

/// Runs transactions one after the other, each for its own origin, and answers their results.
fn multi(context: &mut Context, origin: u64, mode: Mode, transactions: &Vector, nesting: usize) -> Run {
    if nesting == limits::MAX_NESTED_TRANSACTIONS {
        return context.fail("DEPTH", "Too many transactions are inside one another");
    }
    let before = context.state().clone();
    let mut results = Vec::new();
    for value in transactions.iter() {
        let result = judge(part(context, origin, value?, nesting + 1))?;
        let failed = result.is_err();
        results.push(result_of_part(result));
        match mode {
            Mode::All if failed => {
                // Effects are undone; juice and its limit stay as the last part left them.
                context.set_state(before)?;
                return context.fail_with(Value::keyword("CHILD"), Vector::from_values(results).into());
            }
            Mode::Until if failed => break,
            Mode::First if !failed => break,
            _ => {}
        }
    }
    Ok(Vector::from_values(results).into())
}

/// One transaction of several: allowed for the origin itself and for accounts that it controls by address. Its
/// juice starts anew and takes the place of what was counted before.
fn part(context: &mut Context, origin: u64, value: &Value, nesting: usize) -> Run {
    let Some(part) = Transaction::from_value(value)? else {
        return context.fail("ARGUMENT", "A part of the transaction is not itself a transaction");
    };
    if part.origin != origin {
        match context.state().account(part.origin)? {
            None => return context.fail("NOBODY", format!("There is no account #{}", part.origin)),
            Some(account) if *account.controller()? != Value::Address(origin) => {
                return context.fail("TRUST", format!("#{origin} does not control #{}", part.origin));
            }
            Some(_) => {}
        }
    }
    let mut inner = Context::new(context.state().clone(), part.origin, limits::MAX_TRANSACTION_JUICE)?
        .with_min_heat(context.min_heat);
    let ending = execute(&mut inner, &part, nesting);
    context.adopt_run(inner, ending)
}

/// The result of a part as a record (CAD015): id, value or message, error code, log, information.
fn result_of_part(result: Result<Value, Failure>) -> Value {
    let (value, code) = match result {
        Ok(value) => (value, Value::Nil),
        Err(failure) => (failure.error.message, failure.error.code),
    };
    Record::new(RESULT, Vector::from_values([Value::Nil, value, code, Value::Nil, Value::Nil])).into()
}

/// Tells outcomes on chain, of which running out of juice is one, from faults.
fn judge<T>(ending: Run<T>) -> Result<Result<T, Failure>, Fault> {
    match ending {
        Ok(value) => Ok(Ok(value)),
        Err(Ending::Error(error)) => Ok(Err(Failure { error, source: Source::Code })),
        Err(Ending::OutOfJuice) => Ok(Err(Failure::new("JUICE", "The juice ran out"))),
        Err(Ending::Missing(missing)) => Err(Fault::Missing(missing)),
        Err(Ending::Interrupted) => Err(Fault::Interrupted),
        // Every way to run code turns control results into values or errors at its boundary.
        Err(Ending::Control(_)) => Ok(Err(Failure::new("EXCEPTION", "A control result left its boundary"))),
    }
}

impl From<Fault> for Ending {
    fn from(fault: Fault) -> Ending {
        match fault {
            Fault::Missing(missing) => Ending::Missing(missing),
            Fault::Interrupted => Ending::Interrupted,
        }
    }
}

/// What completing a transaction works with.
struct Settlement {
    /// The state as it will be, but for fees and sequence of the origin.
    state: State,
    result: Result<Value, Failure>,
    memory_used: i64,
    /// What is paid for juice and for memory, in coppers.
    fees: i64,
}

/// Fees, memory, sequence (CAD006, CAD007, CAD020).
fn complete(
    context: &mut Context,
    before: State,
    origin: u64,
    bill: &Bill,
    result: Result<Value, Failure>,
) -> Result<Applied, Fault> {
    let due = bill.coppers(context.juice());
    let Some(balance) = context.state().balance(origin)? else {
        context.state = before;
        return Ok(Applied::refused(Failure::new("NOBODY", format!("There is no account #{origin}"))));
    };
    let state = std::mem::replace(&mut context.state, before);
    let before = &context.state;
    let settled = Settlement { state, result, memory_used: 0, fees: due };
    let mut settled = if due > balance {
        short_of_juice(settled, before, origin, balance)?
    } else if settled.result.is_ok() {
        settle_memory(settled, before, origin, balance.saturating_sub(due), &mut context.crash)?
    } else {
        settled
    };
    settled.state.change_account(origin, |account| {
        account.set_balance(account.balance()?.saturating_sub(settled.fees))?;
        account.set_sequence(account.sequence()?.saturating_add(1))
    })?;
    context.state = settled.state;
    Ok(Applied {
        log: if settled.result.is_ok() { context.log().clone() } else { Vector::empty() },
        result: settled.result,
        juice: context.juice(),
        transaction_juice: bill.juice,
        memory_used: settled.memory_used,
        fees: settled.fees,
        juice_fees: due,
        foreign_crash: context.crash,
    })
}

/// The origin cannot pay for its juice: it loses all coins, and all effects are undone but those on its own
/// account, which the network keeps.
fn short_of_juice(
    settled: Settlement,
    before: &State,
    origin: u64,
    balance: i64,
) -> Result<Settlement, Missing> {
    let mut failure = Failure::new("JUICE", "The balance does not cover the juice");
    if let Err(Failure { error, source: Source::Cvm }) = settled.result {
        failure.error.trace = error.trace;
    }
    let mut state = before.clone();
    if let Some(account) = settled.state.account(origin)? {
        state.set_account(origin, account)?;
    }
    Ok(Settlement { state, result: Err(failure), memory_used: settled.memory_used, fees: balance })
}

/// Memory that the state grew by is taken from the allowance of the origin, then bought from the pool; memory
/// that was freed is credited. Who cannot pay has all effects undone, and still pays for juice.
fn settle_memory(
    mut settled: Settlement,
    before: &State,
    origin: u64,
    funds: i64,
    crash: &mut Option<ForeignCrash>,
) -> Result<Settlement, Fault> {
    settled.state.consolidate()?;
    let used = size(&settled.state)?.saturating_sub(size(before)?);
    let allowance = settled.state.account(origin)?.map_or(Ok(0), |account| account.allowance())?;
    settled.memory_used = used;
    let left = allowance.saturating_sub(used).max(0);
    if used > allowance {
        let needed = used.saturating_sub(allowance);
        let bytes = settled.state.global(Global::PoolBytes)?;
        let coppers = settled.state.global(Global::PoolCoppers)?;
        let price = market::price(needed, bytes, coppers);
        if price.is_none() {
            crash.get_or_insert(ForeignCrash::MemoryPool);
        }
        let Some(cost) = price.filter(|cost| *cost <= funds) else {
            let failure =
                Failure::new("MEMORY", format!("The origin cannot pay for {needed} bytes of memory"));
            return Ok(Settlement { state: before.clone(), result: Err(failure), ..settled });
        };
        settled.state = settled.state.with_global(Global::PoolBytes, bytes.saturating_sub(needed))?;
        settled.state = settled.state.with_global(Global::PoolCoppers, coppers.saturating_add(cost))?;
        settled.fees = settled.fees.saturating_add(cost);
    }
    settled.state.change_account(origin, |account| account.set_allowance(left))?;
    Ok(settled)
}

fn size(state: &State) -> Result<i64, Missing> {
    Ok(i64::try_from(state.memory_size()?).unwrap_or(i64::MAX))
}
