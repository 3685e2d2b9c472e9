//! Comparisons: of values by identity, of numbers by size.

use super::arguments::{at_least, wrong_kind};
use super::number::{Number, compare, double, number};
use crate::{Context, Run, juice};
use lang::Value;
use std::cmp::Ordering;

/// `=`: whether all arguments have the same encoding.
pub fn equals(ctx: &mut Context, args: &mut [Value]) -> Run {
    let equal = args.windows(2).all(|pair| pair[0] == pair[1]);
    ctx.finish(juice::EQUALS, equal)
}

/// `==`
pub fn eq(ctx: &mut Context, args: &mut [Value]) -> Run {
    let result = chain(args, Ordering::is_eq)?;
    ctx.finish(juice::NUMERIC_COMPARE, result)
}

/// `!=`: not `==`.
pub fn ne(ctx: &mut Context, args: &mut [Value]) -> Run {
    let result = chain(args, Ordering::is_eq)?;
    ctx.finish(juice::NUMERIC_COMPARE, !result)
}

/// `<`
pub fn lt(ctx: &mut Context, args: &mut [Value]) -> Run {
    let result = chain(args, Ordering::is_lt)?;
    ctx.finish(juice::NUMERIC_COMPARE, result)
}

/// `<=`
pub fn le(ctx: &mut Context, args: &mut [Value]) -> Run {
    let result = chain(args, Ordering::is_le)?;
    ctx.finish(juice::NUMERIC_COMPARE, result)
}

/// `>`
pub fn gt(ctx: &mut Context, args: &mut [Value]) -> Run {
    let result = chain(args, Ordering::is_gt)?;
    ctx.finish(juice::NUMERIC_COMPARE, result)
}

/// `>=`
pub fn ge(ctx: &mut Context, args: &mut [Value]) -> Run {
    let result = chain(args, Ordering::is_ge)?;
    ctx.finish(juice::NUMERIC_COMPARE, result)
}

/// Whether each number compares with the next as wanted. Stops at the first pair that does not, so that what
/// comes later need not be a number. A pair with NaN never does.
fn chain(args: &[Value], wanted: fn(Ordering) -> bool) -> Run<bool> {
    if let [only] = args
        && number(only).is_none()
    {
        return wrong_kind(args, 0, "a Number");
    }
    for i in 1..args.len() {
        let (a, b) = (numeric(args, i - 1)?, numeric(args, i)?);
        if !compare(a, b).is_some_and(wanted) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn numeric(args: &[Value], i: usize) -> Run<Number<'_>> {
    number(&args[i]).map_or_else(|| wrong_kind(args, i, "a Number"), Ok)
}

/// `min`: of equals the first; NaN when any is.
pub fn min(ctx: &mut Context, args: &mut [Value]) -> Run {
    extreme(ctx, args, Ordering::Greater)
}

/// `max`: of equals the first; NaN when any is.
pub fn max(ctx: &mut Context, args: &mut [Value]) -> Run {
    extreme(ctx, args, Ordering::Less)
}

/// The number that none replaces; a later one replaces the best so far when that compares to it as given.
fn extreme(ctx: &mut Context, args: &[Value], replaced_when: Ordering) -> Run {
    at_least(args, 1)?;
    let mut best = args[0].clone();
    numeric(args, 0)?;
    for (i, arg) in args.iter().enumerate().skip(1) {
        let next = numeric(args, i)?;
        let Some(current) = number(&best) else { return wrong_kind(args, i, "a Number") };
        match compare(current, next) {
            None => best = double(f64::NAN),
            Some(order) if order == replaced_when => best = arg.clone(),
            Some(_) => {}
        }
    }
    ctx.finish(juice::NUMERIC_COMPARE, best)
}
