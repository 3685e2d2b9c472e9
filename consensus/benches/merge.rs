//! What a merge costs by the number of peers and the length of the order: `cargo bench -p
//! cvx-consensus`.
//!
//! Each peer of a network of N holds an order of M blocks in consensus. One of them appends a
//! block, and another merges its belief. Printed is the least time of several such merges, each
//! with a new block. What is long is shared, so the time should follow the number of peers and not
//! that of blocks.

// A benchmark reads a clock.
#![allow(clippy::disallowed_methods)]

use consensus::merge::{Setting, merge};
use consensus::{Belief, Key, Order, SignedOrder, Weights};
use lang::{Blob, Index, Record, Signed, Value, Vector, record};
use std::time::Instant;
use vm::State;

const START: i64 = 1_000_000_000_000;
const STAKE: i64 = 1_000_000_000_000;
const ROUNDS: i64 = 9;

fn key(number: usize) -> Key {
    let mut key = [7; 32];
    key[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    key
}

/// Signatures are not what is measured.
fn signed(number: usize, value: &Value) -> Signed {
    Signed::new(Some(key(number)), [0; 64], value.clone())
}

fn block(author: usize, time: i64) -> Value {
    let fields = [(START + time).into(), Vector::empty().into()];
    signed(author, &Record::new(record::tag::BLOCK, Vector::from_values(fields)).into()).into()
}

fn order(number: usize, order: &Order) -> SignedOrder {
    let order = SignedOrder::of(&signed(number, &order.value()));
    order.expect("all is in memory").expect("it is an order")
}

fn state(peers: usize) -> State {
    let entries = (0..peers).map(|n| {
        let peer = vm::peer::Peer::new(0, STAKE).with_reward(0, START).expect("all is in memory");
        (Blob::new(&key(n)).into(), peer.value())
    });
    let peers = Index::from_entries(entries).expect("all is in memory").expect("blobs are keys");
    let globals = [START, 0, 10, 1, 1, 0].map(Value::Integer);
    State::new(Vector::empty(), peers, Vector::from_values(globals), Index::empty())
}

fn measure(state: &State, peers: usize, blocks: &Vector) -> f64 {
    let weights = Weights::of(state).expect("all is in memory");
    let count = blocks.count() as i64;
    let long = Order::new(START, [count; 4], blocks.clone());
    let mut belief = Belief::empty();
    for number in 0..peers {
        belief.insert(key(number), order(number, &long)).expect("all is in memory");
    }
    belief.value().expect("all is in memory").hash();
    let mut best = f64::INFINITY;
    for round in 1..=ROUNDS {
        let appended = blocks.conj(block(1, round)).expect("all is in memory");
        let mut other = belief.clone();
        let new = long.with_blocks(appended).with_timestamp(START + round);
        other.insert(key(1), order(1, &new)).expect("all is in memory");
        let setting = Setting { key: &key(0), now: START + 1_000, state, weights: &weights };
        let start = Instant::now();
        let merged = merge(&belief, &[other], &setting, |value| signed(0, value)).expect("all is in memory");
        best = best.min(start.elapsed().as_secs_f64());
        let own = merged.get(&key(0)).expect("each holds its own order").order();
        assert_eq!(own.blocks().count(), blocks.count() + 1);
    }
    best
}

fn main() {
    let lengths = [100, 10_000, 1_000_000];
    println!("milliseconds for a merge that brings one block");
    println!("{:>8} {}", "peers", lengths.map(|n| format!("{n:>12} blocks")).join(""));
    let sequences: Vec<Vector> =
        lengths.iter().map(|n| Vector::from_values((0..*n).map(|i| block(0, i)))).collect();
    for peers in [4, 10, 100, 1_000] {
        let state = state(peers);
        let times = sequences.iter().map(|blocks| format!("{:>19.3}", measure(&state, peers, blocks) * 1e3));
        println!("{peers:>8} {}", times.collect::<String>());
    }
}
