//! The loop that runs routines.
//!
//! One loop runs a routine and all routines that it calls, whose frames are pushed on a stack of their own. Juice is
//! paid where an instruction says so; what goes wrong between two payments first pays for what was run before it.

use super::access::read;
use super::arena::{Arena, Callee, Handle, Stack};
use super::instruction::{Instruction as I, Register};
use super::repeat::Turns;
use super::unwind::Cursor;
use super::window::{
    assign, calculate, clear, compare_long, copy_register, divide, give, is_less, is_long, long_of,
    make_room, row, set_boolean, set_long,
};
use crate::call::is_callable;
use crate::{Context, Ending, Run, limits};
use lang::Value;
use std::mem;

/// Why the loop is left. What is rare has its code outside, so that the processor's registers are for the rest.
enum Exit {
    /// The instruction has no fast way here.
    Exact,
    /// It cannot be paid for.
    Unpaid,
    /// It does not end in a value.
    Ended(Ending),
}

impl Context {
    /// Runs a routine whose registers are ready at the bottom of a stack.
    #[inline]
    pub(super) fn run_routine(&mut self, arena: &Arena, handle: Handle, stack: &mut Stack) -> Run {
        self.run_turns(arena, handle, stack, None)
    }

    /// As [`Context::run_routine`], and then again for each turn that there is.
    pub(super) fn run_turns(
        &mut self,
        arena: &Arena,
        handle: Handle,
        stack: &mut Stack,
        mut turns: Option<&mut dyn Turns>,
    ) -> Run {
        let mut cursor =
            Cursor { routine: handle, at: 0, base: 0, depth: self.depth, has_cells: true, node: None };
        loop {
            match self.run_from(arena, &mut cursor, stack, &mut turns) {
                Ok(value) => return Ok(value),
                Err(ending) => self.unwind(arena, &mut cursor, stack, ending)?,
            }
        }
    }

    /// Runs instructions until the routine at the bottom of the stack returns, or one does not end in a value. Then the
    /// cursor is at that instruction.
    fn run_from(
        &mut self,
        arena: &Arena,
        cursor: &mut Cursor,
        stack: &mut Stack,
        turns: &mut Option<&mut dyn Turns>,
    ) -> Run {
        let Stack { values, frames, calls, .. } = stack;
        let mut installed = self.routine(arena, cursor.routine)?;
        // What each instruction needs is kept apart; the rest stays in the cursor, so that the processor's registers
        // are not taken up by it.
        let mut pc = cursor.at;
        let mut code: &[I] = &installed.routine.code;
        let mut frame: &mut [Value] = cursor.window(values, &installed.routine);
        cursor.has_cells = true;
        cursor.node = None;
        macro_rules! register {
            ($register:expr) => {
                frame[usize::from($register)]
            };
        }
        macro_rules! put {
            ($register:expr, $value:expr) => {{
                let value = $value;
                cursor.put(&mut register!($register), value);
            }};
        }
        macro_rules! attempt {
            ($run:expr) => {
                match $run {
                    Ok(value) => value,
                    Err(ending) => break Exit::Ended(ending),
                }
            };
        }
        macro_rules! pay {
            ($cost:expr) => {
                if !self.pays(u64::from($cost)) {
                    break Exit::Unpaid;
                }
            };
        }
        macro_rules! jump_unless {
            ($holds:expr, $target:expr, $cost:expr) => {{
                let Some(holds) = $holds else { break Exit::Exact };
                pay!($cost);
                if !holds {
                    pc = $target as usize;
                }
            }};
        }
        // Where the test does not hold, or only the native function knows, it is made again where it stands.
        macro_rules! repeat_while {
            ($holds:expr, $target:expr, $cost:expr) => {{
                attempt!(self.check_interrupt());
                if $holds == Some(true) {
                    pay!($cost);
                    pc = $target as usize + 1;
                } else {
                    let test = installed.routine.cost_of_test($target);
                    pay!($cost - test);
                    pc = $target as usize;
                }
            }};
        }
        // Goes on in the routine of the cursor.
        macro_rules! enter {
            () => {
                installed = attempt!(self.routine(arena, cursor.routine));
                code = &installed.routine.code;
                frame = cursor.window(values, &installed.routine);
            };
        }
        // Calls what has no place in the loop, and goes on in what is called, or after the call when it is over.
        macro_rules! push_call {
            ($instruction:expr) => {{
                cursor.at = pc;
                attempt!(self.push_call($instruction, (arena, installed), cursor, values, (frames, calls)));
                pc = cursor.at;
                enter!();
            }};
        }
        // Ends the routine and goes on in the one that called it.
        macro_rules! go_back {
            ($caller:expr) => {{
                if cursor.has_cells {
                    clear(frame);
                }
                cursor.has_cells = $caller.has_cells;
                (pc, cursor.base, cursor.depth) = ($caller.next as usize, $caller.base, $caller.depth);
                if $caller.routine != cursor.routine {
                    cursor.routine = $caller.handle();
                    installed = self.routine(arena, cursor.routine)?;
                    code = &installed.routine.code;
                    if $caller.is_across() {
                        attempt!(self.end_actor_call(calls));
                    }
                }
                frame = cursor.window(values, &installed.routine);
            }};
        }
        let ending = loop {
            let exit = loop {
                let instruction = &code[pc];
                pc += 1;
                // Each arm reads the parts it needs.
                match *instruction {
                    I::Constant { to, constant } => {
                        let constant = &installed.routine.constants[constant as usize];
                        cursor.has_cells |= constant.is_cell();
                        assign(&mut register!(to), constant);
                    }
                    I::Copy { to, from } => cursor.has_cells |= copy_register(frame, to, from),
                    I::Take { to, from } => give(frame, to, from),
                    I::Sum { to, a, b } => {
                        if !calculate(frame, (to, a, b), i64::checked_add, |a, b| a + b) {
                            break Exit::Exact;
                        }
                    }
                    I::Difference { to, a, b } => {
                        if !calculate(frame, (to, a, b), i64::checked_sub, |a, b| a - b) {
                            break Exit::Exact;
                        }
                    }
                    I::Product { to, a, b } => {
                        if !calculate(frame, (to, a, b), i64::checked_mul, |a, b| a * b) {
                            break Exit::Exact;
                        }
                    }
                    I::Divide { division, to, a, b } => {
                        if !divide(division, frame, to, a, b) {
                            break Exit::Exact;
                        }
                    }
                    I::Add { to, a, long } => {
                        let sum = match &register!(a) {
                            Value::Integer(n) => n.checked_add(i64::from(long)),
                            _ => None,
                        };
                        match sum {
                            Some(sum) => set_long(&mut register!(to), sum),
                            None => break Exit::Exact,
                        }
                    }
                    I::Compare { test, to, a, b } => match test.of_values(&register!(a), &register!(b)) {
                        Some(answer) => set_boolean(&mut register!(to), answer),
                        None => break Exit::Exact,
                    },
                    I::CompareLong { test, to, a, long } => match compare_long(test, &register!(a), long) {
                        Some(answer) => set_boolean(&mut register!(to), answer),
                        None => break Exit::Exact,
                    },
                    I::Jump { target, cost } => {
                        pay!(cost);
                        pc = target as usize;
                    }
                    I::Repeat { target, cost } => {
                        pay!(cost);
                        attempt!(self.check_interrupt());
                        pc = target as usize;
                    }
                    I::JumpUnless { condition, target, cost } => {
                        pay!(cost);
                        if !register!(condition).is_truthy() {
                            pc = target as usize;
                        }
                    }
                    I::JumpUnlessLess { a, b, target, cost } => {
                        jump_unless!(is_less(&register!(a), &register!(b)), target, cost);
                    }
                    I::JumpUnlessBelow { a, long, target, cost } => {
                        jump_unless!(long_of(&register!(a)).map(|n| n < i64::from(long)), target, cost);
                    }
                    I::JumpUnlessAbove { a, long, target, cost } => {
                        jump_unless!(long_of(&register!(a)).map(|n| n > i64::from(long)), target, cost);
                    }
                    I::JumpUnlessIs { a, long, target, cost } => {
                        jump_unless!(is_long(&register!(a), long), target, cost);
                    }
                    I::JumpUnlessCompare { test, a, b, target, cost } => {
                        jump_unless!(test.of_values(&register!(a), &register!(b)), target, cost);
                    }
                    I::JumpUnlessLong { test, a, long, target, cost } => {
                        jump_unless!(compare_long(test, &register!(a), long), target, cost);
                    }
                    I::RepeatWhileLess { a, b, target, cost } => {
                        repeat_while!(is_less(&register!(a), &register!(b)), target, cost);
                    }
                    I::RepeatWhileBelow { a, long, target, cost } => {
                        repeat_while!(long_of(&register!(a)).map(|n| n < i64::from(long)), target, cost);
                    }
                    I::Lookup { to, site } => {
                        if !self.is_found(installed, site) {
                            attempt!(self.catch_up(installed, pc - 1, &mut cursor.node));
                            attempt!(self.find(installed, site));
                        }
                        let found = &self.registers.sites[installed.first_site + usize::from(site)];
                        if let Some(found) = found {
                            cursor.has_cells |= found.value.is_cell();
                            assign(&mut register!(to), &found.value);
                        }
                    }
                    I::Callable { function } => {
                        if !attempt!(is_callable(&register!(function)).map_err(Ending::from)) {
                            attempt!(self.charge(u64::from(installed.routine.unpaid[pc - 1])));
                            break Exit::Ended(self.no_function(&register!(function)));
                        }
                    }
                    I::Read { read: what, is_last, to, a, key } => {
                        match read(what, frame, &installed.routine.constants, (to, a, key), is_last) {
                            Some(is_cell) => cursor.has_cells |= is_cell,
                            None => break Exit::Exact,
                        }
                    }
                    I::Change { change, is_last, to, a, with } => {
                        if self.change(change, frame, &installed.routine.constants, (to, a, with), is_last) {
                            cursor.has_cells = true;
                        } else {
                            break Exit::Exact;
                        }
                    }
                    I::Native { to, base, count, depth: nested, native, cost } => {
                        pay!(cost);
                        self.depth = cursor.depth + u32::from(nested);
                        let entry = &installed.routine.natives[usize::from(native)];
                        let args = &mut frame[row(base, count)];
                        if entry.quick.is_some_and(|quick| quick(self, args)) {
                            clear(&mut args[1..]);
                            if to != base {
                                give(frame, to, base);
                            }
                            cursor.has_cells = true;
                            continue;
                        }
                        match (entry.native)(self, args) {
                            // The number alone, for the reason that `set_long` gives.
                            Ok(Value::Integer(long)) => {
                                clear(args);
                                set_long(&mut register!(to), long);
                            }
                            Ok(Value::Boolean(boolean)) => {
                                clear(args);
                                set_boolean(&mut register!(to), boolean);
                            }
                            Ok(value) => {
                                clear(args);
                                put!(to, value);
                            }
                            Err(ending) => {
                                let value = attempt!(self.native_ended(entry, args, ending));
                                clear(args);
                                put!(to, value);
                            }
                        }
                    }
                    I::CallActor { .. } | I::Call { .. } => push_call!(instruction),
                    I::CallSite { to, base: first, count, depth: nested, site, cost, .. } => {
                        let place = installed.first_site + usize::from(site);
                        let nested = cursor.depth + u32::from(nested);
                        if let Some(found) = &self.registers.sites[place]
                            && found.is_for(self.address, self.state.stamp())
                            && let Some(Callee { routine: next, arity }) = found.callee
                            && arity == u32::from(count)
                            && let Some(called) =
                                if next == cursor.routine { Some(installed) } else { arena.get(next) }
                            && nested + called.routine.depth < limits::MAX_DEPTH
                        {
                            pay!(cost);
                            attempt!(self.check_interrupt());
                            let args = row(first, count);
                            let mut has_cells =
                                cursor.has_cells && frame[args.clone()].iter().any(Value::is_cell);
                            let first = cursor.base + args.start;
                            let end = first + called.routine.registers;
                            make_room(values, end);
                            if !called.routine.captured.is_empty() {
                                attempt!(self.capture(called, place, &mut values[first..]));
                                has_cells = true;
                            }
                            frames.push(cursor.frame(pc, to));
                            cursor.has_cells = has_cells;
                            if next != cursor.routine {
                                (cursor.routine, installed) = (next, called);
                                code = &installed.routine.code;
                            }
                            (pc, cursor.base, cursor.depth) = (0, first, nested);
                            frame = &mut values[first..end];
                        } else {
                            push_call!(instruction);
                        }
                    }
                    I::Return { from, cost } => {
                        pay!(cost);
                        let Some(caller) = frames.pop() else {
                            if attempt!(self.next_turn(turns, frame, from)) {
                                pc = 0;
                                continue;
                            }
                            return Ok(last_value(frame, from));
                        };
                        if let Value::Integer(long) = register!(from) {
                            // The number alone, for the reason that `set_long` gives.
                            go_back!(caller);
                            set_long(&mut register!(caller.to), long);
                        } else {
                            let value = mem::replace(&mut register!(from), Value::Nil);
                            go_back!(caller);
                            put!(caller.to, value);
                        }
                    }
                    I::Reduced { from, cost } => {
                        pay!(cost);
                        if frames.is_empty()
                            && let Some(turns) = turns
                            && turns.reduced(self, frame, from)
                        {
                            return Ok(Value::Nil);
                        }
                        break Exit::Ended(self.is_reduced(&mut register!(from)));
                    }
                    I::Special { .. }
                    | I::Define { .. }
                    | I::Lambda { .. }
                    | I::Resolve { .. }
                    | I::Destructure { .. }
                    | I::Leave { .. } => {
                        attempt!(self.run_seldom(instruction, installed, cursor, frame));
                    }
                }
            };
            match exit {
                Exit::Exact => {
                    frame = cursor.window(values, &installed.routine);
                    match self.run_exactly(installed, pc - 1, frame, cursor) {
                        Ok(next) => pc = next,
                        Err(ending) => break ending,
                    }
                }
                Exit::Unpaid => break self.out_of_juice(),
                Exit::Ended(ending) => break ending,
            }
        };
        cursor.at = pc - 1;
        Err(ending)
    }

    /// Prepares the registers of the routine at the bottom of a stack for another turn; answers whether there is one.
    #[inline(never)]
    fn next_turn(
        &mut self,
        turns: &mut Option<&mut dyn Turns>,
        frame: &mut [Value],
        from: Register,
    ) -> Run<bool> {
        match turns {
            Some(turns) => turns.next(self, frame, from),
            None => Ok(false),
        }
    }
}

/// Takes the value that the routine at the bottom of a stack returns, and empties its registers.
#[inline(never)]
fn last_value(frame: &mut [Value], from: Register) -> Value {
    let value = mem::replace(&mut frame[usize::from(from)], Value::Nil);
    clear(frame);
    value
}
