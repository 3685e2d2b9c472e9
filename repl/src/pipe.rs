//! `cvx` without a terminal: forms from standard input, a result a line.

use crate::brackets::Scan;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::output::Output;
use files::{Limit, Unread};
use lang::reader::{Next, ReadErrors};
use std::io::{BufRead, Read, stdin};
use std::path::Path;
use tools::explain;
use tools::report::Problem;
use tools::session::Session;
use vm::State;

/// Runs the forms on standard input, each as soon as the line that completes it has come. Programs get a JSON object a form.
///
/// # Errors
/// [`Failure::Program`] at the end when any failed.
pub fn pipe(state: State, account: u64, output: Output, limit: Limit) -> Result<(), Failure> {
    converse(Session::new(state, account).map_err(Failure::Usage)?, &Ground::Local, output, limit)
}

/// Goes on with a session, as [`pipe`] does.
///
/// # Errors
/// [`Failure::Program`] at the end when any form failed.
pub fn converse(mut session: Session, ground: &Ground, output: Output, limit: Limit) -> Result<(), Failure> {
    session.show_functions(output.functions());
    let source = session.add_text("stdin", "");
    let mut pipe = Pipe {
        session,
        ground,
        source,
        offset: 0,
        scan: Scan::default(),
        output,
        unreadable: 0,
        verdict: Ok(()),
    };
    let mut room = limit.bytes;
    let mut input = stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(room.saturating_add(1)).read_until(b'\n', &mut line)? == 0 {
            pipe.step(End::Text)?;
            return pipe.end();
        }
        if line.len() as u64 > room {
            let _ = pipe.end();
            return Err(too_long(limit));
        }
        room -= line.len() as u64;
        match std::str::from_utf8(&line) {
            // What a file may begin with, which is piped as well.
            Ok(line) if pipe.text().is_empty() => pipe.line(&files::text::opened(line))?,
            Ok(line) => pipe.line(line)?,
            Err(error) => pipe.not_text(error)?,
        }
    }
}

fn too_long(limit: Limit) -> Failure {
    Failure::unread(Path::new("standard input"), &Unread::TooLong(limit))
}

/// What the text so far ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// A line; more may come.
    Line,
    /// The input.
    Text,
}

struct Pipe<'a> {
    session: Session,
    ground: &'a Ground,
    /// The text of all input so far.
    source: u32,
    /// Forms before this offset have been run.
    offset: usize,
    /// Brackets from the offset on.
    scan: Scan,
    output: Output,
    /// How many places do not read.
    unreadable: usize,
    verdict: Result<(), Failure>,
}

impl Pipe<'_> {
    fn line(&mut self, line: &str) -> Result<(), Failure> {
        let before = self.scan.outermost();
        self.session.append_text(self.source, line);
        self.scan.feed(line);
        // Within a form that stays open nothing is complete, and to try at each line would take quadratic time.
        if before.is_some() && self.scan.outermost() == before { Ok(()) } else { self.step(End::Line) }
    }

    /// Runs all forms that are complete.
    fn step(&mut self, end: End) -> Result<(), Failure> {
        let start = self.offset;
        loop {
            match self.session.read_next(self.source, self.offset) {
                Next::Form(form) => {
                    self.offset = form.span.end as usize;
                    let (outcome, told) = self.ground.run(&mut self.session, &form);
                    match outcome.result {
                        Ok(value) => match self.output.value_with(&value, told.fields()) {
                            Err(Failure::Program) => self.verdict = Err(Failure::Program),
                            other => other?,
                        },
                        Err(problem) => self.fail(&problem)?,
                    }
                }
                Next::Bad(errors, rest) => {
                    self.unreadable(&errors)?;
                    self.offset = rest.max(self.offset + 1);
                }
                Next::Incomplete(errors) if end == End::Text => {
                    self.unreadable(&errors)?;
                    break;
                }
                Next::Incomplete(_) => break,
                Next::End => {
                    self.offset = self.text().len();
                    break;
                }
            }
        }
        if self.offset > start {
            self.scan = Scan::of(self.text().get(self.offset..).unwrap_or_default());
        }
        Ok(())
    }

    /// All input so far.
    fn text(&self) -> &str {
        self.session.sources().text(self.source).unwrap_or_default()
    }

    /// Reports places that do not read, as long as there are not too many; later ones are counted.
    fn unreadable(&mut self, errors: &ReadErrors) -> Result<(), Failure> {
        let room = explain::MAX_UNREADABLE.saturating_sub(self.unreadable);
        self.unreadable += errors.total();
        self.verdict = Err(Failure::Program);
        errors.iter().take(room).try_for_each(|error| {
            let problem = explain::unreadable(error, self.session.sources());
            self.fail(&problem)
        })
    }

    /// Reports a line that is no text.
    fn not_text(&mut self, error: std::str::Utf8Error) -> Result<(), Failure> {
        self.unreadable += 1;
        self.verdict = Err(Failure::Program);
        if self.unreadable > explain::MAX_UNREADABLE {
            return Ok(());
        }
        let message = format!("a line of standard input is no UTF-8: {error}");
        self.fail(&Problem { message, ..Problem::default() })
    }

    /// Tells how many places do not read besides those reported.
    fn end(mut self) -> Result<(), Failure> {
        let more = self.unreadable.saturating_sub(explain::MAX_UNREADABLE);
        if let Some(problem) = explain::more_unreadable(more) {
            self.fail(&problem)?;
        }
        self.verdict
    }

    fn fail(&mut self, problem: &Problem) -> Result<(), Failure> {
        self.verdict = Err(Failure::Program);
        self.output.problem(problem, self.session.sources())
    }
}
