//! A peer: all that one participant knows, as a value.
//!
//! What always holds between steps:
//! - `executed` blocks of the own order are in `state`, and its point of finality is not before
//!   them;
//! - with ratchets on, points of consensus and finality do not go back, unless the peer is stranded
//!   and signs no more;
//! - at most one own order is signed and not yet durable; the belief holds the latest durable one;
//! - of every order held but the own, the blocks in `sound` have been checked and all their cells
//!   are here.

use crate::Key;
use crate::action::{Observing, Stop};
use crate::belief::Belief;
use crate::defence::{Defence, Defences};
use crate::equivocation::Proof;
use crate::order::{Level, Order, SignedOrder};
use crate::signatures::Signatures;
use crate::verified::Verified;
use crate::weight::{Total, Weights};
use lang::{Missing, Signed, Vector};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use vm::State;

/// What a peer begins with.
pub struct Start {
    /// The state after [`Start::blocks`]: genesis, or a later one that was kept.
    pub state: State,
    /// The final blocks that made the state.
    pub blocks: Vector,
    /// What is known of the orders that its key has signed.
    pub signed: Record,
    /// Orders of all peers that were kept; may be empty.
    pub belief: Belief,
    /// Which defences are on.
    pub defences: Defences,
}

/// What a store knows of the orders that a key has signed.
#[derive(Clone)]
pub enum Record {
    /// The key has never signed one.
    Nothing,
    /// This is the latest.
    Latest(SignedOrder),
    /// There may be later ones than this: the store was lost, or is older than the record of
    /// signing.
    Unknown(Option<SignedOrder>),
}

/// A participant. Cheap to clone.
#[derive(Clone)]
pub struct Peer {
    pub(crate) signatures: Arc<dyn Signatures>,
    pub(crate) key: Key,
    pub(crate) defences: Defences,
    /// The order that the peer would sign now.
    pub(crate) own: Order,
    /// When what it proposes last changed, in milliseconds since 1970.
    pub(crate) proposed_at: i64,
    /// The latest own order that was signed, durable or not.
    pub(crate) last_signed: Option<SignedOrder>,
    /// Whether that is not durable yet.
    pub(crate) is_persisting: bool,
    pub(crate) mode: Mode,
    pub(crate) belief: Belief,
    pub(crate) sound: Arc<BTreeMap<Key, Vector>>,
    pub(crate) aside: Arc<BTreeMap<Key, Vec<SignedOrder>>>,
    pub(crate) verified: Verified,
    pub(crate) state: State,
    pub(crate) weights: Arc<Weights>,
    pub(crate) executed: u64,
    pub(crate) is_executing: bool,
    pub(crate) waiting: Arc<VecDeque<Signed>>,
    pub(crate) is_drafting: bool,
    /// The time of the latest own block; `None` when there has not been one.
    pub(crate) last_block: Option<i64>,
    /// When the belief was last sent.
    pub(crate) last_sent: Option<i64>,
    /// Whether orders of others are sent on soon ([`Peer::relaying`]).
    pub(crate) relays: bool,
    /// Whether the belief holds orders of others that were not sent on yet.
    pub(crate) has_news: bool,
    pub(crate) proofs: Arc<BTreeMap<Key, Proof>>,
    /// For each peer, the order with the farthest consensus point that it has shown.
    pub(crate) peaks: Arc<BTreeMap<Key, SignedOrder>>,
    pub(crate) stopped: Option<Stop>,
    /// Whether deciding again may give another order than the last time.
    pub(crate) is_unsettled: bool,
}

/// Whether a peer signs.
#[derive(Clone)]
pub(crate) enum Mode {
    Signing,
    Observing {
        why: Observing,
        /// The peers that have shown their belief since.
        shown: Arc<BTreeSet<Key>>,
        /// The latest own order that they have shown.
        latest: Option<SignedOrder>,
    },
}

impl Mode {
    pub(crate) fn observing(why: Observing, latest: Option<SignedOrder>) -> Mode {
        Mode::Observing { why, shown: Arc::default(), latest }
    }
}

impl Peer {
    /// A peer as it starts. Nothing is sent before the first [`crate::Event::Tick`].
    ///
    /// # Errors
    /// [`Stop`] when cells are not available, or the latest signed order is not sound.
    pub fn new(signatures: Arc<dyn Signatures>, start: Start) -> Result<Peer, Stop> {
        let key = signatures.key();
        let (mode, last_signed) = match start.signed {
            Record::Nothing => (Mode::Signing, None),
            Record::Latest(order) => (Mode::Signing, Some(order)),
            Record::Unknown(order) if start.defences.has(Defence::Amnesia) => {
                (Mode::observing(Observing::Amnesia, order.clone()), order)
            }
            Record::Unknown(order) => (Mode::Signing, order),
        };
        let (own, stranded) = resume(&start.blocks, last_signed.as_ref().map(SignedOrder::order))?;
        let mode = stranded.map_or(mode, |why| Mode::observing(why, None));
        let mut belief = Belief::empty();
        if let Some(order) = &last_signed {
            belief.insert(key, order.clone())?;
        }
        let last_block =
            start.state.peer(&lang::Blob::new(&key))?.map(|peer| peer.timestamp()).transpose()?;
        let mut peer = Peer {
            weights: Arc::new(Weights::of(&start.state)?),
            executed: start.blocks.count(),
            state: start.state,
            signatures,
            key,
            defences: start.defences,
            proposed_at: own.timestamp(),
            own,
            last_signed,
            is_persisting: false,
            mode,
            belief,
            sound: Arc::default(),
            aside: Arc::default(),
            verified: Verified::default(),
            is_executing: false,
            waiting: Arc::default(),
            is_drafting: false,
            last_block: last_block.filter(|time| *time >= 0),
            last_sent: None,
            relays: false,
            has_news: false,
            proofs: Arc::default(),
            peaks: Arc::default(),
            stopped: None,
            is_unsettled: true,
        };
        let key_of_peer = peer.key;
        for (key, order) in start.belief.iter().filter(|(key, _)| **key != key_of_peer) {
            peer.accept(*key, order.clone(), i64::MAX, &mut Vec::new())?;
        }
        Ok(peer)
    }

    /// The same peer, made to send on what it learns of others within
    /// [`crate::limits::RELAY_MS`]. For a peer that is not connected to all others; else
    /// each of them hears everything twice and more.
    pub fn relaying(self) -> Peer {
        Peer { relays: true, ..self }
    }

    /// Its public key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Which defences are on.
    pub fn defences(&self) -> Defences {
        self.defences
    }

    /// The order that it would sign now: all that it knows of the sequence of blocks.
    pub fn order(&self) -> &Order {
        &self.own
    }

    /// The latest order that it signed, durable or not.
    pub fn signed_order(&self) -> Option<&SignedOrder> {
        self.last_signed.as_ref()
    }

    /// The latest orders of all peers, its own durable one included.
    pub fn belief(&self) -> &Belief {
        &self.belief
    }

    /// The state after the executed blocks.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many blocks have been executed.
    pub fn executed(&self) -> u64 {
        self.executed
    }

    /// The weights in [`Peer::state`].
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Why it signs nothing; `None` when it signs.
    pub fn observing(&self) -> Option<Observing> {
        match &self.mode {
            Mode::Signing => None,
            Mode::Observing { why, .. } => Some(*why),
        }
    }

    /// How many transactions wait for a block.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many orders dated ahead are kept aside.
    pub fn aside(&self) -> usize {
        self.aside.values().map(Vec::len).sum()
    }

    /// Proofs of equivocation, one a peer.
    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.values()
    }

    /// Why it has stopped; `None` while it runs.
    pub fn stopped(&self) -> Option<&Stop> {
        self.stopped.as_ref()
    }

    pub(crate) fn has(&self, defence: Defence) -> bool {
        self.defences.has(defence)
    }

    /// The point of a level of the own order as a position.
    pub(crate) fn position(&self, level: Level) -> u64 {
        crate::merge::position(self.own.point(level))
    }

    /// Whether a weight is more than the threshold of all.
    pub(crate) fn is_enough(&self, sum: Total) -> bool {
        let total = self.weights.total();
        let threshold = crate::limits::THRESHOLD;
        sum.decayed > total.decayed * threshold
            && (!self.has(Defence::UndecayedStake) || sum.undecayed > total.undecayed * threshold)
    }
}

/// The order to go on with after final blocks and the latest order signed. A peer that has followed
/// the others to blocks other than those it was in consensus on stays stranded.
fn resume(blocks: &Vector, signed: Option<&Order>) -> Result<(Order, Option<Observing>), Stop> {
    let executed = i64::try_from(blocks.count()).unwrap_or(i64::MAX);
    let Some(order) = signed else { return Ok((Order::new(0, [executed; 4], blocks.clone()), None)) };
    if let Some(flaw) = order.flaw() {
        return Err(Stop::Failed(format!("the latest signed order cannot be used: {flaw}")));
    }
    let shared = order.blocks().common_prefix(blocks)?;
    if shared >= blocks.count() {
        // What is final follows from what was promised, but for what was executed before the order
        // was signed.
        let points = order.points().map(|point| point.max(executed));
        return Ok((Order::new(order.timestamp(), points, order.blocks().clone()), None));
    }
    let is_stranded = crate::merge::position(order.point(Level::Consensus)) > shared;
    let why = is_stranded.then_some(Observing::Stranded { position: shared });
    Ok((Order::new(order.timestamp(), [executed; 4], blocks.clone()), why))
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Stop {
        Stop::Failed(missing.to_string())
    }
}
