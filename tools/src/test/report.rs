//! What came of a run as lines of text.

use super::runner::{Report, TestResult};
use crate::colour::Style;
use crate::printable::{self, Printable};
use crate::screen::Screen;
use crate::show;
use std::fmt::Write;

/// What is wrong with a file that has no tests.
pub const IDLE: &str = "this file asserts nothing: it has no `deftest`";

impl Report {
    /// The report for people.
    pub fn render(&self, screen: impl Into<Screen>) -> Printable {
        let screen = screen.into();
        let mut out = Printable::new();
        for (i, file) in self.files.iter().enumerate() {
            match file {
                Err((path, error)) => {
                    let _ = writeln!(out, "{} cannot be read: {error}", show::path(path));
                }
                Ok(file) => {
                    let results: Vec<&TestResult> = self.tests.iter().filter(|test| test.file == i).collect();
                    let is_broken = !file.suite.problems.is_empty() || !file.failures.is_empty();
                    if results.is_empty() && !is_broken && !self.is_idle(file) {
                        // All of its tests were filtered out.
                        continue;
                    }
                    out.append(&screen.colour.paint(Style::Bold, &printable::line(&file.suite.name)));
                    out.push("\n");
                    for problem in &file.suite.problems {
                        out.append(&problem.render(&file.suite.sources, screen));
                    }
                    for failure in &file.failures {
                        let _ = writeln!(out, "  the set-up fails, so that no test can run");
                        out.append(&failure.render(&file.suite.sources, screen));
                    }
                    if self.is_idle(file) && !is_broken {
                        let _ = writeln!(out, "  FAIL {IDLE}");
                    }
                    results.iter().for_each(|result| self.result(&mut out, result, screen));
                }
            }
        }
        out.push(&self.summary());
        out
    }

    fn result(&self, out: &mut Printable, result: &TestResult, screen: Screen) {
        let Some((file, test)) = self.test_of(result) else { return };
        let name = printable::line(&test.name);
        let count = counted(result.assertions, "assertion");
        if result.passed() {
            let _ = writeln!(out, "  ok   {name} ({count})");
        } else if result.failed == 0 {
            let place = show::place(&file.suite.sources, test.form.span).unwrap_or_default();
            let _ = writeln!(out, "  FAIL {name}: it asserts nothing, at {place}");
        } else {
            let title = format!("FAIL {name} ({} failed, {count})", result.failed);
            out.push("  ");
            out.append(&screen.colour.paint(Style::Bold, &title));
            out.push("\n");
        }
        for failure in &result.failures {
            out.append(&failure.render(&file.suite.sources, screen));
        }
        let rest = result.failed.saturating_sub(result.failures.len() as u64);
        if rest > 0 {
            let _ = writeln!(out, "\n  … and {rest} more failed");
        }
        if !result.failures.is_empty() {
            out.push("\n");
        }
    }

    /// The last line: what passed and what did not.
    fn summary(&self) -> String {
        let failed = self.tests.iter().filter(|test| !test.passed()).count() as u64;
        let passed = self.tests.len() as u64 - failed;
        let assertions = self.tests.iter().map(|test| test.assertions).sum();
        let mut parts = vec![format!("{} passed", counted(passed, "test"))];
        if failed > 0 {
            parts.push(format!("{failed} failed"));
        }
        let broken = self.files.iter().filter(|file| file.is_err()).count() + self.broken().count();
        if broken > 0 {
            parts.push(format!("{} not run", counted(broken as u64, "file")));
        }
        let idle = self.files.iter().flatten().filter(|file| self.is_idle(file)).count();
        if idle > 0 {
            parts.push(format!("{} without tests", counted(idle as u64, "file")));
        }
        parts.push(counted(assertions, "assertion"));
        format!("{} in {:.2} s\n", parts.join(", "), self.time.as_secs_f64())
    }
}

/// A number of things.
pub fn counted(n: u64, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}
