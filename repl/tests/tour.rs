//! Documents in which users see the tools at work, done as they say: their files are written into a folder, their commands and
//! sessions at the prompt are run there, and what these print is compared. With `UPDATE_SNAPSHOTS=1` they are written anew.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files and start programs")]

#[path = "common/times.rs"]
mod times;

use lang::reader;
use lang::source::Positions;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};
use times::timeless;

/// What is shown should fit on a screen, with some lines around it.
const MAX_SCREEN_LINES: usize = 60;

/// A folder that is removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = env::temp_dir().join(format!("cvx-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("it can be made");
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is in a folder for what may be lost.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a command prints when a shell runs it in a folder.
fn shell(folder: &Path, command: &str, input: &str) -> String {
    let cvx = Path::new(env!("CARGO_BIN_EXE_cvx")).parent().expect("it is in a folder");
    let path = format!("{}:{}", cvx.display(), env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("CVX_HISTORY", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    // A command that reads nothing may have ended by now.
    let _ = shell.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let left = shell.wait_with_output().expect("it ends");
    String::from_utf8(left.stdout).expect("it prints text")
}

/// A line after the prompt that it begins with, such as `#11> `.
fn prompted(line: &str) -> Option<(&str, &str)> {
    let digits = line.strip_prefix('#')?.find(|c: char| !c.is_ascii_digit())?;
    let end = 1 + digits + "> ".len();
    (digits > 0 && line.get(1 + digits..end) == Some("> ")).then(|| line.split_at(end))
}

/// What is typed in a session: what stands behind a prompt, and the lines that complete its forms.
fn entries(block: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in block.lines() {
        match (prompted(line), entries.last_mut()) {
            (Some((_, typed)), _) => entries.push(typed.to_owned()),
            (None, Some(entry)) if is_open => *entry = format!("{entry}\n{line}"),
            _ => continue,
        }
        let entry = entries.last().expect("one was added to");
        let (_, errors) = reader::read_all(entry, 0, &mut Positions::new());
        is_open = !entry.starts_with(',') && errors.iter().any(|error| error.incomplete);
    }
    entries
}

/// A session as it looks when its entries are typed: what is printed stands between prompts.
fn session(folder: &Path, block: &str) -> String {
    let entries = entries(block);
    let printed = shell(folder, "cvx --interactive", &(entries.join("\n") + "\n"));
    let (banner, mut rest) = printed.split_at(printed.find("#11> ").expect("there is a prompt"));
    let (command, shown) = match block.strip_prefix("$ ") {
        Some(shown) => shown.split_once('\n').expect("something follows the command"),
        None => ("", block),
    };
    let mut out = String::new();
    if !command.is_empty() {
        out.push_str(&format!("$ {command}\n"));
    }
    if prompted(shown).is_none() {
        out.push_str(banner);
    }
    for entry in entries {
        let (prompt, after) = prompted(rest).unwrap_or_else(|| panic!("no prompt for {entry} in {rest}"));
        let starts = after.match_indices('#').map(|(at, _)| at);
        let next = starts
            .into_iter()
            .find(|at| prompted(&after[*at..]).is_some() && (*at == 0 || after.as_bytes()[at - 1] == b'\n'));
        let (result, others) = after.split_at(next.expect("a prompt follows"));
        out.push_str(&format!("{prompt}{entry}\n{result}"));
        rest = others;
    }
    out
}

/// The commands of a block with the output of each.
fn commands(folder: &Path, block: &str) -> String {
    let commands = block.lines().filter_map(|line| line.strip_prefix("$ "));
    commands.map(|command| format!("$ {command}\n{}", shell(folder, command, ""))).collect()
}

/// A text in which lines that differ from those of another in times alone are as there.
fn settled(text: &str, old: &str) -> String {
    let known: BTreeMap<String, &str> = old.lines().map(|line| (timeless(line), line)).collect();
    text.lines().map(|line| known.get(&timeless(line)).copied().unwrap_or(line).to_owned() + "\n").collect()
}

/// A document with the true output of what it shows; answers how many commands and sessions there were, too.
fn done(document: &str, folder: &Path) -> (String, usize) {
    let (mut out, mut count) = (String::new(), 0);
    // Every other part stands between fences.
    for (i, part) in document.split("```").enumerate() {
        if i > 0 {
            out.push_str("```");
        }
        let (info, body) = part.split_once('\n').unwrap_or((part, ""));
        let shown = match info.split_once(' ') {
            _ if i % 2 == 0 => None,
            Some(("clojure", name)) => {
                fs::write(folder.join(name), body).expect("it can be written");
                None
            }
            _ if body.lines().any(|line| prompted(line).is_some()) => Some(session(folder, body)),
            _ if info == "console" => Some(commands(folder, body)),
            _ => None,
        };
        match shown {
            Some(shown) => {
                let lines = shown.lines().count();
                assert!(lines <= MAX_SCREEN_LINES, "{lines} lines:\n{shown}");
                out.push_str(&format!("{info}\n{shown}"));
                count += 1;
            }
            None => out.push_str(part),
        }
    }
    (out, count)
}

#[test]
fn documents_show_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the workspace");
    let mut wrong = String::new();
    // The last ones speak of files of this repository, and have none of their own.
    for (name, folder, least) in [
        ("README.md", Some("readme"), 1),
        ("repl/docs/tour.md", Some("tour"), 8),
        ("tools/docs/test.md", Some("tests"), 6),
        ("repl/docs/deploy.md", Some("deploy"), 1),
        ("examples/vote-counter/README.md", None, 1),
        ("examples/escrow/README.md", None, 1),
    ] {
        let file = root.join(name);
        let document = fs::read_to_string(&file).expect("it can be read");
        let scratch = folder.map(Scratch::new);
        let (shown, count) = done(&document, scratch.as_ref().map_or(root, |scratch| scratch.0.as_path()));
        assert!(count >= least, "{name} shows only {count} runs");
        if timeless(&shown) == timeless(&document) {
            continue;
        }
        if env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::write(&file, settled(&shown, &document)).expect("it can be written");
        } else {
            wrong.push_str(&format!("{name} would be\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
