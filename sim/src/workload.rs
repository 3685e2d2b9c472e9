//! What users do meanwhile: transfers, calls of actors, failures, several transactions in one,
//! scheduled code, stake that moves. The controllers of the peers are the users.

use crate::keys::Keys;
use crate::mix::Mix;
use crate::random::{self, chance};
use crate::start::controller;
use consensus::Key;
use fastrand::Rng;
use lang::{Missing, Record, Signed, Value, Vector, reader};
use vm::State;
use vm::transaction::{MULTI, Transaction};

/// Makes transactions.
pub struct Workload {
    rng: Rng,
    keys: Keys,
    list: Vec<Key>,
    mix: Mix,
    /// Transactions made so far.
    pub made: u64,
}

/// An actor that counts its calls, as the users deploy it.
const COUNTER: &str =
    "(def counter (deploy '(do (def n 0) (defn ^:callable bump [x] (set! n (+ n x)) (def n n)))))";

impl Workload {
    /// The work of a run.
    pub fn new(mix: &Mix, keys: Keys, list: Vec<Key>) -> Workload {
        let rng = random::stream(mix.seed, "work", &[]);
        Workload { rng, keys, list, mix: mix.clone(), made: 0 }
    }

    /// How long until the next transaction, in milliseconds.
    pub fn pause(&mut self) -> i64 {
        random::pause(&mut self.rng, self.mix.pace)
    }

    /// The peer that the next transaction is handed to.
    pub fn entry(&mut self) -> usize {
        self.rng.usize(..self.list.len())
    }

    /// A transaction of some user, for a state as the peer that takes it in has it. Some have wrong
    /// sequence numbers and some wrong signatures.
    ///
    /// # Errors
    /// [`Missing`] when a part of the state is not here.
    pub fn transaction(&mut self, state: &State) -> Result<Signed, Missing> {
        self.made += 1;
        let place = self.rng.usize(..self.list.len());
        let origin = controller(place);
        let sequence = match state.account(origin)? {
            Some(account) => account.sequence()? + 1,
            None => 1,
        };
        let ahead = if chance(&mut self.rng, 0.1) { self.rng.i64(0..3) } else { 0 };
        let transaction = self.command(place, origin, sequence + ahead);
        let key = if chance(&mut self.rng, 0.02) { self.rng.usize(..self.list.len()) } else { place };
        Ok(self.keys.sign(&self.list[key], &transaction))
    }

    fn command(&mut self, place: usize, origin: u64, sequence: i64) -> Value {
        let invoke = |text: &str| Transaction::invoke(origin, sequence, form(text)).value();
        let other = controller(self.rng.usize(..self.list.len()));
        match self.rng.u8(..20) {
            0..=5 => Transaction::transfer(origin, sequence, other, self.rng.i64(0..1_000_000)).value(),
            6 => invoke(COUNTER),
            7..=9 => invoke(&format!("(call counter (bump {}))", self.rng.u8(..))),
            10 => invoke("(fail :NO \"on purpose\")"),
            // Running out of juice takes long, so it is rare.
            11 if chance(&mut self.rng, 0.02) => invoke("(loop [] (recur))"),
            11 | 12 => invoke(&format!("(transfer #{other} (inc *balance*))")),
            13 => invoke(&format!("(def seen (conj (or seen []) {}))", self.rng.u8(..))),
            14 | 15 => self.several(origin, sequence, other),
            16 | 17 => {
                let (delay, coppers) = (self.rng.i64(0..5_000), self.rng.i64(0..1_000));
                invoke(&format!("(schedule (+ *timestamp* {delay}) (transfer #{other} {coppers}))"))
            }
            _ => invoke(&format!("(set-peer-stake *key* {})", self.stake(place))),
        }
    }

    /// Stakes move so that liars never gain on the others: those of honest peers above what they
    /// began with, those of liars below.
    fn stake(&mut self, place: usize) -> i64 {
        let first = self.mix.stakes[place];
        let untrue =
            !self.mix.is_honest(place) || self.mix.faults.iter().any(|fault| fault.forgets() == Some(place));
        if untrue { self.rng.i64(first / 4..=first) } else { self.rng.i64(first..=first + first / 2) }
    }

    fn several(&mut self, origin: u64, sequence: i64, other: u64) -> Value {
        let parts = (0..self.rng.usize(1..4)).map(|_| {
            let coppers = if chance(&mut self.rng, 0.2) { i64::MAX } else { self.rng.i64(0..1_000) };
            Transaction::transfer(origin, sequence, other, coppers).value()
        });
        let parts = Vector::from_values(parts.collect::<Vec<_>>());
        let mode = self.rng.i64(0..4);
        let fields = [Value::Address(origin), sequence.into(), mode.into(), parts.into()];
        Record::new(MULTI, Vector::from_values(fields)).into()
    }
}

fn form(text: &str) -> Value {
    reader::read_one(text, 0).expect("the forms of the workload can be read").value
}

/// All coins of a state: in accounts, in stakes and in the memory pool.
///
/// # Errors
/// [`Missing`] when a part of the state is not here.
pub fn coins(state: &State) -> Result<i128, Missing> {
    let mut sum = i128::from(state.global(vm::state::Global::PoolCoppers)?);
    for value in state.accounts()?.iter() {
        if let Some(account) = vm::Account::from_value(value?) {
            sum += i128::from(account.balance()?);
        }
    }
    for value in state.peers()?.values() {
        if let Some(peer) = vm::peer::Peer::from_value(value?) {
            sum += i128::from(peer.balance()?);
        }
    }
    Ok(sum)
}
