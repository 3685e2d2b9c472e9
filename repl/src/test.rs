//! `cvx test`: finds test files, runs them, tells what came of it.

use crate::cli;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::output::Output;
use crate::{failed_tests, jsonl, pipe, repl};
use files::{Limit, same};
use lang::{List, Value};
use std::collections::HashSet;
use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tools::printable::Printable;
use tools::screen::Screen;
use tools::session::Session;
use tools::show;
use tools::test::baseline::{Baseline, Verdict};
use tools::test::costs::Prices;
use tools::test::coverage;
use tools::test::find;
use tools::test::fork::Watch;
use tools::test::mutate;
use tools::test::runner::{self, Measure, Options, Prepared, Report};
use tools::test::suite::Disk;
use vm::State;

/// How long to wait between two looks at the files.
const POLL: Duration = Duration::from_millis(200);

/// Runs tests.
///
/// # Errors
/// [`Failure::Program`] when one failed; [`Failure::Usage`] when there is none, or a path cannot be read.
pub fn test(genesis: &State, file: Option<&Path>, request: &cli::Test, limit: Limit) -> Result<(), Failure> {
    if !genesis.has_account(request.who.account.0).unwrap_or(false) {
        return Err(Failure::Usage(format!("there is no account {}", request.who.account)));
    }
    if request.watch {
        return watch(genesis, request, limit);
    }
    if request.mutate {
        return mutate(genesis, request, &find(request)?, limit);
    }
    let paths = find(request)?;
    let outputs = outputs(request);
    refuse_overwriting(&outputs, file.into_iter().chain(paths.iter().map(PathBuf::as_path)))?;
    let report = run(genesis, request, &paths, limit)?;
    let loaded = loaded(&report);
    refuse_overwriting(&outputs, loaded.iter().map(PathBuf::as_path))?;
    tell(&report, genesis, request)?;
    let verdict = measures(&report, genesis, request, limit)?;
    if request.repl_on_fail {
        explore(&report, limit)?;
    }
    if report.passed() && verdict == Verdict::Kept { Ok(()) } else { Err(Failure::Program) }
}

/// The files that reports are written to.
fn outputs(request: &cli::Test) -> Vec<&Path> {
    let asked = [&request.junit, &request.lcov, &request.baseline];
    asked.into_iter().flatten().map(PathBuf::as_path).collect()
}

/// Refuses reports that would overwrite what is read, or each other.
fn refuse_overwriting<'a>(
    outputs: &[&Path],
    inputs: impl Iterator<Item = &'a Path> + Clone,
) -> Result<(), Failure> {
    for (i, out) in outputs.iter().enumerate() {
        if let Some(input) = same::overwritten(out, inputs.clone()) {
            return Err(Failure::overwrites(out, input));
        }
        if let Some(other) = same::overwritten(out, outputs[..i].iter().copied()) {
            let (out, other) = (show::path(out), show::path(other));
            return Err(Failure::Usage(format!("two reports cannot be in one file: {other} and {out}")));
        }
    }
    Ok(())
}

/// Runs tests on changed code, and tells which changes none of them notices.
fn mutate(genesis: &State, request: &cli::Test, paths: &[PathBuf], limit: Limit) -> Result<(), Failure> {
    let outcome = mutate::run(paths, Disk { limit }, genesis, &options(request)?);
    match request.json {
        true => jsonl::print_text(&format!("{}\n", outcome.json()))?,
        false => show::say(outcome.render())?,
    }
    if outcome.survived() == 0 { Ok(()) } else { Err(Failure::Program) }
}

/// Tells coverage and costs, and compares with the baseline.
fn measures(report: &Report, genesis: &State, request: &cli::Test, limit: Limit) -> Result<Verdict, Failure> {
    let mut out = Printable::new();
    if request.costs && !request.json {
        out.append(&report.costs(Prices::of(genesis, request.memory_price)));
    }
    if measures_coverage(request) {
        let files = report.coverage();
        if request.annotate && !request.json {
            files.iter().for_each(|file| out.append(&coverage::annotated(file)));
        }
        if !request.json {
            out.append(&coverage::table(&files));
        }
        if let Some(path) = &request.lcov {
            write(path, &coverage::lcov(&files))?;
        }
    }
    let mut verdict = Verdict::Kept;
    if let Some(path) = &request.baseline {
        verdict = baseline(report, path, request.update_baseline, limit)?;
    }
    show::say(out)?;
    Ok(verdict)
}

/// Compares with a baseline, or writes it when there is none or when it is to be updated.
fn baseline(report: &Report, path: &Path, is_update: bool, limit: Limit) -> Result<Verdict, Failure> {
    let now = Baseline::of(report);
    let before = match files::read::regular(path, None, limit) {
        Err(why) if why.is_absent() => None,
        Err(why) => return Err(Failure::unread(path, &why)),
        Ok(text) => Some(
            Baseline::read(&text.text)
                .ok_or_else(|| Failure::Usage(format!("{} is no baseline", show::path(path))))?,
        ),
    };
    let text = match before {
        Some(before) if is_update => before.updated(now, report.scope).to_text(),
        Some(before) => {
            let comparison = before.compare(&now, report.scope);
            show::tell(&comparison.text);
            return Ok(comparison.verdict);
        }
        None => now.to_text(),
    };
    write(path, &text)?;
    show::tell(format!("wrote {}\n", show::path(path)));
    Ok(Verdict::Kept)
}

fn measures_coverage(request: &cli::Test) -> bool {
    request.coverage || request.annotate || request.lcov.is_some()
}

fn find(request: &cli::Test) -> Result<Vec<PathBuf>, Failure> {
    if let Some(path) = request.paths.iter().find(|path| !path.exists()) {
        return Err(Failure::Usage(format!(
            "cannot read {}: there is no such file or folder",
            show::path(path)
        )));
    }
    let paths = find::find(&request.paths)?;
    if paths.is_empty() {
        return Err(Failure::Usage("there are no test files: their names end in `.test.cvx`".to_owned()));
    }
    Ok(paths)
}

fn run(genesis: &State, request: &cli::Test, paths: &[PathBuf], limit: Limit) -> Result<Report, Failure> {
    let options = options(request)?;
    if options.only.as_ref().is_some_and(HashSet::is_empty) {
        return Err(Failure::Usage("no test failed when tests ran last in this folder".to_owned()));
    }
    let report = runner::run(paths, &Disk { limit }, genesis, &options);
    failed_tests::save(&report)?;
    if report.tests.is_empty() && report.passed() {
        return Err(Failure::Usage("no test fits".to_owned()));
    }
    Ok(report)
}

fn options(request: &cli::Test) -> Result<Options, Failure> {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Options {
        account: request.who.account.0,
        filter: request.filter.clone(),
        only: if request.rerun_failed { Some(failed_tests::load()?) } else { None },
        jobs: request.jobs.map_or_else(processors, usize::from),
        seed: request.seed.unwrap_or_else(fresh_seed),
        runs: request.runs,
        stops_early: false,
        measure: Measure {
            coverage: measures_coverage(request),
            costs: request.costs || request.baseline.is_some(),
        },
        functions: Output::of(request.json).functions(),
    })
}

fn tell(report: &Report, genesis: &State, request: &cli::Test) -> Result<(), Failure> {
    match request.json {
        true => jsonl::print_text(&data(report, genesis, request))?,
        false => show::say(report.render(Screen::of_stdout()))?,
    }
    if let Some(path) = &request.junit {
        write(path, &report.junit())?;
    }
    Ok(())
}

/// The report as one JSON object in a line, with the `coverage` and the costs of `functions` if they are measured.
fn data(report: &Report, genesis: &State, request: &cli::Test) -> String {
    let mut object = report.json();
    if measures_coverage(request) {
        object["coverage"] = report.coverage_json();
    }
    if request.costs {
        object["functions"] = report.costs_json(Prices::of(genesis, request.memory_price));
    }
    format!("{object}\n")
}

/// A seed that is short enough to type.
fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::from(now.subsec_nanos()) % 1_000_000
}

/// Writes a file.
///
/// # Errors
/// [`Failure::Usage`] when it cannot be written.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    files::write::replace(path, text.as_bytes())
        .map_err(|error| Failure::Usage(format!("cannot write {}: {error}", show::path(path))))
}

/// Runs tests now and whenever a file changes, until the user leaves.
fn watch(genesis: &State, request: &cli::Test, limit: Limit) -> Result<(), Failure> {
    loop {
        // A file may be missing for a moment, while an editor writes it.
        let found = find(request).unwrap_or_default();
        // Taken before the run, so that what changes meanwhile is noticed.
        let mut seen = times(&found);
        let mut files = found.clone();
        let mut is_stale = false;
        match find(request).and_then(|found| run(genesis, request, &found, limit)) {
            Ok(report) => {
                let others = loaded(&report);
                let inputs = found.iter().chain(&others).map(PathBuf::as_path);
                refuse_overwriting(&outputs(request), inputs)?;
                tell(&report, genesis, request)?;
                seen.extend(times(&others));
                files.extend(others);
                // What was loaded may have changed since.
                is_stale = report.files.iter().flatten().any(|file| is_outdated(file, limit));
            }
            Err(failure) => show::tell(format!("cvx: {failure}\n")),
        }
        show::tell("watching; Ctrl-C leaves\n");
        while !is_stale && times(&files) == seen && find(request).unwrap_or_default() == found {
            std::thread::sleep(POLL);
        }
    }
}

/// The files that tests loaded, or would have.
fn loaded(report: &Report) -> Vec<PathBuf> {
    let suites = report.files.iter().flatten().map(|file| &file.suite);
    suites.flat_map(|suite| suite.loaded.iter().map(|(path, _)| path).chain(&suite.absent)).cloned().collect()
}

/// Whether a file that was loaded is not what it was then.
fn is_outdated(file: &Prepared, limit: Limit) -> bool {
    let differs = |(path, source): &(PathBuf, u32)| {
        files::read::text(path, limit).ok().map(|text| text.text).as_deref()
            != file.suite.sources.text(*source)
    };
    file.suite.loaded.iter().any(differs) || file.suite.absent.iter().any(|path| path.exists())
}

/// When files were written last.
fn times(files: &[PathBuf]) -> Vec<Option<SystemTime>> {
    files.iter().map(|path| path.metadata().and_then(|data| data.modified()).ok()).collect()
}

/// Opens a prompt in the state before the first assertion that failed, where what the test has given is defined.
fn explore(report: &Report, limit: Limit) -> Result<(), Failure> {
    let failed =
        report.tests.iter().find_map(|result| Some((report.test_of(result)?.0, result.failures.first()?)));
    let broken = report.broken().find_map(|file| Some((file, file.failures.first()?)));
    let Some((file, failure)) = failed.or(broken) else { return Ok(()) };
    let place = failure.problem.place.and_then(|span| show::place(&file.suite.sources, span));
    let mut fork = failure.fork.clone();
    show::tell(format!("The state before {}, as #{}.\n", place.unwrap_or_default(), fork.account));
    let (sources, mut positions) = file.texts();
    for (name, value) in std::mem::take(&mut fork.given) {
        let text = String::from_utf8_lossy(name.name()).into_owned();
        show::tell(format!("given {text}: {}\n", show::brief(&value, 200)));
        // A prompt knows no names but those of the state.
        let quoted = List::from_values([Value::symbol("quote"), value]);
        let definition = List::from_values([Value::symbol("def"), Value::Symbol(name), quoted.into()]);
        // Where it cannot be defined its value can still be read above.
        let _ = fork.transact(&definition.into(), &mut positions, &Watch::default());
    }
    let session = Session::resume(fork.state, fork.account, sources, positions).map_err(Failure::Usage)?;
    if stdin().is_terminal() {
        repl::converse(session, Ground::Local, limit)
    } else {
        pipe::converse(session, &Ground::Local, Output::Text, limit)
    }
}
