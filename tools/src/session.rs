//! A session: a state with a past, an account to act as, and the texts that were read.

mod follow;

use crate::codes;
use crate::explain::{self, Scene};
use crate::history::{self, Change, History};
use crate::report::Problem;
use crate::show;
use crate::texts::{Functions, Texts};
use lang::reader::{self, Form, Next, ReadError, ReadErrors};
use lang::source::{Positions, Sources};
use lang::{Missing, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use vm::apply::{self, Applied, Failure, Source};
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::{Context, Ending, Run, State, Transaction};

/// The account that forms run as unless another is chosen: the first user of the genesis state.
pub const GENESIS_ACCOUNT: u64 = 11;

/// A state with a past, and what is known of the texts that made it.
pub struct Session {
    state: State,
    history: History,
    account: u64,
    sources: Sources,
    positions: Positions,
    functions: Functions,
    interrupt: Arc<AtomicBool>,
    /// The accounts that forms ran as.
    acted: BTreeSet<u64>,
    /// The codes whose pages have been mentioned.
    mentioned: BTreeSet<&'static str>,
    /// What shows the page of a code when its name follows.
    pages: &'static str,
}

/// How much is noted of what was running when an error happens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Traces {
    /// Not all calls; forms run at full speed.
    Short,
    /// All calls with their arguments.
    Full,
}

/// What a form gave.
pub struct Outcome {
    /// The value; or what went wrong, and then the state is as before.
    pub result: Result<Value, Problem>,
    /// The juice of expansion, compilation and execution.
    pub juice: u64,
}

impl Session {
    /// A session that begins with a state.
    ///
    /// # Errors
    /// A sentence, when there is no such account.
    pub fn new(state: State, account: u64) -> Result<Session, String> {
        let mut session = Session {
            state,
            history: History::default(),
            account,
            sources: Sources::new(),
            positions: Positions::new(),
            functions: Functions::default(),
            interrupt: Arc::default(),
            acted: BTreeSet::new(),
            mentioned: BTreeSet::new(),
            pages: "cvx explain",
        };
        session.switch(account)?;
        Ok(session)
    }

    /// A session that goes on where something else has stopped: with its state, texts and positions.
    ///
    /// # Errors
    /// A sentence, when there is no such account.
    pub fn resume(
        state: State,
        account: u64,
        sources: Sources,
        positions: Positions,
    ) -> Result<Session, String> {
        Ok(Session { sources, positions, ..Session::new(state, account)? })
    }

    /// Lets reports name another command that shows the page of a code: what is typed before the code.
    pub fn with_pages(self, pages: &'static str) -> Session {
        Session { pages, ..self }
    }

    /// Lets functions show in this way.
    pub fn show_functions(&mut self, functions: Functions) {
        self.functions = functions;
    }

    /// The present state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The account that forms run as.
    pub fn account(&self) -> u64 {
        self.account
    }

    /// Lets forms run as another account.
    ///
    /// # Errors
    /// A sentence, when there is no such account.
    pub fn switch(&mut self, account: u64) -> Result<(), String> {
        match self.state.has_account(account) {
            Ok(true) => {
                self.act_as(account);
                Ok(())
            }
            Ok(false) => Err(format!("there is no account #{account}")),
            Err(missing) => Err(missing.to_string()),
        }
    }

    /// The texts that were read.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// How values read whose functions these texts made.
    pub fn texts(&self) -> Texts<'_> {
        Texts { sources: &self.sources, positions: &self.positions, functions: self.functions }
    }

    /// A flag that stops the running form soon after it is set.
    pub fn interrupt(&self) -> Arc<AtomicBool> {
        self.interrupt.clone()
    }

    /// Keeps a text under a name and gives its number.
    pub fn add_text(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        self.sources.add(name, text)
    }

    /// Adds to the end of a text.
    pub fn append_text(&mut self, source: u32, more: &str) {
        self.sources.append(source, more);
    }

    /// All forms of a text, and all that is wrong with it.
    pub fn read_all(&mut self, source: u32) -> (Vec<Form>, ReadErrors) {
        let text = self.sources.text(source).unwrap_or_default();
        reader::read_all(text, source, &mut self.positions)
    }

    /// The only form of a text.
    ///
    /// # Errors
    /// All that is wrong with it; none or several forms are an error too.
    pub fn read_one(&mut self, source: u32) -> Result<Form, Vec<ReadError>> {
        let text = self.sources.text(source).unwrap_or_default();
        reader::read_one_at(text, source, &mut self.positions)
    }

    /// The first form of a text from an offset in bytes on.
    pub fn read_next(&mut self, source: u32, offset: usize) -> Next {
        let text = self.sources.text(source).unwrap_or_default();
        reader::next_form(text, offset, source, Some(&mut self.positions))
    }

    /// Runs a form as a transaction of the current account without fees. When it fails nothing changes.
    pub fn run(&mut self, form: &Form) -> Outcome {
        let account = self.account;
        let run = |context: &mut Context| {
            let outcome = context.run(&form.value);
            outcome.and_then(|value| Ok((value, counted(context.state(), account)?)))
        };
        let mut attempt = self.attempt(Traces::Short, run);
        if matches!(&attempt, Ok((_, Err(ending))) if ending.has_trace()) {
            attempt = self.attempt(Traces::Full, run);
        }
        let (mut context, result) = match attempt {
            Ok(attempt) => attempt,
            Err(ending) => return self.outcome(Err(self.explain(form, &ending)), 0),
        };
        let juice = context.juice();
        let result = match result {
            Ok((value, state)) => {
                self.adopt(form, state);
                Ok(value)
            }
            Err(Ending::OutOfJuice) => {
                // All juice up to the limit counts as used then.
                let fallen = Some(juice).filter(|limit| *limit < MAX_TRANSACTION_JUICE);
                Err(self.scene(form).exhausted(context.take_exhausted(), fallen))
            }
            Err(ending) => Err(self.explain(form, &ending)),
        };
        self.outcome(result, juice)
    }

    /// Runs something on a machine for the current account. What fails can be run again with full traces: it fails again
    /// in the same way.
    fn attempt<T>(&mut self, traces: Traces, run: impl Fn(&mut Context) -> T) -> Run<(Context, T)> {
        let mut context = self.machine()?;
        if traces == Traces::Full {
            context = context.with_traces();
        }
        let outcome = run(&mut context);
        self.positions = context.take_positions().unwrap_or_default();
        Ok((context, outcome))
    }

    /// Runs a form as a transaction of the current account, with fees and memory. One that fails pays for its juice
    /// all the same. There are no costs when it could not be judged.
    pub fn run_charged(&mut self, form: &Form) -> (Outcome, Option<Applied>) {
        match self.apply(form) {
            Ok((state, applied, fallen)) => {
                let result = applied.result.clone();
                let result = result.map_err(|failure| self.explain_charged(form, failure, fallen));
                self.adopt(form, state);
                (self.outcome(result, applied.juice), Some(applied))
            }
            Err(ending) => (self.outcome(Err(self.explain(form, &ending)), 0), None),
        }
    }

    /// An outcome, which mentions the page of its code if none before did.
    fn outcome(&mut self, mut result: Result<Value, Problem>, juice: u64) -> Outcome {
        if let Err(problem) = &mut result
            && let Some(page) = problem.code.as_deref().and_then(codes::page)
            && self.mentioned.insert(page.code)
        {
            problem.hints.push(format!("`{} {}` tells more", self.pages, page.code));
        }
        Outcome { result, juice }
    }

    /// The state after a form as a transaction, what came of it, and its limit of juice if that fell meanwhile.
    fn apply(&mut self, form: &Form) -> Run<(State, Applied, Option<u64>)> {
        let limit = explain::juice_limit(&self.state, self.account)?;
        let sequence = match self.state.account(self.account)? {
            Some(account) => account.sequence()?.saturating_add(1),
            None => 1,
        };
        let transaction = Transaction::invoke(self.account, sequence, form.value.clone());
        let run = |context: &mut Context| apply::apply_in(context, &transaction);
        let (mut context, mut applied) = self.attempt(Traces::Short, run)?;
        if applied.as_ref().is_ok_and(|applied| applied.result.is_err()) {
            (context, applied) = self.attempt(Traces::Full, run)?;
        }
        let applied = applied?;
        // What was running is known where the juice ran out, and all of it up to the limit counts as used then.
        let ran_out = applied.result.as_ref().is_err_and(|failure| !failure.error.trace.is_empty());
        let reached = if ran_out { applied.juice } else { context.juice_limit() };
        Ok((context.into_state(), applied, Some(reached).filter(|reached| *reached < limit)))
    }

    /// A machine for the current account, which takes the positions along.
    fn machine(&mut self) -> Run<Context> {
        self.interrupt.store(false, Ordering::Relaxed);
        let context = Context::new(self.state.clone(), self.account, MAX_TRANSACTION_JUICE)?;
        Ok(context.with_interrupt(self.interrupt.clone()).with_positions(std::mem::take(&mut self.positions)))
    }

    /// Goes on with the state that a form made, and keeps the present one to come back to if it differs.
    fn adopt(&mut self, form: &Form, state: State) {
        let before = std::mem::replace(&mut self.state, state);
        self.note(before, self.account, |session| session.title(form));
    }

    /// Notes the way from a state to the present one, if they differ. What cannot be compared counts as different.
    fn note(&mut self, before: State, account: u64, what: impl FnOnce(&Session) -> String) {
        if history::differ(&before, &self.state, account).unwrap_or(true) {
            let what = what(self);
            self.history.add(Change { what, account, before });
        }
    }

    /// How a form is named in one line: the name of its text and its beginning.
    fn title(&self, form: &Form) -> String {
        let name = self.sources.name(form.span.source).unwrap_or_default();
        let text = self.sources.slice(form.span).unwrap_or_default();
        format!("{name}: {}", show::line(text))
    }

    fn scene(&self, form: &Form) -> Scene<'_> {
        Scene {
            state: &self.state,
            account: self.account,
            sources: &self.sources,
            positions: &self.positions,
            span: form.span,
            functions: self.functions,
        }
    }

    fn explain(&self, form: &Form, ending: &Ending) -> Problem {
        self.scene(form).problem(ending)
    }

    /// The report of a transaction that was paid for: who has too few coins is told so.
    fn explain_charged(&self, form: &Form, failure: Failure, fallen: Option<u64>) -> Problem {
        let is_juice = failure.source == Source::Cvm && failure.error.code == Value::keyword("JUICE");
        let mut problem = self.explain(form, &Ending::Error(failure.error));
        if let (true, Some(limit)) = (is_juice, fallen) {
            self.scene(form).tell_fallen(&mut problem, limit);
        } else if let (true, Ok(Some(hint))) = (is_juice, explain::affordable(&self.state, self.account)) {
            problem.hints = vec![hint];
        }
        problem
    }

    /// Does something, such as running all forms of a file, as one change that is taken back as a whole.
    pub fn as_one<T>(&mut self, what: impl Into<String>, run: impl FnOnce(&mut Session) -> T) -> T {
        let (before, account) = (self.state.clone(), self.account);
        let history = std::mem::take(&mut self.history);
        let outcome = run(self);
        self.history = history;
        self.note(before, account, |_| what.into());
        outcome
    }

    /// Takes back the last changes, so many or all that there are, and lets the account act that did before the
    /// first of them. Returns what was taken back, the last change first.
    pub fn undo(&mut self, changes: usize) -> Vec<String> {
        let changes = self.history.take(changes);
        if let Some(first) = changes.last() {
            self.state = first.before.clone();
            self.account = first.account;
        }
        changes.into_iter().map(|change| change.what).collect()
    }

    /// The names that forms can use now.
    ///
    /// # Errors
    /// [`Missing`] when a part of the state is not to be had.
    pub fn names(&self) -> Result<Vec<String>, Missing> {
        explain::names(&self.state, self.account)
    }
}

/// A state in which an account has made one more transaction.
fn counted(state: &State, address: u64) -> Result<State, Missing> {
    match state.account(address)? {
        Some(account) => {
            state.with_account(address, &account.with_sequence(account.sequence()?.saturating_add(1))?)
        }
        None => Ok(state.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show;
    use std::time::Duration;

    fn session() -> Session {
        Session::new(stdlib::genesis().expect("the library builds"), GENESIS_ACCOUNT)
            .expect("the library builds")
    }

    /// The text of the value of a form, or the code of its error.
    fn run(session: &mut Session, text: &str) -> String {
        let source = session.add_text("test", text);
        let form = session.read_one(source).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        match session.run(&form).result {
            Ok(value) => show::brief(&value, 1000),
            Err(problem) => problem.code.unwrap_or_default(),
        }
    }

    #[test]
    fn forms_take_effect_whole_or_not_at_all() {
        let mut session = session();
        for (text, outcome) in [
            ("(def x 1)", "1"),
            ("(do (def x 2) (inc :a))", ":CAST"),
            ("x", "1"),
            ("(do (def x 3) (rollback 4))", "4"),
            ("x", "1"),
            ("(do (def x 5) (halt 6))", "6"),
            ("x", "5"),
            ("(recur)", ":EXCEPTION"),
            ("(loop [] (recur))", ":JUICE"),
            ("[*address* *sequence* (= *balance* (balance #11))]", "[#11 6 true]"),
        ] {
            assert_eq!(run(&mut session, text), outcome, "{text}");
        }
    }

    #[test]
    fn what_was_done_can_be_undone() {
        let mut session = session();
        for text in ["(def x 1)", "(def x 2)", "(inc :a)", "(def y 3)"] {
            run(&mut session, text);
        }
        let undone = |session: &mut Session, count| session.undo(count).join("; ");
        assert_eq!(undone(&mut session, 1), "test: (def y 3)");
        assert_eq!(run(&mut session, "y"), ":UNDECLARED");
        assert_eq!(undone(&mut session, 1), "test: (def x 2)");
        assert_eq!(run(&mut session, "x"), "1");
        run(&mut session, "(def z\n  4)");
        assert_eq!(undone(&mut session, 9), "test: (def z 4); test: (def x 1)");
        assert_eq!(run(&mut session, "x"), ":UNDECLARED");
        assert_eq!(undone(&mut session, 1), "", "nothing is left");
    }

    #[test]
    fn only_changes_can_be_undone() {
        let mut session = session();
        run(&mut session, "(def x [1 2])");
        for text in [
            "(+ 1 2)",
            "x",
            "(def x [1 2])",
            "*sequence*",
            "(do (def y 1) (undef y) 3)",
            "(rollback (def y 1))",
            "(fail :A 1)",
            "(set-memory *memory*)",
            "(inc :a)",
        ] {
            run(&mut session, text);
        }
        assert_eq!(session.undo(1), ["test: (def x [1 2])"]);
        for text in [
            "(def x 1)",
            "(def x 2)",
            "(def ^:static x 2)",
            "(undef x)",
            "(deploy nil)",
            "(transfer #13 1)",
            "(set-key 0x1234567812345678123456781234567812345678123456781234567812345678)",
            "(schedule (+ *timestamp* 1000) (def x 1))",
            "(set-controller #13)",
            "(set-memory 1000)",
        ] {
            let outcome = run(&mut session, text);
            let undone = session.undo(1);
            assert!(
                undone.len() == 1 && undone[0].starts_with(&format!("test: {}", &text[..9])),
                "{outcome}: {undone:?}"
            );
            run(&mut session, text);
        }
    }

    #[test]
    fn undoing_brings_back_who_was_acting() {
        let mut session = session();
        run(&mut session, "(def x 1)");
        assert_eq!(session.switch(13), Ok(()));
        run(&mut session, "(def y 1)");
        assert_eq!(session.switch(11), Ok(()));
        let address = run(&mut session, "(deploy nil)");
        assert_eq!(session.switch(address[1..].parse().expect("it is an address")), Ok(()));
        session.undo(1);
        assert_eq!(session.account(), 11, "the account is gone");
        session.undo(1);
        assert_eq!(session.account(), 13);
        assert_eq!(session.switch(14), Ok(()));
        session.undo(1);
        assert_eq!(session.account(), 11);
        assert_eq!(session.switch(14), Ok(()));
        session.undo(1);
        assert_eq!(session.account(), 14, "there was nothing to take back");
    }

    #[test]
    fn several_forms_are_undone_as_one() {
        let mut session = session();
        run(&mut session, "(def x 1)");
        session.as_one("a file", |session| ["(def x 2)", "(def y 2)"].map(|text| run(session, text)));
        session.as_one("another", |session| run(session, "x"));
        assert_eq!(run(&mut session, "[x y]"), "[2 2]");
        assert_eq!(session.undo(1), ["a file"]);
        assert_eq!(run(&mut session, "x"), "1");
        assert_eq!(session.undo(5), ["test: (def x 1)"]);
    }

    #[test]
    fn accounts_keep_apart() {
        let mut session = session();
        run(&mut session, "(def x 1)");
        assert_eq!(session.switch(13), Ok(()));
        assert_eq!(run(&mut session, "x"), ":UNDECLARED");
        assert_eq!(run(&mut session, "[#11/x *address*]"), "[1 #13]");
        assert!(session.switch(99_999).is_err());
        assert_eq!(session.account(), 13);
    }

    #[test]
    fn a_running_form_can_be_interrupted() {
        let mut session = session();
        let flag = session.interrupt();
        let done = Arc::new(AtomicBool::new(false));
        let is_done = done.clone();
        let finger = std::thread::spawn(move || {
            while !is_done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
                flag.store(true, Ordering::Relaxed);
            }
        });
        let outcome = run(&mut session, "(loop [] (do (recur)))");
        done.store(true, Ordering::Relaxed);
        finger.join().expect("the finger lifts");
        assert_eq!(outcome, ":INTERRUPTED");
        assert_eq!(run(&mut session, "1"), "1", "the session goes on");
    }
}
