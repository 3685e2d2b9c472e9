//! What is final at a peer: the state, the latest blocks, and where each transaction is.

use crate::outcome::Outcome;
use lang::{Hash, Missing, Signed, Value};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use vm::State;
use vm::block::{Block, BlockResult};

/// The transactions whose results are kept: the latest so many.
pub const KEPT_TRANSACTIONS: usize = 1 << 18;
/// The blocks whose results are kept: the latest so many.
pub const KEPT_BLOCKS: usize = 1 << 16;

/// A block that was executed.
#[derive(Clone)]
pub struct FinalBlock {
    /// Its position in the order of blocks, from 0.
    pub position: u64,
    /// The signed block.
    pub value: Value,
    /// The block, unless the value is none.
    pub block: Option<Block>,
    /// What came of it; `None` for a value that is no block.
    pub result: Option<Arc<BlockResult>>,
    /// When it was executed here, in milliseconds since 1970.
    pub executed_at: i64,
    /// The hashes of its signed transactions.
    pub ids: Arc<[Hash]>,
}

/// The final state and the latest blocks. Shared between threads.
pub(crate) struct Ledger {
    content: Mutex<Content>,
    grown: Condvar,
}

struct Content {
    state: State,
    executed: u64,
    blocks: VecDeque<FinalBlock>,
    places: HashMap<Hash, (u64, u64)>,
}

impl FinalBlock {
    /// A block that was just executed.
    ///
    /// # Errors
    /// [`Missing`] when a part of it is not here.
    pub fn new(
        position: u64,
        value: Value,
        result: Option<Arc<BlockResult>>,
        executed_at: i64,
    ) -> Result<FinalBlock, Missing> {
        let block = Block::from_value(&value)?;
        let transactions = block.iter().flat_map(|block| block.transactions.iter());
        let ids: Result<Vec<Hash>, Missing> = transactions.map(|value| Ok(value?.hash())).collect();
        Ok(FinalBlock { position, value, block, result, executed_at, ids: ids?.into() })
    }

    /// What came of a transaction of the block, by its position in it.
    pub fn outcome(&self, index: usize) -> Option<Outcome> {
        let applied = self.result.as_ref()?.results.get(index)?.clone();
        Some(Outcome {
            id: self.ids.get(index).copied(),
            place: Some((self.position, index as u64)),
            applied,
        })
    }

    /// A signed transaction of the block, by its position in it.
    ///
    /// # Errors
    /// [`Missing`] when it is not here.
    pub fn transaction(&self, index: usize) -> Result<Option<Signed>, Missing> {
        let Some(block) = &self.block else { return Ok(None) };
        Ok(match block.transactions.get(index as u64)? {
            Some(Value::Signed(signed)) => Some(signed.clone()),
            _ => None,
        })
    }
}

impl Ledger {
    pub fn new(state: State) -> Ledger {
        let content = Content { state, executed: 0, blocks: VecDeque::new(), places: HashMap::new() };
        Ledger { content: Mutex::new(content), grown: Condvar::new() }
    }

    /// The state after the executed blocks, and how many they are.
    pub fn state(&self) -> (State, u64) {
        let content = self.lock();
        (content.state.clone(), content.executed)
    }

    /// Adds an executed block and the state after it.
    pub fn add(&self, block: FinalBlock, state: State) {
        let mut content = self.lock();
        content.state = state;
        content.executed = block.position + 1;
        for (index, id) in block.ids.iter().enumerate() {
            content.places.entry(*id).or_insert((block.position, index as u64));
        }
        content.blocks.push_back(block);
        while content.blocks.len() > KEPT_BLOCKS || content.places.len() > KEPT_TRANSACTIONS {
            let Some(old) = content.blocks.pop_front() else { break };
            for id in old.ids.iter() {
                content.places.remove(id);
            }
        }
        drop(content);
        self.grown.notify_all();
    }

    /// An executed block by its position; `None` also for one whose results are not kept any more.
    pub fn block(&self, position: u64) -> Option<FinalBlock> {
        let content = self.lock();
        let first = content.blocks.front()?.position;
        content.blocks.get(usize::try_from(position.checked_sub(first)?).ok()?).cloned()
    }

    /// The block that holds a transaction, and its position in it.
    pub fn find(&self, id: &Hash) -> Option<(FinalBlock, usize)> {
        let (position, index) = *self.lock().places.get(id)?;
        Some((self.block(position)?, index as usize))
    }

    /// How many blocks are executed, as soon as they are more than so many, or after a while.
    pub fn wait_beyond(&self, executed: u64, longest: Duration) -> u64 {
        let content = self.lock();
        let is_old = |content: &mut Content| content.executed <= executed;
        let waited = self.grown.wait_timeout_while(content, longest, is_old);
        waited.unwrap_or_else(PoisonError::into_inner).0.executed
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
