//! The global state (CAD004): a dense record with tag `0xd5` and four fields.
//!
//! The state is a value: forking is a clone, and a rollback adopts the old one.

use crate::Account;
use lang::{Blob, Index, Missing, Record, Value, Vector};

/// The tag of states.
pub const TAG: u8 = 0xd5;

const ACCOUNTS: u64 = 0;
const PEERS: u64 = 1;
const GLOBALS: u64 = 2;
const SCHEDULE: u64 = 3;
const FIELDS: u64 = 4;

/// The globals by their position; each is an integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Global {
    /// Time of the last block, in milliseconds since 1970.
    Timestamp = 0,
    /// Fees not yet given out, in coppers.
    Fees = 1,
    /// Coppers for a unit of juice.
    JuicePrice = 2,
    /// Bytes in the memory pool.
    PoolBytes = 3,
    /// Coppers in the memory pool.
    PoolCoppers = 4,
    /// Number of the last block, from 0; -1 before the first.
    Block = 5,
}

/// The global state: accounts, peers, globals, schedule.
#[derive(Clone)]
pub struct State(Record);

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its text would be that of all accounts.
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl State {
    /// A state of these parts. Globals as in [`Global`]; peers by key, schedule by time as an 8-byte blob.
    pub fn new(accounts: Vector, peers: Index, globals: Vector, schedule: Index) -> State {
        let fields = [accounts.into(), peers.into(), globals.into(), schedule.into()];
        State(Record::new(TAG, Vector::from_values(fields)))
    }

    /// A value seen as a state; `None` for any other value.
    pub fn from_value(value: &Value) -> Option<State> {
        match value {
            Value::Record(record) if record.tag() == TAG && record.fields().count() == FIELDS => {
                Some(State(record.clone()))
            }
            _ => None,
        }
    }

    /// As a value.
    pub fn value(&self) -> Value {
        Value::Record(self.0.clone())
    }

    /// Whether two states are the same cell, and so surely equal.
    pub fn is_same(&self, other: &State) -> bool {
        self.value().identity() == other.value().identity()
    }

    fn field(&self, position: u64) -> Result<&Value, Missing> {
        Ok(self.0.fields().get(position)?.unwrap_or(&Value::Nil))
    }

    fn with(&self, position: u64, value: Value) -> Result<State, Missing> {
        let mut state = self.clone();
        state.0.fields_mut().set(position, value)?;
        Ok(state)
    }

    /// Changes an account, in place where nobody else holds the state. Answers what the change answers, or `None`
    /// when there is no such account.
    pub fn change_account<T>(
        &mut self,
        address: u64,
        change: impl FnOnce(&mut Account) -> Result<T, Missing>,
    ) -> Result<Option<T>, Missing> {
        let Some(Value::Vector(accounts)) = self.0.fields_mut().get_mut(ACCOUNTS)? else { return Ok(None) };
        let Some(place) = accounts.get_mut(address)? else { return Ok(None) };
        let value = std::mem::replace(place, Value::Nil);
        let (value, outcome) = match Account::try_from(value) {
            Ok(mut account) => {
                let outcome = change(&mut account);
                (account.into_value(), outcome.map(Some))
            }
            Err(value) => (value, Ok(None)),
        };
        *place = value;
        outcome
    }

    /// The accounts by address.
    pub fn accounts(&self) -> Result<Vector, Missing> {
        Ok(match self.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.clone(),
            _ => Vector::empty(),
        })
    }

    /// Peers by public key.
    pub fn peers(&self) -> Result<Index, Missing> {
        index(self.field(PEERS)?)
    }

    /// Operations to run later: for each time (milliseconds, as an 8-byte blob) a vector of `[address op]`.
    pub fn schedule(&self) -> Result<Index, Missing> {
        index(self.field(SCHEDULE)?)
    }

    /// The globals.
    pub fn globals(&self) -> Result<Vector, Missing> {
        Ok(match self.field(GLOBALS)? {
            Value::Vector(globals) => globals.clone(),
            _ => Vector::empty(),
        })
    }

    /// The next free address.
    pub fn next_address(&self) -> Result<u64, Missing> {
        Ok(match self.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.count(),
            _ => 0,
        })
    }

    /// Whether there is an account with this address.
    pub fn has_account(&self, address: u64) -> Result<bool, Missing> {
        Ok(address < self.next_address()?)
    }

    /// An account, `None` when there is none.
    pub fn account(&self, address: u64) -> Result<Option<Account>, Missing> {
        Ok(match self.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.get(address)?.and_then(Account::from_value),
            _ => None,
        })
    }

    /// With an account replaced, or added when the address is the next free one. Unchanged when it is higher.
    pub fn with_account(&self, address: u64, account: &Account) -> Result<State, Missing> {
        let accounts = self.accounts()?;
        let accounts = if address == accounts.count() {
            Some(accounts.conj(account.value())?)
        } else {
            accounts.assoc(address, account.value())?
        };
        match accounts {
            Some(accounts) => self.with_accounts(accounts),
            None => Ok(self.clone()),
        }
    }

    /// With other accounts.
    pub fn with_accounts(&self, accounts: Vector) -> Result<State, Missing> {
        self.with(ACCOUNTS, accounts.into())
    }

    /// With other peers.
    pub fn with_peers(&self, peers: Index) -> Result<State, Missing> {
        self.with(PEERS, peers.into())
    }

    /// With another schedule.
    pub fn with_schedule(&self, schedule: Index) -> Result<State, Missing> {
        self.with(SCHEDULE, schedule.into())
    }

    /// With other globals.
    pub fn with_globals(&self, globals: Vector) -> Result<State, Missing> {
        self.with(GLOBALS, globals.into())
    }

    /// The balance of an account in coppers, `None` when there is none.
    pub fn balance(&self, address: u64) -> Result<Option<i64>, Missing> {
        self.account(address)?.map(|account| account.balance()).transpose()
    }

    /// With another balance of an account; unchanged when there is no such account.
    pub fn with_balance(&self, address: u64, coppers: i64) -> Result<State, Missing> {
        match self.account(address)? {
            Some(account) => self.with_account(address, &account.with_balance(coppers)?),
            None => Ok(self.clone()),
        }
    }

    /// One of the globals; 0 if it is not there.
    pub fn global(&self, global: Global) -> Result<i64, Missing> {
        Ok(match self.field(GLOBALS)? {
            Value::Vector(globals) => match globals.get(global as u64)? {
                Some(Value::Integer(n)) => *n,
                _ => 0,
            },
            _ => 0,
        })
    }

    /// With one of the globals replaced.
    pub fn with_global(&self, global: Global, value: i64) -> Result<State, Missing> {
        match self.globals()?.assoc(global as u64, Value::Integer(value))? {
            Some(globals) => self.with_globals(globals),
            None => Ok(self.clone()),
        }
    }

    /// With an operation of an account put on the schedule, after others at the same time (milliseconds).
    pub fn with_scheduled(&self, time: i64, address: u64, op: Value) -> Result<State, Missing> {
        let key = Value::Blob(Blob::new(&time.to_be_bytes()));
        let entry = Value::Vector(Vector::from_values([Value::Address(address), op]));
        let schedule = self.schedule()?;
        let entries = match schedule.get(&key)? {
            Some(Value::Vector(entries)) => entries.conj(entry)?,
            _ => Vector::from_values([entry]),
        };
        match schedule.assoc(key, entries.into())? {
            Some(schedule) => self.with_schedule(schedule),
            None => Ok(self.clone()),
        }
    }
}

fn index(value: &Value) -> Result<Index, Missing> {
    Ok(match value {
        Value::Index(index) => index.clone(),
        _ => Index::empty(),
    })
}
