//! `cvx check`: what is wrong with a text, found without running it.
//!
//! A text is taken as a session would run it: as an account of a state, which tells what names there are, and after the
//! texts given before it, whose definitions it may use; code of the text itself is never run, and its macros are not expanded. Every rule has a
//! name, under which `tools/docs/check.md` explains it and a comment allows it ([`allow`]).

pub mod allow;
pub mod arity;
pub mod known;
pub mod page;
mod parse;
pub mod rules;
mod scene;
mod tree;

use crate::report::{Grade, Problem};
use crate::show;
use crate::test::suite::{Files, SUFFIX};
use allow::Allowance;
use known::Known;
use lang::Value;
use lang::reader::{self, Form, ReadErrors};
use lang::source::{Positions, Sources, Span};
use parse::Text;
use std::path::Path;
use vm::State;

pub use rules::{RULES, Rule, Severity};

/// Something that a rule finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// A plain sentence.
    pub message: String,
    /// The form at fault.
    pub span: Span,
    /// The words under the form.
    pub label: String,
    /// What may help.
    pub hints: Vec<String>,
}

impl Finding {
    fn new(rule: &'static str, span: Span, message: impl Into<String>, label: &str) -> Finding {
        Finding { rule, message: message.into(), span, label: label.to_owned(), hints: Vec::new() }
    }

    fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hints.push(hint.into());
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        rules::rule(self.rule).map_or(Severity::Warning, |rule| rule.severity)
    }

    /// The report of it, as other errors have one.
    pub fn problem(&self) -> Problem {
        Problem {
            code: Some(self.rule.to_owned()),
            grade: match self.severity() {
                Severity::Error => Grade::Error,
                Severity::Warning => Grade::Warning,
            },
            message: self.message.clone(),
            place: Some(self.span),
            label: self.label.clone(),
            hints: self.hints.clone(),
            ..Problem::default()
        }
    }
}

/// What was found in some texts.
#[derive(Default)]
pub struct Verdict {
    /// Why texts do not read, for each that does not. Nothing else is looked for in these.
    pub unreadable: Vec<ReadErrors>,
    /// What rules found, in the order of the texts.
    pub findings: Vec<Finding>,
    /// Whether a name was found to be undeclared that a file may define which is not known.
    pub is_uncertain: bool,
}

impl Verdict {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.unreadable.is_empty() && self.findings.is_empty()
    }
}

/// Texts on their way to be checked.
struct Reading<'a> {
    sources: &'a mut Sources,
    files: &'a dyn Files,
    positions: Positions,
    texts: Vec<Text>,
    allowances: Vec<Allowance>,
    /// Files that tests load, which are not checked themselves.
    loaded: Vec<u32>,
    /// Files that could not be read.
    unknown: Vec<String>,
    verdict: Verdict,
}

/// Checks texts that an account would run. Each may use what those before it define. Files that tests load are read as well.
/// `unread` names files among them that could not be read, and may define names.
///
/// # Errors
/// A sentence, when there is no such account, or a part of the state is not to be had.
pub fn check(
    sources: &mut Sources,
    texts: &[u32],
    unread: &[String],
    state: &State,
    account: u64,
    files: &dyn Files,
) -> Result<Verdict, String> {
    let known = Known::new(state.clone(), account)?;
    let mut reading = Reading {
        sources,
        files,
        positions: Positions::new(),
        texts: Vec::new(),
        allowances: Vec::new(),
        loaded: Vec::new(),
        unknown: unread.to_vec(),
        verdict: Verdict::default(),
    };
    texts.iter().for_each(|text| reading.read(*text));
    let Reading { positions, texts, allowances, loaded, unknown, mut verdict, .. } = reading;
    let tree = parse::Parser::new(&known, &positions).parse(&texts).map_err(|missing| missing.to_string())?;
    verdict.findings.extend(tree.flaws.iter().cloned());
    let scene = scene::Scene::new(&tree, &known);
    for rule in RULES {
        (rule.check)(&scene, &mut verdict.findings);
    }
    if let Some(missing) = known.missing() {
        return Err(missing.to_string());
    }
    let is_meant = |finding: &Finding| {
        allowances.iter().any(|allowance| allowance.allows(finding))
            || tree.muted.iter().any(|muted| {
                muted.source == finding.span.source
                    && muted.start <= finding.span.start
                    && finding.span.end <= muted.end
            })
    };
    verdict.findings.retain(|finding| !loaded.contains(&finding.span.source) && !is_meant(finding));
    let is_read = |finding: &Finding| {
        let mut sources = verdict.unreadable.iter().flat_map(|errors| errors.first());
        sources.all(|error| error.span.source != finding.span.source)
    };
    verdict.findings.retain(is_read);
    if let Some(note) = may_define(&unknown) {
        for finding in verdict.findings.iter_mut().filter(|finding| finding.rule == "undeclared") {
            finding.hints.push(note.clone());
            verdict.is_uncertain = true;
        }
    }
    verdict.findings.sort_by_key(|finding| (finding.span.source, finding.span.start, finding.span.end));
    verdict.findings.dedup_by(|a, b| a.rule == b.rule && a.span == b.span);
    Ok(verdict)
}

/// More files that may define a name are not listed.
const MAX_UNKNOWN: usize = 3;

/// What to say of a name that files may define which could not be read; nothing where all could.
fn may_define(files: &[String]) -> Option<String> {
    let names: Vec<String> = files.iter().take(MAX_UNKNOWN).map(|name| format!("`{name}`")).collect();
    match (names.as_slice(), files.len().saturating_sub(MAX_UNKNOWN)) {
        ([], _) => None,
        (_, 0) => Some(format!("{} could not be read and may define it", names.join(" and "))),
        (_, more) => {
            Some(format!("{} and {more} more could not be read and may define it", names.join(", ")))
        }
    }
}

impl Reading<'_> {
    fn read(&mut self, text: u32) {
        let content = self.sources.text(text).unwrap_or_default();
        let allowance = allow::read(content, text);
        let (forms, errors) = reader::read_all(content, text, &mut self.positions);
        if !errors.is_empty() {
            self.unknown.extend(self.sources.name(text).map(str::to_owned));
            self.verdict.unreadable.push(errors);
        }
        self.verdict.findings.extend(allowance.flaws.iter().cloned());
        let forms = if allowance.is_data { Vec::new() } else { forms };
        self.allowances.push(allowance);
        let name = self.sources.name(text).unwrap_or_default().to_owned();
        let is_test = name.ends_with(SUFFIX);
        if is_test {
            for form in &forms {
                self.load(form, Path::new(&name));
            }
        }
        self.texts.push(Text { forms, is_test });
    }

    /// Reads the file that a form `(load "file")` of a test names.
    fn load(&mut self, form: &Form, test: &Path) {
        let Value::List(list) = &form.value else { return };
        let (Ok(Some(word)), Ok(Some(Value::String(path)))) = (list.get(0), list.get(1)) else { return };
        let (true, Ok(path)) = (*word == Value::symbol("load"), path.to_text()) else { return };
        let folder = test.parent().unwrap_or(Path::new(""));
        let path = folder.join(path);
        match self.files.load(&path, folder) {
            Ok(content) => {
                let loaded = self.sources.add(path.display().to_string(), content);
                self.loaded.push(loaded);
                self.read(loaded);
            }
            Err(error) => {
                let message = format!("cannot read {}: {error}", show::path(&path));
                self.unknown.push(path.display().to_string());
                self.verdict.findings.push(Finding::new("syntax", form.span, message, "not loaded"));
            }
        }
    }
}
