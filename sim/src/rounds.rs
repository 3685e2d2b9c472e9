//! Rounds of propagation, for teaching: how a block comes from one peer to finality, told as a
//! matrix of beliefs after each round, as the white paper does.

use crate::random;
use crate::stage::Stage;
use consensus::{Defences, Level, Order, Peer};
use lang::Value;

/// How far a peer has come with the newest blocks, as far as another knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It is not known to order them.
    Nothing,
    /// It orders some of them.
    Some,
    /// It orders them all.
    Ordered,
    /// It proposes them: it saw enough stake order them so.
    Proposed,
    /// It is in consensus on them: it saw enough stake propose them.
    Consensus,
    /// They are final for it: it saw enough stake in consensus on them.
    Final,
}

impl Mark {
    /// Every mark, from low to high.
    pub const ALL: [Mark; 6] =
        [Mark::Nothing, Mark::Some, Mark::Ordered, Mark::Proposed, Mark::Consensus, Mark::Final];

    /// One character for it.
    pub fn letter(self) -> char {
        match self {
            Mark::Nothing => '.',
            Mark::Some => '-',
            Mark::Ordered => 'o',
            Mark::Proposed => 'p',
            Mark::Consensus => 'c',
            Mark::Final => 'F',
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Mark::Nothing => "does not know the blocks",
            Mark::Some => "orders some of the blocks",
            Mark::Ordered => "orders them all alike",
            Mark::Proposed => "has seen enough stake order them",
            Mark::Consensus => "has seen enough stake propose them",
            Mark::Final => "has seen enough stake in consensus: executed",
        }
    }
}

/// What the peers believe after a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// A row for each peer: what it knows of each.
    pub matrix: Vec<Vec<Mark>>,
}

impl Round {
    /// How far each peer has come itself.
    pub fn own(&self) -> Vec<Mark> {
        (0..self.matrix.len()).map(|place| self.matrix[place][place]).collect()
    }

    fn is_final(&self) -> bool {
        self.own().iter().all(|mark| *mark == Mark::Final)
    }
}

/// A network that brings blocks to finality.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounds {
    /// Stakes in percent of all.
    pub stakes: Vec<f64>,
    /// The peers that each made a block at the start.
    pub authors: Vec<usize>,
    /// The beliefs before the first round of propagation, then after each.
    pub rounds: Vec<Round>,
}

/// The most rounds that are shown.
const MOST_ROUNDS: usize = 12;
/// Coppers of the smallest stake that is drawn.
const UNIT: i64 = 1_000_000_000_000;

/// The name of a peer: letters, as in the white paper.
pub fn name(place: usize) -> String {
    let letter = char::from(b'A' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { format!("{letter}{}", place / 26) }
}

/// Runs a network of peers until its new blocks are final for all. The seed draws stakes and
/// authors; seed 0 is the illustration of the white paper: equal stakes, and the second peer is the
/// author.
///
/// # Panics
/// With fewer than 2 or more than 50 peers.
pub fn rounds(peers: usize, seed: u64) -> Rounds {
    assert!((2..=50).contains(&peers), "rounds are shown for 2 to 50 peers");
    let mut rng = random::stream(seed, "rounds", &[]);
    let most = 900 / peers as i64;
    let stake = |_| UNIT * if seed == 0 { most.min(30) } else { rng.i64(most / 3..=most) };
    let stakes: Vec<i64> = (0..peers).map(stake).collect();
    let mut places: Vec<usize> = (0..peers).collect();
    rng.shuffle(&mut places);
    let count = if seed == 0 { 1 } else { rng.usize(1..=2) };
    let authors = if seed == 0 { vec![1] } else { places[..count].to_vec() };
    let mut stage = Stage::new(&stakes, Defences::all());
    let all: Vec<usize> = (0..peers).collect();
    stage.rounds(&all, 10);
    let base = stage.peer(0).order().blocks().count();
    for author in &authors {
        stage.now += 1;
        stage.submit(*author, *author, "(def greeting \"hello\")");
    }
    let blocks = new_blocks(&stage, &authors, base);
    let mut rounds = vec![look(&stage, &blocks, base)];
    while rounds.len() <= MOST_ROUNDS && !rounds.last().is_some_and(Round::is_final) {
        spread(&mut stage, &all);
        rounds.push(look(&stage, &blocks, base));
    }
    let sum: i64 = stakes.iter().sum();
    let stakes = stakes.iter().map(|stake| 100.0 * *stake as f64 / sum as f64).collect();
    Rounds { stakes, authors, rounds }
}

/// One round: what every peer sent reaches all others, then all look at it.
fn spread(stage: &mut Stage, all: &[usize]) {
    for from in all {
        all.iter().filter(|to| *to != from).for_each(|to| stage.deliver(*from, *to));
    }
    stage.now += 320;
    all.iter().for_each(|place| stage.tick(*place));
}

fn new_blocks(stage: &Stage, authors: &[usize], base: u64) -> Vec<Value> {
    let new = authors.iter().flat_map(|author| stage.peer(*author).order().blocks().iter_from(base));
    new.map(|block| block.expect("cells are in memory").clone()).collect()
}

fn look(stage: &Stage, blocks: &[Value], base: u64) -> Round {
    let peers = stage.list.len();
    let row = |place: usize| {
        let peer = stage.peer(place);
        (0..peers).map(|other| known(stage, peer, place, other, blocks, base)).collect()
    };
    Round { matrix: (0..peers).map(row).collect() }
}

/// What a peer knows of another: of itself, what it would sign now.
fn known(stage: &Stage, peer: &Peer, place: usize, other: usize, blocks: &[Value], base: u64) -> Mark {
    if place == other {
        return mark(peer.order(), blocks, base);
    }
    let held = peer.belief().get(&stage.list[other]);
    held.map_or(Mark::Nothing, |order| mark(order.order(), blocks, base))
}

fn mark(order: &Order, blocks: &[Value], base: u64) -> Mark {
    let has = |block: &&Value| {
        let mut tail = order.blocks().iter_from(base);
        tail.any(|other| other.is_ok_and(|other| other == *block))
    };
    let end = (base + blocks.len() as u64) as i64;
    match blocks.iter().filter(has).count() {
        0 => Mark::Nothing,
        count if count < blocks.len() => Mark::Some,
        _ if order.point(Level::Finality) >= end => Mark::Final,
        _ if order.point(Level::Consensus) >= end => Mark::Consensus,
        _ if order.point(Level::Proposal) >= end => Mark::Proposed,
        _ => Mark::Ordered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five peers reach consensus in three rounds of propagation, and finality is one more.
    #[test]
    fn the_illustration_of_the_white_paper() {
        let shown = rounds(5, 0);
        let least: Vec<Mark> =
            shown.rounds.iter().map(|round| round.own().into_iter().min().unwrap_or(Mark::Nothing)).collect();
        assert_eq!(
            least,
            [Mark::Nothing, Mark::Ordered, Mark::Proposed, Mark::Consensus, Mark::Final],
            "{shown:?}"
        );
    }

    #[test]
    fn every_seed_ends_final() {
        for seed in 1..8 {
            let shown = rounds(4 + seed as usize, seed);
            assert!(shown.rounds.last().is_some_and(Round::is_final), "seed {seed}");
        }
    }
}
