//! What `,undo` takes back at the prompt, and what it says.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;

use common::{Folder, cvx};

/// The remarks of a conversation at the prompt, those about taking back alone.
fn remarks(entries: &[&str]) -> Vec<String> {
    let folder = Folder::new("undo", &[("two.cvx", "(def a 10)\n(def b 20)\n"), ("none.cvx", "(+ 1 2)\n")]);
    let left = cvx(&folder, &["--interactive"], &(entries.join("\n") + "\n"));
    let is_meant =
        |line: &&str| line.contains("take back") || line.starts_with("took") || line.ends_with("again");
    left.err.lines().filter(is_meant).map(str::to_owned).collect()
}

#[test]
fn only_what_changed_something_is_taken_back() {
    for (entries, expected) in [
        (&[",undo"][..], &["there is nothing to take back"][..]),
        (&["(+ 1 2)", ",undo"], &["there is nothing to take back"]),
        (&["(def a 1)", "(+ a 1)", "a", "(inc :x)", ",undo"], &["took back entry 1: (def a 1)"]),
        (
            &["(def a 1) (def b\t 2)", ",undo 5", ",undo"],
            &[
                "took back entry 1: (def b 2)",
                "took back entry 1: (def a 1)",
                "there is nothing to take back",
            ],
        ),
        (&["(def a 1)", ",time (def b 2)", ",undo"], &["took back entry 2: (def b 2)"]),
        (
            &["(def a 1)", ",load two.cvx", ",load none.cvx", ",undo", ",undo"],
            &["took back ,load two.cvx", "took back entry 1: (def a 1)"],
        ),
        (
            &["(def a 1)", ",as #13", "(def b 2)", ",as #14", ",undo 2"],
            &["took back entry 2: (def b 2)", "took back entry 1: (def a 1)", "account #11 acts again"],
        ),
        // What is paid for changes coins.
        (&[",costs", "(+ 1 2)", ",undo"], &["took back entry 1: (+ 1 2)"]),
    ] {
        assert_eq!(remarks(entries), expected, "{entries:?}");
    }
}

#[test]
fn what_was_taken_back_is_as_before() {
    let folder = Folder::new("undone", &[("two.cvx", "(def a 10)\n(def b 20)\n")]);
    let entries = "(def a 1)\n,load two.cvx\n,undo\n[a]\n,as #13\n(def c 3)\n,as #11\n,undo\n*address*\n";
    let left = cvx(&folder, &["--interactive"], entries);
    assert!(left.out.contains("#11> [1]\n"), "{}", left.out);
    assert!(left.out.contains("#13> #13"), "the account that was acting acts again: {}", left.out);
}
