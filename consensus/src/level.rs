//! Levels: how far enough stake agrees with an order, at each level in turn.

use crate::limits::THRESHOLD;
use crate::order::{Level, Order};
use crate::weight::{Total, Weight};
use lang::{Missing, Vector};

/// An order held, as seen from a sequence of blocks.
pub struct Voice {
    /// How many blocks it shares with the sequence.
    shared: u64,
    points: crate::order::Points,
    weight: Weight,
}

impl Voice {
    /// An order of a weight, seen from a sequence.
    ///
    /// # Errors
    /// [`Missing`] when a part of the sequence or of the order is not here.
    pub fn of(blocks: &Vector, order: &Order, weight: Weight) -> Result<Voice, Missing> {
        Ok(Voice { shared: blocks.common_prefix(order.blocks())?, points: *order.points(), weight })
    }

    /// How many blocks of an order it supports at a level: those that both have, and have at the
    /// level below.
    fn support(&self, order: &Order, level: Level) -> i64 {
        let below = level as usize - 1;
        let shared = i64::try_from(self.shared).unwrap_or(i64::MAX);
        shared.min(order.points()[below]).min(self.points[below])
    }
}

/// By which measures the weight behind a point must pass the threshold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// With decay, as in the reference.
    Decayed,
    /// With decay, and undecayed among eligible peers too.
    Both,
}

/// The farthest point of an order at a level that more than [`THRESHOLD`] of the weight supports;
/// `None` where that many do not support any point.
pub fn agreed(order: &Order, voices: &[Voice], level: Level, total: Total, measure: Measure) -> Option<i64> {
    let mut supports: Vec<(i64, &Weight)> =
        voices.iter().map(|voice| (voice.support(order, level), &voice.weight)).collect();
    // The farthest first; the order of equals does not matter, as they support the same point.
    supports.sort_by_key(|(support, _)| std::cmp::Reverse(*support));
    let mut sum = Total::default();
    supports.into_iter().find_map(|(support, weight)| {
        sum.add(weight);
        let enough = sum.decayed > total.decayed * THRESHOLD
            && (measure == Measure::Decayed || sum.undecayed > total.undecayed * THRESHOLD);
        enough.then_some(support)
    })
}
