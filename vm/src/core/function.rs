//! Functions called with the elements of data structures: `apply`, `map` and `reduce`.

use super::arguments::{at_least, between, callable, charge_after, wrong_kind, wrong_value};
use super::sequence::bad_element;
use super::structure::{self, is_structure};
use crate::call::is_callable;
use crate::ending::Control;
use crate::register::Caller;
use crate::{Context, Ending, Run, juice};
use lang::{Value, Vector};

/// `apply`: calls a function with some arguments and then the elements of a data structure.
pub fn apply(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 2)?;
    let function = callable(args, 0)?;
    let last = args.len() - 1;
    let count = match &args[last] {
        Value::Nil => 0,
        structure if is_structure(structure) => structure::count(structure).unwrap_or(0),
        _ => return wrong_kind(args, last, "a DataStructure"),
    };
    ctx.charge(juice::add_mul(juice::APPLY, juice::BUILD_PER_ELEMENT, count))?;
    let mut values = args[1..last].to_vec();
    values.extend(structure::elements(&args[last])?);
    ctx.invoke(function, &mut values)
}

/// `map`: a data structure like the first, of what a function gives for each element, or for elements of
/// several at the same position.
pub fn map(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 2)?;
    let function = &args[0];
    if !is_callable(function)? {
        return wrong_value(function, "a Function");
    }
    let sources = &args[1..];
    let mut length = i32::MAX as u64;
    for source in sources {
        if source.is_nil() {
            // Nothing to map over: the result is empty, of the type of the first.
            let empty = if is_structure(&sources[0]) { structure::empty(&sources[0]) } else { Value::Nil };
            return ctx.finish(juice::MAP, empty);
        }
        if !is_structure(source) {
            return wrong_value(source, "a Sequence");
        }
        length = length.min(structure::count(source).unwrap_or(0));
    }
    let cost = juice::add_mul(juice::MAP, juice::BUILD_DATA, length);
    ctx.check_juice(cost)?;
    let result = ctx.calling(function, |ctx, caller| match sources {
        [Value::Vector(vector)] => map_vector(ctx, caller, vector),
        _ => map_each(ctx, caller, sources, length),
    })?;
    ctx.finish(cost, result)
}

/// Room is made at once for no more results than this, so that none is made that no juice pays for.
const MAX_RESERVED: u64 = 1024;

/// A vector of what a function gives for each element of one.
fn map_vector(ctx: &mut Context, caller: &mut Caller, vector: &Vector) -> Run {
    let mut results = Vec::with_capacity(vector.count().min(MAX_RESERVED) as usize);
    caller.gather(ctx, &mut results, vector.iter())?;
    Ok(Vector::from_values(results).into())
}

/// What a function gives for the elements of data structures at the same position, up to a length.
fn map_each(ctx: &mut Context, caller: &mut Caller, sources: &[Value], length: u64) -> Run {
    let mut result = structure::empty(&sources[0]);
    // A list grows at its front, so that it is built from its end.
    let from_end = matches!(result, Value::List(_));
    let mut values = Vec::with_capacity(sources.len());
    for i in 0..length {
        let position = if from_end { length - 1 - i } else { i };
        values.clear();
        for source in sources {
            values.push(structure::at(source, position)?.unwrap_or(Value::Nil));
        }
        let value = caller.call(ctx, &mut values)?;
        if !structure::conj(&mut result, value)? {
            return bad_element(&result);
        }
    }
    Ok(result)
}

/// `reduce`: a function applied to a value so far and each element in turn.
pub fn reduce(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 2, 3)?;
    let function = callable(args, 0)?;
    let last = args.len() - 1;
    let empty;
    let elements = match &args[last] {
        Value::Nil => {
            empty = Vector::empty().into();
            &empty
        }
        structure if is_structure(structure) => structure,
        _ => return wrong_kind(args, last, "a Sequence"),
    };
    let count = structure::count(elements).unwrap_or(0);
    ctx.check_elements(count)?;
    let (mut result, start) = match (&*args, count) {
        ([_, initial, _], _) => (initial.clone(), 0),
        (_, 0) => {
            let run = ctx.invoke(function, &mut []);
            return finish_reduction(ctx, run);
        }
        (_, 1) => {
            let run = ctx.invoke(function, &mut structure::elements(elements)?);
            return finish_reduction(ctx, run);
        }
        _ => (structure::at(elements, 0)?.unwrap_or(Value::Nil), 1),
    };
    let run = ctx.calling(function, |ctx, caller| match elements {
        Value::Vector(vector) => caller.fold(ctx, &mut result, vector.iter_from(start)),
        other => caller.fold(ctx, &mut result, structure::iter(other).skip(start as usize)),
    });
    match run {
        Ok(()) => ctx.finish(juice::REDUCE, result),
        Err(ending) => finish_reduction(ctx, Err(ending)),
    }
}

/// Opens what `reduced` gave, and charges for the reduction however it ended.
fn finish_reduction(ctx: &mut Context, run: Run) -> Run {
    let run = match run {
        Err(Ending::Control(control)) => match *control {
            Control::Reduced(value) => Ok(value),
            other => Err(other.into()),
        },
        other => other,
    };
    charge_after(ctx, run, juice::REDUCE)
}
