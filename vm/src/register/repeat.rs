//! A function that a native one calls for each of many elements.

use super::arena::{Handle, Stack};
use super::fast::Fast;
use super::instruction::Register;
use super::routine::Routine;
use super::window::{assign, clear, give, give_value, make_room};
use crate::code::Arity;
use crate::executor::{RED_ZONE_BYTES, STACK_BYTES};
use crate::{Context, Ending, Run};
use lang::{Missing, Value};
use std::borrow::Borrow;
use std::mem;

/// A function that is called many times: what finding out how costs is paid once.
pub(crate) struct Caller<'a> {
    function: &'a Value,
    /// The fast way of a native function of two arguments, and what it costs.
    fast: Option<(Fast, u64)>,
    /// The routine of a function that a program made, once it has one.
    routine: Option<Known<'a>>,
    /// Its registers.
    stack: Stack,
}

/// A function that has a routine.
#[derive(Clone, Copy)]
struct Known<'a> {
    handle: Handle,
    arity: Arity<'a>,
    /// How many arguments it takes, if they are not taken apart.
    count: Option<usize>,
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
    fn combine(&self, ctx: &mut Context, result: &mut Value, element: &Value) -> Run<bool> {
        let Some((fast, cost)) = self.fast else { return Ok(false) };
        let Some(next) = fast.of_two(result, element) else { return Ok(false) };
        ctx.charge(cost)?;
        *result = next;
        Ok(true)
    }

    /// Combines a value so far with elements in turn, as long as all are integers of 64 bits and there is juice; answers
    /// the first that is not combined, if there is one.
    #[inline]
    fn combine_longs<E: Borrow<Value>>(
        &self,
        ctx: &mut Context,
        result: &mut Value,
        elements: &mut impl Iterator<Item = Result<E, Missing>>,
    ) -> Run<Option<E>> {
        let (Some((Fast::Calculate(operation), cost)), Value::Integer(so_far)) = (self.fast, result) else {
            return Ok(elements.next().transpose()?);
        };
        let mut affordable = ctx.juice_available() / cost;
        let mut paid = 0;
        let (mut sum, mut rest) = (*so_far, None);
        for element in elements {
            match element {
                Ok(element) => {
                    let next = match element.borrow() {
                        Value::Integer(n) if affordable > 0 => operation.of_longs(sum, *n),
                        _ => None,
                    };
                    let Some(next) = next else {
                        rest = Some(element);
                        break;
                    };
                    sum = next;
                    affordable -= 1;
                    paid += cost;
                }
                Err(missing) => return Err(missing.into()),
            }
        }
        *so_far = sum;
        ctx.charge(paid)?;
        Ok(rest)
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

    /// Combines a value so far with each element in turn, as calling the function for each would.
    pub fn fold<E: Borrow<Value>>(
        &mut self,
        ctx: &mut Context,
        result: &mut Value,
        mut elements: impl Iterator<Item = Result<E, Missing>>,
    ) -> Run<()> {
        loop {
            if self.has_turns_of(ctx, 2)? {
                return self.run_turns(ctx, &mut Fold { elements, result });
            }
            let Some(element) = self.combine_longs(ctx, result, &mut elements)? else { return Ok(()) };
            if !self.combine(ctx, result, element.borrow())? {
                let so_far = mem::replace(result, Value::Nil);
                *result = self.call(ctx, &mut [so_far, element.borrow().clone()])?;
            }
        }
    }

    /// Adds what the function gives for each element to results.
    pub fn gather<E: Borrow<Value>>(
        &mut self,
        ctx: &mut Context,
        results: &mut Vec<Value>,
        mut elements: impl Iterator<Item = Result<E, Missing>>,
    ) -> Run<()> {
        loop {
            if self.has_turns_of(ctx, 1)? {
                let count = results.len();
                return self.run_turns(ctx, &mut Gather { elements, results, count });
            }
            let Some(element) = elements.next() else { return Ok(()) };
            results.push(self.call(ctx, &mut [element?.borrow().clone()])?);
        }
    }

    /// Looks whether the function has run often enough by now to have a routine.
    fn look_for_routine(&mut self, ctx: &mut Context) -> Run<bool> {
        let Some((handle, arity)) = ctx.callee(self.function)? else { return Ok(false) };
        let count = ctx.registers.arena.get(handle).and_then(|installed| installed.routine.shape.arity());
        self.routine = Some(Known { handle, arity, count });
        Ok(true)
    }

    /// Runs the routine with a number of arguments, which something puts into the first registers.
    #[inline(always)]
    fn run(&mut self, ctx: &mut Context, count: usize, fill: impl FnOnce(&mut [Value])) -> Run {
        ctx.check_interrupt()?;
        let (Some(Known { handle, arity, .. }), Some(arena)) = (self.routine, self.stack.arena.take()) else {
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

    /// Whether the function has a routine for a number of arguments, so that one run can take turns.
    #[inline]
    fn has_turns_of(&mut self, ctx: &mut Context, count: usize) -> Run<bool> {
        if !matches!(self.function, Value::Record(_)) {
            return Ok(false);
        }
        if self.routine.is_none() && !self.look_for_routine(ctx)? {
            return Ok(false);
        }
        Ok(self.routine.is_some_and(|known| known.count == Some(count)))
    }

    /// Runs the routine once for each turn.
    fn run_turns(&mut self, ctx: &mut Context, source: &mut impl Source) -> Run<()> {
        let (Some(Known { handle, arity, .. }), Some(arena)) = (self.routine, self.stack.arena.take()) else {
            return ctx.malformed();
        };
        let depth = ctx.depth;
        let routine = &ctx.routine(&arena, handle)?.routine;
        make_room(&mut self.stack.values, routine.registers);
        let mut turns = Elements { source, routine, arity };
        turns.source.start(&mut self.stack.values);
        let mut outcome = turns.begin(ctx, &mut self.stack.values);
        while let Ok(true) = outcome {
            let ended = ctx.run_turns(&arena, handle, &mut self.stack, Some(&mut turns));
            ctx.depth = depth;
            outcome = match ended {
                Ok(_) => break,
                Err(ending) => self.ended(ctx, ending).and_then(|mut value| {
                    let window = &mut self.stack.values[..routine.registers];
                    give_value(&mut window[0], &mut value);
                    turns.next(ctx, window, 0)
                }),
            };
        }
        self.stack.settle(&outcome);
        self.stack.arena = Some(arena);
        outcome.map(drop)
    }

    #[cold]
    fn ended(&mut self, ctx: &mut Context, ending: Ending) -> Run {
        match ending {
            Ending::Control(control) => ctx.follow(self.function, control),
            ending => Err(ending),
        }
    }
}

/// What calls a routine again and again: takes what it gives, and prepares its registers for the next turn.
pub(super) trait Turns {
    /// Takes the result out of a register; answers whether there is a next turn, for which the registers are then
    /// ready. If not, they are empty.
    fn next(&mut self, ctx: &mut Context, window: &mut [Value], from: Register) -> Run<bool>;

    /// Ends all turns with the value in a register and empties the registers, if these turns are a reduction; answers
    /// whether they are.
    fn reduced(&mut self, ctx: &mut Context, window: &mut [Value], from: Register) -> bool;
}

/// Where the arguments of turns come from, and where their results go.
trait Source {
    /// Prepares the registers for what is there before the first turn.
    fn start(&mut self, _window: &mut [Value]) {}

    /// Takes the result of a turn out of a register. Then the others are emptied.
    fn take(&mut self, window: &mut [Value], from: Register);

    /// Puts arguments into the first registers; answers whether there are any.
    fn fill(&mut self, window: &mut [Value]) -> Run<bool>;

    /// Takes the result of all turns out of a register and empties the others, if this is a reduction.
    fn end(&mut self, window: &mut [Value], from: Register) -> bool;
}

/// Turns of a function, one for each element of something.
struct Elements<'a, S> {
    source: &'a mut S,
    routine: &'a Routine,
    arity: Arity<'a>,
}

impl<S: Source> Elements<'_, S> {
    /// Prepares the registers for a turn; answers whether there is one.
    #[inline(always)]
    fn begin(&mut self, ctx: &Context, window: &mut [Value]) -> Run<bool> {
        if !self.source.fill(window)? {
            return Ok(false);
        }
        ctx.check_interrupt()?;
        for (position, register) in &self.routine.captured {
            let Some(local) = self.arity.env.get(*position) else { return ctx.malformed() };
            assign(&mut window[usize::from(*register)], local.get()?);
        }
        Ok(true)
    }
}

impl<S: Source> Turns for Elements<'_, S> {
    fn next(&mut self, ctx: &mut Context, window: &mut [Value], from: Register) -> Run<bool> {
        self.source.take(window, from);
        self.begin(ctx, window)
    }

    fn reduced(&mut self, ctx: &mut Context, window: &mut [Value], from: Register) -> bool {
        ctx.result = Value::Nil;
        self.source.end(window, from)
    }
}

/// A value so far, which stands in the first register from turn to turn, and elements to combine it with.
struct Fold<'a, I> {
    elements: I,
    /// The value at the beginning, and in the end.
    result: &'a mut Value,
}

impl<I: Iterator<Item = Result<E, Missing>>, E: Borrow<Value>> Source for Fold<'_, I> {
    fn start(&mut self, window: &mut [Value]) {
        give_value(&mut window[0], self.result);
    }

    #[inline(always)]
    fn take(&mut self, window: &mut [Value], from: Register) {
        if from != 0 {
            give(window, 0, from);
        }
        clear(&mut window[1..]);
    }

    #[inline(always)]
    fn fill(&mut self, window: &mut [Value]) -> Run<bool> {
        match self.elements.next() {
            Some(element) => {
                assign(&mut window[1], element?.borrow());
                Ok(true)
            }
            None => {
                give_value(self.result, &mut window[0]);
                Ok(false)
            }
        }
    }

    fn end(&mut self, window: &mut [Value], from: Register) -> bool {
        give_value(self.result, &mut window[usize::from(from)]);
        clear(window);
        true
    }
}

/// Elements, and what a function gave for those before.
struct Gather<'a, I> {
    elements: I,
    /// The results, and room for more.
    results: &'a mut Vec<Value>,
    /// How many results there are.
    count: usize,
}

impl<I> Gather<'_, I> {
    #[cold]
    fn make_room(&mut self) {
        self.results.reserve(1);
        // Most results are numbers, which are then written in place.
        self.results.resize_with(self.results.capacity(), || Value::Integer(0));
    }
}

impl<I: Iterator<Item = Result<E, Missing>>, E: Borrow<Value>> Source for Gather<'_, I> {
    #[inline(always)]
    fn take(&mut self, window: &mut [Value], from: Register) {
        if self.count == self.results.len() {
            self.make_room();
        }
        // The result goes to its place in its parts, for the reason that `set_long` gives.
        give_value(&mut self.results[self.count], &mut window[usize::from(from)]);
        self.count += 1;
        clear(window);
    }

    #[inline(always)]
    fn fill(&mut self, window: &mut [Value]) -> Run<bool> {
        let Some(element) = self.elements.next() else {
            self.results.truncate(self.count);
            return Ok(false);
        };
        assign(&mut window[0], element?.borrow());
        Ok(true)
    }

    fn end(&mut self, _window: &mut [Value], _from: Register) -> bool {
        false
    }
}
