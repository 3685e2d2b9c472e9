//! What was found, in the Static Analysis Results Interchange Format (SARIF 2.1.0) that editors and hosts of code read.

use crate::check::{Item, items, level, region};
use lang::source::Sources;
use serde_json::{Value as Json, json};
use tools::check::{RULES, Verdict, page};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one run.
pub fn log(verdict: &Verdict, sources: &Sources) -> Json {
    let results: Vec<Json> = items(verdict).iter().map(|item| result(item, sources)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "cvx check",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What does not read has a rule of its own, behind the others.
fn rules() -> Vec<Json> {
    let rules = RULES.iter().map(|rule| {
        json!({
            "id": rule.name,
            "shortDescription": {"text": rule.about},
            "help": {"text": page::of(rule.name).unwrap_or(rule.about)},
            "defaultConfiguration": {"level": level(rule.severity)},
        })
    });
    let read = json!({
        "id": "read",
        "shortDescription": {"text": "text that does not read"},
        "defaultConfiguration": {"level": "error"},
    });
    rules.chain([read]).collect()
}

fn result(item: &Item, sources: &Sources) -> Json {
    let mut text = item.message.to_string();
    for hint in item.hints {
        text.push_str("\nHelp: ");
        text.push_str(hint);
    }
    let index = RULES.iter().position(|rule| rule.name == item.rule).unwrap_or(RULES.len());
    let mut place = json!({
        "artifactLocation": {"uri": uri(sources.name(item.source).unwrap_or_default())},
    });
    if let Some(span) = item.span {
        let [line, column, end_line, end_column] = region(sources, span);
        place["region"] = json!({
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        });
    }
    json!({
        "ruleId": item.rule,
        "ruleIndex": index,
        "level": level(item.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    })
}

/// A file name as a relative or absolute reference: what may not stand in one is escaped.
fn uri(name: &str) -> String {
    let mut out = String::new();
    for byte in name.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_references() {
        for (name, reference) in
            [("a/b-c.cvx", "a/b-c.cvx"), ("a b\\é.cvx", "a%20b/%C3%A9.cvx"), ("100%", "100%25")]
        {
            assert_eq!(uri(name), reference);
        }
    }
}
