//! Division of integers and operations on their bits.

use super::arguments::{bad_argument, exactly, long, wrong_kind};
use crate::foreign::ForeignCrash;
use crate::{Context, Run, juice};
use dashu_int::IBig;
use dashu_int::ops::RemEuclid;
use lang::{Kind, Value};

/// One way to divide integers.
struct Division {
    /// Both operands fit 64 bits and the divisor is not 0.
    long: fn(i64, i64) -> i64,
    /// A dividend of more than 64 bits.
    big: fn(&IBig, &IBig) -> IBig,
    /// A dividend that fits 64 bits and a divisor that does not; `None` answers `nil`.
    by_big: fn(&IBig, &IBig) -> Option<IBig>,
}

/// `mod`: from 0 to below the size of the divisor.
pub fn modulo(ctx: &mut Context, args: &mut [Value]) -> Run {
    fn big(a: &IBig, b: &IBig) -> IBig {
        a.rem_euclid(b).into()
    }
    let long = |a: i64, b: i64| {
        let rest = a.wrapping_rem(b);
        if rest < 0 { rest.wrapping_add(b.wrapping_abs()) } else { rest }
    };
    if let [Value::Integer(_), divisor @ Value::BigInteger(_)] = &*args
        && divisor.to_bigint().is_some_and(|divisor| Value::integer(-divisor).is_none())
    {
        ctx.note_crash(ForeignCrash::Modulo);
    }
    divide(ctx, args, &Division { long, big, by_big: |a, b| Some(big(a, b)) })
}

/// `div`: a negative dividend of 64 bits first loses the divisor less 1, wrapping; then division is truncated.
/// That is how the network divides, though it is neither floored nor Euclidean.
pub fn div(ctx: &mut Context, args: &mut [Value]) -> Run {
    let long = |a: i64, b: i64| {
        let a = if a < 0 { a.wrapping_sub(b.wrapping_sub(1)) } else { a };
        a.wrapping_div(b)
    };
    divide(ctx, args, &Division { long, big: |a, b| a / b, by_big: |_, _| None })
}

/// `quot`: truncated division.
pub fn quot(ctx: &mut Context, args: &mut [Value]) -> Run {
    divide(ctx, args, &Division { long: i64::wrapping_div, big: |a, b| a / b, by_big: |_, _| None })
}

/// `rem`: what truncated division leaves.
pub fn rem(ctx: &mut Context, args: &mut [Value]) -> Run {
    divide(ctx, args, &Division { long: i64::wrapping_rem, big: |a, b| a % b, by_big: |_, _| None })
}

fn divide(ctx: &mut Context, args: &[Value], division: &Division) -> Run {
    let [a, b] = exactly(args)?;
    if let Some(i) = args.iter().position(|v| v.kind() != Kind::Integer) {
        return wrong_kind(args, i, "an Integer");
    }
    if let (Value::Integer(dividend), Value::Integer(divisor @ (1.. | ..=-1))) = (&a, &b) {
        return ctx.finish(juice::ARITHMETIC, (division.long)(*dividend, *divisor));
    }
    let (Some(dividend), Some(divisor)) = (a.to_bigint(), b.to_bigint()) else {
        return wrong_kind(args, 0, "an Integer");
    };
    if divisor.is_zero() {
        return bad_argument("Division by zero");
    }
    let result = match (a, b) {
        (Value::Integer(_), _) => integer((division.by_big)(&dividend, &divisor)),
        _ => integer(Some((division.big)(&dividend, &divisor))),
    };
    ctx.finish(juice::ARITHMETIC, result)
}

fn integer(n: Option<IBig>) -> Value {
    n.and_then(Value::integer).unwrap_or(Value::Nil)
}

/// `bit-and`
pub fn bit_and(ctx: &mut Context, args: &mut [Value]) -> Run {
    bits(ctx, args, |a, b| a & b)
}

/// `bit-or`
pub fn bit_or(ctx: &mut Context, args: &mut [Value]) -> Run {
    bits(ctx, args, |a, b| a | b)
}

/// `bit-xor`
pub fn bit_xor(ctx: &mut Context, args: &mut [Value]) -> Run {
    bits(ctx, args, |a, b| a ^ b)
}

fn bits(ctx: &mut Context, args: &[Value], operation: fn(i64, i64) -> i64) -> Run {
    let [_, _] = exactly(args)?;
    let (a, b) = (long(args, 0)?, long(args, 1)?);
    ctx.finish(juice::ARITHMETIC, operation(a, b))
}

/// `bit-not`
pub fn bit_not(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let n = long(args, 0)?;
    ctx.finish(juice::ARITHMETIC, !n)
}
