//! The illustrations of the white paper, as it tells them.

mod support;

use consensus::merge::{Setting, merge};
use consensus::{Belief, Level, Order};
use lang::Vector;
use support::*;

const A: usize = 0;
const B: usize = 1;
const C: usize = 2;

/// The belief of a peer after it has seen those of others.
fn observe(peer: usize, own: &Belief, others: &[Belief], stakes: &[i64], now: i64) -> Belief {
    let state = state(stakes, START);
    let setting = Setting { key: &key(peer), now, state: &state, weights: &weights(&state) };
    let signer = signer(peer);
    merge(own, others, &setting, |value| consensus::Signatures::sign(&*signer, value)).unwrap()
}

fn ordering(belief: &Belief, peer: usize) -> String {
    letters(belief.get(&key(peer)).unwrap().order().blocks())
}

/// As an illustration, consider three Peers that are initially in consensus with respect to an
/// ordering of blocks XXXX, but peers A and B propose new blocks Y and Z.
#[test]
fn three_peers_converge_on_xxxxzy() {
    let stakes = [20, 30, 40];
    let in_consensus = |letters: &str| {
        let count = letters.len() as i64;
        Order::new(START, [count, 4, 4, 4], blocks(letters))
    };
    let mut now = START + 1_000;
    let mut a = belief(&[(A, in_consensus("XXXXY"))]);
    let mut b = belief(&[(B, in_consensus("XXXXZ"))]);
    let mut c = belief(&[(C, in_consensus("XXXX"))]);

    // It sees two conflicting proposals, but because Peer B has the higher stake it takes this
    // ordering first. It then appends the other Block it has observed.
    c = observe(C, &c, &[a.clone(), b.clone()], &stakes, now);
    assert_eq!(ordering(&c, C), "XXXXZY");

    // Peer A calculates the vote for each ordering and sees that there is a 70-20 vote in favour of
    // having block Z first (and a 40/0 vote in favour of block Y next).
    now += 1;
    a = observe(A, &a, &[b.clone(), c.clone()], &stakes, now);
    assert_eq!(ordering(&a, A), "XXXXZY");

    // Peer B sees everyone agreed on block Z, and a 60-0 vote in favour of Block Y next.
    now += 1;
    b = observe(B, &b, &[a.clone(), c.clone()], &stakes, now);
    assert_eq!(ordering(&b, B), "XXXXZY");

    // After a few rounds all have the same ordering in consensus.
    for _ in 0..4 {
        now += 1;
        let all = [a.clone(), b.clone(), c.clone()];
        a = observe(A, &a, &all, &stakes, now);
        b = observe(B, &b, &all, &stakes, now);
        c = observe(C, &c, &all, &stakes, now);
    }
    for (peer, belief) in [(A, &a), (B, &b), (C, &c)] {
        let own = belief.get(&key(peer)).unwrap().order();
        assert_eq!((letters(own.blocks()).as_str(), own.points()), ("XXXXZY", &[6, 6, 6, 6]));
    }
}

/// Each row is the belief held by one peer, and each column the latest signed ordering observed by
/// it from another.
fn matrix(beliefs: &[Belief]) -> String {
    let letter = |reached: bool| if reached { "x" } else { "o" };
    let mut text = "  ABCDE Consensus Proposed Consensus\n".to_owned();
    for (row, belief) in beliefs.iter().enumerate() {
        let held: String = (0..beliefs.len())
            .map(|column| belief.get(&key(column)))
            .map(|order| letter(order.is_some_and(|order| !order.order().blocks().is_empty())))
            .collect();
        let own = belief.get(&key(row)).unwrap().order();
        let name = char::from(b'A' + row as u8);
        let (consensus, proposed) = (own.point(Level::Consensus) > 0, own.point(Level::Proposal) > 0);
        text += &format!("{name} {held} {} {}\n", letter(consensus), letter(proposed));
    }
    text
}

/// Consider a case where all peers A, B, C, D and E initially agree on a consensus ordering
/// (labelled o). At this point, peer B receives a set of new transactions, composes these into a
/// block and produces a belief with an updated ordering (x).
#[test]
fn five_peers_reach_consensus_in_three_rounds() {
    let stakes = [10; 5];
    let nothing = Order::new(START, [0; 4], Vector::empty());
    let all: Vec<(usize, Order)> = (0..5).map(|peer| (peer, nothing.clone())).collect();
    let mut beliefs: Vec<Belief> = (0..5).map(|_| belief(&all)).collect();
    let proposed = Order::new(START + 1, [1, 0, 0, 0], blocks("x"));
    beliefs[B].insert(key(B), signed_order(B, &proposed)).unwrap();
    assert_eq!(
        matrix(&beliefs),
        "  ABCDE Consensus Proposed Consensus
A ooooo o o
B oxooo o o
C ooooo o o
D ooooo o o
E ooooo o o
"
    );

    let mut now = START + 100_000;
    let mut round = |beliefs: &mut Vec<Belief>| {
        now += 50;
        let sent = beliefs.clone();
        *beliefs = (0..5).map(|peer| observe(peer, &sent[peer], &sent, &stakes, now)).collect();
        matrix(beliefs)
    };

    // Peer B communicates the new Block to other Peers, and they adopt it as their own proposed
    // Ordering (the diagonal of the matrix).
    assert_eq!(
        round(&mut beliefs),
        "  ABCDE Consensus Proposed Consensus
A xxooo o o
B oxooo o o
C oxxoo o o
D oxoxo o o
E oxoox o o
"
    );
    // Other Peers communicate their adoption of the new Block.
    assert_eq!(
        round(&mut beliefs),
        "  ABCDE Consensus Proposed Consensus
A xxxxx o x
B xxxxx o x
C xxxxx o x
D xxxxx o x
E xxxxx o x
"
    );
    // All Peers communicate Proposed Consensus.
    assert_eq!(
        round(&mut beliefs),
        "  ABCDE Consensus Proposed Consensus
A xxxxx x x
B xxxxx x x
C xxxxx x x
D xxxxx x x
E xxxxx x x
"
    );

    // Finality is one more.
    let finality = |beliefs: &[Belief]| -> Vec<i64> {
        (0..5).map(|peer| beliefs[peer].get(&key(peer)).unwrap().order().point(Level::Finality)).collect()
    };
    assert_eq!(finality(&beliefs), [0; 5]);
    round(&mut beliefs);
    assert_eq!(finality(&beliefs), [1; 5]);
}
