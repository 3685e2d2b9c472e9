//! Reports: what went wrong, where in the user's own text, how it came to that, and what may help.

use crate::colour::Colour;
use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use lang::source::{Sources, Span};
use std::ops::Range;

/// One call that an error passed on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was called, as a form.
    pub call: String,
    /// Where the call stands, when that is known.
    pub place: Option<Span>,
}

/// Something that went wrong.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// The code as printed, such as `:CAST`; `None` for text that does not read.
    pub code: Option<String>,
    /// A plain sentence.
    pub message: String,
    /// The smallest form known to be at fault.
    pub place: Option<Span>,
    /// The words under the form.
    pub label: String,
    /// The calls around it, innermost first.
    pub trace: Vec<Step>,
    /// What may help.
    pub hints: Vec<String>,
}

/// Calls shown of a trace; the rest is counted.
const MAX_STEPS: usize = 8;

impl Problem {
    /// The report as lines of text.
    pub fn render(&self, sources: &Sources, colour: Colour) -> String {
        self.render_in_source(sources, colour).unwrap_or_else(|| self.render_alone(sources))
    }

    /// The report with the lines at fault; `None` when the place is unknown.
    fn render_in_source(&self, sources: &Sources, colour: Colour) -> Option<String> {
        let place = self.place?;
        let name = sources.name(place.source)?;
        let excerpt = Excerpt::of(sources, place)?;
        let config = Config::default()
            .with_color(colour == Colour::On)
            .with_char_set(CharSet::Unicode)
            .with_index_type(IndexType::Byte);
        let label =
            Label::new((name, excerpt.range.clone())).with_message(&self.label).with_color(Color::Red);
        let mut report = Report::build(ReportKind::Error, (name, excerpt.range.clone()))
            .with_config(config)
            .with_message(&self.message)
            .with_label(label);
        if excerpt.is_part {
            report.add_note(format!("the line is long; the whole place is {}", sources.describe(place)?));
        }
        let trace = self.trace_lines(sources);
        if !trace.is_empty() {
            report.add_note(trace.join("\n"));
        }
        report.with_helps(&self.hints);
        if let Some(code) = &self.code {
            report = report.with_code(code);
        }
        let source = Source::from(excerpt.text.as_str());
        let mut out = Vec::new();
        report.finish().write((name, source), &mut out).ok()?;
        Some(String::from_utf8_lossy(&out).into_owned())
    }

    fn render_alone(&self, sources: &Sources) -> String {
        let code = self.code.as_ref().map(|code| format!("[{code}] ")).unwrap_or_default();
        let mut out = format!("{code}Error: {}\n", self.message);
        for line in self.trace_lines(sources) {
            out.push_str(&format!("  Note: {line}\n"));
        }
        for hint in &self.hints {
            out.push_str(&format!("  Help: {hint}\n"));
        }
        out
    }

    /// The lines of the trace, those that repeat written once and counted.
    fn trace_lines(&self, sources: &Sources) -> Vec<String> {
        let runs: Vec<&[Step]> = self.trace.chunk_by(|a, b| a == b).collect();
        let line = |run: &&[Step]| match run {
            [step] => step.line(sources),
            _ => format!("{}, {} times", run[0].line(sources), run.len()),
        };
        let mut lines: Vec<String> = runs.iter().take(MAX_STEPS).map(line).collect();
        if let Some(rest) = runs.get(MAX_STEPS..).filter(|rest| !rest.is_empty()) {
            lines
                .push(format!("… and {} calls further out", rest.iter().map(|run| run.len()).sum::<usize>()));
        }
        lines
    }
}

impl Step {
    fn line(&self, sources: &Sources) -> String {
        let place = self.place.and_then(|place| sources.describe(place)).map(|place| format!(" at {place}"));
        format!("in {}{}", self.call, place.unwrap_or_default())
    }
}

/// What a report shows of a text: the line where the form at fault begins, or a stretch of it when it is very long.
struct Excerpt {
    /// The line behind as many empty ones as it has lines before it, so that its number is right.
    text: String,
    /// The form at fault, up to the end of its first line.
    range: Range<usize>,
    /// Whether the line is shown in part, so that its columns are not those of the excerpt.
    is_part: bool,
}

/// Longer lines are shown in part.
const MAX_LINE_BYTES: usize = 240;
/// How much of a long line is shown, in bytes.
const PART_BYTES: usize = 100;

impl Excerpt {
    fn of(sources: &Sources, place: Span) -> Option<Excerpt> {
        let text = sources.text(place.source)?;
        let range = visible(text, place.start as usize..place.end as usize);
        let line_start = text[..range.start].rfind('\n').map_or(0, |p| p + 1);
        let line_end = text[range.start..].find('\n').map_or(text.len(), |p| range.start + p);
        let (mut from, mut to) = (line_start, line_end);
        if line_end - line_start > MAX_LINE_BYTES {
            from = floor(text, range.start.saturating_sub(PART_BYTES / 2).max(line_start));
            to = floor(text, (from + PART_BYTES).min(line_end));
        }
        let lead = if from > line_start { "… " } else { "" };
        let trail = if to < line_end { " …" } else { "" };
        let start = Span { start: u32::try_from(from).ok()?, ..place };
        let padding = "\n".repeat(sources.line_column(start)?.line - 1) + lead;
        let shift = |at: usize| at.clamp(from, to) - from + padding.len();
        let range = shift(range.start)..shift(range.end);
        let text = format!("{padding}{}{trail}", &text[from..to]);
        let range = visible(&text, range);
        Some(Excerpt { text, range, is_part: to - from < line_end - line_start })
    }
}

/// A range that lies within the text, on borders of characters, and is not empty where the text is not: there must be something
/// to point at.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    let start = floor(text, range.start.min(text.trim_end().len().saturating_sub(1)));
    let mut end = range.end.clamp((start + 1).min(text.len()), text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The nearest border of characters at or before a position within a text.
fn floor(text: &str, position: usize) -> usize {
    (0..=position).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Sources {
        let mut sources = Sources::new();
        sources.add("a.cvx", text);
        sources
    }

    fn span(start: usize, end: usize) -> Option<Span> {
        Some(Span { source: 0, start: start as u32, end: end as u32 })
    }

    #[test]
    fn points_at_the_form() {
        let sources = sources("(do\n  (inc :é))");
        let problem = Problem {
            code: Some(":CAST".to_owned()),
            message: "a number was wanted".to_owned(),
            place: span(6, 15),
            label: "here".to_owned(),
            trace: vec![Step { call: "(f 1)".to_owned(), place: span(6, 15) }],
            hints: vec!["a hint".to_owned()],
        };
        let plain = problem.render(&sources, Colour::Off);
        for part in
            [":CAST", "a number was wanted", "a.cvx:2:3", "(inc :é)", "here", "(f 1) at a.cvx:2:3", "a hint"]
        {
            assert!(plain.contains(part), "{part} in\n{plain}");
        }
        assert!(!plain.contains('\x1b'), "{plain}");
        assert!(problem.render(&sources, Colour::On).contains('\x1b'));
    }

    #[test]
    fn any_range_is_rendered() {
        let long = format!("a\n{}", "é(".repeat(100));
        for text in ["", "\n", "é", &long, "a\n\n", "(((", "\"\n\u{1f600}"] {
            let sources = sources(text);
            for start in 0..text.len() + 2 {
                for end in (0..text.len() + 3).step_by(text.len() / 20 + 1) {
                    let problem =
                        Problem { message: "m".to_owned(), place: span(start, end), ..Problem::default() };
                    assert!(problem.render(&sources, Colour::Off).contains('m'), "{text:?} {start}..{end}");
                }
            }
        }
    }
}
