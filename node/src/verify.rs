//! Verdicts on signatures: many at once, on several threads, each found once.
//!
//! A verdict depends on the signed value alone, so that threads and their order change nothing but the time it takes.

use lang::{Hash, Signed, Value};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use vm::signature;

/// Verdicts on signed values by their hash. Holds a bounded number and forgets old ones. Shared between threads.
pub struct Verdicts {
    threads: NonZeroUsize,
    capacity: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    recent: HashMap<Hash, bool>,
    /// Those that were recent before `recent` was full.
    older: HashMap<Hash, bool>,
}

/// A thread is worth starting for as many signatures.
const MIN_PER_THREAD: usize = 32;
/// How many verdicts are kept at least, unless told otherwise: those of many blocks.
const CAPACITY: usize = 1 << 17;

impl Verdicts {
    /// No verdicts yet; to be found on as many threads.
    pub fn new(threads: NonZeroUsize) -> Verdicts {
        Verdicts::with_capacity(threads, CAPACITY)
    }

    /// As [`Verdicts::new`], keeping at least a number of verdicts, and at most twice as many.
    pub fn with_capacity(threads: NonZeroUsize, capacity: usize) -> Verdicts {
        Verdicts { threads, capacity, known: Mutex::default() }
    }

    /// Finds the verdicts on signed values that have none yet.
    pub fn judge(&self, signed: &[&Signed]) {
        let whole = signed.iter().filter(|signed| signed.value().is_ok());
        let mut fresh: Vec<(Hash, &Signed)> = whole.map(|signed| (hash(signed), *signed)).collect();
        let known = self.lock();
        fresh.retain(|(hash, _)| known.get(hash).is_none());
        drop(known);
        let verdicts = judge(&fresh, self.threads);
        let mut known = self.lock();
        for (hash, verdict) in verdicts {
            known.remember(hash, verdict, self.capacity);
        }
    }

    /// Whether a signature is good, as [`signature::is_good`] has it.
    pub fn is_good(&self, signed: &Signed) -> bool {
        let known = self.lock().get(&hash(signed));
        known.unwrap_or_else(|| signature::is_good(signed))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // What is kept is right at any time, also after a thread that held it has failed.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn get(&self, hash: &Hash) -> Option<bool> {
        self.recent.get(hash).or_else(|| self.older.get(hash)).copied()
    }

    fn remember(&mut self, hash: Hash, verdict: bool, capacity: usize) {
        if self.recent.len() >= capacity {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(hash, verdict);
    }
}

fn hash(signed: &Signed) -> Hash {
    Value::Signed(signed.clone()).hash()
}

/// The verdict on each, found on several threads where there are enough.
fn judge(signed: &[(Hash, &Signed)], threads: NonZeroUsize) -> Vec<(Hash, bool)> {
    let part = signed.len().div_ceil(threads.get()).max(MIN_PER_THREAD);
    let judge_part = |part: &[(Hash, &Signed)]| -> Vec<(Hash, bool)> {
        let values: Vec<&Signed> = part.iter().map(|(_, signed)| *signed).collect();
        part.iter().map(|(hash, _)| *hash).zip(signature::are_good(&values)).collect()
    };
    let mut parts = signed.chunks(part);
    let Some(first) = parts.next() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| (part, scope.spawn(move || judge_part(part)))).collect();
        let mut verdicts = judge_part(first);
        for (part, thread) in others {
            // A thread that could not finish leaves its part to this one.
            verdicts.extend(thread.join().unwrap_or_else(|_| judge_part(part)));
        }
        verdicts
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::{SigningKey, sign};

    #[test]
    fn verdicts_are_those_of_each_signature_alone() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let signed: Vec<Signed> = (0..200i64)
            .map(|n| {
                let good = sign(&n.into(), &key);
                match n % 17 {
                    0 => Signed::new(good.key().copied(), *good.signature(), Value::from(n + 1)),
                    1 => Signed::new(None, *good.signature(), Value::from(n)),
                    _ => good,
                }
            })
            .collect();
        let all: Vec<&Signed> = signed.iter().collect();
        for (threads, capacity) in [(1, 1000), (2, 1000), (7, 1000), (2, 50), (2, 0)] {
            let threads = NonZeroUsize::new(threads).expect("none is zero");
            let verdicts = Verdicts::with_capacity(threads, capacity);
            for _ in 0..2 {
                verdicts.judge(&all);
                let known = verdicts.lock();
                assert!(known.recent.len() <= capacity.max(1) && known.older.len() <= capacity.max(1));
                drop(known);
                for signed in &all {
                    assert_eq!(verdicts.is_good(signed), signature::is_good(signed), "capacity {capacity}");
                }
            }
        }
    }
}
