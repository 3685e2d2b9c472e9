//! Transactions of the account that controls a peer: signed with the peer's own key, many at once
//! on their way.

use crate::node::Node;
use crate::outcome::{Outcome, refusal};
use crate::pending::Reply;
use crate::pool::Full;
use lang::Value;
use std::sync::PoisonError;
use vm::Transaction;

/// How often a transaction is signed anew when its sequence number was taken by another.
const TRIES: u32 = 4;

/// What a transaction does, with the account and sequence number that it is to have.
type Make = Box<dyn Fn(u64, i64) -> Transaction + Send>;

impl Node {
    /// Runs a transaction of the account that controls this peer. It is made from the account and
    /// the sequence number that it is to have; where that number is taken meanwhile, it is made
    /// again.
    ///
    /// # Errors
    /// [`Full`] when too many wait.
    pub fn act(
        &self,
        make: impl Fn(u64, i64) -> Transaction + Send + 'static,
        reply: impl FnOnce(Outcome) + Send + 'static,
    ) -> Result<(), Full> {
        self.attempt(Box::new(make), Box::new(reply), TRIES)
    }

    fn attempt(&self, make: Make, reply: Reply, tries: u32) -> Result<(), Full> {
        // Held until the transaction is in the queue, so that they come in the order of their
        // numbers.
        let mut last = self.shared.last_number.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.state();
        let controller = self.controller();
        let account = controller.and_then(|address| state.account(address).ok().flatten());
        let (Some(address), Some(account)) = (controller, account) else {
            drop(last);
            let message = "The account that controls this peer does not have its key";
            reply(Outcome::refused(None, refusal("STATE", message)));
            return Ok(());
        };
        let number = account.sequence().unwrap_or(0).max(*last).saturating_add(1);
        let transaction = make(address, number);
        let signed = self.shared.sign(&transaction.value());
        let node = self.clone();
        let finish = move |outcome: Outcome| node.finish(make, reply, tries, outcome);
        self.submit(signed, finish)?;
        *last = number;
        Ok(())
    }

    /// Where a number was not used, those after it cannot be either: counting begins anew from the
    /// state.
    fn finish(&self, make: Make, reply: Reply, tries: u32, outcome: Outcome) {
        let code = outcome.applied.result.as_ref().err().map(|failure| failure.error.code.clone());
        let was_taken = code == Some(Value::keyword("SEQUENCE"));
        if outcome.place.is_none() || was_taken {
            *self.shared.last_number.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        }
        if !was_taken || tries == 0 {
            return reply(outcome);
        }
        let answer = std::sync::Arc::new(std::sync::Mutex::new(Some(reply)));
        let later = answer.clone();
        let reply = Box::new(move |outcome| {
            if let Some(reply) = later.lock().unwrap_or_else(PoisonError::into_inner).take() {
                reply(outcome);
            }
        });
        if self.attempt(make, reply, tries - 1).is_err()
            && let Some(reply) = answer.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            reply(outcome);
        }
    }
}
