//! Arithmetic on numbers of all types: `+ - * / abs signum inc dec`.

use super::arguments::{at_least, bad_argument, exactly, wrong_kind};
use super::number::{Number, Operation, double, number};
use crate::{Context, Run, juice};
use lang::{BigInteger, Value};
use num_bigint::Sign;
use num_traits::Signed;

const ADD: Operation =
    Operation { long: i64::checked_add, big: |a, b| a + b, double: |a, b| a + b, settle: Value::integer };
const SUBTRACT: Operation =
    Operation { long: i64::checked_sub, big: |a, b| a - b, double: |a, b| a - b, settle: Value::integer };
const MULTIPLY: Operation = Operation {
    long: i64::checked_mul,
    big: |a, b| a * b,
    double: |a, b| a * b,
    settle: BigInteger::product,
};

/// `+`
pub fn plus(ctx: &mut Context, args: &mut [Value]) -> Run {
    fold(ctx, args, &ADD, 0)
}

/// `*`
pub fn times(ctx: &mut Context, args: &mut [Value]) -> Run {
    fold(ctx, args, &MULTIPLY, 1)
}

/// `-`: with one argument its opposite.
pub fn minus(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    if let [only] = &*args {
        charge_by_size(ctx, args)?;
        return finish_checked(ctx, negate(only));
    }
    fold(ctx, args, &SUBTRACT, 0)
}

/// Combines all arguments from the left; `unit` is the result of none.
fn fold(ctx: &mut Context, args: &[Value], operation: &Operation, unit: i64) -> Run {
    charge_by_size(ctx, args)?;
    let Some((first, rest)) = args.split_first() else { return ctx.finish(juice::ARITHMETIC, unit) };
    let mut result = Some(first.clone());
    for arg in rest {
        result = match (result.as_ref().and_then(number), number(arg)) {
            (Some(a), Some(b)) => operation.apply(a, b),
            _ => None,
        };
    }
    finish_checked(ctx, result)
}

/// Charges what it costs to read all numbers: for each the size in bytes of the largest so far.
fn charge_by_size(ctx: &mut Context, args: &[Value]) -> Run<()> {
    let mut cost = 0_u64;
    let mut largest = 0;
    for (i, arg) in args.iter().enumerate() {
        let Some(size) = size(arg) else { return wrong_kind(args, i, "a Number") };
        largest = size.max(largest);
        cost = cost.saturating_add(largest);
    }
    ctx.charge(cost)
}

/// The bytes a number counts for, `None` when the value is no number.
fn size(value: &Value) -> Option<u64> {
    Some(match number(value)? {
        Number::Big(n) => (signed_bits(n) / 8 + 1).max(juice::MIN_NUMERIC_COST),
        _ => juice::MIN_NUMERIC_COST,
    })
}

/// The number of bits in two's complement but for the sign.
fn signed_bits(n: &num_bigint::BigInt) -> u64 {
    if n.is_negative() { (n + 1_u8).bits() } else { n.bits() }
}

fn negate(value: &Value) -> Option<Value> {
    match number(value)? {
        Number::Double(d) => Some(double(-d)),
        other => SUBTRACT.apply(Number::Long(0), other),
    }
}

fn finish_checked(ctx: &mut Context, result: Option<Value>) -> Run {
    match result {
        Some(result) => ctx.finish(juice::ARITHMETIC, result),
        None => bad_argument("The result does not fit the largest Integer there is, of 4,096 bytes"),
    }
}

/// `/`: always a double; with one argument its reciprocal.
pub fn divide(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    let mut result = None;
    for (i, arg) in args.iter().enumerate() {
        let Some(n) = number(arg) else { return wrong_kind(args, i, "a Number") };
        let d = n.to_double();
        result = Some(result.map_or(d, |before: f64| before / d));
    }
    let result = result.unwrap_or(f64::NAN);
    ctx.finish(juice::ARITHMETIC, double(if args.len() == 1 { 1.0 / result } else { result }))
}

/// `abs`
pub fn abs(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let result = match number(value) {
        None => return wrong_kind(args, 0, "a Number"),
        Some(Number::Double(d)) => Some(double(d.abs())),
        Some(Number::Long(n)) if n >= 0 => Some(value.clone()),
        Some(Number::Big(n)) if !n.is_negative() => Some(value.clone()),
        Some(_) => negate(value),
    };
    finish_checked(ctx, result)
}

/// `signum`: -1, 0 or 1, of the type of the number; zeros and NaN of doubles stay what they are.
pub fn signum(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let result = match number(value) {
        None => return wrong_kind(args, 0, "a Number"),
        Some(Number::Long(n)) => Value::Integer(n.signum()),
        Some(Number::Big(n)) => Value::Integer(match n.sign() {
            Sign::Minus => -1,
            Sign::NoSign => 0,
            Sign::Plus => 1,
        }),
        Some(Number::Double(d)) if d > 0.0 => double(1.0),
        Some(Number::Double(d)) if d < 0.0 => double(-1.0),
        Some(Number::Double(d)) => double(d),
    };
    ctx.finish(juice::ARITHMETIC, result)
}

/// `inc`: `nil` beyond the largest integer.
pub fn inc(ctx: &mut Context, args: &mut [Value]) -> Run {
    step(ctx, args, 1)
}

/// `dec`: `nil` beyond the smallest integer.
pub fn dec(ctx: &mut Context, args: &mut [Value]) -> Run {
    step(ctx, args, -1)
}

fn step(ctx: &mut Context, args: &[Value], by: i64) -> Run {
    let [value] = exactly(args)?;
    match number(value) {
        None | Some(Number::Double(_)) => wrong_kind(args, 0, "an Integer"),
        Some(n) => {
            let result = ADD.apply(n, Number::Long(by)).unwrap_or(Value::Nil);
            ctx.finish(juice::ARITHMETIC, result)
        }
    }
}
