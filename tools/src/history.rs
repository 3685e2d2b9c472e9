//! What a session can take back: the states before its last changes.

use lang::Missing;
use std::collections::VecDeque;
use vm::State;

/// How many changes can be taken back.
const MAX_CHANGES: usize = 1_000;

/// A form, or several taken as one, that changed the state.
pub struct Change {
    /// What made it, such as `entry 7: (def b 2)`.
    pub what: String,
    /// The account that was acting.
    pub account: u64,
    /// The state before.
    pub before: State,
}

/// The last changes, oldest first.
#[derive(Default)]
pub struct History {
    changes: VecDeque<Change>,
}

impl History {
    /// Keeps a change; forgets the oldest where there are too many.
    pub fn add(&mut self, change: Change) {
        self.changes.push_back(change);
        if self.changes.len() > MAX_CHANGES {
            self.changes.pop_front();
        }
    }

    /// Takes out the last changes, the last one first: so many, or all where there are fewer.
    pub fn take(&mut self, count: usize) -> Vec<Change> {
        let kept = self.changes.len().saturating_sub(count);
        self.changes.drain(kept..).rev().collect()
    }
}

/// Whether two states differ in more than the sequence of one account: a form that only reads raises the sequence
/// of its account all the same. What the states share is not looked at.
///
/// # Errors
/// [`Missing`] when an account is not here.
pub fn differ(before: &State, after: &State, account: u64) -> Result<bool, Missing> {
    let mut leveled = after.clone();
    if let Some(record) = before.account(account)? {
        let sequence = record.sequence()?;
        leveled.change_account(account, |account| account.set_sequence(sequence))?;
    }
    Ok(before.value() != leveled.value())
}
