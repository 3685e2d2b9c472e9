//! Accounts, coins and peers at the start: everything but code.

use super::{GenesisError, Key, Parameters};
use crate::limits::MAX_SUPPLY_COPPERS;
use crate::peer::Peer;
use crate::{Account, State};
use lang::{Blob, Index, Missing, Value, Vector};

/// Coppers in a diamond and in an emerald, the units of great sums.
const DIAMOND: i64 = 1_000_000_000_000;
const EMERALD: i64 = 1_000 * DIAMOND;

const FOUNDATION: u64 = 2;
const GOVERNANCE: u64 = 6;
const ADMINISTRATION: u64 = 7;
const EXCHANGE: u64 = 66;

/// Holdings of the reserved accounts from #2 on, in coppers.
const FOUNDATION_COPPERS: i64 = EMERALD;
const RESERVE_COPPERS: i64 = 248 * EMERALD;
const UNRELEASED_COPPERS: i64 = 740 * EMERALD;
const DISTRIBUTION_COPPERS: i64 = 10 * EMERALD - 2 * DIAMOND;
const GOVERNANCE_COPPERS: i64 = DIAMOND;
const ADMINISTRATION_COPPERS: i64 = DIAMOND;

/// The memory pool: bytes, and coppers at a price of 1,000,000 a byte.
const POOL_BYTES: i64 = 1_000_000;
const POOL_COPPERS: i64 = 1_000_000 * POOL_BYTES;

/// Coins issued at genesis, to users and as stakes of peers.
pub const ISSUED_COPPERS: i64 = MAX_SUPPLY_COPPERS
    - FOUNDATION_COPPERS
    - RESERVE_COPPERS
    - UNRELEASED_COPPERS
    - DISTRIBUTION_COPPERS
    - GOVERNANCE_COPPERS
    - ADMINISTRATION_COPPERS
    - POOL_COPPERS;

/// Four fifths of what is issued go to users, unless the stakes are given.
const USER_COPPERS: i64 = ISSUED_COPPERS / 5 * 4;

/// The memory allowance of users, in bytes.
const USER_ALLOWANCE_BYTES: i64 = 10_000;

/// The first address of users, of standard actors, of spare actors, and after all that are laid out here. Actors that
/// the library deploys follow.
const FIRST_USER: u64 = 11;
const FIRST_ACTOR: u64 = 64;
const FIRST_SPARE: u64 = 78;
const FIRST_FREE: u64 = 128;

/// The globals: milliseconds since 1970, fees, coppers for a unit of juice, the pool, and no block so far.
const GLOBALS: [i64; 6] = [1_735_056_000_000, 0, 10, POOL_BYTES, POOL_COPPERS, -1];

/// Accounts from [`FIRST_USER`] on are those of the genesis user, of the peers and of the first user.
pub const MAX_PEERS: usize = (FIRST_ACTOR - FIRST_USER) as usize - 2;

const _: () = assert!(ISSUED_COPPERS > USER_COPPERS);

/// The state before any code: all accounts with coins, keys and controllers, peers and globals.
pub fn state(parameters: &Parameters) -> Result<State, GenesisError> {
    let peers = parameters.peer_keys.len();
    if !(1..=MAX_PEERS).contains(&peers) {
        return Err(GenesisError::PeerCount(peers));
    }
    let stakes = stakes(parameters)?;
    let mut accounts = Vec::new();
    add_reserves(&mut accounts, parameters)?;
    add_users(&mut accounts, parameters, ISSUED_COPPERS - stakes.iter().sum::<i64>())?;
    add_actors(&mut accounts)?;
    let accounts = Vector::from_values(accounts.iter().map(Account::value));
    let globals = Vector::from_values(GLOBALS.map(Value::Integer));
    Ok(State::new(accounts, staked(&parameters.peer_keys, &stakes)?, globals, Index::empty()))
}

fn add_reserves(accounts: &mut Vec<Account>, parameters: &Parameters) -> Result<(), Missing> {
    let governance = || Some(Blob::new(&parameters.governance_key));
    let foundation = Value::Address(FOUNDATION);
    accounts.push(Account::new(None, 0));
    accounts.push(Account::new(None, 0));
    accounts.push(Account::new(governance(), FOUNDATION_COPPERS));
    for coppers in [RESERVE_COPPERS, UNRELEASED_COPPERS, DISTRIBUTION_COPPERS, GOVERNANCE_COPPERS] {
        accounts.push(Account::new(governance(), coppers).with_controller(foundation.clone())?);
    }
    let administration = Account::new(Some(Blob::new(&parameters.peer_keys[0])), ADMINISTRATION_COPPERS);
    accounts.push(administration.with_controller(foundation)?);
    accounts.push(Account::new(None, 0));
    for _ in [9, 10] {
        accounts.push(Account::new(None, 0).with_controller(Value::Address(GOVERNANCE))?);
    }
    Ok(())
}

/// The stakes of the peers in coppers: no more together than what is issued.
fn stakes(parameters: &Parameters) -> Result<Vec<i64>, GenesisError> {
    let peers = parameters.peer_keys.len();
    let Some(stakes) = &parameters.stakes else {
        return Ok(shares(ISSUED_COPPERS - USER_COPPERS, peers).collect());
    };
    if stakes.len() != peers {
        return Err(GenesisError::StakeCount(stakes.len(), peers));
    }
    if let Some(stake) = stakes.iter().find(|stake| **stake < 0) {
        return Err(GenesisError::NegativeStake(*stake));
    }
    let sum = stakes.iter().map(|stake| i128::from(*stake)).sum();
    if sum > i128::from(ISSUED_COPPERS) { Err(GenesisError::StakeSum(sum)) } else { Ok(stakes.clone()) }
}

/// Users share some coins: half of them is for the genesis user, the rest for the peers.
fn add_users(accounts: &mut Vec<Account>, parameters: &Parameters, coppers: i64) -> Result<(), Missing> {
    let keys = &parameters.peer_keys;
    let half = coppers / 2;
    accounts.push(user(&keys[0], half)?);
    for (key, coppers) in keys.iter().zip(shares(coppers - half, keys.len())) {
        accounts.push(user(key, coppers)?);
    }
    accounts.push(user(&parameters.first_user_key, 0)?);
    while (accounts.len() as u64) < FIRST_ACTOR {
        accounts.push(user(&keys[0], 0)?);
    }
    Ok(())
}

fn user(key: &Key, coppers: i64) -> Result<Account, Missing> {
    Account::new(Some(Blob::new(key)), coppers)
        .with_controller(Value::Address(ADMINISTRATION))?
        .with_allowance(USER_ALLOWANCE_BYTES)
}

fn add_actors(accounts: &mut Vec<Account>) -> Result<(), Missing> {
    let mut add = |controller: u64| -> Result<(), Missing> {
        accounts.push(Account::new(None, 0).with_controller(Value::Address(controller))?);
        Ok(())
    };
    for address in FIRST_ACTOR..FIRST_SPARE {
        // The exchange answers to the foundation.
        add(if address == EXCHANGE { FOUNDATION } else { GOVERNANCE })?;
    }
    for _ in FIRST_SPARE..FIRST_FREE {
        add(ADMINISTRATION)?;
    }
    Ok(())
}

/// The first peers: each with its stake and controlled by its user account.
fn staked(keys: &[Key], stakes: &[i64]) -> Result<Index, GenesisError> {
    let mut peers = Index::empty();
    for ((key, stake), controller) in keys.iter().zip(stakes).zip(FIRST_USER + 1..) {
        let entry = Value::Blob(Blob::new(key));
        if peers.contains(&entry)? {
            return Err(GenesisError::SamePeer(*key));
        }
        if let Some(added) = peers.assoc(entry, Peer::new(controller, *stake).value())? {
            peers = added;
        }
    }
    Ok(peers)
}

/// Parts of a sum, as equal as whole numbers can be, the smaller ones first.
fn shares(sum: i64, parts: usize) -> impl Iterator<Item = i64> {
    let mut left = sum;
    (0..parts).map(move |taken| {
        let share = left / (parts - taken) as i64;
        left -= share;
        share
    })
}
