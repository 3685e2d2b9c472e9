//! Each page about a code, run as its readers would run it.

use std::io::Write;
use std::process::{Command, Stdio};
use tools::codes::{Example, PAGES};

/// What `cvx` prints on standard output for some input, and whether it succeeded.
fn cvx(args: &[&str], input: &str) -> (String, bool) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cvx"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("cvx is built");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("cvx reads");
    let left = child.wait_with_output().expect("cvx ends");
    (String::from_utf8(left.stdout).expect("cvx prints text"), left.status.success())
}

#[test]
fn examples_fail_with_their_codes() {
    for page in PAGES {
        let (text, shown) = cvx(&["explain", page.code], "");
        assert!(shown && text.contains(page.sentence()), "{}", page.code);
        let Some(example) = page.example() else { continue };
        let (example_text, _) = cvx(&["explain", page.code, "--example"], "");
        let code = format!("\":{}\"", page.code);
        match example {
            Example::Forms(_) => {
                let (out, succeeded) = cvx(&["repl", "--json"], &example_text);
                let errors: Vec<&str> = out.lines().filter(|line| line.starts_with("{\"error\"")).collect();
                assert!(!succeeded && errors.len() == 1, "{}: {out}", page.code);
                assert!(errors[0].starts_with(&format!("{{\"error\":{code},")), "{}: {out}", page.code);
            }
            Example::Blocks(_) => {
                let (out, _) = cvx(&["blocks", "--jsonl"], &example_text);
                assert!(out.contains(&format!("\"error\":{code}")), "{}: {out}", page.code);
            }
        }
        if let Some(instead) = page.instead() {
            let (out, succeeded) = cvx(&["repl", "--json"], instead);
            assert!(succeeded && !out.is_empty(), "{}: {out}", page.code);
        }
    }
}
