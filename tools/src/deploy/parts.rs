//! Values taken apart and put together. Whoever walks through a value does so with a stack of its
//! own: values nest without bound.

use lang::{Coded, Index, Kind, List, Map, Missing, Record, Set, Syntax, Value, Vector};
use std::collections::HashSet;

/// The parts of a value in an order of their own kind: keys and values in turn, fields, elements.
/// Signed values count as one.
pub fn of(value: &Value) -> Result<Vec<Value>, Missing> {
    Ok(match value {
        Value::Vector(vector) => vector.to_vec()?,
        Value::List(list) => list.to_vec()?,
        Value::Set(set) => set.iter().map(|value| value.cloned()).collect::<Result<_, _>>()?,
        Value::Map(map) => pairs(map.iter())?,
        Value::Index(index) => pairs(index.iter())?,
        Value::Syntax(syntax) => vec![syntax.datum()?.clone(), syntax.meta().into()],
        Value::Coded(coded) => vec![coded.code()?.clone(), coded.value()?.clone()],
        Value::Record(record) => record.fields().to_vec()?,
        _ => Vec::new(),
    })
}

fn pairs<'a>(
    entries: impl Iterator<Item = Result<(&'a Value, &'a Value), Missing>>,
) -> Result<Vec<Value>, Missing> {
    let mut parts = Vec::new();
    for entry in entries {
        let (key, value) = entry?;
        parts.extend([key.clone(), value.clone()]);
    }
    Ok(parts)
}

/// A value of the kind of another from parts in the order of [`of`].
pub fn build(like: &Value, parts: Vec<Value>) -> Result<Value, Missing> {
    let mut parts = parts.into_iter();
    Ok(match like {
        Value::Vector(_) => Vector::from_values(parts).into(),
        Value::List(_) => List::from_values(parts).into(),
        Value::Set(_) => Set::from_values(parts).into(),
        Value::Map(_) => Map::from_entries(in_pairs(parts)).into(),
        Value::Index(_) => Index::from_entries(in_pairs(parts))?.map_or_else(|| like.clone(), Value::Index),
        Value::Syntax(_) => {
            let datum = parts.next().unwrap_or_default();
            match parts.next() {
                Some(Value::Map(meta)) => Syntax::new(datum, meta).into(),
                _ => like.clone(),
            }
        }
        Value::Coded(coded) => {
            let code = parts.next().unwrap_or_default();
            Coded::new(coded.tag(), code, parts.next().unwrap_or_default()).into()
        }
        Value::Record(record) => Record::new(record.tag(), Vector::from_values(parts)).into(),
        other => other.clone(),
    })
}

fn in_pairs(mut parts: impl Iterator<Item = Value>) -> impl Iterator<Item = (Value, Value)> {
    std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
}

/// Calls a function with a value and all within it, each shared cell once, until it answers `true`;
/// answers whether it did.
pub fn any(value: &Value, mut is_wanted: impl FnMut(&Value) -> bool) -> Result<bool, Missing> {
    // Cells are kept while their identities are, since a new cell may stand where a dropped one
    // was.
    let (mut open, mut seen, mut kept) = (vec![value.clone()], HashSet::new(), Vec::new());
    while let Some(value) = open.pop() {
        if value.identity().is_some_and(|identity| !seen.insert(identity)) {
            continue;
        }
        if is_wanted(&value) {
            return Ok(true);
        }
        open.extend(of(&value)?);
        kept.push(value);
    }
    Ok(false)
}

/// Whether there is code in a value: a function or an op, at any depth.
pub fn has_code(value: &Value) -> Result<bool, Missing> {
    any(value, |part| matches!(part.kind(), Kind::Function | Kind::Op))
}
