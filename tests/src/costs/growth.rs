//! How operations on rests grow with the size of the collection, and what hashing a rest and a long
//! division take.

use super::measure::run;
use super::stopwatch::Stopwatch;
use super::values;
use lang::{Hash, Index, Map, Set, Value, Vector};
use std::time::Duration;
use vm::Context;

/// How many elements the collections have.
pub const SIZES: [i64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How often an operation is done in one run.
const OPERATIONS: u32 = 500;
/// Of so many runs the shortest counts.
const RUNS: u32 = 15;
const ACCOUNT: u64 = 11;
const JUICE_LIMIT: u64 = 1_000_000_000;

/// What is done with a rest `r`, in the turn `i` of a loop; the first is taken off the others.
const OPERATIONS_ON_RESTS: [(&str, &str); 6] = [
    ("nothing", "r"),
    ("next", "(next r)"),
    ("cons", "(cons i r)"),
    ("nth", "(nth r (mod (* i 7919) n))"),
    ("conj", "(conj r i)"),
    ("[x & y]", "(let [[x & y] r] y)"),
];

/// Nanoseconds that one operation takes on the rest of a collection of each size.
pub struct Growth {
    /// The kind of the collection.
    pub kind: &'static str,
    /// What is done.
    pub operation: &'static str,
    /// For each size.
    pub nanoseconds: Vec<f64>,
}

/// All operations on rests of all kinds of collections.
pub fn growth() -> Vec<Growth> {
    let context = machine();
    let mut rows: Vec<Growth> = Vec::new();
    for (at, size) in SIZES.into_iter().enumerate() {
        for (kind, collection) in collections(size) {
            let empty = time(&context, OPERATIONS_ON_RESTS[0].1, &collection, size);
            for (operation, form) in &OPERATIONS_ON_RESTS[1..] {
                let took = time(&context, form, &collection, size).saturating_sub(empty);
                if at == 0 {
                    rows.push(Growth { kind, operation, nanoseconds: Vec::new() });
                }
                let row = rows.iter_mut().find(|row| row.kind == kind && row.operation == *operation);
                let row = row.expect("all were added with the first size");
                row.nanoseconds.push(took.as_nanos() as f64 / f64::from(OPERATIONS));
            }
        }
    }
    rows.sort_by_key(|row| row.kind);
    rows
}

fn machine() -> Context {
    let genesis = stdlib::genesis().expect("the library is whole");
    Context::new(genesis, ACCOUNT, JUICE_LIMIT).expect("the account exists")
}

fn collections(size: i64) -> [(&'static str, Value); 4] {
    let numbers = || (0..size).map(Value::Integer);
    let named = numbers().map(|n| (Value::string(&format!("{n:?}")), n));
    let index = Index::from_entries(named).expect("all is in memory").expect("strings are keys");
    [
        ("vector", Vector::from_values(numbers()).into()),
        ("map", Map::from_entries(numbers().map(|n| (n.clone(), n))).into()),
        ("set", Set::from_values(numbers()).into()),
        ("index", index.into()),
    ]
}

/// The shortest time of a loop over a form; the rest is made before it.
fn time(context: &Context, form: &str, collection: &Value, size: i64) -> Duration {
    let text = format!("(fn [r n] (loop [i 0] (cond (< i {OPERATIONS}) (do {form} (recur (inc i))) i)))");
    let mut context = context.clone();
    let function = run(&mut context, &text);
    let next = lang::native::function("next").expect("it is in the table");
    (0..RUNS)
        .map(|_| {
            let mut context = context.clone();
            let rest = context.invoke(&next, &mut [collection.clone()]).expect("it has a rest");
            let mut args = [rest, Value::Integer(size - 1)];
            let start = Stopwatch::start();
            context.invoke(&function, &mut args).expect("it has a value");
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

/// The time of a division of the longest integers by integers of half as many bytes, by the library
/// alone.
pub fn division() -> Duration {
    let mut digits = fastrand::Rng::with_seed(3);
    let mut context = machine();
    let [a, b] = [4_096, 2_048].map(|bytes| values::integer(&mut context, &mut digits, bytes));
    let (Value::BigInteger(a), Value::BigInteger(b)) = (a, b) else { return Duration::ZERO };
    let runs = (0..100 * RUNS).map(|_| {
        let start = Stopwatch::start();
        std::hint::black_box(a.get() / b.get());
        start.elapsed()
    });
    runs.min().unwrap_or_default()
}

/// What the hash of a rest takes.
pub struct Hashing {
    /// The kind of the collection.
    pub kind: &'static str,
    /// Cells whose encodings have to be hashed.
    pub cells: usize,
    /// Bytes of all those encodings.
    pub bytes: usize,
    /// The time to hash bytes of these lengths and nothing else.
    pub least: Duration,
    /// The time to make the rest and find its hash.
    pub all: Duration,
}

/// What the hashes of rests of collections of 65,536 elements take.
pub fn hashing() -> Vec<Hashing> {
    const ELEMENTS: i64 = 65_536;
    let shortest = |work: &mut dyn FnMut()| {
        let runs = (0..RUNS).map(|_| {
            let start = Stopwatch::start();
            work();
            start.elapsed()
        });
        runs.min().unwrap_or_default()
    };
    let measured = |(kind, collection): (&'static str, Value)| {
        let rest = || {
            let view = Vector::view_of(&collection).ok().flatten().expect("it has elements");
            let count = view.count();
            Value::from(view.view(1, count).ok().flatten().expect("it has more than one element"))
        };
        let encodings = branches(&rest());
        let least = shortest(&mut || {
            encodings.iter().for_each(|encoding| {
                std::hint::black_box(Hash::of(encoding));
            });
        });
        let all = shortest(&mut || {
            std::hint::black_box(rest().hash());
        });
        let bytes = encodings.iter().map(Vec::len).sum();
        Hashing { kind, cells: encodings.len(), bytes, least, all }
    };
    collections(ELEMENTS).map(measured).into()
}

/// The encodings of a value and of all branches below it.
fn branches(value: &Value) -> Vec<Vec<u8>> {
    let (mut open, mut encodings) = (vec![value.clone()], vec![value.encoding()]);
    while let Some(value) = open.pop() {
        value.for_each_child(&mut |slot| {
            let child = slot.get().expect("all is in memory").clone();
            if !child.is_embedded() {
                encodings.push(child.encoding());
            }
            open.push(child);
        });
    }
    encodings
}
