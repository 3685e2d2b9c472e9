//! Events: what a peer learns.

use crate::Key;
use crate::draft::Simulated;
use lang::{Signed, Value};
use vm::State;

/// Something that happened outside.
#[derive(Clone)]
pub enum Event {
    /// Time has passed, or something has arrived or been done: what is held is merged, and what is
    /// due is done. To be given soon after other events, once for many that come together, and now
    /// and then when nothing happens ([`crate::limits::RESEND_MS`]).
    Tick,
    /// A belief, or a single signed order, arrived. It counts at the next [`Event::Tick`].
    Received {
        /// The key that the other end of the connection has proved, if it has.
        from: Option<Key>,
        /// What arrived, of any kind.
        message: Value,
    },
    /// Clients sent signed transactions that intake has judged.
    Transactions(Vec<Signed>),
    /// A draft of a block was simulated ([`crate::Action::Simulate`]).
    Simulated(Simulated),
    /// The own order with this time (milliseconds since 1970) is durable
    /// ([`crate::Action::Persist`]).
    Persisted {
        /// The time of the order.
        timestamp: i64,
    },
    /// A block was executed ([`crate::Action::Execute`]).
    Executed {
        /// The position of the block, from 0.
        position: u64,
        /// The state after it.
        state: State,
    },
    /// An action could not be carried out, or a store failed: the peer stops.
    Failed {
        /// Why, in a sentence without a full stop.
        reason: String,
    },
}
