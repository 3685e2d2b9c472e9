//! What came of a run as data: JSON for programs, JUnit's XML for build servers.

use super::coverage::FileCoverage;
use super::failure::Failure;
use super::report::IDLE;
use super::runner::{Prepared, Report, TestResult};
use super::trace::Call;
use crate::colour::Colour;
use crate::printable;
use crate::report::{Problem, place};
use lang::source::Sources;
use serde_json::{Map, Value as Json, json};
use std::fmt::Write;

impl Report {
    /// The report as a JSON object: `ok`, `passed`, `failed`, `seconds`, and `files`, each with its `tests`.
    pub fn json(&self) -> Json {
        let files: Vec<Json> = self.files.iter().enumerate().map(|(i, file)| self.file(i, file)).collect();
        json!({
            "passed": self.tests.iter().filter(|test| test.passed()).count(),
            "failed": self.tests.iter().filter(|test| !test.passed()).count(),
            "ok": self.passed(),
            "seconds": self.time.as_secs_f64(),
            "files": files,
        })
    }

    fn file(&self, i: usize, file: &Result<Prepared, (std::path::PathBuf, files::Unread)>) -> Json {
        match file {
            Err((path, error)) => json!({ "file": path.display().to_string(), "error": error.to_string() }),
            Ok(file) => {
                let sources = &file.suite.sources;
                let problems = self.problems(file);
                let results = self.tests.iter().filter(|result| result.file == i);
                json!({
                    "file": file.suite.name,
                    "problems": problems.iter().map(|p| problem(p, sources)).collect::<Vec<_>>(),
                    "tests": results.map(|result| test(file, result)).collect::<Vec<_>>(),
                })
            }
        }
    }

    /// What is wrong with a file as a whole.
    fn problems(&self, file: &Prepared) -> Vec<Problem> {
        let broken = file.suite.problems.iter().chain(file.failures.iter().map(|failure| &failure.problem));
        let mut problems: Vec<Problem> = broken.cloned().collect();
        if self.is_idle(file) && problems.is_empty() {
            problems.push(Problem { message: IDLE.to_owned(), ..Problem::default() });
        }
        problems
    }

    /// Coverage as a JSON array: of each file the numbers of lines and branches, and what of them did not run.
    pub fn coverage_json(&self) -> Json {
        let file = |file: &FileCoverage| {
            let lines = file.lines();
            let not_run: Vec<usize> =
                lines.iter().filter(|(_, line)| line.least == 0).map(|(n, _)| *n).collect();
            let (taken, branches) = file.branch_counts();
            let missed = file.missed();
            let missed =
                missed.iter().map(|m| json!({ "line": m.line, "branch": m.branch.0, "of": m.branch.1 }));
            json!({
                "file": file.name,
                "lines": lines.len(),
                "lines_run": lines.len() - not_run.len(),
                "lines_not_run": not_run,
                "branches": branches,
                "branches_taken": taken,
                "branches_not_taken": missed.collect::<Vec<_>>(),
            })
        };
        self.coverage().iter().map(file).collect()
    }

    /// The report as JUnit's XML, a suite for each file.
    pub fn junit(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let failed = self.tests.iter().filter(|test| !test.passed()).count();
        let _ = writeln!(
            out,
            "<testsuites tests=\"{}\" failures=\"{failed}\" time=\"{:.3}\">",
            self.tests.len(),
            self.time.as_secs_f64()
        );
        for (i, file) in self.files.iter().enumerate() {
            let results: Vec<&TestResult> = self.tests.iter().filter(|result| result.file == i).collect();
            let failed = results.iter().filter(|result| !result.passed()).count();
            let (name, errors) = match file {
                Err((path, error)) => (path.display().to_string(), vec![error.to_string()]),
                Ok(file) => {
                    let render =
                        |problem: &Problem| problem.render(&file.suite.sources, Colour::Off).into_string();
                    (file.suite.name.clone(), self.problems(file).iter().map(render).collect())
                }
            };
            let name = printable::line(&name);
            let _ = writeln!(
                out,
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"{}\">",
                xml(&name),
                results.len(),
                errors.len()
            );
            for error in &errors {
                let _ = writeln!(
                    out,
                    "    <testcase classname=\"{0}\" name=\"set-up\"><error>{1}</error></testcase>",
                    xml(&name),
                    xml(error)
                );
            }
            if let Ok(file) = file {
                results.iter().for_each(|result| junit_case(&mut out, file, result));
            }
            out.push_str("  </testsuite>\n");
        }
        out.push_str("</testsuites>\n");
        out
    }
}

fn test(file: &Prepared, result: &TestResult) -> Json {
    let test = &file.suite.tests[result.test];
    let sources = &file.suite.sources;
    json!({
        "name": test.name,
        "place": place(Some(test.form.span), sources),
        "ok": result.passed(),
        "assertions": result.assertions,
        "failed": result.failed,
        "juice": result.cost.juice,
        "memory": result.cost.memory,
        "seconds": result.time.as_secs_f64(),
        "failures": result.failures.iter().map(|f| failure(f, sources)).collect::<Vec<_>>(),
    })
}

fn failure(failure: &Failure, sources: &Sources) -> Json {
    let mut object = problem(&failure.problem, sources);
    if let Some(span) = failure.assertion {
        object.insert("assertion".to_owned(), sources.slice(span).into());
    }
    let parts: Vec<Json> =
        failure.parts.iter().map(|p| json!({ "form": p.form, "value": p.value, "depth": p.depth })).collect();
    let differences: Vec<Json> =
        failure.differences.iter().map(|d| json!({ "path": d.path, "difference": d.sentence })).collect();
    let call = |c: &Call| {
        json!({
            "call": c.call,
            "account": format!("#{}", c.account),
            "juice": c.juice,
            "value": c.value,
            "depth": c.depth,
            "place": place(c.place, sources),
        })
    };
    let calls: Vec<Json> = failure.calls.iter().map(call).collect();
    let stories: Vec<Json> =
        failure.stories.iter().map(|s| json!({ "title": s.title, "lines": s.lines })).collect();
    object.insert("stories".to_owned(), stories.into());
    object.insert("parts".to_owned(), parts.into());
    object.insert("differences".to_owned(), differences.into());
    object.insert("calls".to_owned(), calls.into());
    Json::Object(object)
}

fn problem(problem: &Problem, sources: &Sources) -> Map<String, Json> {
    let mut object = problem.to_json(sources);
    object.insert("text".to_owned(), problem.render(sources, Colour::Off).into_string().into());
    object
}

fn junit_case(out: &mut String, file: &Prepared, result: &TestResult) {
    let test = &file.suite.tests[result.test];
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" assertions=\"{}\" time=\"{:.3}\"",
        xml(&printable::line(&file.suite.name)),
        xml(&printable::line(&test.name)),
        result.assertions,
        result.time.as_secs_f64()
    );
    if result.passed() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    if result.failures.is_empty() {
        out.push_str("      <failure message=\"the test asserts nothing\"/>\n");
    }
    for failure in &result.failures {
        let text = failure.render(&file.suite.sources, Colour::Off);
        let message = xml(&failure.problem.message);
        let _ = writeln!(out, "      <failure message=\"{message}\">{}</failure>", xml(&text));
    }
    out.push_str("    </testcase>\n");
}

/// Text as XML, made to show: then it holds no characters that XML does not have.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in printable::text(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}
