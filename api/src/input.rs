//! Fields of requests: texts, numbers, addresses, bytes. `null` is the same as absent.

use crate::refusal::Refusal;
use lang::hex;
use serde_json::{Map, Value as Json};

/// The object in the body of a request.
#[derive(Debug)]
pub struct Fields(pub Map<String, Json>);

impl Fields {
    /// Reads a body.
    ///
    /// # Errors
    /// A [`Refusal`] when it is not one object of JSON, or nested more than 127 deep.
    pub fn read(body: &[u8]) -> Result<Fields, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Json::Object(fields)) => Ok(Fields(fields)),
            Ok(other) => Err(Refusal::bad(format!("The body is {}, not a JSON object", kind(&other)))),
            Err(error) => Err(Refusal::bad(format!("The body is not JSON: {error}"))),
        }
    }

    /// A field that is there and not `null`.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text.
    ///
    /// # Errors
    /// A [`Refusal`] when it is absent or something else.
    pub fn text(&self, name: &str) -> Result<&str, Refusal> {
        match self.get(name) {
            Some(Json::String(text)) => Ok(text),
            other => Err(wrong(name, "a string", other)),
        }
    }

    /// An address, if there is one.
    ///
    /// # Errors
    /// A [`Refusal`] when it is something else.
    pub fn address(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let address = match value {
            Json::Number(n) => n.as_i64().and_then(|n| u64::try_from(n).ok()),
            Json::String(text) => address(text),
            _ => None,
        };
        address
            .map(Some)
            .ok_or_else(|| wrong(name, "an address such as 12, \"#12\" or \"0x0c\"", Some(value)))
    }

    /// As [`Fields::address`], where there must be one.
    ///
    /// # Errors
    /// A [`Refusal`] when it is absent or something else.
    pub fn required_address(&self, name: &str) -> Result<u64, Refusal> {
        self.address(name)?.ok_or_else(|| wrong(name, "an address such as 12", None))
    }

    /// A 64-bit integer, as a number or as decimal digits in a string, if there is one.
    ///
    /// # Errors
    /// A [`Refusal`] when it is something else.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let integer = match value {
            Json::Number(n) => n.as_i64(),
            Json::String(text) => text.parse().ok(),
            _ => None,
        };
        integer.map(Some).ok_or_else(|| wrong(name, "an integer of 64 bits", Some(value)))
    }

    /// Bytes in hexadecimal digits.
    ///
    /// # Errors
    /// A [`Refusal`] when it is absent or something else.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, Refusal> {
        hex::decode(self.text(name)?).ok_or_else(|| wrong(name, "hexadecimal digits", self.get(name)))
    }

    /// Exactly `N` bytes in hexadecimal digits.
    ///
    /// # Errors
    /// A [`Refusal`] when it is absent or something else.
    pub fn array<const N: usize>(&self, name: &str) -> Result<[u8; N], Refusal> {
        let expected = format!("{N} bytes in {} hexadecimal digits", 2 * N);
        hex::decode_array(self.text(name)?).ok_or_else(|| wrong(name, &expected, self.get(name)))
    }
}

/// An address as it stands in a text: `12`, `#12`, or an even number of up to 16 digits behind `0x`.
pub fn address(text: &str) -> Option<u64> {
    let number = match text.strip_prefix("0x") {
        Some(_) => {
            let bytes = hex::decode(text).filter(|bytes| (1..=8).contains(&bytes.len()))?;
            bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
        }
        None => {
            let digits = text.strip_prefix('#').unwrap_or(text);
            if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            digits.parse().ok()?
        }
    };
    i64::try_from(number).is_ok().then_some(number)
}

fn wrong(name: &str, expected: &str, found: Option<&Json>) -> Refusal {
    Refusal::bad(match found {
        None | Some(Json::Null) => format!("The field '{name}' is missing: it is {expected}"),
        Some(found) => match short(found) {
            Some(text) => format!("The field '{name}' is {text}, not {expected}"),
            None => format!("The field '{name}' is {}, not {expected}", kind(found)),
        },
    })
}

/// A value as it stands in the request, when it is short and holds no secret.
fn short(value: &Json) -> Option<String> {
    match value {
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        Json::String(text) if text.len() <= 24 => Some(value.to_string()),
        _ => None,
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_in_several_ways() {
        for (text, expected) in [
            ("12", Some(12)),
            ("#12", Some(12)),
            ("0x0c", Some(12)),
            ("0x00000000000000ff", Some(255)),
            ("9223372036854775807", Some(i64::MAX as u64)),
            ("9223372036854775808", None),
            ("0xffffffffffffffff", None),
            ("0x000000000000000000", None),
            ("0xc", None),
            ("0x", None),
            ("", None),
            ("#", None),
            ("-1", None),
            ("+1", None),
            ("##1", None),
            ("1.0", None),
        ] {
            assert_eq!(address(text), expected, "{text}");
        }
    }

    #[test]
    fn wrong_fields_are_refused_in_a_sentence() {
        let fields = Fields::read(br##"{"a":"#7","b":null,"c":-1,"d":1.5,"e":[],"f":"0xzz","g":"5"}"##);
        let fields = fields.expect("it is an object");
        assert_eq!(fields.address("a").ok().flatten(), Some(7));
        assert_eq!(fields.address("b").ok(), Some(None));
        assert_eq!(fields.integer("c").ok().flatten(), Some(-1));
        assert_eq!(fields.integer("g").ok().flatten(), Some(5));
        let message = |refusal: Refusal| refusal.message;
        let cases = [
            (fields.address("c").map_err(message).err(), "The field 'c' is -1, not an address"),
            (fields.integer("d").map_err(message).err(), "The field 'd' is 1.5, not an integer of 64 bits"),
            (fields.text("e").map_err(message).err(), "The field 'e' is an array, not a string"),
            (fields.bytes("f").map_err(message).err(), "The field 'f' is \"0xzz\", not hexadecimal digits"),
            (fields.text("b").map_err(message).err(), "The field 'b' is missing: it is a string"),
            (fields.array::<32>("a").map_err(message).err(), "not 32 bytes in 64 hexadecimal digits"),
        ];
        for (found, expected) in cases {
            let found = found.expect("it is refused");
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn bodies_that_are_no_objects_are_refused() {
        let deep = "[".repeat(100_000);
        for body in ["", "{", "null", "[]", "1", "{\"a\":1}x", "\u{feff}{}", &deep] {
            assert!(Fields::read(body.as_bytes()).is_err());
        }
        assert!(Fields::read(b"{\"a\":\"\xff\"}").is_err());
        assert!(Fields::read(br#"{"a":"\ud800"}"#).is_err());
    }
}
