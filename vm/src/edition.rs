//! Numbers that stand for content, so that what was found in it can be told to be still true.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// The edition of what an account defines: its definitions, their metadata and its parent. Where editions are equal,
/// so is the content; equal content may have several. Editions never reach results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edition(u64);

/// A thread takes as many numbers at once.
const NUMBERS_OF_THREAD: u64 = 1 << 32;

static NEXT_OF_ALL: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The next number of this thread and the end of its numbers.
    static NUMBERS: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

impl Edition {
    /// Not changed since the account was read from the tree, whose edition counts.
    pub(crate) const READ: Edition = Edition(0);

    /// An edition that nothing has.
    pub(crate) const NEVER: Edition = Edition(u64::MAX);

    /// An edition that nothing had before.
    pub(crate) fn new() -> Edition {
        NUMBERS.with(|numbers| {
            let (mut next, mut end) = numbers.get();
            if next == end {
                next = NEXT_OF_ALL.fetch_add(NUMBERS_OF_THREAD, Ordering::Relaxed);
                end = next + NUMBERS_OF_THREAD;
            }
            numbers.set((next + 1, end));
            Edition(next)
        })
    }
}
