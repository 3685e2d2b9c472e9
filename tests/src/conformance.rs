//! Recorded answers of the reference, and the share of them that a program gives too.

use crate::answer::{self, Difference};
use crate::client::Client;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The file of recorded answers: the whole collection beside the project where it is present, else the sample
/// that the project carries.
///
/// # Errors
/// When neither is there.
pub fn recorded(name: &str) -> io::Result<Vec<Json>> {
    text(name)?.lines().map(|line| serde_json::from_str(line).map_err(io::Error::other)).collect()
}

/// The text of a file of recorded answers, found as [`recorded`] finds it.
///
/// # Errors
/// When it is nowhere.
pub fn text(name: &str) -> io::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places: [PathBuf; 2] =
        [root.join("../../shared/conformance").join(name), root.join("data").join(name)];
    let path = places.iter().find(|p| p.is_file());
    let path = path.ok_or_else(|| io::Error::other(format!("no {name} in {places:?}")))?;
    fs::read_to_string(path)
}

/// How many answers agree, by what is compared.
#[derive(Default, Debug)]
pub struct Tally {
    /// Questions asked.
    pub asked: usize,
    /// Answers with the same value, error or refusal to read.
    pub outcome: usize,
    /// Answers with the same outcome, and also type, hash, encoding and memory size where given.
    pub identity: usize,
    /// Answers equal in every field, juice included.
    pub whole: usize,
    /// Mismatches by kind, each with its lines: the question, what was expected, what came.
    pub mismatches: BTreeMap<Difference, Vec<(Json, Json, Json)>>,
}

impl Tally {
    /// The share in percent.
    pub fn percent(&self, part: usize) -> f64 {
        100.0 * part as f64 / self.asked.max(1) as f64
    }

    /// Mismatches by kind, at most `most` lines of each.
    pub fn report(&self, most: usize) -> String {
        let mut out = String::new();
        for (kind, cases) in &self.mismatches {
            out += &format!("{} × {kind:?}\n", cases.len());
            for (src, expected, got) in cases.iter().take(most) {
                out += &format!("  {src}\n    expected {expected}\n    got      {got}\n");
            }
        }
        out
    }
}

/// Asks the program all recorded questions of `eval` and compares its answers.
///
/// # Errors
/// When there is nothing recorded or the program ends early.
pub fn eval(name: &str, client: &Client) -> io::Result<Tally> {
    let expected = recorded(name)?;
    let questions: Vec<Json> = expected.iter().map(|e| json!({"src": e["src"]})).collect();
    let answers = client.ask(&questions)?;
    let mut tally = Tally::default();
    for (want, got) in expected.iter().zip(answers) {
        tally.count(want, got);
    }
    Ok(tally)
}

impl Tally {
    fn count(&mut self, want: &Json, got: Json) {
        let difference = answer::eval_difference(want, &got);
        self.asked += 1;
        let same_outcome = matches!(difference, None | Some(Difference::Field(_)));
        let same_identity = matches!(difference, None | Some(Difference::Field("juice")));
        self.outcome += usize::from(same_outcome);
        self.identity += usize::from(same_identity);
        self.whole += usize::from(difference.is_none());
        if let Some(kind) = difference {
            let mut brief = want.clone();
            if let Some(fields) = brief.as_object_mut() {
                fields.remove("src");
                fields.remove("category");
            }
            self.mismatches.entry(kind).or_default().push((want["src"].clone(), brief, got));
        }
    }
}

/// A machine form whose answers are compared whole, script by script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scripts {
    /// Transactions, every field of every step.
    Transactions,
    /// Transactions, value or error of every step.
    Outcomes,
    /// Blocks, every field after every block.
    Blocks,
    /// Cells, by acceptance, kind and text.
    Cells,
    /// Merges of beliefs: blocks, orders and hash of each.
    Merges,
}

impl Scripts {
    /// The fields of a question.
    fn question(self) -> &'static [&'static str] {
        match self {
            Scripts::Transactions | Scripts::Outcomes => &["txs"],
            Scripts::Blocks => &["blocks"],
            Scripts::Cells => &["hex"],
            // The merges hold their answers too, which are not looked at.
            Scripts::Merges => &["setup", "merges"],
        }
    }

    /// In what two answers differ, if they do.
    fn difference(self, want: &Json, got: &Json) -> Option<String> {
        match self {
            Scripts::Transactions => {
                answer::tx_difference(want, got).map(|(i, key, _, _)| format!("step {i}: {key}"))
            }
            Scripts::Outcomes => {
                let outcome = |answer: &Json| -> Vec<Json> {
                    let steps = answer["results"].as_array().cloned().unwrap_or_default();
                    steps
                        .iter()
                        .map(|step| json!([step["value"], step["error"], step["read_error"]]))
                        .collect()
                };
                (outcome(want) != outcome(got)).then(|| "value or error".to_owned())
            }
            Scripts::Blocks => {
                answer::blocks_difference(want, got).map(|(i, key)| format!("block {i}: {key}"))
            }
            Scripts::Merges => {
                answer::merge_difference(want, got).map(|(i, key)| format!("merge {i}: {key}"))
            }
            Scripts::Cells => ["ok", "same", "type", "value"]
                .into_iter()
                .find(|key| want.get(*key).is_some_and(|value| got.get(*key) != Some(value)))
                .map(String::from),
        }
    }
}

/// Asks the program all recorded scripts; the share in percent that it answers alike, and a report of the rest.
///
/// # Errors
/// When there is nothing recorded or the program ends early.
pub fn scripts(name: &str, kind: Scripts, client: &Client) -> io::Result<(f64, String)> {
    let expected = recorded(name)?;
    let question = |e: &Json| -> Json { kind.question().iter().map(|key| (*key, e[*key].clone())).collect() };
    let questions: Vec<Json> = expected.iter().map(question).collect();
    let answers = client.ask(&questions)?;
    let mut report = String::new();
    let mut alike = 0;
    for ((question, want), got) in questions.iter().zip(&expected).zip(&answers) {
        match kind.difference(want, got) {
            Some(difference) => report += &format!("  {difference} of {:.400}\n", question.to_string()),
            None => alike += 1,
        }
    }
    Ok((100.0 * f64::from(alike) / expected.len().max(1) as f64, report))
}
