//! Transactions that were taken and are not final yet, and who waits for them.

use crate::outcome::Outcome;
use lang::Hash;
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Called once with what came of a transaction.
pub type Reply = Box<dyn FnOnce(Outcome) + Send>;

/// Replies by the hash of the signed transaction.
#[derive(Default)]
pub(crate) struct Pending {
    replies: Mutex<HashMap<Hash, Vec<Reply>>>,
    answered: Condvar,
}

impl Pending {
    /// Adds one who waits; answers whether the transaction is new.
    pub fn add(&self, id: Hash, reply: Reply) -> bool {
        let mut replies = self.lock();
        let waiting = replies.entry(id).or_default();
        waiting.push(reply);
        waiting.len() == 1
    }

    /// Tells all who wait for a transaction what came of it.
    pub fn answer(&self, id: &Hash, outcome: impl FnOnce() -> Outcome) {
        let waiting = self.lock().remove(id);
        let Some(waiting) = waiting else { return };
        self.answered.notify_all();
        let outcome = outcome();
        for reply in waiting {
            reply(outcome.clone());
        }
    }

    /// How many transactions are on their way.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Waits until fewer than so many are on their way, for a while at most.
    pub fn wait_below(&self, most: usize, longest: Duration) {
        let replies = self.lock();
        let is_full = |replies: &mut HashMap<Hash, Vec<Reply>>| replies.len() >= most;
        drop(self.answered.wait_timeout_while(replies, longest, is_full));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Vec<Reply>>> {
        self.replies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
