//! Printing: the readable text of values, exactly the reference's.
use crate::*;

/// The text of a value as `print` gives it. `None` when it needs more than `limit` bytes.
pub fn print(value: &Value, limit: usize) -> Result<Option<Vec<u8>>, Missing> { todo!() }
