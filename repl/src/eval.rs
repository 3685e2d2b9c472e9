//! `cvx eval`: one expression, or many for a program.

use crate::answer;
use crate::cli::Expression;
use crate::failure::Failure;
use crate::jsonl;
use crate::output::Output;
use files::Limit;
use lang::Value;
use serde_json::Value as Json;
use tools::report::Problem;
use tools::screen::Screen;
use tools::session::GENESIS_ACCOUNT;
use tools::session::Session;
use tools::{explain, show};
use vm::State;

/// Answers the expression given, or those on standard input.
///
/// # Errors
/// [`Failure::Program`] when the expression fails, [`Failure::Request`] when a line is malformed.
pub fn eval(genesis: State, request: &Expression, limit: Limit) -> Result<(), Failure> {
    let account = request.who.account.0;
    if request.query {
        let sentence =
            "--query belongs to --node or --connect; on a local state nothing of an expression stays";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    if account != GENESIS_ACCOUNT && (request.json || request.jsonl) {
        return Err(Failure::Usage(format!("with --json and --jsonl expressions run as #{GENESIS_ACCOUNT}")));
    }
    match &request.source {
        Some(source) if request.json => eval_json(&genesis, source),
        Some(source) => print(&value_of(genesis, account, source)?),
        None => jsonl::serve(limit, |object| Ok(answer::answer(&genesis, jsonl::text(object, "src")?))),
    }
}

fn eval_json(genesis: &State, source: &str) -> Result<(), Failure> {
    let mut object = answer::answer(genesis, source);
    let failed = object.contains_key("error") || object.contains_key("read_error");
    if failed {
        // The answer tells the code and when; the reports tell where and why, as the prompt would.
        let (session, result) = run(genesis.clone(), GENESIS_ACCOUNT, source, Output::Json)?;
        let problems = result.err().unwrap_or_default();
        let reports = problems.iter().map(|problem| Json::Object(problem.to_json(session.sources())));
        object.insert("reports".to_owned(), reports.collect());
    }
    jsonl::print(&object)?;
    if failed { Err(Failure::Program) } else { Ok(()) }
}

/// Runs an expression as the prompt would, in a session of its own.
fn run(
    genesis: State,
    account: u64,
    source: &str,
    output: Output,
) -> Result<(Session, Result<Value, Vec<Problem>>), Failure> {
    let mut session = Session::new(genesis, account).map_err(Failure::Usage)?;
    session.show_functions(output.functions());
    let text = session.add_text("expression", source);
    let result = match session.read_one(text) {
        Ok(form) => session.run(&form).result.map_err(|problem| vec![problem]),
        Err(errors) => {
            Err(errors.iter().map(|error| explain::unreadable(error, session.sources())).collect())
        }
    };
    Ok((session, result))
}

/// The value of an expression, run as the prompt would run it; reports what goes wrong.
///
/// # Errors
/// [`Failure::Program`]
pub fn value_of(genesis: State, account: u64, source: &str) -> Result<Value, Failure> {
    let (session, result) = run(genesis, account, source, Output::Text)?;
    result.map_err(|problems| {
        for problem in problems {
            show::tell(problem.render(session.sources(), Screen::of_stderr()));
        }
        Failure::Program
    })
}

/// Prints a value on a line of its own.
///
/// # Errors
/// [`Failure::Program`] when its text is too long or a part is missing; [`Failure::Io`].
pub fn print(value: &Value) -> Result<(), Failure> {
    match show::text(value, show::MAX_TEXT_BYTES) {
        Ok(Some(text)) => Ok(show::put(&(text + "\n"))?),
        Ok(None) => {
            let kind = value.kind().name();
            show::tell(format!(
                "cvx: the text of this {kind} is longer than {} bytes
",
                show::MAX_TEXT_BYTES
            ));
            Err(Failure::Program)
        }
        Err(missing) => {
            show::tell(format!("cvx: {missing}\n"));
            Err(Failure::Program)
        }
    }
}
