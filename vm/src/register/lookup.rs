//! Look-ups: what was found at a site, and whether it would be found again.

use super::arena::{Found, Installed};
use super::routine::Definition;
use super::window::{assign, copy};
use crate::call::is_callable;
use crate::edition::Edition;
use crate::environment::Again;
use crate::variable::may_be_function;
use crate::{Context, Run, State, juice};
use lang::{Symbol, Value};

/// Whether what would be found now is known: the value of a variable, or what is then kept for the present definitions.
#[inline(never)]
fn is_found_again(found: &mut Found, state: &State, symbol: &Symbol) -> bool {
    // What is called may no longer be a function.
    if found.is_called && found.is_newer {
        return false;
    }
    if let Some(variable) = found.variable
        && let Some(value) = state.variable_value(variable)
    {
        assign(&mut found.value, value);
        return true;
    }
    is_asked_again(found, state, symbol)
}

fn is_asked_again(found: &mut Found, state: &State, symbol: &Symbol) -> bool {
    let Some(asked) = &found.asked else { return false };
    match asked.again(state, symbol) {
        Again::Same if !found.is_newer => {
            found.stamp = state.stamp();
            true
        }
        Again::Newer(value) if !found.is_called && !may_be_function(value) => {
            assign(&mut found.value, value);
            (found.stamp, found.is_newer) = (Edition::NEVER, true);
            found.variable = state.variable(asked.first(), symbol);
            true
        }
        _ => false,
    }
}

impl Found {
    /// Whether it was found for these definitions, as an account sees them.
    #[inline(always)]
    pub(super) fn is_for(&self, address: u64, stamp: Edition) -> bool {
        self.stamp == stamp && self.address.is_none_or(|asker| asker == address)
    }
}

impl Context {
    /// Whether what was last found at a site is still what would be found.
    #[inline(always)]
    pub(super) fn is_found(&mut self, installed: &Installed, site: u16) -> bool {
        match &mut self.registers.sites[installed.first_site + usize::from(site)] {
            Some(found) if found.address.is_some_and(|address| address != self.address) => false,
            Some(found) if found.stamp == self.state.stamp() => true,
            Some(found) => {
                let symbol = &installed.routine.sites[usize::from(site)].symbol;
                is_found_again(found, &self.state, symbol)
            }
            None => false,
        }
    }

    /// Looks a symbol up and keeps what was found at its site.
    #[inline(never)]
    pub(super) fn find(&mut self, installed: &Installed, site: u16) -> Run<()> {
        let place = &installed.routine.sites[usize::from(site)];
        let unpaid = u64::from(place.unpaid);
        self.charge(unpaid)?;
        let address = place.address.unwrap_or(self.address);
        let (value, asked) = self.lookup_asking(address, &place.symbol)?;
        self.juice = self.juice.saturating_sub(unpaid + juice::LOOKUP_DYNAMIC);
        let symbol = &place.symbol;
        // The stamp tells of other values only where a function is one of them, or there was no newer value yet.
        let is_stable = may_be_function(&value) || !self.state.is_written(symbol);
        self.registers.sites[installed.first_site + usize::from(site)] = Some(Found {
            stamp: if is_stable { self.state.stamp() } else { Edition::NEVER },
            asked,
            address: place.address.is_none().then_some(self.address),
            value,
            is_newer: asked.is_some_and(|asked| !asked.is_as_before(&self.state, symbol)),
            variable: if is_stable { None } else { self.state.variable(address, symbol) },
            is_called: false,
            callee: None,
        });
        Ok(())
    }

    /// Gives a symbol of the current account another value, at the place that is known at a site if it stands there.
    #[inline]
    pub(super) fn define_at(
        &mut self,
        installed: &Installed,
        definition: &Definition,
        value: &Value,
    ) -> Run<()> {
        let place = installed.first_site + usize::from(definition.site);
        if let Some(Found { variable: Some(variable), address: Some(address), .. }) =
            &self.registers.sites[place]
            && *address == self.address
        {
            let variable = *variable;
            if self.set_variable(variable, &definition.symbol, value) {
                return Ok(());
            }
        }
        self.define_and_note(place, definition, value)
    }

    /// Defines a symbol, and notes where its value stands if it is a variable.
    #[inline(never)]
    fn define_and_note(&mut self, place: usize, definition: &Definition, value: &Value) -> Run<()> {
        let symbol = &definition.symbol;
        if let Some(metadata) = &definition.metadata {
            return self.define_with_metadata(symbol, metadata.clone(), copy(value));
        }
        self.define(symbol, copy(value))?;
        let is_variable = !may_be_function(value);
        let variable = if is_variable { self.state.variable(self.address, symbol) } else { None };
        self.registers.sites[place] = variable.map(|variable| Found {
            stamp: Edition::NEVER,
            asked: None,
            address: Some(self.address),
            value: Value::Nil,
            is_newer: true,
            variable: Some(variable),
            is_called: false,
            callee: None,
        });
        Ok(())
    }

    /// Sees to it that what a call names is known at its site and can be called. Answers the op at fault when it fails.
    #[inline(never)]
    pub(super) fn resolve(&mut self, installed: &Installed, site: u16, fault: &mut Option<u32>) -> Run<()> {
        if self.is_found(installed, site) {
            return Ok(());
        }
        let (place, named) =
            (installed.first_site + usize::from(site), &installed.routine.sites[usize::from(site)]);
        if let Err(ending) = self.find(installed, site) {
            *fault = Some(named.node);
            return Err(ending);
        }
        let Some(found) = &mut self.registers.sites[place] else { return self.malformed() };
        found.is_called = true;
        let function = found.value.clone();
        if is_callable(&function)? {
            return self.note_callee(place, &function);
        }
        self.registers.sites[place] = None;
        self.charge(u64::from(named.unpaid) + juice::LOOKUP_DYNAMIC)?;
        // It is the call that fails, not the look-up.
        *fault = Some(installed.routine.nodes[named.node as usize].parent);
        Err(self.no_function(&function))
    }

    /// Sees to the look-up that comes before an instruction but was put off, as the instruction may fail.
    pub(super) fn catch_up(&mut self, installed: &Installed, at: usize, fault: &mut Option<u32>) -> Run<()> {
        match installed.routine.waiting(at) {
            Some(site) => self.resolve(installed, site, fault),
            None => Ok(()),
        }
    }

    /// Notes the routine of the function at a site, if it has one already.
    #[inline(never)]
    pub(super) fn note_callee(&mut self, place: usize, function: &Value) -> Run<()> {
        let callee = self.callee_of(function)?;
        if let Some(found) = &mut self.registers.sites[place] {
            found.callee = callee;
        }
        Ok(())
    }
}
