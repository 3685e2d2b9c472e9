//! Functions of actors that were called, so that the next call finds them at once.

use crate::edition::Edition;
use crate::register::Callee;
use crate::{Context, Run, State};
use lang::{Missing, Symbol, Value};

/// How many are remembered.
const PLACES: usize = 32;

/// Callable functions by actor and name. A clone has none.
#[derive(Default)]
pub(crate) struct Callables(Vec<Option<Known>>);

/// A callable function.
struct Known {
    address: u64,
    /// Held so that no other symbol can have its identity.
    name: Symbol,
    /// What the actor defined then.
    edition: Edition,
    function: Value,
    /// Its routine, if it has one.
    callee: Option<Callee>,
}

impl Clone for Callables {
    fn clone(&self) -> Callables {
        Callables::default()
    }
}

impl Known {
    /// Whether this is what an actor has by a name now.
    #[inline]
    fn is_good(&self, address: u64, name: &Symbol, state: &State) -> bool {
        self.address == address && std::ptr::eq(self.name.name(), name.name()) && {
            let (edition, written) = state.definitions(address);
            edition == self.edition && written.is_none_or(|written| written.get(name).is_none())
        }
    }
}

fn place(address: u64, name: &Symbol) -> usize {
    let identity = name.name().as_ptr() as usize;
    ((identity >> 4) ^ address as usize) % PLACES
}

impl Context {
    /// The function that other accounts may call by a name, as [`crate::Account::callable`] has it, and its routine if
    /// it has one.
    pub(crate) fn callable(&mut self, address: u64, name: &Symbol) -> Run<Option<(Value, Option<Callee>)>> {
        let place = place(address, name);
        if let Some(Some(known)) = self.callables.0.get(place)
            && known.is_good(address, name, &self.state)
        {
            let (function, callee) = (known.function.clone(), known.callee);
            return match callee {
                Some(_) => Ok(Some((function, callee))),
                None => self.with_callee(place, function).map(Some),
            };
        }
        let Some(function) = self.find_callable(address, name)? else { return Ok(None) };
        let (edition, written) = self.state.definitions(address);
        if written.is_none_or(|written| written.get(name).is_none()) {
            if self.callables.0.is_empty() {
                self.callables.0.resize_with(PLACES, || None);
            }
            let (name, function) = (name.clone(), function.clone());
            self.callables.0[place] = Some(Known { address, name, edition, function, callee: None });
        }
        Ok(Some((function, None)))
    }

    fn find_callable(&self, address: u64, name: &Symbol) -> Result<Option<Value>, Missing> {
        let Some(account) = self.state.view(address)? else { return Ok(None) };
        Ok(account.callable(name)?.cloned())
    }

    /// Looks whether a function that is remembered has run often enough to have a routine.
    fn with_callee(&mut self, place: usize, function: Value) -> Run<(Value, Option<Callee>)> {
        let callee = self.callee_of(&function)?;
        if let Some(Some(known)) = self.callables.0.get_mut(place) {
            known.callee = callee;
        }
        Ok((function, callee))
    }
}
