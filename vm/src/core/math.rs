//! Arithmetic on numbers of all types: `+ - * / abs signum inc dec`.

use super::arguments::{at_least, bad_argument, exactly, wrong_kind};
use super::number::{Number, Operation, double, number};
use crate::foreign::ForeignCrash;
use crate::{Context, Run, juice};
use dashu_int::Sign;
use lang::limits::MAX_INTEGER_BYTES;
use lang::{BigInteger, Value};

const ADD: Operation = Operation {
    long: i64::checked_add,
    big: |a, b| a + b,
    by_long: |a, b| Value::integer(a.into_inner() + b),
    double: |a, b| a + b,
    is_commutative: true,
    settle: Value::integer,
};
const SUBTRACT: Operation = Operation {
    long: i64::checked_sub,
    big: |a, b| a - b,
    by_long: |a, b| Value::integer(a.into_inner() - b),
    double: |a, b| a - b,
    is_commutative: false,
    settle: Value::integer,
};
const MULTIPLY: Operation = Operation {
    long: i64::checked_mul,
    big: |a, b| a * b,
    by_long: |mut a, b| {
        a.multiply(b);
        Some(Value::BigInteger(a))
    },
    double: |a, b| a * b,
    is_commutative: true,
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
fn fold(ctx: &mut Context, args: &mut [Value], operation: &Operation, unit: i64) -> Run {
    let bytes = charge_by_size(ctx, args)?;
    let cannot_fail = fits_surely(bytes) && ctx.can_afford(juice::ARITHMETIC);
    if cannot_fail && operation.is_commutative && matches!(args, [Value::Integer(_), Value::BigInteger(_)]) {
        args.swap(0, 1);
    }
    if cannot_fail
        && let [Value::BigInteger(_), Value::Integer(_) | Value::BigInteger(_)] = args
        && let Value::BigInteger(a) = std::mem::take(&mut args[0])
    {
        return finish_checked(ctx, operation.apply_to(a, &args[1]));
    }
    let Some((first, rest)) = args.split_first() else { return ctx.finish(juice::ARITHMETIC, unit) };
    let mut result = Some(first.clone());
    for arg in rest {
        if result.is_none() && !operation.is_commutative {
            ctx.note_crash(ForeignCrash::Difference);
        }
        result = match (result.as_ref().and_then(number), number(arg)) {
            (Some(a), Some(b)) => operation.apply(a, b),
            _ => None,
        };
    }
    finish_checked(ctx, result)
}

/// Whether any operation on two integers of so many bytes together has a result that is not too large.
fn fits_surely(bytes: u64) -> bool {
    bytes < MAX_INTEGER_BYTES as u64
}

/// Charges what it costs to read all numbers: for each the size in bytes of the largest so far. Answers how many bytes
/// all have.
fn charge_by_size(ctx: &mut Context, args: &[Value]) -> Run<u64> {
    let (mut cost, mut sum) = (0_u64, 0_u64);
    let mut largest = 0;
    for (i, arg) in args.iter().enumerate() {
        let Some(size) = size(arg) else { return wrong_kind(args, i, "a Number") };
        largest = size.max(largest);
        cost = cost.saturating_add(largest);
        sum = sum.saturating_add(size);
    }
    ctx.charge(cost)?;
    Ok(sum)
}

/// What it costs to multiply a long integer by one of 64 bits, which stands after or before it; `None` when the product
/// may be too large.
pub fn cost_of_product(long: &BigInteger, is_first: bool) -> Option<u64> {
    let size = bytes(long);
    let first = if is_first { size } else { juice::MIN_NUMERIC_COST };
    fits_surely(size + juice::MIN_NUMERIC_COST).then_some(first + size + juice::ARITHMETIC)
}

/// The bytes that a long integer counts for.
fn bytes(long: &BigInteger) -> u64 {
    (long.signed_bits() / 8 + 1).max(juice::MIN_NUMERIC_COST)
}

/// The bytes a number counts for, `None` when the value is no number.
fn size(value: &Value) -> Option<u64> {
    match value {
        Value::Integer(_) | Value::Double(_) => Some(juice::MIN_NUMERIC_COST),
        Value::BigInteger(n) => Some(bytes(n)),
        _ => None,
    }
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
        Some(Number::Big(n)) if n.sign() == Sign::Positive => Some(value.clone()),
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
        Some(Number::Big(n)) if n.is_zero() => Value::Integer(0),
        Some(Number::Big(n)) => Value::Integer(match n.sign() {
            Sign::Negative => -1,
            Sign::Positive => 1,
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

fn step(ctx: &mut Context, args: &mut [Value], by: i64) -> Run {
    let [value] = exactly(args)?;
    let result = match value {
        Value::BigInteger(n) if fits_surely(n.signed_bits() / 8 + 2) && ctx.can_afford(juice::ARITHMETIC) => {
            match std::mem::take(&mut args[0]) {
                Value::BigInteger(n) => ADD.apply_to(n, &Value::Integer(by)),
                _ => None,
            }
        }
        _ => match number(value) {
            None | Some(Number::Double(_)) => return wrong_kind(args, 0, "an Integer"),
            Some(n) => ADD.apply(n, Number::Long(by)),
        },
    };
    ctx.finish(juice::ARITHMETIC, result.unwrap_or(Value::Nil))
}
