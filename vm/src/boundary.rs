//! The boundary that calls of actors, deployments and evaluations elsewhere return through (CAD005).

use crate::compiler::Scope;
use crate::context::Unquoting;
use crate::ending::Control;
use crate::journal::Part;
use crate::{Context, Ending, Run};
use lang::{Missing, Value, Vector};
use std::mem;

/// What happens to the changes of a run that ends well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Changes {
    Keep,
    Discard,
}

/// The registers of code that runs in another account, or in this one behind a boundary.
pub(crate) struct Entry {
    pub address: u64,
    pub caller: Option<u64>,
    pub offer: i64,
    pub scope: Value,
    pub depth: u32,
}

/// A boundary that code runs behind: the registers as they were before it.
///
/// Boundaries of calls are opened in the room of earlier ones, field by field: a structure that is built and then moved
/// waits until all of its parts have been written.
#[derive(Default)]
pub(crate) struct Boundary {
    part: Part,
    address: u64,
    /// The caller, if any.
    has_caller: bool,
    caller: u64,
    offer: i64,
    depth: u32,
    base: usize,
    locals: usize,
    juice_limit: u64,
    log: u64,
    scope: Value,
    compiling: Option<Box<(Scope, Unquoting)>>,
}

impl Context {
    /// Opens the part of the journal for the changes behind a boundary.
    #[inline]
    pub(crate) fn approach(&mut self, boundary: &mut Boundary) {
        self.open_part(&mut boundary.part);
    }

    /// Takes back what was done since [`Context::approach`].
    pub(crate) fn turn_back(&mut self, boundary: &Boundary) -> Result<(), Missing> {
        self.undo_part(&boundary.part)
    }

    /// Goes across a boundary, after [`Context::approach`].
    #[inline(always)]
    pub(crate) fn cross(&mut self, boundary: &mut Boundary, entry: Entry) {
        if !self.result.is_nil() {
            self.result = Value::Nil;
        }
        boundary.address = self.address;
        (boundary.has_caller, boundary.caller) = (self.caller.is_some(), self.caller.unwrap_or_default());
        boundary.offer = self.offer;
        boundary.depth = self.depth;
        boundary.base = self.base;
        boundary.locals = self.locals.len();
        boundary.juice_limit = self.juice_limit;
        boundary.log = self.log.count();
        if !(entry.scope.is_nil() && self.scope.is_nil()) {
            boundary.scope = mem::replace(&mut self.scope, entry.scope);
        }
        if self.is_compiling() {
            boundary.compiling = Some(Box::new((mem::take(&mut self.names), mem::take(&mut self.unquoting))));
        }
        self.address = entry.address;
        self.caller = entry.caller;
        self.offer = entry.offer;
        self.depth = entry.depth;
        self.base = boundary.locals;
    }

    /// Whether there are registers of a compilation that this code runs for.
    #[inline]
    fn is_compiling(&self) -> bool {
        !self.names.is_empty() || !matches!(self.unquoting, Unquoting::No)
    }

    /// Goes back across a boundary, whatever the code behind it has come to.
    ///
    /// `halt` and `return` become values; `rollback` does too and discards all changes, as errors do; `recur`, `tailcall`
    /// and `reduced` become `:EXCEPTION`. An offer that is left goes back. All registers but juice are as they were.
    pub(crate) fn return_across(&mut self, boundary: &mut Boundary, changes: Changes, outcome: Run) -> Run {
        let left = self.restore_registers(boundary);
        let (outcome, is_rollback) = self.at_boundary(outcome);
        if is_rollback || changes == Changes::Discard {
            self.undo_part(&boundary.part)?;
            self.log = self.log.slice(0, boundary.log)?.unwrap_or_else(Vector::empty);
            return outcome;
        }
        self.keep(&boundary.part, left)?;
        outcome
    }

    /// Goes back across a boundary behind which code has ended in a value, and keeps its changes.
    #[inline(always)]
    pub(crate) fn return_well(&mut self, boundary: &mut Boundary) -> Run<()> {
        let left = self.restore_registers(boundary);
        self.keep(&boundary.part, left)
    }

    /// Restores the registers; answers what is left of the offer.
    #[inline(always)]
    fn restore_registers(&mut self, boundary: &mut Boundary) -> i64 {
        self.address = boundary.address;
        self.caller = if boundary.has_caller { Some(boundary.caller) } else { None };
        self.depth = boundary.depth;
        self.base = boundary.base;
        self.juice_limit = boundary.juice_limit;
        if !(boundary.scope.is_nil() && self.scope.is_nil()) {
            self.scope = mem::take(&mut boundary.scope);
        }
        if self.locals.len() != boundary.locals {
            self.locals.truncate(boundary.locals);
        }
        if boundary.compiling.is_some() || self.is_compiling() {
            let compiling = boundary.compiling.take();
            (self.names, self.unquoting) = compiling.map(|compiling| *compiling).unwrap_or_default();
        }
        mem::replace(&mut self.offer, boundary.offer)
    }

    /// Keeps the changes of a part, and gives back what is left of an offer.
    #[inline(always)]
    fn keep(&mut self, part: &Part, left: i64) -> Run<()> {
        if left > 0 {
            self.add_to_balance(self.address, left)?;
        }
        let before = self.balance_before(part, self.origin)?;
        self.keep_part(part);
        match before {
            Some(Some(old)) => self.follow_balance(old),
            _ => Ok(()),
        }
    }

    /// Lowers the juice limit where the balance of the origin is lower than it was.
    #[inline(never)]
    fn follow_balance(&mut self, old: i64) -> Run<()> {
        match self.state.balance(self.origin)? {
            Some(new) if new < old => self.revise_juice_limit(new),
            _ => Ok(()),
        }
    }

    /// What an ending becomes at a boundary, and whether changes are discarded there.
    pub(crate) fn at_boundary(&mut self, outcome: Run) -> (Run, bool) {
        let control = match outcome {
            Ok(value) => return (Ok(value), false),
            Err(Ending::Control(control)) => *control,
            Err(ending) => return (Err(ending), true),
        };
        let failed = match control {
            Control::Halt(value) | Control::Return(value) => return (Ok(value), false),
            Control::Rollback(value) => return (Ok(value), true),
            Control::Recur(_) | Control::Tailcall(..) => {
                self.fail("EXCEPTION", "recur or tailcall outside of any function or loop")
            }
            Control::Reduced(_) => self.fail("EXCEPTION", "reduced outside of any reduce"),
        };
        (failed.map_err(|ending| self.ended_control(ending)), true)
    }

    /// Runs code behind a boundary. What is to be done first is done in this account and discarded with the other
    /// changes.
    pub(crate) fn within(
        &mut self,
        (entry, changes): (Entry, Changes),
        first: impl FnOnce(&mut Context) -> Result<(), Missing>,
        code: impl FnOnce(&mut Context) -> Run,
    ) -> Run {
        let mut boundary = Boundary::default();
        self.approach(&mut boundary);
        if let Err(missing) = first(self) {
            self.turn_back(&boundary)?;
            return Err(missing.into());
        }
        self.cross(&mut boundary, entry);
        let outcome = code(self);
        self.return_across(&mut boundary, changes, outcome)
    }
}
