//! The standard actors against recorded answers: several users, step by step.

use lang::{Value, printer, reader};
use vm::{Context, Ending, State};

const JUICE: u64 = 10_000_000;

fn text(value: &Value) -> String {
    String::from_utf8(printer::print(value, 1_000_000).unwrap().unwrap()).unwrap()
}

/// Runs a program of a user, keeps the state that it makes unless it fails, and answers the value or the error code.
fn step(state: &mut State, user: u64, code: &str) -> String {
    let form = reader::read_one(code, 0).unwrap_or_else(|errors| panic!("{code}: {}", errors[0].message));
    let mut context = Context::new(state.clone(), user, JUICE).unwrap();
    match context.run(&form.value) {
        Ok(value) => {
            *state = context.state().clone();
            text(&value)
        }
        Err(Ending::Error(error)) => format!("error {}", text(&error.code)),
        Err(ending) => format!("{ending:?}"),
    }
}

#[test]
fn actors_answer_as_recorded() {
    let genesis = stdlib::genesis().unwrap();
    let mut state = genesis.clone();
    let mut heading = "";
    for line in include_str!("data/actors.tsv").lines().filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("# ") {
            heading = title;
            state = genesis.clone();
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [user, code, answer] = columns[..] else { panic!("{line}") };
        assert_eq!(step(&mut state, user.parse().unwrap(), code), answer, "{heading} {code}");
    }
}
