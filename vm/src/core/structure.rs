//! Data structures and other countable values: what `get`, `conj`, `count` and their kin accept.
//!
//! A data structure is a vector, list, set, hash map, index or record. Countable are those and `nil`, and
//! whatever has bytes: blobs, strings, names, addresses and unknown extension values.

use super::{record, text};
use lang::{Index, List, Map, Missing, Set, Value, Vector};

/// Whether a value is a data structure. `nil` is none.
pub fn is_structure(value: &Value) -> bool {
    matches!(value, Value::Vector(_) | Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Index(_))
        || record::is_record(value)
}

/// The number of elements, entries or bytes; `None` for a value that cannot be counted.
pub fn count(value: &Value) -> Option<u64> {
    Some(match value {
        Value::Nil => 0,
        Value::Vector(v) => v.count(),
        Value::List(v) => v.count(),
        Value::Set(v) => v.count(),
        Value::Map(v) => v.count(),
        Value::Index(v) => v.count(),
        Value::Signed(_) | Value::Record(_) => match record::fields(value) {
            Ok(fields) => fields?.count(),
            Err(_) => return None,
        },
        _ => text::bytes_count(value)?,
    })
}

/// The element at a position of a countable value: an entry of a map, a byte of a blob, the character that
/// starts at a byte of a string. `None` out of range.
pub fn at(value: &Value, position: u64) -> Result<Option<Value>, Missing> {
    Ok(match value {
        Value::Vector(v) => v.get(position)?.cloned(),
        Value::List(v) => v.get(position)?.cloned(),
        Value::Set(v) => v.get_at(position)?.cloned(),
        Value::Map(v) => v.entry_at(position)?.map(entry),
        Value::Index(v) => v.entry_at(position)?.map(entry),
        Value::Signed(_) | Value::Record(_) => match record::fields(value)? {
            Some(fields) => fields.entry_at(position)?.map(|(k, v)| Vector::from_values([k, v]).into()),
            None => None,
        },
        _ => text::at(value, position)?,
    })
}

fn entry((key, value): (&Value, &Value)) -> Value {
    Vector::from_values([key.clone(), value.clone()]).into()
}

/// The elements of a data structure as a vector, without a copy of them where that would take long.
pub fn view(structure: &Value) -> Result<Vector, Missing> {
    match Vector::view_of(structure)? {
        Some(view) => Ok(view),
        None => Ok(Vector::from_values(elements(structure)?)),
    }
}

/// What a data structure has for a key: an element by position, the value of an entry, `true` for an element
/// of a set. `None` when there is nothing, or when the value is no data structure.
pub fn get(structure: &Value, key: &Value) -> Result<Option<Value>, Missing> {
    Ok(match structure {
        Value::Vector(v) => match position(key) {
            Some(position) => v.get(position)?.cloned(),
            None => None,
        },
        Value::List(v) => match position(key) {
            Some(position) => v.get(position)?.cloned(),
            None => None,
        },
        Value::Set(v) => v.contains(key)?.then_some(Value::TRUE),
        Value::Map(v) => v.get(key)?.cloned(),
        Value::Index(v) => v.get(key)?.cloned(),
        _ => match record::fields(structure)? {
            Some(fields) => fields.get(key)?,
            None => None,
        },
    })
}

fn position(key: &Value) -> Option<u64> {
    key.to_long().and_then(|n| u64::try_from(n).ok())
}

/// Replaces or adds what a data structure has for a key, in place where nobody else holds it; a record becomes
/// a hash map. Answers whether the key and the value fit: if not, nothing has changed.
pub fn assoc(structure: &mut Value, key: Value, value: Value) -> Result<bool, Missing> {
    match structure {
        Value::Map(v) => v.insert(key, value)?,
        Value::Index(v) => return v.insert(key, value),
        Value::Vector(v) => match position(&key) {
            Some(position) => return v.set(position, value),
            None => return Ok(false),
        },
        Value::List(v) => match position(&key) {
            Some(position) => return v.set(position, value),
            None => return Ok(false),
        },
        Value::Set(v) => match value {
            Value::Boolean(true) => v.insert(key)?,
            Value::Boolean(false) => v.remove(&key)?,
            _ => return Ok(false),
        },
        _ => match record::fields(structure)? {
            Some(fields) => *structure = fields.to_map()?.assoc(key, value)?.into(),
            None => return Ok(false),
        },
    }
    Ok(true)
}

/// Whether some value can be set for a key. Any can for a set, as far as the key is concerned.
pub fn takes_key(structure: &Value, key: &Value) -> bool {
    match structure {
        Value::Vector(v) => position(key).is_some_and(|position| position < v.count()),
        Value::List(v) => position(key).is_some_and(|position| position < v.count()),
        Value::Index(_) => Index::is_key(key),
        _ => true,
    }
}

/// Adds an element, in place where nobody else holds the data structure: at the end of a vector, in front of a
/// list, an entry to a map. Answers whether the element fits: if not, nothing has changed.
pub fn conj(structure: &mut Value, element: Value) -> Result<bool, Missing> {
    match structure {
        Value::Vector(v) => v.push(element)?,
        Value::List(v) => v.push_front(element)?,
        Value::Set(v) => v.insert(element)?,
        _ => match pair(&element)? {
            Some((key, value)) => return assoc(structure, key, value),
            None => return Ok(false),
        },
    }
    Ok(true)
}

/// The key and value in a vector of two.
pub fn pair(element: &Value) -> Result<Option<(Value, Value)>, Missing> {
    let Value::Vector(v) = element else { return Ok(None) };
    if v.count() != 2 {
        return Ok(None);
    }
    Ok(v.get(0)?.cloned().zip(v.get(1)?.cloned()))
}

/// The empty value of the same kind, `nil` where there is none. A record becomes a hash map.
pub fn empty(value: &Value) -> Value {
    match value {
        Value::Vector(_) => Vector::empty().into(),
        Value::List(_) => List::empty().into(),
        Value::Set(_) => Set::empty().into(),
        Value::Index(_) => Index::empty().into(),
        Value::Blob(_) => lang::Blob::new(&[]).into(),
        Value::String(_) => lang::Str::new(&[]).into(),
        _ if record::is_map(value) => Map::empty().into(),
        _ => Value::Nil,
    }
}

/// The part from one position to another of a countable value, `nil` for an empty part of a name. A part of
/// an address or unknown extension value is a blob, a part of a record a hash map.
///
/// `start` is at most `end`, and `end` at most the count.
pub fn slice(value: &Value, start: u64, end: u64) -> Result<Value, Missing> {
    Ok(match value {
        Value::Vector(v) => or_nil(v.slice(start, end)?),
        Value::List(v) => or_nil(v.slice(start, end)?),
        Value::Index(v) => or_nil(v.slice(start, end)?),
        Value::Set(v) if end - start == v.count() => v.clone().into(),
        Value::Map(v) if end - start == v.count() => v.clone().into(),
        Value::Set(_) | Value::Map(_) => rebuild(value, start, end)?,
        _ if record::is_record(value) => rebuild(value, start, end)?,
        _ => text::slice(value, start, end)?,
    })
}

fn rebuild(value: &Value, start: u64, end: u64) -> Result<Value, Missing> {
    let mut result = empty(value);
    for position in start..end {
        if let Some(element) = at(value, position)? {
            conj(&mut result, element)?;
        }
    }
    Ok(result)
}

fn or_nil<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or(Value::Nil, Into::into)
}

/// All elements in order: of a sequence or set its elements, of a map its entries. Stops after the first error.
pub fn iter(structure: &Value) -> Box<dyn Iterator<Item = Result<Value, Missing>> + '_> {
    match structure {
        Value::Vector(v) => Box::new(v.iter().map(|e| e.cloned())),
        Value::List(v) => Box::new(v.iter().map(|e| e.cloned())),
        Value::Set(v) => Box::new(v.iter().map(|e| e.cloned())),
        Value::Map(v) => Box::new(v.iter().map(|e| e.map(entry))),
        Value::Index(v) => Box::new(v.iter().map(|e| e.map(entry))),
        _ => {
            let positions = 0..count(structure).unwrap_or(0);
            Box::new(positions.filter_map(|position| at(structure, position).transpose()))
        }
    }
}

/// All elements in order: of a sequence or set its elements, of a map its entries.
pub fn elements(structure: &Value) -> Result<Vec<Value>, Missing> {
    iter(structure).collect()
}
