//! What surrounds the machine: stores of cells, secret keys and signing, verdicts on signatures, what a
//! peer takes from its clients. Peers and the network
//! come to stand on them.
//!
//! Nothing in here prints; the meaning of cells is the business of [`lang`], running them that of [`vm`].

pub mod genesis_keys;
pub mod intake;
pub mod key_store;
pub mod memory_store;
pub mod sign;
pub mod verify;

pub use genesis_keys::genesis_key;
pub use key_store::KeyStore;
pub use memory_store::MemoryStore;
pub use sign::sign;
pub use verify::Verdicts;
