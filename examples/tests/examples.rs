//! Runs every example as `cvx run` does, and compares what its forms give with the comments behind them.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

use lang::Value;
use lang::reader::{self, Form};
use lang::source::Positions;
use std::path::Path;
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::{Context, State};

/// The account that runs examples.
const ACCOUNT: u64 = 11;
/// What begins a comment that says what the form before it gives.
const MARK: &str = ";=> ";

#[test]
fn the_vote_counter_counts() {
    check("vote-counter", &["actor.cvx", "use.cvx"], 14);
}

#[test]
fn the_escrow_keeps_its_promises() {
    check("escrow", &["actor.cvx", "use.cvx"], 9);
}

/// Runs the files of an example in order, each form a transaction, and compares as many values as are announced.
fn check(example: &str, files: &[&str], announced: usize) {
    let mut state = stdlib::genesis().expect("the library builds");
    let mut compared = 0;
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(example).join(file);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (forms, errors) = reader::read_all(&text, 0, &mut Positions::new());
        assert!(errors.is_empty(), "{file}: {errors:?}");
        for form in forms {
            let value = run(&mut state, &form.value)
                .unwrap_or_else(|error| panic!("{file}:{}: {error}", form_line(&text, &form)));
            if let Some(expected) = expectation(&text, &form) {
                assert_eq!(print(&value), expected, "{file}:{}", form_line(&text, &form));
                compared += 1;
            }
        }
    }
    assert_eq!(compared, announced, "values compared");
}

fn run(state: &mut State, form: &Value) -> Result<Value, String> {
    let mut context =
        Context::new(state.clone(), ACCOUNT, MAX_TRANSACTION_JUICE).map_err(|e| format!("{e:?}"))?;
    let value = context.run(form).map_err(|ending| format!("{ending:?}"))?;
    *state = context.state().clone();
    Ok(value)
}

/// What the comment behind a form, on the same line, says that the form gives.
fn expectation<'a>(text: &'a str, form: &Form) -> Option<&'a str> {
    let line = text[form.span.end as usize..].lines().next()?;
    Some(line.trim_start().strip_prefix(MARK)?.trim_end())
}

fn form_line(text: &str, form: &Form) -> usize {
    text[..form.span.start as usize].matches('\n').count() + 1
}

fn print(value: &Value) -> String {
    let text = lang::printer::print(value, 1 << 16).expect("all is in memory").expect("it is short");
    String::from_utf8(text).expect("it is UTF-8")
}
