//! The state that a run begins with: a genesis with the keys and stakes of its peers.

use consensus::Key;
use lang::Blob;
use vm::State;
use vm::genesis::{self, GenesisError, Parameters};
use vm::peer::Peer;

/// The account that controls a peer, by the position of the peer. It has the peer's key and coins.
pub fn controller(place: usize) -> u64 {
    FIRST_CONTROLLER + place as u64
}

/// The controllers follow the genesis user, #11.
const FIRST_CONTROLLER: u64 = 12;

/// The genesis state of peers with stakes in coppers. Peers beyond those that a genesis has
/// accounts for are controlled by the first controller, and their stakes are coins made for them.
///
/// # Errors
/// As [`genesis::build`]: stakes that are more than the coins issued.
pub fn state(keys: &[Key], stakes: &[i64]) -> Result<State, GenesisError> {
    let governance = Parameters::local();
    let count = keys.len().min(genesis::MAX_PEERS);
    let parameters = Parameters {
        peer_keys: keys[..count].to_vec(),
        stakes: Some(stakes[..count].to_vec()),
        governance_key: governance.governance_key,
        first_user_key: governance.first_user_key,
    };
    let mut state = genesis::build(&parameters, &stdlib::LIBRARY)?;
    for (key, stake) in keys.iter().zip(stakes).skip(count) {
        state = state.with_peer(&Blob::new(key), &Peer::new(controller(0), *stake))?;
    }
    Ok(state)
}
