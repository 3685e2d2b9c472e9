//! The accounts at hand: those changed last, decoded, by their address.

use crate::Account;
use lang::Missing;
use std::sync::Arc;

/// How many accounts are at hand at most: who signs, who is called, whom that one calls, and one more.
const ROOM: usize = 4;

/// A few accounts, the one longest at hand first. A clone shares them.
#[derive(Clone, Default)]
pub(crate) struct Hand([Option<(u64, Arc<Account>)>; ROOM]);

impl Hand {
    #[inline]
    pub fn position(&self, address: u64) -> Option<usize> {
        self.0.iter().position(|entry| matches!(entry, Some((own, _)) if *own == address))
    }

    #[inline]
    pub fn get(&self, address: u64) -> Option<&Account> {
        self.shared(address).map(|account| &**account)
    }

    #[inline]
    pub fn shared(&self, address: u64) -> Option<&Arc<Account>> {
        self.0.iter().flatten().find(|(own, _)| *own == address).map(|(_, account)| account)
    }

    /// The account at a position to be changed, in place where nobody else holds it.
    #[inline]
    pub fn account_mut(&mut self, position: usize) -> Option<&mut Account> {
        self.0.get_mut(position)?.as_mut().map(|(_, account)| Arc::make_mut(account))
    }

    /// Adds an account; answers its position, and what was longest at hand where there was no room.
    pub fn push(&mut self, address: u64, account: Account) -> (usize, Option<(u64, Arc<Account>)>) {
        let entry = Some((address, Arc::new(account)));
        if let Some(position) = self.0.iter().position(Option::is_none) {
            self.0[position] = entry;
            return (position, None);
        }
        self.0.rotate_left(1);
        (ROOM - 1, std::mem::replace(&mut self.0[ROOM - 1], entry))
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, &Account)> {
        self.0.iter().flatten().map(|(address, account)| (*address, &**account))
    }

    /// Writes definitions that have changed into the records of their accounts.
    pub fn consolidate(&mut self) -> Result<(), Missing> {
        let changed = self.0.iter_mut().flatten().filter(|(_, account)| !account.has_definitions_as_read());
        for (_, account) in changed {
            Arc::make_mut(account).consolidate()?;
        }
        Ok(())
    }

    /// All accounts, which are no longer at hand.
    pub fn take(&mut self) -> impl Iterator<Item = (u64, Arc<Account>)> + use<> {
        std::mem::take(&mut self.0).into_iter().flatten()
    }
}
