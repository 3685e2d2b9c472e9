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

use crate::report::Problem;
use known::Known;
use lang::reader::{self, ReadError};
use lang::source::{Positions, Sources, Span};
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
    /// Why texts do not read. Then nothing else is looked for, since definitions may be among what does not read.
    pub unreadable: Vec<ReadError>,
    /// What rules found, in the order of the texts.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.unreadable.is_empty() && self.findings.is_empty()
    }
}

/// Checks texts that an account would run. Each may use what those before it define.
///
/// # Errors
/// A sentence, when there is no such account, or a part of the state is not to be had.
pub fn check(sources: &Sources, texts: &[u32], state: &State, account: u64) -> Result<Verdict, String> {
    let known = Known::new(state.clone(), account)?;
    let mut positions = Positions::new();
    let mut verdict = Verdict::default();
    let mut forms = Vec::new();
    let mut allowances = Vec::new();
    for &text in texts {
        let content = sources.text(text).unwrap_or_default();
        let allowance = allow::read(content, text);
        let (read, errors) = reader::read_all(content, text, &mut positions);
        verdict.unreadable.extend(errors);
        forms.push(if allowance.is_data { Vec::new() } else { read });
        verdict.findings.extend(allowance.flaws.iter().cloned());
        allowances.push(allowance);
    }
    if !verdict.unreadable.is_empty() {
        verdict.findings.clear();
        return Ok(verdict);
    }
    let parser = parse::Parser::new(&known, &positions);
    let tree = parser.parse(&forms).map_err(|missing| missing.to_string())?;
    verdict.findings.extend(tree.flaws.iter().cloned());
    let scene = scene::Scene::new(&tree, &known);
    for rule in RULES {
        (rule.check)(&scene, &mut verdict.findings);
    }
    if let Some(missing) = known.missing() {
        return Err(missing.to_string());
    }
    let is_allowed = |finding: &Finding| allowances.iter().any(|allowance| allowance.allows(finding));
    verdict.findings.retain(|finding| !is_allowed(finding));
    verdict.findings.sort_by_key(|finding| (finding.span.source, finding.span.start, finding.span.end));
    verdict.findings.dedup_by(|a, b| a.rule == b.rule && a.span == b.span);
    Ok(verdict)
}
