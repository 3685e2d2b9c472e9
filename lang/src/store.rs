//! The seam through which cells that are not in memory arrive.

use crate::{Hash, Value};
use std::fmt;

/// A place that cells can be fetched from by their hash. Called with no lock held; may be slow.
pub trait Store: Send + Sync {
    /// The cell with this hash, its own branches reached lazily through the same store, or `None` when the
    /// store does not hold it. A store that knows the hash or the memory size of the cell sets them in its facts:
    /// without the size, finding it would fetch all that is below.
    fn load(&self, hash: &Hash) -> Option<Value>;
}

/// The store that holds nothing.
pub struct Nowhere;

impl Store for Nowhere {
    fn load(&self, _: &Hash) -> Option<Value> {
        None
    }
}

/// A cell was needed whose bytes are not to be had here. Neither a panic nor an on-chain error.
#[derive(Clone, PartialEq, Eq)]
pub struct Missing(Box<Hash>);

impl Missing {
    /// A cell with this hash is missing.
    pub fn new(hash: Hash) -> Missing {
        Missing(Box::new(hash))
    }

    /// The hash of the missing cell.
    pub fn hash(&self) -> &Hash {
        &self.0
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cell with hash {} is not here", self.0)
    }
}

impl fmt::Debug for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Missing({})", self.0)
    }
}

impl std::error::Error for Missing {}
