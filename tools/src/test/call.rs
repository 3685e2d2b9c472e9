//! Random calls of actors: which function, by whom, with what.

use super::choices::Choices;
use super::fork::children;
use super::generator::{Generator, Type};
use super::invariant::Setting;
use super::player::Player;
use crate::show;
use fastrand::Rng;
use lang::op::Closure;
use lang::{List, Missing, Symbol, Value};
use std::collections::HashSet;
use vm::state::Global;
use vm::{Run, State};

/// Values seen that are kept to be used as arguments.
const MAX_SEEN: usize = 400;
/// Parts of a value that are looked at.
const MAX_PARTS: usize = 2_000;
/// The size of arguments that are made up.
const ARGUMENT_SIZE: u64 = 6;
/// Simpler calls in the place of one that are tried, each simpler than the last.
const MAX_ROUNDS: usize = 100;
/// Shorter sequences that are tried when no single call can be left out any more.
const MAX_SEQUENCES: usize = 5_000;
/// The most coins offered with a call, in coppers.
const MAX_OFFER: i64 = 1_000_000;
/// The most time that passes between calls, in milliseconds: a year of 365 days.
const MAX_PAUSE: i64 = 365 * 86_400_000;

/// A call from outside.
#[derive(Clone)]
pub struct Call {
    caller: u64,
    actor: u64,
    name: Symbol,
    args: Vec<Value>,
    /// Coins offered, in coppers.
    offer: i64,
    /// Milliseconds that pass before it.
    pause: i64,
}

impl Call {
    /// Makes the call as a transaction of its own. One that fails leaves nothing.
    pub fn make(&self, player: &mut Player) -> Run {
        if self.pause > 0 {
            player.fork.pass(self.pause, &mut player.positions)?;
        }
        let before = std::mem::replace(&mut player.fork.account, self.caller);
        let (outcome, cost) = player.fork.call(
            self.actor,
            self.offer,
            &self.name,
            &self.args,
            &mut player.positions,
            &player.watch,
        );
        player.fork.account = before;
        player.cost.add(cost);
        outcome
    }

    /// The call as it is written in a test.
    pub fn text(&self) -> String {
        let arg = |arg: &Value| match arg {
            Value::Symbol(_) | Value::List(_) => format!(" '{}", show::brief(arg, 200)),
            _ => format!(" {}", show::brief(arg, 200)),
        };
        let args: String = self.args.iter().map(arg).collect();
        let offer = if self.offer > 0 { format!(" {}", self.offer) } else { String::new() };
        let name = String::from_utf8_lossy(self.name.name()).into_owned();
        let call = format!("(as #{} (call #{}{offer} ({name}{args})))", self.caller, self.actor);
        if self.pause > 0 { format!("(after {} {call})", self.pause) } else { call }
    }
}

/// Makes up calls.
pub struct Caller<'a> {
    setting: &'a Setting,
    rng: Rng,
    /// Values that may mean something to the actors.
    seen: Vec<Value>,
    known: HashSet<lang::Hash>,
}

impl<'a> Caller<'a> {
    /// One who knows what can be read in the actors, and who else calls.
    pub fn new(setting: &'a Setting, rng: Rng, state: &State) -> Caller<'a> {
        let mut caller = Caller { setting, rng, seen: Vec::new(), known: HashSet::new() };
        for address in setting.callers.iter().chain(&setting.actors) {
            caller.see(&Value::Address(*address));
        }
        for actor in &setting.actors {
            // What is not to be had is not seen.
            let _ = caller.look(state, *actor);
        }
        caller
    }

    /// Looks at the definitions of an actor, the constants of its functions among them.
    fn look(&mut self, state: &State, actor: u64) -> Result<(), Missing> {
        if let Some(account) = state.account(actor)?
            && let Some(environment) = account.environment()?
        {
            for entry in environment.iter() {
                self.see(entry?.1);
            }
        }
        Ok(())
    }

    /// Keeps the parts of a value.
    fn see(&mut self, value: &Value) {
        let mut open = vec![value.clone()];
        for _ in 0..MAX_PARTS {
            let Some(value) = open.pop().filter(|_| self.seen.len() < MAX_SEEN) else { break };
            match &value {
                Value::Coded(_) | Value::Record(_) => {
                    value.for_each_child(&mut |slot| open.extend(slot.get().ok().cloned()));
                }
                Value::Nil | Value::Symbol(_) | Value::Extension { .. } | Value::Flag(_) => {}
                _ => {
                    open.extend(children(&value));
                    if self.known.insert(value.hash()) {
                        self.seen.push(value);
                    }
                }
            }
        }
    }

    /// Keeps what a call answered.
    pub fn learn(&mut self, outcome: Run) {
        if let Ok(value) = outcome {
            self.see(&value);
        }
    }

    /// A call of one of the functions that the actors have now; `None` when they have none.
    pub fn draw(&mut self, state: &State) -> Option<Call> {
        let mut functions = Vec::new();
        for actor in &self.setting.actors {
            functions.extend(callable(state, *actor).ok()?.into_iter().map(|(name, f)| (*actor, name, f)));
        }
        if functions.is_empty() {
            return None;
        }
        let (actor, name, function) = functions.swap_remove(self.rng.usize(..functions.len()));
        let caller = self.setting.callers[self.rng.usize(..self.setting.callers.len())];
        let args = match self.setting.args.get(name.name()) {
            Some(generators) => generators.iter().map(|generator| self.made_up(generator)).collect(),
            None => {
                let arities = arities(&function).unwrap_or_default();
                let count = if arities.is_empty() { 0 } else { arities[self.rng.usize(..arities.len())] };
                (0..count).map(|_| self.argument()).collect()
            }
        };
        let offer = if self.rng.u8(..6) == 0 { self.amount(0, MAX_OFFER) } else { 0 };
        let now = state.global(Global::Timestamp).ok()?;
        let pause = if self.rng.u8(..10) == 0 { self.amount(now, MAX_PAUSE) } else { 0 };
        Some(Call { caller, actor, name, args, offer, pause })
    }

    /// A number from 1 to a greatest; often how much more, or one less, a number seen is than some base.
    fn amount(&mut self, base: i64, greatest: i64) -> i64 {
        let more = |value: &Value| match value {
            Value::Integer(n) => n.checked_sub(base).filter(|n| (1..=greatest).contains(n)),
            _ => None,
        };
        let seen: Vec<i64> = self.seen.iter().filter_map(more).collect();
        if seen.is_empty() || self.rng.bool() {
            // Small ones as likely as great ones.
            let bound = greatest >> self.rng.u32(..20);
            return self.rng.i64(1..=bound.max(1));
        }
        let amount = seen[self.rng.usize(..seen.len())];
        if self.rng.bool() { amount } else { (amount - 1).max(1) }
    }

    fn made_up(&mut self, generator: &Generator) -> Value {
        generator.draw(&mut Choices::random(self.rng.fork(), ARGUMENT_SIZE, 0))
    }

    /// A value seen, mostly; else one near to such, a number, or anything.
    fn argument(&mut self) -> Value {
        let seen =
            |caller: &mut Caller| caller.seen.get(caller.rng.usize(..caller.seen.len().max(1))).cloned();
        match self.rng.u8(..10) {
            0..=5 => seen(self).unwrap_or(Value::Nil),
            6 => match seen(self) {
                Some(Value::Integer(n)) => Value::Integer(n.wrapping_add(self.rng.i64(-2..=2))),
                _ => Value::Integer(self.rng.i64(-2..=20)),
            },
            7 => self.made_up(&Generator::Type(Type::Long)),
            8 => Value::Integer(self.rng.i64(0..=1_000_000)),
            _ => self.made_up(&Generator::Type(Type::Any)),
        }
    }
}

/// The functions of an actor that others may call, in the order of their names.
pub fn callable(state: &State, actor: u64) -> Result<Vec<(Symbol, Value)>, Missing> {
    let mut functions = Vec::new();
    let Some(account) = state.account(actor)? else { return Ok(functions) };
    if let Some(metadata) = account.metadata()? {
        for name in metadata.keys() {
            if let Value::Symbol(name) = name?
                && let Some(function) = account.callable(name)?
            {
                functions.push((name.clone(), function.clone()));
            }
        }
    }
    functions.sort_by(|a, b| a.0.name().cmp(b.0.name()));
    Ok(functions)
}

/// How many arguments a function takes: a number for each of its arities. Those behind `&` count as one.
fn arities(function: &Value) -> Result<Vec<usize>, Missing> {
    let mut counts = Vec::new();
    let mut open = vec![function.clone()];
    while let Some(function) = open.pop().filter(|_| counts.len() < MAX_PARTS) {
        match Closure::view(&function)? {
            Some(Closure::Fn { params, .. }) => {
                let rest = params.iter().any(|p| matches!(p, Ok(Value::Symbol(s)) if s.name() == b"&"));
                counts.push((params.count() as usize).min(MAX_PARTS) - usize::from(rest));
            }
            Some(Closure::Multi(functions)) => open.extend(functions.to_vec()?),
            _ => {}
        }
    }
    counts.reverse();
    Ok(counts)
}

/// The shortest sequence that fails and whose calls are all among the given ones, as far as so many can be tried; then simpler
/// calls in their place.
pub fn shrink(calls: &[Call], setting: &Setting, mut fails: impl FnMut(&[Call]) -> bool) -> Vec<Call> {
    let mut best = fewer(calls, &mut fails);
    if let Some(fewest) = fewest(calls, best.len(), &mut fails) {
        best = fewest;
    }
    for caller in setting.callers.iter().skip(1) {
        // What an account began only that account may go on with, so all of its calls are given to another at once.
        let others = setting.callers.iter().take_while(|other| *other != caller);
        let renamed = others.map(|other| {
            let rename = |call: &Call| Call {
                caller: if call.caller == *caller { *other } else { call.caller },
                ..call.clone()
            };
            best.iter().map(rename).collect::<Vec<Call>>()
        });
        if let Some(calls) = { renamed }.find(|calls| fails(calls)) {
            best = calls;
        }
    }
    // One call may become simpler only after another has.
    for _ in 0..MAX_ROUNDS {
        let mut is_simpler = false;
        for i in 0..best.len() {
            let simpler = simpler(&best[i], setting).into_iter().map(|way| {
                let mut calls = best.clone();
                calls[i] = merge(&calls[i], way);
                calls
            });
            if let Some(calls) = { simpler }.find(|calls| fails(calls)) {
                (best, is_simpler) = (calls, true);
            }
        }
        if !is_simpler {
            break;
        }
    }
    best
}

/// Leaves out calls, many at once at first, until none can be left out.
fn fewer(calls: &[Call], fails: &mut impl FnMut(&[Call]) -> bool) -> Vec<Call> {
    let mut best = calls.to_vec();
    let mut length = best.len() / 2;
    while length > 0 {
        let mut at = 0;
        let mut shortened = false;
        while at + length <= best.len() {
            let mut fewer = best.clone();
            fewer.drain(at..at + length);
            if fails(&fewer) {
                (best, shortened) = (fewer, true);
            } else {
                at += 1;
            }
        }
        if !(shortened && length == 1) {
            length /= 2;
        }
    }
    best
}

/// The first of the shortest sequences of calls, in their order, that fails and is shorter than a length.
fn fewest(calls: &[Call], below: usize, fails: &mut impl FnMut(&[Call]) -> bool) -> Option<Vec<Call>> {
    let mut tries = 0;
    for length in 0..below.min(calls.len()) {
        let mut places: Vec<usize> = (0..length).collect();
        loop {
            tries += 1;
            if tries > MAX_SEQUENCES {
                return None;
            }
            let sequence: Vec<Call> = places.iter().map(|place| calls[*place].clone()).collect();
            if fails(&sequence) {
                return Some(sequence);
            }
            // The next choice of places: the last that can moves on by one, and those behind it follow.
            let room = |i: &usize| places[*i] < calls.len() - length + *i;
            let Some(moved) = (0..length).rev().find(room) else { break };
            let first = places[moved] + 1;
            places.iter_mut().skip(moved).enumerate().for_each(|(i, place)| *place = first + i);
        }
    }
    None
}

/// One thing about a call that may be simpler.
enum Simpler {
    Pause(i64),
    Offer(i64),
    Caller(u64),
    Arg(usize, Value),
}

fn simpler(call: &Call, setting: &Setting) -> Vec<Simpler> {
    let mut ways = Vec::new();
    ways.extend(nearer(call.pause).map(Simpler::Pause));
    ways.extend(nearer(call.offer).map(Simpler::Offer));
    let first = setting.callers.iter().take_while(|caller| **caller != call.caller);
    ways.extend(first.map(|caller| Simpler::Caller(*caller)).take(1));
    for (i, arg) in call.args.iter().enumerate() {
        let values: Vec<Value> = match arg {
            Value::Integer(n) => nearer(*n).map(Value::Integer).collect(),
            Value::Nil | Value::Address(_) | Value::Keyword(_) => Vec::new(),
            Value::Double(double) => {
                let whole = double.get();
                vec![Value::Integer(0), Value::Integer(1), Value::Integer(whole as i64)]
            }
            Value::BigInteger(_) => vec![Value::Integer(0), Value::Integer(i64::MAX)],
            // What is in it may do as well as the whole.
            _ => {
                let simple = [Value::Nil, Value::Integer(0), List::empty().into()];
                simple.into_iter().filter(|value| value != arg).chain(children(arg)).collect()
            }
        };
        ways.extend(values.into_iter().map(|value| Simpler::Arg(i, value)));
    }
    ways
}

/// Numbers simpler than one: 0 and 1, then those nearer to 0 by a half, a quarter, … of the way.
fn nearer(n: i64) -> impl Iterator<Item = i64> {
    let steps = std::iter::successors(Some(n / 2), |step| Some(step / 2)).take_while(|step| *step != 0);
    let by_one = n.signum();
    [0, 1]
        .into_iter()
        .chain(steps.chain([by_one]).map(move |step| n - step))
        .filter(move |less| is_nearer(*less, n))
}

/// Whether a number is simpler than another; of two as far from 0 the positive one is.
fn is_nearer(a: i64, b: i64) -> bool {
    (a.unsigned_abs(), a < 0) < (b.unsigned_abs(), b < 0)
}

fn merge(call: &Call, way: Simpler) -> Call {
    let mut call = call.clone();
    match way {
        Simpler::Pause(pause) => call.pause = pause,
        Simpler::Offer(offer) => call.offer = offer,
        Simpler::Caller(caller) => call.caller = caller,
        Simpler::Arg(i, value) => call.args[i] = value,
    }
    call
}
