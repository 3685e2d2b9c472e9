//! What the commands do to files: what is read, what is written, and what stays when that fails.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;

use common::{Folder, cvx};
use std::fs;

const TEST: &str = "(load \"actor.cvx\")\n(deftest t (is (= 1 x)))\n";

#[test]
#[cfg(unix)]
fn every_command_that_writes_leaves_what_was_there_when_it_fails() {
    use std::process::Command;
    // Long enough that no report of it fits in what may be written.
    let tests: String = (0..400).map(|n| format!("(deftest a-test-{n} (is (= {n}   {n})))\n")).collect();
    let code: String = (0..900).map(|n| format!("(def   some-name-{n} (fn [a] (inc a 1)))\n")).collect();
    let names = ["a.cvx", "a.test.cvx", "old"];
    for args in [
        "fmt a.cvx",
        "check --sarif old a.cvx",
        "test --junit old .",
        "test --lcov old .",
        "test --baseline old --update-baseline .",
        "genesis --out old",
        "genesis --hex --out old",
    ] {
        let old = if args.contains("baseline") { "# baseline\n" } else { "old" };
        let tests = format!("(load \"a.cvx\")\n{tests}");
        let files = [("a.cvx", code.as_str()), ("a.test.cvx", &tests), ("old", old)];
        let folder = Folder::new("write-fails", &files);
        for name in ["old", "new"] {
            // Without `trap`: the process must not be ended in the middle of a write.
            let script = "ulimit -f 4; exec \"$0\" $1";
            let mut shell = Command::new("sh");
            shell.args(["-c", script, env!("CARGO_BIN_EXE_cvx")]).arg(args.replace("old", name));
            let output = shell.current_dir(&folder.0).env("CVX_CACHE", "/dev/null/none").output();
            let output = output.expect("there is a shell");
            let err = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(1 | 2)), "{args}: {:?}\n{err}", output.status);
            assert!(err.contains("cannot write") || err.contains("is no baseline"), "{args}:\n{err}");
            for (file, text) in files {
                assert_eq!(
                    fs::read_to_string(folder.0.join(file)).ok().as_deref(),
                    Some(text),
                    "{args}: {file}"
                );
            }
            let mut left: Vec<_> = fs::read_dir(&folder.0)
                .expect("it is there")
                .flatten()
                .map(|entry| entry.file_name())
                .collect();
            left.sort();
            assert_eq!(left, names, "{args}");
        }
    }
}

#[test]
#[cfg(unix)]
fn formatting_keeps_permissions_links_and_what_files_begin_with() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let script = "\u{feff}#!/usr/bin/env cvx\n(def   x 1)\n";
    let folder = Folder::new("fmt-keeps", &[("script.cvx", script), ("mark.cvx", "\u{feff}(def   x 1)")]);
    let path = folder.0.join("script.cvx");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).expect("it is ours");
    symlink("script.cvx", folder.0.join("link.cvx")).expect("there is room");
    assert_eq!(cvx(&folder, &["fmt", "link.cvx", "mark.cvx"], "").code, Some(0));
    assert!(folder.0.join("link.cvx").is_symlink());
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o751);
    let text = |name: &str| fs::read_to_string(folder.0.join(name)).expect("it is text");
    assert_eq!(text("script.cvx"), "\u{feff}#!/usr/bin/env cvx\n(def x 1)\n");
    assert_eq!(text("mark.cvx"), "\u{feff}(def x 1)\n");
    assert_eq!(cvx(&folder, &["fmt", "--check", "."], "").code, Some(0));
}

#[test]
fn files_begin_with_a_mark_or_an_interpreter() {
    let script = "\u{feff}#!/usr/bin/env cvx\n; cvx: data\n(+ 1 2)\n";
    let files = [
        ("a.cvx", script),
        ("b.cvx", "\u{feff}(inc :a)"),
        ("a.test.cvx", "#!x\n(load \"a.cvx\")(deftest t (is true))"),
    ];
    let folder = Folder::new("begin", &files);
    for args in [&["./a.cvx"][..], &["a.cvx"], &["run", "a.cvx"], &["run", "-"], &["--json", "./a.cvx"]] {
        let left = cvx(&folder, args, script);
        assert!(left.code == Some(0) && left.out.contains('3'), "{args:?}: {}{}", left.out, left.err);
    }
    assert_eq!(cvx(&folder, &[], script).out, "3\n");
    for args in [&["check", "a.cvx"][..], &["check", "-"], &["test"], &["doc", "--check", "a.cvx"]] {
        let left = cvx(&folder, args, script);
        assert_eq!(left.code, Some(0), "{args:?}: {}{}", left.out, left.err);
    }
    assert!(cvx(&folder, &["run", "b.cvx"], "").err.contains("b.cvx:1:6"));
    // Only files have these, and only at their beginning.
    assert_eq!(cvx(&folder, &["eval", "#!x\n1"], "").code, Some(1));
    assert_eq!(cvx(&folder, &[], "1\n#!x\n").code, Some(1));
    let left = cvx(&folder, &["fmt", "-"], "#!x\n(a   b)");
    assert_eq!((left.code, left.out.as_str()), (Some(0), "#!x\n(a b)\n"));
}

#[test]
#[cfg(unix)]
fn devices_folders_and_endless_input_are_refused() {
    let loads = "(load \"/dev/zero\")\n(deftest t (is true))";
    let folder = Folder::new("devices", &[("a.test.cvx", loads)]);
    fs::create_dir_all(folder.0.join("folder.cvx")).expect("there is room");
    for args in [
        &["run", "/dev/zero"][..],
        &["/dev/zero"],
        &["fmt", "/dev/zero"],
        &["check", "/dev/zero"],
        &["bench", "/dev/zero"],
        &["test", "/dev/zero"],
        &["test", "--baseline", "/dev/zero", "a.test.cvx"],
        &["eval", "--genesis", "/dev/zero", "1"],
        &["run", "folder.cvx"],
        &["test", "a.test.cvx"],
        &["check", "a.test.cvx"],
    ] {
        let left = cvx(&folder, args, "");
        assert!(matches!(left.code, Some(1 | 2)), "{args:?}: {}{}", left.out, left.err);
    }
    for args in
        [&["run", "-"][..], &["fmt", "-"], &["check", "-"], &[], &["eval", "--jsonl"], &["decode", "--jsonl"]]
    {
        let args: Vec<&str> = args.iter().copied().chain(["--max-source", "1KiB"]).collect();
        let left = cvx(&folder, &args, &" ".repeat(2000));
        let told = left.err + &left.out;
        assert!(
            left.code == Some(2) && told.contains("longer than 1KiB; `--max-source SIZE`"),
            "{args:?}: {told}"
        );
        let args: Vec<&str> = args[..args.len() - 1].iter().copied().chain(["3KiB"]).collect();
        assert!(!cvx(&folder, &args, &" ".repeat(2000)).err.contains("longer"), "{args:?}");
    }
}

#[test]
#[cfg(unix)]
fn loads_stay_in_the_project() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("project", &[("out.cvx", "(def x 1)")]);
    let inner = folder.0.join("inner");
    fs::create_dir_all(inner.join("deep")).expect("there is room");
    symlink("../out.cvx", inner.join("link.cvx")).expect("there is room");
    fs::write(inner.join("in.cvx"), "(def x 1)").expect("there is room");
    for (path, is_loaded) in [("../in.cvx", true), ("../../out.cvx", false), ("../link.cvx", false)] {
        let test = format!("(load \"{path}\")\n(deftest t (is (= 1 x)))\n");
        fs::write(inner.join("deep/a.test.cvx"), test).expect("there is room");
        let _ = fs::remove_file(inner.join("cvx.toml"));
        assert_eq!(cvx(&folder, &["test"], "").code, Some(0), "{path}: there is no project");
        fs::write(inner.join("cvx.toml"), "").expect("there is room");
        let left = cvx(&folder, &["test"], "");
        assert_eq!(left.code == Some(0), is_loaded, "{path}: {}{}", left.out, left.err);
        assert!(is_loaded || left.out.contains("outside of the project's folder"), "{path}: {}", left.out);
        let left = cvx(&folder, &["check", "inner/deep/a.test.cvx"], "");
        assert_eq!(left.code == Some(0), is_loaded, "{path}: {}{}", left.out, left.err);
    }
}

#[test]
#[cfg(unix)]
fn reports_never_overwrite_what_is_read() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("overwrite", &[("actor.cvx", "(def x 1)\n"), ("a.test.cvx", TEST)]);
    symlink("actor.cvx", folder.0.join("link")).expect("there is room");
    fs::hard_link(folder.0.join("a.test.cvx"), folder.0.join("hard")).expect("there is room");
    fs::create_dir_all(folder.0.join("d")).expect("there is room");
    assert_eq!(cvx(&folder, &["genesis", "--out", "state"], "").code, Some(0));
    let state = fs::read(folder.0.join("state")).expect("it was written");
    for args in [
        "test --junit actor.cvx",
        "test --junit link",
        "test --lcov hard",
        "test --lcov d/../a.test.cvx",
        "test --baseline new actor.cvx --junit d/../new a.test.cvx",
        "test --genesis state --junit state",
        "check --sarif actor.cvx actor.cvx",
        "check --sarif link .",
        "check --sarif hard a.test.cvx",
        "check --genesis state --sarif state .",
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let left = cvx(&folder, &args, "");
        assert_eq!(left.code, Some(2), "{args:?}: {}{}", left.out, left.err);
        assert_eq!(fs::read_to_string(folder.0.join("actor.cvx")).expect("it is there"), "(def x 1)\n");
        assert_eq!(fs::read_to_string(folder.0.join("a.test.cvx")).expect("it is there"), TEST);
        assert_eq!(fs::read(folder.0.join("state")).expect("it is there"), state);
    }
    assert_eq!(cvx(&folder, &["test", "--junit", "new", "a.test.cvx"], "").code, Some(0));
    assert_eq!(
        cvx(&folder, &["test", "--junit", "new", "a.test.cvx"], "").code,
        Some(0),
        "reports are replaced"
    );
}

#[test]
fn what_does_not_read_is_reported_twenty_times() {
    const MANY: usize = 100_000;
    let text = ")".repeat(MANY);
    let lines = ")\n".repeat(MANY);
    let folder = Folder::new("many", &[("a.cvx", &text), ("b.cvx", &lines)]);
    let more = "and 99,980 more places do not read";
    for args in [
        &[][..],
        &["run", "-"],
        &["run", "b.cvx"],
        &["check", "-"],
        &["check", "a.cvx"],
        &["fmt", "-"],
        &["doc", "a.cvx"],
    ] {
        let left = cvx(&folder, args, &text);
        let count = left.err.matches("closes nothing").count();
        assert!(
            count == 20 && left.err.contains(more),
            "{args:?}: {count}\n{}",
            &left.err[..left.err.len().min(9_000)]
        );
    }
    assert!(cvx(&folder, &[], &lines).err.contains(more));
    let few = cvx(&folder, &[], &")\n1\n".repeat(20));
    assert!(!few.err.contains("more places") && few.out.lines().count() == 20);
    for args in [&["repl", "--json"][..], &["run", "--json", "-"], &["check", "--json", "-"]] {
        let left = cvx(&folder, args, &text);
        assert!(left.out.lines().count() == 21 && left.out.contains(more), "{args:?}");
    }
    let left = cvx(&folder, &["fmt", "--check", "--json", "-"], &text);
    assert!(left.out.contains("\"more_errors\":99980"), "{}", left.out.len());
}

#[test]
fn names_that_an_unread_file_may_define_are_reported_with_it() {
    let files = [("a.cvx", "(def x 1"), ("b.cvx", "(inc y)\n"), ("c.cvx", "(inc 1 2)\n")];
    let folder = Folder::new("unread", &files);
    let left = cvx(&folder, &["check", "."], "");
    assert_eq!(left.code, Some(2), "{}", left.err);
    for part in
        ["a.cvx:1:1", "[undeclared]", "b.cvx:1:6", "`a.cvx` could not be read and may define it", "[arity]"]
    {
        assert!(left.err.contains(part), "{part}:\n{}", left.err);
    }
    assert_eq!(cvx(&folder, &["check", "a.cvx", "c.cvx"], "").code, Some(1), "no name is uncertain");
    fs::write(folder.0.join("a.cvx"), b"\xff").expect("there is room");
    for args in [&["check", "."][..], &["check", "c.cvx", "a.cvx"]] {
        let left = cvx(&folder, args, "");
        assert!(
            left.code == Some(2) && left.err.contains("not UTF-8") && left.err.contains("[arity]"),
            "{}",
            left.err
        );
    }
}

#[test]
fn the_prompt_tells_the_state_that_it_begins_with() {
    let folder = Folder::new("banner", &[]);
    assert_eq!(cvx(&folder, &["genesis", "--out", "mine.state"], "").code, Some(0));
    let left = cvx(&folder, &["--genesis", "mine.state", "--interactive"], "");
    assert!(left.out.contains("on the state in mine.state, as account #11"), "{}", left.out);
    assert!(cvx(&folder, &["--interactive"], "").out.contains("on a fresh local state"));
}
