//! The one function that moves a peer: an event at a time, from a peer to a peer and actions.

use crate::action::{Action, Report, Stop};
use crate::defence::Defence;
use crate::event::Event;
use crate::limits;
use crate::order::Level;
use crate::peer::Peer;
use crate::weight::Weights;
use lang::Signed;
use std::sync::Arc;
use vm::State;

/// What becomes of a peer at an event, at a time of its clock in milliseconds since 1970, and what
/// it wants done. A peer that has stopped stays as it is.
pub fn step(mut peer: Peer, now: i64, event: Event) -> (Peer, Vec<Action>) {
    let mut actions = Vec::new();
    // Times of orders are not negative.
    let now = now.max(0);
    if peer.stopped.is_some() {
        return (peer, actions);
    }
    let finality = peer.position(Level::Finality);
    if let Err(stop) = peer.take(now, event, &mut actions) {
        actions.push(Action::Stop(stop.clone()));
        peer.stopped = Some(stop);
        return (peer, actions);
    }
    peer.check(finality);
    (peer, actions)
}

impl Peer {
    fn take(&mut self, now: i64, event: Event, actions: &mut Vec<Action>) -> Result<(), Stop> {
        match event {
            Event::Tick => self.tick(now, actions),
            Event::Received { from, message } => self.receive(now, from, &message, actions),
            Event::Transactions(transactions) => {
                self.queue(transactions, actions);
                self.propose(now, actions)
            }
            Event::Simulated(simulated) => self.finish_draft(now, simulated, actions),
            Event::Persisted { timestamp } => self.finish_persisting(now, timestamp, actions),
            Event::Executed { position, state } => self.finish_execution(now, position, state, actions),
            Event::Failed { reason } => Err(Stop::Failed(reason)),
        }
    }

    fn tick(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        self.take_due(now, actions)?;
        self.extend_sound(actions)?;
        if self.is_unsettled {
            self.decide(now)?;
            self.follow(now, actions)?;
        }
        self.execute_next(actions)?;
        self.propose(now, actions)?;
        self.beat(now, actions)?;
        self.publish(now, actions)?;
        self.relay(now, actions)
    }

    /// The state after a block: what follows from it is decided by its weights.
    fn finish_execution(
        &mut self,
        now: i64,
        position: u64,
        state: State,
        actions: &mut Vec<Action>,
    ) -> Result<(), Stop> {
        if !self.is_executing || position != self.executed {
            return Ok(());
        }
        self.is_executing = false;
        self.executed += 1;
        self.weights = Arc::new(Weights::of(&state)?);
        self.state = state;
        self.is_unsettled = true;
        self.advance_finality(now)?;
        self.execute_next(actions)?;
        self.publish(now, actions)
    }

    /// Asks for the next final block to be executed.
    pub(crate) fn execute_next(&mut self, actions: &mut Vec<Action>) -> Result<(), Stop> {
        if self.is_executing || self.executed >= self.position(Level::Finality) {
            return Ok(());
        }
        let Some(block) = self.own.blocks().get(self.executed)? else { return Ok(()) };
        actions.push(Action::Execute {
            position: self.executed,
            block: block.clone(),
            state: self.state.clone(),
        });
        self.is_executing = true;
        Ok(())
    }

    fn queue(&mut self, transactions: Vec<Signed>, actions: &mut Vec<Action>) {
        for transaction in transactions {
            if self.waiting.len() < limits::MAX_WAITING_TRANSACTIONS {
                Arc::make_mut(&mut self.waiting).push_back(transaction);
            } else {
                actions.push(Action::Report(Report::Overloaded(transaction)));
            }
        }
    }

    /// Ends the process where an invariant of ours is broken: going on would be a silent fork.
    fn check(&self, finality: u64) {
        assert!(self.own.flaw().is_none(), "an own order is sound: {:?}", self.own.flaw());
        // Without ratchets the votes may take back what was executed, as in the reference.
        if self.has(Defence::Ratchets) {
            assert!(self.executed <= self.position(Level::Finality), "only final blocks are executed");
            assert!(finality <= self.position(Level::Finality), "what is final stays final");
        }
        if let (Some(signed), None, true) = (&self.last_signed, self.observing(), self.has(Defence::Ratchets))
        {
            let promised = signed.order().point(Level::Consensus);
            assert!(promised <= self.own.point(Level::Consensus), "consensus that was signed is kept");
        }
    }
}
