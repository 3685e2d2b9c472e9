//! A store in memory: the encodings of cells by their hash.
//!
//! What always holds: with a cell, all branches that it reaches are in the store.

use lang::store::{LoadError, Store};
use lang::{Hash, Missing, Value, decode};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, Weak};

/// Cells by their hash. Grows only; shared between threads.
pub struct MemoryStore {
    cells: RwLock<HashMap<Hash, Arc<[u8]>>>,
    /// Itself, for the branches of the cells that it hands out.
    me: Weak<MemoryStore>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Arc<MemoryStore> {
        Arc::new_cyclic(|me| MemoryStore { cells: RwLock::default(), me: me.clone() })
    }

    /// The number of cells: those inserted, and the branches below them.
    pub fn count(&self) -> usize {
        self.cells.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether a cell is here, and so everything below it.
    pub fn contains(&self, hash: &Hash) -> bool {
        self.cells.read().unwrap_or_else(PoisonError::into_inner).contains_key(hash)
    }

    /// Stores a cell and every branch below it, and answers its hash. Cells that are here already are not walked
    /// again, so storing the successor of a stored state costs what changed.
    ///
    /// # Errors
    /// [`Missing`] when a branch is neither in memory nor to be had; then nothing is stored.
    pub fn insert(&self, value: &Value) -> Result<Hash, Missing> {
        let root = value.hash();
        let mut fresh = Vec::new();
        let mut seen = HashSet::new();
        let mut pending = vec![value.clone()];
        let mut is_root = true;
        while let Some(cell) = pending.pop() {
            if is_root || !cell.is_embedded() {
                is_root = false;
                let hash = cell.hash();
                if self.contains(&hash) || !seen.insert(hash) {
                    continue;
                }
                fresh.push((hash, cell.encoding().into()));
            }
            self.push_children(&cell, &mut pending)?;
        }
        self.cells.write().unwrap_or_else(PoisonError::into_inner).extend(fresh);
        Ok(root)
    }

    /// Pushes the children of a cell, fetched if need be, but for branches that are known to be here.
    fn push_children(&self, cell: &Value, pending: &mut Vec<Value>) -> Result<(), Missing> {
        let mut outcome = Ok(());
        cell.for_each_child(&mut |slot| {
            if outcome.is_err() || slot.branch_hash().is_some_and(|hash| self.contains(hash)) {
                return;
            }
            match slot.get() {
                Ok(child) => pending.push(child.clone()),
                Err(missing) => outcome = Err(missing),
            }
        });
        outcome
    }
}

impl Store for MemoryStore {
    fn load(&self, hash: &Hash) -> Result<Option<Value>, LoadError> {
        let bytes = self.cells.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned();
        let (Some(bytes), Some(me)) = (bytes, self.me.upgrade()) else { return Ok(None) };
        // Only encodings of values are inserted, and every one of them decodes.
        let broken = |_| LoadError::new("the bytes in memory are not the encoding of a cell");
        decode::decode(&bytes, me).map(Some).map_err(broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::{Map, Vector};

    /// A state-like value with branches: a map of some thousand entries inside a vector.
    fn sample(entries: i64) -> Value {
        let map = Map::from_entries((0..entries).map(|i| (i.into(), Value::string(&"x".repeat(200)))));
        Vector::from_values([map.into(), Value::keyword("k")]).into()
    }

    #[test]
    fn loads_what_was_inserted() {
        let store = MemoryStore::new();
        for value in [Value::Nil, Value::from(7), Value::string(&"y".repeat(100_000)), sample(3_000)] {
            let hash = store.insert(&value).expect("all is in memory");
            let loaded = store.load(&hash).ok().flatten().expect("it was inserted");
            assert_eq!(loaded.hash(), hash);
            let copy = MemoryStore::new();
            assert_eq!(copy.insert(&loaded), Ok(hash), "every branch is to be had");
        }
    }

    #[test]
    fn shares_branches() {
        let store = MemoryStore::new();
        store.insert(&sample(3_000)).expect("all is in memory");
        let before = store.count();
        store.insert(&sample(3_001)).expect("all is in memory");
        assert!(store.count() < before + 10, "one path of the map differs");
    }

    #[test]
    fn refuses_a_value_with_a_hole() {
        let full = MemoryStore::new();
        let hash = full.insert(&sample(100)).expect("all is in memory");
        let root = full.load(&hash).ok().flatten().expect("it was inserted").encoding();
        let torn = decode::decode(&root, MemoryStore::new()).expect("the encoding is canonical");
        let store = MemoryStore::new();
        assert!(store.insert(&torn).is_err());
        assert_eq!(store.count(), 0);
    }
}
