//! What a value is that is too long to show: its kind, its size, and its first parts.

use crate::show;
use lang::record::Record;
use lang::{Missing, Value, schema};

/// So many parts are shown.
const MAX_PARTS: usize = 12;
/// Parts whose text has more characters are told by kind and size.
const MAX_PART_CHARACTERS: usize = 60;
/// Texts of parts with more bytes are not made.
const MAX_PART_BYTES: usize = 1_000;

/// What a value is, on a line, and its first parts on a line each.
///
/// # Errors
/// [`Missing`] when a part of the value is not available.
pub fn outline(value: &Value) -> Result<String, Missing> {
    let mut out = format!("{}, too long to show whole\n", summary(value));
    let parts = parts(value)?;
    let width = parts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    for (label, part) in &parts {
        out.push_str(&format!("  {label:width$} {part}\n"));
    }
    let rest = size(value).map_or(0, |(count, _)| count).saturating_sub(parts.len() as u64);
    if rest > 0 && !parts.is_empty() {
        out.push_str(&format!("  … and {rest} more\n"));
    }
    Ok(out)
}

/// What a value is, in words: its kind and size.
fn summary(value: &Value) -> String {
    let kind = value.kind().name().to_lowercase();
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match size(value) {
        Some((1, noun)) => format!("{article} {kind} of 1 {noun}"),
        Some((count, noun)) => {
            let plural = if noun == "entry" { "entries".to_owned() } else { format!("{noun}s") };
            format!("{article} {kind} of {count} {plural}")
        }
        None => format!("{article} {kind}"),
    }
}

/// The number of parts, and what they are.
fn size(value: &Value) -> Option<(u64, &'static str)> {
    Some(match value {
        Value::Vector(v) => (v.count(), "element"),
        Value::List(v) => (v.count(), "element"),
        Value::Set(v) => (v.count(), "element"),
        Value::Map(v) => (v.count(), "entry"),
        Value::Index(v) => (v.count(), "entry"),
        Value::String(v) => (v.count(), "byte"),
        Value::Blob(v) => (v.count(), "byte"),
        Value::Record(record) => (fields(record)?.len() as u64, "field"),
        _ => return None,
    })
}

fn fields(record: &Record) -> Option<&'static [&'static str]> {
    schema::fields(record)
}

/// The first parts, each with a label: a position, a key or the name of a field.
fn parts(value: &Value) -> Result<Vec<(String, String)>, Missing> {
    let element =
        |(position, element): (usize, Result<&Value, Missing>)| Ok((position.to_string(), part(element?)));
    let entry = |entry: Result<(&Value, &Value), Missing>| {
        let (key, value) = entry?;
        Ok((part(key), part(value)))
    };
    match value {
        Value::Vector(v) => v.iter().take(MAX_PARTS).enumerate().map(element).collect(),
        Value::List(v) => v.iter().take(MAX_PARTS).enumerate().map(element).collect(),
        Value::Set(v) => v.iter().take(MAX_PARTS).map(|x| Ok((String::new(), part(x?)))).collect(),
        Value::Map(v) => v.iter().take(MAX_PARTS).map(entry).collect(),
        Value::Index(v) => v.iter().take(MAX_PARTS).map(entry).collect(),
        Value::String(v) => {
            let start = v.slice(0, v.count().min(MAX_PART_CHARACTERS as u64))?;
            Ok(start.map(|start| (String::new(), show::short(&start.into()))).into_iter().collect())
        }
        Value::Record(record) => {
            let names = fields(record).unwrap_or_default().iter();
            let values = record.fields().iter();
            names.zip(values).map(|(name, value)| Ok((format!(":{name}"), part(value?)))).collect()
        }
        _ => Ok(Vec::new()),
    }
}

/// A part in one line: its text, or what it is where that is long.
fn part(value: &Value) -> String {
    match show::text(value, MAX_PART_BYTES) {
        Ok(Some(text)) if text.chars().count() <= MAX_PART_CHARACTERS && !text.contains('\n') => text,
        Ok(_) => summary(value),
        Err(missing) => missing.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::Vector;

    #[test]
    fn the_state_shows_its_fields_and_their_sizes() {
        let state = stdlib::genesis().expect("the library builds");
        let text = outline(&state.value()).expect("all is in memory");
        for line in [
            "a record of 4 fields, too long to show whole",
            "  :accounts a vector of 132 elements",
            "  :peers    an index of 8 entries",
            "  :schedule #Index {}",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} in\n{text}");
        }
    }

    #[test]
    fn long_values_show_how_they_begin() {
        let long: Vector = Vector::from_values((0..100i64).map(Value::Integer));
        let text = outline(&Vector::from_values([long.clone().into(), Value::Nil]).into());
        assert_eq!(
            text.as_deref(),
            Ok("a vector of 2 elements, too long to show whole\n  0 a vector of 100 elements\n  1 nil\n")
        );
        let text = outline(&long.into()).expect("all is in memory");
        assert!(text.ends_with("  11 11\n  … and 88 more\n"), "{text}");
        let text = outline(&Value::string(&"a".repeat(1_000))).expect("all is in memory");
        assert!(text.starts_with("a string of 1000 bytes") && text.contains("\"aaa"), "{text}");
    }
}
