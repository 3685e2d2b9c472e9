//! Runs `cvx check` as its users do.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;

use common::{Folder, cvx};
use serde_json::Value as Json;
use std::fs;

const BAD: &str = "(def n 1)\n(inc n 2)\n";
const PAGE: &str = "# Page\n\n```clojure\n(def total 0)\n=> 0\n```\n\nThen:\n\n```clojure\n(inc totl)\n```\n";

#[test]
fn findings_and_exit_codes() {
    let files = [
        ("good.cvx", "(def n 1)\n"),
        ("bad.cvx", BAD),
        ("unreadable.cvx", "(a"),
        ("allowed.cvx", "(inc 1 2) ; cvx: allow arity\n"),
        ("page.md", PAGE),
    ];
    let folder = Folder::new("check", &files);
    for (args, code, out, err) in [
        (&["check", "good.cvx", "allowed.cvx"][..], 0, "", ""),
        (&["check", "bad.cvx"], 1, "", "[arity] Error"),
        (&["check", "unreadable.cvx"], 1, "", "unreadable.cvx:1:1"),
        (&["check", "page.md"], 1, "", "page.md:11:6"),
        (&["check", "."], 1, "", "2 findings"),
        (&["check", "--rule", "arity"], 0, "### arity\n", ""),
        (&["check", "--rule", "arty"], 2, "", "Did you mean `arity`?"),
        (&["check", "--rules"], 0, "unchecked-caller   ", ""),
        (&["check", "none.cvx"], 2, "", "none.cvx"),
        (&["check"], 2, "", "Usage"),
    ] {
        let left = cvx(&folder, args, "");
        assert_eq!(left.code, Some(code), "{args:?}: {}{}", left.out, left.err);
        assert!(left.out.contains(out) && left.err.contains(err), "{args:?}: {}{}", left.out, left.err);
    }
    assert!(cvx(&folder, &["check", "-"], BAD).err.contains("stdin:2:1"));
}

#[test]
fn programs_get_data() {
    let folder = Folder::new("check-data", &[("bad.cvx", BAD), ("unreadable.cvx", "(a")]);
    let left = cvx(&folder, &["check", "--json", "bad.cvx", "unreadable.cvx"], "");
    let lines: Vec<Json> =
        left.out.lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect();
    let [read, arity] = lines.as_slice() else { panic!("{}", left.out) };
    assert_eq!((&read["rule"], &read["file"]), (&"read".into(), &"unreadable.cvx".into()));
    assert_eq!((&arity["rule"], &arity["severity"]), (&"arity".into(), &"error".into()));
    assert_eq!((&arity["line"], &arity["column"], &arity["end_column"]), (&2.into(), &1.into(), &10.into()));
    assert!(left.err.is_empty() && left.code == Some(1));

    assert_eq!(cvx(&folder, &["check", "--sarif", "out.sarif", "bad.cvx"], "").code, Some(1));
    let log = fs::read_to_string(folder.0.join("out.sarif")).expect("it was written");
    let log: Json = serde_json::from_str(&log).expect("it is an object");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!((&log["version"], &result["ruleId"]), (&"2.1.0".into(), &"arity".into()));
    let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("a number");
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "arity");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&"bad.cvx".into(), &2.into())
    );
}
