//! Counts what the works of the benchmark suite allocate: for each a line with its name, the number of allocations and
//! reallocations of one run, and the bytes held after it, separated by tabs. An argument is a text that the names
//! must contain.

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use tests::suite;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let filter = std::env::args().nth(1).unwrap_or_default();
    for work in suite::works(&filter) {
        // The first run fills what is kept between runs.
        drop((work.prepare)()());
        let run = (work.prepare)();
        let region = Region::new(ALLOCATOR);
        let result = run();
        let change = region.change();
        drop(result);
        let count = change.allocations + change.reallocations;
        let bytes = change.bytes_allocated as i64 - change.bytes_deallocated as i64;
        println!("{}\t{count}\t{bytes}", work.id());
    }
}
