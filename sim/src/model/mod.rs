//! An exhaustive model: every delivery and every loss of messages among three peers and two blocks,
//! a liar among them or not.
//!
//! [`rule`] says once more, over small numbers, what a peer decides; [`explore()`] goes through all
//! states that can be reached, moves the real core beside it, and compares the two after each step.

pub mod explore;
pub mod rule;

pub use explore::{Explored, Setting, explore};
pub use rule::{Opinion, Vote};
