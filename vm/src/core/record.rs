//! Records seen as maps: fields by keyword, or by nothing where the format is unknown.

use crate::{Context, Run};
use lang::{Blob, Kind, Map, Missing, Value, Vector, schema};

/// The fields of a record.
pub struct Fields {
    /// Names of the fields in order, `None` for a record whose format the machine does not know.
    names: Option<&'static [&'static str]>,
    values: Vector,
}

const SIGNED: &[&str] = &["public-key", "signature", "value"];

/// Whether a value is a record that is not code: it counts as a map.
pub fn is_record(value: &Value) -> bool {
    match value {
        Value::Signed(_) => true,
        Value::Record(_) => !matches!(value.kind(), Kind::Function | Kind::Op),
        _ => false,
    }
}

/// Checks that a record which is about to become a hash map is not too long for it.
///
/// # Errors
/// [`crate::Ending::OutOfJuice`]
pub fn check_fields(ctx: &mut Context, value: &Value) -> Run<()> {
    match value {
        Value::Record(record) if is_record(value) => ctx.check_elements(record.fields().count()),
        _ => Ok(()),
    }
}

/// Whether a value counts as a map: hash maps, indexes and records.
pub fn is_map(value: &Value) -> bool {
    matches!(value, Value::Map(_) | Value::Index(_)) || is_record(value)
}

/// The fields of a record, `None` for any other value.
pub fn fields(value: &Value) -> Result<Option<Fields>, Missing> {
    Ok(match value {
        Value::Signed(signed) => {
            let key = signed.key().map_or(Value::Nil, |k| Blob::new(k).into());
            let signature = Blob::new(signed.signature()).into();
            let values = Vector::from_values([key, signature, signed.value()?.clone()]);
            Some(Fields { names: Some(SIGNED), values })
        }
        Value::Record(record) if is_record(value) => {
            Some(Fields { names: schema::fields(record), values: record.fields().clone() })
        }
        _ => None,
    })
}

impl Fields {
    /// The number of fields.
    pub fn count(&self) -> u64 {
        self.names.map_or(self.values.count(), |names| names.len() as u64)
    }

    /// The values of the fields in order.
    pub fn values(&self) -> &Vector {
        &self.values
    }

    /// The keys of the fields in order, `None` when the format is unknown.
    pub fn keys(&self) -> Option<Vector> {
        self.names.map(|names| Vector::from_values(names.iter().map(|name| Value::keyword(name))))
    }

    /// The value of a field by its keyword, `None` when there is no such field.
    pub fn get(&self, key: &Value) -> Result<Option<Value>, Missing> {
        let Value::Keyword(key) = key else { return Ok(None) };
        let position = self.names.and_then(|names| names.iter().position(|n| n.as_bytes() == key.name()));
        match position {
            Some(position) => Ok(self.values.get(position as u64)?.cloned()),
            None => Ok(None),
        }
    }

    /// The key and value at a position; a record of unknown format has its positions for keys.
    pub fn entry_at(&self, position: u64) -> Result<Option<(Value, Value)>, Missing> {
        let Some(value) = self.values.get(position)? else { return Ok(None) };
        let key = match self.names {
            Some(names) => names.get(position as usize).map_or(Value::Nil, |name| Value::keyword(name)),
            None => Value::Integer(position as i64),
        };
        Ok(Some((key, value.clone())))
    }

    /// The fields as a hash map, which a record becomes when an entry changes.
    pub fn to_map(&self) -> Result<Map, Missing> {
        let mut map = Map::empty();
        for position in 0..self.count() {
            if let Some((key, value)) = self.entry_at(position)? {
                map = map.assoc(key, value)?;
            }
        }
        Ok(map)
    }
}
