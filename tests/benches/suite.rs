//! Times all works of the benchmark suite and prints a table, with the yardstick and the allocations measured in the
//! same run: `cargo bench -p cvx-tests --bench suite [-- TEXT]`. With a text, only what contains it in its name.

// Measuring time and starting programs is what this is for.
#![allow(clippy::disallowed_methods)]

use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::suite::{self, Allocations, Measured, Work};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Each work runs at least this often.
const MIN_RUNS: u32 = 7;
/// Short works run until this much time has passed, preparations included.
const MIN_TIME: Duration = Duration::from_millis(200);

fn main() {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default();
    let yardstick = lua("yardstick.lua");
    let counts = allocations(&filter);
    let measured: Vec<Measured> = suite::works(&filter)
        .into_iter()
        .map(|work| {
            eprintln!("{}", work.id());
            let allocations = counts.get(&work.id()).copied();
            Measured { best: time(&work), work, allocations }
        })
        .collect();
    // The lesser of two, as the works are the best of several runs too.
    let yardstick = yardstick.zip(lua("yardstick.lua")).map(|(before, after)| before.min(after));
    let same_in_lua = ["fib", "loop"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), lua(&format!("{name}.lua"))?)))
        .collect::<Vec<_>>();
    let table = suite::report(&measured, yardstick, &same_in_lua);
    print!("{table}");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("suite.md");
    match fs::write(&out, &table) {
        Ok(()) => eprintln!("written to {}", out.display()),
        Err(error) => eprintln!("cannot write {}: {error}", out.display()),
    }
}

/// The shortest of several runs.
fn time(work: &Work) -> Duration {
    let (mut best, mut runs) = (Duration::MAX, 0);
    let begin = Instant::now();
    while runs < MIN_RUNS || begin.elapsed() < MIN_TIME {
        let run = (work.prepare)();
        let start = Instant::now();
        let result = black_box(run());
        best = best.min(start.elapsed());
        drop(result);
        runs += 1;
    }
    best
}

/// What a script prints that measures itself, in milliseconds; nothing where there is no Lua.
fn lua(script: &str) -> Option<f64> {
    let output = Command::new("lua5.4").arg(suite::file(script)).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// What each work allocates, counted by a program of its own, so that counting takes no time here.
fn allocations(filter: &str) -> HashMap<String, Allocations> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).arg(filter).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let (id, count, bytes) = (fields.next()?, fields.next()?, fields.next()?);
            Some((id.to_owned(), Allocations { count: count.parse().ok()?, bytes: bytes.parse().ok()? }))
        })
        .collect()
}
