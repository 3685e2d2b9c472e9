//! The bytes that stand for a key of an index.

use crate::cell::Slot;
use crate::{Blob, Kind, Missing, Value};
use std::cmp::Ordering;

/// The bytes of a key that count: at most the first 32.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    bytes: [u8; Key::MAX_BYTES],
    length: u8,
}

impl Key {
    const MAX_BYTES: usize = 32;

    /// Whether a value can be a key.
    pub fn is_key(value: &Value) -> bool {
        match value {
            Value::Blob(_) | Value::String(_) | Value::Keyword(_) | Value::Symbol(_) | Value::Address(_) => {
                true
            }
            // Ops and native functions are not data.
            Value::Extension { .. } => value.kind() == Kind::Any,
            _ => false,
        }
    }

    /// The key that a value is, `None` when it cannot be one.
    pub fn of(value: &Value) -> Result<Option<Key>, Missing> {
        if !Key::is_key(value) {
            return Ok(None);
        }
        Ok(Some(match value {
            Value::Keyword(name) => Key::new(name.name()),
            Value::Symbol(name) => Key::new(name.name()),
            Value::Address(code) | Value::Extension { code, .. } => Key::new(&code.to_be_bytes()),
            Value::Blob(blob) => Key::of_blob(blob)?,
            Value::String(text) => match text.flat() {
                Some(bytes) => Key::new(bytes),
                None => Key::of_blob(&text.to_blob())?,
            },
            _ => return Ok(None),
        }))
    }

    /// The key in a slot; a value that cannot be a key is as good as missing.
    pub fn of_slot(slot: &Slot) -> Result<Key, Missing> {
        Key::of(slot.get()?)?.ok_or_else(|| slot.unfit())
    }

    fn of_blob(blob: &Blob) -> Result<Key, Missing> {
        if let Some(bytes) = blob.flat() {
            return Ok(Key::new(bytes));
        }
        let start = blob.slice(0, Key::MAX_BYTES as u64)?;
        Ok(Key::new(start.as_ref().and_then(Blob::flat).unwrap_or_default()))
    }

    fn new(bytes: &[u8]) -> Key {
        let length = bytes.len().min(Key::MAX_BYTES);
        let mut key = Key { bytes: [0; Key::MAX_BYTES], length: length as u8 };
        key.bytes[..length].copy_from_slice(&bytes[..length]);
        key
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length.into()]
    }

    /// The number of hexadecimal digits, at most 64.
    pub fn digits(&self) -> u8 {
        2 * self.length
    }

    /// The digit at a position, most significant first; 0 after the last.
    pub fn digit(&self, position: u8) -> usize {
        let byte = self.bytes.get(usize::from(position / 2)).copied().unwrap_or(0);
        usize::from(if position.is_multiple_of(2) { byte >> 4 } else { byte & 0xf })
    }

    /// The number of leading digits that two keys share.
    pub fn common_digits(&self, other: &Key) -> u8 {
        for (i, (a, b)) in (0..).zip(self.as_bytes().iter().zip(other.as_bytes())) {
            if a != b {
                return 2 * i + u8::from((a ^ b) < 0x10);
            }
        }
        self.digits().min(other.digits())
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}
