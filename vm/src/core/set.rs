//! Sets.

use super::arguments::{at_least, exactly, set, wrong_kind};
use super::structure;
use crate::{Context, Run, juice};
use lang::{Missing, Set, Value};

/// `hash-set`: a set of all arguments.
pub fn hash_set(ctx: &mut Context, args: &mut [Value]) -> Run {
    let cost = juice::build_data(args.len() as u64);
    ctx.check_juice(cost)?;
    ctx.finish(cost, Set::from_values(args.iter().cloned()))
}

/// `set`: the elements, entries, bytes or characters of a countable value as a set.
pub fn to_set(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let Some(count) = structure::count(value) else { return wrong_kind(args, 0, "something countable") };
    let cost = juice::build_data(count);
    ctx.check_juice(cost)?;
    let set = match value {
        Value::Set(set) => set.clone(),
        _ => Set::from_values(structure::elements(value)?),
    };
    ctx.finish(cost, set)
}

/// `union`
pub fn union(ctx: &mut Context, args: &mut [Value]) -> Run {
    combine(ctx, args, 0, Set::empty(), Set::union)
}

/// `intersection`
pub fn intersection(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    let first = set(args, 0)?;
    combine(ctx, args, 1, first, Set::intersection)
}

/// `difference`
pub fn difference(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    let first = set(args, 0)?;
    combine(ctx, args, 1, first, Set::difference)
}

/// Combines a set with the arguments from a position on, each paid for by its size.
fn combine(
    ctx: &mut Context,
    args: &[Value],
    from: usize,
    first: Set,
    step: fn(&Set, &Set) -> Result<Set, Missing>,
) -> Run {
    let mut cost = juice::BUILD_DATA;
    let mut sets = Vec::with_capacity(args.len());
    // All are looked at before any is gone through, since an argument that does not fit makes the call cost nothing.
    for position in from..args.len() {
        let next = set(args, position)?;
        cost = cost.saturating_add(juice::BUILD_PER_ELEMENT.saturating_mul(next.count()));
        ctx.check_juice(cost)?;
        sets.push(next);
    }
    let result = sets.iter().try_fold(first, |result, next| step(&result, next))?;
    ctx.finish(cost, result)
}

/// `subset?`
pub fn is_subset(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let part = set(args, 0)?;
    let cost = juice::SIMPLE_FN.saturating_add(juice::SET_COMPARE_PER_ELEMENT.saturating_mul(part.count()));
    ctx.check_juice(cost)?;
    let whole = set(args, 1)?;
    ctx.finish(cost, part.is_subset(&whole)?)
}

/// `disj`: a set without some elements.
pub fn disj(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    let cost = juice::build_data(args.len() as u64 - 1);
    ctx.check_juice(cost)?;
    let mut result = set(args, 0)?;
    args[0] = Value::Nil;
    for element in &args[1..] {
        result.remove(element)?;
    }
    ctx.finish(cost, result)
}
