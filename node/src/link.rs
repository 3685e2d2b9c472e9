//! The seam between a peer and the others it is connected to.

use crate::inbox::Inbox;
use consensus::Key;
use lang::Value;
use std::sync::Arc;

/// A connection to another peer.
pub trait Link: Send + Sync {
    /// Sends a belief. May lose it; a later one takes its place.
    fn send(&self, from: Key, belief: &Value);
}

/// To a peer of the same process.
pub(crate) struct InProcess(pub Arc<Inbox>);

impl Link for InProcess {
    fn send(&self, from: Key, belief: &Value) {
        self.0.belief(from, belief.clone());
    }
}
