//! Runs `cvx fmt` as its users do: files, streams, exit codes.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;

use common::{Folder, cvx};
use std::fs;

const BAD: &str = "(defn f [x]   (+ x\n1))\n";
const GOOD: &str = "(defn f [x]\n  (+ x\n     1))\n";
const UNREADABLE: &str = "(a ]\n(b";

/// Exit code, standard output, standard error.
fn fmt(folder: &Folder, args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let left = cvx(folder, &[&["fmt"], args].concat(), input);
    (left.code, left.out, left.err)
}

fn text_of(folder: &Folder, file: &str) -> String {
    fs::read_to_string(folder.0.join(file)).expect("it is there")
}

#[test]
fn files_are_rewritten_unless_they_do_not_read() {
    let folder = Folder::new("fmt-rewrite", &[("a.cvx", BAD), ("b.cvx", UNREADABLE), ("c.cvx", BAD)]);
    let (code, out, err) = fmt(&folder, &["a.cvx", "b.cvx", "c.cvx"], "");
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("b.cvx:1:4") && err.contains("b.cvx:2:1"), "every error is reported: {err}");
    assert_eq!(text_of(&folder, "a.cvx"), GOOD);
    assert_eq!(text_of(&folder, "b.cvx"), UNREADABLE);
    assert_eq!(text_of(&folder, "c.cvx"), GOOD);
    assert_eq!(fmt(&folder, &["a.cvx", "c.cvx"], ""), (Some(0), String::new(), String::new()));
    assert_eq!(fmt(&folder, &["--width", "20", "a.cvx"], "").0, Some(0));
}

#[test]
fn checks_and_diffs_change_nothing() {
    let files = [("a.cvx", BAD), ("b.cvx", UNREADABLE), ("good.cvx", GOOD)];
    let folder = Folder::new("fmt-check", &files);
    let diff = "--- a.cvx\n+++ a.cvx\n@@ -1,2 +1,3 @@\n-(defn f [x]   (+ x\n-1))\n+(defn f [x]\n+  (+ x\n+     1))\n";
    for (args, code, out) in [
        (&["--check", "a.cvx", "good.cvx"][..], 1, "a.cvx\n"),
        (&["--check", "good.cvx"], 0, ""),
        (&["--check", "b.cvx"], 1, ""),
        (&["--diff", "a.cvx", "good.cvx"], 0, diff),
        (&["--diff", "--check", "a.cvx"], 1, diff),
        (
            &["--check", "--json", "a.cvx", "good.cvx"],
            1,
            "{\"file\":\"a.cvx\",\"formatted\":false}\n{\"file\":\"good.cvx\",\"formatted\":true}\n",
        ),
    ] {
        let (actual, text, err) = fmt(&folder, args, "");
        assert_eq!((actual, text.as_str()), (Some(code), out), "{args:?}\n{err}");
    }
    let (code, out, err) = fmt(&folder, &["--check", "--json", "b.cvx"], "");
    assert_eq!((code, err.as_str()), (Some(1), ""));
    assert!(out.starts_with("{\"file\":\"b.cvx\",\"formatted\":false,\"errors\":["), "{out}");
    assert!(out.contains("\"line\":1,\"column\":4,\"offset\":3") && out.contains("\"line\":2"), "{out}");
    for (file, text) in files {
        assert_eq!(text_of(&folder, file), text);
    }
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new("fmt-stdin", &[]);
    assert_eq!(fmt(&folder, &["--stdin"], BAD), (Some(0), GOOD.to_owned(), String::new()));
    assert_eq!(fmt(&folder, &["--stdin", "--check"], BAD).0, Some(1));
    let (code, out, err) = fmt(&folder, &["--stdin"], UNREADABLE);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("stdin:1:4"), "{err}");
}

#[test]
fn wrong_usage() {
    let folder = Folder::new("fmt-usage", &[("a.cvx", BAD)]);
    for args in
        [&[][..], &["none.cvx"], &["--stdin", "a.cvx"], &["--json", "a.cvx"], &["--width", "3", "a.cvx"]]
    {
        let (code, out, err) = fmt(&folder, args, "");
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(!err.is_empty());
    }
    assert_eq!(text_of(&folder, "a.cvx"), BAD);
}

/// Folders stand for the files in them, and each file has the style of its project.
#[test]
fn projects_choose_the_width() {
    const LONG: &str = "(assoc {} :first 1 :second 2)\n";
    const NARROW: &str = "(assoc {}\n       :first\n       1\n       :second\n       2)\n";
    let folder = Folder::new("fmt-project", &[("a.cvx", LONG), ("cvx.toml", "[fmt]\nwidth = 20\n")]);
    let inner = folder.0.join("inner/own");
    fs::create_dir_all(&inner).expect("there is room");
    fs::write(folder.0.join("inner/b.cvx"), LONG).expect("there is room");
    fs::write(inner.join("c.cvx"), LONG).expect("there is room");
    fs::write(inner.join("cvx.toml"), "").expect("there is room");
    assert_eq!(fmt(&folder, &["--stdin"], LONG).1, NARROW);
    assert_eq!(
        fmt(&folder, &["--check", "."], ""),
        (Some(1), "a.cvx\ninner/b.cvx\n".to_owned(), String::new())
    );
    assert_eq!(fmt(&folder, &["--check", "--width", "40", "."], "").0, Some(0));
    assert_eq!(fmt(&folder, &["."], "").0, Some(0));
    assert_eq!(
        ["a.cvx", "inner/b.cvx", "inner/own/c.cvx"].map(|file| text_of(&folder, file)),
        [NARROW, NARROW, LONG]
    );
    fs::write(folder.0.join("cvx.toml"), "[fmt]\nwidht = 20\n").expect("there is room");
    let (code, out, err) = fmt(&folder, &["a.cvx"], "");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("cvx.toml:2:1") && err.contains("did you mean `width`?"), "{err}");
}
