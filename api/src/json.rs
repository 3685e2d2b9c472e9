//! Values as JSON.
//!
//! Text is made with an explicit stack, so values may be nested however deep.

use lang::op::{Closure, Op};
use lang::{Map, Missing, Record, Signed, Str, Value, Vector, printer, schema};
use vm::limits::MAX_PRINT_BYTES;

/// Why a value has no JSON here.
#[derive(Debug)]
pub enum Failed {
    /// A cell is not available.
    Missing(Missing),
    /// It needs more bytes than there may be.
    TooLong,
}

impl From<Missing> for Failed {
    fn from(missing: Missing) -> Failed {
        Failed::Missing(missing)
    }
}

/// What is still to be written.
enum Task<'a> {
    Value(&'a Value),
    Text(&'static str),
    Elements(Box<dyn Iterator<Item = Result<&'a Value, Missing>> + 'a>),
    Entries(Box<dyn Iterator<Item = Result<(&'a Value, &'a Value), Missing>> + 'a>),
    Fields(&'static [&'static str], &'a Vector, usize),
}

/// Writes a value: `nil`, booleans, numbers, texts and collections as what JSON has for them, names
/// without colon, addresses as numbers, blobs as hex digits behind `0x`, records by the names of
/// their fields, code as its text. NaN and infinities are `null`.
///
/// # Errors
/// [`Failed`] when a cell is not available, or when there would be more than `limit` bytes in all.
pub fn write(out: &mut String, value: &Value, limit: usize) -> Result<(), Failed> {
    let mut tasks = vec![Task::Value(value)];
    // The separator is due before the next element unless that is the first.
    while let Some(task) = tasks.pop() {
        if out.len() > limit {
            return Err(Failed::TooLong);
        }
        match task {
            Task::Text(text) => out.push_str(text),
            Task::Value(value) => start(out, value, limit, &mut tasks)?,
            Task::Elements(mut elements) => {
                if let Some(element) = elements.next() {
                    separate(out);
                    tasks.push(Task::Elements(elements));
                    tasks.push(Task::Value(element?));
                }
            }
            Task::Entries(mut entries) => {
                if let Some(entry) = entries.next() {
                    let (key, value) = entry?;
                    separate(out);
                    write_string(out, &key_text(key, limit)?);
                    out.push(':');
                    tasks.push(Task::Entries(entries));
                    tasks.push(Task::Value(value));
                }
            }
            Task::Fields(names, fields, i) => {
                if let (Some(name), Some(value)) = (names.get(i), fields.get(i as u64)?) {
                    separate(out);
                    write_string(out, name);
                    out.push(':');
                    tasks.push(Task::Fields(names, fields, i + 1));
                    tasks.push(Task::Value(value));
                }
            }
        }
    }
    Ok(())
}

/// A comma, unless a bracket was just opened.
fn separate(out: &mut String) {
    if !out.ends_with(['[', '{']) {
        out.push(',');
    }
}

/// Writes a value that has no parts, or the start of one that has, and puts the rest on the stack.
fn start<'a>(
    out: &mut String,
    value: &'a Value,
    limit: usize,
    tasks: &mut Vec<Task<'a>>,
) -> Result<(), Failed> {
    match value {
        Value::Nil => out.push_str("null"),
        Value::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Integer(n) => out.push_str(&n.to_string()),
        Value::BigInteger(n) => out.push_str(&n.get().to_string()),
        Value::Double(double) if double.get().is_finite() => out.push_str(&printed(value, limit)?),
        Value::Double(_) => out.push_str("null"),
        Value::Address(address) => out.push_str(&address.to_string()),
        Value::Vector(vector) => list(out, tasks, Box::new(vector.iter())),
        Value::List(list_value) => list(out, tasks, Box::new(list_value.iter())),
        Value::Set(set) => list(out, tasks, Box::new(set.iter())),
        Value::Map(map) => object(out, tasks, Task::Entries(Box::new(map.iter()))),
        Value::Index(index) => object(out, tasks, Task::Entries(Box::new(index.iter()))),
        Value::Signed(signed) => start_signed(out, signed, tasks)?,
        Value::Record(record) => match names_of(value, record)? {
            Some(names) => object(out, tasks, Task::Fields(names, record.fields(), 0)),
            None => write_printed(out, value)?,
        },
        Value::String(_) | Value::Keyword(_) | Value::Symbol(_) | Value::Character(_) => {
            write_string(out, &text(value, limit)?);
        }
        Value::Blob(blob) if blob.count() > limit as u64 => return Err(Failed::TooLong),
        Value::Blob(blob) => write_hex(out, &blob.to_vec()?),
        _ => write_printed(out, value)?,
    }
    Ok(())
}

/// Writes the text of a value as a string, or `null` when it has more than [`MAX_PRINT_BYTES`].
///
/// # Errors
/// [`Failed`] when a cell is not available.
pub fn write_printed(out: &mut String, value: &Value) -> Result<(), Failed> {
    match printed(value, MAX_PRINT_BYTES) {
        Ok(text) => write_string(out, &text),
        Err(Failed::TooLong) => out.push_str("null"),
        Err(missing) => return Err(missing),
    }
    Ok(())
}

fn list<'a>(
    out: &mut String,
    tasks: &mut Vec<Task<'a>>,
    elements: Box<dyn Iterator<Item = Result<&'a Value, Missing>> + 'a>,
) {
    out.push('[');
    tasks.push(Task::Text("]"));
    tasks.push(Task::Elements(elements));
}

fn object<'a>(out: &mut String, tasks: &mut Vec<Task<'a>>, entries: Task<'a>) {
    out.push('{');
    tasks.push(Task::Text("}"));
    tasks.push(entries);
}

fn start_signed<'a>(out: &mut String, signed: &'a Signed, tasks: &mut Vec<Task<'a>>) -> Result<(), Missing> {
    out.push_str("{\"public-key\":");
    match signed.key() {
        Some(key) => write_hex(out, key),
        None => out.push_str("null"),
    }
    out.push_str(",\"signature\":");
    write_hex(out, signed.signature());
    out.push_str(",\"value\":");
    tasks.push(Task::Text("}"));
    tasks.push(Task::Value(signed.value()?));
    Ok(())
}

/// The names of the fields of a record that is data; `None` for code and for records that are not
/// known.
fn names_of(value: &Value, record: &Record) -> Result<Option<&'static [&'static str]>, Missing> {
    if Op::is_op(value)? || Closure::is_closure(value)? {
        return Ok(None);
    }
    Ok(schema::fields(record))
}

/// The text of a value that JSON has nothing for.
fn text(value: &Value, limit: usize) -> Result<String, Failed> {
    Ok(match value {
        Value::String(string) => string_text(string, limit)?,
        Value::Keyword(keyword) => lossy(keyword.name()),
        Value::Symbol(symbol) => lossy(symbol.name()),
        Value::Character(_) => lossy(&printer::print_str(value)?),
        _ => printed(value, limit)?,
    })
}

fn string_text(string: &Str, limit: usize) -> Result<String, Failed> {
    if string.count() > limit as u64 {
        return Err(Failed::TooLong);
    }
    Ok(lossy(&string.to_vec()?))
}

/// The text of the key of an entry: strings as they are, names without colon, anything else
/// printed.
fn key_text(key: &Value, limit: usize) -> Result<String, Failed> {
    match key {
        Value::String(_) | Value::Keyword(_) | Value::Symbol(_) => text(key, limit),
        _ => printed(key, limit),
    }
}

/// The text of a value as `print` gives it.
///
/// # Errors
/// [`Failed`] when a cell is not available, or when there would be more than `limit` bytes.
pub fn printed(value: &Value, limit: usize) -> Result<String, Failed> {
    let bytes = printer::print(value, limit)?.ok_or(Failed::TooLong)?;
    Ok(lossy(&bytes))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn write_hex(out: &mut String, bytes: &[u8]) {
    out.push_str("\"0x");
    out.push_str(&lang::hex::encode(bytes));
    out.push('"');
}

/// Writes a text as a string of JSON.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// JSON as a value: objects as maps by strings, arrays as vectors. Recurses as deep as the parser
/// let it, which is no more than 128 levels.
pub fn to_value(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Nil,
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::Number(n) => match n.as_i64() {
            Some(n) => Value::Integer(n),
            None => Value::Double(n.as_f64().unwrap_or(f64::NAN).into()),
        },
        Json::String(text) => Value::string(text),
        Json::Array(elements) => Vector::from_values(elements.iter().map(to_value)).into(),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| (Value::string(name), to_value(value)));
            Map::from_entries(entries).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::reader::read_one;

    fn json(value: &Value) -> String {
        let mut out = String::new();
        write(&mut out, value, 1 << 24).expect("all is in memory");
        serde_json::from_str::<serde_json::Value>(&out).expect("it is JSON");
        out
    }

    #[test]
    fn values_are_what_json_has_for_them() {
        for (form, expected) in [
            ("nil", "null"),
            ("true", "true"),
            ("12", "12"),
            ("-12345678901234567890123", "-12345678901234567890123"),
            ("1e30", "1.0E30"),
            ("-0.0", "-0.0"),
            ("##NaN", "null"),
            ("##-Inf", "null"),
            (r#""a\n\"b""#, r#""a\n\"b""#),
            (r"\x", r#""x""#),
            (r"\u0000", r#""\u0000""#),
            (":foo", r#""foo""#),
            ("foo", r#""foo""#),
            ("#5", "5"),
            ("0xABcd", r#""0xabcd""#),
            ("[1 [] (2 3)]", "[1,[],[2,3]]"),
            ("#{7}", "[7]"),
            ("{}", "{}"),
            (r#"{"k" 1}"#, r#"{"k":1}"#),
            ("{:k {a 1}}", r#"{"k":{"a":1}}"#),
            ("{3 1}", r##"{"3":1}"##),
            ("{#5 1}", r##"{"#5":1}"##),
            ("{[1] 1}", r#"{"[1]":1}"#),
            ("{nil 1}", r#"{"nil":1}"#),
        ] {
            assert_eq!(json(&read_one(form, 0).expect("it is one form").value), expected, "{form}");
        }
    }

    #[test]
    fn records_are_objects_by_the_names_of_their_fields() {
        let transfer = vm::Transaction::transfer(11, 1, 12, 5).value();
        assert_eq!(json(&transfer), r#"{"origin":11,"sequence":1,"target":12,"amount":5}"#);
        let signed = Signed::new(None, [0; 64], transfer);
        let zeros = "0".repeat(128);
        let expected = format!(
            r#"{{"public-key":null,"signature":"0x{zeros}","value":{{"origin":11,"sequence":1,"target":12,"amount":5}}}}"#
        );
        assert_eq!(json(&signed.into()), expected);
    }

    #[test]
    fn deep_values_do_not_overflow_the_stack() {
        let deep = (0..200_000).fold(Value::Nil, |inner, _| Vector::from_values([inner]).into());
        let mut out = String::new();
        write(&mut out, &deep, 1 << 24).expect("all is in memory");
        assert_eq!(out.len(), 400_004);
    }

    #[test]
    fn the_limit_holds() {
        let wide: Value = Vector::from_values((0..100_000).map(Value::Integer)).into();
        let code = read_one(&format!("(fn [] {})", "x ".repeat(40_000)), 0).expect("it is one form").value;
        let mut out = String::new();
        write_printed(&mut out, &code).expect("all is in memory");
        assert_eq!(out, "null");
        let mut out = String::new();
        assert!(matches!(write(&mut out, &wide, 1_000), Err(Failed::TooLong)));
        assert!(out.len() < 1_100);
        assert!(write(&mut String::new(), &Value::string(&"x".repeat(2_000)), 1_000).is_err());
    }
}
