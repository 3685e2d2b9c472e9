//! The registers of a running machine.

use crate::{Ending, Run, State};
use lang::{Symbol, Value};

/// A running machine: state, account, juice, depth, locals, result. Forking is a clone.
#[derive(Clone)]
pub struct Context {
    state: State,
    juice: u64,
    juice_limit: u64,
}

impl Context {
    /// A machine at the start of a transaction of an account, `None` when there is no such account.
    pub fn new(state: State, origin: u64, juice_limit: u64) -> Option<Context> { todo!() }
    /// The state.
    pub fn state(&self) -> &State { &self.state }
    /// Adopts a state; when the origin's balance fell, the juice limit falls with it.
    pub fn set_state(&mut self, state: State) -> Run<()> { todo!() }
    /// Juice used so far.
    pub fn juice(&self) -> u64 { self.juice }
    /// Juice that may be used in all.
    pub fn juice_limit(&self) -> u64 { self.juice_limit }
    /// Uses juice. When it is not to be had all that is left is used and the run ends.
    pub fn charge(&mut self, juice: u64) -> Run<()> { todo!() }
    /// Whether this much juice is to be had.
    pub fn can_afford(&self, juice: u64) -> bool { todo!() }
    /// Uses juice, then answers a value: how most core functions end.
    pub fn finish(&mut self, juice: u64, value: impl Into<Value>) -> Run { self.charge(juice)?; Ok(value.into()) }
    /// The current account.
    pub fn address(&self) -> u64 { todo!() }
    /// The account that made the transaction.
    pub fn origin(&self) -> u64 { todo!() }
    /// The account that called, if any.
    pub fn caller(&self) -> Option<u64> { todo!() }
    /// Calls a function with depth, trampolines and returns handled as the machine does it.
    pub fn invoke(&mut self, function: &Value, args: &[Value]) -> Run { todo!() }
    /// Expands, compiles and runs a form, or runs an op, in the current account without its locals.
    pub fn eval(&mut self, form: &Value) -> Run { todo!() }
    /// Expands a form with the initial expander.
    pub fn expand(&mut self, form: &Value) -> Run { todo!() }
    /// Compiles an expanded form to an op.
    pub fn compile(&mut self, form: &Value) -> Run { todo!() }
    /// Defines a symbol in the current account.
    pub fn define(&mut self, symbol: &Symbol, value: Value) -> Run<()> { todo!() }
    /// An error in the current account.
    pub fn fail<T>(&self, code: &str, message: impl AsRef<str>) -> Run<T> { Err(Ending::error(code, message)) }
}
