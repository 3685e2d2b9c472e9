//! What is called: the routine of a function, and its captured locals.

use super::arena::{Callee, Handle, Installed};
use super::window::{copy, set};
use crate::code::{self, Arity, Function};
use crate::{Context, Run, core};
use lang::Value;

impl Context {
    /// The routine of a function that can be called by pushing a frame.
    pub(crate) fn callee_of(&mut self, function: &Value) -> Run<Option<Callee>> {
        let Some((routine, _)) = self.callee(function)? else { return Ok(None) };
        let installed = self.registers.arena.get(routine);
        let count = installed.and_then(|installed| installed.routine.shape.arity());
        Ok(count.map(|count| Callee { routine, arity: count as u32 }))
    }

    /// The routine of a function, and the function, when it has one arity and runs often.
    #[inline(never)]
    pub(super) fn callee<'a>(&mut self, function: &'a Value) -> Run<Option<(Handle, Arity<'a>)>> {
        let Value::Record(record) = function else { return Ok(None) };
        Ok(match code::function_of(function, record)? {
            Some(Function::One(arity)) => self.hot_function(arity).map(|handle| (handle, arity)),
            _ => None,
        })
    }

    /// Calls any function.
    #[inline(never)]
    pub(super) fn call_generally(&mut self, function: &Value, args: &mut [Value]) -> Run {
        if core::answers_last_result(function) {
            self.result = args.last().unwrap_or(function).clone();
        }
        self.invoke_here(function, args)
    }

    /// Calls what was resolved at a site but cannot be called by pushing a frame.
    #[inline(never)]
    pub(super) fn call_site(&mut self, place: usize, args: &mut [Value]) -> Run {
        let Some(found) = &self.registers.sites[place] else { return self.malformed() };
        let function = found.value.clone();
        if found.callee.is_none() {
            self.note_callee(place, &function)?;
        }
        self.call_generally(&function, args)
    }

    /// Fills the registers of captured locals of the function at a site.
    #[inline(never)]
    pub(super) fn capture(&self, called: &Installed, place: usize, window: &mut [Value]) -> Run<()> {
        let Some(found) = &self.registers.sites[place] else { return self.malformed() };
        self.capture_of(&found.value, called, window)
    }

    /// Fills the registers of captured locals of a function.
    #[inline(never)]
    pub(super) fn capture_of(&self, function: &Value, called: &Installed, window: &mut [Value]) -> Run<()> {
        let Value::Record(record) = function else { return self.malformed() };
        let Some(Function::One(arity)) = code::function_of(function, record)? else {
            return self.malformed();
        };
        for (position, register) in &called.routine.captured {
            let Some(local) = arity.env.get(*position) else { return self.malformed() };
            set(&mut window[usize::from(*register)], copy(local.get()?));
        }
        Ok(())
    }
}
