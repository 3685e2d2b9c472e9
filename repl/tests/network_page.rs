//! The page on networks, done as it says: two terminals, the second of which joins the network of
//! the first. Times are not compared. With `UPDATE_SNAPSHOTS=1` the page is written anew.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files, start programs and wait for them")]

#[path = "common/times.rs"]
mod times;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use std::{env, fs};
use times::timeless;

/// The port that the page names; tests take a free one.
const PORT: &str = "8080";
const LONGEST: Duration = Duration::from_secs(60);

/// A folder of its own, and a free port.
struct Place {
    folder: PathBuf,
    port: String,
}

impl Place {
    fn new() -> Place {
        let folder = env::temp_dir().join(format!("cvx-network-page-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("there is room");
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port().to_string();
        Place { folder, port }
    }

    fn start(&self, command: &str) -> Child {
        let cvx = Path::new(env!("CARGO_BIN_EXE_cvx")).parent().expect("it is in a folder");
        let path = format!("{}:{}", cvx.display(), env::var("PATH").unwrap_or_default());
        Command::new("sh")
            .args(["-c", &format!("{{ {}\n}} 2>&1", command.replace(PORT, &self.port))])
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .env("CVX_HISTORY", "")
            .env("CVX_KEYS", self.folder.join("keys"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell")
    }

    /// What is printed, with the port that the page names and paths as seen from the folder.
    fn shown(&self, text: &str) -> String {
        text.replace(&self.port, PORT).replace(&format!("{}/", self.folder.display()), "")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A program at a prompt.
struct Terminal {
    child: Child,
    printed: Arc<(Mutex<String>, Condvar)>,
}

impl Terminal {
    fn new(mut child: Child) -> Terminal {
        let mut out = child.stdout.take().expect("it is piped");
        let printed = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let shared = printed.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut all = Vec::new();
            while let Ok(count) = out.read(&mut bytes)
                && count > 0
            {
                all.extend_from_slice(&bytes[..count]);
                if let Ok(text) = std::str::from_utf8(&all) {
                    shared.0.lock().expect("no thread fails").push_str(text);
                    all.clear();
                }
                shared.1.notify_all();
            }
        });
        Terminal { child, printed }
    }

    /// What was printed up to the next prompt, and the prompt.
    fn until_prompt(&self) -> (String, String) {
        let printed = self.printed.0.lock().expect("no thread fails");
        let no_prompt = |text: &mut String| prompt_at_end(text).is_none();
        let (mut printed, waited) =
            self.printed.1.wait_timeout_while(printed, LONGEST, no_prompt).expect("no thread fails");
        assert!(!waited.timed_out(), "no prompt after:\n{printed}");
        let start = prompt_at_end(&printed).expect("it was waited for");
        let prompt = printed.split_off(start);
        (std::mem::take(&mut *printed), prompt)
    }

    /// Types an entry; answers what was printed and the prompt after it.
    fn enter(&mut self, entry: &str) -> (String, String) {
        let input = self.child.stdin.as_mut().expect("it is piped");
        input.write_all(format!("{entry}\n").as_bytes()).expect("it reads");
        self.until_prompt()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Where the prompt begins that a text ends with, such as `#11> `.
fn prompt_at_end(text: &str) -> Option<usize> {
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let digits = text[start..].strip_prefix('#')?.strip_suffix("> ")?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(start)
}

/// What is typed behind prompts.
fn typed(block: &str) -> impl Iterator<Item = &str> {
    block.lines().filter_map(|line| {
        let (prompt, entry) = line.strip_prefix('#')?.split_once("> ")?;
        prompt.bytes().all(|b| b.is_ascii_digit()).then_some(entry)
    })
}

/// A session at a prompt as it looks, and the terminal, which stays open.
fn session(place: &Place, command: &str, block: &str) -> (String, Terminal) {
    let mut terminal = Terminal::new(place.start(&format!("{command} --interactive")));
    let (banner, mut prompt) = terminal.until_prompt();
    let mut out = format!("$ {command}\n{}", place.shown(&banner));
    for entry in typed(block) {
        let (printed, next) = terminal.enter(entry);
        out.push_str(&format!("{prompt}{entry}\n{}", place.shown(&printed)));
        prompt = next;
    }
    (out, terminal)
}

/// A block as it looks, and the prompt that is open in the end.
fn block(place: &Place, body: &str) -> (String, Option<Terminal>) {
    let mut out = String::new();
    let commands = body.lines().filter_map(|line| line.strip_prefix("$ "));
    for command in commands {
        if command.starts_with("cvx repl") {
            let (shown, terminal) = session(place, command, body);
            return (out + &shown, Some(terminal));
        }
        let output = place.start(command).wait_with_output().expect("it ends");
        let printed = String::from_utf8(output.stdout).expect("it prints text");
        out.push_str(&format!("$ {command}\n{}", place.shown(&printed)));
    }
    (out, None)
}

#[test]
fn two_terminals_share_a_network() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("docs/network.md");
    let page = fs::read_to_string(&file).expect("it can be read");
    let place = Place::new();
    let mut open = Vec::new();
    let mut out = String::new();
    for (i, part) in page.split("```").enumerate() {
        out.push_str(if i > 0 { "```" } else { "" });
        let (info, body) = part.split_once('\n').unwrap_or((part, ""));
        match info.split_once(' ') {
            Some(("clojure", name)) if i % 2 == 1 => {
                fs::write(place.folder.join(name), body).expect("there is room");
                out.push_str(part);
            }
            Some(("console", _)) if i % 2 == 1 => {
                let (shown, terminal) = block(&place, body);
                open.extend(terminal);
                out.push_str(&format!("{info}\n{shown}"));
            }
            _ => out.push_str(part),
        }
    }
    assert_eq!(open.len(), 2, "the page has two terminals");
    // The one that joined leaves first.
    open.into_iter().rev().for_each(drop);
    if timeless(&out) == timeless(&page) {
        return;
    }
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        return fs::write(&file, out).expect("it can be written");
    }
    panic!("the page would be\n{out}");
}
