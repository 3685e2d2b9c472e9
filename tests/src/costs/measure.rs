//! Measuring: each form with each choice of arguments, in a machine of its own.

use super::subjects::{self, Subject};
use super::values::{self, Named};
use lang::{Value, reader};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use vm::{Context, Ending, Run, juice};

/// The account that runs the forms.
const ACCOUNT: u64 = 11;
/// The most juice that a form may take.
const JUICE_LIMIT: u64 = 1_000_000;
/// Preparing the arguments takes more.
const PREPARATION_JUICE: u64 = 1_000_000_000;
/// No form is tried with more choices of arguments after it took so long in all.
const BUDGET: Duration = Duration::from_secs(2);
/// A form that seems to be the worst so far runs this often, and the shortest run counts: others may use the machine.
const RUNS: u32 = 12;
/// What takes longer runs less often.
const LONG: Duration = Duration::from_millis(30);
/// How often such a form runs.
const LONG_RUNS: u32 = 4;
/// What a program that goes on after a failure pays for the `try` and the loop around it.
const AROUND_FAILURE: u64 = juice::TRY + juice::COND_OP + juice::RECUR;
/// The juice that costs are given for.
const MILLION: f64 = 1e6;

/// Counts the bytes that are held, in allocations that are not yet given back.
pub type Meter = fn() -> i64;

/// What one form took.
#[derive(Clone, Default)]
pub struct Cost {
    /// The function or form.
    pub name: String,
    /// The form and its arguments.
    pub form: String,
    /// In units.
    pub juice: u64,
    /// Of the shortest run.
    pub time: Duration,
    /// Held after the run, the value included.
    pub bytes: i64,
}

impl Cost {
    /// Milliseconds for a million juice.
    pub fn time_ms(&self) -> f64 {
        self.time.as_secs_f64() * 1e3 / self.juice.max(1) as f64 * MILLION
    }

    /// Megabytes for a million juice.
    pub fn memory_mb(&self) -> f64 {
        self.bytes.max(0) as f64 / 1e6 / self.juice.max(1) as f64 * MILLION
    }
}

/// The worst of one function or form, in time and in memory.
#[derive(Default)]
pub struct Worst {
    /// The one that takes most time for its juice.
    pub time: Cost,
    /// The one that holds most memory for its juice.
    pub memory: Cost,
}

/// The value of a form.
///
/// # Panics
/// If it does not have one.
pub fn run(context: &mut Context, text: &str) -> Value {
    try_run(context, text).unwrap_or_else(|ending| panic!("{text}: {ending:?}"))
}

fn try_run(context: &mut Context, text: &str) -> Run {
    let form = reader::read_one(text, 0).expect("it is one form").value;
    let op = context.expand_compile(&form)?;
    context.run(&op)
}

/// The worst costs of all functions and forms whose names contain a text.
pub fn worst(filter: &str, held: Meter, mut say: impl FnMut(&str)) -> Vec<Worst> {
    let genesis = stdlib::genesis().expect("the library is whole");
    let mut context = Context::new(genesis, ACCOUNT, PREPARATION_JUICE).expect("the account exists");
    let values = values::all(&mut context);
    let mut worst: HashMap<String, Worst> = HashMap::new();
    for subject in subjects::all(&context).iter().filter(|subject| subject.name.contains(filter)) {
        say(&subject.form);
        let entry = worst.entry(subject.name.clone()).or_default();
        measure(&context, subject, &values, held, entry);
        say(&format!("  worst: {:.1} ms, {}", entry.time.time_ms(), entry.time.form));
    }
    let mut worst: Vec<Worst> = worst.into_values().filter(|worst| worst.time.juice > 0).collect();
    worst.sort_by(|a, b| b.time.time_ms().total_cmp(&a.time.time_ms()));
    worst
}

/// Measures a form with all choices of arguments, and keeps the worst.
fn measure(context: &Context, subject: &Subject, values: &[Named], held: Meter, worst: &mut Worst) {
    // What expands its forms may not take so many.
    let Ok(function) = try_run(&mut context.clone(), &format!("(fn [a b c] {})", subject.form)) else {
        return;
    };
    let begin = Instant::now();
    for (i, args) in choices(values, subject.arity).enumerate().take_while(|_| begin.elapsed() < BUDGET) {
        let (mut cost, outcome) = run_once(context, subject, &function, &args, held);
        for run in 1..RUNS {
            let is_long = cost.time > LONG && run >= LONG_RUNS;
            if is_long || cost.time_ms() <= worst.time.time_ms() {
                break;
            }
            let (again, _) = run_once(context, subject, &function, &args, held);
            cost.time = cost.time.min(again.time);
        }
        if cost.time_ms() > worst.time.time_ms() {
            worst.time = cost.clone();
        }
        if cost.memory_mb() > worst.memory.memory_mb() {
            worst.memory = cost;
        }
        if i == 0 && is_arity(&outcome) {
            return; // The others are as many.
        }
    }
}

fn is_arity(outcome: &Run) -> bool {
    matches!(outcome, Err(Ending::Error(error)) if error.code == Value::keyword("ARITY"))
}

/// All choices of some arguments, in an order without pattern, always the same; of three and more, the third is one of
/// a few.
fn choices(values: &[Named], arity: usize) -> impl Iterator<Item = Vec<&Named>> {
    let mut choices: Vec<Vec<&Named>> = in_order(values, arity).collect();
    fastrand::Rng::with_seed(7).shuffle(&mut choices);
    choices.into_iter()
}

fn in_order(values: &[Named], arity: usize) -> Box<dyn Iterator<Item = Vec<&Named>> + '_> {
    const THIRD: [&str; 3] = ["position", "map", "native function"];
    match arity {
        0 => Box::new(std::iter::once(Vec::new())),
        1 => Box::new(values.iter().map(|a| vec![a])),
        2 => Box::new(values.iter().flat_map(move |a| values.iter().map(move |b| vec![a, b]))),
        _ => Box::new(in_order(values, 2).flat_map(move |two| {
            let third = values.iter().filter(|c| THIRD.contains(&c.name));
            third.map(move |c| vec![two[0], two[1], c])
        })),
    }
}

/// What one run with one choice of arguments takes.
fn run_once(
    context: &Context,
    subject: &Subject,
    function: &Value,
    args: &[&Named],
    held: Meter,
) -> (Cost, Run) {
    let mut context = context.clone().with_juice_limit(JUICE_LIMIT);
    let before = context.juice();
    let mut values = [0, 1, 2].map(|i| args.get(i).map_or(Value::Nil, |arg| arg.value.clone()));
    let bytes = held();
    let start = Instant::now();
    let outcome = context.invoke(function, &mut values);
    let time = start.elapsed();
    let bytes = held() - bytes;
    let around = if outcome.is_err() { AROUND_FAILURE } else { 0 };
    let juice = context.juice() - before + around;
    let given = ["a", "b", "c"].iter().zip(args).map(|(name, arg)| format!(", {name} = {}", arg.name));
    let form = std::iter::once(subject.form.clone()).chain(given).collect();
    (Cost { name: subject.name.clone(), form, juice, time, bytes }, outcome)
}
