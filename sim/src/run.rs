//! Running a seed from start to end, and judging it.

use crate::fault::Place;
use crate::mix::Mix;
use crate::oracle::Broken;
use crate::tally::Tally;
use crate::world::World;
use consensus::{Defences, Level, Weights, limits};
use lang::Hash;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How long after the faults a network may take until it moves again, in milliseconds.
const GRACE_MS: i64 = 8_000;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The rule of safety that was broken, and when.
    pub broken: Option<(i64, Broken)>,
    /// Whether finality moved after the faults had ended.
    pub liveness: Liveness,
    /// Figures.
    pub tally: Tally,
    /// The digest of the log.
    pub digest: [u8; 32],
    /// The last lines of the log.
    pub last: Vec<String>,
}

/// Whether finality moved after the faults had ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// It did.
    Moved,
    /// It could not: too little of the stake was honest, running and heard.
    NotExpected {
        /// Peers that follow the rules, but do not sign, or date their orders ahead.
        silent: Vec<Place>,
    },
    /// It cannot, ever: peers are in consensus on different blocks at a position, and those of no
    /// block can become enough, even with all others. Nothing that is final is in danger.
    Split {
        /// The position, from 0.
        position: u64,
    },
    /// It did not, though it should.
    Stuck {
        /// Blocks final when the time of grace had passed.
        before: u64,
        /// Blocks final at the end.
        after: u64,
    },
    /// It did, but a peer that runs has not come along.
    Behind {
        /// The peer.
        place: Place,
        /// Blocks that it has executed.
        executed: u64,
        /// Blocks that were final when the time of grace had passed.
        expected: u64,
    },
}

impl Outcome {
    /// Whether nothing is wrong: no rule was broken, and liveness was kept or not to be expected.
    pub fn is_good(&self) -> bool {
        self.broken.is_none() && matches!(self.liveness, Liveness::Moved | Liveness::NotExpected { .. })
    }

    /// Whether no rule was broken, and liveness was lost to a split.
    pub fn is_split(&self) -> bool {
        self.broken.is_none() && matches!(self.liveness, Liveness::Split { .. })
    }

    /// Whether another run went wrong in the same way.
    pub fn is_like(&self, other: &Outcome) -> bool {
        match (&self.broken, &other.broken) {
            (Some((_, one)), Some((_, two))) => std::mem::discriminant(one) == std::mem::discriminant(two),
            (None, None) => std::mem::discriminant(&self.liveness) == std::mem::discriminant(&other.liveness),
            _ => false,
        }
    }
}

/// Runs a mix to its end, keeping so many of the last lines of its log. An invariant of the core
/// that does not hold is a finding like any other.
pub fn run(mix: &Mix, defences: Defences, lines: usize) -> Outcome {
    let whole = catch_unwind(AssertUnwindSafe(|| run_to_end(mix, defences, lines)));
    whole.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Outcome {
            broken: Some((0, Broken::Panicked { message: text.unwrap_or_default() })),
            liveness: Liveness::Moved,
            tally: Tally::default(),
            digest: [0; 32],
            last: Vec::new(),
        }
    })
}

fn run_to_end(mix: &Mix, defences: Defences, lines: usize) -> Outcome {
    let mut world = World::new(mix, defences, lines);
    world.run_until((mix.calm + GRACE_MS).min(mix.length));
    let before = world.oracle.position();
    world.run_until(mix.length);
    world.tally.blocks = world.oracle.position();
    Outcome {
        broken: world.broken.clone().map(|broken| (world.now, broken)),
        liveness: liveness(&world, before),
        tally: world.tally,
        digest: world.log.digest(),
        last: world.log.last().map(str::to_owned).collect(),
    }
}

fn liveness(world: &World, before: u64) -> Liveness {
    let silent: Vec<Place> = (0..world.hosts.len())
        .filter(|place| world.hosts[*place].is_honest() && !is_heard(world, *place))
        .collect();
    if !is_enough(world, &silent) {
        return Liveness::NotExpected { silent };
    }
    let after = world.oracle.position();
    if after <= before && is_split(world, after) {
        return Liveness::Split { position: after };
    }
    if after <= before {
        return Liveness::Stuck { before, after };
    }
    for host in world.hosts.iter().filter(|host| host.is_honest()) {
        let executed = host.peer().map_or(0, |peer| peer.executed());
        if executed < before {
            return Liveness::Behind { place: host.place, executed, expected: before };
        }
    }
    Liveness::Moved
}

/// Whether a peer signs orders that the others count: one whose clock was ahead for a while is not
/// heard before their clocks have come as far, as its orders must carry rising times.
fn is_heard(world: &World, place: Place) -> bool {
    world.hosts[place].peer().is_some_and(|peer| {
        let time = peer.signed_order().map_or(0, |order| order.order().timestamp());
        peer.observing().is_none() && time <= world.clock(place) + limits::FORWARD_MS
    })
}

/// Whether honest peers are in consensus on different blocks at a position, and none of these can
/// ever have enough behind it, even with the votes of all who are not in consensus there, liars
/// among them.
fn is_split(world: &World, position: u64) -> bool {
    let peers = world.hosts.iter().filter(|host| host.is_honest()).filter_map(|host| host.peer());
    let Some(latest) = peers.clone().max_by_key(|peer| peer.executed()) else { return false };
    let weights: &Weights = latest.weights();
    let mut sides: BTreeMap<Hash, f64> = BTreeMap::new();
    for peer in peers.filter(|peer| peer.observing().is_none()) {
        let block = peer.order().blocks().get(position).expect("the blocks of a run are in memory");
        if let Some(block) = block.filter(|_| peer.order().point(Level::Consensus) > position as i64) {
            *sides.entry(block.hash()).or_default() += weights.get(peer.key()).undecayed;
        }
    }
    let total = weights.total().undecayed;
    let others = total - sides.values().sum::<f64>();
    sides.len() > 1 && sides.values().all(|side| side + others <= total * limits::THRESHOLD)
}

/// Whether the honest peers that sign hold enough of the stake, in the latest state that one of
/// them has.
fn is_enough(world: &World, silent: &[Place]) -> bool {
    let peers = world.hosts.iter().filter(|host| host.is_honest()).filter_map(|host| host.peer());
    let Some(latest) = peers.max_by_key(|peer| peer.executed()) else { return false };
    let weights: &Weights = latest.weights();
    let signing = world.hosts.iter().filter(|host| host.is_honest() && !silent.contains(&host.place));
    let held: f64 = signing.map(|host| weights.get(&host.key).undecayed).sum();
    held > weights.total().undecayed * limits::THRESHOLD
}
