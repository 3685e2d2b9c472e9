//! Programs and values of strangers: whatever they are, they end soon, in bounded memory and without a panic.
//!
//! The cases run in a child of this test, whose memory the system limits, on threads with stacks of the usual
//! size: a case that takes too much of either ends the child, and its name is the last that was written.

use lang::op::{Closure, Op};
use lang::{
    Blob, Coded, Index, List, Map, Record, Set, Str, Symbol, Syntax, Value, Vector, extension, message,
    native, printer,
};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use vm::{Context, Run, State};

/// How much memory a child may have, in KiB.
const MEMORY_KIB: u64 = 3 << 20;
/// How long one case may take, in a build for tests on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);
/// How deep the deep values are.
const DEPTH: usize = 1_000_000;
const ACCOUNT: u64 = 11;

static GENESIS: LazyLock<State> = LazyLock::new(|| stdlib::genesis().expect("the library builds"));

fn machine(juice: u64) -> Context {
    Context::new(GENESIS.clone(), ACCOUNT, juice).expect("the account is there")
}

/// Runs a test of this file, which is ignored otherwise, under a limit of memory.
fn confine(test: &str) {
    let program = std::env::current_exe().expect("this program has a path");
    let shell = format!("ulimit -v {MEMORY_KIB} && exec \"$0\" --exact {test} --ignored --nocapture");
    let output = Command::new("sh").arg("-c").arg(shell).arg(program).output().expect("a shell starts");
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<_> = said.lines().rev().take(30).collect();
        panic!("{} after:\n{}", output.status, last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
}

/// Runs a case and sees to it that it does not take long.
fn timed<T>(name: &str, case: impl FnOnce() -> T) -> T {
    eprintln!("{name}");
    let start = Instant::now();
    let outcome = case();
    let elapsed = start.elapsed();
    assert!(elapsed < LONGEST, "{name} took {elapsed:?}");
    outcome
}

// Values that are hard to bear.

fn vector<const N: usize>(values: [Value; N]) -> Value {
    Vector::from_values(values).into()
}

fn nest(count: usize, first: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..count).fold(first, |value, _| wrap(value))
}

fn constant(value: Value) -> Value {
    Op::Constant(value).into_value()
}

fn function(params: &[&str], body: Value) -> Value {
    let params = Vector::from_values(params.iter().map(|name| Value::symbol(name)));
    Closure::Fn { params, env: Vector::empty(), body }.into_value()
}

/// A value of two: what it starts with, and how it is nested further.
type Nesting = (&'static str, fn() -> Value, fn(Value) -> Value);

fn call(name: &str, value: Value) -> Value {
    List::from_values([Value::symbol(name), value]).into()
}

fn nothing() -> Value {
    constant(Value::Nil)
}

/// How values are nested a million deep.
const DEEP: [Nesting; 26] = [
    ("deep vector", || Value::Nil, |v| vector([v])),
    ("deep list", || Value::Nil, |v| List::from_values([v]).into()),
    ("deep quote", || Value::Nil, |v| call("quote", v)),
    ("deep quasiquote", || Value::Nil, |v| call("quasiquote", v)),
    ("deep unquote", || Value::Nil, |v| call("unquote", v)),
    ("deep mix", || Value::Nil, |v| call("quasiquote", call("unquote", v))),
    ("deep do", || Value::Nil, |v| call("do", v)),
    ("deep set", || Value::Nil, |v| Set::from_values([v]).into()),
    ("deep map", || Value::Nil, |v| Map::from_entries([(Value::Nil, v)]).into()),
    ("deep key", || Value::Nil, |v| Map::from_entries([(v, Value::Nil)]).into()),
    (
        "deep index",
        || Value::Nil,
        |v| {
            Index::from_entries([(Value::keyword("k"), v)])
                .expect("all is here")
                .expect("the key is bytes")
                .into()
        },
    ),
    ("deep syntax", || Value::Nil, |v| Syntax::new(v, Map::empty()).into()),
    (
        "deep metadata",
        || Value::Nil,
        |v| Syntax::new(Value::Nil, Map::from_entries([(Value::Nil, v)])).into(),
    ),
    ("deep constant", || Value::Nil, constant),
    ("deep op", nothing, |v| Op::Do(Vector::from_values([v])).into_value()),
    ("deep call", nothing, |v| Op::Invoke(Vector::from_values([v])).into_value()),
    ("deep let", nothing, |v| {
        Op::Let { bindings: Vector::empty(), ops: Vector::from_values([v]), is_loop: true }.into_value()
    }),
    ("deep definition", nothing, |value| Op::Def { symbol: Value::symbol("x"), value }.into_value()),
    ("deep lookup", nothing, |address| Op::Lookup { address, symbol: Value::symbol("x") }.into_value()),
    ("deep set!", nothing, |value| Op::Set { position: 0, value }.into_value()),
    ("deep try", nothing, |v| Op::Try(Vector::from_values([v])).into_value()),
    ("deep lambda", nothing, |v| Op::Lambda(function(&[], v)).into_value()),
    ("deep function", || function(&[], nothing()), |v| Closure::Multi(Vector::from_values([v])).into_value()),
    ("deep body", || function(&[], nothing()), |v| function(&[], constant(v))),
    ("deep record", || Value::Nil, |v| Record::new(0xd7, Vector::from_values([v])).into()),
    ("deep coded", || Value::Nil, |v| Coded::new(0xc7, v, Value::Nil).into()),
];

/// Values of few cells, shared so often that they are larger than any memory.
fn huge() -> Vec<(&'static str, Value)> {
    let double = |first: &Vector| (0..50).fold(first.clone(), |v, _| v.concat(&v).expect("all is here"));
    let double_blob = |first: &Blob| (0..50).fold(first.clone(), |v, _| v.concat(&v).expect("all is here"));
    let elements = double(&Vector::from_values((0..16).map(Value::Integer)));
    let bytes = double_blob(&Blob::new(&[b'a'; 4096]));
    let symbols = double(&Vector::from_values(vec![Value::symbol("*juice*"); 16]));
    let shared = |first: Value| nest(64, first, |v| vector([v.clone(), v]));
    let ops = double(&Vector::from_values(vec![constant(Value::Nil); 16]));
    let call = constant(Value::native(native::code("vector").expect("it is there")));
    vec![
        ("huge vector", elements.clone().into()),
        ("huge list", List::from_reversed(elements).into()),
        ("huge form", List::from_reversed(symbols.clone()).into()),
        ("huge symbols", symbols.clone().into()),
        ("huge blob", bytes.clone().into()),
        ("huge string", Str::from_blob(&bytes).into()),
        ("blob of ff", double_blob(&Blob::new(&[0xff; 4096])).into()),
        ("shared vectors", shared(Value::Nil)),
        (
            "shared maps",
            nest(64, Value::Nil, |v| Map::from_entries([(Value::Nil, v.clone()), (v.clone(), v)]).into()),
        ),
        ("shared lists", nest(64, Value::Nil, |v| List::from_values([v.clone(), v]).into())),
        ("shared calls", nest(64, Value::symbol("do"), |v| List::from_values([v.clone(), v]).into())),
        ("huge do", Op::Do(ops.clone()).into_value()),
        ("huge call", Op::Invoke(double(&Vector::from_values(vec![call; 16]))).into_value()),
        ("huge cond", Op::Cond(ops.clone()).into_value()),
        ("huge query", Op::Query(ops.clone()).into_value()),
        ("huge try", Op::Try(ops.clone()).into_value()),
        ("huge let", Op::Let { bindings: symbols.clone(), ops: ops.clone(), is_loop: false }.into_value()),
        ("huge bindings", {
            let ops = Vector::from_values([constant(Value::Nil)]);
            Op::Let { bindings: symbols.clone(), ops, is_loop: true }.into_value()
        }),
        ("huge parameters", {
            let body = constant(Value::Nil);
            Closure::Fn { params: symbols.clone(), env: Vector::empty(), body }.into_value()
        }),
        ("huge environment", {
            Closure::Fn { params: Vector::empty(), env: symbols.clone(), body: constant(Value::Nil) }
                .into_value()
        }),
        ("huge lambda", {
            let function =
                Closure::Fn { params: symbols.clone(), env: symbols.clone(), body: constant(Value::Nil) };
            Op::Lambda(function.into_value()).into_value()
        }),
        ("huge function", Closure::Multi(ops.clone()).into_value()),
        (
            "shared functions",
            nest(64, function(&[], nothing()), |v| {
                Closure::Multi(Vector::from_values([v.clone(), v])).into_value()
            }),
        ),
        ("shared lambda", {
            let arities = |v: Value| Closure::Multi(Vector::from_values([v.clone(), v])).into_value();
            Op::Lambda(nest(64, function(&[], nothing()), arities)).into_value()
        }),
        ("shared bindings", {
            let names = match nest(64, Value::symbol("a"), |v| vector([v.clone(), v])) {
                Value::Vector(names) => names,
                _ => Vector::empty(),
            };
            let value = constant(names.clone().into());
            let bindings = Vector::from_values([names.into()]);
            Op::Let { bindings, ops: Vector::from_values([value]), is_loop: true }.into_value()
        }),
        ("huge record", Record::new(0xd7, ops).into()),
        ("rest of a huge vector", {
            let value = constant(symbols.into());
            let names = vector([Value::symbol("a"), Value::symbol("&"), Value::symbol("b")]);
            let bindings = Vector::from_values([names]);
            Op::Let { bindings, ops: Vector::from_values([value]), is_loop: false }.into_value()
        }),
        ("largest integer", {
            let mut bytes = [0xff; 4096];
            bytes[0] = 0x7f;
            Value::integer(num_bigint::BigInt::from_signed_bytes_be(&bytes)).expect("it is the largest")
        }),
    ]
}

/// Everything that a machine can be asked to do with a value.
fn use_in_every_way(name: &str, value: &Value, juice: u64) {
    let run = |way: &str, work: &dyn Fn(&mut Context) -> Run| {
        timed(&format!("{name}: {way}"), || {
            let mut ctx = machine(juice);
            let run = work(&mut ctx);
            assert!(ctx.juice() <= ctx.juice_limit());
            assert_eq!(ctx.depth(), 0);
            drop(run);
        });
    };
    run("execute", &|ctx| ctx.execute(value));
    run("run", &|ctx| ctx.run(value));
    run("expand", &|ctx| ctx.expand(value));
    run("compile", &|ctx| ctx.compile(value));
    run("eval", &|ctx| ctx.eval(value));
    run("invoke", &|ctx| ctx.invoke(value, &[]));
    run("invoke with one", &|ctx| ctx.invoke(value, &[Value::Integer(1)]));
    run("deploy", &|ctx| ctx.deploy(std::slice::from_ref(value)));
    for head in [
        "quote",
        "quasiquote",
        "do",
        "let",
        "loop",
        "fn",
        "def",
        "defn",
        "cond",
        "lookup",
        "set!",
        "for",
        "syntax",
    ] {
        let form = Value::List(List::from_values([Value::symbol(head), value.clone(), value.clone()]));
        run(&format!("as parts of {head}"), &|ctx| ctx.run(&form));
    }
}

/// Every native function with hostile arguments.
fn give_to_natives(name: &str, value: &Value, juice: u64) {
    let step = Value::native(native::code("inc").expect("it is there"));
    let keyword = Value::keyword("a");
    let one = Value::Integer(1);
    let calls: [&[Value]; 10] = [
        &[value.clone()],
        &[value.clone(), one.clone()],
        &[one.clone(), value.clone()],
        &[value.clone(), value.clone()],
        &[step.clone(), value.clone()],
        &[value.clone(), keyword.clone(), value.clone()],
        &[step, one.clone(), value.clone()],
        &[value.clone(), one.clone(), Value::Integer(1 << 40)],
        &[keyword.clone(), value.clone(), value.clone(), value.clone()],
        &[vector([value.clone(), value.clone()]), vector([keyword, value.clone()])],
    ];
    for code in 0..1024 {
        let Some(native) = native::name(code) else { continue };
        for (i, args) in calls.iter().enumerate() {
            timed(&format!("({native} …{i}) of {name}"), || {
                let run = machine(juice).invoke(&Value::native(code), args);
                drop(run);
            });
        }
    }
}

#[test]
fn deep_values_are_borne() {
    confine("child_of_deep_values");
}

#[test]
#[ignore = "run in a child by another test"]
fn child_of_deep_values() {
    for (name, first, wrap) in DEEP {
        let value = nest(DEPTH, first(), wrap);
        timed(&format!("{name}: hash, print, compare"), || {
            let copy = value.clone();
            assert!(value == copy);
            value.hash();
            value.memory_size().expect("all is here");
            assert!(printer::print(&value, 100).is_ok());
            assert!(printer::print(&value, usize::MAX).is_ok());
            printer::print_str(&value).expect("all is here");
        });
        use_in_every_way(name, &value, 1_000_000);
        give_to_natives(name, &nest(DEPTH / 20, first(), wrap), 100_000);
    }
}

#[test]
fn huge_values_are_borne() {
    confine("child_of_huge_values");
}

#[test]
#[ignore = "run in a child by another test"]
fn child_of_huge_values() {
    for (name, value) in huge() {
        timed(&format!("{name}: hash, print, measure"), || {
            value.hash();
            value.memory_size().expect("all is here");
            assert!(printer::print(&value, 1000).is_ok());
        });
        use_in_every_way(name, &value, 1_000_000);
        give_to_natives(name, &value, 100_000);
    }
}
