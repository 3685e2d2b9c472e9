//! Observing: a peer that may have forgotten what it signed signs nothing until enough of the
//! others have shown it.

use crate::Key;
use crate::action::{Action, Observing, Report, Stop};
use crate::defence::Defence;
use crate::limits;
use crate::merge::position;
use crate::order::{Level, Order, SignedOrder};
use crate::peer::{Mode, Peer};
use crate::weight::Total;
use std::sync::Arc;

impl Peer {
    /// An order of our own key arrived.
    pub(crate) fn recognise(&mut self, order: SignedOrder, actions: &mut Vec<Action>) -> Result<(), Stop> {
        if !self.has(Defence::Amnesia) || order.order().flaw().is_some() {
            return Ok(());
        }
        let time = order.order().timestamp();
        let is_later =
            |known: Option<&SignedOrder>| known.is_none_or(|known| known.order().timestamp() < time);
        if !is_later(self.last_signed.as_ref()) || !self.signatures.is_good(order.signed()) {
            return Ok(());
        }
        match &mut self.mode {
            Mode::Observing { latest, .. } => {
                if is_later(latest.as_ref()) {
                    *latest = Some(order.clone());
                    self.count_own(order)?;
                }
            }
            Mode::Signing => {
                self.mode = Mode::observing(Observing::UnknownOrder, Some(order));
                actions.push(Action::Report(Report::Observing(Observing::UnknownOrder)));
            }
        }
        Ok(())
    }

    /// What we signed before counts as a vote while we observe, like the order of any other peer:
    /// without it, a state in which our key has much of the weight could not be left behind.
    fn count_own(&mut self, order: SignedOrder) -> Result<(), Stop> {
        let key = self.key;
        if let Ok(blocks) = self.sound_blocks(&key, order.order())? {
            Arc::make_mut(&mut self.sound).insert(key, blocks);
            self.belief.insert(key, order)?;
            self.is_unsettled = true;
        }
        Ok(())
    }

    /// A peer has shown its belief, and with it the latest order of ours that it knows.
    pub(crate) fn note_shown(&mut self, now: i64, from: Key, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let Mode::Observing { why: Observing::Amnesia | Observing::UnknownOrder, shown, latest } =
            &mut self.mode
        else {
            return Ok(());
        };
        if from == self.key {
            return Ok(());
        }
        Arc::make_mut(shown).insert(from);
        let (shown, latest) = (shown.clone(), latest.clone());
        let mut sum = Total::default();
        shown.iter().for_each(|key| sum.add(&self.weights.get(key)));
        // Only undecayed stake is asked: our own key may have most of the weight of an early state,
        // and could not be left behind. Any quorum that our orders were part of shares an honest
        // peer with those who have shown theirs.
        let enough = sum.undecayed > self.weights.total().undecayed * limits::THRESHOLD;
        if enough { self.resume(now, latest, actions) } else { Ok(()) }
    }

    /// Goes on from the latest order that was shown, if what we have since learned does not
    /// contradict it.
    fn resume(
        &mut self,
        now: i64,
        latest: Option<SignedOrder>,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        if let Some(latest) = latest {
            let order = latest.order();
            let promised = position(order.point(Level::Consensus));
            let Ok(blocks) = self.sound_blocks(&self.key.clone(), order)? else { return Ok(()) };
            if blocks.count() < promised {
                // Consensus has to come closer before all that was promised is looked at.
                return Ok(());
            }
            let shared = self.own.blocks().common_prefix(&blocks)?;
            if shared < promised.min(self.position(Level::Consensus)) {
                let why = Observing::Stranded { position: shared };
                self.mode = Mode::observing(why, None);
                actions.push(Action::Report(Report::Observing(why)));
                return Ok(());
            }
            if promised > self.position(Level::Consensus) {
                let finality = self.own.point(Level::Finality);
                let mut points = *order.points();
                points[0] = blocks.count() as i64;
                points[Level::Proposal as usize] = points[Level::Proposal as usize].min(points[0]);
                points[Level::Finality as usize] = finality;
                self.own = Order::new(now, points, blocks);
                self.proposed_at = now;
            }
            self.belief.insert(self.key, latest.clone())?;
            self.last_signed = Some(latest);
        }
        let key = self.key;
        Arc::make_mut(&mut self.sound).remove(&key);
        self.is_persisting = false;
        self.is_unsettled = true;
        self.mode = Mode::Signing;
        actions.push(Action::Report(Report::Signing));
        Ok(())
    }
}
