//! A state that stands in for that of a network which is too large to be brought here.

use lang::{Missing, Vector};
use vm::{Account, State};

/// The most accounts that a stand-in has; beyond, addresses are not those of the network.
pub const MAX_ACCOUNTS: u64 = 1 << 20;

/// What is known of a network.
pub struct Known {
    /// Its globals: time and prices.
    pub globals: Vector,
    /// The next address that it gives to an account.
    pub next: u64,
    /// Some of its accounts.
    pub accounts: Vec<(u64, Account)>,
}

/// A genesis state with the prices and the next address of a network, and with those of its
/// accounts that are known. All others are empty.
///
/// # Errors
/// [`Missing`] when a part of the state is not available.
pub fn of(genesis: &State, known: &Known) -> Result<State, Missing> {
    let mut state = genesis.with_globals(known.globals.clone())?;
    let empty = Account::new(None, 0);
    for address in state.next_address()?..known.next.min(MAX_ACCOUNTS) {
        state.set_account(address, empty.clone())?;
    }
    for (address, account) in &known.accounts {
        if state.has_account(*address)? {
            state.set_account(*address, account.clone())?;
        }
    }
    state.settle()?;
    Ok(state)
}
