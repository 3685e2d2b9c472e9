//! The exact juice and memory of tests, kept in a file to be compared with later.
//!
//! Only what `deftest` defines is kept: properties and invariants take what their random values take.

use super::fork::Cost;
use super::runner::{Report, Scope};
use super::suite::Body;
use crate::printable;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What each test took, by `file › name`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Baseline(BTreeMap<String, Cost>);

/// Whether a comparison is to be worried about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// No test takes more than before.
    Kept,
    /// A test takes more juice or memory than before.
    Exceeded,
}

/// What differs from a baseline.
pub struct Comparison {
    /// A line for each test that takes more or less, is new, or is gone.
    pub text: String,
    /// What to make of it.
    pub verdict: Verdict,
}

impl Baseline {
    /// What the tests of a report took, those left out that failed.
    pub fn of(report: &Report) -> Baseline {
        let mut costs = BTreeMap::new();
        for result in report.tests.iter().filter(|result| result.passed()) {
            if let Some((file, test)) = report.test_of(result)
                && let Body::Steps(_) = test.body
            {
                costs.insert(format!("{} › {}", file.suite.name, test.name), result.cost);
            }
        }
        Baseline(costs)
    }

    /// The text of the file: a JSON object.
    pub fn to_text(&self) -> String {
        let entry = |(name, cost): (&String, &Cost)| {
            (name.clone(), json!({ "juice": cost.juice, "memory": cost.memory }))
        };
        let object: Map<String, Json> = self.0.iter().map(entry).collect();
        printable::json(&format!("{:#}\n", Json::Object(object))).into_owned()
    }

    /// A baseline from the text of a file; `None` when it is none.
    pub fn read(text: &str) -> Option<Baseline> {
        let Ok(Json::Object(object)) = serde_json::from_str(text) else { return None };
        let cost = |entry: &Json| {
            Some(Cost { juice: entry.get("juice")?.as_u64()?, memory: entry.get("memory")?.as_i64()? })
        };
        object
            .iter()
            .map(|(name, entry)| Some((name.clone(), cost(entry)?)))
            .collect::<Option<_>>()
            .map(Baseline)
    }

    /// This, with what tests take now where it is known. When all tests ran, those that are gone are left out.
    pub fn updated(self, now: Baseline, scope: Scope) -> Baseline {
        let mut costs = if scope == Scope::All { BTreeMap::new() } else { self.0 };
        costs.extend(now.0);
        Baseline(costs)
    }

    /// How what tests take now differs from this. That tests are gone is told only when all ran.
    pub fn compare(&self, now: &Baseline, scope: Scope) -> Comparison {
        let mut text = String::new();
        let mut verdict = Verdict::Kept;
        for (key, cost) in &now.0 {
            let name = printable::line(key);
            let Some(before) = self.0.get(key) else {
                text.push_str(&format!("  {name}: new, {} juice, {} bytes\n", cost.juice, cost.memory));
                continue;
            };
            if before == cost {
                continue;
            }
            if cost.juice > before.juice || cost.memory > before.memory {
                verdict = Verdict::Exceeded;
            }
            let juice = change("juice", i128::from(before.juice), i128::from(cost.juice));
            let memory = change("bytes", i128::from(before.memory), i128::from(cost.memory));
            let parts: Vec<String> = [juice, memory].into_iter().flatten().collect();
            text.push_str(&format!("  {name}: {}\n", parts.join(", ")));
        }
        let gone = self.0.keys().filter(|name| scope == Scope::All && !now.0.contains_key(*name));
        for name in gone {
            text.push_str(&format!("  {}: did not run, or failed\n", printable::line(name)));
        }
        let first = match (text.is_empty(), verdict) {
            (true, _) => "baseline: every test takes what it took\n",
            (false, Verdict::Kept) => "baseline: no test takes more than it took\n",
            (false, Verdict::Exceeded) => "baseline: some tests take more than they took\n",
        };
        Comparison { text: format!("{first}{text}"), verdict }
    }
}

fn change(unit: &str, before: i128, now: i128) -> Option<String> {
    let percent = if before == 0 { 0.0 } else { (now - before) as f64 * 100.0 / before.abs() as f64 };
    (before != now).then(|| format!("{before} → {now} {unit} ({:+}, {percent:+.1} %)", now - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(costs: &[(&str, u64, i64)]) -> Baseline {
        let entry = |(name, juice, memory): &(&str, u64, i64)| {
            ((*name).to_owned(), Cost { juice: *juice, memory: *memory })
        };
        Baseline(costs.iter().map(entry).collect())
    }

    #[test]
    fn more_is_worse_and_all_changes_are_told() {
        let before = baseline(&[("a", 100, 10), ("b", 100, 10), ("gone", 1, 1)]);
        assert_eq!(Baseline::read(&before.to_text()), Some(before.clone()));
        for (now, verdict, parts) in [
            (before.clone(), Verdict::Kept, &["every test"][..]),
            (
                baseline(&[("a", 90, 10), ("b", 100, 10)]),
                Verdict::Kept,
                &["a: 100 → 90 juice (-10, -10.0 %)", "gone"],
            ),
            (
                baseline(&[("a", 100, 11), ("new", 1, 1)]),
                Verdict::Exceeded,
                &["10 → 11 bytes", "new: new", "b: did not"],
            ),
        ] {
            let comparison = before.compare(&now, Scope::All);
            assert_eq!(comparison.verdict, verdict, "{}", comparison.text);
            assert!(parts.iter().all(|part| comparison.text.contains(part)), "{}", comparison.text);
        }
        assert_eq!(Baseline::read("[]"), None);
        assert_eq!(Baseline::read("{\"a\": 1}"), None);
    }
}
