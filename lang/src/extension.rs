//! Extension values: a tag of `0xe0` to `0xef` and a number.

use crate::*;

/// The tag of special ops.
pub const SPECIAL: u8 = 0xe5;
/// The tag of ops that read a local by position.
pub const LOCAL: u8 = 0xe6;
/// The tag of addresses.
pub const ADDRESS: u8 = 0xea;
/// The tag of core definitions: the native functions.
pub const CORE: u8 = 0xed;

impl Value {
    /// The extension value with a tag of `0xe0` to `0xef` and a code below 2^63 (an address for the tag
    /// [`ADDRESS`]), else `None`.
    pub fn extension(tag: u8, code: u64) -> Option<Value> {
        match tag {
            _ if code >> 63 != 0 => None,
            ADDRESS => Some(Value::Address(code)),
            0xe0..=0xef => Some(Value::Extension { tag, code }),
            _ => None,
        }
    }

    /// The native function with this code.
    pub fn native(code: u64) -> Value {
        Value::Extension { tag: CORE, code }
    }
}
