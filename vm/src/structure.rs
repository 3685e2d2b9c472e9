//! Data structures seen alike, until the native functions bring their own view.
use lang::{Missing, Value, Vector};
pub fn is_structure(value: &Value) -> bool {
    matches!(value, Value::Vector(_) | Value::List(_) | Value::Map(_) | Value::Set(_) | Value::Index(_))
}
pub fn count(value: &Value) -> Option<u64> {
    Some(match value {
        Value::Nil => 0,
        Value::Vector(v) => v.count(),
        Value::List(v) => v.count(),
        Value::Map(v) => v.count(),
        Value::Set(v) => v.count(),
        Value::Index(v) => v.count(),
        _ => return None,
    })
}
pub fn at(value: &Value, position: u64) -> Result<Option<Value>, Missing> {
    let pair =
        |e: Option<(&Value, &Value)>| e.map(|(k, v)| Vector::from_values([k.clone(), v.clone()]).into());
    Ok(match value {
        Value::Vector(v) => v.get(position)?.cloned(),
        Value::List(v) => v.get(position)?.cloned(),
        Value::Set(v) => v.get_at(position)?.cloned(),
        Value::Map(v) => pair(v.entry_at(position)?),
        Value::Index(v) => pair(v.entry_at(position)?),
        _ => None,
    })
}
pub fn get(value: &Value, key: &Value) -> Result<Option<Value>, Missing> {
    Ok(match value {
        Value::Map(v) => v.get(key)?.cloned(),
        Value::Index(v) => v.get(key)?.cloned(),
        Value::Set(v) => v.contains(key)?.then_some(Value::TRUE),
        _ => None,
    })
}
