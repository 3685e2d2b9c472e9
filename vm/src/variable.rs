//! Variables: definitions that are given other values again and again, as a counter is.
//!
//! The newer value of a definition stands in [`Written`], in an account at hand. Where it stands there is known until the
//! stamp of the state changes, so that code finds and changes it without looking the symbol up. A new value that is no
//! function, in place of an old one that is none, leaves the stamp as it is.

use crate::edition::Edition;
use crate::{Context, State};
use lang::{Missing, Symbol, Value};
use std::mem;

/// Where the newer value of a definition stands, while the state has a stamp.
#[derive(Clone, Copy)]
pub(crate) struct Variable {
    stamp: Edition,
    /// The place of the account among those at hand.
    account: u8,
    /// The place among its newer values.
    definition: u8,
}

/// Whether a value may be a function, so that code that has looked at it for calling it has to look again.
#[inline]
pub(crate) fn may_be_function(value: &Value) -> bool {
    matches!(value, Value::Record(_) | Value::Extension { .. })
}

/// Swaps two values.
#[inline]
pub(crate) fn swap(old: &mut Value, new: &mut Value) {
    match (old, new) {
        // Numbers alone: a whole value that is read at once waits until its parts have been written.
        (Value::Integer(old), Value::Integer(new)) => mem::swap(old, new),
        (old, new) => mem::swap(old, new),
    }
}

impl State {
    /// Swaps the value of a symbol that an account itself defines with another; answers whether it does.
    pub(crate) fn redefine(
        &mut self,
        address: u64,
        symbol: &Symbol,
        value: &mut Value,
    ) -> Result<bool, Missing> {
        if let Some(variable) = self.variable(address, symbol)
            && let Some(place) = self.variable_mut(variable)
        {
            let is_seen = may_be_function(place) || may_be_function(value);
            swap(place, value);
            if is_seen {
                self.renew_stamp();
            }
            return Ok(true);
        }
        let is_defined = self.change_account(address, |account| account.redefine(symbol, value))?;
        if is_defined == Some(true) {
            self.renew_stamp();
        }
        Ok(is_defined == Some(true))
    }

    /// Where the newer value of a symbol stands that an account itself defines, if there is one.
    #[inline]
    pub(crate) fn variable(&self, address: u64, symbol: &Symbol) -> Option<Variable> {
        let account = self.hand().position(address)?;
        let definition = self.hand().at(account)?.written().position(symbol)?;
        Some(Variable {
            stamp: self.stamp(),
            account: u8::try_from(account).ok()?,
            definition: u8::try_from(definition).ok()?,
        })
    }

    /// The value of a variable; `None` where it may stand elsewhere by now.
    #[inline]
    pub(crate) fn variable_value(&self, variable: Variable) -> Option<&Value> {
        if variable.stamp != self.stamp() {
            return None;
        }
        self.hand().at(usize::from(variable.account))?.written().at(usize::from(variable.definition))
    }

    /// The value of a variable to be changed; `None` where it may stand elsewhere by now. Whoever puts a function there
    /// or replaces one has to renew the stamp.
    #[inline]
    fn variable_mut(&mut self, variable: Variable) -> Option<&mut Value> {
        if variable.stamp != self.stamp() {
            return None;
        }
        let account = self.hand_mut().account_mut(usize::from(variable.account))?;
        account.written_mut().at_mut(usize::from(variable.definition))
    }

    /// Whether a symbol has a newer value in any account at hand.
    pub(crate) fn is_written(&self, symbol: &Symbol) -> bool {
        self.hand().iter().any(|(_, account)| account.written().get(symbol).is_some())
    }
}

impl Context {
    /// Gives a variable of the current account another value, in place; answers whether that can be done.
    #[inline]
    pub(crate) fn set_variable(&mut self, variable: Variable, symbol: &Symbol, value: &Value) -> bool {
        if may_be_function(value) {
            return false;
        }
        let Some(place) = self.state.variable_mut(variable) else { return false };
        debug_assert!(!may_be_function(place), "functions are no variables");
        let address = self.address;
        match (place, value) {
            (Value::Integer(place), Value::Integer(long)) => {
                self.journal.note_long(address, symbol, mem::replace(place, *long));
            }
            (place, value) => {
                let old = mem::replace(place, value.clone());
                self.journal.note_definition(address, symbol, old);
            }
        }
        true
    }
}
