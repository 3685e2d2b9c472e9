//! Convergent Proof of Stake: how peers agree on one sequence of blocks.
//!
//! Beliefs, the rule of merging them, levels of agreement, and the defences of a peer, as functions
//! from values to values. There is no clock, thread, random number, file or socket in here: time
//! and messages come as events, and what a peer wants done goes out as actions. Running blocks is
//! the business of [`vm`].

pub mod action;
pub mod belief;
mod decide;
pub mod defence;
pub mod draft;
pub mod equivocation;
pub mod event;
pub mod execution;
pub mod level;
pub mod limits;
pub mod merge;
mod observe;
pub mod order;
pub mod peer;
mod publish;
mod receive;
pub mod signatures;
pub mod step;
pub mod tail;
mod verified;
pub mod vote;
pub mod weight;

pub use action::Action;
pub use belief::Belief;
pub use defence::{Defence, Defences};
pub use event::Event;
pub use order::{Level, Order, SignedOrder};
pub use peer::Peer;
pub use signatures::Signatures;
pub use step::step;
pub use weight::Weights;

/// The public key of a peer.
pub type Key = [u8; 32];
