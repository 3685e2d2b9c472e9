//! `cvx` without a terminal: forms from standard input, a result a line.

use crate::brackets::Scan;
use crate::failure::Failure;
use crate::output::Output;
use lang::reader::Next;
use std::io::{BufRead, stdin};
use tools::explain;
use tools::report::Problem;
use tools::session::Session;
use vm::State;

/// Runs the forms on standard input, each as soon as the line that completes it has come. Programs get a JSON object a form.
///
/// # Errors
/// [`Failure::Program`] at the end when any failed.
pub fn pipe(state: State, account: u64, output: Output) -> Result<(), Failure> {
    converse(Session::new(state, account).map_err(Failure::Usage)?, output)
}

/// Goes on with a session, as [`pipe`] does.
///
/// # Errors
/// [`Failure::Program`] at the end when any form failed.
pub fn converse(mut session: Session, output: Output) -> Result<(), Failure> {
    session.show_functions(output.functions());
    let source = session.add_text("stdin", "");
    let mut pipe = Pipe { session, source, offset: 0, scan: Scan::default(), output, verdict: Ok(()) };
    let mut input = stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            pipe.step(End::Text)?;
            return pipe.verdict;
        }
        match std::str::from_utf8(&line) {
            Ok(line) => pipe.line(line)?,
            Err(error) => pipe.fail(&Problem {
                message: format!("a line of standard input is no UTF-8: {error}"),
                ..Problem::default()
            })?,
        }
    }
}

/// What the text so far ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// A line; more may come.
    Line,
    /// The input.
    Text,
}

struct Pipe {
    session: Session,
    /// The text of all input so far.
    source: u32,
    /// Forms before this offset have been run.
    offset: usize,
    /// Brackets from the offset on.
    scan: Scan,
    output: Output,
    verdict: Result<(), Failure>,
}

impl Pipe {
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
                    match self.session.run(&form).result {
                        Ok(value) => match self.output.value(&value) {
                            Err(Failure::Program) => self.verdict = Err(Failure::Program),
                            other => other?,
                        },
                        Err(problem) => self.fail(&problem)?,
                    }
                }
                Next::Bad(errors, rest) => {
                    errors.iter().try_for_each(|error| {
                        self.fail(&explain::unreadable(error, self.session.sources()))
                    })?;
                    self.offset = rest.max(self.offset + 1);
                }
                Next::Incomplete(errors) if end == End::Text => {
                    errors.iter().try_for_each(|error| {
                        self.fail(&explain::unreadable(error, self.session.sources()))
                    })?;
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

    fn fail(&mut self, problem: &Problem) -> Result<(), Failure> {
        self.verdict = Err(Failure::Program);
        self.output.problem(problem, self.session.sources())
    }
}
