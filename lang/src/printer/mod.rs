//! Printing: the readable text of values, exactly that of the network.
//!
//! Whatever the reader can make prints so that it reads back, but for functions and ops, which print as the code
//! they stand for. Text is made with an explicit stack, so values may be nested however deep.

mod double;
mod steps;
#[cfg(test)]
mod tests;
mod text;

use crate::op::{Closure, Op};
use crate::*;
use steps::Printer;

/// `str` cuts the text of a structure soon after so many bytes.
pub const STR_LIMIT_BYTES: usize = 65_536;

/// What `str` puts at the end of a text that it cut.
const CUT_MARK: &[u8] = b"<<Print limit exceeded>>";

/// The text of a value as `print` gives it. `None` when it needs more than `limit` bytes; no more than about that
/// much is made before giving up.
///
/// # Errors
/// [`Missing`] when a part to be printed is not here.
pub fn print(value: &Value, limit: usize) -> Result<Option<Vec<u8>>, Missing> {
    let (text, is_whole) = Printer::run(value, limit, None)?;
    Ok(is_whole.then_some(text))
}

/// As [`print()`], for people: functions for which another text is given show that in place of their code.
///
/// # Errors
/// [`Missing`] when a part to be printed is not here.
pub fn print_with(
    value: &Value,
    limit: usize,
    functions: &dyn Fn(&Value) -> Option<String>,
) -> Result<Option<Vec<u8>>, Missing> {
    let (text, is_whole) = Printer::run(value, limit, Some(functions))?;
    Ok(is_whole.then_some(text))
}

/// The text of a value as `str` gives it: strings and characters raw, blobs without prefix, structures cut soon
/// after [`STR_LIMIT_BYTES`]. Bytes that are no UTF-8 are replaced, but for a string itself.
///
/// # Errors
/// [`Missing`] when a part to be printed is not here.
pub fn print_str(value: &Value) -> Result<Vec<u8>, Missing> {
    Ok(match value {
        Value::String(string) => string.to_vec()?,
        Value::Blob(blob) => {
            let mut out = Vec::new();
            text::hex(&mut out, &blob.to_vec()?);
            out
        }
        Value::Character(code) => {
            char::from_u32(*code).map_or(b"?".to_vec(), |c| c.encode_utf8(&mut [0; 4]).as_bytes().to_vec())
        }
        Value::BigInteger(n) => n.get().to_string().into_bytes(),
        _ => {
            let (mut out, is_whole) = Printer::run(value, STR_LIMIT_BYTES, None)?;
            if !is_whole {
                out.extend_from_slice(CUT_MARK);
            }
            text::repair(out)
        }
    })
}

/// The entries of a record or signed value, read as a map: by the keywords of its fields, or their positions if
/// it is a plain record. `None` for any other value.
///
/// # Errors
/// [`Missing`] when a field is not here.
pub(crate) fn entries(value: &Value) -> Result<Option<Vec<(Value, Value)>>, Missing> {
    match value {
        Value::Record(record) => {
            if Op::is_op(value)? || Closure::is_closure(value)? {
                return Ok(None);
            }
            let values = record.fields().to_vec()?;
            Ok(Some(match schema::fields(record) {
                Some(names) => names.iter().map(|name| Value::keyword(name)).zip(values).collect(),
                None => (0..).map(Value::Integer).zip(values).collect(),
            }))
        }
        Value::Signed(signed) => {
            let key = signed.key().map_or(Value::Nil, |key| Blob::new(key).into());
            let signature = Blob::new(signed.signature()).into();
            let names = ["public-key", "signature", "value"].map(Value::keyword);
            Ok(Some(names.into_iter().zip([key, signature, signed.value()?.clone()]).collect()))
        }
        _ => Ok(None),
    }
}
