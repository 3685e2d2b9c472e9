//! `cvx check`: mistakes in files, found without running them.

use crate::cli::Check;
use crate::failure::Failure;
use crate::{jsonl, run, sarif};
use lang::source::{Sources, Span, line_column};
use serde_json::{Value as Json, json};
use std::fs;
use std::path::Path;
use tools::check::{self, Finding, RULES, Severity, Verdict};
use tools::screen::Screen;
use tools::test::find;
use tools::test::suite::Disk;
use tools::{advice, explain, markdown, printable, show};
use vm::State;

/// Checks files and reports what is found in the way asked for.
///
/// # Errors
/// [`Failure::Program`] when something was found, which is reported; [`Failure::Usage`] when there is no such file, account or
/// rule; [`Failure::Io`].
pub fn check(state: State, request: &Check) -> Result<(), Failure> {
    if request.rules {
        return list_rules();
    }
    if let Some(name) = &request.rule {
        return explain_rule(name);
    }
    let mut sources = Sources::new();
    let mut texts = Vec::new();
    let files = find::files(&request.files, ".cvx");
    for file in &files.map_err(|source| Failure::Io { what: "cannot read a folder".to_owned(), source })? {
        let name = if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() };
        let content = run::read_file(file)?;
        match markdown::is_page(file) {
            true => texts.extend(
                markdown::programs(&content).into_iter().map(|text| sources.add(name.as_str(), text)),
            ),
            false => texts.push(sources.add(name, content)),
        }
    }
    let verdict =
        check::check(&mut sources, &texts, &state, request.who.account.0, &Disk).map_err(Failure::Usage)?;
    if let Some(out) = &request.sarif {
        write_sarif(out, &sarif::log(&verdict, &sources))?;
    } else if request.json {
        print_json(&verdict, &sources)?;
    } else {
        report(&verdict, &sources);
    }
    if verdict.is_clean() { Ok(()) } else { Err(Failure::Program) }
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
    for error in &verdict.unreadable {
        show::tell(explain::unreadable(error, sources).render(sources, screen));
    }
    for finding in &verdict.findings {
        show::tell(finding.problem().render(sources, screen));
    }
    let count = verdict.unreadable.len() + verdict.findings.len();
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
    pub message: &'a str,
    /// The form at fault.
    pub span: Span,
    /// The words under it.
    pub label: &'a str,
    /// What may help.
    pub hints: &'a [String],
}

/// All that was found, as data.
pub fn items(verdict: &Verdict) -> Vec<Item<'_>> {
    let unreadable = verdict.unreadable.iter().map(|error| Item {
        rule: "read",
        severity: Severity::Error,
        message: &error.message,
        span: error.span,
        label: "does not read",
        hints: &[],
    });
    let found = verdict.findings.iter().map(|finding: &Finding| Item {
        rule: finding.rule,
        severity: finding.severity(),
        message: &finding.message,
        span: finding.span,
        label: &finding.label,
        hints: &finding.hints,
    });
    unreadable.chain(found).collect()
}

/// Where a span begins and ends in its text, both counted from 1 in characters; the end is behind the last one.
pub fn region(sources: &Sources, span: Span) -> [usize; 4] {
    let text = sources.text(span.source).unwrap_or_default();
    let (start, end) = (line_column(text, span.start as usize), line_column(text, span.end as usize));
    [start.line, start.column, end.line, end.column]
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
        let [line, column, end_line, end_column] = region(sources, item.span);
        let object = json!({
            "file": sources.name(item.span.source),
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

fn write_sarif(out: &Path, log: &Json) -> Result<(), Failure> {
    let text = format!("{log:#}\n");
    if out == Path::new("-") {
        return jsonl::print_text(&text);
    }
    fs::write(out, &*printable::json(&text))
        .map_err(|source| Failure::Io { what: format!("cannot write {}", show::path(out)), source })
}
