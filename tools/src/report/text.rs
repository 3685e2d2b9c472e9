//! Reports as text for people.

use super::excerpt::Excerpt;
use super::{Grade, Problem, Step, StepKind};
use crate::colour::Colour;
use crate::printable::{self, Printable};
use crate::screen::Screen;
use crate::show;
use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use lang::source::{LineColumn, Sources};
use std::borrow::Cow;

/// How the margin is painted.
const MARGIN_PAINT: &str = "\u{1b}[38;5;246m";

/// Calls shown of a trace; the rest is counted.
const MAX_STEPS: usize = 8;
/// The columns before a note or a hint in a report that stands alone.
const TITLE_COLUMNS: usize = "  Note: ".len();
/// The columns before a note or a hint in a report with lines, besides the number of the line.
const MARGIN_COLUMNS: usize = "  |  Note 1: ".len();

/// What stands for the name of the text while a report is drawn: being hidden, it cannot be in any part of the report.
const NAME: &str = "\u{fdd0}";

impl Problem {
    /// The report as lines of text, wrapped where the screen has a width.
    pub fn render(&self, sources: &Sources, screen: impl Into<Screen>) -> Printable {
        let screen = screen.into();
        let text = self.render_in_source(sources, screen);
        Printable::trusted(text.unwrap_or_else(|| self.render_alone(sources, screen)))
    }

    /// The report with the lines at fault; `None` when the place is unknown.
    fn render_in_source(&self, sources: &Sources, screen: Screen) -> Option<String> {
        let place = self.place?;
        let excerpt = Excerpt::of(sources, place)?;
        let config = Config::default()
            .with_color(screen.colour == Colour::On)
            .with_char_set(CharSet::Unicode)
            .with_index_type(IndexType::Byte);
        let (kind, colour) = match self.grade {
            Grade::Error => (ReportKind::Error, Color::Red),
            Grade::Warning => (ReportKind::Warning, Color::Yellow),
        };
        let label = Label::new((NAME, excerpt.range.clone()))
            .with_message(printable::line(&self.label))
            .with_color(colour);
        let mut report = Report::build(kind, (NAME, excerpt.range.clone()))
            .with_config(config)
            .with_message(self.headline(screen))
            .with_label(label);
        let mut notes = self.notes(sources);
        if excerpt.is_part {
            notes.insert(0, format!("the line is long; the whole place is {}", show::place(sources, place)?));
        }
        // Numbers of lines are about as wide in the margin as in the text.
        let margin = excerpt.start.line.to_string().len() + MARGIN_COLUMNS;
        for note in wrapped(&notes, screen, margin) {
            report.add_note(note);
        }
        report.with_helps(wrapped(&self.hints, screen, margin));
        if let Some(code) = self.code() {
            report = report.with_code(code);
        }
        let source = Source::from(excerpt.text.as_str());
        let mut out = Vec::new();
        report.finish().write((NAME, source), &mut out).ok()?;
        let LineColumn { line, column } = excerpt.start;
        let name = printable::line(sources.name(place.source)?);
        let out = placed(&String::from_utf8_lossy(&out), line, &format!("{name}:{line}:{column}"));
        out.map(|out| out.lines().map(|line| line.trim_end().to_owned() + "\n").collect())
    }

    fn render_alone(&self, sources: &Sources, screen: Screen) -> String {
        let code = self.code().map(|code| format!("[{code}] ")).unwrap_or_default();
        let mut out = format!("{code}Error: {}\n", self.headline(screen));
        let parts = [("Note", self.notes(sources)), ("Help", self.hints.clone())];
        for (title, texts) in parts {
            for text in wrapped(&texts, screen, TITLE_COLUMNS) {
                out.push_str(&format!("  {title}: {}\n", text.replace('\n', "\n        ")));
            }
        }
        out
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.code.as_deref().map(printable::line)
    }

    /// The message, which follows the code and the kind of the report.
    fn headline(&self, screen: Screen) -> String {
        let lead = self.code().map_or(0, |code| code.chars().count() + "[] ".len()) + "Warning: ".len();
        let message = printable::text(&self.message);
        // The first line is shorter by what stands before it.
        let blank = "\u{a0}".repeat(lead);
        let wrapped = screen.wrap(&format!("{blank}{message}"), 0, "  ").into_owned();
        wrapped[blank.len()..].to_owned()
    }

    /// The trace, and what was undone.
    fn notes(&self, sources: &Sources) -> Vec<String> {
        let trace = self.trace_lines(sources);
        let trace = (!trace.is_empty()).then(|| trace.join("\n"));
        let undone = (!self.undone.is_empty())
            .then(|| format!("nothing has changed; rolled back: {}", self.undone.join(", ")));
        trace.into_iter().chain(undone).collect()
    }

    /// The lines of the trace, calls from one place written once and counted.
    fn trace_lines(&self, sources: &Sources) -> Vec<String> {
        let runs: Vec<&[Step]> = self.trace.chunk_by(Step::repeats).collect();
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

/// Notes or hints made to show, in lines that leave room for a margin.
fn wrapped(texts: &[String], screen: Screen, margin: usize) -> Vec<String> {
    texts.iter().map(|text| screen.wrap(&printable::text(text), margin, "  ").into_owned()).collect()
}

/// A drawn report of a first line as one of another line: its head tells the place, and its margin the number, with as much room as
/// that takes. To put as many empty lines before it would take the time of the whole text.
fn placed(drawn: &str, line: usize, place: &str) -> Option<String> {
    let (before, rest) = drawn.split_once(NAME)?;
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '?'));
    let (message, lead) = before.rsplit_once('\n').unwrap_or(("", before));
    let rows = format!("{lead}{place}{behind}");
    let rows: Vec<String> = rows.lines().map(|row| widened(row, line)).collect();
    Some(format!("{message}\n{}\n", rows.join("\n")))
}

/// A row of a report of the first line as that of another line.
fn widened(row: &str, line: usize) -> String {
    let room = line.to_string().len() - 1;
    let (blank, rest) = row.strip_prefix(' ').map_or(("", row), |rest| (" ", rest));
    let (paint, rest) = rest.strip_prefix(MARGIN_PAINT).map_or(("", rest), |rest| (MARGIN_PAINT, rest));
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match rest[..digits].parse::<usize>() {
        Ok(number) if !blank.is_empty() => format!("{blank}{paint}{}{}", number + line - 1, &rest[digits..]),
        _ => {
            let fill = if rest.starts_with('─') { "─" } else { " " };
            format!("{blank}{paint}{}{rest}", fill.repeat(room))
        }
    }
}

impl Step {
    /// Whether another step is the same call, perhaps with other arguments.
    fn repeats(&self, other: &Step) -> bool {
        (self.kind, &self.call, self.place, self.account)
            == (other.kind, &other.call, other.place, other.account)
    }

    fn line(&self, sources: &Sources) -> String {
        let place =
            self.place.and_then(|place| show::place(sources, place)).map(|place| format!(" at {place}"));
        let (lead, call) = match self.kind {
            StepKind::Call => ("in", &self.call),
            StepKind::Use => ("made by", &self.call),
            StepKind::Expansion => ("in the expansion of", &self.call),
        };
        format!("{lead} {call}{}{}{}", self.given(), place.unwrap_or_default(), self.account_note())
    }

    /// The arguments in words, unless the call shows them as they are.
    fn given(&self) -> String {
        let call = match self.call.starts_with("(call ") {
            // Those of the function of the actor stand within.
            true => self.call.strip_suffix("))").and_then(|call| Some(call.rsplit_once('(')?.1)),
            false => self.call.strip_suffix(')'),
        };
        match call.and_then(|call| call.split_once(' ')) {
            _ if self.args.is_empty() => String::new(),
            Some((_, written)) if written == self.args.join(" ") => String::new(),
            _ => format!(" with {}", self.args.join(", ")),
        }
    }

    fn account_note(&self) -> String {
        self.account.map(|address| format!(", as #{address}")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::source::Span;

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
            trace: vec![Step {
                call: "(f x)".to_owned(),
                place: span(6, 15),
                args: vec!["1".to_owned()],
                account: Some(13),
                ..Step::default()
            }],
            hints: vec!["a hint".to_owned()],
            undone: vec!["`x` of #11".to_owned()],
            ..Problem::default()
        };
        let plain = problem.render(&sources, Colour::Off);
        for part in [
            ":CAST",
            "a number was wanted",
            "a.cvx:2:3",
            "(inc :é)",
            "here",
            "in (f x) with 1 at a.cvx:2:3, as #13",
            "rolled back: `x` of #11",
            "a hint",
        ] {
            assert!(plain.contains(part), "{part} in\n{plain}");
        }
        assert!(!plain.contains('\x1b'), "{plain}");
        assert!(problem.render(&sources, Colour::On).contains('\x1b'));
    }

    #[test]
    fn the_head_tells_the_place_in_the_whole_line() {
        let text = format!("(a)\n(vector {}\n(inc :é) 7", "\"é\" ".repeat(195)) + ")";
        let sources = sources(&text);
        for (needle, place) in [("(a)", "a.cvx:1:1"), ("(vector", "a.cvx:2:1"), ("7", "a.cvx:3:10")] {
            let at = text.rfind(needle).expect("it is there");
            let problem = Problem { place: span(at, at + needle.len()), ..Problem::default() };
            let report = problem.render(&sources, Colour::Off);
            assert!(report.contains(&format!("[ {place} ]")), "{place}:\n{report}");
        }
        let at = text.find("\n(inc").expect("it is there") - 5;
        let report = Problem { place: span(at, at + 4), label: "here".to_owned(), ..Problem::default() }
            .render(&sources, Colour::On);
        assert!(
            report.contains(" a.cvx:2:785 ") && report.contains("the whole place is a.cvx:2:785"),
            "{report}"
        );
        let row = report.lines().nth(3).expect("an excerpt");
        assert!(row.contains("m2 │") && row.contains("…"), "{report}");
    }

    #[test]
    fn the_margin_has_room_for_the_number() {
        let text = "\n".repeat(1233) + "(inc :a) ; 1 │";
        let sources = sources(&text);
        let problem = Problem {
            message: "1 │\n 2".to_owned(),
            place: span(1233, 1241),
            label: "1 │".to_owned(),
            hints: vec!["a\n1 │".to_owned()],
            ..Problem::default()
        };
        let expected = "\
Error: 1 │
 2
      ╭─[ a.cvx:1234:1 ]
      │
 1234 │ (inc :a) ; 1 │
      │ ────┬───
      │     ╰───── 1 │
      │
      │ Help: a
      │       1 │
──────╯
";
        assert_eq!(problem.render(&sources, Colour::Off), expected.into());
        let painted = problem.render(&sources, Colour::On);
        let plain: String =
            painted.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, rest)| rest)).collect();
        assert_eq!(plain.trim_start_matches(' '), expected, "{painted}");
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
