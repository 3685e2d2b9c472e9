//! All advice is true: no name that is said to be absent is defined, and every form that is advised
//! does what is said.

use super::*;
use crate::session::{GENESIS_ACCOUNT, Session};
use crate::{explain, show};
use lang::reader;
use lang::source::Positions;
use std::collections::BTreeSet;
use vm::State;
use vm::context::CORE;

fn genesis() -> State {
    stdlib::genesis().expect("the library builds")
}

/// The text of the value of a form on a fresh state.
fn value(state: &State, account: u64, text: &str) -> Result<String, String> {
    let mut session = Session::new(state.clone(), account).expect("there is such an account");
    let source = session.add_text("advice", text);
    let form = session.read_one(source).map_err(|errors| format!("{text} does not read: {errors:?}"))?;
    let outcome = session.run(&form);
    let render = |problem: crate::report::Problem| {
        format!("{text}: {}", problem.render(session.sources(), crate::colour::Colour::Off))
    };
    outcome.result.map(|value| show::brief(&value, 1000)).map_err(render)
}

/// The parts of a text between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn names_are_absent_and_told_once() {
    let state = genesis();
    let defined: BTreeSet<String> =
        explain::names(&state, CORE).expect("all is in memory").into_iter().collect();
    let mut seen = BTreeSet::new();
    for row in all() {
        for name in row.names.split(' ') {
            let read = reader::read_one_at(name, 0, &mut Positions::new()).map(|form| form.value);
            assert_eq!(read.ok(), Some(lang::Value::symbol(name)), "{name} does not read as a symbol");
            assert!(seen.insert(name), "{name} stands twice");
            let is_defined = row.home == CORE && defined.contains(name);
            assert!(!is_defined && !SPECIAL_FORMS.contains(&name), "{name} is defined");
        }
    }
    assert!(seen.len() >= 700, "{} names", seen.len());
}

#[test]
fn advised_forms_do_what_is_said() {
    let state = genesis();
    let mut wrong = Vec::new();
    for row in all().filter(|row| !row.form.is_empty()) {
        // Names are made and changed by those who may: here by the account that has the root of all
        // names.
        let (account, program) = match row.names.starts_with("cns-") && row.form.contains("'my.name") {
            true => (6, format!("(do (*registry*/create 'my.name #13) {})", row.program())),
            false => (GENESIS_ACCOUNT, row.program()),
        };
        // What cannot be caught or fails on purpose stands in `try`.
        let program = if row.form.starts_with("(fail") { format!("(try {program} nil)") } else { program };
        match value(&state, account, &program) {
            Ok(value) if row.gives.is_empty() || row.gives == value => {}
            Ok(value) => wrong.push(format!("{program} gives {value}, not {}", row.gives)),
            Err(report) => wrong.push(report),
        }
    }
    for form in spelling::forms().chain(words::forms()) {
        wrong.extend(value(&state, GENESIS_ACCOUNT, form).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn advice_names_what_there_is() {
    let state = genesis();
    let mut defined: BTreeSet<String> =
        explain::names(&state, GENESIS_ACCOUNT).expect("all is in memory").into_iter().collect();
    defined.extend(explain::definitions(&state, 9).expect("all is in memory"));
    for row in all() {
        let is_own = |name: &str| row.is_earlier && row.names.split(' ').any(|own| own == name);
        for name in quoted(row.advice) {
            let is_typed = matches!(name, ",load" | "cvx run" | "cvx test");
            let is_mark = word(name).is_some() || name.starts_with("##") || name.starts_with("convex.");
            assert!(
                defined.contains(name) || is_mark || is_typed || is_own(name),
                "{name} in {}",
                row.advice
            );
        }
        assert!(!row.advice.ends_with('.') && row.sentence("x").len() < 260, "{}", row.advice);
    }
}

#[test]
fn numbers_are_written_with_their_digits() {
    let state = genesis();
    for (typed, meant) in [
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("+.5", "0.5"),
        ("+7", "7"),
        ("+1.5e3", "1.5e3"),
        ("-##Inf", "##-Inf"),
        ("+##Inf", "##Inf"),
    ] {
        let sentence = instead(typed).unwrap_or_else(|| panic!("{typed}"));
        assert!(sentence.ends_with(&format!("as in `{meant}`")), "{sentence}");
        assert!(value(&state, GENESIS_ACCOUNT, meant).is_ok());
    }
    for name in [".", "..x", "-", "+", "a.b", "x.5", "-a", "+a", ".5.5", "total"] {
        assert_eq!(instead(name), None, "{name}");
    }
    assert!(instead(".getBytes").is_some() && instead("String.").is_some());
}

#[test]
fn texts_that_do_not_read_have_advice() {
    let state = genesis();
    for (text, meant) in [
        ("#(+ % 1)", "(map (fn [x] (+ x 1)) [1 2])"),
        ("#\"a\"", "(split \"a,b\" \",\")"),
        ("#'inc", "(map inc [1 2])"),
        ("1.", "1.0"),
        ("(- 1.)", "1.0"),
        ("1/2", "(/ 1 2)"),
        ("-3/4", "(/ 3 4)"),
        ("12N", "12"),
        ("1+", "(inc 1)"),
        ("1-", "(dec 1)"),
        ("1_000", "1000000"),
        ("0b101", "(int 0xff)"),
        ("1.5e+3", "1.5e3"),
        ("“a”", "\"text\""),
        ("#t", "(if true 1 2)"),
        ("(|| true false)", "(or false true)"),
    ] {
        let (_, errors) = reader::read_all(text, 0, &mut Positions::new());
        let error = errors.first().unwrap_or_else(|| panic!("{text} reads"));
        let advice = of_unreadable(&text[error.span.start as usize..]);
        let advice = advice.unwrap_or_else(|| panic!("{text}: {}", error.message));
        assert!(advice.ends_with(&format!("as in `{meant}`")), "{text}: {advice}");
        assert!(value(&state, GENESIS_ACCOUNT, meant).is_ok(), "{meant}");
    }
    assert_eq!(of_unreadable("(a b"), None);
    assert_eq!(of_unreadable("12abc"), None);
}

#[test]
fn metadata_that_means_nothing_is_known() {
    let state = genesis();
    for (key, meant) in earlier::METADATA {
        assert!(metadata_instead(key).is_some_and(|sentence| sentence.contains(meant)));
        assert!(value(&state, GENESIS_ACCOUNT, &format!("(def {meant} f (fn [x] x))")).is_ok(), "{meant}");
    }
    assert_eq!(metadata_instead("callable"), None);
}

#[test]
fn every_special_form_has_words() {
    let state = genesis();
    let core = explain::definitions(&state, CORE).expect("all is in memory");
    for form in SPECIAL_FORMS {
        assert!(core.iter().any(|name| name == form) || word(form).is_some(), "{form}");
    }
}
