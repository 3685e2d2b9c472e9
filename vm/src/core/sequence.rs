//! Sequences: vectors, lists, and what can be read in order.

use super::arguments::{
    at_least, at_most, exactly, long, no_element, out_of_bounds, wrong_kind, wrong_value,
};
use super::structure::{self, is_structure};
use crate::{Context, Ending, Run, juice};
use lang::{Index, List, Map, Missing, Set, Value, Vector};
use std::mem::take;

/// A value as a vector or list: sequences as they are, `nil` as the empty vector, sets as their elements and
/// maps as their entries. `None` for anything else.
pub fn sequence(value: &Value) -> Result<Option<Value>, Missing> {
    Ok(match value {
        Value::Nil => Some(Vector::empty().into()),
        Value::Vector(_) | Value::List(_) => Some(value.clone()),
        _ if is_structure(value) => Some(Vector::from_values(structure::elements(value)?).into()),
        _ => None,
    })
}

/// The elements of a vector or list in order, none of `nil`, and `None` for anything else. Stops after the first error.
pub fn proper_sequence(
    value: &Value,
) -> Option<impl DoubleEndedIterator<Item = Result<&Value, Missing>> + '_> {
    let (vector, list) = match value {
        Value::Nil => (None, None),
        Value::Vector(v) => (Some(v.iter()), None),
        Value::List(v) => (None, Some(v.iter())),
        _ => return None,
    };
    Some(vector.into_iter().flatten().chain(list.into_iter().flatten()))
}

/// The elements of a vector or list as a vector.
fn to_vector(sequence: &Value) -> Result<Vector, Missing> {
    Ok(match sequence {
        Value::Vector(v) => v.clone(),
        other => Vector::from_values(structure::elements(other)?),
    })
}

/// A sequence followed by another, of the type of the first.
pub fn concat_two(first: &Value, second: &Value) -> Result<Value, Missing> {
    Ok(match (first, second) {
        (Value::List(a), Value::List(b)) => a.concat(b)?.into(),
        (Value::List(a), b) => a.concat(&List::from_values(structure::elements(b)?))?.into(),
        (a, b) => to_vector(a)?.concat(&to_vector(b)?)?.into(),
    })
}

/// `vector`: a vector of all arguments.
pub fn vector(ctx: &mut Context, args: &mut [Value]) -> Run {
    let cost = juice::build_data(args.len() as u64);
    ctx.check_juice(cost)?;
    ctx.finish(cost, Vector::from_values(args.iter_mut().map(take)))
}

/// `list`: a list of all arguments.
pub fn list(ctx: &mut Context, args: &mut [Value]) -> Run {
    let cost = juice::build_data(args.len() as u64);
    ctx.check_juice(cost)?;
    ctx.finish(cost, List::from_values(args.iter_mut().map(take)))
}

/// `concat`: all sequences in one, of the type of the first that is not `nil`.
pub fn concat(ctx: &mut Context, args: &mut [Value]) -> Run {
    let mut cost = juice::CONSTANT;
    let given = || args.iter().enumerate().filter(|(_, arg)| !arg.is_nil());
    // All are looked at before any is copied, since an argument that does not fit makes the call cost nothing.
    for (i, arg) in given() {
        if !is_structure(arg) {
            return wrong_kind(args, i, "a Sequence");
        }
        let count = structure::count(arg).unwrap_or(0);
        cost = cost.saturating_add(juice::build_data(count));
        ctx.check_juice(cost)?;
    }
    let mut result = None;
    for (i, arg) in given() {
        let Some(next) = sequence(arg)? else { return wrong_kind(args, i, "a Sequence") };
        result = Some(match result {
            None => next,
            Some(before) => concat_two(&before, &next)?,
        });
    }
    ctx.finish(cost, result.unwrap_or(Value::Nil))
}

/// `vec`: a vector of the elements, entries, bytes or characters of a countable value.
pub fn vec(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let Some(count) = structure::count(value) else { return wrong_kind(args, 0, "something countable") };
    let cost = juice::build_data(count);
    ctx.check_juice(cost)?;
    let vector = match value {
        Value::Vector(v) => v.clone(),
        _ => Vector::from_values(structure::elements(value)?),
    };
    ctx.finish(cost, vector)
}

/// `reverse`: a vector becomes a list and a list a vector.
pub fn reverse(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let reversed: Value = match value {
        Value::Nil => List::empty().into(),
        Value::Vector(v) => List::from_reversed(v.clone()).into(),
        Value::List(v) => v.reversed().clone().into(),
        _ => return wrong_kind(args, 0, "a Sequence"),
    };
    ctx.finish(juice::BUILD_DATA, reversed)
}

/// `cons`: a list of elements put before those of a sequence.
pub fn cons(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 2)?;
    let last = args.len() - 1;
    let cost = juice::build_data(last as u64);
    ctx.check_juice(cost)?;
    if !matches!(args[last], Value::List(_)) {
        ctx.check_elements(structure::count(&args[last]).unwrap_or(0))?;
    }
    let mut result = match take(&mut args[last]) {
        Value::Nil => List::empty(),
        Value::List(list) => list,
        other if is_structure(&other) => List::view_of(&structure::view(&other)?)?,
        other => {
            args[last] = other;
            return wrong_kind(args, last, "a Sequence");
        }
    };
    for element in args[..last].iter_mut().rev() {
        result.push_front(take(element))?;
    }
    ctx.finish(cost, result)
}

/// `first`
pub fn first(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let count = countable(args, value)?;
    element(ctx, value, 0, count)
}

/// `second`
pub fn second(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let count = countable(args, value)?;
    element(ctx, value, 1, count)
}

/// `last`
pub fn last(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let count = countable(args, value)?;
    element(ctx, value, count as i64 - 1, count)
}

/// `nth`: the element at a position.
pub fn nth(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value, position] = exactly(args)?;
    let count = countable(args, value)?;
    match (position, position.to_long()) {
        (_, Some(position)) => element(ctx, value, position, count),
        (Value::BigInteger(_), _) => Err(Ending::error("BOUNDS", "The position does not fit 64 bits")),
        _ => wrong_kind(args, 1, "an Integer"),
    }
}

fn countable(args: &[Value], value: &Value) -> Run<u64> {
    match structure::count(value) {
        Some(count) => Ok(count),
        None => wrong_kind(args, 0, "something countable"),
    }
}

/// Answers the element at a position, for the price of a simple function.
fn element(ctx: &mut Context, value: &Value, position: i64, count: u64) -> Run {
    let element = match u64::try_from(position) {
        Ok(position) if position < count => structure::at(value, position)?,
        _ => None,
    };
    match element {
        Some(element) => ctx.finish(juice::SIMPLE_FN, element),
        None => no_element(value, position, count),
    }
}

/// `next`: a sequence without its first element, `nil` when nothing is left.
pub fn next(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    if !value.is_nil() && !is_structure(value) {
        return wrong_kind(args, 0, "a Sequence");
    }
    // The reference charges the same for a set or map, though it turns them into vectors.
    if !matches!(value, Value::List(_)) {
        ctx.check_elements(structure::count(value).unwrap_or(0))?;
    }
    let rest = tail(value)?.unwrap_or(Value::Nil);
    ctx.finish(juice::SIMPLE_FN, rest)
}

/// What is left after the first element, `None` when nothing is.
fn tail(value: &Value) -> Result<Option<Value>, Missing> {
    match structure::count(value) {
        None | Some(0 | 1) => return Ok(None),
        Some(_) => {}
    }
    Ok(match value {
        Value::List(list) => list.rest()?.map(Value::List),
        _ => {
            let view = structure::view(value)?;
            view.view(1, view.count())?.map(Value::Vector)
        }
    })
}

/// `slice`: the part of a countable value from one position to another or to the end.
pub fn slice(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 2)?;
    at_most(args, 3)?;
    let value = &args[0];
    let count = match structure::count(value) {
        Some(count) if !value.is_nil() => count,
        _ => return wrong_kind(args, 0, "something countable"),
    };
    let start = long(args, 1)?;
    if start < 0 {
        return out_of_bounds(start, count).map_err(|ending: Ending| ending.about(1));
    }
    let end = if args.len() > 2 { long(args, 2)? } else { count as i64 };
    if end > count as i64 {
        return no_element(value, end, count).map_err(|ending: Ending| ending.about(2));
    }
    if end < start {
        let message = format!("The part from {start} to {end} ends before it starts");
        return Err(Ending::error("BOUNDS", message).about(2));
    }
    let per_element = if is_structure(value) { juice::BUILD_PER_ELEMENT } else { juice::BUILD_PER_BYTE };
    let cost = juice::add_mul(juice::BUILD_DATA, per_element, (end - start) as u64);
    ctx.check_juice(cost)?;
    ctx.finish(cost, structure::slice(value, start as u64, end as u64)?)
}

/// `into`: a data structure with all elements of another put in.
pub fn into(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [target, source] = exactly(args)?;
    if target.is_nil() {
        if !source.is_nil() && !is_structure(source) {
            return wrong_kind(args, 1, "a DataStructure");
        }
        return ctx.finish(juice::BUILD_DATA, source.clone());
    }
    if !is_structure(target) {
        return wrong_kind(args, 0, "a DataStructure");
    }
    let Some(count) = structure::count(source) else { return wrong_kind(args, 1, "a DataStructure") };
    let cost = juice::build_data(count);
    ctx.check_juice(cost)?;
    if !source.is_nil() && !is_structure(source) {
        return wrong_kind(args, 1, "a DataStructure");
    }
    // All elements are looked at before any is put in, since one that does not fit makes the call cost nothing.
    if !matches!(target, Value::Vector(_) | Value::List(_) | Value::Set(_)) {
        for element in structure::iter(source) {
            if !fits(target, &element?)? {
                return bad_element(target);
            }
        }
    }
    let result = match target {
        Value::Vector(_) => {
            let Some(source) = sequence(source)? else { return wrong_kind(args, 1, "a DataStructure") };
            concat_two(target, &source)?
        }
        Value::Set(target) => target.union(&Set::from_values(structure::elements(source)?))?.into(),
        Value::Map(target) => match entries(source)? {
            Some(entries) => target.merge(&entries)?.into(),
            None => return bad_element(&args[0]),
        },
        _ => {
            let mut result = target.clone();
            for element in structure::iter(source) {
                if !structure::conj(&mut result, element?)? {
                    return bad_element(target);
                }
            }
            result
        }
    };
    ctx.finish(cost, result)
}

/// Whether an element can be put into a map, index or record.
fn fits(target: &Value, element: &Value) -> Result<bool, Missing> {
    Ok(match (structure::pair(element)?, target) {
        (Some((key, _)), Value::Index(_)) => Index::is_key(&key),
        (pair, _) => pair.is_some(),
    })
}

/// A map of the entries that a data structure is or has for elements, `None` where some element is no entry.
fn entries(source: &Value) -> Result<Option<Map>, Missing> {
    if let Value::Map(map) = source {
        return Ok(Some(map.clone()));
    }
    let mut pairs = Vec::new();
    for element in structure::iter(source) {
        match structure::pair(&element?)? {
            Some(pair) => pairs.push(pair),
            None => return Ok(None),
        }
    }
    Ok(Some(Map::from_entries(pairs)))
}

/// An `:ARGUMENT` error: an element does not fit a data structure.
pub fn bad_element<T>(structure: &Value) -> Run<T> {
    let wanted = match structure {
        Value::Index(_) => "A vector of a key of bytes and a value is wanted for an Index",
        _ => "A vector of a key and a value is wanted for a Map",
    };
    Err(Ending::error("ARGUMENT", wanted))
}

/// Whether a value is a data structure, else a `:CAST` error that names the value.
pub fn structure_or_fail(value: &Value) -> Run<()> {
    if is_structure(value) { Ok(()) } else { wrong_value(value, "a DataStructure") }
}
