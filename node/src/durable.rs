//! The seam between a peer and what outlives its process.

use lang::Signed;

/// Called once, when an order is durable or cannot be made so; then with the reason, in a sentence
/// without a full stop.
pub type Done = Box<dyn FnOnce(Result<(), String>) + Send>;

/// Makes own orders durable before they are sent.
pub trait Durable: Send + Sync {
    /// Keeps an own signed order, in place of the one before.
    fn keep(&self, order: Signed, done: Done);
}

/// Nothing outlives the process: such a peer must begin anew, with a new network.
pub struct InMemory;

impl Durable for InMemory {
    fn keep(&self, _: Signed, done: Done) {
        done(Ok(()));
    }
}
