//! What surrounds the machine: stores of cells, secret keys and signing, verdicts on signatures, and running peers.
//!
//! - [`network`]: peers in one process; [`node`]: a handle to one of them
//! - [`intake`], [`queue`], [`pending`], [`outcome`]: from a client's transaction to what came of it; [`mod@query`]
//! - `driver`: the loop that moves [`consensus::Peer`]; `worker`, `executions`: what it wants done
//! - [`ledger`], `cells`: what is final
//! - [`key_store`], [`key_file`], [`pem`], [`seed`], [`passphrase`]: secret keys in files; [`mod@sign`]: what they do
//! - [`durable`], [`link`]: the seams to a disk and to peers elsewhere
//!
//! Nothing in here prints; the meaning of cells is the business of [`lang`], running them that of [`vm`], agreeing that of
//! [`consensus`].

#![allow(clippy::disallowed_methods, reason = "a node has clocks, threads and random keys")]

mod cells;
pub mod clock;
mod controller;
pub mod counters;
mod driver;
pub mod durable;
mod executions;
pub mod genesis_keys;
mod inbox;
pub mod intake;
pub mod key_error;
pub mod key_file;
pub mod key_store;
pub mod ledger;
pub mod link;
pub mod memory_store;
pub mod network;
pub mod node;
pub mod outcome;
pub mod passphrase;
pub mod pem;
pub mod pending;
pub mod pool;
pub mod query;
pub mod queue;
pub mod seed;
pub mod sign;
pub mod signer;
pub mod verify;
mod worker;

pub use clock::Clock;
pub use genesis_keys::genesis_key;
pub use key_error::KeyError;
pub use key_file::KeyFile;
pub use key_store::KeyStore;
pub use memory_store::MemoryStore;
pub use network::Network;
pub use node::Node;
pub use outcome::Outcome;
pub use passphrase::Passphrase;
pub use pool::Pool;
pub use query::query;
pub use sign::sign;
pub use verify::Verdicts;
