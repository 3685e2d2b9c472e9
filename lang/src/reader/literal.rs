//! Literals: from the text of a token to its value.

use super::token::Token;
use crate::decode::DecodeError;
use crate::limits::{MAX_INTEGER_BYTES, MAX_NAME_BYTES};
use crate::*;
use dashu_int::IBig;

/// More significant decimal digits than the longest integer has.
const MAX_INTEGER_DIGITS: usize = MAX_INTEGER_BYTES * 5 / 2;

/// How many characters of a token an error message shows.
const SHOWN_CHARS: usize = 20;

/// The value of a literal token, or what is wrong with it.
pub(super) fn value(token: Token, text: &str) -> Result<Value, String> {
    match token {
        Token::Nil => Ok(Value::Nil),
        Token::True => Ok(Value::TRUE),
        Token::False => Ok(Value::FALSE),
        Token::Integer => integer(text),
        Token::Double => double(text),
        Token::Blob => blob(text),
        Token::Character => character(text),
        Token::String => Ok(Value::String(Str::new(&unescape(&text[1..text.len() - 1])))),
        Token::Keyword => named(&text[1..], "keyword", Keyword::new).map(Value::Keyword),
        Token::Symbol | Token::Intrinsic => symbol(text),
        Token::Resolve => {
            let name = symbol(&text[1..])?;
            Ok(Value::List(List::from_values([Value::symbol("resolve"), name])))
        }
        Token::Address => address(text),
        Token::Special => special(text),
        Token::Encoded => encoded(&text[2..text.len() - 1]),
        _ => Err(format!("`{}` is no literal", shown(text))),
    }
}

/// A symbol.
pub(super) fn symbol(name: &str) -> Result<Value, String> {
    named(name, "symbol", Symbol::new).map(Value::Symbol)
}

fn named<N>(name: &str, what: &str, make: fn(&[u8]) -> Option<N>) -> Result<N, String> {
    make(name.as_bytes()).ok_or_else(|| {
        format!("the {what} `{}` is longer than {MAX_NAME_BYTES} bytes: choose a shorter name", shown(name))
    })
}

/// The start of a text for an error message.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

fn integer(text: &str) -> Result<Value, String> {
    if let Ok(n) = text.parse::<i64>() {
        return Ok(Value::Integer(n));
    }
    let bad = || {
        format!(
            "`{}` is no number: digits must be followed by a space or bracket; put a space between them and what follows",
            shown(text)
        )
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    // The token may end in one character that is no ASCII digit; decimal digits of other scripts do count.
    let body = digits.trim_end_matches(|c: char| !c.is_ascii_digit());
    let last = match digits[body.len()..].chars().next() {
        None => String::new(),
        Some(c) => decimal_digit(c).ok_or_else(bad)?.to_string(),
    };
    let significant = format!("{body}{last}");
    let significant = significant.trim_start_matches('0');
    let too_large = || {
        format!(
            "the integer `{}` needs more than {MAX_INTEGER_BYTES} bytes: integers are limited",
            shown(text)
        )
    };
    if significant.len() > MAX_INTEGER_DIGITS {
        return Err(too_large());
    }
    if significant.is_empty() {
        return Ok(Value::Integer(0));
    }
    let n: IBig = format!("{sign}{significant}").parse().map_err(|_| bad())?;
    Value::integer(n).ok_or_else(too_large)
}

/// The zeros of the decimal digits, other than ASCII, of the Basic Multilingual Plane; nine more follow each.
const ZEROS: [u32; 36] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

fn decimal_digit(c: char) -> Option<u32> {
    let code = u32::from(c);
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).map(|zero| code - zero)
}

fn double(text: &str) -> Result<Value, String> {
    let body = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    // A suffix that the number format of the network knows, or a control character, may follow.
    let tail = &text[body.len()..];
    if tail.chars().any(|c| !matches!(c, 'd' | 'D' | 'f' | 'F' | '\0'..=' ')) {
        return Err(format!(
            "`{}` is no number: a double must be followed by a space or bracket, as in `1.5` or `-2.0e-3`",
            shown(text)
        ));
    }
    match body.parse::<f64>() {
        Ok(n) => Ok(Value::Double(Double::new(n))),
        Err(_) => Err(format!("`{}` is no number: write doubles as in `1.5` or `-2.0e-3`", shown(text))),
    }
}

fn blob(text: &str) -> Result<Value, String> {
    let digits = &text[2..];
    if !digits.len().is_multiple_of(2) {
        return Err(format!(
            "the blob `{}` has an odd number of digits: each byte takes two, add a leading 0 perhaps",
            shown(text)
        ));
    }
    Ok(Value::Blob(Blob::new(&from_hex(digits))))
}

/// The bytes that an even number of hexadecimal digits stand for.
fn from_hex(digits: &str) -> Vec<u8> {
    let digit = |c: u8| char::from(c).to_digit(16).unwrap_or(0) as u8;
    digits.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn character(text: &str) -> Result<Value, String> {
    let name = &text[1..];
    let code = match name {
        "newline" => '\n'.into(),
        "return" => '\r'.into(),
        "space" => ' '.into(),
        "tab" => '\t'.into(),
        "formfeed" => '\u{c}'.into(),
        "backspace" => '\u{8}'.into(),
        _ => match (name.strip_prefix('u'), name.chars().next()) {
            (Some(hex), _) if hex.len() == 4 => u32::from_str_radix(hex, 16).unwrap_or(u32::MAX),
            (_, Some(c)) => c.into(),
            (_, None) => u32::MAX,
        },
    };
    match char::from_u32(code) {
        Some(_) => Ok(Value::Character(code)),
        None => {
            Err(format!("`{text}` is half of a character: write the whole character after the backslash"))
        }
    }
}

/// The bytes of a string whose escapes are all known. Escapes are units of UTF-16: two halves make a character,
/// and a lone half becomes a question mark.
fn unescape(text: &str) -> Vec<u8> {
    let Some(first) = text.find('\\') else { return text.as_bytes().to_vec() };
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(&text.as_bytes()[..first]);
    let mut rest = &text[first..];
    let mut high: Option<u32> = None;
    while !rest.is_empty() {
        let (unit, length) = match rest.strip_prefix('\\') {
            Some(escape) => escaped(escape),
            None => {
                if high.take().is_some() {
                    out.push(b'?');
                }
                let length = rest.find('\\').unwrap_or(rest.len());
                out.extend_from_slice(&rest.as_bytes()[..length]);
                rest = &rest[length..];
                continue;
            }
        };
        rest = &rest[length..];
        match (high.take(), unit) {
            (Some(h), 0xdc00..=0xdfff) => push(&mut out, 0x10000 + ((h - 0xd800) << 10) + (unit - 0xdc00)),
            (before, unit) => {
                if before.is_some() {
                    out.push(b'?');
                }
                match unit {
                    0xd800..=0xdbff => high = Some(unit),
                    _ => push(&mut out, unit),
                }
            }
        }
    }
    if high.is_some() {
        out.push(b'?');
    }
    out
}

/// The UTF-16 unit that an escape stands for, given what follows its backslash, and the length of all of it.
fn escaped(escape: &str) -> (u32, usize) {
    let bytes = escape.as_bytes();
    let simple = match bytes.first() {
        Some(b'b') => '\u{8}',
        Some(b't') => '\t',
        Some(b'n') => '\n',
        Some(b'f') => '\u{c}',
        Some(b'r') => '\r',
        Some(b'u') => {
            let code = escape.get(1..5).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            return (code.unwrap_or(u32::from('?')), 6.min(1 + escape.len()));
        }
        Some(b'0'..=b'7') => return octal(bytes),
        Some(&c) => char::from(c), // A quote or backslash.
        None => '\\',
    };
    (simple.into(), 2.min(1 + bytes.len()))
}

/// An octal escape goes on as long as there are octal digits and its code stays below 256; leading zeros are free.
fn octal(bytes: &[u8]) -> (u32, usize) {
    let mut code = 0;
    let mut length = 0;
    while let Some(&digit @ b'0'..=b'7') = bytes.get(length)
        && (length == 0 || code < 32)
    {
        code = code * 8 + u32::from(digit - b'0');
        length += 1;
    }
    (code, 1 + length)
}

fn push(out: &mut Vec<u8>, code: u32) {
    let c = char::from_u32(code).unwrap_or('?');
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn address(text: &str) -> Result<Value, String> {
    match text[1..].parse::<i64>() {
        Ok(n) => Ok(Value::Address(n.unsigned_abs())),
        Err(_) => {
            Err(format!("the address `{}` is too large: addresses go up to #{}", shown(text), i64::MAX))
        }
    }
}

fn special(text: &str) -> Result<Value, String> {
    match text {
        "##NaN" => Ok(Value::Double(Double::NAN)),
        "##Inf" => Ok(Value::Double(Double::new(f64::INFINITY))),
        "##-Inf" => Ok(Value::Double(Double::new(f64::NEG_INFINITY))),
        _ => Err(format!("`{}` is unknown: there are `##NaN`, `##Inf` and `##-Inf`", shown(text))),
    }
}

fn encoded(digits: &str) -> Result<Value, String> {
    message::decode(&from_hex(digits)).map_err(|DecodeError { offset, message }| {
        format!("the encoded value is not valid at its byte {offset}: {message}")
    })
}
