//! Blocks that were found good, so that each is checked once however many orders hold it.

use crate::limits::MAX_VERIFIED_BLOCKS;
use lang::Hash;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Hashes of good blocks. Holds a bounded number and forgets old ones.
#[derive(Clone, Default)]
pub(crate) struct Verified {
    recent: Arc<BTreeSet<Hash>>,
    /// Those that were recent before `recent` was full.
    older: Arc<BTreeSet<Hash>>,
}

impl Verified {
    pub(crate) fn contains(&self, hash: &Hash) -> bool {
        self.recent.contains(hash) || self.older.contains(hash)
    }

    pub(crate) fn insert(&mut self, hash: Hash) {
        if self.recent.len() >= MAX_VERIFIED_BLOCKS {
            self.older = std::mem::take(&mut self.recent);
        }
        Arc::make_mut(&mut self.recent).insert(hash);
    }
}
