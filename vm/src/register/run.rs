//! The loop that runs routines.
//!
//! One loop runs a routine and all routines that it calls, whose frames are pushed on a stack of their own. Juice is
//! paid where an instruction says so; what goes wrong between two payments first pays for what was run before it.

use super::arena::{Arena, Callee, Found, Frame, Handle, Installed, Stack};
use super::instruction::{Arithmetic, Instruction as I, Register, Test};
use super::routine::{Arg, NativeEntry, Routine, Slow};
use super::unwind::Cursor;
use crate::call::is_callable;
use crate::code::{self, Arity, Code, Function, Operand};
use crate::environment::Again;
use crate::executor::{RED_ZONE_BYTES, STACK_BYTES};
use crate::{Context, Ending, Run, State, core, juice, limits};
use lang::{Double, Symbol, Value, Vector};
use std::mem;

/// A copy of a value, quick for those that stand in place.
#[inline(always)]
fn copy(value: &Value) -> Value {
    match value {
        Value::Integer(n) => Value::Integer(*n),
        Value::Double(d) => Value::Double(*d),
        other => other.clone(),
    }
}

/// Whether dropping a value does anything.
#[inline(always)]
fn is_cell(value: &Value) -> bool {
    !matches!(
        value,
        Value::Nil
            | Value::Boolean(_)
            | Value::Flag(_)
            | Value::Integer(_)
            | Value::Double(_)
            | Value::Character(_)
            | Value::Address(_)
            | Value::Extension { .. }
    )
}

/// Puts an integer into a register, in place where one was there.
///
/// Writing the number alone matters: a whole value that is read again at once waits until its parts have been written.
#[inline(always)]
fn set_long(register: &mut Value, long: i64) {
    match register {
        Value::Integer(n) => *n = long,
        other => set(other, Value::Integer(long)),
    }
}

/// Puts a double into a register, in place where one was there.
#[inline(always)]
fn set_double(register: &mut Value, double: f64) {
    match register {
        Value::Double(d) => *d = Double::new(double),
        other => set(other, Value::Double(Double::new(double))),
    }
}

/// Puts a copy of a value into a register.
#[inline(always)]
pub fn assign(register: &mut Value, from: &Value) {
    match from {
        Value::Integer(n) => set_long(register, *n),
        Value::Double(d) => set_double(register, d.get()),
        other => set(register, other.clone()),
    }
}

/// Moves a value into a register.
#[inline(always)]
pub fn give_value(register: &mut Value, value: &mut Value) {
    match value {
        Value::Integer(n) => set_long(register, *n),
        other => set(register, mem::replace(other, Value::Nil)),
    }
}

/// Moves a value out of one register to another.
#[inline(always)]
fn give(frame: &mut [Value], to: Register, from: Register) {
    match &frame[usize::from(from)] {
        Value::Integer(n) => {
            let n = *n;
            set_long(&mut frame[usize::from(to)], n);
        }
        Value::Double(d) => {
            let d = d.get();
            set_double(&mut frame[usize::from(to)], d);
        }
        _ => {
            let value = mem::replace(&mut frame[usize::from(from)], Value::Nil);
            set(&mut frame[usize::from(to)], value);
        }
    }
}

/// Puts a value into a register.
#[inline(always)]
pub fn set(register: &mut Value, value: Value) {
    let old = mem::replace(register, value);
    if is_cell(&old) {
        drop(old);
    } else {
        mem::forget(old);
    }
}

/// Empties registers, so that nothing is held that is needed no more.
#[inline(always)]
pub fn clear(registers: &mut [Value]) {
    for register in registers {
        if is_cell(register) {
            *register = Value::Nil;
        }
    }
}

#[inline(always)]
fn compare_long(test: Test, a: &Value, long: i32) -> Option<bool> {
    match a {
        Value::Integer(a) => Some(test.accepts(a.cmp(&i64::from(long)))),
        _ if test.is_same() => Some(*a == Value::Integer(i64::from(long))),
        _ => None,
    }
}

/// Calculates from two registers into a third one; answers whether there is a fast way.
#[inline(always)]
fn calculate(operation: Arithmetic, frame: &mut [Value], to: Register, a: Register, b: Register) -> bool {
    match (&frame[usize::from(a)], &frame[usize::from(b)]) {
        (Value::Integer(a), Value::Integer(b)) => {
            let Some(result) = operation.of_longs(*a, *b) else { return false };
            set_long(&mut frame[usize::from(to)], result);
            true
        }
        (Value::Double(a), Value::Double(b)) => {
            let Some(result) = operation.of_doubles(a.get(), b.get()) else { return false };
            set_double(&mut frame[usize::from(to)], result);
            true
        }
        _ => false,
    }
}

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

/// Sees to it that there are registers up to a position.
#[inline(always)]
pub fn make_room(values: &mut Vec<Value>, end: usize) {
    if values.len() < end {
        values.resize(end, Value::Nil);
    }
}

/// A range of registers.
#[inline(always)]
fn row(base: Register, count: u8) -> std::ops::Range<usize> {
    usize::from(base)..usize::from(base) + usize::from(count)
}

impl Context {
    /// The routine of a function, when it runs often and there is enough depth for it.
    pub(crate) fn hot_function(&mut self, arity: &Arity) -> Option<Handle> {
        let Operand::Op(link) = &arity.body else { return None };
        let code = link.code().ok()??;
        let routine = code.tier.function(arity)?;
        if self.runs_slowly() || self.depth + routine.depth >= limits::MAX_DEPTH {
            return None;
        }
        self.registers.install(routine, link.op().ok()?)
    }

    /// The routine of a loop among the present locals, when it turns often and there is enough depth for it.
    pub(crate) fn hot_loop(&mut self, op: &Value, code: &Code) -> Option<Handle> {
        let routine = code.tier.repeated(code, self.locals.len() - self.base)?;
        if self.runs_slowly() || self.depth + routine.depth >= limits::MAX_DEPTH {
            return None;
        }
        self.registers.install(routine, op)
    }

    /// Runs a function as a routine.
    pub(crate) fn run_function(&mut self, handle: Handle, arity: &Arity, args: &[Value]) -> Run {
        self.on_stack(|ctx, arena, stack| {
            make_room(&mut stack.values, args.len());
            for (register, arg) in stack.values.iter_mut().zip(args) {
                assign(register, arg);
            }
            let routine = ctx.routine(arena, handle)?;
            ctx.begin(&routine.routine, &mut stack.values, 0, args.len(), &arity.env)?;
            ctx.run_routine(arena, handle, stack)
        })
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
                    Err(Ending::Control(control)) => self.follow(function, *control),
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
        if outcome.is_err() {
            // A routine that returns has emptied its registers.
            stack.values.clear();
            stack.frames.clear();
        }
        stack.arena = arena;
        self.registers.spare.push(stack);
        outcome
    }

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
        env: &Vector,
    ) -> Run<()> {
        match routine.shape.arity() {
            Some(arity) if arity == count => {}
            Some(arity) => return self.wrong_count(arity as u64, count as u64),
            None => self.take_apart(routine, values, base, count)?,
        }
        make_room(values, base + routine.registers);
        for (position, register) in &routine.captured {
            let Some(local) = env.get(*position as u64)? else { return self.malformed() };
            set(&mut values[base + usize::from(*register)], copy(local));
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
    fn bind_into(
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

    /// Runs a routine whose registers are ready at the bottom of a stack.
    pub(super) fn run_routine(&mut self, arena: &Arena, handle: Handle, stack: &mut Stack) -> Run {
        let mut cursor = Cursor { routine: handle, at: 0, base: 0, depth: self.depth, node: None };
        loop {
            match self.run_from(arena, &mut cursor, stack) {
                Ok(value) => return Ok(value),
                Err(ending) => self.unwind(arena, &mut cursor, stack, ending)?,
            }
        }
    }

    /// Runs instructions until the routine at the bottom of the stack returns, or one does not end in a value. Then the
    /// cursor is at that instruction.
    fn run_from(&mut self, arena: &Arena, cursor: &mut Cursor, stack: &mut Stack) -> Run {
        let Stack { values, frames, .. } = stack;
        let mut handle = cursor.routine;
        let mut installed = self.routine(arena, handle)?;
        let (mut pc, mut base, mut depth) = (cursor.at, cursor.base, cursor.depth);
        let mut code: &[I] = &installed.routine.code;
        let mut frame: &mut [Value] = &mut values[base..base + installed.routine.registers];
        // Whether registers of the running routine may hold cells, so that they have to be emptied in the end.
        let mut has_cells = true;
        cursor.node = None;
        macro_rules! register {
            ($register:expr) => {
                frame[usize::from($register)]
            };
        }
        macro_rules! put {
            ($register:expr, $value:expr) => {{
                let value = $value;
                has_cells |= is_cell(&value);
                set(&mut register!($register), value);
            }};
        }
        macro_rules! attempt {
            ($run:expr) => {
                match $run {
                    Ok(value) => value,
                    Err(ending) => break ending,
                }
            };
        }
        let ending = loop {
            let instruction = &code[pc];
            pc += 1;
            // Each arm reads the parts it needs.
            match *instruction {
                I::Constant { to, constant } => {
                    let constant = &installed.routine.constants[constant as usize];
                    has_cells |= is_cell(constant);
                    assign(&mut register!(to), constant);
                }
                I::Copy { to, from } => match &register!(from) {
                    Value::Integer(n) => {
                        let n = *n;
                        set_long(&mut register!(to), n);
                    }
                    other => {
                        let value = copy(other);
                        put!(to, value);
                    }
                },
                I::Take { to, from } => give(frame, to, from),
                I::Calculate { operation, to, a, b } => {
                    if !calculate(operation, frame, to, a, b) {
                        let value = attempt!(self.calculate_exactly(installed, pc - 1, frame));
                        put!(to, value);
                    }
                }
                I::Add { to, a, long } => {
                    let sum = match &register!(a) {
                        Value::Integer(n) => n.checked_add(i64::from(long)),
                        _ => None,
                    };
                    match sum {
                        Some(sum) => set_long(&mut register!(to), sum),
                        None => {
                            let value = attempt!(self.calculate_exactly(installed, pc - 1, frame));
                            put!(to, value);
                        }
                    }
                }
                I::Compare { test, to, a, b } => {
                    let value = match test.of_values(&register!(a), &register!(b)) {
                        Some(answer) => Value::Boolean(answer),
                        None => attempt!(self.calculate_exactly(installed, pc - 1, frame)),
                    };
                    put!(to, value);
                }
                I::CompareLong { test, to, a, long } => {
                    let value = match compare_long(test, &register!(a), long) {
                        Some(answer) => Value::Boolean(answer),
                        None => attempt!(self.calculate_exactly(installed, pc - 1, frame)),
                    };
                    put!(to, value);
                }
                I::Jump { target, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    pc = target as usize;
                }
                I::Repeat { target, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    attempt!(self.check_interrupt());
                    pc = target as usize;
                }
                I::JumpUnless { condition, target, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    if !register!(condition).is_truthy() {
                        pc = target as usize;
                    }
                }
                I::JumpUnlessCompare { test, a, b, target, cost } => {
                    let holds = match test.of_values(&register!(a), &register!(b)) {
                        Some(holds) => {
                            attempt!(self.charge(u64::from(cost)));
                            holds
                        }
                        None => attempt!(self.compare_exactly(installed, pc - 1, cost, frame)),
                    };
                    if !holds {
                        pc = target as usize;
                    }
                }
                I::JumpUnlessLong { test, a, long, target, cost } => {
                    let holds = match compare_long(test, &register!(a), long) {
                        Some(holds) => {
                            attempt!(self.charge(u64::from(cost)));
                            holds
                        }
                        None => attempt!(self.compare_exactly(installed, pc - 1, cost, frame)),
                    };
                    if !holds {
                        pc = target as usize;
                    }
                }
                I::Lookup { to, site } => {
                    if !self.is_found(installed, site) {
                        attempt!(self.find(installed, pc - 1, site));
                    }
                    let found = &self.registers.sites[installed.first_site + usize::from(site)];
                    if let Some(found) = found {
                        has_cells |= is_cell(&found.value);
                        assign(&mut register!(to), &found.value);
                    }
                }
                I::Resolve { site } => {
                    if !self.is_found(installed, site) {
                        attempt!(self.find(installed, pc - 1, site));
                        if let Err(ending) = self.resolve(installed, pc - 1, site) {
                            // It is the call that fails, not the look-up.
                            let node = installed.routine.nodes_of[pc - 1] as usize;
                            cursor.node = Some(installed.routine.nodes[node].parent);
                            break ending;
                        }
                    }
                }
                I::Callable { function } => {
                    if !attempt!(is_callable(&register!(function)).map_err(Ending::from)) {
                        attempt!(self.charge(u64::from(installed.routine.unpaid[pc - 1])));
                        break self.no_function(&register!(function));
                    }
                }
                I::Native { to, base, count, depth: nested, native, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let entry = &installed.routine.natives[usize::from(native)];
                    let args = &mut frame[row(base, count)];
                    let value = match (entry.native)(self, args) {
                        Ok(value) => value,
                        Err(ending) => attempt!(self.native_ended(entry, args, ending)),
                    };
                    clear(args);
                    put!(to, value);
                }
                I::Call { to, base: function, count, depth: nested, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let callee = mem::replace(&mut register!(function), Value::Nil);
                    let args = row(function + 1, count);
                    if let Some((next, arity)) = attempt!(self.callee(&callee)) {
                        attempt!(self.check_interrupt());
                        let called = attempt!(self.routine(arena, next));
                        let first = base + args.start;
                        attempt!(self.begin(&called.routine, values, first, args.len(), &arity.env));
                        frames.push(Frame { routine: handle, next: pc as u32, base, depth, to, has_cells });
                        (handle, installed, pc, base, depth) = (next, called, 0, first, self.depth);
                        has_cells = true;
                        code = &installed.routine.code;
                        frame = &mut values[base..base + installed.routine.registers];
                    } else {
                        let value = attempt!(self.call_generally(&callee, &mut frame[args.clone()]));
                        clear(&mut frame[args]);
                        put!(to, value);
                    }
                }
                I::CallSite { to, base: first, count, depth: nested, site, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    let nested = depth + u32::from(nested);
                    let args = row(first, count);
                    let place = installed.first_site + usize::from(site);
                    let known = self.registers.sites[place].as_ref().and_then(|found| found.callee);
                    if let Some(Callee { routine: next, arity }) = known
                        && arity as usize == args.len()
                        && let Some(called) = if next == handle { Some(installed) } else { arena.get(next) }
                        && nested + called.routine.depth < limits::MAX_DEPTH
                    {
                        attempt!(self.check_interrupt());
                        let holds_cells = frame[args.clone()].iter().any(is_cell);
                        let first = base + args.start;
                        let end = first + called.routine.registers;
                        make_room(values, end);
                        if !called.routine.captured.is_empty() {
                            attempt!(self.capture(called, place, &mut values[first..]));
                        }
                        frames.push(Frame { routine: handle, next: pc as u32, base, depth, to, has_cells });
                        has_cells = holds_cells || !called.routine.captured.is_empty();
                        if next != handle {
                            (handle, installed) = (next, called);
                            code = &installed.routine.code;
                        }
                        (pc, base, depth) = (0, first, nested);
                        frame = &mut values[base..end];
                    } else {
                        self.depth = nested;
                        let value = attempt!(self.call_site(place, &mut frame[args.clone()]));
                        clear(&mut frame[args]);
                        put!(to, value);
                    }
                }
                I::Return { from, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    // The number alone, for the reason that `set_long` gives.
                    let long = match &register!(from) {
                        Value::Integer(n) => Some(*n),
                        _ => None,
                    };
                    let Some(caller) = frames.pop() else {
                        let value = match long {
                            Some(long) => Value::Integer(long),
                            None => mem::replace(&mut register!(from), Value::Nil),
                        };
                        clear(frame);
                        return Ok(value);
                    };
                    let value = match long {
                        Some(_) => Value::Nil,
                        None => mem::replace(&mut register!(from), Value::Nil),
                    };
                    if has_cells {
                        clear(frame);
                    }
                    has_cells = caller.has_cells;
                    if caller.routine != handle {
                        handle = caller.routine;
                        installed = self.routine(arena, handle)?;
                        code = &installed.routine.code;
                    }
                    (pc, base, depth) = (caller.next as usize, caller.base, caller.depth);
                    frame = &mut values[base..base + installed.routine.registers];
                    match long {
                        Some(long) => set_long(&mut register!(caller.to), long),
                        None => put!(caller.to, value),
                    }
                }
                I::Special { to, code, depth: nested, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let value = attempt!(self.special(u64::from(code)));
                    put!(to, value);
                }
                I::Define { value, definition, depth: nested, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let definition = &installed.routine.definitions[usize::from(definition)];
                    let value = copy(&register!(value));
                    attempt!(match &definition.metadata {
                        Some(metadata) => {
                            self.define_with_metadata(&definition.symbol, metadata.clone(), value)
                        }
                        None => self.define(&definition.symbol, value),
                    });
                }
                I::Lambda { to, lambda, depth: nested, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let lambda = &installed.routine.lambdas[usize::from(lambda)];
                    let locals = lambda.locals.iter().map(|local| copy(&register!(*local)));
                    let env = Vector::from_values(locals);
                    let function = attempt!(code::capture(&lambda.function, env).map_err(Ending::from));
                    put!(to, function);
                }
                I::Destructure { from, pattern, depth: nested, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let pattern = &installed.routine.patterns[usize::from(pattern)];
                    let value = mem::replace(&mut register!(from), Value::Nil);
                    has_cells = true;
                    attempt!(self.bind_into(frame, &pattern.names, |ctx| {
                        ctx.bind_form(pattern.form.get()?, value)
                    }));
                }
                I::Leave { to, leave, depth: nested, cost } => {
                    attempt!(self.charge(u64::from(cost)));
                    self.depth = depth + u32::from(nested);
                    let leave = &installed.routine.leaves[usize::from(leave)];
                    let locals = leave.locals.iter().map(|local| copy(&register!(*local)));
                    let value = attempt!(self.leave(&leave.operand, locals));
                    put!(to, value);
                }
            }
        };
        (cursor.routine, cursor.at, cursor.base, cursor.depth) = (handle, pc - 1, base, depth);
        Err(ending)
    }

    /// Runs an op in the first tier among locals.
    #[inline(never)]
    fn leave(&mut self, operand: &Operand, locals: impl Iterator<Item = Value>) -> Run {
        let (base, mark) = (self.base, self.mark());
        self.base = self.locals.len();
        self.locals.extend(locals);
        let outcome = self.operand(operand);
        self.restore(mark);
        self.base = base;
        outcome
    }

    /// The exact way of an instruction that pays nothing. What the instruction will have cost when it is paid for is
    /// credited, so that only what it cost more is used.
    #[cold]
    fn calculate_exactly(&mut self, installed: &Installed, at: usize, frame: &[Value]) -> Run {
        let unpaid = u64::from(installed.routine.unpaid[at]);
        self.charge(unpaid)?;
        let Some(slow) = installed.routine.slow(at) else { return self.malformed() };
        let value = self.call_slowly(installed, slow, frame)?;
        self.juice = self.juice.saturating_sub(unpaid + u64::from(slow.cost));
        Ok(value)
    }

    /// The exact way of a comparison that pays.
    #[cold]
    fn compare_exactly(&mut self, installed: &Installed, at: usize, cost: u32, frame: &[Value]) -> Run<bool> {
        let Some(slow) = installed.routine.slow(at) else { return self.malformed() };
        self.charge(u64::from(cost - slow.cost))?;
        Ok(self.call_slowly(installed, slow, frame)?.is_truthy())
    }

    fn call_slowly(&mut self, installed: &Installed, slow: &Slow, frame: &[Value]) -> Run {
        let mut args = slow.args.map(|arg| match arg {
            Arg::Register(register) => frame[usize::from(register)].clone(),
            Arg::Long(long) => Value::Integer(i64::from(long)),
        });
        let entry = &installed.routine.natives[usize::from(slow.native)];
        let args = &mut args[..slow.count];
        match (entry.native)(self, args) {
            Ok(value) => Ok(value),
            Err(ending) => self.native_ended(entry, args, ending),
        }
    }

    /// Goes on after a native function that did not end in a value.
    #[cold]
    fn native_ended(&mut self, entry: &NativeEntry, args: &[Value], ending: Ending) -> Run {
        match ending {
            Ending::Control(control) => self.follow(&entry.function, *control),
            ending => Err(self.called(ending, &entry.function, args)),
        }
    }

    #[cold]
    fn no_function(&self, value: &Value) -> Ending {
        let kind = value.kind().name();
        let failed: Run = self.fail("CAST", format!("Only functions can be called, not this {kind}"));
        failed.err().unwrap_or(Ending::OutOfJuice)
    }

    // Look-ups.

    /// Whether what was last found at a site is still what would be found.
    #[inline(always)]
    fn is_found(&mut self, installed: &Installed, site: u16) -> bool {
        match &mut self.registers.sites[installed.first_site + usize::from(site)] {
            Some(found) if found.address.is_some_and(|address| address != self.address) => false,
            Some(found) => {
                let symbol = &installed.routine.sites[usize::from(site)].symbol;
                found.stamp == self.state.stamp() || is_found_again(found, &self.state, symbol)
            }
            None => false,
        }
    }

    /// Looks a symbol up and keeps what was found at its site.
    #[inline(never)]
    fn find(&mut self, installed: &Installed, at: usize, site: u16) -> Run<()> {
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
            is_newer: asked
                .is_some_and(|asked| !matches!(asked.again(&self.state, &place.symbol), Again::Same)),
            is_called: false,
            callee: None,
        });
        Ok(())
    }

    /// Sees to it that what was found at a site can be called.
    #[inline(never)]
    fn resolve(&mut self, installed: &Installed, at: usize, site: u16) -> Run<()> {
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
    fn note_callee(&mut self, place: usize, function: &Value) -> Run<()> {
        let callee = self.callee_of(function)?;
        if let Some(found) = &mut self.registers.sites[place] {
            found.callee = callee;
        }
        Ok(())
    }

    /// The routine of a function that can be called by pushing a frame.
    pub(crate) fn callee_of(&mut self, function: &Value) -> Run<Option<Callee>> {
        let Some((routine, _)) = self.callee(function)? else { return Ok(None) };
        let installed = self.registers.arena.get(routine);
        let count = installed.and_then(|installed| installed.routine.shape.arity());
        Ok(count.map(|count| Callee { routine, arity: count as u32 }))
    }

    // Calls.

    /// The routine of a function, and the function, when it has one arity and runs often.
    #[inline(never)]
    pub(super) fn callee<'a>(&mut self, function: &'a Value) -> Run<Option<(Handle, &'a Arity)>> {
        let Value::Record(record) = function else { return Ok(None) };
        Ok(match code::function_of(function, record)? {
            Some(Function::One(arity)) => self.hot_function(arity).map(|handle| (handle, arity)),
            _ => None,
        })
    }

    /// Calls any function.
    #[inline(never)]
    fn call_generally(&mut self, function: &Value, args: &mut [Value]) -> Run {
        if core::answers_last_result(function) {
            self.result = args.last().unwrap_or(function).clone();
        }
        self.invoke_here(function, args)
    }

    /// Calls what was resolved at a site but cannot be called by pushing a frame.
    #[inline(never)]
    fn call_site(&mut self, place: usize, args: &mut [Value]) -> Run {
        let Some(found) = &self.registers.sites[place] else { return self.malformed() };
        let function = found.value.clone();
        if found.callee.is_none() {
            self.note_callee(place, &function)?;
        }
        self.call_generally(&function, args)
    }

    /// Fills the registers of captured locals of the function at a site.
    #[inline(never)]
    fn capture(&self, called: &Installed, place: usize, window: &mut [Value]) -> Run<()> {
        let Some(found) = &self.registers.sites[place] else { return self.malformed() };
        self.capture_of(&found.value, called, window)
    }

    /// Fills the registers of captured locals of a function.
    #[inline(never)]
    fn capture_of(&self, function: &Value, called: &Installed, window: &mut [Value]) -> Run<()> {
        let Value::Record(record) = function else { return self.malformed() };
        let Some(Function::One(arity)) = code::function_of(function, record)? else {
            return self.malformed();
        };
        for (position, register) in &called.routine.captured {
            let Some(local) = arity.env.get(*position as u64)? else { return self.malformed() };
            set(&mut window[usize::from(*register)], copy(local));
        }
        Ok(())
    }
}
