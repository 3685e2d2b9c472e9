//! The judge of a run: after every event it compares what peers hold for final, and says what must
//! never happen.
//!
//! - No two honest peers finalise different blocks at a position.
//! - The same blocks give the same state.
//! - What is final stays so: the points of consensus and finality of a running peer never retreat.
//! - Coins are neither made nor lost, but for rewards that `set-peer-stake` pays out while the peer
//!   keeps them, an oddity of the protocol.

use crate::fault::Place;
use crate::workload::coins;
use lang::{Hash, Missing, Value};
use std::fmt;
use vm::State;

/// What one peer holds for final at a position: the block, and the state after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Final {
    /// Hash of the signed block.
    pub block: Hash,
    /// Hash of the state after it.
    pub state: Hash,
}

/// A rule that was broken, and how.
#[derive(Clone, PartialEq, Debug)]
pub enum Broken {
    /// Two peers hold different blocks for final.
    Fork {
        /// The position.
        position: u64,
        /// The peer that came later.
        place: Place,
        /// The peer that came first.
        first: Place,
    },
    /// The same blocks gave different states.
    State {
        /// Blocks executed.
        position: u64,
        /// The peer that came later.
        place: Place,
        /// The peer that came first.
        first: Place,
    },
    /// A point of a peer went back.
    Retreat {
        /// The peer.
        place: Place,
        /// Where the point was.
        from: i64,
        /// Where it is.
        to: i64,
    },
    /// Coins were made or lost.
    Coins {
        /// Blocks executed.
        position: u64,
        /// What there should be, in coppers.
        expected: i128,
        /// What there is.
        found: i128,
    },
    /// The time of a final state is ahead of all honest clocks by more than a block may be dated
    /// ahead.
    Ahead {
        /// Blocks executed.
        position: u64,
        /// By how many milliseconds.
        by: i64,
    },
    /// An honest peer has signed an order that is not dated later than the one before.
    Undated {
        /// The peer.
        place: Place,
    },
    /// An honest peer has sent an own order that its disk does not hold.
    Unsynced {
        /// The peer.
        place: Place,
    },
    /// An honest peer is proved to have equivocated.
    Accused {
        /// The peer that holds the proof.
        place: Place,
        /// The peer that it accuses.
        accused: Place,
    },
    /// An invariant of the core did not hold.
    Panicked {
        /// What it said.
        message: String,
    },
    /// A peer stopped itself.
    Stopped {
        /// The peer.
        place: Place,
        /// What it said.
        reason: String,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Fork { position, place, first } => {
                write!(f, "peers {first} and {place} finalised different blocks at position {position}")
            }
            Broken::State { position, place, first } => {
                write!(f, "peers {first} and {place} have different states after {position} blocks")
            }
            Broken::Retreat { place, from, to } => {
                write!(f, "a point of peer {place} went back from {from} to {to}")
            }
            Broken::Coins { position, expected, found } => {
                write!(f, "after {position} blocks there are {found} coppers and should be {expected}")
            }
            Broken::Ahead { position, by } => {
                write!(
                    f,
                    "after {position} blocks the time of the state is {by} ms ahead of all honest clocks"
                )
            }
            Broken::Undated { place } => {
                write!(f, "peer {place} signed an order that is not dated later than the one before")
            }
            Broken::Unsynced { place } => write!(f, "peer {place} sent an order that its disk does not hold"),
            Broken::Accused { place, accused } => {
                write!(f, "peer {place} holds a proof that honest peer {accused} equivocated")
            }
            Broken::Panicked { message } => write!(f, "an invariant of the core does not hold: {message}"),
            Broken::Stopped { place, reason } => write!(f, "peer {place} stopped: {reason}"),
        }
    }
}

/// What has become final so far, by the peer that was first.
#[derive(Default)]
pub struct Oracle {
    finals: Vec<(Final, Place)>,
    coins: i128,
}

impl Oracle {
    /// A judge of runs that begin with a state.
    ///
    /// # Errors
    /// [`Missing`] when a part of the state is not here.
    pub fn new(genesis: &State) -> Result<Oracle, Missing> {
        Ok(Oracle { finals: Vec::new(), coins: coins(genesis)? })
    }

    /// How many blocks are final for at least one honest peer.
    pub fn position(&self) -> u64 {
        self.finals.len() as u64
    }

    /// An honest peer has executed a block that is final for it, the one at a position (from 0), in
    /// a state.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn executed(
        &mut self,
        place: Place,
        position: u64,
        block: &Value,
        before: &State,
        after: &State,
        minted: i128,
    ) -> Result<(), Broken> {
        let new = Final { block: block.hash(), state: after.value().hash() };
        match self.finals.get(position as usize) {
            Some((old, first)) if old.block != new.block => {
                Err(Broken::Fork { position, place, first: *first })
            }
            Some((old, first)) if old.state != new.state => {
                Err(Broken::State { position: position + 1, place, first: *first })
            }
            Some(_) => Ok(()),
            None => {
                assert_eq!(position, self.position(), "blocks are executed in turn");
                self.finals.push((new, place));
                self.count_coins(position + 1, before, after, minted)
            }
        }
    }

    fn count_coins(
        &mut self,
        position: u64,
        before: &State,
        after: &State,
        minted: i128,
    ) -> Result<(), Broken> {
        let here = "the states of a run are in memory";
        debug_assert_eq!(coins(before).expect(here), self.coins);
        let expected = self.coins + minted;
        let found = coins(after).expect(here);
        self.coins = found;
        if found == expected { Ok(()) } else { Err(Broken::Coins { position, expected, found }) }
    }
}
