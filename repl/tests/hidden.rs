//! Characters that do not show, in all that the tools are given: none of them comes out raw where people read.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;
#[cfg(unix)]
#[path = "common/terminal.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod terminal;

use common::{Folder, cvx};
use std::fs;

/// Orders to a terminal, controls of other kinds, and what has no width or no sign.
const HOSTILE: &str = "\u{1b}]0;pwn\u{7}\u{1b}[31m\u{8}\u{1}\u{b}\u{c}\r\u{7f}\u{85}\u{9b}2J\u{ad}\u{61c}\u{200e}\u{200f}\
    \u{200b}\u{200c}\u{200d}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{fff9}\u{fe0f}\u{e0041}x";

/// The text that begins what is shown of it.
const SHOWN: &str = "\\u001b]0;pwn\\u0007\\u001b[31m\\u0008";

/// Whether a character must not be shown as it is. Line ends and tabs may be.
fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn assert_clean(what: &str, text: &str) {
    let found: Vec<char> = text.chars().filter(|c| is_forbidden(*c)).collect();
    assert!(found.is_empty(), "{what}: {found:x?} in\n{text:?}");
}

/// A name of a file with all of it, and a line end and a tab.
fn file_name(end: &str) -> String {
    format!("a{HOSTILE}\n\tb{end}")
}

const CODE: &str = "(def n 1)\n;; H\n(defn f [x] (cond (= x \"H\") \"H\" (str \"H\" x))) ; H\n";
const FAILS: &str = ";; H\n(def x 1)\n(let [y \"H\"] (fail :X \"H\")) ; H\n";
const FORMATTED_BADLY: &str = "(def   x \"H\")   ; H\n(def y   2)\n";
const UNREADABLE: &str = "(def x \"H\") H ; H\n";
const DOCUMENTED: &str = ";; About H.\n\n(def ^{:doc {:description \"H\" :signature [{:params [a]}] :errors {:X \"H\"} \
    :examples [{:code \"(str \\\"H\\\")\" :result \"\\\"no\\\"\"}]}} g 1) ; H\n\n(+ 1 1) ;=> 3 \"H\"\n";
const SUSPECT: &str = "(defn f [x] (str \"H\" nowhere)) ; H\n(f \"H\" 2)\n";
const TESTS: &str = "(load \"code.cvx\")\n(given t \"H\")\n(deftest a (is (= \"H\" (f \"y\")) \"H\") (is (= {\"H\" 1} {\"H\" 2 :b \"H\"})))\n\
    (deftest b (is (fail \"H\" \"H\")) (is (fail (symbol \"H\") \"H\")))\n(deftest c (is (= \"H\" (f \"H\"))))\n(deftest d (throws \"H\" 1))\n\
    (property p [s :string] (is (= s \"H\")))\n";
const PASSES: &str = "(load \"LOADED\")\n(deftest c (is (= \"H\" (f \"H\"))))\n";

fn folder(name: &str) -> (Folder, String) {
    let folder = Folder::new(name, &[]);
    let strange = file_name(".cvx");
    let loaded = file_name(".loaded.cvx");
    let write = |file: &str, text: &str| {
        // A carriage return would end a comment.
        let text = text.replace("LOADED", &loaded).replace('H', &HOSTILE.replace('\r', ""));
        fs::write(folder.0.join(file), text).expect("there is room");
    };
    for (file, text) in [
        (strange.as_str(), FAILS),
        ("code.cvx", CODE),
        (loaded.as_str(), CODE),
        ("fmt.cvx", FORMATTED_BADLY),
        ("unreadable.cvx", UNREADABLE),
        ("doc.cvx", DOCUMENTED),
        ("suspect.cvx", SUSPECT),
        ("value.cvx", "[\"H\" (symbol \"H\") (str \"H\" 1)]\n"),
        ("tests.test.cvx", TESTS),
        (file_name(".test.cvx").as_str(), PASSES),
        ("empty/cvx.toml", ""),
    ] {
        if let Some((parent, _)) = file.split_once('/') {
            fs::create_dir_all(folder.0.join(parent)).expect("there is room");
        }
        write(file, text);
    }
    fs::write(folder.0.join("empty/cvx.toml"), format!("[fmt]\nwidth = \"{}\"\n", "\u{202e}"))
        .expect("there is room");
    fs::write(folder.0.join("empty/a.cvx"), "1\n").expect("there is room");
    (folder, strange)
}

/// Forms whose errors and values hold such characters in all places.
const FORMS: &[&str] = &[
    "(fail :X \"H\")",
    "(fail \"H\" \"H\")",
    "(fail (symbol \"H\") [\"H\"])",
    "(fail (keyword \"H\") \\H)",
    "(inc \"H\")",
    "(eval (symbol \"H\"))",
    "(eval (list (symbol \"H\") \"H\"))",
    "((fn [a b] 1) \"H\")",
    "(do (def f (fn [x] (inc x))) (f \"H\"))",
    "(let [[a b] \"H\"] a)",
    "(assert (= \"H\" 1))",
    "(call #13 (H))",
    "(call \"H\" (f))",
    "(get [1 \"H\"] 7) ; H",
    "(eval (list 'def (symbol \"H\") (list 'fail :X 1)))",
    "(do (eval (list 'def (symbol \"H\") 1)) (fail :X 1))",
    "(defmacro m [x] (fail :X \"H\"))",
    "(m \"H\")",
    "(import H)",
    "H",
    "\"H",
    "#H",
    "\\H",
];

/// Commands with their input; whether they print a value on standard output, which is as the network prints it.
fn commands(strange: &str) -> Vec<(Vec<String>, String, bool)> {
    let tests = file_name(".test.cvx");
    let mut commands = Vec::new();
    let mut add = |args: &[&str], input: &str, is_value: bool| {
        let args = args
            .iter()
            .map(|arg| arg.replace('H', HOSTILE).replace("FILE", strange).replace("TESTS", &tests))
            .collect();
        commands.push((args, input.replace('H', HOSTILE), is_value));
    };
    for form in FORMS {
        add(&["eval", form], "", true);
        add(&["eval", "--json", form], "", false);
        add(&["run", "-"], form, true);
        add(&["repl"], &format!("{form}\n1\n"), true);
        add(&["repl", "--json"], &format!("{form}\n1\n"), false);
        add(&["--interactive"], &format!("{form}\n"), true);
    }
    for args in [
        &["run", "FILE"][..],
        &["run", "--json", "FILE"],
        &["run", "--costs", "FILE"],
        &["run", "--json", "value.cvx"],
        &["run", "H"],
        &["run", "--as", "H", "FILE"],
        &["run", "unreadable.cvx"],
        &["check", "FILE", "suspect.cvx", "unreadable.cvx"],
        &["check", "--json", "FILE", "suspect.cvx", "unreadable.cvx"],
        &["check", "--sarif", "-", "FILE", "suspect.cvx", "unreadable.cvx"],
        &["check", "--rule", "H"],
        &["check", "H"],
        &["fmt", "--diff", "fmt.cvx", "FILE"],
        &["fmt", "--check", "fmt.cvx", "FILE"],
        &["fmt", "--json", "--check", "fmt.cvx", "FILE", "unreadable.cvx"],
        &["fmt", "--check", "unreadable.cvx", "H"],
        &["fmt", "--check", "empty/a.cvx"],
        &["test", "."],
        &["test", "--json", "."],
        &["test", "--coverage", "--annotate", "--costs", "."],
        &["test", "--lcov", "lcov", "--junit", "junit", "--baseline", "baseline", "."],
        &["test", "--baseline", "baseline", "."],
        &["test", "--mutate", "TESTS"],
        &["test", "H"],
        &["test", "--filter", "H", "."],
        &["doc", "doc.cvx", "FILE"],
        &["doc", "--json", "doc.cvx"],
        &["doc", "--check", "doc.cvx"],
        &["doc", "H"],
        &["doc", "H/x"],
        &["doc", "@H"],
        &["doc", "unreadable.cvx"],
        &["explain", "H"],
        &["bench", "FILE"],
        &["bench", "value.cvx"],
        &["bench", "--json", "value.cvx", "FILE"],
        &["decode", "H"],
        &["encode", "(fail :X \"H\")"],
        &["hash", "(fail :X \"H\")"],
        &["key", "show", "H"],
        &["--genesis", "H", "eval", "1"],
        &["--genesis", "FILE", "eval", "1"],
        &["genesis", "--governance", "H", "H"],
        &["H"],
        &["--H"],
        &["run", "--H"],
        &["eval", "1", "H"],
    ] {
        add(args, "", false);
    }
    let json = |fields: serde_json::Value| fields.to_string() + "\n";
    let hostile = |text: &str| text.replace('H', HOSTILE);
    add(&["eval", "--jsonl"], &json(serde_json::json!({"src": hostile("(fail :X \"H\")")})), false);
    add(&["eval", "--jsonl"], &json(serde_json::json!({"src": hostile("[\"H\"]")})), false);
    add(&["eval", "--jsonl"], "H\n{\"H\": 1}\n", false);
    add(&["tx", "--jsonl"], &json(serde_json::json!({"txs": [[11, hostile("(fail \"H\" \"H\")")]]})), false);
    add(&["decode", "--jsonl"], "{\"hex\": \"31037f1b0b\"}\n", false);
    add(
        &["--interactive"],
        ",doc H\n,H\n,load H\n,load FILE\n,explain H\n,as H\n,time (fail :X \"H\")\n,undo H\n,costs on\n(fail \"H\" \"H\")\n\
         (eval (list 'def (symbol \"H\") 1))\n,defs\n,doc x\n",
        true,
    );
    commands
}

#[test]
fn no_command_lets_them_out() {
    let (folder, strange) = folder("hidden");
    let mut shown = 0;
    for (args, input, is_value) in commands(&strange) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let left = cvx(&folder, &args, &input);
        let what = format!("{args:?} {input:?}");
        assert_ne!(left.code, Some(101), "{what}: {}", left.err);
        assert_clean(&what, &left.err);
        if !is_value {
            assert_clean(&what, &left.out);
        }
        shown += usize::from((left.err + &left.out).contains(SHOWN));
    }
    // JSON has escapes of its own for some of them; most others tell of the text.
    assert!(shown > 80, "{shown}");
    for file in ["lcov", "junit", "baseline"] {
        let text = fs::read_to_string(folder.0.join(file)).expect("it was written");
        assert_clean(file, &text);
        assert!(text.contains("\\u202e"), "{file}: {text}");
    }
    let lcov = fs::read_to_string(folder.0.join("lcov")).expect("it was written");
    assert!(lcov.contains("\nDA:3,"), "{lcov}");
}

#[test]
fn values_in_a_pipe_stay_as_they_are() {
    let folder = Folder::new("hidden-values", &[]);
    let left = cvx(&folder, &["eval", &format!("\"{HOSTILE}\"")], "");
    let printed = HOSTILE.replace('\u{8}', "\\b").replace('\u{c}', "\\f").replace('\r', "\\r");
    assert_eq!((left.out, left.code), (format!("\"{printed}\"\n"), Some(0)));
}

#[test]
fn excerpts_point_at_what_is_shown() {
    let folder =
        Folder::new("hidden-excerpt", &[("a.cvx", "[\"\u{1b}\u{200b}\" (inc \"\u{7f}\")] ; \u{202e}\r\n")]);
    let left = cvx(&folder, &["run", "a.cvx"], "");
    for line in [
        "   ╭─[ a.cvx:1:12 ]",
        " 1 │ [\"\\u001b\\u200b\" (inc \"\\u007f\")] ; \\u202e",
        "   │                      ────┬───",
    ] {
        assert!(left.err.lines().any(|seen| seen.starts_with(line)), "{line} in\n{}", left.err);
    }
}

#[cfg(unix)]
#[test]
fn no_terminal_gets_them() {
    use terminal::{Terminal, plain};
    let (folder, strange) = folder("hidden-terminal");
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let args: Vec<String> =
            args.iter().map(|arg| arg.replace('H', HOSTILE).replace("FILE", &strange)).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Terminal::run(&folder.0, &args, 80, variables).ends().0.replace("\r\n", "\n")
    };
    for args in [
        &["eval", "[\"H\" \\a (symbol \"H\")]"][..],
        &["eval", "(fail :X \"H\")"],
        &["eval", "--json", "\"H\""],
        &["run", "value.cvx"],
        &["run", "FILE"],
        &["decode", "31037f1b0b"],
        &["test", "."],
        &["test", "--coverage", "--annotate", "."],
        &["check", "suspect.cvx", "FILE"],
        &["fmt", "--diff", "fmt.cvx"],
        &["doc", "doc.cvx"],
        &["bench", "value.cvx"],
        &["--H"],
    ] {
        let shown = run(args, &[("NO_COLOR", "1")]);
        assert_clean(&format!("{args:?}"), &shown);
        assert!(!shown.is_empty(), "{args:?}");
        // With colours there is nothing else but these.
        let shown = run(args, &[]);
        assert!(!shown.contains("\u{1b}]"), "{args:?}: {shown:?}");
        let codes: Vec<&str> = shown
            .split("\u{1b}[")
            .skip(1)
            .filter_map(|code| code.split_once('m'))
            .map(|code| code.0)
            .collect();
        assert!(
            codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_digit() || b == b';')),
            "{args:?}: {codes:?}"
        );
        assert_clean(&format!("{args:?}"), &plain(&shown));
    }
    // At the prompt what is pasted is not shown raw either.
    let prompt = Terminal::run(&folder.0, &[], 80, &[]);
    prompt.sees("#11> ");
    let pasted = "\u{202e}\u{200b}\u{9b}2J\u{7f}";
    prompt.types(&format!("\u{1b}[200~(str \"{pasted}\" 1000)\u{1b}[201~\r"));
    prompt.sees("\"\\u202e\\u200b\\u009b2J\\u007f1000\"");
    prompt.types(
        "(eval (list 'def (symbol \"\\u202ez\") 12))\r\"\u{202e}\"\r,defs\r(fail :X \"\\u001b[5n\")\r\u{4}",
    );
    let (shown, code) = prompt.ends();
    assert_eq!(code, Some(0));
    let shown = plain(&shown).replace("\r\n", "\n").replace('\r', "");
    // The editor itself rings the bell.
    assert_clean("the prompt", &shown.replace('\u{7}', ""));
    for part in ["torus \\u202ez\n", "\\u001b[5n", "\n\"\\u202e\"\n"] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
}
