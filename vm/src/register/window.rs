//! Registers: reading, writing and comparing values in place.

use super::instruction::{Arithmetic, Register, Test};
use lang::{Double, Value};
use std::mem;

/// A copy of a value, quick for those that stand in place.
#[inline(always)]
pub fn copy(value: &Value) -> Value {
    match value {
        Value::Integer(n) => Value::Integer(*n),
        Value::Double(d) => Value::Double(*d),
        other => other.clone(),
    }
}

/// Puts an integer into a register, in place where one was there.
///
/// Writing the number alone matters: a whole value that is read again at once waits until its parts have been written.
#[inline(always)]
pub fn set_long(register: &mut Value, long: i64) {
    match register {
        Value::Integer(n) => *n = long,
        other => replace_by_long(other, long),
    }
}

// Putting a value where one of another kind was is rarer: a register mostly holds one kind of value. The parts of the
// value are given one by one, for the reason that `set_long` gives.

#[inline(never)]
fn replace_by_long(register: &mut Value, long: i64) {
    set(register, Value::Integer(long));
}

#[inline(never)]
fn replace_by_double(register: &mut Value, double: f64) {
    set(register, Value::Double(Double::new(double)));
}

#[inline(never)]
fn replace_by_boolean(register: &mut Value, boolean: bool) {
    set(register, Value::Boolean(boolean));
}

/// Puts a double into a register, in place where one was there.
#[inline(always)]
pub fn set_double(register: &mut Value, double: f64) {
    match register {
        Value::Double(d) => *d = Double::new(double),
        other => replace_by_double(other, double),
    }
}

/// Puts a truth value into a register, in place where one was there.
#[inline(always)]
pub fn set_boolean(register: &mut Value, boolean: bool) {
    match register {
        Value::Boolean(b) => *b = boolean,
        other => replace_by_boolean(other, boolean),
    }
}

/// Puts a copy of a value into a register.
#[inline(always)]
pub fn assign(register: &mut Value, from: &Value) {
    match from {
        Value::Boolean(b) => set_boolean(register, *b),
        Value::Integer(n) => set_long(register, *n),
        Value::Double(d) => set_double(register, d.get()),
        other => assign_other(register, other),
    }
}

/// Puts a copy of a value that is no number into a register: one kind at a time, for the reason that [`set_long`] gives.
#[inline(never)]
fn assign_other(register: &mut Value, from: &Value) {
    if register.is_cell() {
        *register = Value::Nil;
    }
    macro_rules! by_kind {
        ($($kind:ident)*) => {
            match from {
                Value::Nil => mem::forget(mem::replace(register, Value::Nil)),
                Value::Boolean(truth) => mem::forget(mem::replace(register, Value::Boolean(*truth))),
                Value::Address(address) => mem::forget(mem::replace(register, Value::Address(*address))),
                $(Value::$kind(cell) => mem::forget(mem::replace(register, Value::$kind(cell.clone()))),)*
                other => mem::forget(mem::replace(register, other.clone())),
            }
        };
    }
    by_kind!(Symbol Keyword String Blob Vector List Map Set Index Record);
}

/// Copies one register to another; answers whether it holds a cell.
#[inline(always)]
pub fn copy_register(frame: &mut [Value], to: Register, from: Register) -> bool {
    if let Value::Integer(n) = &frame[usize::from(from)] {
        let n = *n;
        set_long(&mut frame[usize::from(to)], n);
        return false;
    }
    match frame.get_disjoint_mut([usize::from(to), usize::from(from)]) {
        Ok([to, from]) => {
            assign(to, from);
            from.is_cell()
        }
        // It stays where it is.
        Err(_) => true,
    }
}

/// Moves a value into a register.
#[inline(always)]
pub fn give_value(register: &mut Value, value: &mut Value) {
    match value {
        Value::Integer(n) => set_long(register, *n),
        Value::Boolean(b) => set_boolean(register, *b),
        other => set(register, mem::replace(other, Value::Nil)),
    }
}

/// Moves a value out of one register to another.
#[inline(always)]
pub fn give(frame: &mut [Value], to: Register, from: Register) {
    match &frame[usize::from(from)] {
        Value::Integer(n) => {
            let n = *n;
            set_long(&mut frame[usize::from(to)], n);
        }
        Value::Double(d) => {
            let d = d.get();
            set_double(&mut frame[usize::from(to)], d);
        }
        Value::Boolean(b) => {
            let b = *b;
            set_boolean(&mut frame[usize::from(to)], b);
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
    if register.is_cell() {
        *register = Value::Nil;
    }
    // What is there now need not be looked at to be dropped.
    mem::forget(mem::replace(register, value));
}

/// Empties registers, so that nothing is held that is needed no more.
#[inline(always)]
pub fn clear(registers: &mut [Value]) {
    for register in registers {
        if register.is_cell() {
            *register = Value::Nil;
        }
    }
}

/// The integer of 64 bits that a register holds.
#[inline(always)]
pub fn long_of(register: &Value) -> Option<i64> {
    match register {
        Value::Integer(n) => Some(*n),
        _ => None,
    }
}

#[inline(always)]
pub fn compare_long(test: Test, a: &Value, long: i32) -> Option<bool> {
    match a {
        Value::Integer(a) => Some(test.accepts(a.cmp(&i64::from(long)))),
        _ if test.is_same() => is_long(a, long),
        _ => None,
    }
}

/// Whether a register is a small integer. `None` for long integers, which can have the form of one and be small.
#[inline(always)]
pub fn is_long(a: &Value, long: i32) -> Option<bool> {
    match a {
        Value::Integer(a) => Some(*a == i64::from(long)),
        Value::BigInteger(_) => None,
        _ => Some(false),
    }
}

/// Whether a register is less than another one, `None` where only the native function knows.
#[inline(always)]
pub fn is_less(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a < b),
        (Value::Double(a), Value::Double(b)) => Some(a.get() < b.get()),
        _ => None,
    }
}

/// Calculates from two registers into a third one; answers whether there is a fast way.
#[inline(always)]
pub fn calculate(
    frame: &mut [Value],
    (to, a, b): (Register, Register, Register),
    of_longs: impl FnOnce(i64, i64) -> Option<i64>,
    of_doubles: impl FnOnce(f64, f64) -> f64,
) -> bool {
    match (&frame[usize::from(a)], &frame[usize::from(b)]) {
        (Value::Integer(a), Value::Integer(b)) => {
            let Some(result) = of_longs(*a, *b) else { return false };
            set_long(&mut frame[usize::from(to)], result);
            true
        }
        (Value::Double(a), Value::Double(b)) => {
            let result = of_doubles(a.get(), b.get());
            set_double(&mut frame[usize::from(to)], result);
            true
        }
        _ => false,
    }
}

/// Divides one register by another into a third one; answers whether there is a fast way.
#[inline(always)]
pub fn divide(division: Arithmetic, frame: &mut [Value], to: Register, a: Register, b: Register) -> bool {
    let (Value::Integer(a), Value::Integer(b)) = (&frame[usize::from(a)], &frame[usize::from(b)]) else {
        return false;
    };
    let Some(result) = division.of_longs(*a, *b) else { return false };
    set_long(&mut frame[usize::from(to)], result);
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
pub fn row(base: Register, count: u8) -> std::ops::Range<usize> {
    usize::from(base)..usize::from(base) + usize::from(count)
}
