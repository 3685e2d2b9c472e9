//! Mutation testing: whether the tests notice when the code under test is changed.

use super::coverage::Coverage;
use super::mutation::{Mutation, mutations};
use super::runner::{self, Measure, Options, Prepared, Report, TestResult};
use super::step;
use super::suite::{Changed, Disk};
use crate::colour::Colour;
use crate::printable::{self, Printable};
use lang::reader;
use lang::source::{Positions, Sources, Span};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use vm::State;

/// What came of changing code.
pub struct Outcome {
    /// The tests on the code as it is; when some fail nothing is changed.
    pub report: Report,
    /// The changes, in the order of files and places.
    pub mutants: Vec<Mutant>,
}

/// A change and what the tests said to it.
pub struct Mutant {
    /// Where, as `file:line:col`.
    pub place: String,
    /// What is changed, as it is written.
    pub old: String,
    /// Into what.
    pub new: String,
    /// The kind of change.
    pub kind: &'static str,
    /// How it fared.
    pub fate: Fate,
}

/// How a change fared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// A test failed.
    Killed,
    /// All tests that cover the place passed.
    Survived,
    /// No test covers the place.
    NotCovered,
}

impl Outcome {
    /// How many changes no test noticed.
    pub fn survived(&self) -> usize {
        if !self.report.passed() {
            return 1;
        }
        self.mutants.iter().filter(|mutant| mutant.fate != Fate::Killed).count()
    }

    /// The report as a JSON object: how many `changes`, what became of them, and the `survivors` with their places; the report of the
    /// tests where these fail.
    pub fn json(&self) -> Json {
        if !self.report.passed() {
            return self.report.json();
        }
        let count = |fate| self.mutants.iter().filter(|mutant| mutant.fate == fate).count();
        let survivors = self.mutants.iter().filter(|mutant| mutant.fate != Fate::Killed).map(|mutant| {
            json!({
                "at": mutant.place,
                "kind": mutant.kind,
                "old": mutant.old,
                "new": mutant.new,
                "covered": mutant.fate == Fate::Survived,
            })
        });
        json!({
            "ok": self.survived() == 0,
            "changes": self.mutants.len(),
            "killed": count(Fate::Killed),
            "survived": count(Fate::Survived),
            "not_covered": count(Fate::NotCovered),
            "survivors": survivors.collect::<Vec<_>>(),
        })
    }

    /// The report for people.
    pub fn render(&self) -> Printable {
        if !self.report.passed() {
            let mut out = self.report.render(Colour::Off);
            out.push("the tests should pass before code is changed under them\n");
            return out;
        }
        let mut out = Printable::new();
        let with = |fate| self.mutants.iter().filter(move |mutant| mutant.fate == fate);
        for (fate, title) in
            [(Fate::Survived, "survived: no test fails"), (Fate::NotCovered, "not covered by any test")]
        {
            if with(fate).next().is_some() {
                let _ = writeln!(out, "{title}");
            }
            for mutant in with(fate) {
                let place = printable::line(&mutant.place);
                let _ = writeln!(out, "  {place} {}: {} → {}", mutant.kind, mutant.old, mutant.new);
            }
        }
        let _ = writeln!(
            out,
            "{} changes: {} killed, {} survived, {} not covered",
            self.mutants.len(),
            with(Fate::Killed).count(),
            with(Fate::Survived).count(),
            with(Fate::NotCovered).count()
        );
        out
    }
}

/// A change to be tried: the file it is of, the tests that cover it, and what is shown of it.
struct Plan {
    path: PathBuf,
    text: String,
    tests: HashSet<(String, String)>,
    files: Vec<PathBuf>,
    mutant: Mutant,
}

/// Runs the tests, then again for each change of the code under test those that cover its place.
pub fn run(paths: &[PathBuf], disk: Disk, genesis: &State, options: &Options) -> Outcome {
    let measured = Options { measure: Measure { coverage: true, costs: false }, ..options.clone() };
    let report = runner::run(paths, &disk, genesis, &measured);
    if !report.passed() {
        return Outcome { report, mutants: Vec::new() };
    }
    let plans = plans(&report);
    // Each change runs on one thread, so that many can be tried at once.
    let mutants = runner::in_parallel(options.jobs, &plans, |plan| {
        let only = Options {
            only: Some(plan.tests.clone()),
            jobs: 1,
            measure: Measure::default(),
            stops_early: true,
            ..options.clone()
        };
        let fate = if plan.tests.is_empty() {
            Fate::NotCovered
        } else {
            let files = Changed { disk, path: &plan.path, text: &plan.text };
            let report = runner::run(&plan.files, &files, genesis, &only);
            if report.passed() { Fate::Survived } else { Fate::Killed }
        };
        let Mutant { place, old, new, kind, .. } = &plan.mutant;
        Mutant { place: place.clone(), old: old.clone(), new: new.clone(), kind, fate }
    });
    Outcome { report, mutants }
}

/// The changes of all files that are loaded, each file once; of a test file, outside of its tests, that loads none.
fn plans(report: &Report) -> Vec<Plan> {
    let mut loaders: BTreeMap<PathBuf, Vec<(usize, &Prepared, u32)>> = BTreeMap::new();
    for (i, file) in report.files.iter().enumerate() {
        let Ok(file) = file else { continue };
        for (path, source) in &file.suite.loaded {
            loaders.entry(path.clone()).or_default().push((i, file, *source));
        }
        if file.suite.loaded.is_empty() {
            loaders.entry(PathBuf::from(&file.suite.name)).or_default().push((i, file, 0));
        }
    }
    let ran: Vec<Coverage> = report.tests.iter().map(|result| ran(report, result)).collect();
    let mut plans = Vec::new();
    for (path, loaders) in &loaders {
        let Some((_, first, source)) = loaders.first() else { continue };
        let text = first.suite.sources.text(*source).unwrap_or_default();
        let mut sources = Sources::new();
        let number = sources.add(path.display().to_string(), text);
        let mut positions = Positions::new();
        let (mut forms, _) = reader::read_all(text, number, &mut positions);
        if *source == 0 {
            forms.retain(|form| !step::head(&form.value).is_some_and(|head| step::TESTS.contains(&head)));
        }
        for mutation in mutations(&forms, &positions) {
            plans.extend(plan(report, &ran, path, text, &sources, &mutation, loaders));
        }
    }
    plans
}

/// What ran in a test. Code that is only known from the set-up is known to the test, too.
fn ran(report: &Report, result: &TestResult) -> Coverage {
    let mut all = report.test_of(result).map(|(file, _)| file.seen.coverage.clone()).unwrap_or_default();
    all.add(&result.seen.coverage);
    all
}

fn plan(
    report: &Report,
    ran: &[Coverage],
    path: &Path,
    text: &str,
    sources: &Sources,
    mutation: &Mutation,
    loaders: &[(usize, &Prepared, u32)],
) -> Option<Plan> {
    let range = mutation.span.start as usize..mutation.span.end as usize;
    let old = text.get(range.clone())?;
    let new = mutation.replacement(old);
    let changed = format!("{}{new}{}", &text[..range.start], &text[range.end..]);
    let mut tests = HashSet::new();
    let mut files = Vec::new();
    for (i, file, source) in loaders {
        let span = Span { source: *source, ..mutation.span };
        let in_setup = file.seen.coverage.touches(span);
        for (result, ran) in report.tests.iter().zip(ran).filter(|(result, _)| result.file == *i) {
            if in_setup || ran.touches(span) {
                tests.insert((file.suite.name.clone(), file.suite.tests[result.test].name.clone()));
            }
        }
        files.push(PathBuf::from(&file.suite.name));
    }
    files.dedup();
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mutant = Mutant {
        place: sources.describe(mutation.span)?,
        old: one_line(old),
        new: one_line(&new),
        kind: mutation.kind.name(),
        fate: Fate::Survived,
    };
    Some(Plan { path: path.to_owned(), text: changed, tests, files, mutant })
}
