//! Confirmation: how long a transaction takes until it is final, in simulated time, on a network
//! without faults.

use crate::mix::Mix;
use crate::network::Latency;
use crate::random;
use crate::start::controller;
use crate::world::World;
use consensus::Defences;
use vm::Transaction;

/// A network to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Peers with equal stakes.
    pub peers: usize,
    /// Milliseconds that every message takes.
    pub latency: i64,
    /// To how many others each peer sends; all of them if there are no more.
    pub fan_out: usize,
}

/// Times until finality, in milliseconds of simulated time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// At the peer that took each transaction in, the shortest first.
    pub first: Vec<i64>,
    /// At the last of all peers, the shortest first.
    pub last: Vec<i64>,
}

/// Transactions start this far apart, in milliseconds.
const PAUSE_MS: i64 = 5_000;
/// How often the peers are asked, in milliseconds.
const STEP_MS: i64 = 2;
/// Coppers that all peers share.
const STAKE: i64 = 400_000_000_000_000;

/// The median of sorted times; 0 without any.
pub fn median(times: &[i64]) -> i64 {
    times.get(times.len() / 2).copied().unwrap_or(0)
}

/// Hands in some transactions, one after the other, each to a peer drawn from the seed.
pub fn confirmation(network: &Network, transactions: usize, seed: u64) -> Confirmation {
    let mix = Mix {
        seed,
        stakes: vec![STAKE / network.peers as i64; network.peers],
        latency: Latency { least: network.latency, most: network.latency },
        skew: vec![0; network.peers],
        faults: Vec::new(),
        liars: Vec::new(),
        fan_out: Some(network.fan_out),
        pace: i64::MAX / 1_000_000,
        calm: 0,
        length: i64::MAX,
    };
    let mut world = World::new(&mix, Defences::all(), 0);
    let mut rng = random::stream(seed, "confirmation", &[]);
    let mut times = Confirmation { first: Vec::new(), last: Vec::new() };
    // All peers make their first block, so that each has its weight.
    let mut start = 4 * PAUSE_MS;
    for _ in 0..transactions {
        world.run_until(start + rng.i64(0..100));
        let (first, last) = confirm(&mut world, rng.usize(..network.peers.min(MOST_CONTROLLERS)));
        times.first.push(first);
        times.last.push(last);
        start = world.now + PAUSE_MS;
    }
    times.first.sort_unstable();
    times.last.sort_unstable();
    times
}

/// Peers beyond these have no account.
const MOST_CONTROLLERS: usize = 50;

/// Hands a transaction to a peer; when it is final there, and everywhere.
fn confirm(world: &mut World, place: usize) -> (i64, i64) {
    let (origin, begun) = (controller(place), world.now);
    let sequence = sequence(world, place, origin) + 1;
    let transaction = Transaction::transfer(origin, sequence, controller(0), 1).value();
    let signed = world.sign(place, &transaction);
    world.submit(place, signed);
    let mut first = None;
    let mut waiting: Vec<usize> = (0..world.hosts.len()).collect();
    while !waiting.is_empty() && world.broken.is_none() {
        let until = world.now.max(begun) + STEP_MS;
        world.run_until(until);
        world.now = until;
        waiting.retain(|other| self::sequence(world, *other, origin) < sequence);
        if !waiting.contains(&place) {
            first.get_or_insert(until - begun);
        }
    }
    assert!(world.broken.is_none(), "a network without faults keeps its rules: {:?}", world.broken);
    (first.unwrap_or(0), world.now - begun)
}

/// The sequence of an account in the state of a peer.
fn sequence(world: &World, place: usize, origin: u64) -> i64 {
    let peer = world.hosts[place].peer().expect("every peer of a network without faults runs");
    let account = peer.state().account(origin).expect("the states of a run are in memory");
    account.map_or(0, |account| account.sequence().unwrap_or(0))
}
