//! Measuring: each form with each choice of arguments, in a machine of its own.

use super::stopwatch::Stopwatch;
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
/// No form is tried with more choices of arguments of one size after it took so long in all.
const BUDGET: Duration = Duration::from_millis(100);
/// But with so many at least.
const MIN_CHOICES: usize = 8;
/// A form that seems to be the worst so far runs this often, and the shortest run counts: others may use the machine.
const RUNS: u32 = 12;
/// What takes less, and has a value, runs several times in the same machine each time.
const SHORT: Duration = Duration::from_micros(200);
const MAX_RUNS_TOGETHER: u128 = 64;
/// What takes longer than this runs less often.
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
    /// How many elements or bytes the arguments have, if they are of a size.
    pub size: Option<i64>,
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

/// The worst costs of all functions and forms whose names contain a text, over all sizes.
pub fn worst(filter: &str, held: Meter, mut say: impl FnMut(&str)) -> Vec<Worst> {
    let genesis = stdlib::genesis().expect("the library is whole");
    let mut context = Context::new(genesis, ACCOUNT, PREPARATION_JUICE).expect("the account exists");
    let plain = values::plain(&mut context);
    let sized: Vec<Vec<Named>> =
        values::SIZES.iter().map(|size| values::sized(&mut context, *size)).collect();
    let mut worst: HashMap<String, Worst> = HashMap::new();
    for subject in subjects::all(&context).iter().filter(|subject| subject.name.contains(filter)) {
        let entry = worst.entry(subject.name.clone()).or_default();
        let begin = Instant::now();
        measure(&context, subject, (&plain, &sized), held, entry);
        let (ms, form) = (entry.time.time_ms(), &entry.time.form);
        say(&format!(
            "{} ({:.1} s), worst of it: {ms:.1} ms, {form}",
            subject.form,
            begin.elapsed().as_secs_f64()
        ));
    }
    let mut worst: Vec<Worst> = worst.into_values().filter(|worst| worst.time.juice > 0).collect();
    worst.sort_by(|a, b| b.time.time_ms().total_cmp(&a.time.time_ms()));
    worst
}

/// Measures a form with choices of arguments of no size, and of each size, and keeps the worst.
fn measure(
    context: &Context,
    subject: &Subject,
    (plain, sized): (&[Named], &[Vec<Named>]),
    held: Meter,
    worst: &mut Worst,
) {
    // What expands its forms may not take so many.
    let Ok(function) = try_run(&mut context.clone(), &format!("(fn [a b c] {})", subject.form)) else {
        return;
    };
    let of_no_size = choices(plain, subject.arity);
    let of_a_size = sized.iter().map(|sized| {
        let values: Vec<&Named> = plain.iter().chain(sized).collect();
        let mut choices = choices(values, subject.arity);
        choices.retain(|args| args.iter().any(|arg| arg.size.is_some()));
        choices
    });
    for choices in std::iter::once(of_no_size).chain(of_a_size) {
        let begin = Instant::now();
        for (i, args) in choices.iter().enumerate() {
            if i >= MIN_CHOICES && begin.elapsed() > BUDGET {
                break;
            }
            let outcome = measure_choice(context, subject, &function, args, held, worst);
            if i == 0 && is_arity(&outcome) {
                return; // The others are as many.
            }
        }
    }
}

/// Measures a form with one choice of arguments, more often when that seems to be the worst.
fn measure_choice(
    context: &Context,
    subject: &Subject,
    function: &Value,
    args: &[&Named],
    held: Meter,
    worst: &mut Worst,
) -> Run {
    let (mut cost, outcome) = run_once(context, subject, function, args, held);
    let may_be_worst = |cost: &Cost| cost.time_ms() > worst.time.time_ms();
    if may_be_worst(&cost) && cost.time < SHORT && outcome.is_ok() {
        cost.time = run_again(context, function, args, cost.time);
    }
    for run in 1..RUNS {
        if cost.time > LONG && run >= LONG_RUNS || !may_be_worst(&cost) {
            break;
        }
        let again = if cost.time < SHORT && outcome.is_ok() {
            run_again(context, function, args, cost.time)
        } else {
            run_once(context, subject, function, args, held).0.time
        };
        cost.time = cost.time.min(again);
    }
    if may_be_worst(&cost) {
        worst.time = cost.clone();
    }
    if cost.memory_mb() > worst.memory.memory_mb() {
        worst.memory = cost;
    }
    outcome
}

fn is_arity(outcome: &Run) -> bool {
    matches!(outcome, Err(Ending::Error(error)) if error.code == Value::keyword("ARITY"))
}

/// All choices of some arguments, in an order without pattern, always the same; of three and more, the third is one of
/// a few.
fn choices<'a>(values: impl IntoIterator<Item = &'a Named>, arity: usize) -> Vec<Vec<&'a Named>> {
    let values: Vec<&Named> = values.into_iter().collect();
    let mut choices = in_order(&values, arity);
    fastrand::Rng::with_seed(7).shuffle(&mut choices);
    choices
}

fn in_order<'a>(values: &[&'a Named], arity: usize) -> Vec<Vec<&'a Named>> {
    const THIRD: [&str; 4] = ["0", "position", "map", "native function"];
    let Some(fewer) = arity.min(3).checked_sub(1) else { return vec![Vec::new()] };
    let last = values.iter().filter(|value| fewer < 2 || THIRD.contains(&value.name));
    let before = in_order(values, fewer);
    last.flat_map(|last| before.iter().map(|before| [before.as_slice(), &[*last]].concat())).collect()
}

/// The time of one of several runs in the same machine, as in a program that does the same until its juice is used up.
fn run_again(context: &Context, function: &Value, args: &[&Named], once: Duration) -> Duration {
    let mut context = context.clone().with_juice_limit(PREPARATION_JUICE);
    let runs = (SHORT.as_nanos() / once.as_nanos().max(1)).clamp(1, MAX_RUNS_TOGETHER) as u32;
    let mut given: Vec<[Value; 3]> = (0..runs).map(|_| arguments(args)).collect();
    let start = Stopwatch::start();
    for values in &mut given {
        if context.invoke(function, values).is_err() {
            return once; // What it has done matters the next time.
        }
    }
    start.elapsed() / runs
}

fn arguments(args: &[&Named]) -> [Value; 3] {
    [0, 1, 2].map(|i| args.get(i).map_or(Value::Nil, |arg| arg.value.clone()))
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
    let mut values = arguments(args);
    let bytes = held();
    let start = Stopwatch::start();
    let outcome = context.invoke(function, &mut values);
    let time = start.elapsed();
    let bytes = held() - bytes;
    let around = if outcome.is_err() { AROUND_FAILURE } else { 0 };
    let juice = context.juice() - before + around;
    let given = ["a", "b", "c"].iter().zip(args).map(|(name, arg)| format!(", {name} = {}", arg.name));
    let size = args.iter().find_map(|arg| arg.size);
    let form = std::iter::once(subject.form.clone()).chain(given).collect();
    (Cost { name: subject.name.clone(), form, size, juice, time, bytes }, outcome)
}
