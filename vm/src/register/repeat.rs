//! A function that a native one calls for each of many elements.

use super::arena::{Arena, Handle, Stack};
use super::fast::Fast;
use super::run::{give_value, make_room};
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
    /// Calls the function, as [`Context::invoke`] does. The arguments may be taken out.
    #[inline]
    pub fn call(&mut self, ctx: &mut Context, args: &mut [Value]) -> Run {
        if let (Some((fast, cost)), [a, b]) = (self.fast, &*args)
            && let Some(value) = fast.of_two(a, b)
        {
            ctx.charge(cost)?;
            return Ok(value);
        }
        self.call_routine(ctx, args)
    }

    fn call_routine(&mut self, ctx: &mut Context, args: &mut [Value]) -> Run {
        let Some((handle, arity)) = self.routine else {
            // It may have run often enough by now.
            self.routine = ctx.callee(self.function)?;
            return ctx.invoke_here(self.function, args);
        };
        ctx.check_interrupt()?;
        let arena = self.stack.arena.take();
        let outcome = match &arena {
            Some(arena) => run(ctx, arena, &mut self.stack, (handle, arity), args),
            None => ctx.malformed(),
        };
        self.stack.arena = arena;
        match outcome {
            Ok(value) => Ok(value),
            Err(ending) => {
                // A routine that returns has emptied its registers.
                self.stack.values.clear();
                self.stack.frames.clear();
                match ending {
                    Ending::Control(control) => ctx.follow(self.function, *control),
                    ending => Err(ending),
                }
            }
        }
    }
}

/// Runs a routine with arguments.
#[inline]
fn run(
    ctx: &mut Context,
    arena: &Arena,
    stack: &mut Stack,
    (handle, arity): (Handle, &Arity),
    args: &mut [Value],
) -> Run {
    let routine = &ctx.routine(arena, handle)?.routine;
    make_room(&mut stack.values, routine.registers.max(args.len()));
    for (register, arg) in stack.values.iter_mut().zip(args.iter_mut()) {
        give_value(register, arg);
    }
    let depth = ctx.depth;
    let outcome = match ctx.begin(routine, &mut stack.values, 0, args.len(), &arity.env) {
        Ok(()) => ctx.run_routine(arena, handle, stack),
        Err(ending) => Err(ending),
    };
    ctx.depth = depth;
    outcome
}
