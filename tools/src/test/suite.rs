//! A test file: its set-up and its tests, read but not yet run.

use super::invariant::Invariant;
use super::property::Property;
use super::step::{self, Step, Steps, elements, head, misuse};
use crate::report::Problem;
use crate::{explain, project, show};
use files::{Limit, Limits, Unread};
use lang::Value;
use lang::reader::{self, Form};
use lang::source::{Positions, Sources};
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

/// How the name of a test file ends.
pub const SUFFIX: &str = ".test.cvx";

/// Where texts of files come from.
pub trait Files: Sync {
    /// The text of a file.
    ///
    /// # Errors
    /// Why it is not read.
    fn read(&self, path: &Path) -> Result<String, Unread>;

    /// The text of a file that a file in a folder loads: a regular one, in the folder of the project that the folder belongs to, if
    /// it belongs to one.
    ///
    /// # Errors
    /// Why it is not loaded.
    fn load(&self, path: &Path, folder: &Path) -> Result<String, Unread>;
}

/// The files on the disk.
#[derive(Clone, Copy)]
pub struct Disk {
    /// How much is read of one.
    pub limit: Limit,
}

impl Default for Disk {
    fn default() -> Disk {
        Disk { limit: Limits::default().source }
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<String, Unread> {
        files::read::text(path, self.limit).map(|text| text.text)
    }

    fn load(&self, path: &Path, folder: &Path) -> Result<String, Unread> {
        let project = project::folder_of(folder)?;
        files::read::regular(path, project.as_deref(), self.limit).map(|text| text.text)
    }
}

/// The files on the disk but for one, whose text is another.
pub struct Changed<'a> {
    /// The others.
    pub disk: Disk,
    /// Which file.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
}

impl Files for Changed<'_> {
    fn read(&self, path: &Path) -> Result<String, Unread> {
        if path == self.path { Ok(self.text.to_owned()) } else { self.disk.read(path) }
    }

    fn load(&self, path: &Path, folder: &Path) -> Result<String, Unread> {
        if plain(path) == self.path { Ok(self.text.to_owned()) } else { self.disk.load(path, folder) }
    }
}

/// A test file.
pub struct Suite {
    /// Its path as it was given.
    pub name: String,
    /// The texts of the file and of those it loads.
    pub sources: Sources,
    /// The files that it loads, and their numbers among the sources: the code under test.
    pub loaded: Vec<(PathBuf, u32)>,
    /// The files that it would load and that cannot be read.
    pub absent: Vec<PathBuf>,
    /// Where forms stand.
    pub positions: Positions,
    /// The steps that come before every test.
    pub setup: Vec<Step>,
    /// The tests.
    pub tests: Vec<Test>,
    /// What is wrong with the file; none of it runs if there is anything.
    pub problems: Vec<Problem>,
}

/// A test.
pub struct Test {
    /// Its name.
    pub name: String,
    /// The form as it is written.
    pub form: Form,
    /// What it does.
    pub body: Body,
}

/// What a test does.
pub enum Body {
    /// `(deftest NAME …)`: steps.
    Steps(Vec<Step>),
    /// `(property NAME [x GENERATOR …] …)`: steps for many values.
    Property(Property),
    /// `(invariant NAME {…} …)`: assertions that hold after any calls.
    Invariant(Invariant),
}

impl Suite {
    /// Reads a test file and all that it loads.
    ///
    /// # Errors
    /// Why the file itself cannot be read.
    pub fn read(path: &Path, files: &dyn Files) -> Result<Suite, Unread> {
        let name = path.display().to_string();
        let text = files.read(path)?;
        let mut suite = Suite {
            name: name.clone(),
            sources: Sources::new(),
            loaded: Vec::new(),
            absent: Vec::new(),
            positions: Positions::new(),
            setup: Vec::new(),
            tests: Vec::new(),
            problems: Vec::new(),
        };
        let source = suite.sources.add(name, text.as_str());
        let (forms, errors) = reader::read_all(&text, source, &mut suite.positions);
        suite.problems.extend(explain::all_unreadable(&errors, &suite.sources));
        suite.sort(&forms, path.parent().unwrap_or(Path::new("")), files);
        Ok(suite)
    }

    /// Sorts forms into set-up and tests.
    fn sort(&mut self, forms: &[Form], folder: &Path, files: &dyn Files) {
        let (sources, loaded, absent) = (&mut self.sources, &mut self.loaded, &mut self.absent);
        let mut loader = |form: &Form, path: &str, positions: &mut Positions| {
            let written = folder.join(path);
            let path = plain(&written);
            let text = files.load(&written, folder).map_err(|error| {
                absent.push(path.clone());
                let sentence = format!("cannot read {}: {error}", show::path(&path));
                vec![misuse(form, sentence, "the path is relative to the folder of the test file")]
            })?;
            let source = sources.add(path.display().to_string(), text.as_str());
            loaded.push((path, source));
            let (forms, errors) = reader::read_all(&text, source, positions);
            if errors.is_empty() { Ok(forms) } else { Err(explain::all_unreadable(&errors, sources)) }
        };
        let mut steps =
            Steps { positions: &mut self.positions, loader: &mut loader, problems: Vec::new(), depth: 0 };
        let mut names = HashSet::new();
        for form in forms {
            match head(&form.value) {
                Some(word) if step::TESTS.contains(&word) => {
                    if let Some(test) = test(word, form, &mut steps) {
                        if !names.insert(test.name.clone()) {
                            let sentence = format!("there are two tests `{}` in this file", test.name);
                            steps.problems.push(misuse(form, sentence, "give each a name of its own"));
                        }
                        self.tests.push(test);
                    }
                }
                Some(word @ ("is" | "throws")) => {
                    let sentence = format!("`{word}` stands outside of any test");
                    steps.problems.push(misuse(form, sentence, "write it into a `(deftest name …)`"));
                }
                _ => self.setup.extend(steps.read(form)),
            }
        }
        self.problems.extend(steps.problems);
    }
}

/// A path without steps into a folder and out again, so that a file that several tests load has one name.
fn plain(path: &Path) -> PathBuf {
    let mut parts: Vec<Component> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.iter().collect()
}

fn test(word: &str, form: &Form, steps: &mut Steps) -> Option<Test> {
    let args = elements(form, steps.positions);
    let name = match args.get(1).map(|arg| &arg.value) {
        Some(Value::Symbol(symbol)) => Some(String::from_utf8_lossy(symbol.name()).into_owned()),
        Some(value) => step::text(value),
        None => None,
    };
    let Some(name) = name else {
        let sentence = format!("a `{word}` needs a name");
        steps.problems.push(misuse(form, sentence, &format!("write `({word} some-name …)`")));
        return None;
    };
    let body = match word {
        "deftest" => Body::Steps(steps.read_all(&args[2..])),
        "property" => Body::Property(Property::read(form, &args[2..], steps)?),
        _ => Body::Invariant(Invariant::read(form, &args[2..], steps)?),
    };
    Some(Test { name, form: form.clone(), body })
}
