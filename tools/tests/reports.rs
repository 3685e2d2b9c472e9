//! Reports of errors of all kinds, compared with the texts in `tests/reports/`. Each section of a file there holds one or
//! more sources and the reports that running them gives. With `UPDATE_SNAPSHOTS=1` the files are written anew.

#![allow(clippy::disallowed_methods, reason = "tests read files")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};
use tools::colour::Colour;
use tools::explain;
use tools::report::Problem;
use tools::session::Session;
use vm::State;

/// How many reports there must be at least.
const LEAST_CASES: usize = 180;

/// A section of a file of reports.
struct Case {
    title: String,
    /// What is said before the first source.
    lead: String,
    sources: Vec<Source>,
    expected: String,
}

struct Source {
    /// What stands behind the opening fence: the language, the name of the file, options.
    info: String,
    text: String,
}

impl Source {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.info.split_whitespace().skip(1)
    }

    fn name(&self) -> &str {
        self.words().find(|word| word.ends_with(".cvx")).unwrap_or("a.cvx")
    }

    fn account(&self) -> u64 {
        self.words().find_map(|word| word.strip_prefix('#')?.parse().ok()).unwrap_or(11)
    }

    fn is_charged(&self) -> bool {
        self.words().any(|word| word == "costs")
    }

    fn is_data(&self) -> bool {
        self.words().any(|word| word == "json")
    }
}

/// The sections of a file, and what stands before the first.
fn parse(text: &str) -> (String, Vec<Case>) {
    let mut parts = text.split("\n## ");
    let intro = parts.next().unwrap_or_default().to_owned();
    (intro, parts.map(parse_case).collect())
}

fn parse_case(text: &str) -> Case {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut case =
        Case { title: title.to_owned(), lead: String::new(), sources: Vec::new(), expected: String::new() };
    let mut lines = rest.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            if !line.trim().is_empty() {
                case.lead.push_str(line);
                case.lead.push('\n');
            }
            continue;
        };
        let block: String =
            lines.by_ref().take_while(|line| *line != "```").fold(String::new(), |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            });
        if info == "text" {
            case.expected = block;
        } else {
            case.sources.push(Source { info: info.to_owned(), text: block });
        }
    }
    case
}

impl Case {
    /// All reports of running the sources one after the other.
    fn reports(&self, genesis: &State) -> String {
        let mut session = Session::new(genesis.clone(), 11).expect("account #11 exists");
        let mut out = String::new();
        for source in &self.sources {
            session.switch(source.account()).expect("the account exists");
            for problem in problems(&mut session, source) {
                let data = serde_json::to_string_pretty(&problem.to_json(session.sources()));
                match source.is_data() {
                    true => out.push_str(&(data.expect("it is JSON") + "\n")),
                    false => out.push_str(&problem.render(session.sources(), Colour::Off)),
                }
                assert!(problem.code.is_some(), "{}", problem.message);
            }
        }
        out
    }

    fn write(&self, reports: &str) -> String {
        let mut out = format!("## {}\n\n", self.title);
        if !self.lead.is_empty() {
            let _ = writeln!(out, "{}", self.lead);
        }
        for source in &self.sources {
            let _ = write!(out, "```{}\n{}```\n\n", source.info, source.text);
        }
        let _ = write!(out, "```text\n{reports}```\n");
        out
    }
}

/// What is wrong with a source: all that does not read, else the first form that fails.
fn problems(session: &mut Session, source: &Source) -> Vec<Problem> {
    let number = session.add_text(source.name(), source.text.as_str());
    let (forms, errors) = session.read_all(number);
    if !errors.is_empty() {
        return explain::all_unreadable(&errors, session.sources());
    }
    for form in &forms {
        let outcome = match source.is_charged() {
            true => session.run_charged(form).0,
            false => session.run(form),
        };
        if let Err(problem) = outcome.result {
            return vec![problem];
        }
    }
    Vec::new()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let entries = fs::read_dir(folder).expect("the reports are there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    files
}

#[test]
fn reports_are_as_recorded() {
    let genesis = stdlib::genesis().expect("the library builds");
    let update = env::var_os("UPDATE_SNAPSHOTS").is_some();
    let (mut count, mut wrong) = (0, String::new());
    for file in files() {
        let (intro, cases) = parse(&fs::read_to_string(&file).expect("it can be read"));
        let mut written = intro.trim_end().to_owned() + "\n";
        for case in cases {
            count += 1;
            let reports = case.reports(&genesis);
            if reports.is_empty() {
                let _ = writeln!(wrong, "{}: nothing fails", case.title);
            }
            if reports != case.expected && !update {
                let _ = writeln!(wrong, "{}:\n{reports}instead of\n{}", case.title, case.expected);
            }
            written.push('\n');
            written.push_str(&case.write(&reports));
        }
        if update {
            fs::write(&file, written).expect("it can be written");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= LEAST_CASES, "only {count} reports");
}
