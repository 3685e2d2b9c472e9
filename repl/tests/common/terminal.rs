//! The binary at a pseudo-terminal.

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};
use std::io::{Read, Write};
use std::path::Path;
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program and the terminal that it runs at.
pub struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Terminal {
    /// Runs the binary in a folder at a terminal of so many columns, with variables beside those that are always set.
    pub fn run(folder: &Path, args: &[&str], columns: u16, variables: &[(&str, &str)]) -> Terminal {
        let (pty, pts) = open().expect("there are pseudo-terminals");
        pty.resize(Size::new(50, columns)).expect("it can be resized");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cvx")).args(args).current_dir(folder);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM_PROGRAM"] {
            command = command.env_remove(name);
        }
        command = command.env("TERM", "xterm").env("CVX_HISTORY", "").env("CVX_CACHE", folder.join("cache"));
        command = command.envs(variables.iter().copied());
        let child = command.spawn(pts).expect("cvx is built");
        let pty = Arc::new(pty);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (from, to) = (pty.clone(), seen.clone());
        let reader = std::thread::spawn(move || {
            let mut part = [0; 4096];
            // Where the other side is closed, to read fails.
            while let Ok(n @ 1..) = (&*from).read(&mut part) {
                to.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&part[..n]);
            }
        });
        Terminal { pty, child, seen, reader }
    }

    /// Types, all at once.
    pub fn types(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).expect("the terminal is there");
    }

    /// What has been shown so far.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Waits until a text has been shown.
    pub fn sees(&self, text: &str) {
        self.sees_often(text, 1);
    }

    /// Waits until a text has been shown so often.
    pub fn sees_often(&self, text: &str, times: usize) {
        let start = Instant::now();
        while plain(&self.shown()).matches(text).count() < times {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in\n{:?}", self.shown());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether the terminal edits lines and shows what is typed, as it did at first.
    pub fn edits_lines(&self) -> bool {
        let modes = tcgetattr(&*self.pty).expect("it is a terminal").local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Waits for the end of the program; all that it has shown, and the exit code.
    pub fn ends(mut self) -> (String, Option<i32>) {
        let start = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().expect("it is a child") {
                break status.code();
            }
            if start.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("no end in\n{:?}", self.shown());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        self.reader.join().expect("the reader ends with the program");
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        (String::from_utf8_lossy(&seen).into_owned(), code)
    }
}

/// A text without control sequences.
pub fn plain(shown: &str) -> String {
    let mut out = String::new();
    let mut rest = shown;
    while let Some((before, behind)) = rest.split_once("\x1b[") {
        out.push_str(before);
        let end = behind.find(|c: char| c.is_ascii_alphabetic()).map_or(behind.len(), |at| at + 1);
        rest = &behind[end..];
    }
    out + rest
}
