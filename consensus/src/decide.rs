//! Deciding: the rule of merging, with the defences of a peer around it.

use crate::Key;
use crate::action::{Action, Observing, Report, Stop};
use crate::defence::Defence;
use crate::level::{Measure, Voice, agreed};
use crate::limits;
use crate::merge::{elect, may_adopt};
use crate::order::{Level, Order, SignedOrder};
use crate::peer::{Mode, Peer};
use crate::tail::demote_later;
use crate::vote::{Ballot, distinct};
use crate::weight::{Total, Weight};
use lang::{Hash, Vector};
use std::collections::BTreeMap;

/// An order of a peer that votes: the part of its blocks that counts, and what it counts.
struct Voter<'a> {
    key: &'a Key,
    order: &'a SignedOrder,
    blocks: &'a Vector,
    weight: Weight,
    /// How many blocks it shares with the own order.
    shared: u64,
}

impl Peer {
    /// The orders held, whether they agree with our consensus or not.
    fn voters(&self) -> Result<Vec<Voter<'_>>, Stop> {
        let mut voters = Vec::new();
        for (key, order) in self.belief.iter() {
            let weight = self.weights.get(key);
            let blocks = match self.sound.get(key) {
                Some(blocks) => blocks,
                None if *key == self.key => order.order().blocks(),
                None => continue,
            };
            if weight.is_staked {
                let shared = self.own.blocks().common_prefix(blocks)?;
                voters.push(Voter { key, order, blocks, weight, shared });
            }
        }
        Ok(voters)
    }

    /// Takes the order that the votes give as the own one.
    pub(crate) fn decide(&mut self, now: i64) -> Result<(), Stop> {
        let point = self.position(Level::Consensus);
        self.is_unsettled = false;
        let voters = self.voters()?;
        let Some(elected) = self.elect(&voters, point)? else { return Ok(()) };
        let (blocks, later) = if self.has(Defence::ForwardBlocks) {
            demote_later(&elected, point, now.saturating_add(limits::FORWARD_MS))?
        } else {
            (elected, None)
        };
        let order = self.with_levels(&voters, blocks, point, later)?;
        drop(voters);
        let has_changed = !order.agrees_with(&self.own);
        // What is dated ahead, and what we hold on to, may look different later.
        self.is_unsettled = has_changed || later.is_some();
        if !has_changed || !self.may_take(&order, now)? {
            return Ok(());
        }
        let shared = self.own.blocks().common_prefix(order.blocks())?;
        if shared < self.executed || order.point(Level::Finality) < self.executed as i64 {
            // Without ratchets the votes may take back what was executed.
            return Err(Stop::Fork { position: shared.min(self.executed) });
        }
        let proposal = self.own.point(Level::Proposal);
        if order.point(Level::Proposal) != proposal || (shared as i64) < proposal {
            self.proposed_at = now;
        }
        self.own = order.with_timestamp(now);
        Ok(())
    }

    /// The blocks that win. Our own part is what we would sign now, be it durable or not.
    fn elect(&self, voters: &[Voter], point: u64) -> Result<Option<Vector>, Stop> {
        let limit = point.saturating_add(limits::MAX_TAIL_BLOCKS);
        let mut ballots = Vec::new();
        let signs = matches!(self.mode, Mode::Signing);
        let votes = |voter: &&Voter| voter.shared >= point && !(signs && *voter.key == self.key);
        for voter in voters.iter().filter(votes) {
            let blocks = voter.blocks.slice(0, limit.min(voter.blocks.count()))?;
            ballots.push((voter.key, blocks.unwrap_or_else(Vector::empty), voter.weight.decayed));
        }
        let own = self.weights.get(&self.key);
        if signs && own.is_staked {
            let place = ballots.partition_point(|(key, ..)| **key < self.key);
            ballots.insert(place, (&self.key, self.own.blocks().clone(), own.decayed));
        }
        let ballots = distinct(ballots.into_iter().map(|(_, blocks, weight)| Ballot { blocks, weight }));
        Ok(elect(&ballots, point, &self.state, limits::MAX_TAIL_BLOCKS)?)
    }

    /// An order of blocks with the points that the orders held support.
    fn with_levels(
        &self,
        voters: &[Voter],
        blocks: Vector,
        point: u64,
        later: Option<u64>,
    ) -> Result<Order, Stop> {
        let mut order = self.own.with_blocks(blocks);
        if self.has(Defence::Ratchets) {
            // A proposal speaks of the blocks that were seen proposed, so it ends where they
            // change.
            let shared = self.own.blocks().common_prefix(order.blocks())? as i64;
            let proposal = order.point(Level::Proposal).min(shared).max(order.point(Level::Consensus));
            order = order.with_point(Level::Proposal, proposal);
        }
        let voices = voices(voters, order.blocks(), point)?;
        for level in [Level::Proposal, Level::Consensus] {
            order = self.with_level(order, &voices, level, later);
        }
        let judges = self::voices(voters, order.blocks(), self.judged(point))?;
        Ok(self.with_finality(order, &judges, later))
    }

    /// An order with the point of a level that enough weight supports.
    fn with_level(&self, order: Order, voices: &[Voice], level: Level, later: Option<u64>) -> Order {
        let measure = if self.has(Defence::UndecayedStake) { Measure::Both } else { Measure::Decayed };
        let Some(mut point) = agreed(&order, voices, level, self.weights.total(), measure) else {
            return order;
        };
        let before = order.point(level);
        if let Some(later) = later {
            point = point.min(later as i64).max(before.min(point));
        }
        // What is executed cannot be taken back. With ratchets, consensus and finality do not go
        // back at all, and no point goes below consensus.
        point = point.max(match level {
            _ if !self.has(Defence::Ratchets) => self.executed as i64,
            Level::Proposal => order.point(Level::Consensus),
            _ => before,
        });
        // Where points may go back, those above go back with them.
        order.with_point(level, point).with_sound_points()
    }

    /// An order with its point of finality. The weights at hand are those after the executed
    /// blocks, so they judge one more block only.
    fn with_finality(&self, order: Order, voices: &[Voice], later: Option<u64>) -> Order {
        let before = order.point(Level::Finality);
        let order = self.with_level(order, voices, Level::Finality, later);
        if !self.has(Defence::ExactWeights) {
            return order;
        }
        let next = self.executed as i64 + 1;
        let point = order.point(Level::Finality).min(next).max(before);
        order.with_point(Level::Finality, point)
    }

    /// Up to where an order must agree with us for its vote on finality to count. Where one
    /// position is judged at a time, an order counts that agrees on the blocks before it: who is in
    /// consensus on another block than we further on can still vote for this one.
    fn judged(&self, consensus: u64) -> u64 {
        if self.has(Defence::ExactWeights) { self.executed } else { consensus }
    }

    /// Whether the switching rule lets us take an order. A steady proposal is held from when it was
    /// made, whatever blocks come behind it, so that a busy peer lets go of it too. A clock that has
    /// gone back holds nothing up.
    fn may_take(&self, order: &Order, now: i64) -> Result<bool, Stop> {
        if !self.has(Defence::SteadyProposals) {
            let keep = limits::KEEP_PROPOSAL_MS;
            return Ok(now < self.own.timestamp() || may_adopt(&self.own, order.blocks(), now, keep)?);
        }
        let base = self.own.with_timestamp(self.proposed_at);
        let keep = limits::STEADY_PROPOSAL_MS;
        Ok(now < self.proposed_at || may_adopt(&base, order.blocks(), now, keep)?)
    }

    /// Judges finality again, after a block was executed.
    pub(crate) fn advance_finality(&mut self, now: i64) -> Result<(), Stop> {
        let voters = self.voters()?;
        let point = self.position(Level::Consensus);
        let voices = voices(&voters, self.own.blocks(), self.judged(point))?;
        let later = if self.has(Defence::ForwardBlocks) {
            demote_later(self.own.blocks(), point, now.saturating_add(limits::FORWARD_MS))?.1
        } else {
            None
        };
        let order = self.with_finality(self.own.clone(), &voices, later);
        drop(voters);
        if !order.agrees_with(&self.own) {
            self.own = order.with_timestamp(now);
        }
        Ok(())
    }

    /// Sees whether the others are in consensus on other blocks than we: if those are executed
    /// here, there is no way on; else we follow, and sign no more.
    pub(crate) fn follow(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Stop> {
        let point = self.position(Level::Consensus);
        let voters = self.voters()?;
        let mut sums: BTreeMap<Hash, (u64, Total)> = BTreeMap::new();
        for voter in voters.iter().filter(|voter| voter.shared < point) {
            let consensus = crate::merge::position(voter.order.order().point(Level::Consensus));
            if consensus > voter.shared
                && let Some(block) = voter.blocks.get(voter.shared)?
            {
                sums.entry(block.hash()).or_insert((voter.shared, Total::default())).1.add(&voter.weight);
            }
        }
        drop(voters);
        let Some((position, _)) = sums.into_values().find(|(_, sum)| self.is_enough(*sum)) else {
            return Ok(());
        };
        if position < self.executed || self.is_executing && position == self.executed {
            return Err(Stop::Fork { position });
        }
        if position > self.executed && self.has(Defence::ExactWeights) {
            // The weights at hand do not judge that position yet.
            return Ok(());
        }
        if !self.has(Defence::Ratchets) {
            return Ok(());
        }
        let executed = self.executed as i64;
        let blocks = self.own.blocks().slice(0, self.executed)?.unwrap_or_else(Vector::empty);
        self.own = Order::new(now, [executed; 4], blocks);
        let why = Observing::Stranded { position };
        self.mode = Mode::observing(why, None);
        actions.push(Action::Report(Report::Observing(why)));
        self.decide(now)
    }
}

/// The orders that agree with our consensus up to a point, as seen from blocks.
fn voices(voters: &[Voter], blocks: &Vector, point: u64) -> Result<Vec<Voice>, Stop> {
    let consistent = voters.iter().filter(|voter| voter.shared >= point);
    let voices: Result<Vec<Voice>, lang::Missing> = consistent
        .map(|voter| {
            let order = voter.order.order();
            Voice::of(
                blocks,
                &Order::new(order.timestamp(), *order.points(), voter.blocks.clone()),
                voter.weight,
            )
        })
        .collect();
    Ok(voices?)
}
