//! Prints the table of the worst time and memory that a million juice takes: `cargo bench -p cvx-tests --bench costs`.

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use tests::costs;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default();
    let held = || {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
    };
    let worst = costs::worst(&filter, held, |form| eprintln!("{form}"));
    print!("{}", costs::report(&worst));
}
