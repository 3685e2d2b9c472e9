//! Executions that the peers of one process share: each block is executed once, however many of
//! them finalise it.
//!
//! The state after some blocks is a function of the state before and of the blocks, so the answer
//! is the same as if each peer had executed them itself.

use lang::{Hash, Value};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use vm::State;
use vm::block::BlockResult;

/// How many executions are kept for peers that come to them later; those that come later still
/// execute again.
const KEPT: usize = 64;

/// What came of a block: the state after it, and its results unless it is no block.
pub type Executed = Result<(State, Option<Arc<BlockResult>>), String>;

/// Executions by the hash of all that led to them.
#[derive(Default)]
pub struct Executions {
    recent: Mutex<VecDeque<(Hash, Arc<OnceLock<Executed>>)>>,
}

/// The name of a state: a hash of the first state and of all blocks since.
pub fn after(before: &Hash, block: &Value) -> Hash {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(before.as_bytes());
    bytes[32..].copy_from_slice(block.hash().as_bytes());
    Hash::of(&bytes)
}

impl Executions {
    /// What came of the execution with a name, which is run unless another peer has, or is about
    /// to.
    pub fn get(&self, name: Hash, run: impl FnOnce() -> Executed) -> Executed {
        let cell = self.cell(name);
        cell.get_or_init(run).clone()
    }

    fn cell(&self, name: Hash) -> Arc<OnceLock<Executed>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = recent.iter().rev().find(|(known, _)| *known == name) {
            return cell.clone();
        }
        if recent.len() >= KEPT {
            recent.pop_front();
        }
        let cell = Arc::new(OnceLock::new());
        recent.push_back((name, cell.clone()));
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_run_once_while_it_is_kept() {
        let executions = Executions::default();
        let state = stdlib::genesis().expect("the library builds");
        let names: Vec<Hash> =
            (0..KEPT as i64 + 1).map(|n| after(&Hash::of(b"genesis"), &n.into())).collect();
        let mut runs = 0;
        let mut get = |name: Hash| {
            let executed = executions.get(name, || {
                runs += 1;
                Ok((state.clone(), None))
            });
            assert!(executed.is_ok());
        };
        names.iter().for_each(|name| get(*name));
        names.iter().rev().take(KEPT).for_each(|name| get(*name));
        get(names[0]);
        assert_eq!(runs, KEPT + 2);
    }
}
