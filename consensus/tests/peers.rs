//! Peers that talk: how a network of honest ones gets on.

mod support;

use consensus::{Defence, Defences, Event, Level};
use lang::{Record, Signed, Value, Vector, record};
use support::*;

/// Everything but empty blocks, so that a test knows which blocks there are.
fn quiet() -> Defences {
    Defences::all().without(Defence::Heartbeat)
}

fn transfer(from: usize, sequence: i64, amount: i64) -> Signed {
    let fields = [Value::Address(from as u64), sequence.into(), Value::Address(9), amount.into()];
    let record = Record::new(record::tag::TRANSFER, Vector::from_values(fields));
    consensus::Signatures::sign(&*signer(from), &record.into())
}

#[test]
fn four_peers_execute_the_same_blocks() {
    let mut network = Network::new(state(&[10; 4], START), 4, quiet());
    network.round();
    network.give(0, Event::Transactions(vec![transfer(0, 1, 5)]));
    network.give(2, Event::Transactions(vec![transfer(2, 1, 7)]));
    network.rounds(12);
    assert_eq!(network.executed(), [2; 4]);
    let states = &network.nodes[0].states;
    assert!(network.nodes.iter().all(|node| node.states == *states && node.stops.is_empty()));
    assert_eq!(network.nodes[3].peer.state().balance(9).unwrap(), Some(1_000 * UNIT + 12));
}

#[test]
fn three_of_four_are_enough_and_two_are_not() {
    for (up, expected) in [(3, 1), (2, 0)] {
        let mut network = Network::new(state(&[10; 4], START), 4, quiet());
        for number in up..4 {
            network.nodes[number].is_up = false;
        }
        network.give(0, Event::Transactions(vec![transfer(0, 1, 5)]));
        network.rounds(20);
        assert_eq!(network.nodes[0].peer.executed(), expected, "{up} of 4");
    }
}

#[test]
fn one_who_was_away_catches_up() {
    let mut network = Network::new(state(&[10; 4], START), 4, quiet());
    network.nodes[3].is_up = false;
    for sequence in 1..=40 {
        network.give(0, Event::Transactions(vec![transfer(0, sequence, 5)]));
        network.rounds(2);
    }
    network.rounds(10);
    assert_eq!(network.nodes[0].peer.executed(), 40);
    network.nodes[3].is_up = true;
    network.rounds(10);
    assert_eq!(network.executed(), [40; 4]);
    assert_eq!(network.nodes[3].states, network.nodes[0].states);
}

/// Each side goes on alone as far as it may, and both agree when they meet again.
#[test]
fn a_partition_heals() {
    let mut network = Network::new(state(&[10; 5], START), 5, quiet());
    network.link = Box::new(|from, to| (from < 2) == (to < 2));
    network.give(0, Event::Transactions(vec![transfer(0, 1, 5)]));
    network.give(4, Event::Transactions(vec![transfer(4, 1, 7)]));
    network.rounds(20);
    assert_eq!(network.executed(), [0; 5], "neither two nor three of five are enough");
    network.link = Box::new(|_, _| true);
    network.rounds(20);
    assert_eq!(network.executed(), [2; 5]);
    assert!(network.nodes.iter().all(|node| node.states == network.nodes[0].states));
}

/// The state after each block is needed to judge the next, and blocks go on coming meanwhile.
#[test]
fn merging_goes_on_while_a_block_executes() {
    let mut network = Network::new(state(&[10; 4], START), 4, quiet());
    for sequence in 1..=10 {
        network.give(1, Event::Transactions(vec![transfer(1, sequence, 5)]));
        network.round();
        let order = network.order(0);
        assert!(order.point(Level::Finality) <= network.nodes[0].peer.executed() as i64 + 1);
    }
    network.rounds(10);
    assert_eq!(network.executed(), [10; 4]);
}
