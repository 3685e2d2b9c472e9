//! What a run is made of: its peers, stakes, network, faults, liars and work, all drawn from one
//! seed.

use crate::fault::{Fault, Place, Window};
use crate::liar::Lie;
use crate::network::Latency;
use crate::random::{self, chance};
use fastrand::Rng;

/// One run, before it starts. A shortened run is the same with fewer faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// What the luck of messages, disks and work is drawn from.
    pub seed: u64,
    /// Stakes in coppers, one for each peer.
    pub stakes: Vec<i64>,
    /// The network when nothing is wrong.
    pub latency: Latency,
    /// How far each clock is off when nothing is wrong, in milliseconds.
    pub skew: Vec<i64>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Peers that lie, and how.
    pub liars: Vec<(Place, Lie)>,
    /// To how many of the others each peer sends; `None` for all.
    pub fan_out: Option<usize>,
    /// Mean time between transactions, in milliseconds.
    pub pace: i64,
    /// Until when things go wrong; then the run is quiet to its end. Milliseconds.
    pub calm: i64,
    /// How long the run lasts, in milliseconds.
    pub length: i64,
}

/// Coppers in the smallest stake that counts.
const MIN_STAKE: i64 = vm::limits::MIN_EFFECTIVE_STAKE_COPPERS;

/// How much of the stake may lie or forget. Below a third, what is final stays final.
const MOST_UNTRUE: f64 = 0.32;

/// The last part of a run, in which nothing goes wrong, so that liveness can be judged.
pub const CALM_MS: i64 = 20_000;

impl Mix {
    /// A run drawn from a seed, of a length in milliseconds.
    pub fn draw(seed: u64, length: i64) -> Mix {
        let mut rng = random::stream(seed, "mix", &[]);
        let peers = rng.usize(4..=10);
        let calm = (length - CALM_MS).max(length / 2);
        let stakes = stakes(&mut rng, peers);
        let least = rng.i64(1..=80);
        let latency = Latency { least, most: least + rng.i64(0..=100) };
        let skew = (0..peers).map(|_| rng.i64(-300..=300)).collect();
        let untrue = untrue(&mut rng, &stakes);
        let liars = liars(&mut rng, &untrue);
        let faults = Faults { rng: &mut rng, peers, calm }.draw(&untrue);
        let pace = rng.i64(50..=1_500);
        Mix { seed, stakes, latency, skew, faults, liars, fan_out: None, pace, calm, length }
    }

    /// How many peers there are at the start.
    pub fn peers(&self) -> usize {
        self.stakes.len()
    }

    /// Whether a peer follows the rules: it may crash, but does not lie.
    pub fn is_honest(&self, place: Place) -> bool {
        !self.liars.iter().any(|(liar, _)| *liar == place)
    }

    /// The lie that a peer tells, if it tells one.
    pub fn lie(&self, place: Place) -> Option<&Lie> {
        self.liars.iter().find(|(liar, _)| *liar == place).map(|(_, lie)| lie)
    }
}

/// Equal stakes, random ones, one much larger than the others, or nearly equal ones; together less
/// than the coins issued.
fn stakes(rng: &mut Rng, peers: usize) -> Vec<i64> {
    match rng.u8(..4) {
        0 => vec![40 * MIN_STAKE; peers],
        1 => (0..peers).map(|_| MIN_STAKE * rng.i64(1..=60)).collect(),
        2 => (0..peers).map(|place| MIN_STAKE * if place == 0 { 60 } else { rng.i64(10..=30) }).collect(),
        _ => (0..peers).map(|_| 20 * MIN_STAKE + rng.i64(0..MIN_STAKE)).collect(),
    }
}

/// Peers that may lie or forget: together less than a third of the stake, often none.
fn untrue(rng: &mut Rng, stakes: &[i64]) -> Vec<Place> {
    if chance(rng, 0.3) {
        return Vec::new();
    }
    let total: i64 = stakes.iter().sum();
    let mut places: Vec<Place> = (0..stakes.len()).collect();
    rng.shuffle(&mut places);
    let mut taken = 0;
    places.retain(|place| {
        let fits = (taken + stakes[*place]) as f64 <= MOST_UNTRUE * total as f64;
        taken += if fits { stakes[*place] } else { 0 };
        fits
    });
    places.truncate(rng.usize(1..=3));
    places
}

fn liars(rng: &mut Rng, untrue: &[Place]) -> Vec<(Place, Lie)> {
    let mut liars = Vec::new();
    for place in untrue {
        if chance(rng, 0.7) {
            liars.push((*place, Lie::ALL[rng.usize(..Lie::ALL.len())]));
        }
    }
    liars
}

/// Draws faults.
struct Faults<'a> {
    rng: &'a mut Rng,
    peers: usize,
    calm: i64,
}

impl Faults<'_> {
    fn draw(&mut self, untrue: &[Place]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for _ in 0..self.rng.usize(0..=6) {
            faults.push(self.network());
        }
        for _ in 0..self.rng.usize(0..=5) {
            faults.push(self.process());
        }
        for place in untrue {
            if chance(self.rng, 0.4) {
                faults.push(self.forgetting(*place));
            }
        }
        faults
    }

    /// From 100 ms to a third of the time in which things go wrong.
    fn window(&mut self) -> Window {
        let longest = (self.calm / 3).max(200);
        let length = self.rng.i64(100..=longest);
        let start = self.rng.i64(0..(self.calm - length).max(1));
        Window { start, end: start + length }
    }

    fn place(&mut self) -> Place {
        self.rng.usize(..self.peers)
    }

    fn network(&mut self) -> Fault {
        let window = self.window();
        match self.rng.u8(..6) {
            0..=2 => Fault::Partition {
                near: self.rng.u64(1..(1 << self.peers) - 1),
                one_way: self.rng.bool(),
                flap: if chance(self.rng, 0.3) { self.rng.i64(100..=2_000) } else { 0 },
                window,
            },
            3 => Fault::Loss { share: self.rng.f64() * 0.6, window },
            4 => Fault::Duplication { share: self.rng.f64(), window },
            _ => Fault::Jitter { most: self.rng.i64(50..=3_000), window },
        }
    }

    fn process(&mut self) -> Fault {
        let (place, window) = (self.place(), self.window());
        match self.rng.u8(..5) {
            0 => Fault::Clock { place, by: self.jump(), window },
            1 => Fault::Pause { place, window },
            2 | 3 => Fault::Crash { place, window },
            _ => Fault::Slow { place, factor: self.rng.i64(2..=50), window },
        }
    }

    /// How far a clock jumps: seconds, or an hour.
    fn jump(&mut self) -> i64 {
        let size = if chance(self.rng, 0.2) { 3_600_000 } else { self.rng.i64(500..=20_000) };
        if self.rng.bool() { size } else { -size }
    }

    fn forgetting(&mut self, place: Place) -> Fault {
        let window = self.window();
        if self.rng.bool() {
            Fault::StoreLost { place, window }
        } else {
            Fault::OldStore { place, copied: self.rng.i64(0..=window.start), window }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_draws_the_same_run() {
        assert_eq!(Mix::draw(7, 60_000), Mix::draw(7, 60_000));
        assert_ne!(Mix::draw(7, 60_000), Mix::draw(8, 60_000));
    }

    #[test]
    fn who_lies_or_forgets_holds_less_than_a_third() {
        for seed in 0..500 {
            let mix = Mix::draw(seed, 60_000);
            let total: i64 = mix.stakes.iter().sum();
            let untrue = |place: &Place| {
                !mix.is_honest(*place) || mix.faults.iter().any(|fault| fault.forgets() == Some(*place))
            };
            let held: i64 = (0..mix.peers()).filter(untrue).map(|place| mix.stakes[place]).sum();
            assert!((held as f64) < total as f64 / 3.0, "seed {seed}");
            assert!(mix.faults.iter().all(|fault| fault.window().end <= mix.calm), "seed {seed}");
        }
    }
}
