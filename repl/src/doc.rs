//! `cvx doc`: what symbols, accounts and files are about, and whether their examples are true.

use crate::cli::Doc;
use crate::failure::Failure;
use crate::{jsonl, run};
use files::Limit;
use lang::source::Sources;
use serde_json::Value as Json;
use std::path::Path;
use tools::check::known::Known;
use tools::colour::{Colour, Style};
use tools::doc::examples::{self, Example, Outcome};
use tools::doc::file::{self, Outline};
use tools::doc::json;
use tools::doc::target::{self, Target};
use tools::printable::Printable;
use tools::screen::Screen;
use tools::test::suite::SUFFIX;
use tools::{explain, show};
use vm::State;

/// The accounts whose examples are those of the core and of the standard actors.
const DOCUMENTED: [std::ops::RangeInclusive<u64>; 2] = [8..=10, 64..=77];

/// Tells what names are about, or runs their examples.
///
/// # Errors
/// [`Failure::Usage`] for names that mean nothing; [`Failure::Program`] when an example is not true or a file does not read, which is
/// reported.
pub fn doc(state: &State, request: &Doc, limit: Limit) -> Result<(), Failure> {
    if request.check {
        return check(state, request, limit);
    }
    let own = request.who.account.0;
    let screen = Screen::of_stdout();
    for (position, name) in request.names.iter().enumerate() {
        let gap = if position > 0 { "\n" } else { "" };
        match (is_file(name), request.json) {
            (true, false) => show::say(styled(gap, &file::describe(name, &outline(name, limit)?, screen)))?,
            (true, true) => jsonl::print(&json::file(name, &outline(name, limit)?))?,
            (false, is_json) => {
                let answer = target::answer(state, own, name).map_err(Failure::Usage)?;
                match is_json {
                    true => jsonl::print(&json::answer(&answer))?,
                    false => show::say(styled(gap, &answer.lines(own, screen)))?,
                }
            }
        }
    }
    Ok(())
}

/// Lines of text behind a gap, with the headings, which are not indented, standing out on a terminal.
fn styled(gap: &str, text: &str) -> Printable {
    let colour = Colour::of_stdout();
    let mut out = Printable::from(gap);
    for line in text.lines() {
        match line.starts_with(' ') || line.is_empty() {
            true => out.push(line),
            false => out.append(&colour.paint(Style::Bold, line)),
        }
        out.push("\n");
    }
    out
}

/// Whether a name is meant as that of a file.
fn is_file(name: &str) -> bool {
    name == "-" || name.ends_with(".cvx") || (name.contains('/') && Path::new(name).is_file())
}

/// What a file defines. Where it does not read, that is reported.
fn outline(name: &str, limit: Limit) -> Result<Outline, Failure> {
    let mut sources = Sources::new();
    let text = sources.add(name, run::read_file(Path::new(name), limit)?.text);
    file::outline(&sources, text).map_err(|errors| {
        for problem in explain::all_unreadable(&errors, &sources) {
            show::tell(problem.render(&sources, Screen::of_stderr()));
        }
        Failure::Program
    })
}

fn check(state: &State, request: &Doc, limit: Limit) -> Result<(), Failure> {
    let account = request.who.account.0;
    let known = Known::new(state.clone(), account).map_err(Failure::Usage)?;
    let mut total = Outcome::default();
    let mut add = |outcome: Outcome| {
        total.run += outcome.run;
        total.failures.extend(outcome.failures);
    };
    if request.names.is_empty() {
        for address in DOCUMENTED.into_iter().flatten() {
            add(run_all(state, account, of_account(state, address)?)?);
        }
    }
    let mut after = state.clone();
    for name in &request.names {
        if name.ends_with(SUFFIX) {
            return Err(Failure::Usage(format!("{name} holds tests, which `cvx test` runs")));
        }
        if is_file(name) {
            let content = run::read_file(Path::new(name), limit)?.text;
            add(examples::run_text(&mut after, account, name, &content).map_err(Failure::Usage)?);
            continue;
        }
        let found = match target::read(&known, name).map_err(Failure::Usage)? {
            Target::Account(address) => of_account(state, address)?,
            Target::Symbol(address, symbol) => {
                let entry = known.entry(address, &symbol);
                let Some(entry) = entry else {
                    return Err(Failure::Usage(format!("`{symbol}` has no definition")));
                };
                let subject = format!("#{}/{symbol}", entry.address);
                let mut found = of_account(state, entry.address)?;
                found.retain(|example| example.subject == subject);
                found
            }
        };
        add(run_all(state, account, found)?);
    }
    tell(request, &total)
}

fn of_account(state: &State, address: u64) -> Result<Vec<Example>, Failure> {
    examples::of_account(state, address).map_err(|ending| Failure::Library(format!("{ending:?}")))
}

fn run_all(state: &State, account: u64, found: Vec<Example>) -> Result<Outcome, Failure> {
    examples::run(state, account, &found).map_err(Failure::Usage)
}

/// Reports what is not true, and how many examples there were.
fn tell(request: &Doc, total: &Outcome) -> Result<(), Failure> {
    let wrong = total.failures.len();
    if request.json {
        let mut object = jsonl::Object::new();
        object.insert("examples".to_owned(), total.run.into());
        let failures = total.failures.iter().map(|(problem, sources)| Json::Object(problem.to_json(sources)));
        object.insert("failures".to_owned(), failures.collect());
        jsonl::print(&object)?;
    } else {
        let screen = Screen::of_stderr();
        for (problem, sources) in &total.failures {
            show::tell(problem.render(sources, screen));
        }
        let verdict = if wrong == 0 { "all true".to_owned() } else { format!("{wrong} not true") };
        let noun = if total.run == 1 { "example" } else { "examples" };
        show::say(format!("{} {noun}: {verdict}\n", total.run))?;
    }
    if wrong == 0 { Ok(()) } else { Err(Failure::Program) }
}
