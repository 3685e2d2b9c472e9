//! The tour, taken: its files are written into an empty folder, its commands are run there, and what they print is compared.
//! With `UPDATE_SNAPSHOTS=1` the tour is written anew.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files and start programs")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = env::temp_dir().join(format!("cvx-tour-{}", std::process::id()));
        fs::create_dir_all(&path).expect("it can be made");
        Folder(path)
    }

    /// What a command prints when a shell runs it in this folder.
    fn run(&self, command: &str) -> String {
        let cvx = Path::new(env!("CARGO_BIN_EXE_cvx")).parent().expect("it is in a folder");
        let path = format!("{}:{}", cvx.display(), env::var("PATH").unwrap_or_default());
        let shell = Command::new("sh")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(&self.0)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .output()
            .expect("there is a shell");
        String::from_utf8(shell.stdout).expect("it prints text")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in a folder for what may be lost.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The commands of a block of a console, with the output of each.
fn commands(block: &str) -> Vec<&str> {
    block.lines().filter_map(|line| line.strip_prefix("$ ")).collect()
}

/// A text in which times are hidden, which differ from run to run.
fn timeless(text: &str) -> String {
    let is_time = |word: &str| word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let words = text.split(' ').map(|word| if is_time(word) { "0.0" } else { word });
    words.collect::<Vec<&str>>().join(" ")
}

#[test]
fn the_tour_is_true() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tour.md");
    let tour = fs::read_to_string(&file).expect("the tour is there");
    let folder = Folder::new();
    let mut taken = String::new();
    // Every other part stands between fences.
    for (i, part) in tour.split("```").enumerate() {
        if i > 0 {
            taken.push_str("```");
        }
        let (info, body) = part.split_once('\n').unwrap_or((part, ""));
        match info.split_once(' ') {
            Some(("clojure", name)) if i % 2 == 1 => {
                fs::write(folder.0.join(name), body).expect("it can be written");
                taken.push_str(part);
            }
            _ if i % 2 == 1 && info == "console" => {
                taken.push_str("console\n");
                for command in commands(body) {
                    taken.push_str(&format!("$ {command}\n{}", folder.run(command)));
                }
            }
            _ => taken.push_str(part),
        }
    }
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&file, &taken).expect("it can be written");
    } else {
        assert!(timeless(&taken) == timeless(&tour), "the tour would be\n{taken}");
    }
}
