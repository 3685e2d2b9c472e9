//! Decoding: exactly the canonical encodings, in linear time and space (CAD003).
use crate::store::Store;
use crate::*;
use std::sync::Arc;

/// Why bytes are not the canonical encoding of a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// Where, in bytes from 0.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// Decodes exactly one cell; its branches are fetched from the store when touched.
pub fn decode(bytes: &[u8], store: Arc<dyn Store>) -> Result<Value, DecodeError> {
    todo!()
}
/// Decodes exactly one cell whose branches are nowhere to be had.
pub fn decode_alone(bytes: &[u8]) -> Result<Value, DecodeError> {
    todo!()
}
