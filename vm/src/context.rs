//! The registers of a running machine.

use crate::compiler::{Places, Scope};
use crate::ending::{Error, Frame};
use crate::state::Global;
use crate::{Account, Ending, Run, State, juice, limits, symbols};
use lang::source::Positions;
use lang::{Map, Missing, Symbol, Value, Vector};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The address of the core account, whose definitions stand behind those of all others.
pub const CORE: u64 = 8;
/// The address of the name registry.
pub const REGISTRY: u64 = 9;

/// What surrounds a transaction and does not change while it runs.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The key that signed the transaction.
    pub signer: Option<[u8; 32]>,
    /// The key of the peer that made the block.
    pub peer: Option<[u8; 32]>,
    /// The number of the block, and of the transaction in it.
    pub location: (i64, i64),
}

impl Surroundings {
    /// Those of a transaction on its own, outside of any block.
    ///
    /// # Errors
    /// [`lang::Missing`] when the globals are not here.
    pub fn of(state: &State) -> Result<Surroundings, lang::Missing> {
        Ok(Surroundings { location: (state.global(Global::Block)?, 0), ..Surroundings::default() })
    }
}

/// A running machine: state, account, juice, depth, locals, result. Forking is a clone.
#[derive(Clone)]
pub struct Context {
    pub(crate) state: State,
    pub(crate) origin: u64,
    pub(crate) surroundings: Arc<Surroundings>,
    pub(crate) address: u64,
    pub(crate) caller: Option<u64>,
    pub(crate) scope: Value,
    pub(crate) offer: i64,
    pub(crate) juice: u64,
    pub(crate) juice_limit: u64,
    pub(crate) depth: u32,
    /// Locals of all running functions; those of the present one begin at `base`.
    pub(crate) locals: Vec<Value>,
    pub(crate) base: usize,
    /// Locals that were set, by their place among all, and what they were before: how scopes restore them.
    pub(crate) overwritten: Vec<(usize, Value)>,
    /// The arguments of a `recur` at the end of a function or loop, on their way to its beginning.
    pub(crate) recur_args: Vec<Value>,
    /// The last value computed, kept only where the next op may read it.
    pub(crate) result: Value,
    pub(crate) log: Vector,
    /// Names of locals while compiling.
    pub(crate) names: Scope,
    pub(crate) positions: Places,
    pub(crate) interrupt: Option<Arc<AtomicBool>>,
    pub(crate) unquoting: Unquoting,
    /// Grows with every change of the state, so that what was found in it can be told to be still true.
    pub(crate) epoch: u64,
    pub(crate) found: Found,
}

/// How many lookups are remembered.
const FOUND_PLACES: usize = 64;

/// Definitions found since the state last changed. A clone has none.
pub(crate) struct Found(Vec<Option<Finding>>);

/// A definition that was found.
struct Finding {
    epoch: u64,
    address: u64,
    /// Held so that no other symbol can have its identity.
    symbol: Symbol,
    value: Value,
}

impl Default for Found {
    fn default() -> Found {
        Found((0..FOUND_PLACES).map(|_| None).collect())
    }
}

impl Clone for Found {
    fn clone(&self) -> Found {
        Found::default()
    }
}

impl Found {
    fn place(address: u64, symbol: &Symbol) -> usize {
        let identity = symbol.name().as_ptr() as usize;
        ((identity >> 4) ^ address as usize) % FOUND_PLACES
    }
}

/// What code run under `~` leaves behind: nothing of what it did inside its first `try` that went well, neither
/// changes nor juice. That is a quirk of the reference, and part of the protocol.
#[derive(Clone, Default)]
pub(crate) enum Unquoting {
    /// No such code runs.
    #[default]
    No,
    /// It runs, and no `try` has gone well yet.
    Running,
    /// The registers as they were at the start of the branch that went well.
    Left(Box<Registers>),
}

/// Registers that such a `try` takes back.
#[derive(Clone)]
pub(crate) struct Registers {
    pub state: State,
    pub juice: u64,
    pub juice_limit: u64,
    pub offer: i64,
    pub log: Vector,
    pub depth: u32,
}

impl Context {
    /// A machine at the start of a transaction of an account.
    ///
    /// # Errors
    /// `:NOBODY` when there is no such account.
    pub fn new(state: State, origin: u64, juice_limit: u64) -> Run<Context> {
        if state.account(origin)?.is_none() {
            return Err(Ending::error("NOBODY", format!("There is no account #{origin}")));
        }
        let location = (state.global(Global::Block)?, 0);
        Ok(Context {
            state,
            origin,
            surroundings: Arc::new(Surroundings { location, ..Surroundings::default() }),
            address: origin,
            caller: None,
            scope: Value::Nil,
            offer: 0,
            juice: 0,
            juice_limit,
            depth: 0,
            locals: Vec::new(),
            base: 0,
            overwritten: Vec::new(),
            recur_args: Vec::new(),
            result: Value::Nil,
            log: Vector::empty(),
            names: Scope::default(),
            positions: Places::default(),
            interrupt: None,
            unquoting: Unquoting::No,
            epoch: 0,
            found: Found::default(),
        })
    }

    /// With what surrounds the transaction given.
    pub fn with_surroundings(mut self, surroundings: Surroundings) -> Context {
        self.surroundings = Arc::new(surroundings);
        self
    }

    /// With a flag that ends the run as [`Ending::Interrupted`] soon after it is set.
    pub fn with_interrupt(mut self, interrupt: Arc<AtomicBool>) -> Context {
        self.interrupt = Some(interrupt);
        self
    }

    /// With positions of forms, to which those of ops are added.
    pub fn with_positions(mut self, positions: Positions) -> Context {
        self.positions = Places::new(positions);
        self
    }

    /// Takes back the positions of forms and ops.
    pub fn take_positions(&mut self) -> Option<Positions> {
        self.positions.take()
    }

    /// With juice used counted from 0 again, up to a new limit.
    pub fn with_juice_limit(mut self, juice_limit: u64) -> Context {
        self.juice = 0;
        self.juice_limit = juice_limit;
        self
    }

    /// The state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Adopts a state; when the origin's balance fell, the juice limit falls with it.
    pub fn set_state(&mut self, state: State) -> Run<()> {
        if self.state.is_same(&state) {
            return Ok(());
        }
        let old = self.state.balance(self.origin)?;
        let new = state.balance(self.origin)?;
        self.epoch += 1;
        self.state = state;
        match (old, new) {
            (Some(old), Some(new)) if new < old => self.revise_juice_limit(new),
            _ => Ok(()),
        }
    }

    /// Lowers the juice limit to what the fallen balance of the origin can pay for.
    pub(crate) fn revise_juice_limit(&mut self, balance: i64) -> Run<()> {
        let limit = juice::available(balance, self.juice_price()?);
        self.juice_limit = self.juice_limit.min(limit);
        Ok(())
    }

    /// Raises the juice limit, where a rule of the chain says so.
    pub fn raise_juice_limit(&mut self, juice: u64) {
        self.juice_limit = self.juice_limit.saturating_add(juice);
    }

    /// Uses juice, then answers a value: how most native functions end.
    ///
    /// # Errors
    /// [`Ending::OutOfJuice`]
    pub fn finish(&mut self, juice: u64, value: impl Into<Value>) -> Run {
        self.charge(juice)?;
        Ok(value.into())
    }

    /// The current account.
    pub fn address(&self) -> u64 {
        self.address
    }

    /// The account that made the transaction.
    pub fn origin(&self) -> u64 {
        self.origin
    }

    /// The account that called, if any.
    pub fn caller(&self) -> Option<u64> {
        self.caller
    }

    /// The scope that the current account was called with, else `nil`.
    pub fn scope(&self) -> &Value {
        &self.scope
    }

    /// Coins offered with the current call and not yet accepted, in coppers.
    pub fn offer(&self) -> i64 {
        self.offer
    }

    /// How many ops, expansions and compilations are nested now.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// What surrounds the transaction.
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// The number of the block and of the transaction in it, as a vector.
    pub fn location(&self) -> Vector {
        let (block, transaction) = self.surroundings.location;
        Vector::from_values([Value::Integer(block), Value::Integer(transaction)])
    }

    /// Time of the last block, in milliseconds since 1970.
    pub fn timestamp(&self) -> Run<i64> {
        Ok(self.state.global(Global::Timestamp)?)
    }

    /// Coppers for a unit of juice.
    pub fn juice_price(&self) -> Run<i64> {
        Ok(self.state.global(Global::JuicePrice)?)
    }

    /// The current account.
    ///
    /// # Errors
    /// `:NOBODY` when it does not exist, which can only be in a state that is not sound.
    pub fn account(&self) -> Run<Account> {
        match self.state.account(self.address)? {
            Some(account) => Ok(account),
            None => self.fail("NOBODY", format!("There is no account #{}", self.address)),
        }
    }

    /// Replaces the current account.
    pub fn set_account(&mut self, account: &Account) -> Run<()> {
        let state = self.state.with_account(self.address, account)?;
        self.set_state(state)
    }

    /// The balance of an account in coppers, 0 when there is none.
    pub fn balance(&self, address: u64) -> Run<i64> {
        Ok(self.state.balance(address)?.unwrap_or(0))
    }

    /// The definitions of the current account.
    pub fn environment(&self) -> Run<Map> {
        Ok(self.account()?.environment()?.cloned().unwrap_or_else(Map::empty))
    }

    /// The log: a vector of `[address scope location values]`.
    pub fn log(&self) -> &Vector {
        &self.log
    }

    /// Adds an entry to the log.
    pub fn append_log(&mut self, values: Vector) -> Run<()> {
        let entry = [
            Value::Address(self.address),
            self.scope.clone(),
            Value::Vector(self.location()),
            Value::Vector(values),
        ];
        self.log = self.log.conj(Value::Vector(Vector::from_values(entry)))?;
        Ok(())
    }

    /// The registers that a failed branch of `try` restores, and its juice and depth.
    pub(crate) fn registers(&self) -> Registers {
        Registers {
            state: self.state.clone(),
            juice: self.juice,
            juice_limit: self.juice_limit,
            offer: self.offer,
            log: self.log.clone(),
            depth: self.depth,
        }
    }

    /// Ends the run when the user asked for it.
    pub(crate) fn check_interrupt(&self) -> Run<()> {
        match &self.interrupt {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(Ending::Interrupted),
            _ => Ok(()),
        }
    }

    /// An error in the current account, its code a keyword given by its name.
    pub fn fail<T>(&self, code: &str, message: impl AsRef<str>) -> Run<T> {
        self.fail_with(Value::keyword(code), Value::string(message.as_ref()))
    }

    /// An error in the current account with any non-nil code and any message.
    pub fn fail_with<T>(&self, code: Value, message: Value) -> Run<T> {
        Err(Ending::Error(Box::new(Error { code, message, address: Some(self.address), trace: Vec::new() })))
    }

    /// Adds to an error where it passed.
    pub(crate) fn traced(&self, mut ending: Ending, frame: impl FnOnce() -> Frame) -> Ending {
        if let Ending::Error(error) = &mut ending {
            error.address.get_or_insert(self.address);
            error.trace.push(frame());
        }
        ending
    }
}

/// Definitions and how they are found.
impl Context {
    /// The value of a symbol as an account sees it: its own, that of its parents, or that of the core.
    pub fn lookup_in(&self, address: u64, symbol: &Symbol) -> Run<Option<Value>> {
        let symbol = Value::Symbol(symbol.clone());
        Ok(self.defining(address, &symbol)?.and_then(|(_, _, value)| value))
    }

    /// As [`Context::lookup_in`], remembering what was found until the state changes.
    pub(crate) fn lookup_again(&mut self, address: u64, symbol: &Symbol) -> Run<Option<Value>> {
        let place = Found::place(address, symbol);
        if let Some(finding) = &self.found.0[place]
            && finding.epoch == self.epoch
            && finding.address == address
            && std::ptr::eq(finding.symbol.name(), symbol.name())
        {
            return Ok(Some(finding.value.clone()));
        }
        let found = self.lookup_in(address, symbol)?;
        if let Some(value) = &found {
            let (symbol, value) = (symbol.clone(), value.clone());
            self.found.0[place] = Some(Finding { epoch: self.epoch, address, symbol, value });
        }
        Ok(found)
    }

    /// The value of a symbol as the current account sees it.
    pub fn lookup(&self, symbol: &Symbol) -> Run<Option<Value>> {
        self.lookup_in(self.address, symbol)
    }

    /// The address of the account whose definition of a symbol an account sees.
    pub fn lookup_defining_address(&self, address: u64, symbol: &Symbol) -> Run<Option<u64>> {
        Ok(self.defining(address, &Value::Symbol(symbol.clone()))?.map(|(address, _, _)| address))
    }

    /// The metadata of a symbol as an account sees it: empty when a definition has none, `None` when there is no
    /// definition.
    pub fn lookup_metadata_in(&self, address: u64, symbol: &Symbol) -> Run<Option<Map>> {
        let symbol = Value::Symbol(symbol.clone());
        Ok(match self.defining(address, &symbol)? {
            Some((_, account, _)) => {
                Some(account.definition_metadata(&symbol)?.cloned().unwrap_or_else(Map::empty))
            }
            None => None,
        })
    }

    /// The metadata of a symbol as the current account sees it.
    pub fn lookup_metadata(&self, symbol: &Symbol) -> Run<Option<Map>> {
        self.lookup_metadata_in(self.address, symbol)
    }

    /// The first account on the way from one through its parents to the core that defines a symbol, and the value.
    fn defining(&self, mut address: u64, symbol: &Value) -> Run<Option<(u64, Account, Option<Value>)>> {
        for _ in 0..limits::MAX_LOOKUP_ACCOUNTS {
            let Some(account) = self.state.account(address)? else { break };
            if let Some(value) = account.definition(symbol)? {
                let value = value.clone();
                return Ok(Some((address, account, Some(value))));
            }
            if address == CORE {
                break;
            }
            address = account.parent()?.unwrap_or(CORE);
        }
        Ok(None)
    }

    /// Defines a symbol in the current account; metadata that is there stays.
    pub fn define(&mut self, symbol: &Symbol, value: Value) -> Run<()> {
        self.change_account(|account| account.define(Value::Symbol(symbol.clone()), value))
    }

    /// Defines a symbol in the current account with metadata, which replaces all that is there.
    pub fn define_with_metadata(&mut self, symbol: &Symbol, metadata: Map, value: Value) -> Run<()> {
        let symbol = Value::Symbol(symbol.clone());
        self.change_account(|account| {
            account.define(symbol.clone(), value)?;
            account.set_definition_metadata(symbol, metadata)
        })
    }

    /// Removes a definition and its metadata from the current account. An account without definitions or
    /// metadata has empty maps of them afterwards.
    pub fn undefine(&mut self, symbol: &Symbol) -> Run<()> {
        self.change_account(|account| account.undefine(&Value::Symbol(symbol.clone())))
    }

    /// Changes the current account but not its balance, so that the juice limit stays.
    fn change_account(&mut self, change: impl FnOnce(&mut Account) -> Result<(), Missing>) -> Run<()> {
        self.epoch += 1;
        match self.state.change_account(self.address, change)? {
            Some(()) => Ok(()),
            None => self.fail("NOBODY", format!("There is no account #{}", self.address)),
        }
    }

    /// Replaces the current account by one with the same balance, so that the juice limit stays.
    fn adopt(&mut self, account: &Account) -> Run<()> {
        self.epoch += 1;
        self.state = self.state.with_account(self.address, account)?;
        Ok(())
    }

    /// Sets or (with `nil`) removes what the current account holds for an address.
    pub fn set_holding(&mut self, address: u64, value: Value) -> Run<()> {
        let account = self.account()?.with_holding(address, value)?;
        self.adopt(&account)
    }

    /// Sets who controls the current account: an address, a scoped actor or `nil`.
    pub fn set_controller(&mut self, controller: Value) -> Run<()> {
        let account = self.account()?.with_controller(controller)?;
        self.adopt(&account)
    }

    /// Sets the parent of the current account.
    pub fn set_parent(&mut self, parent: Option<u64>) -> Run<()> {
        let account = self.account()?.with_parent(parent)?;
        self.adopt(&account)
    }

    /// Sets the public key of the current account.
    pub fn set_key(&mut self, key: Option<lang::Blob>) -> Run<()> {
        let account = self.account()?.with_key(key)?;
        self.adopt(&account)
    }

    /// Puts an op on the schedule for the current account; a time in the past becomes the present. Answers the
    /// time, in milliseconds, and charges for it.
    ///
    /// # Errors
    /// `:STATE` before the first block of all, [`Ending::OutOfJuice`] when the time is too far ahead.
    pub fn schedule(&mut self, time: i64, op: Value) -> Run {
        let now = self.timestamp()?;
        if now < 0 {
            return self.fail("STATE", "There is no time yet to schedule by");
        }
        let time = time.max(now);
        let juice = (time - now) as u64 / juice::SCHEDULE_MILLIS_PER_JUICE_UNIT;
        self.check_juice(juice)?;
        self.epoch += 1;
        self.state = self.state.with_scheduled(time, self.address, op)?;
        self.finish(juice, time)
    }

    /// The error of a symbol that nobody has defined.
    pub(crate) fn undeclared<T>(&self, symbol: &Symbol) -> Run<T> {
        let name = Value::String(lang::Str::new(symbol.name()));
        self.fail_with(symbols::UNDECLARED.clone(), name)
    }
}
