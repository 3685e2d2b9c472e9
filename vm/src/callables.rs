//! Functions of actors that were called, so that the next call finds them at once.

use crate::edition::Edition;
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
    /// The definitions that it was found among.
    stamp: Edition,
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
            let (function, asked, stamp) = (known.function.clone(), known.asked, self.state.stamp());
            // It may have run often enough by now to have a routine.
            let callee = match known.callee {
                None => self.callee_of(&function)?,
                known => known,
            };
            self.callables.set(address, name, Known { function: function.clone(), asked, stamp, callee });
            return Ok(Some((function, callee)));
        }
        let Some(function) = self.find_callable(address, name)? else { return Ok(None) };
        let asked = Asked::of(&self.state, address, address);
        if asked.is_as_before(&self.state, name) {
            let stamp = self.state.stamp();
            self.callables.set(
                address,
                name,
                Known { function: function.clone(), asked, stamp, callee: None },
            );
        }
        Ok(Some((function, None)))
    }

    /// What [`Context::callable`] answers, where it has a routine and is known to be found among the present definitions.
    #[inline]
    pub(crate) fn known_callable(&self, address: u64, name: &Symbol) -> Option<(&Value, Callee)> {
        let known = self.callables.get(address, name).filter(|known| known.stamp == self.state.stamp())?;
        Some((&known.function, known.callee?))
    }

    fn find_callable(&self, address: u64, name: &Symbol) -> Result<Option<Value>, Missing> {
        let Some(account) = self.state.view(address)? else { return Ok(None) };
        Ok(account.callable(name)?.cloned())
    }
}
