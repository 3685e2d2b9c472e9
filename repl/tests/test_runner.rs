//! `cvx test` as its users run it: transcripts of files, commands and what they print.
//!
//! A transcript is a text in the folder beside this file. It holds sections, each below a line that says what it is:
//! `--- file NAME` writes a file, `--- cvx ARGUMENTS` runs the binary and shows what it prints to standard output and standard error,
//! and its exit code. With `CVX_BLESS` in the environment the outputs are written anew.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A section of a transcript.
enum Section {
    File { name: String, text: String },
    Run { args: String, output: String },
}

fn sections(transcript: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    for line in transcript.lines() {
        if let Some(name) = line.strip_prefix("--- file ") {
            sections.push(Section::File { name: name.to_owned(), text: String::new() });
        } else if let Some(args) = line.strip_prefix("--- cvx ") {
            sections.push(Section::Run { args: args.to_owned(), output: String::new() });
        } else if let Some(Section::File { text, .. } | Section::Run { output: text, .. }) =
            sections.last_mut()
        {
            text.push_str(line);
            text.push('\n');
        }
    }
    sections
}

/// An empty folder of its own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("test_runner").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn command(folder: &Path, args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cvx"));
    // Single quotes keep what stands between them together.
    let parts = args.split('\'').enumerate();
    let args = parts.flat_map(|(i, part)| match i % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    command.args(args).current_dir(folder).env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command.env("CVX_CACHE", folder.join(".cache")).stdin(Stdio::null());
    command
}

/// The output of a command and its exit code, without what differs from run to run.
fn run(folder: &Path, args: &str) -> String {
    let output = command(folder, args).output().expect("cvx is built");
    let mut text = String::new();
    for line in [output.stdout, output.stderr].iter().flat_map(|bytes| {
        String::from_utf8(bytes.clone())
            .expect("cvx writes UTF-8")
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    }) {
        let line = match line.rsplit_once(" in ") {
            Some((line, time)) if time.ends_with(" s") && !time.contains('#') => line.to_owned(),
            _ => line,
        };
        text.push_str(line.trim_end());
        text.push('\n');
    }
    format!("{text}exit {}\n", output.status.code().expect("cvx ends by itself"))
}

#[test]
fn transcripts() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/test_runner");
    let mut paths: Vec<PathBuf> = fs::read_dir(&home)
        .expect("the folder is there")
        .map(|e| e.expect("it can be read").path())
        .collect();
    paths.sort();
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let transcript = fs::read_to_string(&path).expect("it can be read");
        let folder = folder(&name);
        let mut again = String::new();
        for section in sections(&transcript) {
            match section {
                Section::File { name, text } => {
                    fs::write(folder.join(&name), &text).expect("the file can be written");
                    again.push_str(&format!("--- file {name}\n{text}"));
                }
                Section::Run { args, .. } => {
                    again.push_str(&format!("--- cvx {args}\n{}", run(&folder, &args)));
                }
            }
        }
        if again == transcript {
            continue;
        }
        if std::env::var_os("CVX_BLESS").is_some() {
            fs::write(&path, &again).expect("the transcript can be written");
        } else {
            let diff = similar::TextDiff::from_lines(&transcript, &again).unified_diff().to_string();
            wrong.push(format!("{name}\n{diff}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn programs_get_results_as_data() {
    let folder = folder("data");
    fs::write(folder.join("code.cvx"), "(defn f [x]\n  (if x 1 2))\n").expect("the file can be written");
    let test =
        "(load \"code.cvx\")\n(deftest good (is (f 1)))\n(deftest bad (is (= {:a 2} {:a (f 1)}) \"<&>\"))\n";
    fs::write(folder.join("a.test.cvx"), test).expect("the file can be written");
    let text =
        run(&folder, "test --json --costs --memory-price 0 --coverage --lcov cover.info --junit junit.xml");
    let report: serde_json::Value =
        serde_json::from_str(text.lines().next().expect("there is a line")).expect("it is JSON");
    assert_eq!(report["passed"], 1);
    assert_eq!(report["ok"], false);
    let bad = &report["files"][0]["tests"][1];
    assert_eq!(bad["name"], "bad");
    let failure = &bad["failures"][0];
    for (field, expected) in [
        ("message", serde_json::json!("<&>")),
        ("assertion", serde_json::json!("(is (= {:a 2} {:a (f 1)}) \"<&>\")")),
        ("differences", serde_json::json!([{ "path": "[:a]", "difference": "2 and 1" }])),
    ] {
        assert_eq!(failure[field], expected, "{failure}");
    }
    assert_eq!(failure["place"]["line"], 3);
    assert_eq!(failure["calls"][0]["call"], "(f 1)");
    let coverage = &report["coverage"][0];
    assert_eq!((&coverage["lines_run"], &coverage["branches_taken"]), (&2.into(), &1.into()), "{coverage}");
    let costs = &report["functions"][0];
    assert_eq!((&costs["function"], &costs["calls"]), (&"#11/f".into(), &2.into()), "{costs}");
    assert_eq!(costs["coppers"].as_i64(), costs["juice"]["most"].as_i64().map(|juice| juice * 10), "{costs}");
    let junit = fs::read_to_string(folder.join("junit.xml")).expect("it was written");
    assert!(junit.contains("<failure message=\"&lt;&amp;&gt;\">"), "{junit}");
    assert!(junit.contains("name=\"good\" assertions=\"1\"") && junit.contains("tests=\"2\" failures=\"1\""));
    let lcov = fs::read_to_string(folder.join("cover.info")).expect("it was written");
    let lines =
        "SF:code.cvx\nBRDA:2,0,0,2\nBRDA:2,0,1,0\nBRF:2\nBRH:1\nDA:1,1\nDA:2,2\nLF:2\nLH:2\nend_of_record\n";
    assert_eq!(lcov, format!("TN:cvx\n{lines}"));
}

#[test]
fn a_prompt_opens_in_the_failing_state() {
    let folder = folder("repl-on-fail");
    let test = "(given one 1)\n(def x 5)\n(deftest t (def x 6) (as #13 (is (= one #11/x))))\n";
    fs::write(folder.join("a.test.cvx"), test).expect("the file can be written");
    let mut child = command(&folder, "test --repl-on-fail")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cvx is built");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"[*address* #11/x one]\n").expect("cvx reads");
    drop(stdin);
    let output = child.wait_with_output().expect("cvx ends");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(out.ends_with("[#13 6 1]\n"), "{out}");
    assert!(err.contains("The state before a.test.cvx:3:34, as #13.\ngiven one: 1"), "{err}");
    assert_eq!(output.status.code(), Some(1));
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watching_runs_tests_again_when_code_changes() {
    let folder = folder("watch");
    let code = folder.join("code.cvx");
    fs::write(&code, "(defn f [x] x)").expect("the file can be written");
    fs::write(folder.join("a.test.cvx"), "(load \"code.cvx\") (deftest t (is (= 2 (f 1))))")
        .expect("the file can be written");
    let mut child = Running(
        command(&folder, "test --watch")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("cvx is built"),
    );
    let (sender, lines) = mpsc::channel();
    let output = BufReader::new(child.0.stdout.take().expect("it is piped"));
    thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let until = |part: &str| {
        let line = || lines.recv_timeout(Duration::from_secs(30)).ok();
        std::iter::from_fn(line).any(|line| line.contains(part))
    };
    assert!(until("0 tests passed, 1 failed"));
    // Longer than the steps in which some file systems count time.
    thread::sleep(Duration::from_millis(50));
    fs::write(&code, "(defn f [x] (inc x))").expect("the file can be written");
    assert!(until("1 test passed"));
    // A file that is missing for a while stops nothing.
    fs::remove_file(&code).expect("it is there");
    assert!(until("1 file not run"));
    fs::write(&code, "(defn f [x] (dec x))").expect("the file can be written");
    assert!(until("1 failed"));
}

#[test]
fn ten_thousand_assertions_are_quick() {
    let folder = folder("many");
    let mut text = String::from("(defn f [x] (+ x 1))\n(deftest many\n");
    for i in 0..10_000 {
        text.push_str(&format!("  (is (= {} (f {i})))\n", i + 1));
    }
    text.push_str(")\n");
    fs::write(folder.join("many.test.cvx"), text).expect("the file can be written");
    let start = std::time::Instant::now();
    assert_eq!(
        run(&folder, "test"),
        "many.test.cvx\n  ok   many (10000 assertions)\n1 test passed, 10000 assertions\nexit 0\n"
    );
    // The goal is 2 seconds for the release binary; this one may be a debug binary on a busy machine.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
