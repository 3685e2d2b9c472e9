//! Convergent Proof of Stake: how peers agree on one sequence of blocks.
//!
//! Beliefs, the rule of merging them, levels of agreement, and the defences of a peer, as functions from values to values.
//! There is no clock, thread, random number, file or socket in here: time and messages come as events, and what a peer
//! wants done goes out as actions. Running blocks is the business of [`vm`].

pub mod belief;
pub mod level;
pub mod limits;
pub mod merge;
pub mod order;
pub mod tail;
pub mod vote;
pub mod weight;

pub use belief::Belief;
pub use order::{Level, Order, SignedOrder};
pub use weight::Weights;

/// The public key of a peer.
pub type Key = [u8; 32];
