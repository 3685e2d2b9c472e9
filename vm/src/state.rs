//! The global state as a value.
use lang::{Missing, Record, Value, Vector};
use crate::Account;

/// The global state: accounts, peers, globals, schedule (a record, tag `0xd5`).
#[derive(Clone)]
pub struct State(Record);

impl State {
    /// As a value.
    pub fn value(&self) -> Value { Value::Record(self.0.clone()) }
    /// The accounts.
    pub fn accounts(&self) -> Result<&Vector, Missing> { todo!() }
    /// An account.
    pub fn account(&self, address: u64) -> Result<Option<Account>, Missing> { todo!() }
    /// With an account replaced, or added at the end.
    pub fn with_account(&self, address: u64, account: Account) -> Result<State, Missing> { todo!() }
}
