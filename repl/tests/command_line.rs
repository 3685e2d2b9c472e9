//! Runs the binary as its users do: arguments, streams, exit codes.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// What a run left.
struct Left {
    out: String,
    err: String,
    code: Option<i32>,
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cvx"));
    command.args(args).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn feed(command: &mut Command, input: &[u8]) -> Left {
    let mut child = command.spawn().expect("cvx is built");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    let input = input.to_vec();
    // Written beside, since the answers may fill their pipe before all is read. A child that stops reading is no failure.
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().expect("cvx ends");
    let _ = writer.join();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("cvx writes UTF-8");
    Left { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
}

fn cvx(args: &[&str], input: &str) -> Left {
    feed(&mut command(args), input.as_bytes())
}

#[test]
fn exit_codes_and_streams() {
    for (args, code, out, err) in [
        (&["eval", "(+ 1 2)"][..], 0, "3\n", ""),
        (&["eval", "-7"], 0, "-7\n", ""),
        (&["eval", "nil"], 0, "nil\n", ""),
        (&["eval", "(inc :a)"], 1, "", ":CAST"),
        (&["eval", "(foo)"], 1, "", ":UNDECLARED"),
        (&["eval", "(+ 1"], 1, "", "Error"),
        (&["eval", "1 2"], 1, "", "Error"),
        (&["eval", "(halt 5)"], 0, "5\n", ""),
        (&["eval", "(recur)"], 1, "", ":EXCEPTION"),
        (&["eval"], 2, "", "Usage"),
        (&["nonsense"], 2, "", "Usage"),
        (&["run"], 2, "", "Usage"),
        (&["run", "/no/such/file.cvx"], 2, "", "/no/such/file.cvx"),
        (&["run", "--as", "x", "-"], 2, "", "address"),
        (&["run", "--as", "#99999", "-"], 2, "", "#99999"),
        (&["encode", "[1 2]"], 0, "800211011102\n", ""),
        (&["decode", "800211011102"], 0, "[1 2]\n", ""),
        (&["decode", "0x11FF"], 0, "-1\n", ""),
        (&["decode", "1100"], 1, "", "no cell"),
        (&["decode", "1"], 2, "", "hexadecimal"),
        (&["hash", "1"], 0, "f38ddbe695dc96e72b09546f22cb841ad14d86b4ec879eab4afc44235e867166\n", ""),
        (&["--version"], 0, "cvx 0.1.0\n", ""),
    ] {
        let left = cvx(args, "");
        assert_eq!((left.code, left.out.as_str()), (Some(code), out), "{args:?}\n{}", left.err);
        assert!(left.err.contains(err) && left.err.is_empty() == err.is_empty(), "{args:?}\n{}", left.err);
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let help = cvx(&["help"], "");
    assert_eq!(help.code, Some(0));
    for name in ["repl", "run", "eval", "encode", "decode", "hash", "fmt"] {
        assert!(help.out.contains(name), "{name}");
        let own = cvx(&["help", name], "");
        assert!(own.code == Some(0) && own.out.contains("Usage: cvx"), "{name}");
    }
}

#[test]
fn a_pipe_runs_forms_one_by_one() {
    for (input, code, out, err) in [
        ("", 0, "", &[][..]),
        ("(def x 1)\nx (inc x)\n", 0, "1\n1\n2\n", &[]),
        ("(+ 1\n   2) nil ; a comment\n\"a\"", 0, "3\nnil\n\"a\"\n", &[]),
        ("(inc :a)\n7\n", 1, "7\n", &[":CAST"]),
        ("1\n)\n2\n", 1, "1\n2\n", &["Error"]),
        ("1\n(foo", 1, "1\n", &["stdin:2:1"]),
        ("(def y 1)\n(do (def y 2) (fail :NO \"no\"))\ny\n", 1, "1\n1\n", &[":NO", "no"]),
        ("(rollback (def z 1))\nz\n", 1, "1\n", &[":UNDECLARED"]),
        ("*address*\n", 0, "#11\n", &[]),
    ] {
        let left = cvx(&[], input);
        assert_eq!((left.code, left.out.as_str()), (Some(code), out), "{input}\n{}", left.err);
        assert!(err.iter().all(|part| left.err.contains(part)), "{input}\n{}", left.err);
        assert_eq!(left.err.is_empty(), err.is_empty(), "{input}\n{}", left.err);
    }
}

#[test]
fn a_partner_gets_each_answer_before_it_asks_again() {
    for (args, question, answer) in [
        (&[][..], "(+ 1\n 1)\n", "2\n"),
        (&["eval", "--jsonl"], "{\"src\":\"1\"}\n", "{\"src\":\"1\",\"value\":\"1\""),
    ] {
        let mut child = command(args).spawn().expect("cvx is built");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let mut answers = BufReader::new(child.stdout.take().expect("standard output is piped"));
        for _ in 0..3 {
            stdin.write_all(question.as_bytes()).expect("cvx reads on");
            let mut line = String::new();
            answers.read_line(&mut line).expect("cvx answers");
            assert!(line.starts_with(answer), "{args:?}: {line}");
        }
        drop(stdin);
        assert!(child.wait().expect("cvx ends").success());
    }
}

#[test]
fn machine_forms_go_on_after_a_bad_line() {
    let left = cvx(
        &["eval", "--jsonl"],
        "{\"src\":\"(inc 1)\"}\nx\n{\"src\":\"(foo)\"}\n{\"src\":\"(\"}\n{}\n{\"src\":\"(def a 1)\"}\n",
    );
    assert_eq!(left.code, Some(2));
    let lines: Vec<serde_json::Value> =
        left.out.lines().map(|line| serde_json::from_str(line).expect("answers are JSON")).collect();
    assert_eq!(lines.len(), 6, "{}", left.out);
    assert_eq!((&lines[0]["value"], &lines[0]["type"]), (&"2".into(), &"Integer".into()));
    assert_eq!((&lines[2]["error"], &lines[2]["phase"]), (&":UNDECLARED".into(), &"exec".into()));
    assert_eq!((&lines[3]["read_error"], &lines[3]["line"]), (&true.into(), &1.into()));
    assert!(lines[1].get("bad_request").is_some() && lines[4].get("bad_request").is_some());
    assert_eq!(lines[5]["value"], "1");

    let left = cvx(&["decode", "--jsonl"], "{\"hex\":\"1101\"}\n{\"hex\":\"1100\"}\n");
    assert_eq!(left.code, Some(0), "{}", left.out);
    assert!(
        left.out.starts_with(
            "{\"hex\":\"1101\",\"ok\":true,\"same\":true,\"type\":\"Integer\",\"value\":\"1\"}\n"
        )
    );
    assert!(left.out.contains("\"ok\":false"));
}

#[test]
fn colour_is_for_those_who_want_it() {
    for (variables, coloured) in [
        (&[][..], false),
        (&[("CLICOLOR_FORCE", "1")], true),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
    ] {
        let left = feed(command(&["eval", "(inc :a)"]).envs(variables.iter().copied()), b"");
        assert_eq!(left.err.contains('\x1b'), coloured, "{variables:?}\n{}", left.err);
        assert!(!left.out.contains('\x1b'));
    }
}

#[test]
fn errors_point_into_the_text_and_suggest() {
    let left = cvx(&["eval", "(map inc (redcue + 0 [1 2]))"], "");
    for part in [":UNDECLARED", "`redcue` has no definition", "expression:1:", "did you mean `reduce`?"] {
        assert!(left.err.contains(part), "{part} in\n{}", left.err);
    }
    let left = cvx(&[], "(defn f [x]\n  (inc x))\n(f 1)\n(f :a)\n");
    for part in [":CAST", "stdin:2:8", "\n 2 │   (inc x))", "in (f :a) at stdin:4:1"] {
        assert!(left.err.contains(part), "{part} in\n{}", left.err);
    }
    let left = cvx(&[], "(def a (deploy '(defn ^:callable f [x]\n (inc x))))\n(call a (f :b))\n");
    for part in [":CAST", "stdin:2:7", "in (call a (f :b)) at stdin:3:1, as #132"] {
        assert!(left.err.contains(part), "{part} in\n{}", left.err);
    }
    let left = cvx(&[], "(defn f [n]\n  (if (= n 0) (inc :a) (* n (f (dec n)))))\n(f 9)\n");
    assert!(left.err.contains("in (f (dec n)) with 0 at stdin:2:29, 9 times\n"), "{}", left.err);
}

#[test]
fn strangers_cannot_exhaust_the_stack() {
    const DEPTH: usize = 1_000_000;
    for (open, close) in [("[", "]"), ("(", ")"), ("{1 ", "}"), ("'", "")] {
        let nested = format!("{}1{}\n(+ 1 1)\n", open.repeat(DEPTH), close.repeat(DEPTH));
        let left = cvx(&[], &nested);
        assert!(left.out.ends_with("2\n"), "{open}: {} {}", left.out.len(), left.err.len());
        assert!(matches!(left.code, Some(0 | 1)), "{open}");
        assert!(left.err.len() < 100_000, "a report is short: {}", left.err.len());
    }
    let unfinished = cvx(&[], &"(".repeat(DEPTH));
    assert_eq!(unfinished.code, Some(1));
    let line = cvx(&["eval", "--jsonl"], &format!("{{\"src\":\"{}\"}}\n", "[".repeat(DEPTH)));
    assert!(line.out.contains("\"read_error\":true"));
    let json = cvx(&["eval", "--jsonl"], &"[".repeat(DEPTH));
    assert_eq!((json.code, json.out.starts_with("{\"bad_request\"")), (Some(2), true));
}

#[test]
fn bytes_that_are_no_text_are_reported() {
    let left = feed(&mut command(&[]), b"1\n\xff\n2\n");
    assert_eq!((left.code, left.out.as_str()), (Some(1), "1\n2\n"));
    assert!(left.err.contains("UTF-8"));
}

#[test]
fn scripts_print_their_last_value() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/vote-counter/");
    let (actor, script) = (format!("{example}actor.cvx"), format!("{example}use.cvx"));
    let left = cvx(&["run", &actor, &script], "");
    assert_eq!((left.code, left.out.as_str()), (Some(0), "{:tea 2,:coffee 1,:water 0}\n"), "{}", left.err);
    let left = cvx(&["run", "--as", "#13", "-"], "(def a *address*) a");
    assert_eq!(left.out, "#13\n");
    let left = cvx(&["run", "-"], "(def a 1) (inc :x) (def a 2)");
    assert_eq!((left.code, left.out.as_str()), (Some(1), ""));
    let left = cvx(&["run", "-"], "1 ) 2 (\n");
    assert!(
        left.code == Some(1) && left.err.matches("Error").count() >= 2,
        "every bad form is reported: {}",
        left.err
    );
}

#[test]
fn a_network_of_ones_own() {
    let folder = std::env::temp_dir().join(format!("cvx-network-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let run = |args: &[&str], input: &str| {
        feed(
            command(args).env("CVX_KEYS", &folder).env("CVX_KEY_PASSPHRASE", "open sesame"),
            input.as_bytes(),
        )
    };
    let made = run(&["key", "new", "alice"], "");
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""));
    let public = made.out.split_whitespace().nth(1).expect("the public key is told").to_owned();
    assert_eq!(run(&["key", "list"], "").out, made.out);
    let seed = |args: &[&str]| run(args, "").out.contains("SECRET SEED");
    assert!(!seed(&["key", "show", "alice"]) && seed(&["key", "show", &public, "--secret"]));
    let state = folder.join("network.state").display().to_string();
    let written = run(&["genesis", "--out", &state, "--peer", "alice"], "");
    assert_eq!((written.code, written.out.trim().len()), (Some(0), 64), "{}", written.err);
    let key = run(&["eval", "--genesis", &state, "(get (account #12) :key)"], "");
    assert_eq!(key.out.trim(), format!("0x{public}"));
    let staked = ["genesis", "--out", &state, "--peer", "alice", "--stake", "1000000000000"];
    assert_eq!(run(&staked, "").code, Some(0));
    let stake =
        run(&["eval", "--genesis", &state, &format!("(get-in *state* [:peers 0x{public} :stake])")], "");
    assert_eq!(stake.out.trim(), "1000000000000", "{}", stake.err);
    let costly = run(&["run", "--genesis", &state, "--costs", "--as", "12", "-"], "(def x 1)\n(inc x)");
    assert_eq!((costly.code, costly.out.as_str()), (Some(0), "2\n"));
    assert!(costly.err.lines().count() == 4 && costly.err.contains("coppers"), "{}", costly.err);
    for (args, why) in [
        (&["key", "new", "alice"][..], "already"),
        (&["key", "show", "bob"], "no key `bob`"),
        (&["genesis", "--out", &state, "--peer", "bob"], "no key `bob`"),
        (&["genesis", "--out", &state, "--peer", &public, "--peer", &public], "two peers"),
        (&["genesis", "--out", &state, "--peer", &public, "--stake", "1", "--stake", "2"], "one stake"),
        (&["genesis", "--out", &state, "--peer", &public, "--stake", "-1"], "negative"),
        (&["eval", "--genesis", "/no/such/file", "1"], "/no/such/file"),
        (&["key", "list", "--genesis", &state], "no meaning"),
        (&["--json", "key", "list"], "behind the command"),
    ] {
        let left = run(args, "");
        assert!(
            left.code != Some(0) && left.out.is_empty() && left.err.contains(why),
            "{args:?}: {}",
            left.err
        );
    }
    std::fs::remove_dir_all(&folder).expect("it was made here");
}

#[test]
fn programs_get_reports_as_data() {
    let line = |args: &[&str], input: &str| {
        let left = cvx(args, input);
        let lines: Vec<serde_json::Value> =
            left.out.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
        assert!(left.err.is_empty(), "{}", left.err);
        (lines, left.code)
    };
    let (lines, code) = line(&["--json"], "(defn f [x]\n (inc x))\n(f :a) (+ 1 1)\n");
    assert_eq!((lines.len(), code), (3, Some(1)));
    let (error, step) = (&lines[1], &lines[1]["trace"][0]);
    assert_eq!((&error["error"], &error["phase"]), (&":CAST".into(), &"run".into()));
    assert_eq!((&error["place"]["line"], &error["place"]["column"]), (&2.into(), &7.into()));
    assert_eq!((&step["call"], &step["args"][0]), (&"(f :a)".into(), &":a".into()));
    assert_eq!(lines[2]["value"], "2");
    let (lines, code) = line(&["run", "--json", "-"], "(def x 1\n\n(inc x)\n]\n");
    assert_eq!((lines.len(), code), (2, Some(1)), "all that does not read is reported: {lines:?}");
    assert!(lines.iter().all(|line| line["error"] == ":READ" && line["phase"] == "read"));
    let (lines, code) = line(&["run", "--json", "--costs", "-"], "(def x 1) x");
    assert_eq!((lines.len(), code, &lines[0]["value"]), (1, Some(0), &"1".into()));
    assert_eq!(lines[0]["costs"].as_array().map(Vec::len), Some(2));
    let (lines, code) = line(&["eval", "--json", "(let [x] x)"], "");
    assert_eq!((&lines[0]["reports"][0]["phase"], code), (&"compile".into(), Some(1)));
    let (lines, _) = line(&["explain", "--json", "cast"], "");
    assert_eq!(lines[0]["code"], ":CAST");
    assert_eq!(cvx(&["explain", "CASD"], "").code, Some(2));
}

/// What a session at the prompt prints on both streams.
fn prompt(entries: &[&str]) -> (String, String) {
    let mut command = command(&["--interactive"]);
    let left = feed(command.env("CVX_HISTORY", ""), (entries.join("\n") + "\n").as_bytes());
    (left.out, left.err)
}

#[test]
fn the_prompt_understands_words_of_other_programs() {
    for word in ["help", "?", " help "] {
        assert!(prompt(&[word]).0.contains(",accounts"), "{word}");
    }
    for word in ["exit", "quit"] {
        let (out, err) = prompt(&["1", word, "2"]);
        assert!(out.contains("#11> 1\n") && !out.contains("2\n") && err.is_empty(), "{word}: {out}");
    }
    // Only whole entries, and only while the word means nothing else.
    assert!(prompt(&["(quit)", "1"]).1.contains("`halt`"));
    assert!(prompt(&["(def help 7)", "help"]).0.contains("#11> 7\n#11> 7\n"));
    assert!(prompt(&["1 + 2"]).1.contains("the function comes first, as in `(+ 1 2)`"));
    assert!(prompt(&["exit 1", "1"]).1.contains("`exit` has no definition"));
}

#[test]
fn the_prompt_tells_of_its_own_directives() {
    let (_, err) = prompt(&["(inc :a)"]);
    assert!(err.contains("`,explain CAST` tells more") && !err.contains("cvx explain"), "{err}");
    let (out, _) = prompt(&[",help"]);
    assert!(out.contains("run the forms of a file, which keep their effects"), "{out}");
    assert!(out.contains("run a form, which keeps its effects, and tell"), "{out}");
}

#[test]
fn the_prompt_documents_words_and_aliases() {
    let entries = [
        "(def s (deploy '(do (defn f [x] x))))",
        ",doc s/f",
        ",as #13",
        ",doc s/f",
        ",doc #11/s/f",
        ",doc try",
        ",doc ~",
    ];
    let (out, err) = prompt(&entries);
    assert_eq!(out.matches("f: function of #132").count(), 3, "{out}");
    assert!(out.contains("try: special form") && out.contains("~: syntax of the reader"), "{out}");
    assert!(err.is_empty(), "{err}");
    let (_, err) = prompt(&[",doc sort", ",doc s/f", "(def s #999)", ",doc s/f"]);
    assert!(err.contains("`sort` has no definition; in Convex Lisp nothing sorts"), "{err}");
    assert!(err.contains("`s` stands for no account") && err.contains("there is no account #999"), "{err}");
}

#[test]
fn the_prompt_shows_the_fields_of_what_is_too_long() {
    let (out, _) = prompt(&["*state*", "(loop [i 0 v []] (if (< i 30000) (recur (inc i) (conj v i)) v))"]);
    assert!(out.contains("  :accounts a vector of 132 elements\n"), "{out}");
    assert!(out.contains("a vector of 30000 elements") && out.contains("  … and 29988 more\n"), "{out}");
}
