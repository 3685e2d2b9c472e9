//! `cvx key` as its users run it: files, passphrases from the environment and from a terminal, and
//! what goes wrong.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

#[allow(dead_code, reason = "the runs here have variables")]
mod common;
#[path = "common/terminal.rs"]
mod terminal;

use common::{Folder, Left};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use terminal::Terminal;

/// The first key of RFC 8032, section 7.1, as it lies in `node/tests/keys`.
const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const PASSPHRASE: &str = "correct horse ☂";
const HEADER: &str = "cvx secret key 1: Ed25519 seed; who has it signs for its accounts";

/// Runs `cvx key` on a folder of its own, with these variables.
fn key(folder: &Folder, args: &[&str], variables: &[(&str, &str)], input: &str) -> Left {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cvx"));
    command.arg("key").args(args).current_dir(&folder.0).env("CVX_KEYS", folder.0.join("keys"));
    command
        .env_remove("CVX_KEY_PASSPHRASE")
        .env_remove("CVX_KEY_NEW_PASSPHRASE")
        .envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("cvx is built");
    // A child that does not read what it was not asked to read is no failure.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("cvx ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("cvx writes UTF-8");
    let left = Left { out: text(output.stdout), err: text(output.stderr), code: output.status.code() };
    for (_, passphrase) in variables.iter().filter(|(name, value)| name.contains("PASS") && !value.is_empty())
    {
        assert!(!left.out.contains(passphrase) && !left.err.contains(passphrase), "{args:?}");
    }
    left
}

fn with(passphrase: &str) -> [(&str, &str); 1] {
    [("CVX_KEY_PASSPHRASE", passphrase)]
}

fn fixture(name: &str) -> String {
    format!("{}/../node/tests/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"))
}

fn private(folder: &Folder, file: &str, text: &str) -> PathBuf {
    let path = folder.0.join(file);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("there is room");
    fs::write(&path, text).expect("there is room");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    path
}

#[test]
fn keys_go_from_making_to_export_and_back() {
    let folder = Folder::new("key-round", &[]);
    let made = key(&folder, &["new", "alice"], &with("open sesame"), "");
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""));
    let public = made.out.split_whitespace().nth(1).expect("the public key is told").to_owned();
    assert!(made.out.contains("  encrypted\n") && public.len() == 64, "{}", made.out);
    let file = fs::read_to_string(folder.0.join("keys/alice.pem")).expect("it was made");
    assert!(file.starts_with(&format!("Public-Key: 0x{public}\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n")));
    // No passphrase is needed for what is public.
    for args in [&["list"][..], &["show", "alice"], &["show", &public], &["show", &format!("0x{public}")]] {
        assert_eq!(key(&folder, args, &[], "").out, made.out, "{args:?}");
    }
    let secret = key(&folder, &["show", "alice", "--secret"], &with("open sesame"), "").out;
    let seed = secret.lines().nth(1).expect("a second line").to_owned();
    assert!(seed.starts_with("SECRET SEED"), "{secret}");
    let seed = seed.split_whitespace().nth(2).expect("the seed").to_owned();
    assert_eq!(seed.len(), 64);
    let json = key(&folder, &["show", "alice", "--secret", "--json"], &with("open sesame"), "").out;
    assert_eq!(
        json,
        format!(
            "{{\"name\":\"alice\",\"public\":\"{public}\",\"state\":\"encrypted\",\"format\":\"pem\",\"seed\":\"{seed}\"}}\n"
        )
    );
    let two = [("CVX_KEY_PASSPHRASE", "open sesame"), ("CVX_KEY_NEW_PASSPHRASE", "second sesame")];
    let exported = key(&folder, &["export", "alice", "--out", "out.pem"], &two, "");
    assert_eq!((exported.code, exported.out.as_str(), exported.err.as_str()), (Some(0), "", ""));
    let mode = fs::metadata(folder.0.join("out.pem")).expect("it was made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = key(&folder, &["export", "alice", "--out", "out.pem"], &two, "");
    assert!(again.code == Some(2) && again.err.contains("already"), "{}", again.err);
    let wrong = key(&folder, &["import", "out.pem", "--name", "b"], &with("open sesame"), "");
    assert!(wrong.code == Some(1) && wrong.err.contains("passphrase does not open"), "{}", wrong.err);
    let imported = key(&folder, &["import", "out.pem", "--name", "b"], &with("second sesame"), "");
    assert_eq!(imported.out, made.out.replacen("alice", "b    ", 1), "{}", imported.err);
    let printed = key(&folder, &["export", "b"], &with("second sesame"), "").out;
    let imported = key(&folder, &["import", "-", "--json"], &with("second sesame"), &printed).out;
    assert!(imported.starts_with(&format!("{{\"name\":\"{}\"", &public[..8])), "{imported}");
}

#[test]
fn keys_of_others_are_taken_in() {
    let folder = Folder::new("key-import", &[]);
    for name in ["python-sdk", "sha512-aes256", "sha1-aes128"] {
        let left = key(&folder, &["import", &fixture(name)], &with(PASSPHRASE), "");
        assert!(left.out.contains(PUBLIC) && left.out.contains(name), "{name}: {}{}", left.out, left.err);
    }
    let old = private(&folder, "old.key", &format!("{HEADER}\n{SEED}\n")).display().to_string();
    assert!(key(&folder, &["import", &old], &with("first sesame"), "").out.contains("  encrypted\n"));
    for input in [SEED.to_owned(), format!("0x{}\n", SEED.to_uppercase())] {
        let left = key(
            &folder,
            &["import", "-", "--unencrypted", "--name", &format!("s{}", input.len())],
            &[],
            &input,
        );
        assert!(left.out.contains(PUBLIC), "{}", left.err);
        assert!(left.err.contains("NOT ENCRYPTED"), "{}", left.err);
    }
    let shown = key(&folder, &["show", "s64", "--secret"], &[], "").out;
    assert!(shown.contains(SEED), "{shown}");
    let shown = key(&folder, &["show", &fixture("python-sdk"), "--secret"], &with(PASSPHRASE), "").out;
    assert!(shown.contains(SEED) && shown.contains(PUBLIC), "{shown}");
}

#[test]
fn a_bad_file_hides_no_other() {
    let folder = Folder::new("key-list", &[]);
    for name in ["a", "z"] {
        assert_eq!(key(&folder, &["new", name, "--unencrypted"], &[], "").code, Some(0));
    }
    private(&folder, "keys/half.pem", "-----BEGIN PRIVATE KEY-----\nMC4C");
    private(&folder, "keys/empty.pem", "");
    private(&folder, "keys/old.key", &format!("{HEADER}\n{SEED}\n"));
    private(&folder, "keys/lone.pem", &fs::read_to_string(fixture("genpkey")).expect("it is there"));
    fs::set_permissions(private(&folder, "keys/open.key", SEED), fs::Permissions::from_mode(0o640))
        .expect("ours");
    let left = key(&folder, &["list"], &[], "");
    let lines: Vec<(&str, &str)> =
        left.out.lines().map(|line| (line[..16].trim(), line[84..].trim())).collect();
    let names: Vec<&str> = lines.iter().map(|line| line.0).collect();
    assert_eq!(names, ["a", "empty", "half", "lone", "old", "open", "z"], "{}", left.out);
    for (line, state) in lines.iter().zip([
        "not encrypted",
        "damaged: ",
        "damaged: ",
        "encrypted",
        "not encrypted, in the form of earlier versions",
        "damaged: others can read",
        "not encrypted",
    ]) {
        assert!(line.1.starts_with(state), "{}", left.out);
    }
    assert_eq!((left.code, left.err.as_str()), (Some(1), ""));
    assert!(left.out.contains(PUBLIC) && !left.out.contains(&SEED[..8]), "{}", left.out);
    let json = key(&folder, &["list", "--json"], &[], "");
    assert_eq!((json.code, json.out.lines().count()), (Some(1), 7));
    assert!(
        json.out.contains("{\"name\":\"empty\",\"public\":null,\"state\":\"damaged\",\"reason\":\""),
        "{}",
        json.out
    );
}

#[test]
fn what_cannot_be_is_told_in_one_sentence() {
    let folder = Folder::new("key-told", &[("empty.pem", ""), ("long.pem", &"x".repeat(9_000))]);
    assert_eq!(key(&folder, &["new", "a"], &with("first sesame"), "").code, Some(0));
    let plain =
        private(&folder, "plain.pem", &fs::read_to_string(fixture("unencrypted")).expect("it is there"));
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o644)).expect("it is ours");
    for (args, variables, code, why) in [
        (&["new", "b"][..], &[][..], 2, "set CVX_KEY_PASSPHRASE, or type it at a terminal"),
        (&["new", "b"], &with(""), 2, "set CVX_KEY_PASSPHRASE"),
        (&["new", "a"], &[], 1, "already"),
        (&["show", "a", "--secret"], &[], 2, "set CVX_KEY_PASSPHRASE"),
        (&["show", "a", "--secret"], &with("mistaken"), 1, "passphrase does not open"),
        (&["show", SEED], &[], 1, "no key with this public key"),
        (&["import", SEED], &[], 2, "standard input"),
        (&["import", "empty.pem"], &[], 1, "it is empty"),
        (&["import", "long.pem"], &[], 1, "too long"),
        (&["import", "plain.pem"], &[], 1, "chmod 600"),
        (&["import", "/"], &[], 1, "not a regular file"),
        (&["import", "/dev/zero"], &[], 1, "not a regular file"),
        (&["import", "/no/such/file"], &[], 1, "/no/such/file"),
        (&["import", "-"], &[], 1, "it is empty"),
        (&["export", "a", "--out", "/no/such/folder/x"], &with("first sesame"), 1, "/no/such/folder"),
        (&["export", "nobody"], &[], 1, "no key `nobody`"),
    ] {
        let left = key(&folder, args, variables, "");
        assert_eq!((left.code, left.out.as_str()), (Some(code), ""), "{args:?}: {}", left.err);
        assert!(left.err.contains(why) && left.err.lines().count() == 1, "{args:?}: {}", left.err);
        assert!(!left.err.contains(&SEED[..8]), "{args:?}: {}", left.err);
    }
    let rounds = key(&folder, &["import", &fixture("rounds-4294967295")], &with(PASSPHRASE), "");
    assert!(rounds.err.contains("rounds"), "{}", rounds.err);
    assert_eq!(key(&folder, &["list"], &[], "").out.lines().count(), 1, "nothing was kept");
}

/// Runs `cvx key` at a terminal.
fn at_terminal(folder: &Folder, args: &[&str]) -> Terminal {
    let keys = folder.0.join("keys").display().to_string();
    let variables = [("CVX_KEYS", keys.as_str()), ("CVX_KEY_PASSPHRASE", ""), ("CVX_KEY_NEW_PASSPHRASE", "")];
    Terminal::run(&folder.0, &[&["key"], args].concat(), 120, &variables)
}

#[test]
fn a_passphrase_that_is_typed_does_not_show() {
    let folder = Folder::new("key-typed", &[]);
    let terminal = at_terminal(&folder, &["new", "alice"]);
    terminal.sees("New passphrase for the key alice: ");
    assert!(!terminal.edits_lines());
    // What is typed in advance waits for its question.
    terminal.types("open sesamé\x7fe\ropen sesame\r");
    terminal.sees("The same again: ");
    let (shown, code) = terminal.ends();
    assert!(code == Some(0) && shown.contains("  encrypted") && !shown.contains("sesam"), "{shown:?}");

    let terminal = at_terminal(&folder, &["show", "alice", "--secret"]);
    terminal.sees("Passphrase of the key alice: ");
    terminal.types("open sesame\r");
    let (shown, code) = terminal.ends();
    assert!(code == Some(0) && shown.contains("SECRET SEED") && !shown.contains("sesam"), "{shown:?}");

    for (args, typed, why) in [
        (&["show", "alice", "--secret"][..], "wrong-one\r", "passphrase does not open"),
        (&["show", "alice", "--secret"], "secretly\x03", "interrupted"),
        (&["show", "alice", "--secret"], "\x04", "the input ended"),
        (&["new", "bob"], "one-thing\ranother-thing\r", "differ"),
        (&["new", "bob"], "\r", "empty"),
    ] {
        let terminal = at_terminal(&folder, args);
        terminal.sees("assphrase ");
        terminal.types(typed);
        terminal.sees(why);
        assert!(terminal.edits_lines(), "the terminal is given back: {why}");
        let (shown, code) = terminal.ends();
        assert!(code.is_some_and(|code| code > 0), "{shown:?}");
        assert!(
            !["wrong-one", "secretly", "one-thing"].iter().any(|typed| shown.contains(typed)),
            "{shown:?}"
        );
    }
    assert!(!folder.0.join("keys/bob.pem").exists());
}
