//! Programs in Convex Lisp that do one thing often, and what they must come to.

use super::{Work, file};
use lang::{Value, reader};
use std::cell::LazyCell;
use std::fs;
use vm::{Context, State};

/// The account that runs the kernels.
const ACCOUNT: u64 = 11;
/// Far more juice than any kernel needs.
const JUICE_LIMIT: u64 = 1_000_000_000_000;

/// What a kernel must come to, and how long the reference takes.
pub struct Kernel {
    /// The name of the file without its ending.
    pub name: String,
    /// Its value as printed.
    pub value: String,
    /// The juice that executing it takes.
    pub juice: u64,
    /// The time of the reference, in yardsticks.
    pub reference: f64,
}

/// The kernels and what is recorded of them.
pub fn kernels() -> Vec<Kernel> {
    let table = fs::read_to_string(file("reference.tsv")).expect("the table of kernels is there");
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| Kernel {
        name: row[0].to_owned(),
        value: row[1].to_owned(),
        juice: row[2].parse().expect("juice is a number"),
        reference: row[3].parse().expect("time is a number"),
    })
    .collect()
}

/// What running a kernel takes: the state it runs in, and its compiled form.
type Ready = LazyCell<(State, Value), Box<dyn FnOnce() -> (State, Value)>>;

pub fn works() -> Vec<Work> {
    let mut works: Vec<Work> = kernels().into_iter().map(work).collect();
    works
        .push(Work::run("genesis", "built from its sources", || stdlib::build_genesis().expect("it builds")));
    works.push(Work::run("genesis", "decoded", || stdlib::genesis().expect("it is whole")));
    works
}

/// Executing the compiled form in a fresh fork of the state.
fn work(kernel: Kernel) -> Work {
    let name = kernel.name.clone();
    let ready: Ready = LazyCell::new(Box::new(move || ready(&kernel)));
    Work::new("kernels", name, 1, "run", move || {
        let (mut context, op) = (fork(&ready.0), ready.1.clone());
        move || (context.run(&op).expect("it ran before"), context)
    })
}

fn fork(genesis: &State) -> Context {
    Context::new(genesis.clone(), ACCOUNT, JUICE_LIMIT).expect("the account exists")
}

/// Compiles a kernel and checks what it comes to.
fn ready(kernel: &Kernel) -> (State, Value) {
    let path = file("kernels").join(format!("{}.cvx", kernel.name));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let genesis = stdlib::genesis().expect("the library is whole");
    let form = reader::read_one(&text, 0).expect("a kernel is one form").value;
    let op = fork(&genesis).expand_compile(&form).expect("it compiles");
    let mut context = fork(&genesis);
    let value = context.run(&op).expect("it runs");
    assert_eq!(format!("{value:?}"), kernel.value, "the value of {}", kernel.name);
    assert_eq!(context.juice(), kernel.juice, "the juice of {}", kernel.name);
    (genesis, op)
}
