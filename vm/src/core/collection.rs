//! Data structures of all kinds: reading and changing them by key.

use super::arguments::{at_least, bad_argument, between, exactly, wrong_arity, wrong_kind};
use super::record;
use super::sequence::{bad_element, proper_sequence, structure_or_fail};
use super::structure::{self, is_structure};
use crate::{Context, Run, juice};
use lang::{Map, Value, Vector};
use std::mem::take;

/// `count`
pub fn count(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    match structure::count(value) {
        Some(count) => ctx.finish(juice::SIMPLE_FN, count as i64),
        None => wrong_kind(args, 0, "something countable"),
    }
}

/// `empty`: the empty value of the same kind.
pub fn empty(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    if structure::count(value).is_none() {
        return wrong_kind(args, 0, "something countable");
    }
    ctx.finish(juice::SIMPLE_FN, structure::empty(value))
}

/// `conj`: a data structure with elements put in; `nil` starts a vector.
pub fn conj(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    let cost = juice::build_data(args.len() as u64 - 1);
    ctx.check_juice(cost)?;
    if !args[0].is_nil() && !is_structure(&args[0]) {
        return wrong_kind(args, 0, "a DataStructure");
    }
    record::check_fields(ctx, &args[0])?;
    if let Value::Nil | Value::Vector(_) | Value::List(_) | Value::Set(_) = args[0] {
        return conj_anything(ctx, args, cost);
    }
    let mut result = target(args, args.len() - 1);
    for i in 1..args.len() {
        if !structure::conj(&mut result, args[i].clone())? {
            let failed = bad_element(&result);
            put_back(args, result);
            return failed;
        }
    }
    ctx.finish(cost, result)
}

/// `conj` to a data structure which any element fits.
fn conj_anything(ctx: &mut Context, args: &mut [Value], cost: u64) -> Run {
    let mut result = match take(&mut args[0]) {
        Value::Nil => Vector::empty().into(),
        other => other,
    };
    for element in &mut args[1..] {
        structure::conj(&mut result, take(element))?;
    }
    ctx.finish(cost, result)
}

/// The data structure that is the first argument: taken out, so that it can be changed in place. When there are
/// several changes, a later one may not fit; then what stood there must stand in the trace of the error, so that
/// it stays.
fn target(args: &mut [Value], changes: usize) -> Value {
    if changes <= 1 { take(&mut args[0]) } else { args[0].clone() }
}

/// Puts the first argument back, if it was taken, after a change that did not fit and so did nothing.
fn put_back(args: &mut [Value], unchanged: Value) {
    if args[0].is_nil() {
        args[0] = unchanged;
    }
}

/// `assoc`: a data structure with values set by key; `nil` starts a map.
pub fn assoc(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    if args.len().is_multiple_of(2) {
        return wrong_arity(args, "a data structure and pairs of a key and a value");
    }
    let cost = juice::build_data(args.len() as u64 - 1);
    ctx.check_juice(cost)?;
    if !args[0].is_nil() && !is_structure(&args[0]) {
        return wrong_kind(args, 0, "a DataStructure");
    }
    record::check_fields(ctx, &args[0])?;
    if let Value::Nil | Value::Map(_) = args[0] {
        return assoc_map(ctx, args, cost);
    }
    let mut result = target(args, args.len() / 2);
    for i in (1..args.len()).step_by(2) {
        if !structure::assoc(&mut result, args[i].clone(), args[i + 1].clone())? {
            let failed = unfit(&result, &args[i]);
            put_back(args, result);
            return failed;
        }
    }
    ctx.finish(cost, result)
}

/// `assoc` to a hash map, which any key and value fit.
fn assoc_map(ctx: &mut Context, args: &mut [Value], cost: u64) -> Run {
    let mut map = match take(&mut args[0]) {
        Value::Map(map) => map,
        _ => Map::empty(),
    };
    for pair in args[1..].chunks_exact_mut(2) {
        map.insert(take(&mut pair[0]), take(&mut pair[1]))?;
    }
    ctx.finish(cost, map)
}

fn unfit<T>(structure: &Value, key: &Value) -> Run<T> {
    bad_argument(match structure {
        Value::Set(_) => "A Set takes only true (to include) and false (to exclude) as values".to_owned(),
        Value::Index(_) => format!("The key of an Index is bytes, given {}", key.kind().name()),
        _ => format!("The key should be a position that exists, given {}", key.kind().name()),
    })
}

/// `assoc-in`: a value set at the end of a path of keys; what is missing on the way is a map.
pub fn assoc_in(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [data, path, value] = exactly(args)?;
    ctx.check_elements(structure::count(path).unwrap_or(0))?;
    let Some(keys) = proper_sequence(path) else { return wrong_kind(args, 1, "a Sequence") };
    let steps = structure::count(path).unwrap_or(0).saturating_add(1);
    let cost = (juice::GET + juice::ASSOC).saturating_mul(steps);
    let mut passed = Vec::new();
    let mut data = data.clone();
    for key in keys {
        let key = key?;
        let here = if data.is_nil() { Map::empty().into() } else { data };
        structure_or_fail(&here)?;
        record::check_fields(ctx, &here)?;
        data = get_or_nil(&here, key)?;
        if data.is_nil() && !structure::takes_key(&here, key) {
            // Below are only new maps, which any key fits, so that this is what is wrong.
            return unfit(&here, key);
        }
        passed.push((here, key));
    }
    let mut value = value.clone();
    for (mut structure, key) in passed.into_iter().rev() {
        if !structure::assoc(&mut structure, key.clone(), value)? {
            return unfit(&structure, key);
        }
        value = structure;
    }
    ctx.finish(cost, value)
}

/// What `get` answers when nothing is given for what is not found: `false` for a set, else `nil`.
fn get_or_nil(structure: &Value, key: &Value) -> Result<Value, lang::Missing> {
    Ok(match structure::get(structure, key)? {
        Some(found) => found,
        None if matches!(structure, Value::Set(_)) => Value::FALSE,
        None => Value::Nil,
    })
}

/// `get`: what a data structure has for a key; `nil` has nothing.
pub fn get(ctx: &mut Context, args: &mut [Value]) -> Run {
    if let [Value::Map(map), key] = &*args {
        let found = map.get(key)?.cloned().unwrap_or(Value::Nil);
        return ctx.finish(juice::GET, found);
    }
    between(args, 2, 3)?;
    let structure = &args[0];
    let missing = args.get(2);
    let result = if structure.is_nil() {
        missing.cloned().unwrap_or(Value::Nil)
    } else {
        structure_or_fail(structure)?;
        match missing {
            None => get_or_nil(structure, &args[1])?,
            // Here the form of a long integer is no position, whatever its value.
            Some(missing)
                if matches!(structure, Value::Vector(_) | Value::List(_)) && is_long_form(&args[1]) =>
            {
                missing.clone()
            }
            Some(missing) => structure::get(structure, &args[1])?.unwrap_or_else(|| missing.clone()),
        }
    };
    ctx.finish(juice::GET, result)
}

fn is_long_form(key: &Value) -> bool {
    matches!(key, Value::BigInteger(_))
}

/// `get-in`: what is at the end of a path of keys.
pub fn get_in(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 2, 3)?;
    ctx.check_elements(structure::count(&args[1]).unwrap_or(0))?;
    let Some(keys) = proper_sequence(&args[1]) else { return wrong_kind(args, 1, "a Sequence") };
    let missing = args.get(2).unwrap_or(&Value::Nil);
    let cost = juice::GET.saturating_mul(structure::count(&args[1]).unwrap_or(0).saturating_add(1));
    let mut result = args[0].clone();
    for key in keys {
        let key = key?;
        if result.is_nil() {
            result = missing.clone();
            break;
        }
        structure_or_fail(&result)?;
        match structure::get(&result, key)? {
            Some(found) => result = found,
            None => return ctx.finish(cost, missing.clone()),
        }
    }
    ctx.finish(cost, result)
}

/// `contains-key?`
pub fn contains_key(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [structure, key] = exactly(args)?;
    let contains = if structure.is_nil() {
        false
    } else {
        structure_or_fail(structure)?;
        structure::get(structure, key)?.is_some()
    };
    ctx.finish(juice::GET, contains)
}
