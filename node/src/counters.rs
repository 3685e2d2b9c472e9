//! What a node counts, for those who watch it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that only grow while a node runs.
#[derive(Default)]
pub struct Counters {
    pub(crate) taken: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) finished: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) blocks: AtomicU64,
    pub(crate) juice: AtomicU64,
}

/// The numbers at one time.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Transactions taken from clients.
    pub taken: u64,
    /// Transactions of clients that were not taken, or left out of blocks.
    pub refused: u64,
    /// Transactions in executed blocks.
    pub finished: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Executed blocks.
    pub blocks: u64,
    /// Juice used by executed transactions.
    pub juice: u64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, count: u64) {
        counter.fetch_add(count, Ordering::Relaxed);
    }

    /// The numbers now.
    pub fn now(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            taken: read(&self.taken),
            refused: read(&self.refused),
            finished: read(&self.finished),
            failed: read(&self.failed),
            blocks: read(&self.blocks),
            juice: read(&self.juice),
        }
    }
}
