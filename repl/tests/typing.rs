//! Types at the prompt, at a pseudo-terminal: nothing of what is typed is lost, however fast it comes.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests start processes and measure time")]

#[path = "common/terminal.rs"]
mod terminal;

use std::time::Duration;
use terminal::{Terminal, plain};

/// A prompt that waits for the first entry.
fn prompt(variables: &[(&str, &str)]) -> Terminal {
    let terminal = Terminal::run(&std::env::temp_dir(), &[], 80, variables);
    terminal.sees("#11> ");
    terminal
}

/// Types all at once, then leaves; what was shown without control sequences.
fn shown(keys: &str, variables: &[(&str, &str)]) -> String {
    let terminal = prompt(variables);
    terminal.types(keys);
    let (shown, code) = terminal.ends();
    assert_eq!(code, Some(0), "{shown:?}");
    plain(&shown)
}

/// Whether a value was printed on a line of its own. What is typed never is: the prompt stands before it.
fn has_value(shown: &str, value: &str) -> bool {
    shown.lines().any(|line| line.trim_end_matches('\r') == value)
}

#[test]
fn all_forms_of_a_burst_run() {
    for (what, keys) in [
        ("returns", "(def a 1000)\r(def b 234)\r(+ a b)\r"),
        ("line feeds", "(def a 1000)\n(def b 234)\n(+ a b)\n"),
        ("both", "(def a 1000)\r\n(def b 234)\r\n(+ a b)\r\n"),
        ("a paste", "\x1b[200~(def a 1000)\r(def b 234)\r(+ a b)\x1b[201~\r"),
        ("a paste with both", "\x1b[200~(def a 1000)\r\n(def b 234)\r\n(+ a b)\r\n\x1b[201~\r"),
        ("two pastes", "\x1b[200~(def a 1000)\x1b[201~\r\x1b[200~(def b 234)\n\x1b[201~\r(+ a b)\r"),
        ("several lines", "(def a\r  1000)\r(def b\n 234)\r(+\r\n a\r\n b)\r"),
        ("Ctrl-C", "(def a 1000)\r(broken [\x03(def b 234)\r\x03(+ a b)\r"),
        ("Ctrl-C within lines", "(def a 1000)\r(broken\r\r{\x03\x03(def b 234)\r(+ a b)\r"),
        ("Ctrl-D within a line", "(def a 1000)\r(def b 234x\x1b[D\x04)\r(+ a b)\r"),
        ("an error between", "(def a 1000)\r(inc :a)\r)\r(def b 234)\r(+ a b)\r"),
        ("a directive between", "(def a 1000)\r,doc map\r(def b 234)\r,time (+ a b)\r"),
    ] {
        let shown = shown(&format!("{keys}\x04"), &[]);
        assert!(has_value(&shown, "1234"), "{what}: {shown}");
    }
}

#[test]
fn an_end_of_input_ends_there() {
    let shown = shown("(+ 1000 234)\r\x04(+ 2000 345)\r", &[]);
    assert!(has_value(&shown, "1234") && !has_value(&shown, "2345"), "{shown}");
}

#[test]
fn a_dumb_terminal_takes_bursts_too() {
    for keys in ["(def a 1000)\r(def b 234)\r(+ a b)\r", "(def a\r\n 1000)\r\n(def b 234)\r\n(+ a b)\r\n"] {
        let terminal = prompt(&[("TERM", "dumb")]);
        terminal.types(keys);
        terminal.sees("1234\r\n");
        assert!(terminal.edits_lines());
        terminal.types("\x04");
        let (shown, code) = terminal.ends();
        assert_eq!((code, shown.contains('\x1b')), (Some(0), false), "{shown:?}");
    }
}

#[test]
fn more_than_the_kernel_keeps_is_kept() {
    // Many lines, and one line that is longer than a terminal takes in its usual mode.
    let definitions: String = (0..250).map(|i| format!("(def count-of-things-{i} (+ 1 {i}))\r")).collect();
    let long = "x".repeat(9_000);
    let keys = format!("{definitions}(+ count-of-things-0 count-of-things-249)\r(count \"{long}\")\r\x04");
    let shown = shown(&keys, &[]);
    assert!(has_value(&shown, "251") && has_value(&shown, "9000"), "{shown}");
}

#[test]
fn what_comes_while_a_form_runs_waits() {
    let terminal = prompt(&[]);
    terminal.types("(loop [i 0] (cond (< i 50000) (recur (inc i)) [:done i]))\r");
    std::thread::sleep(Duration::from_millis(30));
    let long = "x".repeat(9_000);
    terminal.types(&format!("(def a 1000)\r(def b\r 234)\r(count \"{long}\")\r(broken\x16\x03"));
    std::thread::sleep(Duration::from_millis(30));
    terminal.types("\x03(+ a b)\r");
    terminal.sees("\n1234\r");
    terminal.types("\x04");
    let (shown, code) = terminal.ends();
    let shown = plain(&shown);
    assert_eq!(code, Some(0), "{shown}");
    assert!(has_value(&shown, "[:done 50000]") || shown.contains(":INTERRUPTED"), "{shown}");
    assert!(has_value(&shown, "9000"), "{shown}");
}

#[test]
fn an_interrupt_stops_the_form_and_nothing_else() {
    let terminal = prompt(&[]);
    terminal.types("(loop [] (recur))\r");
    terminal.sees("(recur))");
    std::thread::sleep(Duration::from_millis(20));
    terminal.types("(def later 1233)\r");
    terminal.types("\x03");
    terminal.types("(inc later)\r");
    terminal.sees("\n1234\r");
    terminal.types("\x04");
    assert_eq!(terminal.ends().1, Some(0));
}

#[test]
fn the_terminal_is_given_back_as_it_was() {
    let terminal = prompt(&[]);
    terminal.types("(+ 1 1233)\r");
    terminal.sees("\n1234\r");
    assert!(!terminal.edits_lines());
    terminal.types(",quit\r");
    // The other side is open until all that was shown has been read.
    let modes = {
        let start = std::time::Instant::now();
        while !terminal.edits_lines() && start.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        terminal.edits_lines()
    };
    assert!(modes);
    assert_eq!(terminal.ends().1, Some(0));
}

#[test]
fn text_wraps_at_the_width_of_the_terminal() {
    let folder = std::env::temp_dir().join(format!("cvx-wrap-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("there is room");
    let message = "so many words that they must go on in another line, and in one more";
    std::fs::write(folder.join("a.cvx"), format!("(def m \"{message}\")\n(fail :A m)\n"))
        .expect("there is room");
    let fits = |what: &str, shown: &str, columns: usize| {
        for line in plain(shown).lines() {
            let line = line.trim_end_matches('\r');
            assert!(line.chars().count() <= columns, "{what}: {line:?} in\n{shown}");
        }
    };
    for columns in [40, 60, 100] {
        for args in [
            &["doc", "map"][..],
            &["doc", "transfer"],
            &["doc", "#9"],
            &["explain"],
            &["explain", "CAST"],
            &["explain", "UNDECLARED"],
            &["--help"],
            &["run", "--help"],
            &["eval", "(inc :a)"],
            &["eval", "(loop [] (recur))"],
            &["run", "a.cvx"],
        ] {
            let (shown, _) = Terminal::run(&folder, args, columns, &[("NO_COLOR", "1")]).ends();
            assert!(shown.lines().count() > 1, "{args:?}: {shown}");
            fits(&format!("{args:?} at {columns}"), &shown, columns.into());
        }
        let terminal = Terminal::run(&folder, &[], columns, &[("TERM", "dumb")]);
        let entries = [",help", ",doc map", ",explain CAST", ",defs", "(inc :a)", ",as #99999", ",quit"];
        for (i, entry) in entries.iter().enumerate() {
            terminal.sees_often("#11> ", i + 1);
            terminal.types(&format!("{entry}\n"));
        }
        let (shown, _) = terminal.ends();
        fits(&format!("the prompt at {columns}"), &shown, columns.into());
    }
    let _ = std::fs::remove_dir_all(&folder);
}
