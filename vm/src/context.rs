//! The registers of a running machine.

use crate::callables::Callables;
use crate::compiler::{Places, Scope};
use crate::ending::{Error, Frame};
use crate::environment::Found;
use crate::foreign::ForeignCrash;
use crate::journal::{Journal, JournalPlace};
use crate::observe::Observer;
use crate::register::{MIN_HEAT, Registers};
use crate::state::Global;
use crate::{Account, Ending, Run, State, juice};
use lang::source::Positions;
use lang::{Map, Value, Vector};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The address of the core account, whose definitions stand behind those of all others.
pub const CORE: u64 = 8;

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
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) unquoting: Unquoting,
    pub(crate) found: Found,
    /// Functions of actors that were called.
    pub(crate) callables: Callables,
    pub(crate) journal: Journal,
    /// What the second tier of the executor keeps.
    pub(crate) registers: Registers,
    /// Whether errors are to have full traces, which only the first tier of the executor gives.
    pub(crate) is_traced: bool,
    /// Runs of code in the first tier before it is translated for the second.
    pub(crate) min_heat: u32,
    /// Whether all is to run in the first tier, which is asked at each call.
    runs_slowly: bool,
    /// What was running when the juice ran out, innermost first.
    pub(crate) exhausted: Vec<Frame>,
    /// Where the control result made last has passed, innermost first, where there are to be full traces: the op that
    /// made it, and all calls.
    pub(crate) control_trace: Vec<Frame>,
    /// Why the reference would have crashed by now, if it would.
    pub(crate) crash: Option<ForeignCrash>,
    /// Whether a `try` has gone on after an error.
    pub(crate) has_caught: bool,
}

/// What a machine remembers of look-ups and of hot code. It is checked before use, so that it may come from another
/// machine with any state, and never reaches results.
#[derive(Default)]
pub(crate) struct Memory {
    found: Found,
    /// These know routines by their places in the registers.
    callables: Callables,
    registers: Registers,
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
    Left(Box<Checkpoint>),
}

/// The registers that such a `try` takes back.
#[derive(Clone)]
pub(crate) struct Checkpoint {
    pub state: State,
    pub place: JournalPlace,
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
        if state.balance(origin)?.is_none() {
            return Err(Ending::error("NOBODY", format!("There is no account #{origin}")));
        }
        let surroundings = Surroundings::of(&state)?;
        Ok(Context::at(state, origin, juice_limit, surroundings))
    }

    /// As [`Context::new`], for an origin that is known to be there.
    pub(crate) fn at(state: State, origin: u64, juice_limit: u64, surroundings: Surroundings) -> Context {
        Context {
            state,
            origin,
            surroundings: Arc::new(surroundings),
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
            observer: None,
            unquoting: Unquoting::No,
            found: Found::default(),
            callables: Callables::default(),
            journal: Journal::default(),
            registers: Registers::default(),
            is_traced: false,
            min_heat: MIN_HEAT,
            runs_slowly: false,
            exhausted: Vec::new(),
            control_trace: Vec::new(),
            crash: None,
            has_caught: false,
        }
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

    /// With full traces of errors: each function that was running, with its arguments. That is slow; whoever wants the
    /// trace of an error runs again what failed, which fails again in the same way.
    pub fn with_traces(mut self) -> Context {
        self.is_traced = true;
        self.choose_tier();
        self
    }

    /// With another number of runs of a function, or turns of a loop, in the first tier of the executor before it is
    /// translated for the second: with 0 everything is translated at once, with `u32::MAX` nothing. Values, errors and
    /// juice do not depend on it.
    pub fn with_min_heat(mut self, runs: u32) -> Context {
        self.min_heat = runs;
        self.choose_tier();
        self
    }

    /// Whether all is to run in the first tier: because of traces, because somebody looks on, or because it was asked
    /// for.
    #[inline]
    pub(crate) fn runs_slowly(&self) -> bool {
        self.runs_slowly
    }

    /// Finds out whether all is to run in the first tier, after what decides it was set.
    pub(crate) fn choose_tier(&mut self) {
        self.runs_slowly = self.is_traced || self.observer.is_some() || self.min_heat == u32::MAX;
    }

    /// With positions of forms, to which those of ops are added.
    pub fn with_positions(mut self, positions: Positions) -> Context {
        self.positions = Places::new(positions);
        self
    }

    /// Where a form or op comes from, if positions are kept and this one is known.
    pub fn span_of(&self, value: &Value) -> Option<lang::source::Span> {
        self.positions.span_of(value)
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

    /// Exchanges what this machine remembers for what another does.
    pub(crate) fn exchange_memory(&mut self, memory: &mut Memory) {
        const MAX_ROUTINES: usize = 1 << 12;
        if self.registers.routines() > MAX_ROUTINES {
            self.registers = Registers::default();
            self.callables = Callables::default();
        }
        std::mem::swap(&mut self.found, &mut memory.found);
        std::mem::swap(&mut self.callables, &mut memory.callables);
        std::mem::swap(&mut self.registers, &mut memory.registers);
    }

    /// The state, all else given up.
    pub fn into_state(self) -> State {
        self.state
    }

    /// Adopts a state; when the origin's balance fell, the juice limit falls with it.
    pub fn set_state(&mut self, state: State) -> Run<()> {
        if self.state.has_same_account(&state, self.origin) {
            self.replace_state(state);
            return Ok(());
        }
        let old = self.state.balance(self.origin)?;
        let new = state.balance(self.origin)?;
        self.replace_state(state);
        match (old, new) {
            (Some(old), Some(new)) if new < old => self.revise_juice_limit(new),
            _ => Ok(()),
        }
    }

    /// Lowers the juice limit to what the fallen balance of the origin can pay for.
    pub(crate) fn revise_juice_limit(&mut self, balance: i64) -> Run<()> {
        let price = self.juice_price()?;
        if !juice::covers(balance, price, self.juice_limit) {
            self.juice_limit = self.juice_limit.min(juice::available(balance, price));
        }
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
        Ok(self.state.juice_price()?)
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
        Ok(self.account()?.environment()?.unwrap_or_else(Map::empty))
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
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            state: self.state.clone(),
            place: self.place_in_journal(),
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

    /// An error about one argument of what is called, or of a form that is compiled, by its position from 0.
    pub(crate) fn fail_about<T>(&self, argument: usize, code: &str, message: impl AsRef<str>) -> Run<T> {
        let error = Error::new(Value::keyword(code), Value::string(message.as_ref()), Some(self.address));
        Err(error.about(argument).into())
    }

    /// An error in the current account with any non-nil code and any message.
    pub fn fail_with<T>(&self, code: Value, message: Value) -> Run<T> {
        Err(Error::new(code, message, Some(self.address)).into())
    }

    /// Adds to an error where it passed, and keeps the like for juice that ran out.
    #[cold]
    pub(crate) fn traced(&mut self, mut ending: Ending, frame: impl FnOnce(&Context) -> Frame) -> Ending {
        match &mut ending {
            Ending::Error(error) => {
                error.address.get_or_insert(self.address);
                error.state.get_or_insert_with(|| self.state.clone());
                error.trace.push(frame(self));
            }
            Ending::OutOfJuice => {
                let frame = frame(self);
                self.exhausted.push(frame);
            }
            _ => {}
        }
        ending
    }

    /// Notes that a control result has just been made.
    pub(crate) fn control_is_made(&mut self) {
        self.control_trace.clear();
    }

    /// Notes a call that a control result passes, or the op that made it.
    #[cold]
    pub(crate) fn control_passes(&mut self, frame: impl FnOnce(&Context) -> Frame) {
        if self.is_traced {
            let frame = frame(self);
            self.control_trace.push(frame);
        }
    }

    /// An error that a control result ended in, with where that passed.
    #[cold]
    pub(crate) fn ended_control(&mut self, ending: Ending) -> Ending {
        let trace = std::mem::take(&mut self.control_trace);
        trace.into_iter().fold(ending, |ending, frame| self.traced(ending, |_| frame))
    }

    /// Takes what was running when the juice ran out, innermost first; empty when it did not.
    pub fn take_exhausted(&mut self) -> Vec<Frame> {
        std::mem::take(&mut self.exhausted)
    }
}
