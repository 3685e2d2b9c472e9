//! `cvx run`: scripts.

use crate::cli::Run;
use crate::costs::Costs;
use crate::failure::Failure;
use crate::jsonl::Object;
use crate::output::Output;
use files::{Limit, Text};
use lang::reader::Form;
use std::path::{Path, PathBuf};
use tools::session::Session;
use tools::{explain, show};
use vm::State;

/// Runs the forms of files in order, each as a transaction, and prints the last value. All files are read before anything runs.
/// With costs each is charged as on the network, and what it cost is told. For programs each report is a JSON object on a line,
/// and so is the last value.
///
/// # Errors
/// [`Failure::Program`] after the report of the first form that fails, or of all that do not read.
pub fn run(state: State, request: &Run, limit: Limit) -> Result<(), Failure> {
    let output = Output::of(request.json);
    let mut session = Session::new(state, request.who.account.0).map_err(Failure::Usage)?;
    session.show_functions(output.functions());
    let forms = read_forms(&mut session, &request.files, output, limit)?;
    let mut costs = request.costs.then(Costs::default);
    let mut last = None;
    for form in &forms {
        let outcome = match &mut costs {
            Some(costs) => {
                let (outcome, applied) = session.run_charged(form);
                costs.add(session.sources().describe(form.span).unwrap_or_default(), applied.as_ref());
                outcome
            }
            None => session.run(form),
        };
        match outcome.result {
            Ok(value) => last = Some(value),
            Err(problem) => {
                let fields = tell_costs(costs.as_ref(), output);
                output.problem_with(&problem, session.sources(), fields)?;
                return Err(Failure::Program);
            }
        }
    }
    let fields = tell_costs(costs.as_ref(), output);
    last.as_ref().map_or(Ok(()), |value| output.value_with(value, fields))
}

/// The forms of all files; reports all that is wrong with any.
///
/// # Errors
/// [`Failure`]
pub fn read_forms(
    session: &mut Session,
    files: &[PathBuf],
    output: Output,
    limit: Limit,
) -> Result<Vec<Form>, Failure> {
    let mut forms = Vec::new();
    let mut verdict = Ok(());
    for file in files {
        let text = session.add_text(file.display().to_string(), read_file(file, limit)?.text);
        let (read, errors) = session.read_all(text);
        forms.extend(read);
        for problem in &explain::all_unreadable(&errors, session.sources()) {
            output.problem(problem, session.sources())?;
            verdict = Err(Failure::Program);
        }
    }
    verdict.map(|()| forms)
}

/// Tells people what the forms cost; answers it as fields for programs.
fn tell_costs(costs: Option<&Costs>, output: Output) -> Object {
    match (costs, output) {
        (None, _) => Object::new(),
        (Some(costs), Output::Text) => {
            show::tell(costs.table());
            Object::new()
        }
        (Some(costs), Output::Json) => Object::from_iter([("costs".to_owned(), costs.to_json())]),
    }
}

/// The text of a file, or of standard input for `-`.
///
/// # Errors
/// [`Failure::Usage`] when it cannot be read.
pub fn read_file(path: &Path, limit: Limit) -> Result<Text, Failure> {
    files::read::text(path, limit).map_err(|why| Failure::unread(path, &why))
}
