//! Prints the table of the worst time and memory that a million juice takes: `cargo bench -p cvx-tests --bench costs`.

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::process::Command;
use tests::{costs, suite};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default();
    let held = || {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
    };
    let before = lua();
    let worst = costs::worst(&filter, held, |form| eprintln!("{form}"));
    let (growth, hashing, division) = (costs::growth(), costs::hashing(), costs::division());
    // The lesser of two, as the times are the best of several runs too.
    let yardstick = before.zip(lua()).map(|(before, after)| before.min(after));
    print!("{}", costs::report(&worst, &costs::Aside { growth, hashing, division, yardstick }));
}

/// What the yardstick prints, which measures itself, in milliseconds; nothing where there is no Lua.
fn lua() -> Option<f64> {
    let output = Command::new("lua5.4").arg(suite::file("yardstick.lua")).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
