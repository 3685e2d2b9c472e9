//! Each page about a code, run as its readers would run it.

#![allow(clippy::disallowed_methods, reason = "tests read files and start programs")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tools::codes::{Example, PAGES, page};

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

/// The texts of all files below a folder whose names end in some way.
fn read(folder: &Path, suffix: &str, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            read(&path, suffix, texts);
        } else if path.to_string_lossy().ends_with(suffix) {
            texts.push(fs::read_to_string(&path).expect("it is text"));
        }
    }
}

#[test]
fn every_code_has_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the workspace");
    let (mut machine, mut library) = (Vec::new(), Vec::new());
    read(&root.join("vm/src"), ".rs", &mut machine);
    read(&root.join("stdlib"), ".cvx", &mut library);
    let mut codes = BTreeSet::new();
    // White space goes, as a call may stand on several lines.
    for text in machine.iter().map(|text| text.split_whitespace().collect::<String>()) {
        for start in ["fail(\"", "error(\"", "Failure::new(\"", "keyword(\"", "DECLARED=\""] {
            codes.extend(
                text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    for text in &library {
        let words = text.split("(fail :").skip(1).filter_map(|rest| rest.split([' ', ')', '\n']).next());
        codes.extend(words.map(str::to_owned));
    }
    codes.retain(|code| code.len() > 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
    assert!(codes.len() > 18, "{codes:?}");
    let bare: Vec<&String> = codes.iter().filter(|code| page(code).is_none()).collect();
    assert!(bare.is_empty(), "{bare:?}");
}
