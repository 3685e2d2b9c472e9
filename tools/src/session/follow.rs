//! A session beside a network: the state is that of the network, and what is known of texts stays.

use super::{Outcome, Session};
use crate::report::{Problem, Step};
use lang::reader::Form;
use lang::{Missing, Value};
use vm::apply::Applied;
use vm::ending::Error;
use vm::{Account, Ending, State};

/// The newest accounts, of which so many are looked at for code that was read here.
const NEWEST: u64 = 4_096;
/// Of a trace that a node tells in words, so many steps are shown, each so far.
const MAX_STEPS: usize = 8;
const MAX_STEP_CHARACTERS: usize = 100;
/// The first address of accounts that are made after genesis.
const FIRST_MADE: u64 = 128;

impl Session {
    /// Goes on with the state of a network. Code that is equal to what was read here stays the
    /// cells that were read, as positions in texts belong to them.
    ///
    /// # Errors
    /// [`Missing`] when a part of a state is not here; the session is as before then.
    pub fn follow(&mut self, network: &State) -> Result<(), Missing> {
        let mut state = network.clone();
        let end = state.next_address()?.min(self.state.next_address()?);
        let newest = end.saturating_sub(NEWEST).max(FIRST_MADE)..end;
        for address in newest.chain(self.acted.iter().copied()) {
            let (Some(ours), Some(theirs)) = (self.state.account(address)?, state.account(address)?) else {
                continue;
            };
            if let Some(merged) = with_our_code(&ours, &theirs)? {
                state.set_account(address, merged)?;
            }
        }
        self.state = state;
        Ok(())
    }

    /// Runs a form as [`Session::run_charged`] does, of which nothing can be taken back: the
    /// network does the same.
    pub fn rehearse(&mut self, form: &Form) -> (Outcome, Option<Applied>) {
        let history = std::mem::take(&mut self.history);
        let outcome = self.run_charged(form);
        self.history = history;
        outcome
    }

    /// Runs a form as [`Session::run`] does, and takes back all that it changed.
    pub fn ask(&mut self, form: &Form) -> Outcome {
        let (state, history) = (self.state.clone(), std::mem::take(&mut self.history));
        let outcome = self.run(form);
        (self.state, self.history) = (state, history);
        outcome
    }

    /// Lets forms run as an account that only the network may know.
    pub fn act_as(&mut self, account: u64) {
        self.account = account;
        self.acted.insert(account);
    }

    /// The report of a form that failed elsewhere, of which only the error is known.
    pub fn failed_elsewhere(
        &mut self,
        form: &Form,
        code: Value,
        message: Value,
        trace: &[String],
    ) -> Problem {
        let ending = Ending::Error(Box::new(Error::new(code, message, None)));
        let mut problem = self.explain(form, &ending);
        problem.trace = trace.iter().take(MAX_STEPS).map(|line| step_of(line)).collect();
        problem
    }
}

/// A step of a trace as a node tells it in words.
fn step_of(line: &str) -> Step {
    let call = line.strip_prefix("In ").unwrap_or(line);
    let shortened: String = call.chars().take(MAX_STEP_CHARACTERS).collect();
    let is_whole = shortened.len() == call.len();
    Step { call: if is_whole { shortened } else { shortened + " …" }, ..Step::default() }
}

/// The account of the network with our cells as its definitions, where they are equal.
fn with_our_code(ours: &Account, theirs: &Account) -> Result<Option<Account>, Missing> {
    let (Some(our_code), Some(their_code)) = (ours.environment()?, theirs.environment()?) else {
        return Ok(None);
    };
    if Value::Map(our_code.clone()).hash() != Value::Map(their_code).hash() {
        return Ok(None);
    }
    theirs.with_environment(our_code).map(Some)
}
