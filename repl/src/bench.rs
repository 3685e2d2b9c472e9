//! `cvx bench`: how long forms take to execute, and the juice that they use.

use crate::cli::Bench;
use crate::failure::Failure;
use crate::jsonl;
use files::Limit;
use lang::Value;
use lang::reader;
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tools::session::GENESIS_ACCOUNT;
use tools::show;
use vm::{Context, Ending, Run, State};

/// The juice that a form may use: far more than a transaction, so that long ones can be measured.
const JUICE_LIMIT: u64 = 1_000_000_000_000;
/// Each form runs at least this often.
const MIN_RUNS: u32 = 7;
/// Short forms run until this much time has passed.
const MIN_TIME: Duration = Duration::from_millis(300);

/// What was measured of a form.
struct Measured {
    value: Value,
    juice: u64,
    best: Duration,
    runs: u32,
}

/// Measures the form in each file.
///
/// # Errors
/// [`Failure::Program`] when a form fails or a file does not hold exactly one, which is reported.
pub fn bench(genesis: &State, request: &Bench, limit: Limit) -> Result<(), Failure> {
    let mut verdict = Ok(());
    if !request.json {
        let titles = ("file", "best", "juice", "juice/ms");
        show::say(format!("{:<24} {:>10} {:>14} {:>12}  value\n", titles.0, titles.1, titles.2, titles.3))?;
    }
    for file in &request.files {
        let measured = measure(genesis, file, limit);
        if measured.is_err() {
            verdict = Err(Failure::Program);
        }
        match (request.json, measured) {
            (true, measured) => jsonl::print(&object(file, measured))?,
            (false, Ok(measured)) => show::say(row(file, &measured))?,
            (false, Err(message)) => show::tell(format!("cvx: {}: {message}\n", show::path(file))),
        }
    }
    verdict
}

fn object(file: &Path, measured: Result<Measured, String>) -> Map<String, Json> {
    let mut object = Map::from_iter([("file".to_owned(), json!(file.display().to_string()))]);
    match measured {
        Ok(measured) => {
            object.insert("value".to_owned(), show::brief(&measured.value, show::MAX_TEXT_BYTES).into());
            object.insert("juice".to_owned(), measured.juice.into());
            object.insert("best_ms".to_owned(), json!(measured.best.as_secs_f64() * 1e3));
            object.insert("runs".to_owned(), measured.runs.into());
        }
        Err(message) => {
            object.insert("error".to_owned(), message.into());
        }
    }
    object
}

fn row(file: &Path, measured: &Measured) -> String {
    const MAX_VALUE_BYTES: usize = 40;
    let name = show::path(file.file_name().unwrap_or(file.as_os_str()).as_ref());
    let ms = measured.best.as_secs_f64() * 1e3;
    let rate = measured.juice as f64 / ms.max(1e-6);
    let value = show::brief(&measured.value, MAX_VALUE_BYTES);
    format!("{name:<24} {ms:>8.3}ms {:>14} {rate:>12.0}  {value}\n", measured.juice)
}

/// Compiles the one form in a file, then executes it again and again, each time in a fresh fork of the state.
fn measure(genesis: &State, file: &Path, limit: Limit) -> Result<Measured, String> {
    let text = files::read::text(file, limit).map_err(|why| format!("cannot be read: {why}"))?.text;
    let form = reader::read_one(&text, 0)
        .map_err(|errors| errors.first().map_or(String::new(), |error| error.message.clone()))?;
    let op = fork(genesis)
        .and_then(|mut context| context.expand_compile(&form.value))
        .map_err(|ending| describe(&ending))?;
    let (mut best, mut runs) = (Duration::MAX, 0);
    let begin = clock();
    loop {
        let mut context = fork(genesis).map_err(|ending| describe(&ending))?;
        let start = clock();
        let value = context.run(&op).map_err(|ending| describe(&ending))?;
        best = best.min(start.elapsed());
        runs += 1;
        if runs >= MIN_RUNS && begin.elapsed() >= MIN_TIME {
            return Ok(Measured { value, juice: context.juice(), best, runs });
        }
    }
}

fn fork(genesis: &State) -> Run<Context> {
    Context::new(genesis.clone(), GENESIS_ACCOUNT, JUICE_LIMIT)
}

/// Measuring time is what this command is for.
#[allow(clippy::disallowed_methods)]
fn clock() -> Instant {
    Instant::now()
}

fn describe(ending: &Ending) -> String {
    match ending {
        Ending::Error(error) => format!(
            "{}: {}",
            show::brief(&error.code, show::MAX_TEXT_BYTES),
            show::plain(&error.message, show::MAX_TEXT_BYTES)
        ),
        other => format!("{other:?}"),
    }
}
