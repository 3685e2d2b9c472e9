//! A running peer, as its clients see it.

use crate::cells::Cells;
use crate::clock::Clock;
use crate::counters::{Counters, Counts};
use crate::inbox::Inbox;
use crate::ledger::{FinalBlock, Ledger};
use crate::outcome::Outcome;
use crate::pending::Pending;
use crate::pool::Full;
use crate::queue::Submission;
use crate::signer::Signer;
use consensus::action::Observing;
use consensus::{Belief, Key, Order, Peer, Signatures};
use lang::{Blob, Hash, Missing, Signed, Value};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use vm::{State, limits};

/// A handle to a running peer. Cheap to clone; may be shared between threads.
#[derive(Clone)]
pub struct Node {
    pub(crate) shared: Arc<Shared>,
    pub(crate) queue: SyncSender<Submission>,
}

/// What the threads of a node share.
pub(crate) struct Shared {
    pub key: Key,
    pub genesis: Hash,
    pub clock: Clock,
    pub signer: Arc<Signer>,
    pub inbox: Arc<Inbox>,
    pub ledger: Ledger,
    pub pending: Pending,
    pub counters: Counters,
    pub cells: Arc<Cells>,
    /// The last sequence number that was given to a transaction of the controller; 0 where the
    /// state tells.
    pub last_number: Mutex<i64>,
    view: Mutex<View>,
    /// Why the peer has stopped.
    stopped: Mutex<Option<String>>,
}

/// What a peer believes, at one time.
#[derive(Clone)]
pub struct View {
    /// The order that it would sign.
    pub order: Order,
    /// The latest orders of all peers.
    pub belief: Belief,
    /// Why it signs nothing, if so.
    pub observing: Option<Observing>,
    /// How many transactions wait to be put into a block.
    pub waiting: usize,
    /// How many proofs of equivocation it holds.
    pub proofs: usize,
}

impl View {
    pub(crate) fn of(peer: &Peer) -> View {
        View {
            order: peer.order().clone(),
            belief: peer.belief().clone(),
            observing: peer.observing(),
            waiting: peer.waiting(),
            proofs: peer.proofs().count(),
        }
    }
}

impl Shared {
    pub fn new(signer: Arc<Signer>, peer: &Peer, genesis: Hash, clock: Clock, cells: Arc<Cells>) -> Shared {
        Shared {
            key: signer.key(),
            genesis,
            clock,
            signer,
            inbox: Arc::default(),
            ledger: Ledger::new(peer.state().clone()),
            pending: Pending::default(),
            counters: Counters::default(),
            cells,
            last_number: Mutex::new(0),
            view: Mutex::new(View::of(peer)),
            stopped: Mutex::new(None),
        }
    }

    pub fn show(&self, view: View) {
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }

    pub fn view(&self) -> View {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn sign(&self, value: &Value) -> Signed {
        self.signer.sign(value)
    }

    /// Notes why the peer has stopped. What was noted first stays.
    pub fn stop(&self, reason: String) {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }

    pub fn is_closed(&self) -> bool {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Why transactions are not accepted; `None` when they are.
    pub fn unready(&self) -> Option<String> {
        if let Some(reason) = self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Some(reason);
        }
        if let Some(why) = self.view().observing {
            return Some(format!("This peer signs nothing for now: {why}"));
        }
        let (state, _) = self.ledger.state();
        let peer = state.peer(&Blob::new(&self.key)).ok().flatten();
        let stake = peer.and_then(|peer| peer.own_stake().ok());
        let is_staked = stake.is_some_and(|stake| stake >= limits::MIN_EFFECTIVE_STAKE_COPPERS);
        (!is_staked).then(|| "This peer has too little stake to make blocks".to_owned())
    }
}

impl Node {
    /// The public key of the peer.
    pub fn key(&self) -> &Key {
        &self.shared.key
    }

    /// The hash of the first state, which names the network.
    pub fn genesis(&self) -> Hash {
        self.shared.genesis
    }

    /// Its clock.
    pub fn clock(&self) -> Clock {
        self.shared.clock
    }

    /// The state after the executed blocks.
    pub fn state(&self) -> State {
        self.shared.ledger.state().0
    }

    /// The state after the executed blocks, and how many they are.
    pub fn latest(&self) -> (State, u64) {
        self.shared.ledger.state()
    }

    /// What the peer believes.
    pub fn view(&self) -> View {
        self.shared.view()
    }

    /// The account that controls the peer, where it has the peer's own key.
    pub fn controller(&self) -> Option<u64> {
        let state = self.state();
        let address = state.peer(&Blob::new(&self.shared.key)).ok()??.controller().ok()??;
        let account = state.account(address).ok()??;
        let has_key = account.key().ok()?.and_then(Blob::flat) == Some(&self.shared.key[..]);
        has_key.then_some(address)
    }

    /// Hands in a signed transaction. The reply is called once, from another thread: when the
    /// transaction is final and executed here, and so can be seen in [`Node::state`], or when it is
    /// refused.
    ///
    /// # Errors
    /// [`Full`] when too many wait; the reply is dropped then.
    pub fn submit(&self, signed: Signed, reply: impl FnOnce(Outcome) + Send + 'static) -> Result<(), Full> {
        let submission = Submission { signed, reply: Box::new(reply) };
        self.queue.try_send(submission).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Full,
        })
    }

    /// As [`Node::submit`], but waits for room.
    ///
    /// # Errors
    /// [`Full`] when the node has stopped; the reply is dropped then.
    pub fn submit_waiting(
        &self,
        signed: Signed,
        reply: impl FnOnce(Outcome) + Send + 'static,
    ) -> Result<(), Full> {
        self.queue.send(Submission { signed, reply: Box::new(reply) }).map_err(|_| Full)
    }

    /// A signed value of the peer.
    pub fn sign(&self, value: &Value) -> Signed {
        self.shared.sign(value)
    }

    /// A transaction that is final here, with what came of it, if that is still kept.
    ///
    /// # Errors
    /// [`Missing`] when a cell is missing.
    pub fn find(&self, id: &Hash) -> Result<Option<(Signed, Outcome)>, Missing> {
        let Some((block, index)) = self.shared.ledger.find(id) else { return Ok(None) };
        Ok(block.transaction(index)?.zip(block.outcome(index)))
    }

    /// An executed block by its position from 0, if its results are still kept.
    pub fn block(&self, position: u64) -> Option<FinalBlock> {
        self.shared.ledger.block(position)
    }

    /// How many blocks are executed, as soon as they are more than so many, or after a while.
    pub fn wait_beyond(&self, executed: u64, longest: Duration) -> u64 {
        self.shared.ledger.wait_beyond(executed, longest)
    }

    /// A cell of a final state or block, if it is kept here.
    pub fn cell(&self, hash: &Hash) -> Option<Value> {
        self.shared.cells.get(hash)
    }

    /// Why transactions are not accepted; `None` when they are.
    pub fn unready(&self) -> Option<String> {
        self.shared.unready()
    }

    /// What the node has counted.
    pub fn counts(&self) -> Counts {
        self.shared.counters.now()
    }

    /// How many transactions of clients are on their way.
    pub fn pending(&self) -> usize {
        self.shared.pending.count()
    }
}
