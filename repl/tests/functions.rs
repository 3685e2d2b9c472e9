//! Functions show as they were written to people, and as the network prints them to programs.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;

use common::{Folder, cvx};

#[test]
fn functions_show_as_they_were_written_but_to_programs() {
    let folder = Folder::new("functions", &[("f.cvx", "(let [n 5] (fn [x] (+ x n)))\n")]);
    let entries = "(let [n 5] (fn [x] (+ x n)))\n(str (fn [x] x))\n";
    let left = cvx(&folder, &["--interactive"], entries);
    assert!(left.out.contains("#11> (fn [x] (+ x n)) where n = 5\n"), "{}", left.out);
    assert!(left.out.contains("\"(fn [x] %0)\""), "{}", left.out);
    for (args, input) in [
        (&[][..], "(let [n 5] (fn [x] (+ x n)))"),
        (&["run", "f.cvx"], ""),
        (&["eval", "(let [n 5] (fn [x] (+ x n)))"], ""),
    ] {
        assert_eq!(cvx(&folder, args, input).out, "(fn [x] (+ %1 %0))\n", "{args:?}");
    }
    let failing = "(let [n 5] (inc (fn [x] (+ x n))))";
    let left = cvx(&folder, &[], failing);
    assert!(left.err.contains("this is (fn [x] (+ x n)) where n = 5, a Function"), "{}", left.err);
    let left = cvx(&folder, &["eval", "--json", failing], "");
    assert!(left.out.contains("this is (fn [x] (+ %1 %0)), a Function"), "{}", left.out);
}
