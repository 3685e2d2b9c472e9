//! Text in requests that is Convex Lisp.

use crate::refusal::Refusal;
use lang::Value;
use lang::reader::read_one;

/// The one form that a text is.
///
/// # Errors
/// A [`Refusal`] that says where the text is at fault.
pub fn form(text: &str) -> Result<Value, Refusal> {
    match read_one(text, 0) {
        Ok(form) => Ok(form.value),
        Err(errors) => {
            let Some(error) = errors.first() else { return Err(Refusal::bad("The source is not one form")) };
            let place = error.line_column(text);
            let message = format!("Line {}, column {}: {}", place.line, place.column, error.message);
            Err(Refusal::bad(message))
        }
    }
}

/// As [`form`], from the bytes of a body.
///
/// # Errors
/// A [`Refusal`] when the bytes are not text, or not one form.
pub fn form_of_bytes(bytes: &[u8]) -> Result<Value, Refusal> {
    match std::str::from_utf8(bytes) {
        Ok(text) => form(text),
        Err(error) => Err(Refusal::bad(format!("The body is not UTF-8 text: {error}"))),
    }
}
