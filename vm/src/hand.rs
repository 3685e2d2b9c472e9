//! The accounts at hand: those changed last, decoded, by their address.

use crate::Account;
use lang::Missing;
use triomphe::Arc;

/// How many accounts are at hand at most: who signs, who is called, whom that one calls, and one more.
const ROOM: usize = 4;

/// A few accounts, each in a place of its own while it is at hand. A clone shares them.
#[derive(Clone, Default)]
pub(crate) struct Hand {
    accounts: [Option<(u64, Arc<Account>)>; ROOM],
    /// The place of the one that is longest at hand, once there is no room left.
    oldest: usize,
}

impl Hand {
    #[inline]
    pub fn position(&self, address: u64) -> Option<usize> {
        self.accounts.iter().position(|entry| matches!(entry, Some((own, _)) if *own == address))
    }

    #[inline]
    pub fn get(&self, address: u64) -> Option<&Account> {
        self.shared(address).map(|account| &**account)
    }

    #[inline]
    pub fn shared(&self, address: u64) -> Option<&Arc<Account>> {
        self.accounts.iter().flatten().find(|(own, _)| *own == address).map(|(_, account)| account)
    }

    /// The account at a position to be changed, in place where nobody else holds it.
    #[inline]
    pub fn account_mut(&mut self, position: usize) -> Option<&mut Account> {
        self.accounts.get_mut(position)?.as_mut().map(|(_, account)| Arc::make_mut(account))
    }

    /// The account at a position.
    #[inline]
    pub fn at(&self, position: usize) -> Option<&Account> {
        self.accounts.get(position)?.as_ref().map(|(_, account)| &**account)
    }

    /// Adds an account; answers its position, and what was longest at hand where there was no room.
    pub fn push(&mut self, address: u64, account: Account) -> (usize, Option<(u64, Arc<Account>)>) {
        let entry = Some((address, Arc::new(account)));
        if let Some(position) = self.accounts.iter().position(Option::is_none) {
            self.accounts[position] = entry;
            return (position, None);
        }
        let position = self.oldest;
        self.oldest = (position + 1) % ROOM;
        (position, std::mem::replace(&mut self.accounts[position], entry))
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, &Account)> {
        self.accounts.iter().flatten().map(|(address, account)| (*address, &**account))
    }

    /// Writes definitions that have changed into the records of their accounts; answers whether there are any.
    pub fn consolidate(&mut self) -> Result<bool, Missing> {
        let mut has_changed = false;
        let accounts = self.accounts.iter_mut().flatten();
        for (_, account) in accounts.filter(|(_, account)| !account.has_definitions_as_read()) {
            has_changed = true;
            Arc::make_mut(account).consolidate()?;
        }
        Ok(has_changed)
    }

    /// All accounts, which are no longer at hand.
    pub fn take(&mut self) -> impl Iterator<Item = (u64, Arc<Account>)> + use<> {
        std::mem::take(self).accounts.into_iter().flatten()
    }
}
