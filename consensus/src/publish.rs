//! Publishing: signing the own order, making it durable, sending it; and making blocks.

use crate::action::{Action, Report, Stop};
use crate::defence::Defence;
use crate::draft::{Draft, Simulated, block_value};
use crate::limits;
use crate::order::SignedOrder;
use crate::peer::{Mode, Peer};
use lang::{Signed, Value};
use std::sync::Arc;
use vm::limits::MAX_BLOCK_TRANSACTIONS;

impl Peer {
    /// Signs the own order if it is not what was signed last. While one is on its way to the disk,
    /// the next waits.
    pub(crate) fn publish(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        if !self.signs() || self.is_persisting {
            return Ok(());
        }
        if self.last_signed.as_ref().is_some_and(|signed| signed.order().agrees_with(&self.own)) {
            return Ok(());
        }
        let last = self.last_signed.as_ref().map(|signed| signed.order().timestamp());
        let timestamp = match last {
            Some(last) if self.has(Defence::RisingTime) => now.max(last.saturating_add(1)),
            _ => now,
        };
        let signed = self.signatures.sign(&self.own.with_timestamp(timestamp).value());
        let Some(order) = SignedOrder::of(&signed)? else {
            return Err(Stop::Failed("what was signed is not an order".to_owned()));
        };
        self.last_signed = Some(order.clone());
        actions.push(Action::Persist(signed));
        if self.has(Defence::DurableOrders) {
            self.is_persisting = true;
            return Ok(());
        }
        self.belief.insert(self.key, order)?;
        self.is_unsettled = true;
        self.broadcast(now, actions)
    }

    /// An own order is durable: it counts, and is sent.
    pub(crate) fn finish_persisting(
        &mut self,
        now: i64,
        timestamp: i64,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        let Some(order) = self.last_signed.clone() else { return Ok(()) };
        if !self.is_persisting || order.order().timestamp() != timestamp {
            return Ok(());
        }
        self.is_persisting = false;
        self.belief.insert(self.key, order)?;
        self.is_unsettled = true;
        self.broadcast(now, actions)?;
        self.publish(now, actions)
    }

    /// Sends the belief where that is due: what others sent goes on soon, so that it reaches peers
    /// that are not connected to them, unless an own order is about to go out with it.
    pub(crate) fn relay(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let is_due = self.last_sent.is_none_or(|sent| {
            let pause =
                if self.has_news && !self.is_persisting { limits::RELAY_MS } else { limits::RESEND_MS };
            now < sent || now - sent >= pause
        });
        if is_due { self.broadcast(now, actions) } else { Ok(()) }
    }

    pub(crate) fn broadcast(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        self.last_sent = Some(now);
        self.has_news = false;
        if !self.belief.is_empty() {
            actions.push(Action::Broadcast(self.belief.value()?));
        }
        Ok(())
    }

    /// Whether this peer signs orders and blocks.
    fn signs(&self) -> bool {
        matches!(self.mode, Mode::Signing) && self.weights.get(&self.key).is_staked
    }

    /// Makes a draft of what waits.
    pub(crate) fn propose(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let rests = self.last_block.is_some_and(|last| last <= now && now - last < limits::BLOCK_INTERVAL_MS);
        if !self.signs() || self.is_drafting || self.waiting.is_empty() || rests {
            return Ok(());
        }
        let waiting = Arc::make_mut(&mut self.waiting);
        let count = waiting.len().min(MAX_BLOCK_TRANSACTIONS as usize);
        let transactions: Vec<Signed> = waiting.drain(..count).collect();
        if !self.has(Defence::Simulation) {
            return self.add_block(now, transactions, actions);
        }
        self.is_drafting = true;
        let (state, pending) = (self.state.clone(), self.pending()?);
        actions.push(Action::Simulate(Draft {
            state,
            pending,
            author: self.key,
            timestamp: now,
            transactions,
        }));
        Ok(())
    }

    /// Our own blocks that are not executed yet, the first few of them.
    fn pending(&self) -> Result<Vec<Value>, Stop> {
        let mut pending = Vec::new();
        for value in self.own.blocks().iter_from(self.executed).take(limits::MAX_TAIL_BLOCKS as usize) {
            let value = value?;
            if matches!(value, Value::Signed(signed) if signed.key() == Some(&self.key)) {
                pending.push(value.clone());
            }
        }
        pending.truncate(limits::MAX_PENDING_BLOCKS);
        Ok(pending)
    }

    pub(crate) fn finish_draft(
        &mut self,
        now: i64,
        simulated: Simulated,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        if !std::mem::take(&mut self.is_drafting) {
            return Ok(());
        }
        let left_out = simulated.left_out.into_iter();
        actions.extend(
            left_out.map(|(transaction, reason)| Action::Report(Report::LeftOut { transaction, reason })),
        );
        if simulated.kept.is_empty() || !self.signs() {
            return Ok(());
        }
        self.add_block(now, simulated.kept, actions)
    }

    /// Makes an empty block where the last one was long ago, so that the weight of this peer stays.
    pub(crate) fn beat(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let is_due = self.last_block.is_none_or(|last| now.saturating_sub(last) >= limits::HEARTBEAT_MS);
        if !is_due || !self.has(Defence::Heartbeat) || !self.signs() {
            return Ok(());
        }
        self.add_block(now, Vec::new(), actions)
    }

    /// Signs a block and appends it to the own order. Its time is not before that of our block
    /// before, applied or not, as that would void it; but for one that was made while the clock was
    /// ahead, which waits itself.
    fn add_block(
        &mut self,
        now: i64,
        transactions: Vec<Signed>,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        let last = self.last_block.filter(|last| last.saturating_sub(now) <= limits::FORWARD_MS);
        let recorded =
            self.state.peer(&lang::Blob::new(&self.key))?.map(|peer| peer.timestamp()).transpose()?;
        let timestamp = last.max(recorded).map_or(now, |last| last.max(now));
        let block = Value::Signed(self.signatures.sign(&block_value(timestamp, transactions)));
        self.verified.insert(block.hash());
        self.last_block = Some(timestamp);
        let blocks = self.own.blocks().conj(block)?;
        self.own = self.own.with_blocks(blocks).with_timestamp(now);
        self.is_unsettled = true;
        self.publish(now, actions)
    }
}
