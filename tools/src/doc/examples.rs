//! The examples of documentation, run: each in a fork of its own, its value compared with the one it tells.

use super::{Notes, file};
use crate::report::{Phase, Problem};
use crate::session::Session;
use crate::{explain, show};
use lang::Value;
use lang::reader::{self, Form};
use lang::source::{Sources, Span};
use vm::{Run, State};

/// What begins a comment that says what the form before it gives.
pub(super) const MARK: &str = ";=>";

/// An example.
pub struct Example {
    /// What it is an example of, such as `map` or `#64/balance`.
    pub subject: String,
    /// The code: exactly one form.
    pub code: String,
    /// How its value prints.
    pub result: String,
    /// Where it stands, when it is in a text.
    pub place: Option<Span>,
}

/// What came of some examples.
#[derive(Default)]
pub struct Outcome {
    /// How many were run.
    pub run: usize,
    /// What is wrong, each with the texts that it points into.
    pub failures: Vec<(Problem, Sources)>,
}

/// The examples of all definitions of an account.
///
/// # Errors
/// Whatever looking them up ends with.
pub fn of_account(state: &State, address: u64) -> Run<Vec<Example>> {
    let mut examples = Vec::new();
    for name in explain::definitions(state, address)? {
        let Some(entry) = super::find(state, address, &name)? else { continue };
        let notes = Notes::of(&entry.metadata)?;
        examples.extend(of_notes(&format!("#{address}/{name}"), &notes, &[]));
    }
    Ok(examples)
}

/// Those that tell what they give.
fn of_notes(subject: &str, notes: &Notes, places: &[Option<Span>]) -> Vec<Example> {
    let text = |value: &Value| show::plain(value, show::MAX_TEXT_BYTES);
    let told = notes.examples.iter().enumerate().filter_map(|(i, (code, result))| {
        let (code, result) = (text(code), text(result.as_ref()?));
        Some(Example { subject: subject.to_owned(), code, result, place: places.get(i).copied().flatten() })
    });
    told.collect()
}

/// Runs examples as an account of a state.
///
/// # Errors
/// A sentence, when there is no such account.
pub fn run(state: &State, account: u64, examples: &[Example]) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    for example in examples {
        outcome.run += 1;
        outcome.failures.extend(run_one(state, account, example, None)?);
    }
    Ok(outcome)
}

/// Runs an example that stands in a text, if any; gives what is wrong.
fn run_one(
    state: &State,
    account: u64,
    example: &Example,
    text: Option<(&str, &str)>,
) -> Result<Option<(Problem, Sources)>, String> {
    let mut session = Session::new(state.clone(), account)?;
    let mut sources = Sources::new();
    if let Some((name, content)) = text {
        session.add_text(name, content);
        sources.add(name, content);
    }
    let name = format!("example of {}", example.subject);
    sources.add(name.as_str(), example.code.as_str());
    let source = session.add_text(name, example.code.as_str());
    let whole = Span { source, start: 0, end: u32::try_from(example.code.len()).unwrap_or(u32::MAX) };
    let problem = match session.read_one(source) {
        Err(errors) => errors.first().map(|error| explain::unreadable(error, session.sources())),
        Ok(form) => match session.run(&form).result {
            Err(problem) => Some(problem),
            Ok(value) => mismatch(&value, &example.result, example.place.unwrap_or(whole)),
        },
    };
    Ok(problem.map(|problem| (problem, sources)))
}

/// What to say when a value is not the one that was told: it should print so, or be what the text reads as.
fn mismatch(value: &Value, told: &str, place: Span) -> Option<Problem> {
    let actual = show::brief(value, show::MAX_TEXT_BYTES);
    let is_told = actual == told
        || reader::read_one(told, 0)
            .is_ok_and(|form| form.value == *value && !matches!(value, Value::Symbol(_)));
    (!is_told).then(|| Problem {
        phase: Phase::Run,
        message: format!("this gives {}, not {told}", show::brief(value, MAX_SHOWN_BYTES)),
        place: Some(place),
        label: "the example says otherwise".to_owned(),
        ..Problem::default()
    })
}

/// Longer values are not shown.
const MAX_SHOWN_BYTES: usize = 400;

/// Runs a text as an account, compares what its forms give with the comments `;=>` behind them, and runs the examples of its
/// documentation in the state that it leaves, which is then the state. Stops at the first form that fails; the state then
/// stays.
///
/// # Errors
/// A sentence, when there is no such account.
pub fn run_text(state: &mut State, account: u64, name: &str, content: &str) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let mut session = Session::new(state.clone(), account)?;
    let text = session.add_text(name, content);
    let texts = || {
        let mut sources = Sources::new();
        sources.add(name, content);
        sources
    };
    let (forms, errors) = session.read_all(text);
    if !errors.is_empty() {
        let problems = explain::all_unreadable(&errors, session.sources());
        outcome.failures = problems.into_iter().map(|problem| (problem, texts())).collect();
        return Ok(outcome);
    }
    for form in &forms {
        let told = told_behind(content, form);
        outcome.run += usize::from(told.is_some());
        match session.run(form).result {
            Err(problem) => {
                outcome.failures.push((problem, texts()));
                return Ok(outcome);
            }
            Ok(value) => {
                let wrong = told.and_then(|told| mismatch(&value, told, form.span));
                outcome.failures.extend(wrong.map(|problem| (problem, texts())));
            }
        }
    }
    *state = session.state().clone();
    let Ok(outline) = file::outline(&texts(), 0) else { return Ok(outcome) };
    for defined in &outline.definitions {
        for example in of_notes(&defined.path.join("/"), &defined.notes, &defined.places) {
            outcome.run += 1;
            outcome.failures.extend(run_one(session.state(), account, &example, Some((name, content)))?);
        }
    }
    Ok(outcome)
}

/// What the comment behind a form, on the same line, says that the form gives.
fn told_behind<'t>(content: &'t str, form: &Form) -> Option<&'t str> {
    let line = content.get(form.span.end as usize..)?.lines().next()?;
    Some(line.trim_start().strip_prefix(MARK)?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(content: &str) -> (usize, Vec<String>) {
        let mut state = stdlib::genesis().expect("the library builds");
        let outcome = run_text(&mut state, 11, "a.cvx", content).expect("there is #11");
        (outcome.run, outcome.failures.into_iter().map(|(problem, _)| problem.message).collect())
    }

    #[test]
    fn what_is_told_is_compared() {
        let documented = |result: &str| {
            format!(
                "(defn f ^{{:doc {{:examples [{{:code \"(f {{:a 1, :b 2}})\" :result \"{result}\"}}]}}}} [m] m)"
            )
        };
        assert_eq!(failures("(def x 1) ;=> 1\n(inc x) ;=> 2\n"), (2, vec![]));
        assert_eq!(failures("(inc 1) ;=> 3").1, ["this gives 2, not 3"]);
        assert_eq!(failures(&documented("{:a 1 :b 2}")), (1, vec![]));
        assert_eq!(failures(&documented("{:a 2}")).1, ["this gives {:a 1,:b 2}, not {:a 2}"]);
        assert_eq!(failures("(inc :a)\n(inc 1) ;=> 3").1.len(), 1, "stops at what fails");
        assert_eq!(failures("(inc").1.len(), 1);
    }

    #[test]
    fn examples_of_the_core_are_true() {
        let state = stdlib::genesis().expect("the library builds");
        let examples = of_account(&state, 8).expect("all is in memory");
        assert!(examples.len() > 200, "{}", examples.len());
        let outcome = run(&state, 11, &examples).expect("there is #11");
        assert!(outcome.failures.is_empty(), "{:?}", outcome.failures[0].0);
    }
}
