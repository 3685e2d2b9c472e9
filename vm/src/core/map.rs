//! Maps: hash maps, and what they share with indexes and records.

use super::arguments::{at_least, exactly, pairs, wrong_kind, wrong_value};
use super::record::{self, is_map};
use super::structure;
use crate::{Context, Run, juice};
use lang::{Index, Map, Missing, Value, Vector};
use std::mem::take;

/// `hash-map`: a map of keys and values in turn.
pub fn hash_map(ctx: &mut Context, args: &mut [Value]) -> Run {
    pairs(args)?;
    let cost = juice::build_data(args.len() as u64);
    let entries = args.chunks_exact_mut(2).map(|pair| (take(&mut pair[0]), take(&mut pair[1])));
    ctx.finish(cost, Map::from_entries(entries))
}

/// `keys`: the keys of a map in its order.
pub fn keys(ctx: &mut Context, args: &mut [Value]) -> Run {
    let cost = cost_of_entries(ctx, args)?;
    let keys = match &args[0] {
        Value::Map(m) => m.iter().map(|e| Ok(e?.0.clone())).collect::<Result<Vec<_>, Missing>>()?,
        Value::Index(m) => m.iter().map(|e| Ok(e?.0.clone())).collect::<Result<Vec<_>, Missing>>()?,
        other => {
            // A record of unknown format has no keys to name.
            let keys = record::fields(other)?.and_then(|fields| fields.keys());
            return ctx.finish(cost, keys.map_or(Value::Nil, Value::Vector));
        }
    };
    ctx.finish(cost, Vector::from_values(keys))
}

/// `values`: the values of a map in the order of its keys.
pub fn values(ctx: &mut Context, args: &mut [Value]) -> Run {
    let cost = cost_of_entries(ctx, args)?;
    let values = match &args[0] {
        Value::Map(m) => m.iter().map(|e| Ok(e?.1.clone())).collect::<Result<Vec<_>, Missing>>()?,
        Value::Index(m) => m.iter().map(|e| Ok(e?.1.clone())).collect::<Result<Vec<_>, Missing>>()?,
        other => {
            let values = record::fields(other)?.map(|fields| fields.values().clone());
            return ctx.finish(cost, values.map_or(Value::Nil, Value::Vector));
        }
    };
    ctx.finish(cost, Vector::from_values(values))
}

/// Checks for one argument, a map, and that a vector of as many elements can be paid for.
fn cost_of_entries(ctx: &mut Context, args: &[Value]) -> Run<u64> {
    let [map] = exactly(args)?;
    if !is_map(map) {
        return wrong_kind(args, 0, "a Map");
    }
    let cost = juice::build_data(structure::count(map).unwrap_or(0));
    ctx.check_juice(cost)?;
    Ok(cost)
}

/// `dissoc`: a map without some keys; `nil` is the empty map.
pub fn dissoc(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    if !args[0].is_nil() && !is_map(&args[0]) {
        return wrong_value(&args[0], "a Map");
    }
    record::check_fields(ctx, &args[0])?;
    let mut result = match take(&mut args[0]) {
        Value::Nil => Map::empty().into(),
        map => map,
    };
    for key in &args[1..] {
        remove(&mut result, key)?;
    }
    ctx.finish(juice::build_data(args.len() as u64 - 1), result)
}

/// Removes a key, in place where nobody else holds the map.
fn remove(map: &mut Value, key: &Value) -> Result<(), Missing> {
    match map {
        Value::Map(m) => m.remove(key),
        Value::Index(m) => m.remove(key),
        _ => {
            if let Some(fields) = record::fields(map)?
                && fields.get(key)?.is_some()
            {
                *map = fields.to_map()?.dissoc(key)?.into();
            }
            Ok(())
        }
    }
}

/// `merge`: a map with the entries of others put in, later ones winning.
pub fn merge(ctx: &mut Context, args: &mut [Value]) -> Run {
    let Some(first) = args.first() else { return ctx.finish(juice::BUILD_DATA, Map::empty()) };
    let mut result = as_map(first)?;
    record::check_fields(ctx, &result)?;
    let mut cost = juice::BUILD_DATA;
    let mut maps = Vec::with_capacity(args.len());
    // All are looked at before any is gone through, since an argument that does not fit makes the call cost nothing.
    for arg in &args[1..] {
        let next = as_map(arg)?;
        let size = structure::count(&next).unwrap_or(0);
        cost = cost.saturating_add(juice::BUILD_PER_ELEMENT.saturating_mul(size));
        ctx.check_juice(cost)?;
        if let (Value::Index(_), Value::Map(map)) = (&result, &next) {
            for key in map.keys() {
                if !Index::is_key(key?) {
                    return no_index_keys(&next);
                }
            }
        }
        maps.push(next);
    }
    for next in maps {
        result = match (&result, &next) {
            (Value::Map(a), Value::Map(b)) => a.merge(b)?.into(),
            _ => merge_entries(result, &next)?,
        };
    }
    ctx.finish(cost, result)
}

fn as_map(value: &Value) -> Run<Value> {
    match value {
        Value::Nil => Ok(Map::empty().into()),
        map if is_map(map) => Ok(map.clone()),
        other => wrong_value(other, "a Map"),
    }
}

fn no_index_keys<T>(source: &Value) -> Run<T> {
    wrong_value(source, "keys of bytes to merge into an Index")
}

fn merge_entries(target: Value, source: &Value) -> Run<Value> {
    let mut result = target;
    for entry in structure::elements(source)? {
        if !structure::conj(&mut result, entry)? {
            return no_index_keys(source);
        }
    }
    Ok(result)
}
