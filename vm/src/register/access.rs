//! Native functions on data structures with instructions of their own, which work on registers in place.

use super::instruction::{Instruction, Register};
use super::routine::{Given, Slow};
use super::translate::Translation;
use super::translator::{Goal, Translator, index, small};
use super::window::{copy, set, set_long};
use crate::code::{NativeCall, Operand};
use crate::{Context, juice};
use lang::{Str, Value, native};
use std::mem;

/// A native function on a data structure that is its first argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read(Read),
    Change(Change),
}

/// What is read from a data structure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Read {
    /// What it has for a key.
    Get,
    /// Its element at a position.
    Nth,
    /// The number of its elements.
    Count,
    /// Its first element.
    First,
}

/// How a data structure is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// An element is put in.
    Conj,
    /// Text follows.
    Str,
}

/// A register, or a constant by its position in the table.
#[derive(Clone, Copy, Debug)]
pub struct Source(u16);

const CONSTANT: u16 = 1 << 15;

impl Source {
    fn constant(position: usize) -> Translation<Source> {
        match index(position)? {
            position if position < CONSTANT => Ok(Source(position | CONSTANT)),
            _ => Err(super::translate::Stop::Unfit),
        }
    }

    #[inline(always)]
    fn of<'a>(self, frame: &'a [Value], constants: &'a [Value]) -> &'a Value {
        match self.0 {
            constant @ CONSTANT.. => &constants[usize::from(constant - CONSTANT)],
            register => &frame[usize::from(register)],
        }
    }

    fn given(self) -> Given {
        match self.0 {
            constant @ CONSTANT.. => Given::Constant(constant - CONSTANT),
            register => Given::Register(register),
        }
    }
}

impl Access {
    /// The access of a native function, if it has one, and for which number of arguments.
    pub fn named(function: &Value) -> Option<(Access, usize)> {
        Some(match native::name_of(function)? {
            "get" => (Access::Read(Read::Get), 2),
            "nth" => (Access::Read(Read::Nth), 2),
            "count" => (Access::Read(Read::Count), 1),
            "first" => (Access::Read(Read::First), 1),
            "conj" => (Access::Change(Change::Conj), 2),
            "str" => (Access::Change(Change::Str), 2),
            _ => return None,
        })
    }

    /// The access that a call stands for, if it is one.
    fn of(call: &NativeCall) -> Option<Access> {
        let (access, arity) = Access::named(&call.function)?;
        (call.args.len() == arity).then_some(access)
    }

    /// What the next payment includes for it. A string is paid for by its length, as it grows.
    fn cost(self) -> u64 {
        match self {
            Access::Read(Read::Get) => juice::GET,
            Access::Read(_) => juice::SIMPLE_FN,
            Access::Change(Change::Conj) => juice::BUILD_DATA + juice::BUILD_PER_ELEMENT,
            Access::Change(Change::Str) => 0,
        }
    }
}

static NIL: Value = Value::Nil;

impl Read {
    /// What is found, `None` where only the native function knows.
    #[inline]
    fn found<'a>(self, structure: &'a Value, key: &Value) -> Option<&'a Value> {
        match (self, structure, key) {
            (Read::Get, Value::Map(map), key) => Some(map.get(key).ok()?.unwrap_or(&NIL)),
            (Read::Get, Value::Vector(vector), Value::Integer(n)) => {
                Some(vector.get(u64::try_from(*n).ok()?).ok()?.unwrap_or(&NIL))
            }
            (Read::Nth, Value::Vector(vector), Value::Integer(n)) => {
                vector.get(u64::try_from(*n).ok()?).ok()?
            }
            (Read::First, Value::Vector(vector), _) => vector.get(0).ok()?,
            _ => None,
        }
    }
}

/// Reads from one register up to another; answers whether that holds a cell then, `None` where only the native function
/// knows. A structure that is needed no more is given up.
#[inline(never)]
pub fn read(
    read: Read,
    frame: &mut [Value],
    constants: &[Value],
    (to, a, key): (Register, Register, Source),
    is_last: bool,
) -> Option<bool> {
    let (to, a) = (usize::from(to), usize::from(a));
    let is_cell = match (read, &frame[a]) {
        (Read::Count, structure) => {
            let count = match structure {
                Value::Vector(vector) => vector.count(),
                Value::Map(map) => map.count(),
                Value::Set(set) => set.count(),
                Value::List(list) => list.count(),
                Value::String(string) => string.count(),
                _ => return None,
            };
            set_long(&mut frame[to], count as i64);
            false
        }
        (read, structure) => match read.found(structure, key.of(frame, constants))? {
            Value::Integer(n) => {
                let n = *n;
                set_long(&mut frame[to], n);
                false
            }
            found => {
                let value = copy(found);
                let is_cell = value.is_cell();
                set(&mut frame[to], value);
                is_cell
            }
        },
    };
    if is_last && to != a {
        set(&mut frame[a], Value::Nil);
    }
    Some(is_cell)
}

impl Change {
    /// Whether it is paid for when it is done, as what it costs depends on what is there, and not with the next payment.
    pub fn pays_at_once(self) -> bool {
        match self {
            Change::Conj => false,
            Change::Str => true,
        }
    }

    /// Changes a value in place, where that takes no more than a few steps; answers whether it was done.
    #[inline]
    pub fn apply(self, ctx: &mut Context, target: &mut Value, with: &Value) -> bool {
        match (self, target, with) {
            (Change::Conj, Value::Vector(vector), element) => vector.push(copy(element)).is_ok(),
            (Change::Conj, Value::Set(set), element) => set.insert(copy(element)).is_ok(),
            (Change::Conj, Value::List(list), element) => list.push_front(copy(element)).is_ok(),
            (Change::Str, Value::String(string), Value::String(piece)) => {
                piece.flat().is_some_and(|bytes| append(ctx, string, bytes))
            }
            (Change::Str, Value::String(string), Value::Integer(n)) => {
                append(ctx, string, decimal(*n, &mut [0; 20]))
            }
            _ => false,
        }
    }
}

/// Appends to a string and charges for it, where it fits the last chunk; answers whether it was done.
#[inline]
fn append(ctx: &mut Context, string: &mut Str, bytes: &[u8]) -> bool {
    let cost = juice::build_string(string.count().saturating_add(bytes.len() as u64));
    ctx.can_afford(cost) && string.append_in_place(bytes) && ctx.charge(cost).is_ok()
}

/// The digits of an integer and its sign.
fn decimal(n: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let (mut rest, mut start) = (n.unsigned_abs(), buffer.len());
    loop {
        start -= 1;
        buffer[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        start -= 1;
        buffer[start] = b'-';
    }
    &buffer[start..]
}

impl Context {
    /// Changes what is in one register, which is needed no more, and moves it to another; answers whether it was done.
    #[inline(never)]
    pub(super) fn change(
        &mut self,
        change: Change,
        frame: &mut [Value],
        constants: &[Value],
        (to, a, with): (Register, Register, Source),
        is_last: bool,
    ) -> bool {
        let (to, a) = (usize::from(to), usize::from(a));
        let done = match with.0 {
            constant @ CONSTANT.. => {
                change.apply(self, &mut frame[a], &constants[usize::from(constant - CONSTANT)])
            }
            register => match frame.get_disjoint_mut([a, usize::from(register)]) {
                Ok([target, with]) => change.apply(self, target, with),
                Err(_) => false,
            },
        };
        if done
            && is_last
            && let Some(with) = frame.get_mut(usize::from(with.0))
            && with.is_cell()
        {
            *with = Value::Nil;
        }
        if done && to != a {
            let changed = mem::take(&mut frame[a]);
            set(&mut frame[to], changed);
        }
        done
    }
}

impl Translator {
    /// Writes a call that has an instruction of its own; answers whether it has one here.
    pub(super) fn access(&mut self, call: &NativeCall, access: Access, goal: Goal) -> Translation<()> {
        // The native function itself is a constant that is entered and paid for.
        self.enter();
        self.pending += juice::CONSTANT;
        let is_last = [0, 1].map(|i| call.args.get(i).is_some_and(|arg| self.is_last(arg)));
        let a = self.readable(&call.args[0])?;
        let b = match call.args.get(1) {
            None => Source(a),
            Some(Operand::Constant(constant)) => {
                self.enter();
                self.pending += juice::CONSTANT;
                self.constants.push(constant.get()?.clone());
                Source::constant(self.constants.len() - 1)?
            }
            Some(arg) => Source(self.readable(arg)?),
        };
        let to = self.target(goal)?;
        let args = [Given::Register(a), b.given()];
        let (native, cost) = (self.native_entry(call)?, small(access.cost())?);
        self.emit(match access {
            Access::Read(read) => Instruction::Read { read, is_last: is_last[0], to, a, key: b },
            Access::Change(change) => Instruction::Change { change, is_last: is_last[1], to, a, with: b },
        })?;
        self.slow.push(Slow { at: self.last(), native, cost, args, is_last, count: call.args.len() });
        self.pending += access.cost();
        self.deliver(to, goal)
    }

    /// Whether a call has an instruction of its own here: what changes something in place must be the last to need it.
    pub(super) fn accesses(&self, call: &NativeCall) -> Option<Access> {
        Access::of(call).filter(|access| matches!(access, Access::Read(_)) || self.is_last(&call.args[0]))
    }
}
