//! Casts: one type of value turned into another where that makes sense.

use super::arguments::{bad_argument, exactly, wrong_kind};
use super::number::{Number, double as double_value, number};
use super::text::{MAX_CODE_POINT, bytes, code_point, utf8, utf8_length};
use crate::{Context, Run, juice};
use dashu_int::IBig;
use lang::limits::MAX_INTEGER_BYTES;
use lang::{BigInteger, Blob, Double, Missing, Value};

/// Bytes of an integer that stands in place.
const LONG_BYTES: u64 = 8;

/// `boolean`: `false` for `nil` and `false`, else `true`.
pub fn boolean(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    ctx.finish(juice::SIMPLE_FN, value.is_truthy())
}

/// `not`
pub fn not(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    ctx.finish(juice::SIMPLE_FN, !value.is_truthy())
}

/// `long`: an integer of 64 bits.
pub fn long(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let result = match value {
        Value::Blob(b) => Some(Value::Integer(low_long(b)?)),
        other => to_integer(other)?,
    };
    match result.and_then(|n| n.to_long()) {
        Some(n) => ctx.finish(juice::ARITHMETIC, n),
        None => not_an_integer(args, "an Integer of 64 bits"),
    }
}

/// `int`: an integer of any size.
pub fn int(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let result = match value {
        Value::Blob(b) => blob_to_integer(b)?,
        other => to_integer(other)?,
    };
    match result {
        Some(n) => ctx.finish(juice::ARITHMETIC, n),
        None => not_an_integer(args, "something that stands for an Integer"),
    }
}

fn not_an_integer(args: &[Value], wanted: &str) -> Run {
    if args.first().and_then(number).is_some() {
        return bad_argument(format!("The number is out of range for {wanted}"));
    }
    wrong_kind(args, 0, wanted)
}

/// The integer that a number, character, address or flag stands for.
fn to_integer(value: &Value) -> Result<Option<Value>, Missing> {
    Ok(match value {
        Value::Integer(_) | Value::BigInteger(_) => Some(value.clone()),
        Value::Double(d) => double_to_integer(*d),
        Value::Character(c) => Some(Value::Integer((*c).into())),
        Value::Flag(f) => Some(Value::Integer((*f).into())),
        Value::Address(a) => Some(Value::Integer(*a as i64)),
        _ => None,
    })
}

/// The integer part of a double. Beyond 64 bits it is that of the decimal text of the double, not of its exact
/// binary value.
fn double_to_integer(double: Double) -> Option<Value> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let n = double.get();
    if (-LIMIT..=LIMIT).contains(&n) {
        return Some(Value::Integer(n as i64));
    }
    let decimal = double.decimal()?;
    // A double of this size has at most 17 digits and is above 10^18.
    let zeros = usize::try_from(decimal.exponent).ok()?;
    let magnitude = IBig::from(decimal.digits) * IBig::from(10).pow(zeros);
    Value::integer(if n < 0.0 { -magnitude } else { magnitude })
}

/// The last 8 bytes of a blob as a signed number, all of a shorter one.
fn low_long(blob: &Blob) -> Result<i64, Missing> {
    let count = blob.count();
    let start = count.saturating_sub(LONG_BYTES);
    let Some(tail) = blob.slice(start, count)? else { return Ok(0) };
    let tail = tail.to_vec()?;
    let sign = tail.first().map_or(0, |b| if b & 0x80 == 0 { 0 } else { -1_i64 });
    Ok(tail.iter().fold(sign, |n, byte| n << 8 | i64::from(*byte)))
}

/// The bytes of a blob as a signed number; `None` when it has more than 4,096 that matter. Of a blob longer than
/// 8 bytes whose first byte repeats the sign of the next, only the last byte counts, as the network has it.
fn blob_to_integer(blob: &Blob) -> Result<Option<Value>, Missing> {
    let count = blob.count();
    if count <= LONG_BYTES {
        return Ok(Some(Value::Integer(low_long(blob)?)));
    }
    let (first, second) = (blob.get(0)?.unwrap_or(0), blob.get(1)?.unwrap_or(0));
    if (first == 0 && second < 0x80) || (first == 0xff && second >= 0x80) {
        let last = blob.get(count - 1)?.unwrap_or(0);
        return Ok(Some(Value::Integer((last as i8).into())));
    }
    if count > MAX_INTEGER_BYTES as u64 {
        return Ok(None);
    }
    Ok(Value::integer(IBig::from_be_bytes(&blob.to_vec()?)))
}

/// `double`
pub fn double(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let result = match number(value) {
        Some(Number::Double(d)) => Value::Double(Double::new(d)),
        Some(n) => double_value(n.to_double()),
        None => return wrong_kind(args, 0, "a Number"),
    };
    ctx.finish(juice::ARITHMETIC, result)
}

/// `byte`: the lowest byte of an integer, the last one of a blob.
pub fn byte(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let byte = match value {
        Value::Integer(n) => *n as u8,
        Value::BigInteger(n) => n.low_byte(),
        Value::Blob(b) => match b.count().checked_sub(1) {
            Some(last) => b.get(last)?.unwrap_or(0),
            None => 0,
        },
        _ => return wrong_kind(args, 0, "an Integer or Blob"),
    };
    ctx.finish(juice::ARITHMETIC, i64::from(byte))
}

/// `char`: a character from its code point or its bytes in UTF-8.
pub fn char(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let point = match value {
        Value::Character(c) => Some(*c),
        Value::Integer(n) => valid_point(*n),
        Value::BigInteger(n) => n.small().and_then(valid_point),
        Value::Blob(b) => only_character(&b.slice(0, b.count().min(5))?.unwrap_or_else(|| b.clone()))?,
        _ => return wrong_kind(args, 0, "an Integer or Blob"),
    };
    match point {
        Some(point) => ctx.finish(juice::ARITHMETIC, Value::Character(point)),
        None => bad_argument("Neither a code point from 0 to 0x10ffff nor the bytes of one character"),
    }
}

fn valid_point(n: i64) -> Option<u32> {
    u32::try_from(n).ok().filter(|point| *point <= MAX_CODE_POINT)
}

/// The code point that a blob of one character in UTF-8 holds.
fn only_character(blob: &Blob) -> Result<Option<u32>, Missing> {
    let bytes = blob.to_vec()?;
    if !(1..=4).contains(&bytes.len()) {
        return Ok(None);
    }
    let mut window = [0; 4];
    window[..bytes.len()].copy_from_slice(&bytes);
    Ok(code_point(window).filter(|point| utf8_length(*point) == bytes.len()))
}

/// The code point that a separator stands for: a character, its code point, or a string of it alone.
pub fn character(value: &Value) -> Result<Option<u32>, Missing> {
    match value {
        Value::Character(c) => Ok(Some(*c)),
        Value::Integer(n) => Ok(valid_point(*n)),
        Value::String(s) if s.count() <= 4 => only_character(&s.to_blob()),
        _ => Ok(None),
    }
}

/// `address`: an address from its number, its bytes, or the first element of a scoped actor.
pub fn address(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let address = match value {
        Value::Address(a) => Some(*a),
        Value::Integer(n) => u64::try_from(*n).ok(),
        Value::Blob(b) if b.count() <= LONG_BYTES => u64::try_from(low_long(b)?).ok(),
        Value::Vector(v) => match v.get(0)? {
            Some(Value::Address(a)) => Some(*a),
            _ => return wrong_kind(args, 0, "an Address"),
        },
        Value::BigInteger(n) => n.small().and_then(|n| u64::try_from(n).ok()),
        Value::Blob(_) => None,
        _ => return wrong_kind(args, 0, "an Address"),
    };
    match address {
        Some(address) => ctx.finish(juice::ADDRESS, Value::Address(address)),
        None => bad_argument("An Address has a number from 0 to 9223372036854775807"),
    }
}

/// `blob`: the bytes of a value; a string is read as hexadecimal.
pub fn blob(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let blob = match value {
        Value::String(s) => {
            ctx.check_elements(s.count())?;
            from_hexadecimal(&s.to_vec()?)
        }
        Value::Integer(n) => Some(Blob::new(&BigInteger::from(*n).to_bytes())),
        Value::BigInteger(n) => Some(Blob::new(&n.to_bytes())),
        Value::Character(c) => Some(Blob::new(&utf8(*c))),
        Value::Boolean(b) => Some(Blob::new(&[(*b).into()])),
        other => bytes(other),
    };
    match blob {
        Some(blob) => ctx.finish(juice::build_blob(blob.count()), blob),
        None => wrong_kind(args, 0, "something that stands for a Blob"),
    }
}

fn from_hexadecimal(text: &[u8]) -> Option<Blob> {
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    Some(Blob::new(&bytes?))
}
