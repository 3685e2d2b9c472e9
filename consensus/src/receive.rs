//! Receiving: what peers send is checked before it is held.
//!
//! A message may hold anything. Orders are looked up by the keys of the peers of the state, so that
//! their number bounds the work, and of each order only blocks up to a limit beyond our consensus
//! point are looked at.

use crate::Key;
use crate::action::{Action, Report, Stop};
use crate::belief::{blob, orders_of};
use crate::defence::Defence;
use crate::equivocation::Proof;
use crate::limits;
use crate::order::{Level, Order, SignedOrder, is_newer};
use crate::peer::Peer;
use lang::{Hash, Index, Missing, Value, Vector};
use std::sync::Arc;
use vm::block::Block;

/// Why something that arrived is not used.
pub(crate) enum Flaw {
    /// A cell is absent.
    Absent(Hash),
    /// It is not what it should be, in a sentence without a full stop.
    Bad(&'static str),
}

/// What was checked, or why it is not used; stops where a store failed.
type Checked<T> = Result<Result<T, Flaw>, Stop>;

/// Tells a cell that is absent from a store that failed.
fn checked<T>(result: Result<T, Missing>) -> Checked<T> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(missing) if missing.failure().is_some() => Err(missing.into()),
        Err(missing) => Ok(Err(Flaw::Absent(*missing.hash()))),
    }
}

/// Returns early with a flaw.
macro_rules! sound {
    ($checked:expr) => {
        match $checked {
            Ok(value) => value,
            Err(flaw) => return Ok(Err(flaw)),
        }
    };
}

impl Peer {
    /// Takes in a belief or a signed order.
    pub(crate) fn receive(
        &mut self,
        now: i64,
        from: Option<Key>,
        message: &Value,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        if let Value::Signed(signed) = message {
            let Some(key) = signed.key().copied() else {
                return refuse(None, Flaw::Bad("a signed order has no key"), actions);
            };
            return self.receive_order(now, key, message, actions);
        }
        match checked(orders_of(message))? {
            Ok(Some(index)) => self.receive_belief(now, from, &index, actions),
            Ok(None) => refuse(None, Flaw::Bad("it is neither a belief nor a signed order"), actions),
            Err(flaw) => refuse(None, flaw, actions),
        }
    }

    fn receive_belief(
        &mut self,
        now: i64,
        from: Option<Key>,
        index: &Index,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        let weights = self.weights.clone();
        for (key, _) in weights.iter() {
            match checked(index.get(&blob(key)).map(|value| value.cloned()))? {
                Ok(Some(value)) => self.receive_order(now, *key, &value, actions)?,
                Ok(None) => {}
                Err(flaw) => refuse(Some(*key), flaw, actions)?,
            }
        }
        if let Some(from) = from {
            self.note_shown(now, from, actions)?;
        }
        Ok(())
    }

    /// Takes in what is said to be the signed order of a peer.
    fn receive_order(
        &mut self,
        now: i64,
        key: Key,
        value: &Value,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        if self.belief.get(&key).is_some_and(|held| held.value() == *value) {
            return Ok(());
        }
        let order = match checked(SignedOrder::from_value(value))? {
            Ok(Some(order)) => order,
            Ok(None) => return refuse(Some(key), Flaw::Bad("it is not a signed order"), actions),
            Err(flaw) => return refuse(Some(key), flaw, actions),
        };
        if *order.signer() != key {
            return refuse(Some(key), Flaw::Bad("an order stands under the key of another peer"), actions);
        }
        if key == self.key {
            return self.recognise(order, actions);
        }
        self.accept(key, order, now, actions)
    }

    /// Holds an order of another peer if it is sound and newer; keeps it aside if it is not due.
    pub(crate) fn accept(
        &mut self,
        key: Key,
        order: SignedOrder,
        now: i64,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        if !self.weights.get(&key).is_staked {
            return Ok(());
        }
        if let Some(flaw) = order.order().flaw() {
            return refuse(Some(key), Flaw::Bad(flaw), actions);
        }
        self.watch(&order, actions)?;
        let held = self.belief.get(&key);
        if held.is_some_and(|held| !is_newer(held.order(), order.order())) {
            return Ok(());
        }
        if !self.signatures.is_good(order.signed()) {
            return refuse(Some(key), Flaw::Bad("the signature of an order is bad"), actions);
        }
        let blocks = match self.sound_blocks(&key, order.order())? {
            Ok(blocks) => blocks,
            Err(flaw) => return refuse(Some(key), flaw, actions),
        };
        if order.order().timestamp() > self.due(now) {
            self.put_aside(key, order, now);
            return Ok(());
        }
        self.note_changes(&key, &order, actions);
        Arc::make_mut(&mut self.sound).insert(key, blocks);
        self.belief.insert(key, order)?;
        self.is_unsettled = true;
        self.has_news = self.relays;
        Ok(())
    }

    /// The blocks of an order up to the limit, each checked, on the parts that we hold ourselves.
    pub(crate) fn sound_blocks(&mut self, key: &Key, order: &Order) -> Checked<Vector> {
        let limit = self.position(Level::Consensus).saturating_add(limits::MAX_TAIL_BLOCKS);
        let mut base = self.own.blocks();
        let mut shared = sound!(checked(base.common_prefix(order.blocks()))?);
        if let Some(held) = self.sound.get(key) {
            let with_held = sound!(checked(held.common_prefix(order.blocks()))?);
            if with_held > shared {
                (base, shared) = (held, with_held);
            }
        }
        let mut blocks = base.slice(0, shared)?.unwrap_or_else(Vector::empty);
        let end = order.blocks().count().min(limit);
        for value in order.blocks().iter_from(shared).take(end.saturating_sub(shared) as usize) {
            let value = sound!(checked(value)?);
            sound!(self.check_block(value)?);
            blocks.push(value.clone())?;
        }
        Ok(Ok(blocks))
    }

    /// Whether a value is a whole block, signed by its author.
    fn check_block(&mut self, value: &Value) -> Checked<()> {
        let hash = value.hash();
        if self.verified.contains(&hash) {
            return Ok(Ok(()));
        }
        let block = sound!(checked(Block::from_value(value))?);
        let (Some(_), Value::Signed(signed)) = (block, value) else {
            return Ok(Err(Flaw::Bad("an order holds something that is not a signed block")));
        };
        if sound!(checked(value.memory_size())?) > limits::MAX_BLOCK_BYTES {
            return Ok(Err(Flaw::Bad("an order holds a block that is too large")));
        }
        if self.has(Defence::BlockAuthors) && !self.signatures.is_good(signed) {
            return Ok(Err(Flaw::Bad("an order holds a block that its author did not sign")));
        }
        self.verified.insert(hash);
        Ok(Ok(()))
    }

    /// Looks at more blocks of the orders that were too long, where consensus has moved on.
    pub(crate) fn extend_sound(&mut self, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let limit = self.position(Level::Consensus).saturating_add(limits::MAX_TAIL_BLOCKS);
        let sound = self.sound.clone();
        for (key, blocks) in sound.iter() {
            let Some(held) = self.belief.get(key).cloned() else { continue };
            if blocks.count() >= held.order().blocks().count().min(limit) {
                continue;
            }
            self.is_unsettled = true;
            match self.sound_blocks(key, held.order())? {
                Ok(blocks) => drop(Arc::make_mut(&mut self.sound).insert(*key, blocks)),
                Err(flaw) => {
                    Arc::make_mut(&mut self.sound).remove(key);
                    self.belief.retain(|other, _| other != key);
                    refuse(Some(*key), flaw, actions)?;
                }
            }
        }
        Ok(())
    }

    /// Up to which time orders count now: clocks are not exact, and who waited for that of each
    /// other peer would see the votes of some later than those of others.
    fn due(&self, now: i64) -> i64 {
        if self.has(Defence::OrdersAside) { now.saturating_add(limits::FORWARD_MS) } else { now }
    }

    /// Keeps an order until its time. Of more than a few of one peer the earliest stay, and the
    /// latest.
    fn put_aside(&mut self, key: Key, order: SignedOrder, now: i64) {
        let time = order.order().timestamp();
        if !self.has(Defence::OrdersAside) || time.saturating_sub(now) > limits::MAX_ASIDE_AHEAD_MS {
            return;
        }
        let list = Arc::make_mut(&mut self.aside).entry(key).or_default();
        let place = list.partition_point(|other| other.order().timestamp() < time);
        if list.get(place).is_some_and(|other| other.order().timestamp() == time) {
            return;
        }
        list.insert(place, order);
        if list.len() > limits::MAX_ASIDE_PER_PEER {
            list.remove(limits::MAX_ASIDE_PER_PEER - 1);
        }
    }

    /// Takes the orders that are due.
    pub(crate) fn take_due(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let due = self.due(now);
        let is_due = |order: &SignedOrder| order.order().timestamp() <= due;
        if !self.aside.values().any(|list| list.first().is_some_and(is_due)) {
            return Ok(());
        }
        let mut due = Vec::new();
        let aside = Arc::make_mut(&mut self.aside);
        for list in aside.values_mut() {
            let count = list.partition_point(is_due);
            due.extend(list.drain(..count));
        }
        aside.retain(|_, list| !list.is_empty());
        due.into_iter().try_for_each(|order| self.accept(*order.signer(), order, now, actions))
    }

    /// Compares an order with those that its peer has shown before.
    fn watch(&mut self, order: &SignedOrder, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let key = *order.signer();
        if !self.has(Defence::EquivocationProofs) || self.proofs.contains_key(&key) {
            return Ok(());
        }
        for earlier in [self.belief.get(&key), self.peaks.get(&key)].into_iter().flatten() {
            // An order with holes is not compared; it is refused elsewhere.
            let Ok(proof) = checked(Proof::of(earlier, order))? else { continue };
            if let Some(proof) = proof
                && self.proofs.len() < limits::MAX_PROOFS
                && self.signatures.is_good(order.signed())
            {
                actions.push(Action::Report(Report::Equivocation(Box::new(proof.clone()))));
                Arc::make_mut(&mut self.proofs).insert(key, proof);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reports what is odd, and not proof of anything, in an order that takes the place of another.
    fn note_changes(&mut self, key: &Key, order: &SignedOrder, actions: &mut Vec<Action>) {
        if let Some(held) = self.belief.get(key) {
            if held.order().timestamp() == order.order().timestamp() {
                actions.push(Action::Report(Report::SameTime { key: *key }));
            }
            if held.order().point(Level::Consensus) > order.order().point(Level::Consensus) {
                actions.push(Action::Report(Report::Receded { key: *key }));
            }
        }
        let consensus = order.order().point(Level::Consensus);
        if self.peaks.get(key).is_none_or(|peak| peak.order().point(Level::Consensus) < consensus) {
            Arc::make_mut(&mut self.peaks).insert(*key, order.clone());
        }
    }
}

/// Reports that something is not used, which is all that comes of it.
fn refuse(key: Option<Key>, flaw: Flaw, actions: &mut Vec<Action>) -> Result<(), Stop> {
    actions.push(Action::Report(match (flaw, key) {
        (Flaw::Absent(hash), Some(key)) => Report::Incomplete { key, hash },
        (Flaw::Absent(_), None) => Report::Refused { key, reason: "a cell of the message is absent" },
        (Flaw::Bad(reason), key) => Report::Refused { key, reason },
    }));
    Ok(())
}
