//! Figures of a run, or of many.

use crate::network::Counts;
use consensus::action::Report;
use std::fmt;

/// What happened how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events of the run.
    pub events: u64,
    /// Faults that began.
    pub faults: u64,
    /// Messages.
    pub messages: Counts,
    /// Transactions handed in.
    pub transactions: u64,
    /// Blocks executed, each by each peer.
    pub executions: u64,
    /// Blocks that became final.
    pub blocks: u64,
    /// Reports of equivocation.
    pub equivocations: u64,
    /// Messages or orders refused.
    pub refused: u64,
    /// Times that a peer began to observe.
    pub observing: u64,
    /// Transactions left out of blocks.
    pub left_out: u64,
}

impl Tally {
    /// Counts a report.
    pub fn count(&mut self, report: &Report) {
        match report {
            Report::Equivocation(_) => self.equivocations += 1,
            Report::Refused { .. } | Report::Incomplete { .. } => self.refused += 1,
            Report::Observing(_) => self.observing += 1,
            Report::LeftOut { .. } => self.left_out += 1,
            _ => {}
        }
    }

    /// Adds the figures of another run.
    pub fn add(&mut self, other: &Tally) {
        self.events += other.events;
        self.faults += other.faults;
        self.messages.delivered += other.messages.delivered;
        self.messages.lost += other.messages.lost;
        self.messages.doubled += other.messages.doubled;
        self.transactions += other.transactions;
        self.executions += other.executions;
        self.blocks += other.blocks;
        self.equivocations += other.equivocations;
        self.refused += other.refused;
        self.observing += other.observing;
        self.left_out += other.left_out;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} events, {} faults, {} messages ({} lost, {} doubled), {} transactions ({} left out), {} blocks final, \
             {} executions, {} equivocations proved, {} messages refused, {} times observing",
            self.events,
            self.faults,
            self.messages.delivered,
            self.messages.lost,
            self.messages.doubled,
            self.transactions,
            self.left_out,
            self.blocks,
            self.executions,
            self.equivocations,
            self.refused,
            self.observing
        )
    }
}
