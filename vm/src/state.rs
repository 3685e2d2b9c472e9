//! The global state (CAD004): a dense record with tag `0xd5` and four fields.
//!
//! The state is a value: forking is a clone, and a rollback adopts the old one.

use crate::Account;
use crate::context::CORE;
use crate::edition::Edition;
use crate::hand::Hand;
use crate::view::View;
use crate::weight::Growth;
use crate::written::Written;
use lang::{Blob, Index, Missing, Record, Value, Vector};
use triomphe::Arc;

/// The tag of states.
pub const TAG: u8 = 0xd5;

const ACCOUNTS: u64 = 0;
const PEERS: u64 = 1;
const GLOBALS: u64 = 2;
const SCHEDULE: u64 = 3;
const FIELDS: u64 = 4;

/// The globals by their position; each is an integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Global {
    /// Time of the last block, in milliseconds since 1970.
    Timestamp = 0,
    /// Fees not yet given out, in coppers.
    Fees = 1,
    /// Coppers for a unit of juice.
    JuicePrice = 2,
    /// Bytes in the memory pool.
    PoolBytes = 3,
    /// Coppers in the memory pool.
    PoolCoppers = 4,
    /// Number of the last block, from 0; -1 before the first.
    Block = 5,
}

/// The global state: accounts, peers, globals, schedule.
///
/// Accounts changed lately are at hand beside the tree that all else is in, and written into it when others take their
/// place, or when the whole value is asked for.
#[derive(Clone)]
pub struct State {
    root: Record,
    /// Stands for what all accounts in the tree define.
    edition: Edition,
    /// Stands for what the core in the tree defines, behind which all others stand.
    core_edition: Edition,
    /// Stands for what all accounts define, those at hand included, and for the places of newer values: see
    /// [`crate::variable`].
    stamp: Edition,
    hand: Hand,
    /// What [`State::global`] answers for the price of juice, where it is here: asked for at every change of coins.
    juice_price: Option<i64>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its text would be that of all accounts.
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl State {
    /// A state of these parts. Globals as in [`Global`]; peers by key, schedule by time as an 8-byte blob.
    pub fn new(accounts: Vector, peers: Index, globals: Vector, schedule: Index) -> State {
        let fields = [accounts.into(), peers.into(), globals.into(), schedule.into()];
        State::of(Record::new(TAG, Vector::from_values(fields)))
    }

    fn of(root: Record) -> State {
        let [edition, core_edition, stamp] = [(); 3].map(|()| Edition::new());
        let juice_price = global_in(&root, Global::JuicePrice).ok();
        State { root, edition, core_edition, stamp, hand: Hand::default(), juice_price }
    }

    /// A value seen as a state; `None` for any other value.
    pub fn from_value(value: &Value) -> Option<State> {
        match value {
            Value::Record(record) if record.tag() == TAG && record.fields().count() == FIELDS => {
                Some(State::of(record.clone()))
            }
            _ => None,
        }
    }

    /// As a value. Costs time where accounts at hand have to be written into the tree: [`State::settle`] once where
    /// it is asked for more than once.
    pub fn value(&self) -> Value {
        let mut state = self.clone();
        // The places of accounts at hand were found in the tree when they were taken from it.
        let outcome = state.settle();
        debug_assert!(outcome.is_ok(), "what was read is here");
        Value::Record(state.root)
    }

    /// Writes all accounts at hand into the tree. The state stays the same.
    ///
    /// # Errors
    /// [`Missing`] when the place of an account is not here, which was there when the account was read.
    pub fn settle(&mut self) -> Result<(), Missing> {
        for (address, account) in self.hand.take() {
            self.write(address, account)?;
        }
        Ok(())
    }

    /// Writes definitions that have changed into the records of their accounts, so that sizes are found once. The state
    /// stays the same.
    ///
    /// # Errors
    /// [`Missing`] when a part of the definitions is not here.
    pub(crate) fn consolidate(&mut self) -> Result<(), Missing> {
        if self.hand.consolidate()? {
            self.renew_stamp();
        }
        Ok(())
    }

    /// Writes an account that was at hand into the tree, in place where nobody else holds it. Where the memory size
    /// of the tree was known, it still is.
    fn write(&mut self, address: u64, account: Arc<Account>) -> Result<(), Missing> {
        if !account.written().is_empty() {
            self.renew_stamp();
        }
        let Value::Vector(accounts) = self.field(ACCOUNTS)? else { return Ok(()) };
        let Some(old) = accounts.get(address)? else { return Ok(()) };
        if account.is_read_from(old) {
            return Ok(());
        }
        let memory = match self.root_memory() {
            Some(memory) => {
                let mut growth = Growth::default();
                growth.add(accounts, address, old, &account)?;
                growth.total(accounts).and_then(|bytes| memory.checked_add_signed(bytes))
            }
            None => None,
        };
        if account.edition() != Edition::READ || !account.written().is_empty() {
            self.renew_edition(address);
        }
        let Some(Value::Vector(accounts)) = self.root.fields_mut().get_mut(ACCOUNTS)? else { return Ok(()) };
        if let Some(place) = accounts.get_mut(address)? {
            // Let go of the old record first, so that the account may be the only one to hold it.
            *place = Value::Nil;
            *place = Arc::unwrap_or_clone(account).into_value();
        }
        if let (Some(memory), Some(facts)) = (memory, Value::Record(self.root.clone()).facts()) {
            facts.set_memory(memory);
        }
        Ok(())
    }

    /// The memory size of the tree in bytes, if known.
    fn root_memory(&self) -> Option<u64> {
        Value::Record(self.root.clone()).facts()?.memory()
    }

    /// Memory size in bytes (CAD006): that of [`State::value`]. What is at hand is added to what is known of the tree.
    ///
    /// # Errors
    /// [`Missing`] when a branch is not here.
    pub fn memory_size(&self) -> Result<u64, Missing> {
        let size = Value::Record(self.root.clone()).memory_size()?;
        let Value::Vector(accounts) = self.field(ACCOUNTS)? else { return Ok(size) };
        let mut growth = Growth::default();
        for (address, account) in self.hand.iter() {
            if let Some(old) = accounts.get(address)? {
                growth.add(accounts, address, old, account)?;
            }
        }
        match growth.total(accounts).and_then(|bytes| size.checked_add_signed(bytes)) {
            Some(size) => Ok(size),
            None => self.value().memory_size(),
        }
    }

    /// Whether an account is surely the same in two states: not looked at closely.
    pub(crate) fn has_same_account(&self, other: &State, address: u64) -> bool {
        match (self.hand.shared(address), other.hand.shared(address)) {
            (Some(own), Some(others)) => Arc::ptr_eq(own, others),
            (None, None) => std::ptr::eq(self.root.derived(), other.root.derived()),
            _ => false,
        }
    }

    fn field(&self, position: u64) -> Result<&Value, Missing> {
        Ok(self.root.fields().get(position)?.unwrap_or(&Value::Nil))
    }

    /// With another field, which is not the accounts.
    fn with(&self, position: u64, value: Value) -> Result<State, Missing> {
        let mut state = self.clone();
        state.root.fields_mut().set(position, value)?;
        state.juice_price = global_in(&state.root, Global::JuicePrice).ok();
        Ok(state)
    }

    /// Changes an account, in place where nobody else holds the state. Answers what the change answers, or `None`
    /// when there is no such account.
    pub fn change_account<T>(
        &mut self,
        address: u64,
        change: impl FnOnce(&mut Account) -> Result<T, Missing>,
    ) -> Result<Option<T>, Missing> {
        let Some(account) = self.account_mut(address)? else { return Ok(None) };
        let edition = account.edition();
        let outcome = change(account);
        if account.edition() != edition {
            self.renew_stamp();
        }
        outcome.map(Some)
    }

    /// The balance of an account in coppers, to be changed; `None` when there is no such account.
    #[inline]
    pub(crate) fn balance_mut(&mut self, address: u64) -> Result<Option<&mut i64>, Missing> {
        Ok(self.account_mut(address)?.map(Account::balance_mut))
    }

    /// An account to be changed, which is then at hand. Whoever changes its edition has to renew the stamp.
    #[inline]
    fn account_mut(&mut self, address: u64) -> Result<Option<&mut Account>, Missing> {
        let position = match self.hand.position(address) {
            Some(position) => position,
            None => {
                let Some(account) = self.account_in_tree(address)? else { return Ok(None) };
                self.take_up(address, account)?
            }
        };
        Ok(self.hand.account_mut(position))
    }

    /// What stands for the definitions that an account itself has, their metadata and its parent: where it has not
    /// changed, neither have they, but for the newer values of some.
    #[inline]
    pub(crate) fn definitions(&self, address: u64) -> (Edition, Option<&Written>) {
        match self.hand.get(address) {
            Some(account) if account.edition() != Edition::READ => {
                (account.edition(), Some(account.written()))
            }
            Some(account) => (self.edition_in_tree(address), Some(account.written())),
            None => (self.edition_in_tree(address), None),
        }
    }

    #[inline]
    fn edition_in_tree(&self, address: u64) -> Edition {
        if address == CORE { self.core_edition } else { self.edition }
    }

    /// Notes that an account in the tree is to define something else.
    fn renew_edition(&mut self, address: u64) {
        self.edition = Edition::new();
        if address == CORE {
            self.core_edition = Edition::new();
        }
    }

    /// Takes an account to hand, where it is soon to be changed; answers whether there is one.
    pub(crate) fn bring(&mut self, address: u64) -> Result<bool, Missing> {
        Ok(self.change_account(address, |_| Ok(()))?.is_some())
    }

    /// Takes an account to hand, and writes the one that has been there longest where there is no room.
    #[cold]
    fn take_up(&mut self, address: u64, account: Account) -> Result<usize, Missing> {
        let (position, old) = self.hand.push(address, account);
        if let Some((address, old)) = old {
            self.write(address, old)?;
        }
        Ok(position)
    }

    fn account_in_tree(&self, address: u64) -> Result<Option<Account>, Missing> {
        Ok(match self.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.get(address)?.and_then(Account::from_value),
            _ => None,
        })
    }

    /// What stands for the definitions of all accounts: states with the same stamp define the same, but for the values
    /// of variables ([`crate::variable`]).
    #[inline]
    pub(crate) fn stamp(&self) -> Edition {
        self.stamp
    }

    pub(crate) fn renew_stamp(&mut self) {
        self.stamp = Edition::new();
    }

    #[inline]
    pub(crate) fn hand(&self) -> &Hand {
        &self.hand
    }

    #[inline]
    pub(crate) fn hand_mut(&mut self) -> &mut Hand {
        &mut self.hand
    }

    /// The accounts by address.
    pub fn accounts(&self) -> Result<Vector, Missing> {
        let mut state = self.clone();
        state.settle()?;
        Ok(match state.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.clone(),
            _ => Vector::empty(),
        })
    }

    /// Peers by public key.
    pub fn peers(&self) -> Result<Index, Missing> {
        index(self.field(PEERS)?)
    }

    /// Operations to run later: for each time (milliseconds, as an 8-byte blob) a vector of `[address op]`.
    pub fn schedule(&self) -> Result<Index, Missing> {
        index(self.field(SCHEDULE)?)
    }

    /// The globals.
    pub fn globals(&self) -> Result<Vector, Missing> {
        Ok(match self.field(GLOBALS)? {
            Value::Vector(globals) => globals.clone(),
            _ => Vector::empty(),
        })
    }

    /// The next free address.
    pub fn next_address(&self) -> Result<u64, Missing> {
        Ok(match self.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.count(),
            _ => 0,
        })
    }

    /// Whether there is an account with this address.
    pub fn has_account(&self, address: u64) -> Result<bool, Missing> {
        Ok(self.hand.get(address).is_some() || address < self.next_address()?)
    }

    /// An account, `None` when there is none.
    pub fn account(&self, address: u64) -> Result<Option<Account>, Missing> {
        match self.hand.get(address) {
            Some(account) => Ok(Some(account.clone())),
            None => self.account_in_tree(address),
        }
    }

    /// An account to be read where it is, `None` when there is none.
    pub fn view(&self, address: u64) -> Result<Option<View<'_>>, Missing> {
        match self.hand.get(address) {
            Some(account) => Ok(Some(account.view())),
            None => self.view_in_tree(address),
        }
    }

    fn view_in_tree(&self, address: u64) -> Result<Option<View<'_>>, Missing> {
        Ok(match self.field(ACCOUNTS)? {
            Value::Vector(accounts) => accounts.get(address)?.and_then(Account::view_of),
            _ => None,
        })
    }

    /// With an account replaced, or added when the address is the next free one. Unchanged when it is higher.
    pub fn with_account(&self, address: u64, account: &Account) -> Result<State, Missing> {
        let mut state = self.clone();
        state.set_account(address, account.clone())?;
        Ok(state)
    }

    /// As [`State::with_account`], in place where nobody else holds the state.
    pub fn set_account(&mut self, address: u64, mut account: Account) -> Result<(), Missing> {
        let next = self.next_address()?;
        if address == next {
            let Some(Value::Vector(accounts)) = self.root.fields_mut().get_mut(ACCOUNTS)? else {
                return Ok(());
            };
            accounts.push(account.into_value())?;
            self.renew_edition(address);
            self.renew_stamp();
            return Ok(());
        }
        let is_written = |account: &Account| !account.written().is_empty();
        if is_written(&account) || self.hand.get(address).is_some_and(is_written) {
            self.renew_stamp();
        }
        let is_same = |old: &Account| old.defines_the_same(&account);
        match self.hand.position(address) {
            Some(position) => {
                if !self.hand.get(address).is_some_and(is_same) {
                    account.set_edition(Edition::new());
                    self.renew_stamp();
                }
                if let Some(place) = self.hand.account_mut(position) {
                    *place = account;
                }
            }
            None if address < next => {
                if !self.account_in_tree(address)?.as_ref().is_some_and(is_same) {
                    account.set_edition(Edition::new());
                    self.renew_stamp();
                }
                self.take_up(address, account)?;
            }
            None => {}
        }
        Ok(())
    }

    /// With other peers.
    pub fn with_peers(&self, peers: Index) -> Result<State, Missing> {
        self.with(PEERS, peers.into())
    }

    /// With another schedule.
    pub fn with_schedule(&self, schedule: Index) -> Result<State, Missing> {
        self.with(SCHEDULE, schedule.into())
    }

    /// With other globals.
    pub fn with_globals(&self, globals: Vector) -> Result<State, Missing> {
        self.with(GLOBALS, globals.into())
    }

    /// The balance of an account in coppers, `None` when there is none.
    pub fn balance(&self, address: u64) -> Result<Option<i64>, Missing> {
        match self.hand.get(address) {
            Some(account) => account.balance().map(Some),
            None => self.account_in_tree(address)?.map(|account| account.balance()).transpose(),
        }
    }

    /// With another balance of an account; unchanged when there is no such account.
    pub fn with_balance(&self, address: u64, coppers: i64) -> Result<State, Missing> {
        let mut state = self.clone();
        state.change_account(address, |account| account.set_balance(coppers))?;
        Ok(state)
    }

    /// One of the globals; 0 if it is not there.
    pub fn global(&self, global: Global) -> Result<i64, Missing> {
        global_in(&self.root, global)
    }

    /// Coppers for a unit of juice.
    #[inline]
    pub fn juice_price(&self) -> Result<i64, Missing> {
        match self.juice_price {
            Some(price) => Ok(price),
            None => self.global(Global::JuicePrice),
        }
    }

    /// With one of the globals replaced.
    pub fn with_global(&self, global: Global, value: i64) -> Result<State, Missing> {
        match self.globals()?.assoc(global as u64, Value::Integer(value))? {
            Some(globals) => self.with_globals(globals),
            None => Ok(self.clone()),
        }
    }

    /// With an operation of an account put on the schedule, after others at the same time (milliseconds).
    pub fn with_scheduled(&self, time: i64, address: u64, op: Value) -> Result<State, Missing> {
        let key = Value::Blob(Blob::new(&time.to_be_bytes()));
        let entry = Value::Vector(Vector::from_values([Value::Address(address), op]));
        let schedule = self.schedule()?;
        let entries = match schedule.get(&key)? {
            Some(Value::Vector(entries)) => entries.conj(entry)?,
            _ => Vector::from_values([entry]),
        };
        match schedule.assoc(key, entries.into())? {
            Some(schedule) => self.with_schedule(schedule),
            None => Ok(self.clone()),
        }
    }
}

fn global_in(root: &Record, global: Global) -> Result<i64, Missing> {
    Ok(match root.fields().get(GLOBALS)? {
        Some(Value::Vector(globals)) => match globals.get(global as u64)? {
            Some(Value::Integer(n)) => *n,
            _ => 0,
        },
        _ => 0,
    })
}

fn index(value: &Value) -> Result<Index, Missing> {
    Ok(match value {
        Value::Index(index) => index.clone(),
        _ => Index::empty(),
    })
}
