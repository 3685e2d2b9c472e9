//! The loop that moves a peer: events in, actions out. It never executes, never waits for a disk or
//! a client, and sleeps only when nothing is to be done.

use crate::durable::Durable;
use crate::link::Link;
use crate::node::{Shared, View};
use crate::outcome::{Outcome, refusal};
use crate::worker::Execution;
use consensus::action::{Report, Stop};
use consensus::draft::Draft;
use consensus::{Action, Event, Peer, step};
use lang::Value;
use lang::hex::encode;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// How long a peer sleeps at most: beliefs are sent again, and heartbeats made, in good time.
const LONGEST: Duration = Duration::from_millis(50);
/// The same while transactions wait for the next block to be due.
const SHORT: Duration = Duration::from_millis(1);

/// A running peer.
pub(crate) struct Driver {
    pub shared: Arc<Shared>,
    pub links: Vec<Box<dyn Link>>,
    pub durable: Arc<dyn Durable>,
    pub executions: Sender<Execution>,
    pub drafts: Sender<Draft>,
}

impl Driver {
    /// Moves a peer until its inbox is closed or it stops.
    pub fn run(self, peer: Peer) {
        let shared = self.shared.clone();
        let run = AssertUnwindSafe(|| self.move_on(peer));
        if catch_unwind(run).is_err() {
            let reason = "a defect of cvx ended the loop that votes; what is final is not affected";
            tracing::error!("{reason}");
            shared.stop(reason.to_owned());
        }
    }

    fn move_on(&self, mut peer: Peer) {
        let mut longest = Duration::ZERO;
        while let Some(events) = self.shared.inbox.wait(longest) {
            for event in events {
                peer = self.step(peer, event);
            }
            peer = self.step(peer, Event::Tick);
            self.shared.show(View::of(&peer));
            if let Some(stop) = peer.stopped() {
                return self.shared.stop(stop.to_string());
            }
            longest = if peer.waiting() > 0 { SHORT } else { LONGEST };
        }
    }

    /// One event, and what follows from it at once.
    fn step(&self, mut peer: Peer, event: Event) -> Peer {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let (next, actions) = step(peer, self.shared.clock.now(), event);
            peer = next;
            for action in actions {
                self.carry_out(action);
            }
        }
        peer
    }

    fn carry_out(&self, action: Action) {
        match action {
            Action::Persist(order) => self.persist(order),
            Action::Broadcast(belief) => {
                self.links.iter().for_each(|link| link.send(self.shared.key, &belief))
            }
            // Where the thread is gone the node is stopping.
            Action::Execute { position, block, state } => {
                drop(self.executions.send(Execution { position, block, state }));
            }
            Action::Simulate(draft) => drop(self.drafts.send(draft)),
            Action::Report(report) => self.report(&report),
            Action::Stop(Stop::Fork { position }) => {
                tracing::error!(position, "stopped: the network is in consensus on other blocks");
            }
            Action::Stop(stop) => tracing::error!("{stop}"),
        }
    }

    fn persist(&self, order: lang::Signed) {
        let value = order.value().ok().and_then(|value| consensus::Order::from_value(value).ok().flatten());
        let Some(timestamp) = value.map(|order| order.timestamp()) else { return };
        let shared = self.shared.clone();
        self.durable.keep(
            order,
            Box::new(move |kept| {
                shared.inbox.done(match kept {
                    Ok(()) => Event::Persisted { timestamp },
                    Err(reason) => Event::Failed { reason },
                });
            }),
        );
    }

    fn report(&self, report: &Report) {
        match report {
            Report::Equivocation(_) => tracing::warn!("a peer signed two orders that contradict each other"),
            Report::SameTime { key } => {
                tracing::info!(peer = encode(key), "two orders of a peer have one time")
            }
            Report::Receded { key } => {
                tracing::info!(peer = encode(key), "a peer went back on a point of consensus")
            }
            Report::Refused { key, reason } => {
                tracing::debug!(peer = key.as_ref().map(|key| encode(key)), "refused: {reason}")
            }
            Report::Incomplete { key, hash } => {
                tracing::debug!(peer = encode(key), %hash, "a cell is absent")
            }
            Report::Observing(why) => tracing::warn!("this peer signs nothing for now: {why}"),
            Report::Signing => tracing::info!("this peer signs again"),
            Report::LeftOut { reason, .. } => {
                tracing::debug!("a transaction was left out of a block: {reason}")
            }
            Report::Overloaded(signed) => {
                let id = Value::Signed(signed.clone()).hash();
                let failure = || Outcome::refused(Some(id), refusal("LOAD", "Too many transactions wait"));
                self.shared.pending.answer(&id, failure);
            }
        }
    }
}
