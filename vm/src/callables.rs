//! Functions of actors that were called, so that the next call finds them at once.

use crate::environment::Asked;
use crate::register::Callee;
use crate::remembered::Remembered;
use crate::{Context, Run};
use lang::{Missing, Symbol, Value};

/// Callable functions by actor and name.
pub(crate) type Callables = Remembered<Known>;

/// A callable function.
pub(crate) struct Known {
    function: Value,
    /// The actor, and what it defined then.
    asked: Asked,
    /// Its routine, if it has one.
    callee: Option<Callee>,
}

impl Context {
    /// The function that other accounts may call by a name, as [`crate::Account::callable`] has it, and its routine if
    /// it has one.
    pub(crate) fn callable(&mut self, address: u64, name: &Symbol) -> Run<Option<(Value, Option<Callee>)>> {
        if let Some(known) = self.callables.get(address, name)
            && known.asked.is_as_before(&self.state, name)
        {
            let (function, asked) = (known.function.clone(), known.asked);
            if known.callee.is_some() {
                return Ok(Some((function, known.callee)));
            }
            // It may have run often enough by now to have a routine.
            let callee = self.callee_of(&function)?;
            if callee.is_some() {
                self.callables.set(address, name, Known { function: function.clone(), asked, callee });
            }
            return Ok(Some((function, callee)));
        }
        let Some(function) = self.find_callable(address, name)? else { return Ok(None) };
        let asked = Asked::of(&self.state, address, address);
        if asked.is_as_before(&self.state, name) {
            self.callables.set(address, name, Known { function: function.clone(), asked, callee: None });
        }
        Ok(Some((function, None)))
    }

    fn find_callable(&self, address: u64, name: &Symbol) -> Result<Option<Value>, Missing> {
        let Some(account) = self.state.view(address)? else { return Ok(None) };
        Ok(account.callable(name)?.cloned())
    }
}
