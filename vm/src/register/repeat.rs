//! A function that a native one calls for each of many elements.

use super::arena::{Handle, Stack};
use super::fast::Fast;
use super::window::{assign, give_value};
use crate::code::Arity;
use crate::executor::{RED_ZONE_BYTES, STACK_BYTES};
use crate::{Context, Ending, Run};
use lang::Value;

/// A function that is called many times: what finding out how costs is paid once.
pub(crate) struct Caller<'a> {
    function: &'a Value,
    /// The fast way of a native function of two arguments, and what it costs.
    fast: Option<(Fast, u64)>,
    /// The routine of a function that a program made, once it has one.
    routine: Option<(Handle, &'a Arity)>,
    /// Its registers.
    stack: Stack,
}

impl Context {
    /// Lets something call a function many times.
    pub(crate) fn calling<T>(
        &mut self,
        function: &Value,
        run: impl FnOnce(&mut Context, &mut Caller) -> Run<T>,
    ) -> Run<T> {
        // Only the first tier tells what was running when the juice ran out.
        let fast = if self.runs_slowly() { None } else { Fast::of_function(function, 2) };
        let fast = fast.map(|fast| (fast, fast.cost()));
        let mut caller = Caller { function, fast, routine: None, stack: self.registers.stack() };
        // All calls begin at the same depth of the native stack.
        let outcome = stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || run(self, &mut caller));
        self.registers.spare.push(caller.stack);
        outcome
    }
}

impl Caller<'_> {
    /// Combines a value so far with an element in place, where the function has a fast way for them; answers whether it
    /// has.
    #[inline]
    pub fn combine(&self, ctx: &mut Context, result: &mut Value, element: &Value) -> Run<bool> {
        let Some((fast, cost)) = self.fast else { return Ok(false) };
        match (fast, result, element) {
            (Fast::Calculate(operation), Value::Integer(so_far), Value::Integer(n)) => {
                let Some(next) = operation.of_longs(*so_far, *n) else { return Ok(false) };
                ctx.charge(cost)?;
                *so_far = next;
            }
            (fast, result, element) => {
                let Some(next) = fast.of_two(result, element) else { return Ok(false) };
                ctx.charge(cost)?;
                *result = next;
            }
        }
        Ok(true)
    }

    /// Calls the function with one argument, as [`Caller::call`] does.
    #[inline]
    pub fn call_with(&mut self, ctx: &mut Context, arg: &Value) -> Run {
        if self.routine.is_none() && !self.look_for_routine(ctx)? {
            return ctx.invoke_here(self.function, &mut [arg.clone()]);
        }
        self.run(ctx, 1, |registers| {
            if let Some(register) = registers.first_mut() {
                assign(register, arg);
            }
        })
    }

    /// Calls the function, as [`Context::invoke`] does. The arguments may be taken out.
    #[inline]
    pub fn call(&mut self, ctx: &mut Context, args: &mut [Value]) -> Run {
        if self.routine.is_none() && !self.look_for_routine(ctx)? {
            return ctx.invoke_here(self.function, args);
        }
        self.run(ctx, args.len(), |registers| {
            for (register, arg) in registers.iter_mut().zip(args) {
                give_value(register, arg);
            }
        })
    }

    /// Looks whether the function has run often enough by now to have a routine.
    fn look_for_routine(&mut self, ctx: &mut Context) -> Run<bool> {
        self.routine = ctx.callee(self.function)?;
        Ok(self.routine.is_some())
    }

    /// Runs the routine with a number of arguments, which something puts into the first registers.
    #[inline(always)]
    fn run(&mut self, ctx: &mut Context, count: usize, fill: impl FnOnce(&mut [Value])) -> Run {
        ctx.check_interrupt()?;
        let (Some((handle, arity)), Some(arena)) = (self.routine, self.stack.arena.take()) else {
            return ctx.malformed();
        };
        let depth = ctx.depth;
        let outcome = ctx.run_filled(&arena, &mut self.stack, (handle, arity), count, fill);
        ctx.depth = depth;
        self.stack.arena = Some(arena);
        self.stack.settle(&outcome);
        match outcome {
            Ok(value) => Ok(value),
            Err(ending) => self.ended(ctx, ending),
        }
    }

    #[cold]
    fn ended(&mut self, ctx: &mut Context, ending: Ending) -> Run {
        match ending {
            Ending::Control(control) => ctx.follow(self.function, control),
            ending => Err(ending),
        }
    }
}
