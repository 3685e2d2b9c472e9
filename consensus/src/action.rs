//! Actions: what a peer wants done.

use crate::Key;
use crate::draft::Draft;
use crate::equivocation::Proof;
use lang::{Hash, Signed, Value};
use std::fmt;
use vm::State;

/// Something to be done outside.
#[derive(Clone)]
pub enum Action {
    /// Make an own signed order durable, then tell by [`crate::Event::Persisted`].
    Persist(Signed),
    /// Send a belief to the peers that this one is connected to.
    Broadcast(Value),
    /// Execute a block on a state, then tell by [`crate::Event::Executed`]. One at a time.
    Execute {
        /// The position of the block, from 0.
        position: u64,
        /// The signed block.
        block: Value,
        /// The state before it.
        state: State,
    },
    /// Simulate a draft of a block ([`crate::draft::simulate`]), then tell by
    /// [`crate::Event::Simulated`].
    Simulate(Draft),
    /// Tell the operator.
    Report(Report),
    /// Stop: nothing further comes of this peer.
    Stop(Stop),
}

/// Something that an operator should know.
#[derive(Clone)]
pub enum Report {
    /// A peer signed two orders that contradict each other.
    Equivocation(Box<Proof>),
    /// A peer signed different orders with one time. Proves nothing against a reference peer.
    SameTime {
        /// The peer.
        key: Key,
    },
    /// A peer went back on a point of consensus. A reference peer may.
    Receded {
        /// The peer.
        key: Key,
    },
    /// Something that arrived was refused.
    Refused {
        /// The peer whose order it was, where known.
        key: Option<Key>,
        /// Why, in a sentence without a full stop.
        reason: &'static str,
    },
    /// An order cannot be used as a cell of it is absent.
    Incomplete {
        /// The peer whose order it is.
        key: Key,
        /// The cell.
        hash: Hash,
    },
    /// This peer signs nothing for now.
    Observing(Observing),
    /// This peer signs again.
    Signing,
    /// A transaction was left out of a block.
    LeftOut {
        /// The signed transaction.
        transaction: Signed,
        /// Why, in a sentence without a full stop.
        reason: &'static str,
    },
    /// A transaction was dropped because too many wait.
    Overloaded(Signed),
}

/// Why a peer signs nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observing {
    /// It may have signed more than its store holds.
    Amnesia,
    /// Others show an order of its key that it does not know.
    UnknownOrder,
    /// It is in consensus on another block at this position than enough of the others; what it
    /// signed forbids it to follow them with this key.
    Stranded {
        /// The position, from 0.
        position: u64,
    },
}

impl fmt::Display for Observing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Observing::Amnesia => f.write_str("the store may hold less than this key has signed"),
            Observing::UnknownOrder => {
                f.write_str("others show an order of this key that the store does not hold")
            }
            Observing::Stranded { position } => {
                write!(f, "the others are in consensus on another block at position {position}")
            }
        }
    }
}

/// Why a peer stops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// Enough of the others are in consensus on other blocks than those executed here, from this
    /// position on.
    Fork {
        /// The position, from 0.
        position: u64,
    },
    /// A store or an action failed, or a cell of our own is absent.
    Failed(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Fork { position } => {
                let what = "The network is in consensus on other blocks than those executed here";
                write!(f, "{what}, from position {position} on.")
            }
            Stop::Failed(reason) => write!(f, "The peer cannot go on: {reason}."),
        }
    }
}
