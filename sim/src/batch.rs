//! Many seeds, shared among threads: what each came to, and figures of all.

use crate::mix::Mix;
use crate::run::{Liveness, Outcome, run};
use crate::shrink::shrink;
use crate::tally::Tally;
use consensus::Defences;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Lines of a log that a failing run shows.
const LINES: usize = 20;

/// What became of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Runs.
    pub runs: u64,
    /// Figures of all runs.
    pub tally: Tally,
    /// Simulated milliseconds times peers.
    pub peer_ms: i128,
    /// Simulated milliseconds.
    pub simulated_ms: i128,
    /// Runs in which too little stake was left that follows the rules, for finality to be expected.
    pub not_expected: u64,
    /// Runs in which something was wrong, by seed.
    pub bad: Vec<(u64, Outcome)>,
}

impl Batch {
    fn add(&mut self, mix: &Mix, outcome: Outcome) {
        self.runs += 1;
        self.tally.add(&outcome.tally);
        self.peer_ms += i128::from(mix.length) * mix.peers() as i128;
        self.simulated_ms += i128::from(mix.length);
        self.not_expected += u64::from(matches!(outcome.liveness, Liveness::NotExpected { .. }));
        if !outcome.is_good() {
            self.bad.push((mix.seed, outcome));
        }
    }

    /// Runs in which a rule of safety was broken, by seed.
    pub fn broken(&self) -> impl Iterator<Item = &(u64, Outcome)> {
        self.bad.iter().filter(|(_, outcome)| outcome.broken.is_some())
    }

    /// Runs in which only liveness was lost, by seed.
    pub fn stuck(&self) -> impl Iterator<Item = &(u64, Outcome)> {
        self.bad.iter().filter(|(_, outcome)| outcome.broken.is_none() && !outcome.is_split())
    }

    /// Runs in which peers are in consensus on different blocks for ever, by seed.
    pub fn split(&self) -> impl Iterator<Item = &(u64, Outcome)> {
        self.bad.iter().filter(|(_, outcome)| outcome.is_split())
    }
}

/// Runs seeds of a length in milliseconds on some threads. After each, `told` hears the seed and
/// its outcome. Each run is a world of its own; threads only share out the seeds.
pub fn batch(
    seeds: Range<u64>,
    length: i64,
    defences: Defences,
    threads: usize,
    told: impl Fn(u64, &Outcome) + Sync,
) -> Batch {
    let next = AtomicU64::new(seeds.start);
    let sum = Mutex::new(Batch::default());
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let mix = Mix::draw(seed, length);
                    let outcome = run(&mix, defences, LINES);
                    told(seed, &outcome);
                    // Another thread can only have panicked between two whole additions.
                    sum.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).add(&mix, outcome);
                }
            });
        }
    });
    let mut sum = sum.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    sum.bad.sort_by_key(|(seed, _)| *seed);
    sum
}

/// The smallest run found that goes wrong in the same way as a seed, if the seed goes wrong.
pub fn smallest(seed: u64, length: i64, defences: Defences) -> Option<(Mix, Outcome)> {
    let mix = Mix::draw(seed, length);
    let first = run(&mix, defences, 0);
    if first.is_good() {
        return None;
    }
    let (small, _) = shrink(&mix, |mix| first.is_like(&run(mix, defences, 0)));
    let outcome = run(&small, defences, LINES);
    Some((small, outcome))
}
