//! `cvx decode`: the value of bytes.

use crate::cli::Hex;
use crate::failure::Failure;
use crate::jsonl::{self, BadRequest, Object};
use files::Limit;
use lang::Value;
use lang::decode::decode_alone;
use tools::show;

/// Longer texts are not shown by the machine form.
const MAX_TEXT_CHARACTERS: usize = 2_000;

/// Decodes the bytes given, or those on standard input.
///
/// # Errors
/// [`Failure::Usage`] for text that is no hexadecimal, [`Failure::Program`] for bytes that are no cell, [`Failure::Request`] when
/// a line is malformed.
pub fn decode(request: &Hex, limit: Limit) -> Result<(), Failure> {
    let Some(hex) = &request.hex else {
        return jsonl::serve(limit, |object| {
            let hex = jsonl::text(object, "hex")?;
            answer(hex).ok_or_else(|| BadRequest("the field \"hex\" is no hexadecimal".to_owned()))
        });
    };
    let malformed = || Failure::Usage("this is no hexadecimal: two digits are a byte".to_owned());
    if request.json {
        let object = answer(hex).ok_or_else(malformed)?;
        jsonl::print(&object)?;
        return if object["ok"] == true { Ok(()) } else { Err(Failure::Program) };
    }
    match decode_alone(&show::unhex(hex).ok_or_else(malformed)?) {
        Ok(value) => Ok(show::put(&(show::brief(&value, show::MAX_TEXT_BYTES) + "\n"))?),
        Err(error) => {
            show::tell(format!("cvx: no cell: {} (at byte {})\n", error.message, error.offset));
            Err(Failure::Program)
        }
    }
}

/// The answer to bytes in hexadecimal; `None` when they are none.
fn answer(hex: &str) -> Option<Object> {
    let bytes = show::unhex(hex.trim())?;
    let mut object = Object::new();
    object.insert("hex".to_owned(), hex.into());
    match decode_alone(&bytes) {
        Ok(value) => {
            object.insert("ok".to_owned(), true.into());
            object.insert("same".to_owned(), (value.encoding() == bytes).into());
            object.insert("type".to_owned(), value.kind().name().into());
            object.extend(short_text(&value).map(|text| ("value".to_owned(), text.into())));
        }
        Err(error) => {
            object.insert("ok".to_owned(), false.into());
            object.insert("message".to_owned(), error.message.into());
            object.insert("offset".to_owned(), error.offset.into());
        }
    }
    Some(object)
}

/// The text of a value, where it is short, all there, and valid.
fn short_text(value: &Value) -> Option<String> {
    const MAX_CHARACTER_BYTES: usize = 4;
    let bytes = lang::printer::print(value, MAX_TEXT_CHARACTERS * MAX_CHARACTER_BYTES).ok()??;
    String::from_utf8(bytes).ok().filter(|text| text.chars().count() <= MAX_TEXT_CHARACTERS)
}
