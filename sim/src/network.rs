//! The network between the peers: how long a message takes, and whether it arrives.

use crate::fault::{Fault, Place};
use crate::random;
use fastrand::Rng;

/// The network of one run. Each link has luck of its own.
pub struct Network {
    seed: u64,
    latency: Latency,
    /// The stream of each link, by sender and receiver.
    links: Vec<Vec<Rng>>,
    /// Messages lost, doubled and delivered so far.
    pub counts: Counts,
}

/// How long messages take when nothing is wrong, in milliseconds one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// At least.
    pub least: i64,
    /// At most.
    pub most: i64,
}

/// What became of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Copies that arrive.
    pub delivered: u64,
    /// Messages that do not arrive.
    pub lost: u64,
    /// Messages that arrive twice.
    pub doubled: u64,
}

impl Network {
    /// A network of so many peers.
    pub fn new(seed: u64, peers: usize, latency: Latency) -> Network {
        let link = |from, to| random::stream(seed, "link", &[from as u64, to as u64]);
        let links = (0..peers).map(|from| (0..peers).map(|to| link(from, to)).collect()).collect();
        Network { seed, latency, links, counts: Counts::default() }
    }

    /// Another peer joins.
    pub fn grow(&mut self) {
        let peers = self.links.len();
        for (from, row) in self.links.iter_mut().enumerate() {
            row.push(random::stream(self.seed, "link", &[from as u64, peers as u64]));
        }
        let link = |to| random::stream(self.seed, "link", &[peers as u64, to as u64]);
        self.links.push((0..=peers).map(link).collect());
    }

    /// The times at which a message sent now arrives: none, one or two.
    pub fn deliveries(&mut self, faults: &[Fault], now: i64, from: Place, to: Place) -> Vec<i64> {
        let rng = &mut self.links[from][to];
        // Each message draws the same numbers whatever the faults are, so that a run without one of them has the
        // same luck elsewhere.
        let (lost, doubled, late) = (rng.f64(), rng.f64(), [rng.f64(), rng.f64()]);
        let extra = [rng.f64(), rng.f64()];
        if is_cut(faults, now, from, to) || lost < share_lost(faults, now) {
            self.counts.lost += 1;
            return Vec::new();
        }
        let jitter = jitter(faults, now);
        let Latency { least, most } = self.latency;
        let arrival = |copy: usize| {
            let usual = least + ((most - least) as f64 * late[copy]) as i64;
            now + usual + (jitter as f64 * extra[copy]) as i64
        };
        let copies = if doubled < share_doubled(faults, now) { 2 } else { 1 };
        self.counts.doubled += copies - 1;
        self.counts.delivered += copies;
        (0..copies as usize).map(arrival).collect()
    }
}

/// Whether a partition stands between two peers.
pub fn is_cut(faults: &[Fault], now: i64, from: Place, to: Place) -> bool {
    faults.iter().any(|fault| match fault {
        Fault::Partition { near, one_way, flap, window } if window.holds(now) => {
            let open = *flap > 0 && (now - window.start) / flap % 2 == 1;
            let (leaves, enters) = (near >> from & 1 == 1, near >> to & 1 == 1);
            !open && leaves != enters && (leaves || !one_way)
        }
        _ => false,
    })
}

fn share_lost(faults: &[Fault], now: i64) -> f64 {
    let share = |fault: &Fault| match fault {
        Fault::Loss { share, window } if window.holds(now) => *share,
        _ => 0.0,
    };
    faults.iter().map(share).fold(0.0, f64::max)
}

fn share_doubled(faults: &[Fault], now: i64) -> f64 {
    let share = |fault: &Fault| match fault {
        Fault::Duplication { share, window } if window.holds(now) => *share,
        _ => 0.0,
    };
    faults.iter().map(share).fold(0.0, f64::max)
}

fn jitter(faults: &[Fault], now: i64) -> i64 {
    let most = |fault: &Fault| match fault {
        Fault::Jitter { most, window } if window.holds(now) => *most,
        _ => 0,
    };
    faults.iter().map(most).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Window;

    const ALWAYS: Window = Window { start: 0, end: 1_000 };

    #[test]
    fn a_one_way_partition_stops_what_leaves_the_near_side() {
        let faults = [Fault::Partition { near: 0b001, one_way: true, flap: 0, window: ALWAYS }];
        assert!(is_cut(&faults, 5, 0, 1));
        assert!(!is_cut(&faults, 5, 1, 0));
        assert!(!is_cut(&faults, 5, 1, 2));
        assert!(!is_cut(&faults, 1_000, 0, 1), "it has ended");
    }

    #[test]
    fn a_flapping_partition_opens_every_other_time() {
        let faults = [Fault::Partition { near: 0b10, one_way: false, flap: 100, window: ALWAYS }];
        let cut: Vec<bool> = (0..4).map(|half| is_cut(&faults, half * 100 + 50, 0, 1)).collect();
        assert_eq!(cut, [true, false, true, false]);
    }

    #[test]
    fn messages_arrive_within_the_latency_unless_faults_say_otherwise() {
        let mut network = Network::new(1, 2, Latency { least: 20, most: 40 });
        for _ in 0..100 {
            let arrivals = network.deliveries(&[], 1_000, 0, 1);
            assert!(matches!(arrivals[..], [time] if (1_020..1_040).contains(&time)), "{arrivals:?}");
        }
        let all = [Fault::Loss { share: 1.0, window: ALWAYS }];
        assert!(network.deliveries(&all, 10, 0, 1).is_empty());
        let twice = [Fault::Duplication { share: 1.0, window: ALWAYS }];
        assert_eq!(network.deliveries(&twice, 10, 0, 1).len(), 2);
    }
}
