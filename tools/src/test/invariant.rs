//! Invariants: assertions that hold after any calls by anybody.

use super::call::{Call, Caller, shrink};
use super::failure::Story;
use super::fork::Watch;
use super::generator::Generator;
use super::player::{Flow, Player};
use super::property::seed;
use super::runner::{Options, Prepared};
use super::step::{Step, Steps, misuse};
use crate::report::Problem;
use fastrand::Rng;
use lang::reader::Form;
use lang::{Map, Value};
use std::collections::BTreeMap;

/// Sequences of calls, unless the file says otherwise.
const DEFAULT_RUNS: u64 = 50;
/// Calls of a sequence, unless the file says otherwise.
const DEFAULT_CALLS: u64 = 30;
/// Longer sequences, and more of them, are not asked for.
const MAX_COUNT: u64 = 1_000_000;
/// The accounts that call, unless the file says otherwise: the genesis user and others that have a key.
const DEFAULT_CALLERS: &[u64] = &[11, 12, 13, 14];

/// `(invariant NAME {:actors […] :accounts […] :runs 50 :calls 30 :args {f [G …]}} …)`
pub struct Invariant {
    /// The form of the options: a query that answers a map.
    pub options: Form,
    /// What should hold at the begin and after every call.
    pub steps: Vec<Step>,
}

/// What the options say.
pub struct Setting {
    /// The actors whose functions are called.
    pub actors: Vec<u64>,
    /// The accounts that call.
    pub callers: Vec<u64>,
    /// How many sequences.
    pub runs: u64,
    /// How many calls each.
    pub calls: u64,
    /// Where arguments come from, by the name of the function.
    pub args: BTreeMap<Vec<u8>, Vec<Generator>>,
}

impl Invariant {
    /// Reads what follows the name.
    pub fn read(form: &Form, args: &[Form], steps: &mut Steps) -> Option<Invariant> {
        match args.split_first() {
            Some((options @ Form { value: Value::Map(_), .. }, rest)) => {
                Some(Invariant { options: options.clone(), steps: steps.read_all(rest) })
            }
            _ => {
                let shape = "write `(invariant name {:actors [actor]} (is …))`";
                steps.problems.push(misuse(form, "an `invariant` needs a map that names actors", shape));
                None
            }
        }
    }

    /// Makes random calls, and looks after each whether the assertions hold. Calls that fail are part of it.
    pub fn run<'a>(&self, file: &'a Prepared, name: &str, options: &Options, watch: &Watch) -> Player<'a> {
        let mut total = file.player(watch);
        let setting = match self.setting(&mut total) {
            Ok(setting) => setting,
            Err(problem) => {
                total.add(*problem);
                return total;
            }
        };
        let runs = options.runs.unwrap_or(setting.runs);
        for run in 0..runs {
            let rng = Rng::with_seed(seed(options.seed, name, run));
            let mut caller = Caller::new(&setting, rng, &total.fork.state);
            let mut player = file.player(watch);
            let mut calls = Vec::new();
            while self.holds(&mut player) && (calls.len() as u64) < setting.calls {
                let Some(call) = caller.draw(&player.fork.state) else {
                    let message = "the actors have no callable functions";
                    total.add(*self.problem(message.to_owned()));
                    return total;
                };
                let value = call.make(&mut player);
                caller.learn(value);
                calls.push(call);
            }
            total.assertions += player.assertions;
            total.cost.add(player.cost);
            if player.failed == 0 {
                continue;
            }
            let least = shrink(&calls, &setting, |calls| self.replay(file, watch, calls).failed > 0);
            let mut player = self.replay(file, watch, &least);
            let title = format!(
                "after these calls, shrunk from {} (run {} of {runs}, --seed {})",
                calls.len(),
                run + 1,
                options.seed
            );
            let lines = match least.is_empty() {
                true => vec!["none: it does not hold at the begin".to_owned()],
                false => least.iter().map(Call::text).collect(),
            };
            let story = Story { title, lines };
            // The same led to all of them.
            if let Some(failure) = player.failures.first_mut() {
                failure.stories.push(story);
            }
            (total.failures, total.failed) = (player.failures, player.failed);
            break;
        }
        total
    }

    /// Makes calls, and looks after the last, and wherever else it was broken.
    fn replay<'a>(&self, file: &'a Prepared, watch: &Watch, calls: &[Call]) -> Player<'a> {
        let mut player = file.player(watch);
        for call in calls {
            if !self.holds(&mut player) {
                return player;
            }
            // Calls may fail.
            let _ = call.make(&mut player);
        }
        self.holds(&mut player);
        player
    }

    /// Whether the assertions hold; what they do to the state is undone.
    fn holds(&self, player: &mut Player) -> bool {
        let before = player.fork.clone();
        let flow = player.play(&self.steps);
        player.fork = before;
        flow == Flow::Next && player.failed == 0
    }

    fn problem(&self, message: String) -> Box<Problem> {
        Box::new(Problem {
            message,
            place: Some(self.options.span),
            label: "here".to_owned(),
            hints: vec![
                "{:actors [a], :accounts [#11 #13], :runs 50, :calls 30, :args {'f [:long]}}: all but the first may be left out"
                    .to_owned(),
            ],
            ..Problem::default()
        })
    }

    fn setting(&self, player: &mut Player) -> Result<Setting, Box<Problem>> {
        let fork = player.fork.clone();
        let options = match fork.query(&self.options.value, &mut player.positions) {
            Ok(Value::Map(options)) => options,
            Ok(_) => return Err(self.problem("the options should be a map".to_owned())),
            Err(ending) => return Err(Box::new(player.problem(self.options.span, &ending))),
        };
        let field = |name: &str| options.get(&Value::keyword(name)).ok().flatten();
        let wrong = |name: &str, wanted: &str| self.problem(format!("`:{name}` should be {wanted}"));
        let addresses = |name: &str| match field(name) {
            Some(value) => addresses(value).ok_or_else(|| wrong(name, "a vector of addresses")),
            None => Ok(Vec::new()),
        };
        let count = |name: &str, default| match field(name) {
            None => Ok(default),
            Some(Value::Integer(n)) if *n > 0 && n.unsigned_abs() <= MAX_COUNT => Ok(n.unsigned_abs()),
            Some(_) => Err(wrong(name, "a number above 0")),
        };
        let actors = addresses("actors")?;
        if actors.is_empty() {
            return Err(wrong("actors", "a vector of addresses, of which there is at least one"));
        }
        let mut callers = addresses("accounts")?;
        if callers.is_empty() {
            callers = DEFAULT_CALLERS.to_vec();
        }
        for address in actors.iter().chain(&callers) {
            if !fork.state.has_account(*address).unwrap_or(false) {
                return Err(self.problem(format!("there is no account #{address}")));
            }
        }
        let args = match field("args") {
            None => BTreeMap::new(),
            Some(Value::Map(args)) => generators(args).map_err(|sentence| self.problem(sentence))?,
            Some(_) => return Err(wrong("args", "a map from names of functions to vectors of generators")),
        };
        let runs = count("runs", DEFAULT_RUNS)?;
        Ok(Setting { actors, callers, runs, calls: count("calls", DEFAULT_CALLS)?, args })
    }
}

fn addresses(value: &Value) -> Option<Vec<u64>> {
    let Value::Vector(vector) = value else { return None };
    let address = |value: Value| if let Value::Address(address) = value { Some(address) } else { None };
    vector.to_vec().ok()?.into_iter().map(address).collect()
}

fn generators(args: &Map) -> Result<BTreeMap<Vec<u8>, Vec<Generator>>, String> {
    let mut known = BTreeMap::new();
    for entry in args.iter() {
        let (Value::Symbol(name), Value::Vector(forms)) = entry.map_err(|missing| missing.to_string())?
        else {
            return Err("`:args` is a map from quoted names to vectors of generators".to_owned());
        };
        let forms = forms.to_vec().map_err(|missing| missing.to_string())?;
        known.insert(name.name().to_vec(), forms.iter().map(Generator::read).collect::<Result<_, _>>()?);
    }
    Ok(known)
}
