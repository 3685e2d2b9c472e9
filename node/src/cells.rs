//! Cells by their hash, for clients that ask: of final states and blocks.
//!
//! A thread of its own stores them, so that finality never waits for it: while it is behind, it
//! leaves out states, and blocks beyond the room of its queue.

use crate::MemoryStore;
use crate::pool::spawn;
use lang::store::Store;
use lang::{Hash, Value};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// How many cells one generation holds; two are kept.
const GENERATION: usize = 1 << 21;
/// How many values may wait.
const ROOM: usize = 1 << 10;

/// Cells of final states and blocks. Holds a bounded number, and forgets old ones.
pub(crate) struct Cells {
    generations: Mutex<Generations>,
}

struct Generations {
    recent: Arc<MemoryStore>,
    older: Option<Arc<MemoryStore>>,
}

/// What is handed to the thread that stores.
pub(crate) struct Archive {
    values: SyncSender<Value>,
}

impl Archive {
    /// Keeps a value with all cells below it, soon; or not, when too many wait.
    pub fn keep(&self, value: Value) {
        drop(self.values.try_send(value));
    }
}

impl Cells {
    /// A store with a thread that fills it until the archive is dropped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(first: Value) -> std::io::Result<(Arc<Cells>, Archive)> {
        let generations = Generations { recent: MemoryStore::new(), older: None };
        let cells = Arc::new(Cells { generations: Mutex::new(generations) });
        let (sender, receiver) = sync_channel(ROOM);
        drop(sender.send(first));
        let filled = cells.clone();
        spawn("cells", move || filled.fill(&receiver))?;
        Ok((cells, Archive { values: sender }))
    }

    fn fill(&self, values: &Receiver<Value>) {
        while let Ok(value) = values.recv() {
            let store = self.store();
            if let Err(missing) = store.insert(&value) {
                tracing::warn!(%missing, "a value cannot be stored for clients");
            }
        }
    }

    /// The store to fill: a new one when the recent one is full.
    fn store(&self) -> Arc<MemoryStore> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.recent.count() >= GENERATION {
            generations.older = Some(std::mem::replace(&mut generations.recent, MemoryStore::new()));
        }
        generations.recent.clone()
    }

    /// A cell that was kept.
    pub fn get(&self, hash: &Hash) -> Option<Value> {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let stores = [Some(generations.recent.clone()), generations.older.clone()];
        drop(generations);
        stores.into_iter().flatten().find_map(|store| store.load(hash).ok().flatten())
    }
}
