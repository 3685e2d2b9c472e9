//! A program that speaks a machine form, seen as a function from lines to lines.

use serde_json::Value as Json;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A command line that answers one JSON line for each JSON line.
#[derive(Clone, Debug)]
pub struct Client {
    command: Vec<String>,
}

impl Client {
    /// A client for a command line, split at white space.
    pub fn new(command: &str) -> Client {
        Client { command: command.split_whitespace().map(String::from).collect() }
    }

    /// The `cvx` binary that was built beside the running program, with these arguments.
    ///
    /// # Errors
    /// When it is not there; the message says how to build it.
    pub fn cvx(args: &str) -> io::Result<Client> {
        let path = cvx_binary()?;
        let mut command = vec![path.to_string_lossy().into_owned()];
        command.extend(args.split_whitespace().map(String::from));
        Ok(Client { command })
    }

    /// Asks all questions in one run of the program and returns as many answers.
    ///
    /// # Errors
    /// When the program does not start, or stops before it has answered everything.
    pub fn ask(&self, questions: &[Json]) -> io::Result<Vec<Json>> {
        let answers = self.exchange(questions)?;
        match questions.get(answers.len()) {
            Some(at) => Err(io::Error::other(format!("{:?} ended without answering {at}", self.command))),
            None => Ok(answers),
        }
    }

    /// Like [`Client::ask`], but a question at which the program dies is answered with `{"crash": …}` and the
    /// rest is asked of a new process.
    ///
    /// # Errors
    /// When the program cannot be started at all.
    pub fn ask_all(&self, questions: &[Json]) -> io::Result<Vec<Json>> {
        let mut answers = Vec::with_capacity(questions.len());
        while answers.len() < questions.len() {
            let rest = &questions[answers.len()..];
            let mut got = self.exchange(rest)?;
            if got.len() < rest.len() {
                got.push(serde_json::json!({"crash": "the program ended without an answer"}));
            }
            answers.append(&mut got);
        }
        Ok(answers)
    }

    /// One run of the program: the answers up to its end or its first unreadable line.
    fn exchange(&self, questions: &[Json]) -> io::Result<Vec<Json>> {
        let mut child = self.start()?;
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let text: String = questions.iter().map(|q| format!("{q}\n")).collect();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let stdout = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let answers =
            stdout.lines().map_while(Result::ok).map_while(|l| serde_json::from_str(&l).ok()).collect();
        // After an unreadable line the program may still be writing; after the last it has ended by itself.
        let _ = child.kill();
        // A broken pipe only repeats that the program ended early, which the number of answers tells.
        let _ = writer.join();
        child.wait()?;
        Ok(answers)
    }

    fn start(&self) -> io::Result<Child> {
        let (program, args) =
            self.command.split_first().ok_or_else(|| io::Error::other("an empty command"))?;
        Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| io::Error::new(e.kind(), format!("{program}: {e}")))
    }
}

/// Where cargo puts the `cvx` binary: beside this program, or beside the folder of test programs.
///
/// # Errors
/// When it is not there.
pub fn cvx_binary() -> io::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let name = format!("cvx{}", std::env::consts::EXE_SUFFIX);
    here.ancestors().skip(1).take(2).map(|dir| dir.join(&name)).find(|p| p.is_file()).ok_or_else(|| {
        io::Error::other(format!(
            "no cvx beside {}: run `cargo build` or `cargo test --workspace`",
            here.display()
        ))
    })
}
