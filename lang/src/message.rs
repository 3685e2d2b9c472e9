//! Multi-cell messages: a cell followed by the branches it needs, each with its length (CAD003, CAD015).
use crate::decode::DecodeError;
use crate::*;

/// Decodes a message. Branches that are not in it stay missing.
pub fn decode(bytes: &[u8]) -> Result<Value, DecodeError> {
    todo!()
}
/// Encodes a value with all its branches that are in memory.
pub fn encode(value: &Value) -> Result<Vec<u8>, Missing> {
    todo!()
}
