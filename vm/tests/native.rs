//! What native functions answer and cost: rows of a form, its value or error code, and its juice, in files by
//! subject beside this one, recorded from the reference.

use lang::{Value, printer, reader};
use std::fmt::Write;
use vm::{Context, Ending};

const ACCOUNT: u64 = 11;
const JUICE_LIMIT: u64 = 10_000_000;

macro_rules! files {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("native/", $name, ".tsv")))),*] };
}

/// The rows by subject.
const FILES: &[(&str, &str)] = files!(
    "account" "actor" "cast" "collection" "compare" "control" "crypto" "double" "function" "integer" "map" "math"
    "peer" "predicate" "sequence" "set" "syntax" "text"
);

/// Evaluates a form as an account of genesis: what a row says after the form.
fn answer(genesis: &Context, form: &str) -> String {
    let form = match reader::read_one(form, 0) {
        Ok(form) => form.value,
        Err(errors) => return format!("unreadable: {errors:?}"),
    };
    let op = match genesis.clone().expand_compile(&form) {
        Ok(op) => op,
        Err(ending) => return format!("does not compile: {ending:?}"),
    };
    let mut ctx = genesis.clone();
    let answer = match ctx.run(&op) {
        Ok(value) => print(&value),
        Err(Ending::Error(error)) => format!("error {}", print(&error.code)),
        Err(Ending::OutOfJuice) => "error :JUICE".to_owned(),
        Err(other) => format!("{other:?}"),
    };
    format!("{answer}\t{}", ctx.juice())
}

fn print(value: &Value) -> String {
    let text = printer::print(value, usize::MAX).expect("all is here").expect("there is no limit");
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn rows() {
    let state = stdlib::genesis().expect("genesis can be built");
    let genesis = Context::new(state, ACCOUNT, JUICE_LIMIT).expect("the account exists");
    let (mut count, mut failures) = (0, String::new());
    for (name, rows) in FILES {
        for row in rows.lines() {
            let (form, expected) = row.split_once('\t').expect("a row has a form and an answer");
            let given = answer(&genesis, form);
            count += 1;
            if given != expected {
                writeln!(failures, "{name}.tsv: {form}\n  expected {expected}\n  given    {given}")
                    .expect("fits");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(count > 500, "only {count} rows were found");
}
