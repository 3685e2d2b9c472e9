//! Functions on doubles, to the bit as the network computes them.

use super::arguments::{exactly, wrong_kind};
use super::number::{double, number};
use crate::{Context, Run, juice};
use lang::Value;

/// `floor`
pub fn floor(ctx: &mut Context, args: &mut [Value]) -> Run {
    unary(ctx, args, libm::floor)
}

/// `ceil`
pub fn ceil(ctx: &mut Context, args: &mut [Value]) -> Run {
    unary(ctx, args, libm::ceil)
}

/// `sqrt`
pub fn sqrt(ctx: &mut Context, args: &mut [Value]) -> Run {
    unary(ctx, args, libm::sqrt)
}

/// `exp`
pub fn exp(ctx: &mut Context, args: &mut [Value]) -> Run {
    unary(ctx, args, libm::exp)
}

fn unary(ctx: &mut Context, args: &[Value], operation: fn(f64) -> f64) -> Run {
    let [value] = exactly(args)?;
    let Some(n) = number(value) else { return wrong_kind(args, 0, "a Number") };
    ctx.finish(juice::ARITHMETIC, double(operation(n.to_double())))
}

/// `pow`
pub fn pow(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [base, exponent] = exactly(args)?;
    let Some(base) = number(base) else { return wrong_kind(args, 0, "a Number") };
    let Some(exponent) = number(exponent) else { return wrong_kind(args, 1, "a Number") };
    let result = power(base.to_double(), exponent.to_double());
    ctx.finish(juice::ARITHMETIC, double(result))
}

/// `base` to the power of `exponent`. Unlike C, 1 to the power of NaN, and -1 or 1 to the power of an infinity,
/// is NaN.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    libm::pow(base, exponent)
}
