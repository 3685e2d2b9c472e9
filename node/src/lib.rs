//! Where cells live outside of values: stores. Peers and the network come to stand on them.
//!
//! Nothing in here prints; the meaning of cells is the business of [`lang`], running them that of [`vm`].

pub mod memory_store;

pub use memory_store::MemoryStore;
