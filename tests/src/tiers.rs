//! Plays scenes on the executor in three ways that must come to the same: all in the first tier, all translated at
//! once, and as it is by default, where code is translated once it has run often.

use crate::scenes::{COMMON, Scene};
use crate::shrink;
use fastrand::Rng;
use lang::{Hash, Value, printer, reader};
use std::fmt;
use vm::{Context, Ending, Run, State};

/// The account that acts.
const ACCOUNT: u64 = 11;
/// The juice of a turn, which is enough for nearly all.
const JUICE: u64 = 300_000;
/// How many turns are run once more with too little juice.
const SHORT_TURNS: usize = 2;

/// When code is translated for the second tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Never: what the others are compared with.
    Cold,
    /// Before it runs for the first time.
    AtOnce,
    /// When it has run as often as the executor waits for.
    Hot,
}

impl Way {
    /// A machine that runs in this way, at the beginning of a transaction.
    pub fn context(self, state: State, juice: u64) -> Context {
        let context = Context::new(state, ACCOUNT, juice).expect("the account is there");
        match self {
            Way::Cold => context.with_min_heat(u32::MAX),
            Way::AtOnce => context.with_min_heat(0),
            Way::Hot => context,
        }
    }
}

/// What a run came to, as far as a program or whoever ran it can tell.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The value, or another ending.
    pub ending: Result<Given, Failed>,
    /// Juice used.
    pub juice: u64,
}

/// A value with its hash and memory size in bytes.
#[derive(Clone, PartialEq)]
pub struct Given {
    value: Value,
    hash: Hash,
    memory: Option<u64>,
}

/// An ending that is no value.
#[derive(Clone, PartialEq, Debug)]
pub enum Failed {
    /// An error.
    Error(Failure),
    /// Another ending.
    Other(String),
}

/// What is told of an error.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// Code and message.
    text: (String, String),
    /// The account it happened in.
    address: Option<u64>,
    /// Which argument is at fault.
    argument: Option<usize>,
    /// The hashes of the ops it passed: the innermost one, and all calls.
    passed: Vec<Hash>,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?} bytes, hash {:?})", text(&self.value), self.memory, self.hash)
    }
}

/// The beginning of the text of a value.
fn text(value: &Value) -> String {
    let bytes = printer::print(value, 2_000).ok().flatten().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Outcome {
    fn new(run: Run, juice: u64) -> Outcome {
        let ending = match run {
            Ok(value) => Ok(Given { hash: value.hash(), memory: value.memory_size().ok(), value }),
            Err(Ending::Error(error)) => Err(Failed::Error(Failure {
                text: (text(&error.code), text(&error.message)),
                address: error.address,
                argument: error.argument,
                passed: error.trace.iter().filter_map(|frame| Some(frame.op.as_ref()?.hash())).collect(),
            })),
            Err(other) => Err(Failed::Other(format!("{other:?}"))),
        };
        Outcome { ending, juice }
    }

    /// Whether this is a value, and also what the turn was about has one: that stands in a vector in the first place.
    fn is_value(&self) -> bool {
        let Ok(Given { value: Value::Vector(parts), .. }) = &self.ending else { return false };
        matches!(parts.get(0), Ok(Some(Value::Vector(_))))
    }
}

/// How the turns of a scene went.
#[derive(Clone, Copy, Default, Debug)]
pub struct Figures {
    /// Turns that had juice enough.
    pub turns: usize,
    /// Those of them in which the body of the scene gave a value each time.
    pub values: usize,
}

/// Where two ways part.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The way that differs from the first tier.
    pub way: Way,
    /// What was run, and with how much juice.
    pub turn: String,
    /// What the first tier gives.
    pub expected: String,
    /// What it gives instead.
    pub got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} differs in {}\n  cold {}\n  else {}", self.way, self.turn, self.expected, self.got)
    }
}

/// What is run in each way.
#[derive(Clone, Copy)]
enum Code<'a> {
    /// An expanded form, compiled anew each time: what runs often in one way has not run at all in another.
    Form(&'a Value),
    /// An op, in which no function is made.
    Op(&'a Value),
}

impl Code<'_> {
    fn value(&self) -> &Value {
        match self {
            Code::Form(value) | Code::Op(value) => value,
        }
    }
}

const WAYS: [Way; 3] = [Way::Cold, Way::AtOnce, Way::Hot];

/// The states of the three ways, from turn to turn.
pub struct Stage([State; 3]);

impl Stage {
    /// Sets a scene up in all ways. `None` for what cannot be read or fails.
    ///
    /// # Errors
    /// [`Difference`]
    pub fn set_up(genesis: &State, setup: &str) -> Option<Result<Stage, Difference>> {
        let mut stage = Stage([genesis.clone(), genesis.clone(), genesis.clone()]);
        match stage.turn(setup, JUICE)? {
            Ok(outcome) => outcome.ending.is_ok().then_some(Ok(stage)),
            Err(difference) => Some(Err(difference)),
        }
    }

    /// Runs a form with a juice limit in all ways; answers what came of it. `None` for what cannot be read or expanded.
    ///
    /// # Errors
    /// [`Difference`]
    pub fn turn(&mut self, form: &str, limit: u64) -> Option<Result<Outcome, Difference>> {
        let expanded = Way::Cold.context(self.0[0].clone(), JUICE).expand(&read(form)?).ok()?;
        Some(self.run(Code::Form(&expanded), limit))
    }

    /// Runs something in all ways, as transactions do it: what fails changes nothing.
    fn run(&mut self, code: Code, limit: u64) -> Result<Outcome, Difference> {
        let outcomes = WAYS.into_iter().zip(&mut self.0).map(|(way, state)| {
            let mut context = way.context(state.clone(), limit);
            let run = context.run_with(|context| match code {
                Code::Form(form) => {
                    let op = context.compile(form)?;
                    context.exec(&op)
                }
                Code::Op(op) => context.exec(op),
            });
            let outcome = Outcome::new(run, context.juice());
            *state = context.into_state();
            (way, outcome)
        });
        let mut outcomes: Vec<(Way, Outcome)> = outcomes.collect();
        let (_, cold) = outcomes.remove(0);
        match outcomes.into_iter().find(|(_, outcome)| *outcome != cold) {
            None => Ok(cold),
            Some((way, outcome)) => Err(Difference {
                way,
                turn: format!("{} with {limit} juice", text(code.value())),
                expected: format!("{cold:?}"),
                got: format!("{outcome:?}"),
            }),
        }
    }

    /// Compares the states, their hashes and their memory sizes.
    ///
    /// # Errors
    /// [`Difference`]
    pub fn finish(&self) -> Result<(), Difference> {
        let seen = |state: &State| {
            let value = state.value();
            format!("hash {:?}, {:?} bytes", value.hash(), state.memory_size().ok())
        };
        let expected = seen(&self.0[0]);
        let mut others = WAYS.into_iter().zip(&self.0).skip(1).map(|(way, state)| (way, seen(state)));
        match others.find(|(_, got)| *got != expected) {
            None => Ok(()),
            Some((way, got)) => {
                Err(Difference { way, turn: "the state afterwards".to_owned(), expected, got })
            }
        }
    }

    /// Ops of forms, of which many are the same.
    fn compiled(&self, turns: &[String]) -> Option<Vec<Value>> {
        let mut ops: Vec<Value> = Vec::new();
        for (at, turn) in turns.iter().enumerate() {
            let op = match turns[..at].iter().position(|earlier| earlier == turn) {
                Some(same) => ops[same].clone(),
                None => Way::Cold.context(self.0[0].clone(), JUICE).expand_compile(&read(turn)?).ok()?,
            };
            ops.push(op);
        }
        Some(ops)
    }

    /// Plays turns with juice enough, and then some with less than they need.
    fn play(mut self, turns: &[Value], seed: u64) -> Result<Figures, Difference> {
        let mut rng = Rng::with_seed(seed);
        let mut figures = Figures::default();
        let mut used = Vec::new();
        for turn in turns {
            let outcome = self.run(Code::Op(turn), JUICE)?;
            figures.turns += 1;
            figures.values += usize::from(outcome.is_value());
            used.push(outcome.juice);
        }
        for _ in 0..SHORT_TURNS.min(turns.len()) {
            let at = rng.usize(..turns.len());
            self.run(Code::Op(&turns[at]), rng.u64(..=used[at]))?;
        }
        self.finish()?;
        Ok(figures)
    }
}

fn read(text: &str) -> Option<Value> {
    reader::read_one(text, 0).ok().map(|form| form.value)
}

/// The state that random scenes begin with: what they have in common is defined.
pub fn prepared(genesis: State) -> State {
    let mut context = Way::Cold.context(genesis, JUICE);
    let form = read(COMMON).expect("it can be read");
    context.run(&form).expect("it can be defined");
    context.into_state()
}

/// Plays a scene in all ways: each turn with juice enough, then some with less than they need. `None` for what cannot
/// be set up or read. The state is that of [`prepared`].
///
/// # Errors
/// The first [`Difference`].
pub fn play(state: &State, scene: &Scene, seed: u64) -> Option<Result<Figures, Difference>> {
    let stage = match Stage::set_up(state, &scene.setup)? {
        Ok(stage) => stage,
        Err(difference) => return Some(Err(difference)),
    };
    let turns = stage.compiled(&scene.turns)?;
    Some(stage.play(&turns, seed))
}

/// The smallest scene found that still differs in some way.
pub fn shrink(state: &State, scene: &Scene, seed: u64) -> Scene {
    let differs = |scene: &Scene| matches!(play(state, scene, seed), Some(Err(_)));
    let mut best = scene.clone();
    loop {
        let before = best.clone();
        for at in (0..best.turns.len()).rev() {
            let mut fewer = best.clone();
            fewer.turns.remove(at);
            if differs(&fewer) {
                best = fewer;
            }
        }
        best.setup = shrink_text(&best.setup, |setup| differs(&Scene { setup, ..best.clone() }));
        for at in 0..best.turns.len() {
            let with = |turn: String| {
                let mut scene = best.clone();
                scene.turns[at] = turn;
                scene
            };
            best.turns[at] = shrink_text(&best.turns[at], |turn| differs(&with(turn)));
        }
        if best == before {
            return best;
        }
    }
}

fn shrink_text(text: &str, differs: impl Fn(String) -> bool) -> String {
    shrink::shrink(text, |candidates| {
        // The first that differs will be taken.
        let found = candidates.iter().position(|candidate| differs(candidate.clone()));
        (0..candidates.len()).map(|at| Some(at) == found).collect()
    })
}
