//! Coverage: which code the tests run, also code that a file quotes and deploys.
//!
//! A line is covered when all ops that begin on it were run; constants and the names of locals are no ops. A branching is a
//! `cond`, written or made by a macro such as `if` or `and`; its default counts as a branch, written or not, unless the last test
//! is a constant that is true.

mod file;
mod recorder;
mod table;

pub use file::{FileCoverage, Line, MissedBranch};
pub use recorder::Recorder;
pub use table::{annotated, lcov, table};

use super::runner::Report;
use lang::Value;
use lang::op::Op;
use lang::source::Span;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Where a branching stands. Those that a macro made stand where it was used, and are told apart by their order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Site {
    /// The form that it was compiled from.
    pub span: Span,
    /// Which of the branchings of that form, from 1.
    pub nth: u32,
}

/// What an op is, as far as ops of one form are told apart: a definition and the body of what it defines may be of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sort {
    /// A function is made.
    Function,
    /// `def`
    Definition,
    /// Any other.
    Other,
}

impl Sort {
    fn of(op: &Op) -> Sort {
        match op {
            Op::Def { .. } => Sort::Definition,
            Op::Lambda(_) => Sort::Function,
            _ => Sort::Other,
        }
    }
}

/// How often ops and branches were run.
#[derive(Clone, Default)]
pub struct Coverage {
    /// Ops that were run, and those that stand in such and were not.
    pub ops: HashMap<(Span, Sort), u64>,
    /// The branchings among them.
    pub branchings: HashMap<Site, Branching>,
    /// Quoted forms that may be code.
    pub quoted: HashSet<Span>,
}

/// A `cond` with its branches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branching {
    /// How often each was taken, the default last.
    pub taken: Vec<u64>,
    /// Where each stands, as far as that is known.
    pub places: Vec<Option<Span>>,
}

impl Branching {
    fn of(parts: &[Value], place: impl Fn(&Value) -> Option<Span>) -> Branching {
        let mut places: Vec<Option<Span>> = parts.chunks_exact(2).map(|pair| place(&pair[1])).collect();
        let is_always = |test: &Value| match Op::view(test) {
            Ok(Some(Op::Constant(value))) => value.is_truthy(),
            _ => false,
        };
        let has_default = !parts.chunks_exact(2).any(|pair| is_always(&pair[0]));
        if has_default {
            places.push(parts.chunks_exact(2).remainder().first().and_then(place));
        }
        Branching { taken: vec![0; places.len()], places }
    }

    /// Adds what was taken elsewhere.
    fn add(&mut self, other: &Branching) {
        self.taken.iter_mut().zip(&other.taken).for_each(|(a, b)| *a += b);
    }
}

impl Coverage {
    /// Adds what ran elsewhere.
    pub fn add(&mut self, other: &Coverage) {
        for (site, hits) in &other.ops {
            *self.ops.entry(*site).or_insert(0) += hits;
        }
        for (site, branching) in &other.branchings {
            self.branchings
                .entry(*site)
                .and_modify(|known| known.add(branching))
                .or_insert_with(|| branching.clone());
        }
        self.quoted.extend(&other.quoted);
    }

    /// What is known of a file by the number of its source.
    pub fn of_file(&self, source: u32, name: &str, text: &str) -> FileCoverage {
        FileCoverage::new(self, source, name, text)
    }

    /// Whether an op at or around a span was run: the innermost form around it that is an op decides.
    pub fn touches(&self, span: Span) -> bool {
        let around = self.ops.iter().filter(|((site, _), _)| {
            site.source == span.source && site.start <= span.start && span.end <= site.end
        });
        let least = around.min_by_key(|((site, _), hits)| (site.end - site.start, Reverse(**hits)));
        least.is_some_and(|(_, hits)| *hits > 0)
    }
}

impl Report {
    /// What ran of the files that tests load; of the test files themselves, outside of tests, where they load none.
    pub fn coverage(&self) -> Vec<FileCoverage> {
        let mut files = Vec::new();
        for (i, file) in self.files.iter().enumerate() {
            let Ok(file) = file else { continue };
            let mut coverage = file.seen.coverage.clone();
            self.tests
                .iter()
                .filter(|test| test.file == i)
                .for_each(|test| coverage.add(&test.seen.coverage));
            let text = |source| file.suite.sources.text(source).unwrap_or_default();
            for (path, source) in &file.suite.loaded {
                files.push(coverage.of_file(*source, &path.display().to_string(), text(*source)));
            }
            if file.suite.loaded.is_empty() {
                let in_test = |span: &Span| {
                    file.suite
                        .tests
                        .iter()
                        .any(|test| test.form.span.start <= span.start && span.end <= test.form.span.end)
                };
                coverage.ops.retain(|(span, _), _| !in_test(span));
                coverage.branchings.retain(|site, _| !in_test(&site.span));
                coverage.quoted.retain(|span| !in_test(span));
                files.push(coverage.of_file(0, &file.suite.name, text(0)));
            }
        }
        merged(files)
    }
}

/// Files by name, in order: the same file may be loaded by several test files.
fn merged(files: Vec<FileCoverage>) -> Vec<FileCoverage> {
    let mut by_name: BTreeMap<String, FileCoverage> = BTreeMap::new();
    for file in files {
        match by_name.get_mut(&file.name) {
            Some(known) => known.add(&file),
            None => {
                by_name.insert(file.name.clone(), file);
            }
        }
    }
    by_name.into_values().collect()
}

/// Numbers as ranges: 1 2 3 7 is `1-3 7`.
fn ranges(numbers: &BTreeSet<usize>) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &n in numbers {
        match parts.last_mut() {
            Some((_, end)) if *end + 1 == n => *end = n,
            _ => parts.push((n, n)),
        }
    }
    let text = |(start, end): &(usize, usize)| {
        if start == end { start.to_string() } else { format!("{start}-{end}") }
    };
    parts.iter().map(text).collect::<Vec<_>>().join(" ")
}
