//! Playing steps: a set-up or a test, in a fork of its own.

use super::failure::{self, Failure, Story};
use super::fork::{Cost, Fork, Late, Watch, holds_words};
use super::step::{Action, Step};
use crate::colour::Colour;
use crate::explain::Scene;
use crate::report::Problem;
use crate::show;
use crate::texts::Texts;
use lang::reader::Form;
use lang::source::{Positions, Sources, Span};
use lang::{Value, printer};
use vm::{Ending, Run};

/// More failures of one test are counted and not kept.
const MAX_FAILURES: usize = 10;

/// Plays steps and keeps what comes of them.
pub struct Player<'a> {
    /// The texts that forms were read from.
    pub sources: &'a Sources,
    /// Where forms and ops come from.
    pub positions: Positions,
    /// The state as it is now.
    pub fork: Fork,
    /// Who looks on.
    pub watch: Watch,
    /// How many assertions there were.
    pub assertions: u64,
    /// What the transactions took.
    pub cost: Cost,
    /// The assertions that failed, the last of them perhaps not kept.
    pub failures: Vec<Failure>,
    /// How many failed.
    pub failed: u64,
    /// What may have led to failures from now on.
    stories: Vec<Story>,
}

/// Whether to go on with the next step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// A step may build on those before it.
    Next,
    /// A step that others build on has failed.
    Stop,
}

impl<'a> Player<'a> {
    /// A player that begins in a fork.
    pub fn new(sources: &'a Sources, positions: Positions, fork: Fork, watch: Watch) -> Player<'a> {
        Player {
            sources,
            positions,
            fork,
            watch,
            assertions: 0,
            cost: Cost::default(),
            failures: Vec::new(),
            failed: 0,
            stories: Vec::new(),
        }
    }

    /// Plays steps in turn. Assertions that fail do not keep the next ones from being tried; any other failure does.
    pub fn play(&mut self, steps: &[Step]) -> Flow {
        for step in steps {
            if self.step(step) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Next
    }

    fn step(&mut self, step: &Step) -> Flow {
        match &step.action {
            Action::Is { condition, note } => self.is(step, condition, note.as_deref()),
            Action::Throws { code, text, form } => self.throws(step, code.as_ref(), text.as_deref(), form),
            Action::As { account, body } => self.within(account, body),
            Action::After { milliseconds, body } => match self.integer(milliseconds) {
                Some(time) if time >= 0 => {
                    match self.fork.pass(time, &mut self.positions) {
                        Ok(failed) => failed.iter().for_each(|late| self.late(step.form.span, late)),
                        Err(ending) => return self.broken(step.form.span, &ending),
                    }
                    self.block(body)
                }
                _ => self.unfit(milliseconds, "a number of milliseconds that is not negative"),
            },
            Action::Fund { account, coppers } => {
                let Some(address) = self.address(account) else { return self.unfit(account, "an address") };
                let Some(coppers) = self.integer(coppers) else {
                    return self.unfit(coppers, "a number of coppers");
                };
                match self.fork.fund(address, coppers) {
                    Ok(()) => Flow::Next,
                    Err(ending) => self.broken(step.form.span, &ending),
                }
            }
            Action::Given { name, form } => match self.succeed(form) {
                Ok(value) => {
                    self.fork.given.push((name.clone(), value));
                    Flow::Next
                }
                Err(ending) => self.broken(form.span, &ending),
            },
            Action::Load(forms) => {
                for form in forms {
                    if let Err(ending) = self.succeed(form) {
                        return self.broken(form.span, &ending);
                    }
                }
                Flow::Next
            }
            Action::Transact => match self.succeed(&step.form) {
                Ok(_) => Flow::Next,
                Err(ending) => self.misplaced(&step.form, &ending),
            },
        }
    }

    /// Plays steps as another account, then goes on as the present one.
    fn within(&mut self, account: &Form, body: &[Step]) -> Flow {
        let Some(address) = self.address(account) else { return self.unfit(account, "an address") };
        match self.fork.state.has_account(address) {
            Ok(true) => {}
            Ok(false) => {
                let message = format!("there is no account #{address}");
                let place = Some(account.span);
                self.add(Problem { message, place, label: "here".to_owned(), ..Problem::default() });
                return Flow::Stop;
            }
            Err(missing) => return self.broken(account.span, &missing.into()),
        }
        let before = std::mem::replace(&mut self.fork.account, address);
        let flow = self.block(body);
        self.fork.account = before;
        flow
    }

    /// Plays steps, after which the names that they gave are forgotten.
    fn block(&mut self, body: &[Step]) -> Flow {
        let names = self.fork.given.len();
        let flow = self.play(body);
        self.fork.given.truncate(names);
        flow
    }

    fn transact(&mut self, form: &Form) -> Run {
        let (outcome, cost) = self.fork.transact(&form.value, &mut self.positions, &self.watch);
        self.cost.add(cost);
        outcome
    }

    /// As [`Player::transact`], for a form whose failure is reported.
    fn succeed(&mut self, form: &Form) -> Run {
        self.transact(form).map_err(|ending| self.traced(form, ending))
    }

    fn traced(&mut self, form: &Form, ending: Ending) -> Ending {
        self.fork.traced(&form.value, &mut self.positions, &self.watch, ending)
    }

    fn is(&mut self, step: &Step, condition: &Form, note: Option<&str>) -> Flow {
        self.assertions += 1;
        let before = self.fork.clone();
        match self.succeed(condition) {
            Ok(value) if value.is_truthy() => Flow::Next,
            Ok(value) => {
                let problem = Problem {
                    message: note.map_or_else(|| "the assertion does not hold".to_owned(), str::to_owned),
                    place: Some(condition.span),
                    label: format!("gives {}", self.brief(&value)),
                    ..Problem::default()
                };
                self.fail(before, step, condition, problem);
                Flow::Next
            }
            Err(ending) => {
                let problem = self.problem(condition.span, &ending);
                self.fail(before, step, condition, problem);
                Flow::Next
            }
        }
    }

    fn throws(&mut self, step: &Step, code: Option<&Value>, text: Option<&str>, form: &Form) -> Flow {
        self.assertions += 1;
        let before = self.fork.clone();
        let wanted = code.map_or_else(|| "an error".to_owned(), |c| show::brief(c, failure::MAX_VALUE_BYTES));
        let problem = match self.transact(form) {
            Ok(value) => {
                let label = format!("gives {}", self.brief(&value));
                // An assertion that fails leaves no trace.
                self.fork = before.clone();
                Problem {
                    message: format!("{wanted} was to be thrown, and nothing was"),
                    place: Some(form.span),
                    label,
                    ..Problem::default()
                }
            }
            Err(ending) => {
                let is_code = code.is_none_or(|code| ending.code().as_ref() == Some(code));
                let is_text = text.is_none_or(|text| message(&ending).contains(text));
                if is_code && is_text && ending.code().is_some() {
                    return Flow::Next;
                }
                let ending = self.traced(form, ending);
                let mut problem = self.problem(form.span, &ending);
                problem.hints.insert(
                    0,
                    match text {
                        Some(text) if is_code => format!("a message with \"{text}\" was to be thrown"),
                        _ => format!("{wanted} was to be thrown, and something else was"),
                    },
                );
                problem
            }
        };
        self.fail(before, step, form, problem);
        Flow::Next
    }

    /// A step that others build on has failed.
    fn broken(&mut self, span: Span, ending: &Ending) -> Flow {
        let problem = self.problem(span, ending);
        self.add(problem);
        Flow::Stop
    }

    /// As [`Player::broken`], for a transaction in which words of tests may be meant.
    fn misplaced(&mut self, form: &Form, ending: &Ending) -> Flow {
        let mut problem = self.problem(form.span, ending);
        if problem.code.as_deref() == Some(":UNDECLARED") && holds_words(&form.value) {
            problem.hints.push(
                "`is` and `throws` stand directly in a test, or in `as` and `after`: each is a transaction"
                    .to_owned(),
            );
        }
        self.add(problem);
        Flow::Stop
    }

    /// A form that should tell something else.
    fn unfit(&mut self, form: &Form, wanted: &str) -> Flow {
        let problem = match self.fork.query(&form.value, &mut self.positions) {
            Ok(value) => Problem {
                message: format!("this should be {wanted}, and is {}", self.brief(&value)),
                place: Some(form.span),
                label: "here".to_owned(),
                ..Problem::default()
            },
            Err(ending) => self.problem(form.span, &ending),
        };
        self.add(problem);
        Flow::Stop
    }

    fn address(&mut self, form: &Form) -> Option<u64> {
        match self.fork.query(&form.value, &mut self.positions) {
            Ok(Value::Address(address)) => Some(address),
            _ => None,
        }
    }

    fn integer(&mut self, form: &Form) -> Option<i64> {
        match self.fork.query(&form.value, &mut self.positions) {
            Ok(Value::Integer(integer)) => Some(integer),
            _ => None,
        }
    }

    /// Keeps the report of something scheduled, for those failures that come after it.
    fn late(&mut self, span: Span, late: &Late) {
        let report = self.problem_in(&late.fork, span, &late.ending).render(self.sources, Colour::Off);
        let title = format!("scheduled by #{}, and failed when it was due", late.fork.account);
        let lines = report.lines().map(str::to_owned).collect();
        self.stories.push(Story { title, lines });
    }

    /// How values read.
    pub fn texts(&self) -> Texts<'_> {
        Texts { sources: self.sources, positions: &self.positions, functions: self.watch.functions }
    }

    /// The text of a value in a report.
    fn brief(&self, value: &Value) -> String {
        self.texts().brief(value, failure::MAX_VALUE_BYTES)
    }

    /// The report of a form that failed.
    pub fn problem(&self, span: Span, ending: &Ending) -> Problem {
        self.problem_in(&self.fork, span, ending)
    }

    fn problem_in(&self, fork: &Fork, span: Span, ending: &Ending) -> Problem {
        let scene = Scene {
            state: &fork.state,
            account: fork.account,
            sources: self.sources,
            positions: &self.positions,
            span,
            functions: self.watch.functions,
        };
        scene.problem(ending)
    }

    /// Keeps a problem of the test itself.
    pub fn add(&mut self, problem: Problem) {
        self.keep(|player| Failure::plain(problem, player.fork.clone()));
    }

    /// Keeps the failure of an assertion, with what a second look at it shows.
    fn fail(&mut self, before: Fork, step: &Step, form: &Form, problem: Problem) {
        self.keep(|player| Failure::of(problem, before, step.form.span, form, player));
    }

    fn keep(&mut self, failure: impl FnOnce(&mut Player) -> Failure) {
        self.failed += 1;
        if self.failures.len() < MAX_FAILURES {
            let mut failure = failure(self);
            failure.stories.extend(self.stories.iter().cloned());
            self.failures.push(failure);
        }
    }
}

/// The message of an error as text.
fn message(ending: &Ending) -> String {
    match ending {
        Ending::Error(error) => printer::print_str(&error.message)
            .map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned()),
        _ => String::new(),
    }
}
