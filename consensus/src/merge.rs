//! The rule of merging beliefs, alone: what the reference does, without any defence of a peer.
//!
//! Orders are collected, those that contradict our consensus point are left out, the rest vote; new
//! blocks are appended to the winner, the points follow from what the others support, and the
//! outcome is signed as our own order unless it gives up a fresh proposal. The document of
//! differences tells where the reference leaves the outcome to chance.

use crate::Key;
use crate::belief::Belief;
use crate::level::{Measure, Voice, agreed};
use crate::limits::KEEP_PROPOSAL_MS;
use crate::order::{Level, Order, SignedOrder, VOTED};
use crate::tail;
use crate::vote::{Ballot, distinct, winner};
use crate::weight::Weights;
use lang::{Missing, Signed, Value, Vector};
use vm::State;

/// What a merge depends on beside the beliefs.
pub struct Setting<'a> {
    /// The key of the peer that merges.
    pub key: &'a Key,
    /// The time of its clock, in milliseconds since 1970.
    pub now: i64,
    /// The state after the blocks that are final.
    pub state: &'a State,
    /// The weights in that state.
    pub weights: &'a Weights,
}

/// Why beliefs could not be merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MergeError {
    /// The merging peer holds no order of its own.
    NoOwnOrder,
    /// A cell is not available.
    Missing(Missing),
}

impl From<Missing> for MergeError {
    fn from(missing: Missing) -> MergeError {
        MergeError::Missing(missing)
    }
}

impl std::fmt::Display for MergeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MergeError::NoOwnOrder => f.write_str("the belief holds no order of the peer that merges"),
            MergeError::Missing(missing) => missing.fmt(f),
        }
    }
}

impl std::error::Error for MergeError {}

/// Merges beliefs into the own one. No signature is checked, and orders of the own key are treated
/// like any other.
///
/// # Errors
/// [`MergeError`] when the own order or a cell is not there.
pub fn merge(
    own: &Belief,
    incoming: &[Belief],
    setting: &Setting,
    sign: impl FnOnce(&Value) -> Signed,
) -> Result<Belief, MergeError> {
    let base = own.get(setting.key).ok_or(MergeError::NoOwnOrder)?.order();
    let mut belief = own.clone();
    for other in incoming {
        collect(&mut belief, other, setting)?;
    }
    let point = position(base.point(Level::Consensus));
    keep_consistent(&mut belief, base, point)?;
    let voters: Vec<(&SignedOrder, crate::weight::Weight)> = belief
        .iter()
        .map(|(_, order)| (order, setting.weights.get(order.signer())))
        .filter(|(_, weight)| weight.decayed != 0.0)
        .collect();
    let ballots = distinct(
        voters
            .iter()
            .map(|(o, weight)| Ballot { blocks: o.order().blocks().clone(), weight: weight.decayed }),
    );
    let Some(blocks) = elect(&ballots, point, setting.state, u64::MAX)? else { return Ok(own.clone()) };
    let voices: Result<Vec<Voice>, Missing> =
        voters.iter().map(|(o, weight)| Voice::of(&blocks, o.order(), *weight)).collect();
    let mut order = base.with_blocks(blocks);
    let voices = voices?;
    for level in VOTED {
        if let Some(point) = agreed(&order, &voices, level, setting.weights.total(), Measure::Decayed) {
            order = order.with_point(level, point);
        }
    }
    if !order.agrees_with(base) && may_adopt(base, order.blocks(), setting.now, KEEP_PROPOSAL_MS)? {
        let signed = sign(&order.with_timestamp(setting.now).value());
        if let Some(order) = SignedOrder::of(&signed)? {
            belief.insert(*setting.key, order)?;
        }
    }
    Ok(belief)
}

/// A point of an order as a position, at least 0.
pub(crate) fn position(point: i64) -> u64 {
    u64::try_from(point).unwrap_or(0)
}

/// Collects the orders of another belief: those of staked peers that are not dated ahead of the
/// clock.
fn collect(belief: &mut Belief, other: &Belief, setting: &Setting) -> Result<(), Missing> {
    for (key, order) in other.iter() {
        if setting.weights.get(key).is_staked && order.order().timestamp() <= setting.now {
            belief.collect(*key, order)?;
        }
    }
    Ok(())
}

/// Leaves out orders that do not have the blocks before a point as a base has them.
pub(crate) fn keep_consistent(belief: &mut Belief, base: &Order, point: u64) -> Result<(), Missing> {
    let mut failure = None;
    belief.retain(|_, order| match base.blocks().common_prefix(order.order().blocks()) {
        Ok(shared) => shared >= point,
        Err(missing) => {
            failure = Some(missing);
            true
        }
    });
    failure.map_or(Ok(()), Err)
}

/// The sequence that wins, with at most so many new blocks of the others appended; `None` when
/// nobody votes.
pub(crate) fn elect(
    ballots: &[Ballot],
    point: u64,
    state: &State,
    most: u64,
) -> Result<Option<Vector>, Missing> {
    let Some(winner) = winner(ballots, point)? else { return Ok(None) };
    tail::append_new(&winner, ballots.iter().map(|ballot| &ballot.blocks), point, state, most).map(Some)
}

/// Whether blocks may take the place of those of an own order: at once where they agree with all
/// that it proposes, else only after it has stood for `keep` milliseconds.
pub(crate) fn may_adopt(base: &Order, blocks: &Vector, now: i64, keep: i64) -> Result<bool, Missing> {
    let shared = base.blocks().common_prefix(blocks)?;
    let agrees = i64::try_from(shared).unwrap_or(i64::MAX) >= base.point(Level::Proposal);
    Ok(agrees || now > base.timestamp().saturating_add(keep))
}
