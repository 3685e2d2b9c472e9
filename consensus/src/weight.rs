//! Weights: what the vote of each peer counts in a state (CAD016).

use crate::Key;
use crate::belief::key_of;
use crate::limits;
use lang::Missing;
use std::collections::BTreeMap;
use vm::State;
use vm::limits::MIN_EFFECTIVE_STAKE_COPPERS;
use vm::peer::Peer;
use vm::state::Global;

/// What the vote of a peer counts.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Weight {
    /// Shares (its own and those delegated to it) times how recent its last block is.
    pub decayed: f64,
    /// Shares alone, or 0 for a peer that is not eligible: one with too little stake of its own, or
    /// whose last block is more than [`limits::ELIGIBLE_MS`] older than the state. One that has not
    /// made a block yet is eligible.
    pub undecayed: f64,
    /// Whether its own stake is at least the minimum, so that its orders and blocks count.
    pub is_staked: bool,
}

/// The weights of all peers of a state.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Weights {
    peers: BTreeMap<Key, Weight>,
    total: Total,
}

/// A sum of weights by both measures.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Total {
    /// Shares with decay.
    pub decayed: f64,
    /// Eligible shares without.
    pub undecayed: f64,
}

impl Total {
    /// Adds the weight of a peer.
    pub fn add(&mut self, weight: &Weight) {
        self.decayed += weight.decayed;
        self.undecayed += weight.undecayed;
    }
}

impl Weights {
    /// The weights in a state.
    ///
    /// # Errors
    /// [`Missing`] when a peer of the state is not here.
    pub fn of(state: &State) -> Result<Weights, Missing> {
        let now = state.global(Global::Timestamp)?;
        let mut weights = Weights::default();
        for entry in state.peers()?.iter() {
            let (key, value) = entry?;
            let (Some(key), Some(peer)) = (key_of(key), Peer::from_value(value)) else { continue };
            let weight = weight(&peer, now)?;
            weights.total.add(&weight);
            weights.peers.insert(key, weight);
        }
        Ok(weights)
    }

    /// Weights given one by one, for tests and models: shares of each peer, all of them recent.
    pub fn of_shares(shares: impl IntoIterator<Item = (Key, f64)>) -> Weights {
        let mut weights = Weights::default();
        for (key, shares) in shares {
            let weight = Weight { decayed: shares, undecayed: shares, is_staked: true };
            weights.total.add(&weight);
            weights.peers.insert(key, weight);
        }
        weights
    }

    /// What the vote of a peer counts; nothing for a key that is not a peer.
    pub fn get(&self, key: &Key) -> Weight {
        self.peers.get(key).copied().unwrap_or_default()
    }

    /// The sum over all peers.
    pub fn total(&self) -> Total {
        self.total
    }

    /// The peers by key.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Weight)> {
        self.peers.iter()
    }

    /// The number of peers.
    pub fn count(&self) -> usize {
        self.peers.len()
    }
}

fn weight(peer: &Peer, now: i64) -> Result<Weight, Missing> {
    let shares = peer.own_shares()?.wrapping_add(peer.delegated_shares()?) as f64;
    let last = peer.timestamp()?;
    let is_staked = peer.own_stake()? >= MIN_EFFECTIVE_STAKE_COPPERS;
    let is_recent = last < 0 || now.saturating_sub(last) <= limits::ELIGIBLE_MS;
    let undecayed = if is_staked && is_recent { shares } else { 0.0 };
    Ok(Weight { decayed: shares * decay(now, last), undecayed, is_staked })
}

/// The part of its weight that a peer has whose last block was made at a time (in milliseconds;
/// negative before the first), as time passes in the state.
pub fn decay(now: i64, last: i64) -> f64 {
    if last < 0 {
        return limits::MIN_DECAY;
    }
    let idle = now.saturating_sub(last).saturating_sub(limits::DECAY_DELAY_MS);
    if now <= last || idle < 0 {
        return 1.0;
    }
    libm::exp(-(idle as f64) / limits::DECAY_MS).max(limits::MIN_DECAY)
}
