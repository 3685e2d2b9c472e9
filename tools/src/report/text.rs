//! Reports as text for people.

use super::excerpt::Excerpt;
use super::{Grade, Problem, Step, StepKind};
use crate::colour::Colour;
use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use lang::source::Sources;

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
        let (kind, colour) = match self.grade {
            Grade::Error => (ReportKind::Error, Color::Red),
            Grade::Warning => (ReportKind::Warning, Color::Yellow),
        };
        let label = Label::new((name, excerpt.range.clone())).with_message(&self.label).with_color(colour);
        let mut report = Report::build(kind, (name, excerpt.range.clone()))
            .with_config(config)
            .with_message(&self.message)
            .with_label(label);
        if excerpt.is_part {
            report.add_note(format!("the line is long; the whole place is {}", sources.describe(place)?));
        }
        for note in self.notes(sources) {
            report.add_note(note);
        }
        report.with_helps(&self.hints);
        if let Some(code) = &self.code {
            report = report.with_code(code);
        }
        let source = Source::from(excerpt.text.as_str());
        let mut out = Vec::new();
        report.finish().write((name, source), &mut out).ok()?;
        let out = String::from_utf8_lossy(&out);
        Some(out.lines().map(|line| line.trim_end().to_owned() + "\n").collect())
    }

    fn render_alone(&self, sources: &Sources) -> String {
        let code = self.code.as_ref().map(|code| format!("[{code}] ")).unwrap_or_default();
        let mut out = format!("{code}Error: {}\n", self.message);
        for note in self.notes(sources) {
            out.push_str(&format!("  Note: {}\n", note.replace('\n', "\n        ")));
        }
        for hint in &self.hints {
            out.push_str(&format!("  Help: {hint}\n"));
        }
        out
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

impl Step {
    /// Whether another step is the same call, perhaps with other arguments.
    fn repeats(&self, other: &Step) -> bool {
        (self.kind, &self.call, self.place, self.account)
            == (other.kind, &other.call, other.place, other.account)
    }

    fn line(&self, sources: &Sources) -> String {
        let place = self.place.and_then(|place| sources.describe(place)).map(|place| format!(" at {place}"));
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
