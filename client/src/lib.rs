//! How an author's program talks to a network.
//!
//! - [`chain`]: what is asked of a network: accounts, queries, transactions
//! - [`embedded`]: of a node in this process; [`remote`]: of a node elsewhere, over HTTP, ours or
//!   the reference's
//! - [`answer`]: what came of a transaction or query; [`trouble`]: why there is no answer
//! - [`author`]: who signs, and with which sequence number
//!
//! Transactions are made and signed here: no secret leaves the process, and what is signed is never
//! taken from the other side.

#![allow(clippy::disallowed_methods, reason = "a client has clocks and sockets")]

pub mod answer;
pub mod author;
pub mod chain;
pub mod embedded;
pub mod remote;
pub mod trouble;
mod wire;

pub use answer::Answer;
pub use author::Author;
pub use chain::{Chain, Facts};
pub use embedded::Embedded;
pub use remote::Remote;
pub use trouble::Trouble;
