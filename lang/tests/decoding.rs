//! Decoding agrees with the reference on bytes at and near valid encodings, in what is accepted, of which kind
//! it is and how it prints.
#![allow(clippy::disallowed_methods)] // The collections are files.

use lang::decode::decode_alone;
use serde_json::Value as Json;
use std::path::Path;

/// What the reference prints without cutting, in characters.
const MAX_PRINTED: usize = 2_000;

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// How an answer differs from the one expected.
fn difference(line: &str) -> Option<String> {
    let expected: Json = serde_json::from_str(line).unwrap();
    let hex = expected["hex"].as_str().unwrap();
    let input = bytes(hex);
    let value = match decode_alone(&input) {
        Ok(value) => value,
        Err(error) => {
            assert!(error.offset <= input.len(), "{hex}: {error}");
            return (expected["ok"] == true).then(|| format!("{hex}: rejected ({error})"));
        }
    };
    if expected["ok"] == false {
        return Some(format!("{hex}: accepted as {}", value.kind().name()));
    }
    let same = value.encoding() == input && value.encoding_length() == input.len();
    let kind = value.kind().name();
    if expected["same"] != same || expected["type"] != kind {
        return Some(format!("{hex}: same {same}, type {kind}, expected {line}"));
    }
    let printed = lang::printer::print(&value, 4 * MAX_PRINTED).ok().flatten();
    let printed = printed.and_then(|text| String::from_utf8(text).ok());
    let printed = printed.unwrap_or_default();
    match expected["value"].as_str() {
        Some(text) if printed != text => Some(format!("{hex}: {printed}, expected {text}")),
        _ => None,
    }
}

fn agree_on(text: &str) {
    let differences: Vec<_> = text.lines().filter_map(difference).collect();
    let shown = differences.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {} differ:\n{shown}", differences.len(), text.lines().count());
}

/// A file of the collection of recorded answers, which need not be here.
fn collection(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance").join(file);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("{} is not here: nothing compared", path.display());
    }
    text
}

#[test]
fn agrees_on_samples() {
    agree_on(include_str!("data/hex.jsonl"));
}

#[test]
fn agrees_on_the_whole_collection() {
    if let Some(text) = collection("hex.jsonl") {
        agree_on(&text);
    }
}

/// The bytes of a string of hexadecimal digits, or of a list of them.
fn messages(json: &Json, found: &mut Vec<Vec<u8>>) {
    match json {
        Json::String(hex) => found.push(bytes(hex)),
        Json::Array(list) => list.iter().for_each(|item| messages(item, found)),
        _ => {}
    }
}

#[test]
fn messages_of_the_network_are_whole() {
    for file in ["blocks.jsonl", "merge.jsonl"] {
        let Some(text) = collection(file) else { continue };
        let mut found = Vec::new();
        for line in text.lines() {
            let json: Json = serde_json::from_str(line).unwrap();
            messages(&json["setup"], &mut found);
            messages(&json["blocks"], &mut found);
            json["merges"].as_array().into_iter().flatten().for_each(|merge| {
                messages(&merge["belief"], &mut found);
                messages(&merge["incoming"], &mut found);
            });
        }
        for message in &found {
            let value = lang::message::decode(message).unwrap();
            assert_eq!(value.kind().name(), "Record");
            // The order of the cells is free, their number is not.
            assert_eq!(lang::message::encode(&value).unwrap().len(), message.len());
        }
        println!("{} messages of {file}", found.len());
    }
}

/// What is recorded of the results of programs: hash, storage size, kind and text of values given by their encoding.
#[test]
fn facts_agree_with_recorded_results() {
    let mut compared = 0;
    for file in ["core.jsonl", "programs.jsonl"] {
        let Some(text) = collection(file) else { continue };
        for line in text.lines() {
            let expected: Json = serde_json::from_str(line).unwrap();
            let Some(input) = expected["enc"].as_str().map(|hex| bytes(hex.trim_start_matches("0x"))) else {
                continue;
            };
            let Ok(value) = decode_alone(&input) else {
                assert!(input.contains(&0x20), "{line}"); // It has branches, which are not recorded.
                continue;
            };
            assert_eq!(value.encoding(), input, "{line}");
            assert_eq!(
                value.hash().to_string(),
                expected["hash"].as_str().unwrap().trim_start_matches("0x"),
                "{line}"
            );
            assert_eq!(value.storage_size().unwrap(), expected["mem"].as_u64().unwrap(), "{line}");
            assert_eq!(value.kind().name(), expected["type"], "{line}");
            let printed = lang::printer::print(&value, 1 << 20).unwrap().unwrap();
            assert_eq!(String::from_utf8_lossy(&printed), expected["value"].as_str().unwrap(), "{line}");
            compared += 1;
        }
    }
    println!("{compared} values compared");
}
