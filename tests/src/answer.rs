//! Comparing two answers to the same question.

use serde_json::Value as Json;

/// In which way two answers differ. The first field that differs, in the order of what matters most.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Difference {
    /// One died.
    Crash,
    /// One read the text and the other did not.
    Reading,
    /// One gave a value and the other an error.
    Ending,
    /// Two values.
    Value,
    /// The same value with two texts.
    Text,
    /// Documentation of the core, which each implementation writes in its own words.
    Documentation,
    /// Two error codes.
    Error,
    /// The same in all but this field.
    Field(&'static str),
}

/// The fields of an answer of `eval` beside its value or error.
const FIELDS: [&str; 6] = ["phase", "type", "hash", "enc", "mem", "juice"];

/// How `got` differs from `expected`, both answers of `eval`. Only fields that `expected` has are compared.
pub fn eval_difference(expected: &Json, got: &Json) -> Option<Difference> {
    if expected.get("crash").is_some() || got.get("crash").is_some() {
        return Some(Difference::Crash);
    }
    let has = |key: &str| (expected.get(key).is_some(), got.get(key).is_some());
    let differs = |key: &str| expected.get(key).is_some_and(|e| got.get(key) != Some(e));
    match has("read_error") {
        (true, true) => return None,
        (true, false) | (false, true) => return Some(Difference::Reading),
        (false, false) => {}
    }
    match has("error") {
        (true, true) if differs("error") => return Some(Difference::Error),
        (true, false) | (false, true) => return Some(Difference::Ending),
        _ => {}
    }
    if differs("value") {
        return Some(value_difference(expected, got));
    }
    FIELDS.into_iter().find(|key| differs(key)).map(Difference::Field)
}

fn value_difference(expected: &Json, got: &Json) -> Difference {
    let documented = |answer: &Json| answer["value"].as_str().is_some_and(|text| text.contains(":doc "));
    if expected.get("hash").is_some() && expected.get("hash") == got.get("hash") {
        Difference::Text
    } else if documented(expected) && documented(got) {
        Difference::Documentation
    } else {
        Difference::Value
    }
}

/// How two answers of `tx` differ: the number of the step, the field, and both values of it.
pub fn tx_difference(expected: &Json, got: &Json) -> Option<(usize, String, Json, Json)> {
    let steps = |answer: &Json| answer.get("results").and_then(Json::as_array).cloned().unwrap_or_default();
    let (expected, got) = (steps(expected), steps(got));
    for (i, want) in expected.iter().enumerate() {
        let have = got.get(i).cloned().unwrap_or(Json::Null);
        for (key, value) in want.as_object().into_iter().flatten() {
            let other = have.get(key).cloned().unwrap_or(Json::Null);
            if other != *value {
                return Some((i, key.clone(), value.clone(), other));
            }
        }
    }
    None
}

/// How two answers of `blocks` differ: the number of the block and the field. Messages of errors are each
/// program's own.
pub fn blocks_difference(expected: &Json, got: &Json) -> Option<(usize, String)> {
    let after = |answer: &Json| answer.get("after").and_then(Json::as_array).cloned().unwrap_or_default();
    let (expected, got) = (after(expected), after(got));
    expected.iter().enumerate().find_map(|(i, want)| {
        let have = got.get(i).map(without_messages).unwrap_or(Json::Null);
        let fields = want.as_object().into_iter().flatten();
        let differing = fields.into_iter().find(|(key, value)| have.get(key.as_str()) != Some(value));
        differing.map(|(key, _)| (i, key.clone()))
    })
}

fn without_messages(block: &Json) -> Json {
    let mut block = block.clone();
    for result in block["results"].as_array_mut().into_iter().flatten() {
        if let Some(fields) = result.as_object_mut() {
            fields.remove("message");
        }
    }
    block
}

/// How two answers of `merge` differ: the number of the merge and the field.
pub fn merge_difference(expected: &Json, got: &Json) -> Option<(usize, String)> {
    let merges = |answer: &Json| answer.get("merges").and_then(Json::as_array).cloned().unwrap_or_default();
    let (expected, got) = (merges(expected), merges(got));
    if got.len() != expected.len() {
        return Some((got.len().min(expected.len()), "number of merges".to_owned()));
    }
    expected.iter().zip(&got).enumerate().find_map(|(i, (want, have))| {
        let differs = |key: &str| want.get(key).is_some_and(|value| have.get(key) != Some(value));
        ["blocks", "orders", "hash"].into_iter().find(|key| differs(key)).map(|key| (i, key.to_owned()))
    })
}
