//! Whether a value from anywhere is a state that can be run.

use crate::context::CORE;
use crate::limits::MAX_SUPPLY_COPPERS;
use crate::{State, account, peer};
use lang::{Index, Missing, Record, Value, Vector};
use std::fmt;

/// Why a value is no state to begin with.
#[derive(Clone, Debug)]
pub enum Flaw {
    /// It is no record of accounts, peers, globals and schedule.
    NotAState,
    /// A part is not what it should be; a sentence says which.
    Part(String),
    /// All coins together are more than can exist.
    Supply,
    /// It is not whole.
    Missing(Missing),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::NotAState => {
                f.write_str("it is no state: a record d5 of accounts, peers, globals and schedule")
            }
            Flaw::Part(sentence) => f.write_str(sentence),
            Flaw::Supply => {
                write!(f, "its coins are more than the {MAX_SUPPLY_COPPERS} coppers that can exist")
            }
            Flaw::Missing(missing) => write!(f, "it is not whole: {missing}"),
        }
    }
}

impl std::error::Error for Flaw {}

impl From<Missing> for Flaw {
    fn from(missing: Missing) -> Flaw {
        Flaw::Missing(missing)
    }
}

/// A field of a record: its name, and whether a value may stand there.
type Field = (&'static str, fn(&Value) -> bool);

const ACCOUNT: [Field; 9] = [
    ("sequence", is_natural),
    ("key", is_key_or_nil),
    ("balance", is_amount),
    ("memory allowance", is_natural),
    ("holdings", |value| matches!(value, Value::Nil | Value::Index(_))),
    ("controller", |_| true),
    ("environment", |value| matches!(value, Value::Nil | Value::Map(_))),
    ("metadata", |value| matches!(value, Value::Nil | Value::Map(_))),
    ("parent", |value| matches!(value, Value::Nil | Value::Address(_))),
];

const PEER: [Field; 7] = [
    ("controller", |value| matches!(value, Value::Nil | Value::Address(_))),
    ("stake", is_amount),
    ("stakes", |value| matches!(value, Value::Nil | Value::Index(_))),
    ("delegated stake", is_integer),
    ("metadata", |value| matches!(value, Value::Nil | Value::Map(_))),
    ("timestamp", is_integer),
    ("balance", is_amount),
];

const GLOBALS: [Field; 6] = [
    ("timestamp", is_natural),
    ("fees", is_amount),
    ("juice price", is_positive),
    ("memory pool", is_positive),
    ("coins of the memory pool", is_positive),
    ("block number", is_integer),
];

/// Positions of what holds coins.
const ACCOUNT_BALANCE: u64 = 2;
const PEER_BALANCE: u64 = 6;
const GLOBAL_FEES: u64 = 1;
const GLOBAL_POOL: u64 = 4;

/// A value as a state that transactions can be applied to: whole, every field of the right kind, no more coins
/// than can exist. Nothing is said about code.
///
/// # Errors
/// The first [`Flaw`] found.
pub fn check(value: &Value) -> Result<State, Flaw> {
    let state = State::from_value(value).ok_or(Flaw::NotAState)?;
    let Value::Record(record) = value else { return Err(Flaw::NotAState) };
    // The size is found by visiting every cell.
    value.memory_size()?;
    let fields = record.fields();
    let coins = match (fields.get(0)?, fields.get(1)?, fields.get(2)?, fields.get(3)?) {
        (
            Some(Value::Vector(accounts)),
            Some(Value::Index(peers)),
            Some(Value::Vector(globals)),
            Some(schedule),
        ) => {
            let schedule = match schedule {
                Value::Index(schedule) => schedule.clone(),
                Value::Nil => Index::empty(),
                _ => return Err(part("the schedule is no index".to_owned())),
            };
            check_schedule(&schedule)?;
            check_accounts(accounts)? + check_peers(peers)? + check_globals(globals)?
        }
        _ => return Err(Flaw::NotAState),
    };
    if coins > i128::from(MAX_SUPPLY_COPPERS) { Err(Flaw::Supply) } else { Ok(state) }
}

fn part(sentence: String) -> Flaw {
    Flaw::Part(sentence)
}

/// Checks all accounts; answers their coins.
fn check_accounts(accounts: &Vector) -> Result<i128, Flaw> {
    if accounts.count() <= CORE {
        return Err(part(format!("there is no account #{CORE}, which defines the core")));
    }
    let mut coins = 0;
    for (address, value) in (0u64..).zip(accounts.iter()) {
        let fields = record(value?, account::TAG).ok_or_else(|| part(format!("#{address} is no account")))?;
        check_fields(fields, &ACCOUNT, || format!("#{address}"))?;
        coins += amount(fields, ACCOUNT_BALANCE)?;
    }
    Ok(coins)
}

/// Checks all peers; answers their coins.
fn check_peers(peers: &Index) -> Result<i128, Flaw> {
    let mut coins = 0;
    for entry in peers.iter() {
        let (key, value) = entry?;
        if !is_key(key) {
            return Err(part("a peer has no key of 32 bytes".to_owned()));
        }
        let fields = record(value, peer::TAG).ok_or_else(|| part("a peer is no peer record".to_owned()))?;
        check_fields(fields, &PEER, || "a peer".to_owned())?;
        coins += amount(fields, PEER_BALANCE)?;
    }
    Ok(coins)
}

/// Checks the globals; answers the coins among them.
fn check_globals(globals: &Vector) -> Result<i128, Flaw> {
    check_fields(globals, &GLOBALS, || "the globals".to_owned())?;
    Ok(amount(globals, GLOBAL_FEES)? + amount(globals, GLOBAL_POOL)?)
}

fn check_schedule(schedule: &Index) -> Result<(), Flaw> {
    let wrong = || part("the schedule is not made of times and operations".to_owned());
    for entry in schedule.iter() {
        let (Value::Blob(time), Value::Vector(operations)) = entry? else { return Err(wrong()) };
        if time.count() != 8 {
            return Err(wrong());
        }
        for operation in operations.iter() {
            match operation? {
                Value::Vector(pair)
                    if pair.count() == 2 && matches!(pair.get(0)?, Some(Value::Address(_))) => {}
                _ => return Err(wrong()),
            }
        }
    }
    Ok(())
}

fn record(value: &Value, tag: u8) -> Option<&Vector> {
    match value {
        Value::Record(record) if Record::tag(record) == tag => Some(record.fields()),
        _ => None,
    }
}

fn check_fields(fields: &Vector, expected: &[Field], whose: impl Fn() -> String) -> Result<(), Flaw> {
    if fields.count() != expected.len() as u64 {
        return Err(part(format!("{} has {} fields, not {}", whose(), fields.count(), expected.len())));
    }
    for ((name, is_right), value) in expected.iter().zip(fields.iter()) {
        if !is_right(value?) {
            return Err(part(format!("the {name} of {} is wrong", whose())));
        }
    }
    Ok(())
}

fn amount(fields: &Vector, position: u64) -> Result<i128, Missing> {
    Ok(match fields.get(position)? {
        Some(Value::Integer(n)) => (*n).into(),
        _ => 0,
    })
}

fn is_integer(value: &Value) -> bool {
    matches!(value, Value::Integer(_))
}

fn is_natural(value: &Value) -> bool {
    matches!(value, Value::Integer(n) if *n >= 0)
}

fn is_positive(value: &Value) -> bool {
    matches!(value, Value::Integer(n) if *n > 0)
}

fn is_amount(value: &Value) -> bool {
    matches!(value, Value::Integer(n) if (0..=MAX_SUPPLY_COPPERS).contains(n))
}

fn is_key(value: &Value) -> bool {
    matches!(value, Value::Blob(key) if key.count() == 32)
}

fn is_key_or_nil(value: &Value) -> bool {
    value.is_nil() || is_key(value)
}
