//! Texts nested deeper than any stack: read, printed, and run as far as the machine goes.

use crate::{confine, machine, timed};
use lang::printer;
use lang::reader::{Next, next_form, read_all, read_one};
use lang::source::Positions;

/// How deep texts are nested.
const DEPTH: usize = 100_000;

/// What is repeated before and after the middle.
const NESTINGS: [(&str, &str, &str); 16] = [
    ("(", "", ")"),
    ("[", "", "]"),
    ("#{", "", "}"),
    ("{1 ", "2", "}"),
    ("{", "2", " 1}"),
    ("'", "x", ""),
    ("`", "x", ""),
    ("~", "x", ""),
    ("`~", "x", ""),
    ("@", "x", ""),
    ("^{} ", "x", ""),
    ("^", "x", " y"),
    ("#foo ", "x", ""),
    ("(fn [] ", "1", ")"),
    ("(let [a ", "1", "] a)"),
    ("x/", "x", ""),
];

#[test]
fn deep_texts_are_read() {
    confine("texts::child_of_deep_texts");
}

#[test]
#[ignore = "run in a child by another test"]
fn child_of_deep_texts() {
    for (before, middle, after) in NESTINGS {
        let name = format!("{before}…{middle}…{after}");
        let text = [before.repeat(DEPTH), middle.to_owned(), after.repeat(DEPTH)].concat();
        timed(&format!("{name}: read"), || {
            let mut positions = Positions::new();
            drop(read_all(&text, 0, &mut positions));
        });
        timed(&format!("{name}: torn"), || {
            let half = text.get(..text.len() / 2).unwrap_or_default();
            assert!(!matches!(next_form(half, 0, 0, None), Next::End));
            assert!(read_one(half, 0).is_err() || after.is_empty() || before == "x/");
        });
        let Ok(form) = read_one(&text, 0) else { continue };
        timed(&format!("{name}: print"), || {
            let printed =
                printer::print(&form.value, usize::MAX).expect("all is here").expect("there is no limit");
            let printed = String::from_utf8(printed).expect("forms print as UTF-8");
            let copy = read_one(&printed, 0).expect("what was printed reads");
            assert!(copy.value == form.value && copy.value.hash() == form.value.hash());
        });
        timed(&format!("{name}: run"), || drop(machine(1_000_000).run(&form.value)));
        timed(&format!("{name}: expand"), || drop(machine(1_000_000).expand(&form.value)));
    }
}
