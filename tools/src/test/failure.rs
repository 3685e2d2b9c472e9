//! What is shown of an assertion that failed: the values of its parts, how they differ, and who called whom.

use super::difference::{Difference, differences};
use super::fork::{Fork, children};
use super::player::Player;
use super::step::head;
use super::trace::{Call, Tracer};
use crate::colour::Style;
use crate::printable::{self, Printable};
use crate::report::Problem;
use crate::screen::Screen;
use crate::show;
use lang::Value;
use lang::reader::Form;
use lang::source::{Positions, Sources, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// Longer values are shown by their kind.
pub const MAX_VALUE_BYTES: usize = 400;
/// Longer values that differ are shown by their kind.
const MAX_DIFFERENCE_BYTES: usize = 200;
/// More parts are not shown.
const MAX_PARTS: usize = 16;
/// More forms are not looked at for parts.
const MAX_FORMS: usize = 1_000;

/// Something that failed in a test.
pub struct Failure {
    /// What, and where.
    pub problem: Problem,
    /// Where the assertion stands; `None` for a step that is none.
    pub assertion: Option<Span>,
    /// The parts of the assertion, as they are written, and their values.
    pub parts: Vec<Part>,
    /// How the two sides of an equation differ.
    pub differences: Vec<Difference>,
    /// The calls that the assertion led to.
    pub calls: Vec<Call>,
    /// What led there.
    pub stories: Vec<Story>,
    /// The state before the assertion.
    pub fork: Fork,
}

/// Something to be told of a failure: values or calls that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// What it is about.
    pub title: String,
    /// The lines.
    pub lines: Vec<String>,
}

/// A part of an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How deep it stands, from 0.
    pub depth: usize,
    /// The text of the form.
    pub form: String,
    /// The text of its value.
    pub value: String,
}

impl Failure {
    /// A failure of which nothing more is to be shown.
    pub fn plain(problem: Problem, fork: Fork) -> Failure {
        Failure {
            problem,
            assertion: None,
            parts: Vec::new(),
            differences: Vec::new(),
            calls: Vec::new(),
            stories: Vec::new(),
            fork,
        }
    }

    /// The failure of an assertion about a form: runs it again in the state before it, and watches.
    pub fn of(problem: Problem, before: Fork, span: Span, form: &Form, player: &mut Player) -> Failure {
        let tracer = Arc::new(Tracer::default());
        // How it ends is known.
        let _ = before.rerun(&form.value, &mut player.positions, tracer.clone());
        let (values, calls) = tracer.finish(player.texts());
        let look = Look { values: by_span(&values, &player.positions), fork: &before, player };
        let differences = look.sides(&form.value).map_or_else(Vec::new, |(a, b)| {
            differences(&a, &b, &|value| player.texts().brief(value, MAX_DIFFERENCE_BYTES))
        });
        let parts = look.parts(&form.value);
        Failure {
            problem,
            assertion: Some(span),
            parts,
            differences,
            calls,
            stories: Vec::new(),
            fork: before,
        }
    }

    /// The report as lines of text.
    pub fn render(&self, sources: &Sources, screen: impl Into<Screen>) -> Printable {
        let screen = screen.into();
        let mut out = Printable::from("\n");
        out.append(&self.problem.render(sources, screen));
        let mut section = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                out.push("  ");
                out.append(&screen.colour.paint(Style::Bold, title));
                out.push("\n");
                lines.iter().for_each(|line| out.push(&format!("    {line}\n")));
            }
        };
        let part = |part: &Part| [format!("{}{}", "  ".repeat(part.depth), part.form), part.value.clone()];
        self.stories.iter().for_each(|story| section(&story.title, story.lines.clone()));
        section("values", columns(self.parts.iter().map(part).collect()));
        let difference = |d: &Difference| [d.path.clone(), d.sentence.clone()];
        section("the sides differ", columns(self.differences.iter().map(difference).collect()));
        section("calls", columns(self.calls.iter().map(|call| call.columns(sources)).collect()));
        out
    }
}

/// Rows of texts, made to show, as lines of columns.
fn columns<const N: usize>(rows: Vec<[String; N]>) -> Vec<String> {
    const MAX_WIDTH: usize = 60;
    let rows: Vec<[String; N]> =
        rows.into_iter().map(|row| row.map(|cell| printable::text(&cell).into_owned())).collect();
    let length = |text: &str| text.chars().count();
    let width = |i: usize| rows.iter().map(|row| length(&row[i])).filter(|n| *n <= MAX_WIDTH).max();
    let widths: [usize; N] = std::array::from_fn(|i| width(i).unwrap_or(0));
    let line = |row: &[String; N]| {
        let cell = |(cell, width): (&String, usize)| {
            format!("{cell}{}  ", " ".repeat(width.saturating_sub(length(cell))))
        };
        row.iter().zip(widths).map(cell).collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The value of each form that was run, by where the form stands; the outermost op of a place counts.
fn by_span(values: &[(Value, Value)], positions: &Positions) -> HashMap<Span, Value> {
    values.iter().filter_map(|(op, value)| Some((positions.span_of(op)?, value.clone()))).collect()
}

/// What a second look at an assertion has shown.
struct Look<'a, 'b> {
    values: HashMap<Span, Value>,
    fork: &'a Fork,
    player: &'a Player<'b>,
}

impl Look<'_, '_> {
    /// The value of a form within the assertion, if it is known.
    fn value(&self, form: &Value) -> Option<Value> {
        match form {
            Value::List(_) if head(form) == Some("quote") => children(form).into_iter().nth(1),
            Value::Symbol(symbol) => {
                let given = self.fork.given.iter().rev().find(|(name, _)| name == symbol);
                let seen = || self.values.get(&self.player.positions.span_of(form)?).cloned();
                given.map(|(_, value)| value.clone()).or_else(seen)
            }
            _ if is_literal(form) => Some(form.clone()),
            _ => self.values.get(&self.player.positions.span_of(form)?).cloned(),
        }
    }

    /// The values of the two sides of an equation.
    fn sides(&self, form: &Value) -> Option<(Value, Value)> {
        let elements = children(form);
        match (head(form), elements.as_slice()) {
            (Some("="), [_, a, b]) => Some((self.value(a)?, self.value(b)?)),
            _ => None,
        }
    }

    /// The parts of a form that are no literals, those around others first.
    fn parts(&self, form: &Value) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut open: Vec<(usize, Value)> = self.operands(form).into_iter().rev().map(|f| (0, f)).collect();
        for _ in 0..MAX_FORMS {
            let Some((depth, form)) = open.pop().filter(|_| parts.len() < MAX_PARTS) else { break };
            let text = self.text(&form);
            let mut below = depth;
            if let Some(value) =
                self.value(&form).map(|value| self.player.texts().brief(&value, MAX_VALUE_BYTES))
                && value != text
                && !parts.iter().any(|part: &Part| part.form == text)
            {
                parts.push(Part { depth, form: text, value });
                below += 1;
            }
            open.extend(self.operands(&form).into_iter().rev().map(|form| (below, form)));
        }
        parts
    }

    /// The parts of a form that are run: neither what is quoted nor the name of the function that is called.
    fn operands(&self, form: &Value) -> Vec<Value> {
        let skipped = match form {
            Value::List(_) if matches!(head(form), Some("quote" | "quasiquote" | "fn")) => return Vec::new(),
            Value::List(_) if head(form).is_some() => 1,
            Value::List(_) | Value::Vector(_) | Value::Map(_) | Value::Set(_) => 0,
            _ => return Vec::new(),
        };
        children(form).into_iter().skip(skipped).filter(|form| !is_literal(form)).collect()
    }

    fn text(&self, form: &Value) -> String {
        let span = self.player.positions.span_of(form);
        match span.and_then(|span| self.player.sources.slice(span)) {
            Some(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            None => show::brief(form, MAX_VALUE_BYTES),
        }
    }
}

/// Whether a form stands for itself: so do collections of what does.
fn is_literal(form: &Value) -> bool {
    let mut open = vec![form.clone()];
    while let Some(form) = open.pop() {
        match form {
            Value::Symbol(_) | Value::List(_) | Value::Syntax(_) => return false,
            form => open.extend(children(&form)),
        }
    }
    true
}
