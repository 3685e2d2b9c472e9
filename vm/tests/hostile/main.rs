//! Programs and values of strangers: whatever they are, they end soon, in bounded memory and without a panic.
//!
//! The cases run in a child of this test, whose memory the system limits, on threads with stacks of the usual
//! size: a case that takes too much of either ends the child, and its name is the last that was written.

mod malformed;
mod programs;
mod texts;
mod values;

use lang::{List, Value, native, printer};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use values::{DEEP, huge, nest, vector};
use vm::{Context, Ending, Run, State};

/// How much memory a child may have, in KiB.
const MEMORY_KIB: u64 = 3 << 20;
/// How long one case may take, in a build for tests on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);
/// How deep the deep values are: deeper than any stack, and short enough to be built in every test run.
const DEPTH: usize = 200_000;
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
#[expect(clippy::disallowed_methods, reason = "what is timed is the machine, from outside")]
fn timed<T>(name: &str, case: impl FnOnce() -> T) -> T {
    eprintln!("{name}");
    let start = Instant::now();
    let outcome = case();
    let elapsed = start.elapsed();
    assert!(elapsed < LONGEST, "{name} took {elapsed:?}");
    outcome
}

/// What a run ended with, in a word: the text of a short value, its kind, or the code of an error.
fn outcome(run: &Run) -> String {
    match run {
        Ok(value) => match printer::print(value, 60) {
            Ok(Some(text)) => String::from_utf8_lossy(&text).into_owned(),
            Ok(None) => format!("a {}", value.kind().name()),
            Err(_) => "missing".to_owned(),
        },
        Err(Ending::Error(error)) => match printer::print(&error.code, 60) {
            Ok(Some(text)) => String::from_utf8_lossy(&text).into_owned(),
            _ => "an error".to_owned(),
        },
        Err(Ending::OutOfJuice) => ":JUICE".to_owned(),
        Err(Ending::Control(_)) => "control".to_owned(),
        Err(Ending::Missing(_)) => "missing".to_owned(),
        Err(Ending::Interrupted) => "interrupted".to_owned(),
    }
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
    run("invoke", &|ctx| ctx.invoke(value, &mut []));
    run("invoke with one", &|ctx| ctx.invoke(value, &mut [Value::Integer(1)]));
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
        std::slice::from_ref(value),
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
                let run = machine(juice).invoke(&Value::native(code), &mut args.to_vec());
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
        give_to_natives(name, &nest(DEPTH / 4, first(), wrap), 100_000);
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
