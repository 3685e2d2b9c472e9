//! Strings, names and bytes: `str`, `print`, `split`, `join`, `name`, `keyword`, `symbol`, and the views of
//! values as bytes that `count`, `nth` and `slice` take.

use super::arguments::{bad_argument, exactly, wrong_kind, wrong_value};
use super::cast;
use super::sequence::proper_sequence;
use crate::{Context, Run, juice};
use lang::{Blob, Keyword, Kind, Missing, Str, Symbol, Value, Vector, printer};

/// The bytes of an address or other extension value.
const EXTENSION_BYTES: u64 = 8;

/// Whether a value is an extension value that the machine does not understand.
fn is_unknown(value: &Value) -> bool {
    value.kind() == Kind::Any
}

/// The number of bytes of a value that has bytes: blobs, strings, names, addresses, unknown extension values.
pub fn bytes_count(value: &Value) -> Option<u64> {
    match value {
        Value::Blob(v) => Some(v.count()),
        Value::String(v) => Some(v.count()),
        Value::Keyword(v) => Some(v.name().len() as u64),
        Value::Symbol(v) => Some(v.name().len() as u64),
        Value::Address(_) => Some(EXTENSION_BYTES),
        Value::Extension { .. } => is_unknown(value).then_some(EXTENSION_BYTES),
        _ => None,
    }
}

/// The bytes of a value that has bytes, as a blob.
pub fn bytes(value: &Value) -> Option<Blob> {
    match value {
        Value::Blob(v) => Some(v.clone()),
        Value::String(v) => Some(v.to_blob()),
        Value::Keyword(v) => Some(Blob::new(v.name())),
        Value::Symbol(v) => Some(Blob::new(v.name())),
        Value::Address(a) => Some(Blob::new(&a.to_be_bytes())),
        Value::Extension { code, .. } if is_unknown(value) => Some(Blob::new(&code.to_be_bytes())),
        _ => None,
    }
}

/// What stands at a byte: a number for blobs and addresses, and for strings and names the character that
/// starts there, `nil` when none does. `None` out of range.
pub fn at(value: &Value, position: u64) -> Result<Option<Value>, Missing> {
    let name_or_string = match value {
        Value::String(v) => return character_at(position, |i| v.get(i)),
        Value::Keyword(v) => v.name(),
        Value::Symbol(v) => v.name(),
        _ => {
            let Some(blob) = bytes(value) else { return Ok(None) };
            return Ok(blob.get(position)?.map(|byte| Value::Integer(byte.into())));
        }
    };
    character_at(position, |i| Ok(usize::try_from(i).ok().and_then(|i| name_or_string.get(i)).copied()))
}

fn character_at(
    position: u64,
    byte_at: impl Fn(u64) -> Result<Option<u8>, Missing>,
) -> Result<Option<Value>, Missing> {
    let Some(first) = byte_at(position)? else { return Ok(None) };
    let mut window = [first, 0xff, 0xff, 0xff];
    for (slot, offset) in window.iter_mut().zip(0..).skip(1) {
        *slot = byte_at(position.saturating_add(offset))?.unwrap_or(0xff);
    }
    Ok(Some(code_point(window).map_or(Value::Nil, Value::Character)))
}

/// The code point that four bytes begin with, padded with `0xff` past the end. Overlong forms and surrogates
/// are let through, which is how the network reads.
pub fn code_point(bytes: [u8; 4]) -> Option<u32> {
    let first = bytes[0];
    let (length, bits) = match first {
        0..=0x7f => return Some(first.into()),
        0xc0..=0xdf => (2, first & 0x1f),
        0xe0..=0xef => (3, first & 0x0f),
        0xf0..=0xf7 => (4, first & 0x07),
        _ => return None,
    };
    let mut point = u32::from(bits);
    for byte in &bytes[1..length] {
        if byte & 0xc0 != 0x80 {
            return None;
        }
        point = point << 6 | u32::from(byte & 0x3f);
    }
    (point <= MAX_CODE_POINT).then_some(point)
}

/// The last Unicode code point.
pub const MAX_CODE_POINT: u32 = 0x10_ffff;

/// The number of bytes of a code point in UTF-8.
pub fn utf8_length(point: u32) -> usize {
    match point {
        0..=0x7f => 1,
        0x80..=0x7ff => 2,
        0x800..=0xffff => 3,
        _ => 4,
    }
}

/// A code point in UTF-8, surrogates too.
pub fn utf8(point: u32) -> Vec<u8> {
    let tail = |shift: u32| 0x80 | (point >> shift & 0x3f) as u8;
    match utf8_length(point) {
        1 => vec![point as u8],
        2 => vec![0xc0 | (point >> 6) as u8, tail(0)],
        3 => vec![0xe0 | (point >> 12) as u8, tail(6), tail(0)],
        _ => vec![0xf0 | (point >> 18) as u8, tail(12), tail(6), tail(0)],
    }
}

/// The bytes from one position to another of a value that has bytes; see [`super::structure::slice`].
pub fn slice(value: &Value, start: u64, end: u64) -> Result<Value, Missing> {
    Ok(match value {
        Value::String(v) => v.slice(start, end)?.map_or(Value::Nil, Value::String),
        Value::Keyword(v) => Keyword::new(part(v.name(), start, end)).map_or(Value::Nil, Value::Keyword),
        Value::Symbol(v) => Symbol::new(part(v.name(), start, end)).map_or(Value::Nil, Value::Symbol),
        _ => match bytes(value) {
            Some(blob) => blob.slice(start, end)?.map_or(Value::Nil, Value::Blob),
            None => Value::Nil,
        },
    })
}

fn part(name: &[u8], start: u64, end: u64) -> &[u8] {
    name.get(start as usize..end as usize).unwrap_or_default()
}

/// The name of a string, keyword or symbol.
fn name_of(value: &Value) -> Option<Str> {
    match value {
        Value::String(v) => Some(v.clone()),
        Value::Keyword(v) => Some(Str::new(v.name())),
        Value::Symbol(v) => Some(Str::new(v.name())),
        _ => None,
    }
}

/// `str`: the texts of all arguments, one after the other. The sum is checked for affordability as it grows. A
/// string that comes first is continued, in place where nobody else holds it.
pub fn str(ctx: &mut Context, args: &mut [Value]) -> Run {
    let mut result = Str::empty();
    for arg in args {
        let so_far = result.count();
        let afford = |ctx: &mut Context, bytes: u64| {
            ctx.check_juice(juice::build_string(so_far.saturating_add(bytes)))
        };
        match std::mem::take(arg) {
            Value::String(piece) => {
                afford(ctx, piece.count())?;
                if so_far == 0 {
                    result = piece;
                } else {
                    append(&mut result, &piece)?;
                }
            }
            other => {
                if let Value::Blob(blob) = &other {
                    afford(ctx, blob.count().saturating_mul(2))?;
                }
                let piece = printer::print_str(&other)?;
                afford(ctx, piece.len() as u64)?;
                result.append(&piece)?;
            }
        }
    }
    ctx.finish(juice::build_string(result.count()), result)
}

fn append(text: &mut Str, piece: &Str) -> Result<(), Missing> {
    match piece.flat() {
        Some(bytes) => text.append(bytes),
        None => {
            *text = text.concat(piece)?;
            Ok(())
        }
    }
}

/// `print`: the readable text of a value, as long as there is juice for it.
pub fn print(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let limit = usize::try_from(ctx.juice_available() / juice::BUILD_PER_BYTE).unwrap_or(usize::MAX);
    match printer::print(value, limit)? {
        Some(text) => ctx.finish(juice::build_string(text.len() as u64), Str::new(&text)),
        None => Err(ctx.out_of_juice()),
    }
}

/// `split`: the parts of a string between occurrences of a character.
pub fn split(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [string, separator] = exactly(args)?;
    let Value::String(string) = string else { return wrong_kind(args, 0, "a String") };
    let Some(separator) = cast::character(separator)? else { return wrong_kind(args, 1, "a Character") };
    let cost = juice::build_string(string.count());
    ctx.check_juice(cost)?;
    let parts = split_at(&string.to_vec()?, separator);
    let cost = cost.saturating_add(juice::build_data(parts.len() as u64));
    // The reference builds first and charges then; there are at most as many parts as bytes already paid for.
    ctx.finish(cost, Vector::from_values(parts))
}

fn split_at(bytes: &[u8], separator: u32) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let mut window = [0xff; 4];
        for (slot, byte) in window.iter_mut().zip(&bytes[at..]) {
            *slot = *byte;
        }
        let point = code_point(window);
        at += point.map_or(1, utf8_length);
        if point == Some(separator) {
            let end = at - utf8_length(separator);
            parts.push(Str::new(&bytes[start..end]).into());
            start = at;
        }
    }
    parts.push(Str::new(bytes.get(start..).unwrap_or_default()).into());
    parts
}

/// `join`: strings with a character between them.
pub fn join(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [strings, separator] = exactly(args)?;
    ctx.check_elements(super::structure::count(strings).unwrap_or(0))?;
    let Some(pieces) = proper_sequence(strings) else { return wrong_kind(args, 0, "a Sequence") };
    let Some(separator) = cast::character(separator)? else { return wrong_kind(args, 1, "a Character") };
    let separator = utf8(separator);
    let mut length = 0_u64;
    for (i, string) in pieces.enumerate() {
        let string = string?;
        let Value::String(s) = string else { return wrong_value(string, "only Strings to join") };
        let separator = if i == 0 { 0 } else { separator.len() as u64 };
        length = length.saturating_add(s.count()).saturating_add(separator);
    }
    ctx.check_juice(juice::build_string(length))?;
    let mut result = Vec::new();
    for (i, string) in proper_sequence(strings).into_iter().flatten().enumerate() {
        if i > 0 {
            result.extend_from_slice(&separator);
        }
        if let Value::String(s) = string? {
            result.extend(s.to_vec()?);
        }
    }
    ctx.finish(juice::build_string(length), Str::new(&result))
}

/// `name`: the name of a keyword or symbol as a string.
pub fn name(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let Some(name) = name_of(value) else { return wrong_kind(args, 0, "a String, Keyword or Symbol") };
    ctx.finish(juice::SIMPLE_FN, name)
}

/// `keyword`: a keyword with the name of a string, keyword or symbol.
pub fn keyword(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let name = short_name(args, value)?;
    match name.as_deref().and_then(Keyword::new) {
        Some(keyword) => ctx.finish(juice::KEYWORD, keyword),
        None => bad_argument("The name of a Keyword has 1 to 128 bytes"),
    }
}

/// `symbol`: a symbol with the name of a string, keyword or symbol.
pub fn symbol(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let name = short_name(args, value)?;
    match name.as_deref().and_then(Symbol::new) {
        Some(symbol) => ctx.finish(juice::SYMBOL, symbol),
        None => bad_argument("The name of a Symbol has 1 to 128 bytes"),
    }
}

/// The bytes of the only argument's name, `None` when there are too many for a keyword or symbol.
fn short_name(args: &[Value], value: &Value) -> Run<Option<Vec<u8>>> {
    let Some(name) = name_of(value) else { return wrong_kind(args, 0, "a String, Keyword or Symbol") };
    if name.count() > lang::limits::MAX_NAME_BYTES as u64 {
        return Ok(None);
    }
    Ok(Some(name.to_vec()?))
}
