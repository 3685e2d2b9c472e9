//! Reading agrees with the reference on random texts: in what is refused, and in the value of what is not.
#![allow(clippy::disallowed_methods)] // The collections are files.

use lang::reader::read_one;
use lang::{Value, printer};
use serde_json::Value as Json;
use std::path::Path;

/// The objects of a file, one a line; none when it is not there.
fn lines(path: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What is quoted by a form `(quote x)`.
fn quoted(form: &Value) -> Option<Value> {
    match form {
        Value::List(list) => list.get(1).ok()?.cloned(),
        _ => None,
    }
}

#[test]
fn recorded_texts_read_as_the_reference_reads_them() {
    let samples = lines("tests/data/reading.jsonl");
    assert!(!samples.is_empty());
    for sample in samples {
        let text = sample["src"].as_str().unwrap();
        let form = match read_one(text, 0) {
            Ok(form) => form,
            Err(errors) => {
                assert_eq!(sample["read_error"], true, "{text}: {errors:?}");
                continue;
            }
        };
        assert_ne!(sample["read_error"], true, "{text}");
        let value = quoted(&form.value).unwrap();
        let printed = printer::print(&value, usize::MAX).unwrap().unwrap();
        assert_eq!(String::from_utf8(printed).unwrap(), sample["value"].as_str().unwrap(), "{text}");
        assert_eq!(value.hash().to_string(), sample["hash"], "{text}");
    }
}

/// The whole collection beside the project, where it is present: what the reference refuses is refused.
#[test]
fn programs_are_refused_where_the_reference_refuses_them() {
    for sample in lines("../../shared/conformance/programs.jsonl") {
        let text = sample["src"].as_str().unwrap();
        assert_eq!(read_one(text, 0).is_err(), sample["read_error"] == true, "{text}");
    }
}
