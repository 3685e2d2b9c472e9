//! Look-ups: what was found at a site, and whether it would be found again.

use super::arena::{Found, Installed};
use super::window::assign;
use crate::call::is_callable;
use crate::environment::Again;
use crate::{Context, Run, State, juice};
use lang::{Symbol, Value};

/// Whether what would be found now is known, which is then kept for the present definitions.
#[inline(never)]
fn is_found_again(found: &mut Found, state: &State, symbol: &Symbol) -> bool {
    let Some(asked) = &found.asked else { return false };
    match asked.again(state, symbol) {
        Again::Same if !found.is_newer => {}
        // What has been called may no longer be a function.
        Again::Newer(value) if found.callee.is_none() && !found.is_called => {
            assign(&mut found.value, value);
            found.is_newer = true;
        }
        _ => return false,
    }
    found.stamp = state.stamp();
    true
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
    pub(super) fn find(&mut self, installed: &Installed, at: usize, site: u16) -> Run<()> {
        let unpaid = u64::from(installed.routine.unpaid[at]);
        self.charge(unpaid)?;
        let place = &installed.routine.sites[usize::from(site)];
        let address = place.address.unwrap_or(self.address);
        let (value, asked) = self.lookup_asking(address, &place.symbol)?;
        self.juice = self.juice.saturating_sub(unpaid + juice::LOOKUP_DYNAMIC);
        self.registers.sites[installed.first_site + usize::from(site)] = Some(Found {
            stamp: self.state.stamp(),
            asked,
            address: place.address.is_none().then_some(self.address),
            value,
            is_newer: asked.is_some_and(|asked| !asked.is_as_before(&self.state, &place.symbol)),
            is_called: false,
            callee: None,
        });
        Ok(())
    }

    /// Sees to it that what was found at a site can be called.
    #[inline(never)]
    pub(super) fn resolve(&mut self, installed: &Installed, at: usize, site: u16) -> Run<()> {
        let place = installed.first_site + usize::from(site);
        let Some(found) = &mut self.registers.sites[place] else { return self.malformed() };
        found.is_called = true;
        let function = found.value.clone();
        if is_callable(&function)? {
            return self.note_callee(place, &function);
        }
        self.registers.sites[place] = None;
        self.charge(u64::from(installed.routine.unpaid[at]) + juice::LOOKUP_DYNAMIC)?;
        Err(self.no_function(&function))
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
