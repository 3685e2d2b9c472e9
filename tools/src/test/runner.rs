//! Running test files: set-ups first, then every test in a fork of its own, on several threads.

use super::eyes::{Eyes, Seen};
use super::failure::Failure;
use super::fork::{Cost, Fork, Watch};
use super::player::{Flow, Player};
use super::suite::{Body, Files, Suite, Test};
use crate::report::Problem;
use crate::texts::Functions;
use lang::source::{Positions, Sources};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use vm::State;

/// The stack of a thread that runs tests, in bytes. The machine nests to a fixed depth.
const STACK_BYTES: usize = 64 << 20;

/// What to run, and how.
#[derive(Clone)]
pub struct Options {
    /// The account that tests run as.
    pub account: u64,
    /// Only tests whose file and name, as `file › name`, contain this.
    pub filter: Option<String>,
    /// Only these tests, by file and name.
    pub only: Option<HashSet<(String, String)>>,
    /// How many threads.
    pub jobs: usize,
    /// What random values are made from: the same seed makes the same values.
    pub seed: u64,
    /// How many values or sequences are tried, whatever the tests say.
    pub runs: Option<u64>,
    /// Whether to run no more tests after one has failed.
    pub stops_early: bool,
    /// What is measured besides.
    pub measure: Measure,
    /// How functions show in what is told.
    pub functions: Functions,
}

/// What is measured while tests run. Each has its price in time.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Measure {
    /// Which code runs.
    pub coverage: bool,
    /// How the state grows, and what functions take.
    pub costs: bool,
}

/// A test file whose set-up has run.
pub struct Prepared {
    /// The file.
    pub suite: Suite,
    /// Where its forms, and the ops of its set-up, stand.
    pub positions: Arc<Positions>,
    /// The state after the set-up.
    pub fork: Fork,
    /// What the set-up took.
    pub cost: Cost,
    /// What failed in the set-up; then no test runs.
    pub failures: Vec<Failure>,
    /// What was seen while it ran.
    pub seen: Seen,
}

impl Prepared {
    /// A player on a fork of its own.
    pub fn player(&self, watch: &Watch) -> Player<'_> {
        let positions = Positions::over(self.positions.clone());
        Player::new(&self.suite.sources, positions, self.fork.clone(), watch.clone())
    }

    /// Its texts, and where forms stand, for others to go on with.
    pub fn texts(&self) -> (Sources, Positions) {
        (self.suite.sources.clone(), Positions::over(self.positions.clone()))
    }
}

/// What came of a test.
pub struct TestResult {
    /// The place of its file among the files.
    pub file: usize,
    /// Its place in the file.
    pub test: usize,
    /// How many assertions there were.
    pub assertions: u64,
    /// How many failed.
    pub failed: u64,
    /// What failed, the last of them perhaps not kept.
    pub failures: Vec<Failure>,
    /// What its transactions took, those of the set-up left out.
    pub cost: Cost,
    /// What was seen while it ran.
    pub seen: Seen,
    /// How long it ran.
    pub time: Duration,
}

impl TestResult {
    /// Whether it passed: something was asserted, and nothing failed.
    pub fn passed(&self) -> bool {
        self.failed == 0 && self.assertions > 0
    }
}

/// What came of a run.
pub struct Report {
    /// The files in the order given; an error when one cannot be read.
    pub files: Vec<Result<Prepared, (PathBuf, files::Unread)>>,
    /// The tests that ran, in the order of the files and in them.
    pub tests: Vec<TestResult>,
    /// Whether all tests were to run, or only some.
    pub scope: Scope,
    /// How long it all took.
    pub time: Duration,
}

/// Which tests of the files were to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All.
    All,
    /// Those that fit a filter, or that failed before.
    Some,
}

impl Report {
    /// The test that a result is of, and its file.
    pub fn test_of(&self, result: &TestResult) -> Option<(&Prepared, &Test)> {
        let prepared = self.files.get(result.file)?.as_ref().ok()?;
        Some((prepared, prepared.suite.tests.get(result.test)?))
    }

    /// The files of which nothing ran because something is wrong with them.
    pub fn broken(&self) -> impl Iterator<Item = &Prepared> {
        self.files
            .iter()
            .flatten()
            .filter(|file| !file.suite.problems.is_empty() || !file.failures.is_empty())
    }

    /// Whether a file was to be run as a whole and has no tests.
    pub fn is_idle(&self, file: &Prepared) -> bool {
        self.scope == Scope::All && file.suite.tests.is_empty() && file.suite.problems.is_empty()
    }

    /// Whether all is well.
    pub fn passed(&self) -> bool {
        let sound = |file: &Result<Prepared, _>| {
            file.as_ref().is_ok_and(|file| {
                file.suite.problems.is_empty() && file.failures.is_empty() && !self.is_idle(file)
            })
        };
        self.files.iter().all(sound) && self.tests.iter().all(TestResult::passed)
    }
}

/// Reads test files, runs their set-ups, then their tests.
pub fn run(paths: &[PathBuf], files: &dyn Files, genesis: &State, options: &Options) -> Report {
    let start = Instant::now();
    let prepared = in_parallel(options.jobs, paths, |path| prepare(path, files, genesis, options));
    let mut queue = Vec::new();
    for (i, file) in prepared.iter().enumerate() {
        let Ok(file) = file else { continue };
        if file.suite.problems.is_empty() && file.failures.is_empty() {
            let wanted = |test: &Test| options.wants(&file.suite.name, &test.name);
            let tests = file.suite.tests.iter().enumerate().filter(|(_, test)| wanted(test));
            queue.extend(tests.map(|(j, _)| (i, j)));
        }
    }
    let has_failed = AtomicBool::new(false);
    let tests = in_parallel(options.jobs, &queue, |(i, j)| {
        let file = prepared[*i].as_ref().ok()?;
        if options.stops_early && has_failed.load(Ordering::Relaxed) {
            return None;
        }
        let result = run_test(file, *i, *j, options);
        if !result.passed() {
            has_failed.store(true, Ordering::Relaxed);
        }
        Some(result)
    });
    let scope = if options.filter.is_none() && options.only.is_none() { Scope::All } else { Scope::Some };
    Report { files: prepared, tests: tests.into_iter().flatten().collect(), scope, time: start.elapsed() }
}

impl Options {
    fn wants(&self, file: &str, test: &str) -> bool {
        let is_named = |filter: &String| format!("{file} › {test}").contains(filter.as_str());
        self.filter.as_ref().is_none_or(is_named)
            && self.only.as_ref().is_none_or(|only| only.contains(&(file.to_owned(), test.to_owned())))
    }
}

/// Reads a test file and runs its set-up.
fn prepare(
    path: &Path,
    files: &dyn Files,
    genesis: &State,
    options: &Options,
) -> Result<Prepared, (PathBuf, files::Unread)> {
    let mut suite = Suite::read(path, files).map_err(|error| (path.to_owned(), error))?;
    let fork = Fork { state: genesis.clone(), account: options.account, given: Vec::new() };
    if !suite.problems.is_empty() {
        let (positions, cost, seen) = (Arc::default(), Cost::default(), Seen::default());
        return Ok(Prepared { suite, positions, fork, cost, failures: Vec::new(), seen });
    }
    let positions = std::mem::take(&mut suite.positions);
    let eyes = Eyes::new(options);
    let mut player = Player::new(&suite.sources, positions, fork, eyes.watch());
    if player.play(&suite.setup) == Flow::Stop && player.failures.is_empty() {
        let problem = Problem { message: "the set-up failed".to_owned(), ..Problem::default() };
        player.failures.push(Failure::plain(problem, player.fork.clone()));
    }
    let Player { positions, fork, cost, failures, .. } = player;
    let seen = eyes.finish();
    Ok(Prepared { positions: Arc::new(positions), fork, cost, failures, seen, suite })
}

fn run_test(file: &Prepared, i: usize, j: usize, options: &Options) -> TestResult {
    let start = Instant::now();
    let test = &file.suite.tests[j];
    let eyes = Eyes::new(options);
    let watch = eyes.watch();
    let player = match &test.body {
        Body::Steps(steps) => {
            let mut player = file.player(&watch);
            player.play(steps);
            player
        }
        Body::Property(property) => property.run(file, &test.name, options, &watch),
        Body::Invariant(invariant) => invariant.run(file, &test.name, options, &watch),
    };
    let Player { assertions, failed, failures, cost, .. } = player;
    let (seen, time) = (eyes.finish(), start.elapsed());
    TestResult { file: i, test: j, assertions, failed, failures, cost, seen, time }
}

/// Does work on several threads; the results are in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(jobs: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());
    let labour = || {
        while let Some((i, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, items.get(i)?)))
        {
            let result = work(item);
            results.lock().unwrap_or_else(PoisonError::into_inner)[i] = Some(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.min(items.len()).max(1) {
            let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
            // Fewer threads do the same work.
            let _ = builder.spawn_scoped(scope, labour);
        }
        labour();
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}
