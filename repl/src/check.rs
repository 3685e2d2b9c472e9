//! `cvx check`: mistakes in files, found without running them.

use crate::cli::Check;
use crate::failure::Failure;
use crate::{jsonl, run, sarif};
use files::{Limit, same, write};
use lang::reader::ReadErrors;
use lang::source::{Sources, Span};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use tools::check::{self, Finding, RULES, Severity, Verdict};
use tools::screen::Screen;
use tools::test::find;
use tools::test::suite::Disk;
use tools::{advice, explain, markdown, printable, show};
use vm::State;

/// Checks files and reports what is found in the way asked for.
///
/// # Errors
/// [`Failure::Program`] when something was found, which is reported; [`Failure::Request`] when a file could not be read, or may
/// define what was not found; [`Failure::Usage`] when there is no such account or rule, or the report would overwrite a file;
/// [`Failure::Io`].
pub fn check(state: State, genesis: Option<&Path>, request: &Check, limit: Limit) -> Result<(), Failure> {
    if request.rules {
        return list_rules();
    }
    if let Some(name) = &request.rule {
        return explain_rule(name);
    }
    let mut sources = Sources::new();
    let mut texts = Vec::new();
    let mut unread = Vec::new();
    let files = find::files(&request.files, ".cvx");
    let mut files =
        files.map_err(|source| Failure::Io { what: "cannot read a folder".to_owned(), source })?;
    for file in &files {
        let name = if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() };
        let content = match run::read_file(file, limit) {
            Ok(content) => content.text,
            Err(failure) => {
                show::tell(format!("cvx: {failure}\n"));
                unread.push(name);
                continue;
            }
        };
        match markdown::is_page(file) {
            true => texts.extend(
                markdown::programs(&content).into_iter().map(|text| sources.add(name.as_str(), text)),
            ),
            false => texts.push(sources.add(name, content)),
        }
    }
    let verdict = check::check(&mut sources, &texts, &unread, &state, request.who.account.0, &Disk { limit })
        .map_err(Failure::Usage)?;
    if let Some(out) = &request.sarif {
        // Those that tests load are among the sources.
        files.extend(sources.names().map(PathBuf::from).chain(genesis.map(Path::to_owned)));
        write_sarif(out, &files, &sarif::log(&verdict, &sources))?;
    } else if request.json {
        print_json(&verdict, &sources)?;
    } else {
        report(&verdict, &sources);
    }
    match verdict.is_clean() {
        // What could not be read is told.
        _ if verdict.is_uncertain || !unread.is_empty() => Err(Failure::Request),
        true => Ok(()),
        false => Err(Failure::Program),
    }
}

fn list_rules() -> Result<(), Failure> {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let indent = " ".repeat(width + 2);
    for rule in RULES {
        let line = format!("{:<width$}  {}\n", rule.name, rule.about);
        show::say(&*Screen::of_stdout().wrap(&line, 0, &indent))?;
    }
    Ok(())
}

fn explain_rule(name: &str) -> Result<(), Failure> {
    match check::page::of(name) {
        Some(page) => Ok(show::say(page)?),
        None => {
            let near = advice::similar(name, RULES.iter().map(|rule| rule.name));
            let meant = near.first().map(|near| format!(" Did you mean `{near}`?")).unwrap_or_default();
            Err(Failure::Usage(format!("there is no rule `{name}`.{meant} `cvx check --rules` lists all.")))
        }
    }
}

fn report(verdict: &Verdict, sources: &Sources) {
    let screen = Screen::of_stderr();
    for problem in verdict.unreadable.iter().flat_map(|errors| explain::all_unreadable(errors, sources)) {
        show::tell(problem.render(sources, screen));
    }
    for finding in &verdict.findings {
        show::tell(finding.problem().render(sources, screen));
    }
    let count = verdict.unreadable.iter().map(ReadErrors::total).sum::<usize>() + verdict.findings.len();
    if count > 1 {
        show::tell(format!("{count} findings\n"));
    }
}

/// A finding, or a place that does not read, as data.
pub struct Item<'a> {
    /// The rule; `read` for what does not read.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A plain sentence.
    pub message: Cow<'a, str>,
    /// The text that it is in.
    pub source: u32,
    /// The form at fault; none for what counts other places.
    pub span: Option<Span>,
    /// The words under it.
    pub label: &'a str,
    /// What may help.
    pub hints: &'a [String],
}

/// All that was found, as data.
pub fn items(verdict: &Verdict) -> Vec<Item<'_>> {
    let unreadable = verdict.unreadable.iter().flat_map(unreadable);
    let found = verdict.findings.iter().map(|finding: &Finding| Item {
        rule: finding.rule,
        severity: finding.severity(),
        message: finding.message.as_str().into(),
        source: finding.span.source,
        span: Some(finding.span),
        label: &finding.label,
        hints: &finding.hints,
    });
    unreadable.chain(found).collect()
}

/// The places of a text that do not read, and the number of those that are not listed.
fn unreadable(errors: &ReadErrors) -> Vec<Item<'_>> {
    let item = |message, source, span, label| Item {
        rule: "read",
        severity: Severity::Error,
        message,
        source,
        span,
        label,
        hints: &[],
    };
    let shown = errors.iter().take(explain::MAX_UNREADABLE);
    let shown = shown.map(|error| {
        item(error.message.as_str().into(), error.span.source, Some(error.span), "does not read")
    });
    let source = errors.first().map_or(0, |error| error.span.source);
    let more = explain::more_unreadable(errors.total().saturating_sub(explain::MAX_UNREADABLE));
    shown.chain(more.map(|more| item(more.message.into(), source, None, ""))).collect()
}

/// Where a span begins and ends in its text, both counted from 1 in characters; the end is behind the last one.
pub fn region(sources: &Sources, span: Span) -> [usize; 4] {
    let at = |offset: u32| {
        let place = sources.position(span.source, offset as usize);
        place.map_or([1, 1], |place| [place.line, place.column])
    };
    let ([line, column], [end_line, end_column]) = (at(span.start), at(span.end));
    [line, column, end_line, end_column]
}

/// The word for how bad something is.
pub fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn print_json(verdict: &Verdict, sources: &Sources) -> Result<(), Failure> {
    for item in items(verdict) {
        let [line, column, end_line, end_column] = match item.span {
            Some(span) => region(sources, span).map(Json::from),
            None => Default::default(),
        };
        let object = json!({
            "file": sources.name(item.source),
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "rule": item.rule,
            "severity": level(item.severity),
            "message": item.message,
            "label": item.label,
            "hints": item.hints,
        });
        if let Json::Object(object) = object {
            jsonl::print(&object)?;
        }
    }
    Ok(())
}

fn write_sarif(out: &Path, inputs: &[PathBuf], log: &Json) -> Result<(), Failure> {
    let text = format!("{log:#}\n");
    if out == Path::new("-") {
        return jsonl::print_text(&text);
    }
    if let Some(input) = same::overwritten(out, inputs.iter().map(PathBuf::as_path)) {
        return Err(Failure::overwrites(out, input));
    }
    write::replace(out, printable::json(&text).as_bytes()).map_err(|source| Failure::unwritten(out, source))
}
