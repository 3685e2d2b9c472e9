//! `cvx deploy`: a plan, then signed transactions, a receipt, and a check of the code.
//!
//! - [`target`]: the network, what it is called, and the state to run ahead on
//! - [`fetch`]: parts of the state, asked of a node
//! - [`report`]: the plan, and what was done, for people and programs
//! - [`ledger`]: the file of the receipt
//! - [`send`]: the transactions
//! - [`verify`]: does an account hold the code of a source?

mod fetch;
mod ledger;
mod report;
mod send;
mod target;
mod verify;

use crate::cli::Deploy;
use crate::failure::Failure;
use crate::jsonl;
use crate::output::Output;
use crate::run::read_file;
use files::Limit;
use lang::Hash;
use lang::reader::Form;
use ledger::Ledger;
use serde_json::json;
use std::io::{IsTerminal, Write, stdin, stdout};
use target::Target;
use tools::deploy::{Plan, Source, Stop};
use tools::session::Session;
use tools::{explain, show};
use vm::State;

/// A source that was read: its forms, and the session that knows their texts.
struct Program {
    sources: Vec<Source>,
    forms: Vec<Form>,
}

/// Deploys files, or compares their code with that of an account.
///
/// # Errors
/// [`Failure`]
pub fn deploy(
    genesis: impl FnOnce() -> Result<State, Failure>,
    request: &Deploy,
    limit: Limit,
) -> Result<(), Failure> {
    let target = Target::join(genesis, request)?;
    let outcome = match &request.verify {
        Some(address) => verify::verify(&target, request, address.map(|address| address.0), limit),
        None => run(&target, request, limit),
    };
    target.leave();
    outcome
}

fn run(target: &Target, request: &Deploy, limit: Limit) -> Result<(), Failure> {
    let output = Output::of(request.json);
    let mut reader =
        Session::new(target.genesis()?, tools::session::GENESIS_ACCOUNT).map_err(Failure::Usage)?;
    let program = Program::read(&mut reader, request, output, limit)?;
    let mut ledger = Ledger::open(target, request, &program, limit)?;
    let account = ledger.account();
    if target.chain().is_some() && !request.dry_run {
        // Whoever cannot sign is told so before anything else is done.
        target.author(account)?;
        ledger.settle(target)?;
    }
    let first = ledger.first(request)?;
    let remaining = program.forms.get(first - 1..).unwrap_or_default();
    if remaining.is_empty() {
        return report::nothing_left(&ledger, output);
    }
    let seen = target.state(account, remaining)?;
    let mut session = reader;
    session.follow(&seen.state).map_err(|missing| Failure::Library(missing.to_string()))?;
    session.act_as(account);
    if session.state().has_account(account) != Ok(true) {
        return Err(Failure::Usage(format!("there is no account #{account}")));
    }
    session.show_functions(output.functions());
    let ask = |form: &Form| target.ask(account, form);
    let ask: Option<tools::deploy::plan::Ask<'_>> = if seen.is_exact { None } else { Some(&ask) };
    let plan = match Plan::rehearse(&mut session, remaining, first, ask) {
        Ok(plan) => plan,
        Err(Stop::State(missing)) => return Err(Failure::Usage(missing.to_string())),
        Err(Stop::Form(form, problem)) => {
            output.problem(&problem, session.sources())?;
            let total = program.forms.len();
            return stopped(output, format!("form {form} of {total} would fail: nothing was sent"));
        }
    };
    let shown = report::Shown { target, plan: &plan, is_exact: seen.is_exact, program: &program };
    if output == Output::Text {
        show::say(shown.text())?;
    }
    if plan.lacking > 0 {
        if output == Output::Json {
            jsonl::print(&shown.json(None, false))?;
        }
        let lacking = report::grouped(plan.lacking);
        return stopped(output, format!("#{account} lacks {lacking} coppers: nothing was sent"));
    }
    if request.dry_run || target.chain().is_none() {
        if output == Output::Json {
            return jsonl::print(&shown.json(None, false));
        }
        let hint = if target.chain().is_none() { "; --connect URL or --node sends it" } else { "" };
        return Ok(show::say(format!("\nNothing was sent{hint}.\n"))?);
    }
    if !request.yes && !confirmed(output)? {
        return stopped(output, "nothing was sent".to_owned());
    }
    let outcome = send::send(target, &mut session, &program, &plan, &mut ledger, output);
    match (output, &outcome) {
        (Output::Json, Ok(())) => jsonl::print(&shown.json(Some(&ledger), true))?,
        (Output::Json, Err(Failure::Program)) => jsonl::print(&shown.json(Some(&ledger), false))?,
        (Output::Text, Ok(())) => show::say(report::done(&ledger))?,
        _ => {}
    }
    outcome
}

impl Program {
    /// Reads the files.
    ///
    /// # Errors
    /// [`Failure::Program`] after reports of all that does not read.
    fn read(
        session: &mut Session,
        request: &Deploy,
        output: Output,
        limit: Limit,
    ) -> Result<Program, Failure> {
        let (mut forms, mut sources, mut verdict) = (Vec::new(), Vec::new(), Ok(()));
        for file in &request.files {
            let text = read_file(file, limit)?.text;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            sources.push(Source { name: name.unwrap_or_default(), hash: Hash::of(text.as_bytes()) });
            let text = session.add_text(file.display().to_string(), text);
            let (read, errors) = session.read_all(text);
            forms.extend(read);
            for problem in &explain::all_unreadable(&errors, session.sources()) {
                output.problem(problem, session.sources())?;
                verdict = Err(Failure::Program);
            }
        }
        verdict?;
        if forms.is_empty() {
            return Err(Failure::Usage("there is no form in these files".to_owned()));
        }
        Ok(Program { sources, forms })
    }

    /// The names of the files.
    fn names(&self) -> String {
        self.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Says why it ends here, and ends with the exit code of what was not done. Programs get it as an
/// object.
fn stopped(output: Output, sentence: String) -> Result<(), Failure> {
    match output {
        Output::Text => show::tell(format!("cvx: {sentence}\n")),
        Output::Json => jsonl::print(&jsonl::Object::from_iter([("stopped".to_owned(), json!(sentence))]))?,
    }
    Err(Failure::Program)
}

/// Asks at the terminal.
///
/// # Errors
/// [`Failure::Usage`] where there is nobody to ask.
fn confirmed(output: Output) -> Result<bool, Failure> {
    if !stdin().is_terminal() || output == Output::Json {
        return Err(Failure::Usage("nobody can be asked here: --yes sends without asking".to_owned()));
    }
    show::say("\nDeploy? [y/N] ")?;
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
