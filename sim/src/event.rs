//! What happens in a run, in the order of time.

use crate::done::Done;
use crate::fault::Place;
use lang::Value;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that is to happen.
pub enum Happening {
    /// A peer looks at what has arrived.
    Tick(Place),
    /// A peer looks at what has arrived or been done a moment ago.
    Look(Place),
    /// A message arrives.
    Arrival {
        /// The sender.
        from: Place,
        /// The receiver.
        to: Place,
        /// The message.
        message: Value,
    },
    /// Something that a core asked for is done.
    Done {
        /// Where.
        place: Place,
        /// Which core.
        core: usize,
        /// The life of the process that asked.
        life: u64,
        /// What is done.
        what: Done,
    },
    /// A user hands in a transaction.
    Work,
    /// The fault at a position of the list begins.
    FaultBegins(usize),
    /// It ends.
    FaultEnds(usize),
}

/// What is to happen, the earliest first; at one time, what was planned first.
#[derive(Default)]
pub struct Queue {
    heap: BinaryHeap<Entry>,
    planned: u64,
}

struct Entry {
    time: i64,
    number: u64,
    happening: Happening,
}

impl Queue {
    /// Plans something for a time.
    pub fn plan(&mut self, time: i64, happening: Happening) {
        self.planned += 1;
        self.heap.push(Entry { time, number: self.planned, happening });
    }

    /// Takes out what happens next, with its time, if that is before an end.
    pub fn next_before(&mut self, end: i64) -> Option<(i64, Happening)> {
        if self.heap.peek()?.time >= end {
            return None;
        }
        self.heap.pop().map(|entry| (entry.time, entry.happening))
    }
}

impl Entry {
    fn key(&self) -> (i64, u64) {
        (self.time, self.number)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    // The heap has the greatest on top, so the earliest is the greatest.
    fn cmp(&self, other: &Entry) -> Ordering {
        other.key().cmp(&self.key())
    }
}
