//! How routines are entered: from the first tier, and with which registers.

use super::arena::{Arena, Callee, Handle, Installed, Stack};
use super::instruction::Register;
use super::routine::Routine;
use super::window::{assign, copy, give_value, make_room, set};
use crate::code::{Arity, Code, Operand};
use crate::executor::{RED_ZONE_BYTES, STACK_BYTES};
use crate::{Context, Ending, Run, limits};
use lang::Value;
use lang::cell::Slot;
use std::mem;
use std::sync::Arc;

/// The routine of a function, which is kept for the other functions of the same code.
#[inline(never)]
fn routine_of(arity: Arity<'_>, min_heat: u32) -> Option<&Arc<Routine>> {
    let Operand::Op(link) = &arity.code.body else { return None };
    let routine = link.code().ok()??.tier.function(arity, min_heat)?;
    arity.code.routine.keep(routine);
    Some(routine)
}

impl Context {
    /// The routine of a function, when it runs often and there is enough depth for it.
    pub(crate) fn hot_function(&mut self, arity: Arity) -> Option<Handle> {
        let routine = arity.routine.get_for(arity.env.len()).or_else(|| routine_of(arity, self.min_heat))?;
        if self.runs_slowly() || self.depth + routine.depth >= limits::MAX_DEPTH {
            return None;
        }
        let Operand::Op(link) = &arity.body else { return None };
        self.registers.install(routine, link.op().ok()?)
    }

    /// The routine of a loop among the present locals, when it turns often and there is enough depth for it.
    pub(crate) fn hot_loop(&mut self, op: &Value, code: &Code) -> Option<Handle> {
        let routine = code.tier.repeated(code, self.locals.len() - self.base, self.min_heat)?;
        if self.runs_slowly() || self.depth + routine.depth >= limits::MAX_DEPTH {
            return None;
        }
        self.registers.install(routine, op)
    }

    /// Runs a function as a routine.
    pub(crate) fn run_function(&mut self, handle: Handle, arity: Arity, args: &[Value]) -> Run {
        self.on_stack(|ctx, arena, stack| {
            ctx.run_filled(arena, stack, (handle, arity), args.len(), |registers| {
                for (register, arg) in registers.iter_mut().zip(args) {
                    assign(register, arg);
                }
            })
        })
    }

    /// Runs the routine of a function with a number of arguments, which something puts into the first registers.
    #[inline(always)]
    pub(super) fn run_filled(
        &mut self,
        arena: &Arena,
        stack: &mut Stack,
        (handle, arity): (Handle, Arity),
        count: usize,
        fill: impl FnOnce(&mut [Value]),
    ) -> Run {
        let routine = &self.routine(arena, handle)?.routine;
        make_room(&mut stack.values, routine.registers.max(count));
        fill(&mut stack.values[..count]);
        self.begin(routine, &mut stack.values, 0, count, arity.env)?;
        self.run_routine(arena, handle, stack)
    }

    /// Goes on with a loop as a routine; its variables are the last of the present locals, and are given away.
    pub(crate) fn run_loop(&mut self, handle: Handle, variables: usize) -> Run {
        self.on_stack(|ctx, arena, stack| {
            let registers = ctx.routine(arena, handle)?.routine.registers;
            make_room(&mut stack.values, registers.max(ctx.locals.len() - ctx.base));
            let first = ctx.locals.len().saturating_sub(variables).max(ctx.base) - ctx.base;
            let locals = ctx.locals[ctx.base..].iter_mut().enumerate();
            for (register, (position, local)) in stack.values.iter_mut().zip(locals) {
                // What only the loop holds it can change in place, so the variables are moved.
                let value = if position < first { copy(local) } else { mem::replace(local, Value::Nil) };
                set(register, value);
            }
            ctx.run_routine(arena, handle, stack)
        })
    }

    /// Calls a function, as [`Context::invoke`] does, whose routine may be known.
    #[inline]
    pub(crate) fn invoke_callee(
        &mut self,
        function: &Value,
        callee: Option<Callee>,
        args: &mut [Value],
    ) -> Run {
        match callee {
            Some(callee) if callee.arity as usize == args.len() => {
                self.check_interrupt()?;
                match stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || {
                    self.run_callee(function, callee.routine, args)
                }) {
                    Err(Ending::Control(control)) => self.follow(function, control),
                    outcome => outcome,
                }
            }
            _ => self.invoke(function, args),
        }
    }

    fn run_callee(&mut self, function: &Value, handle: Handle, args: &mut [Value]) -> Run {
        self.on_stack(|ctx, arena, stack| {
            let installed = ctx.routine(arena, handle)?;
            let routine = &*installed.routine;
            if ctx.runs_slowly() || ctx.depth + routine.depth >= limits::MAX_DEPTH {
                return ctx.apply(function, args);
            }
            make_room(&mut stack.values, routine.registers.max(args.len()));
            for (register, arg) in stack.values.iter_mut().zip(args) {
                give_value(register, arg);
            }
            if !routine.captured.is_empty() {
                ctx.capture_of(function, installed, &mut stack.values)?;
            }
            ctx.run_routine(arena, handle, stack)
        })
    }

    fn on_stack(&mut self, run: impl FnOnce(&mut Context, &Arena, &mut Stack) -> Run) -> Run {
        let mut stack = self.registers.stack();
        let arena = stack.arena.take();
        let depth = self.depth;
        let outcome = match &arena {
            Some(arena) => run(self, arena, &mut stack),
            None => self.malformed(),
        };
        self.depth = depth;
        stack.settle(&outcome);
        stack.arena = arena;
        self.registers.spare.push(stack);
        outcome
    }

    #[inline(always)]
    pub(super) fn routine<'a>(&self, arena: &'a Arena, handle: Handle) -> Run<&'a Installed> {
        match arena.get(handle) {
            Some(installed) => Ok(installed),
            None => self.malformed(),
        }
    }

    /// Makes the window of a function, whose arguments are at its beginning: binds parameters and captured locals.
    #[inline]
    pub(super) fn begin(
        &mut self,
        routine: &Routine,
        values: &mut Vec<Value>,
        base: usize,
        count: usize,
        env: &[Slot],
    ) -> Run<()> {
        match routine.shape.arity() {
            Some(arity) if arity == count => {}
            Some(arity) => return self.wrong_count(arity as u64, count as u64),
            None => self.take_apart(routine, values, base, count)?,
        }
        make_room(values, base + routine.registers);
        for (position, register) in &routine.captured {
            let Some(local) = env.get(*position) else { return self.malformed() };
            set(&mut values[base + usize::from(*register)], copy(local.get()?));
        }
        Ok(())
    }

    /// Binds parameters that take arguments apart.
    pub(super) fn take_apart(
        &mut self,
        routine: &Routine,
        values: &mut Vec<Value>,
        base: usize,
        count: usize,
    ) -> Run<()> {
        let args: Vec<Value> =
            values[base..base + count].iter_mut().map(|v| mem::replace(v, Value::Nil)).collect();
        make_room(values, base + routine.registers);
        let Some(forms) = routine.shape.forms() else { return self.malformed() };
        self.bind_into(&mut values[base..], &routine.bound, |ctx| ctx.bind_forms(forms, &args))
    }

    /// Lets the first tier bind locals and moves them to registers.
    #[inline(never)]
    pub(super) fn bind_into(
        &mut self,
        window: &mut [Value],
        registers: &[Register],
        bind: impl FnOnce(&mut Context) -> Run<()>,
    ) -> Run<()> {
        let mark = self.locals.len();
        let outcome = bind(self);
        if outcome.is_ok() && self.locals.len() - mark != registers.len() {
            self.locals.truncate(mark);
            return self.malformed();
        }
        for (register, value) in registers.iter().zip(self.locals.drain(mark..)) {
            set(&mut window[usize::from(*register)], value);
        }
        outcome
    }
}
