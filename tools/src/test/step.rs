//! What a test file says: steps, and the forms they are written as.

use crate::report::Problem;
use lang::reader::Form;
use lang::source::Positions;
use lang::{Symbol, Value};

/// Something to be done on the way through a set-up or a test.
#[derive(Clone)]
pub struct Step {
    /// The form as it is written.
    pub form: Form,
    /// What it means.
    pub action: Action,
}

/// What a step does. Forms inside are transactions, or queries where only their value is wanted.
#[derive(Clone)]
pub enum Action {
    /// `(is CONDITION "text")`: the value of a transaction should be true.
    Is {
        /// The condition.
        condition: Form,
        /// What it is about.
        note: Option<String>,
    },
    /// `(throws CODE "text" FORM)`: a transaction should fail.
    Throws {
        /// With this code; any will do when there is none.
        code: Option<Value>,
        /// With a message that contains this.
        text: Option<String>,
        /// The transaction.
        form: Form,
    },
    /// `(as ACCOUNT …)`: steps of another account.
    As {
        /// A query that answers the address.
        account: Form,
        /// The steps.
        body: Vec<Step>,
    },
    /// `(after MILLISECONDS …)`: time passes, then steps.
    After {
        /// A query that answers how many.
        milliseconds: Form,
        /// The steps.
        body: Vec<Step>,
    },
    /// `(fund ACCOUNT COPPERS)`: coins out of the reserve.
    Fund {
        /// A query that answers the address.
        account: Form,
        /// A query that answers how many.
        coppers: Form,
    },
    /// `(given NAME FORM)`: a name, outside of the state, for the value of a transaction.
    Given {
        /// The name.
        name: Symbol,
        /// The transaction.
        form: Form,
    },
    /// `(load "file")`: the forms of a file, each a transaction.
    Load(Vec<Form>),
    /// Any other form: a transaction.
    Transact,
}

/// The words that mean steps.
pub const WORDS: &[&str] = &["is", "throws", "as", "after", "fund", "given", "load"];

/// The words that mean tests.
pub const TESTS: &[&str] = &["deftest", "property", "invariant"];

/// The name at the head of a list.
pub fn head(value: &Value) -> Option<&str> {
    let Value::List(list) = value else { return None };
    match list.first() {
        Ok(Some(Value::Symbol(symbol))) => std::str::from_utf8(symbol.name()).ok(),
        _ => None,
    }
}

/// The elements of a list or vector and where they stand.
pub fn elements(form: &Form, positions: &Positions) -> Vec<Form> {
    let values = match &form.value {
        Value::List(list) => list.to_vec(),
        Value::Vector(vector) => vector.to_vec(),
        _ => return Vec::new(),
    };
    let place = |i| positions.child_span(&form.value, i).unwrap_or(form.span);
    // What was just read is all in memory.
    values
        .unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(|(i, value)| Form { value, span: place(i) })
        .collect()
}

/// A string's text.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(string) => string.to_text().ok(),
        _ => None,
    }
}

/// A problem of a form of the test file itself.
pub fn misuse(form: &Form, message: impl Into<String>, hint: &str) -> Problem {
    Problem {
        message: message.into(),
        place: Some(form.span),
        label: "here".to_owned(),
        hints: vec![hint.to_owned()],
        ..Problem::default()
    }
}

/// Reads the forms of a file to be loaded, given the text of its path.
pub type Loader<'a> = dyn FnMut(&Form, &str, &mut Positions) -> Result<Vec<Form>, Vec<Problem>> + 'a;

/// Reads forms as steps.
pub struct Steps<'a> {
    /// Where forms stand.
    pub positions: &'a mut Positions,
    /// How files are loaded.
    pub loader: &'a mut Loader<'a>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// How many steps are around what is read next.
    pub depth: usize,
}

/// Steps nested deeper are not read.
const MAX_DEPTH: usize = 100;

impl Steps<'_> {
    /// Forms as steps; those that mean nothing are left out and reported.
    pub fn read_all(&mut self, forms: &[Form]) -> Vec<Step> {
        forms.iter().filter_map(|form| self.read(form)).collect()
    }

    /// A form as a step.
    pub fn read(&mut self, form: &Form) -> Option<Step> {
        let action = match head(&form.value) {
            Some(word) if WORDS.contains(&word) => {
                if self.depth >= MAX_DEPTH {
                    self.wrong(form, "steps are nested too deep", &format!("{MAX_DEPTH} levels will do"));
                    return None;
                }
                let args = elements(form, self.positions);
                self.depth += 1;
                let action = self.action(word, form, &args[1..]);
                self.depth -= 1;
                action?
            }
            Some(word) if TESTS.contains(&word) => {
                self.wrong(
                    form,
                    &format!("`{word}` stands at the top of a file only"),
                    "move it out of the test",
                );
                return None;
            }
            _ => Action::Transact,
        };
        Some(Step { form: form.clone(), action })
    }

    fn wrong(&mut self, form: &Form, message: &str, hint: &str) {
        self.problems.push(misuse(form, message, hint));
    }

    fn action(&mut self, word: &str, form: &Form, args: &[Form]) -> Option<Action> {
        let note = |args: &[Form], i: usize| args.get(i).and_then(|arg| text(&arg.value));
        match (word, args) {
            ("is", [condition]) => return Some(Action::Is { condition: condition.clone(), note: None }),
            ("is", [condition, _]) if note(args, 1).is_some() => {
                return Some(Action::Is { condition: condition.clone(), note: note(args, 1) });
            }
            ("throws", [form]) => {
                return Some(Action::Throws { code: None, text: None, form: form.clone() });
            }
            ("throws", [code, form]) => {
                return Some(Action::Throws {
                    code: Some(code.value.clone()),
                    text: None,
                    form: form.clone(),
                });
            }
            ("throws", [code, _, form]) if note(args, 1).is_some() => {
                return Some(Action::Throws {
                    code: Some(code.value.clone()),
                    text: note(args, 1),
                    form: form.clone(),
                });
            }
            ("as", [account, body @ ..]) => {
                return Some(Action::As { account: account.clone(), body: self.read_all(body) });
            }
            ("after", [milliseconds, body @ ..]) => {
                return Some(Action::After { milliseconds: milliseconds.clone(), body: self.read_all(body) });
            }
            ("fund", [account, coppers]) => {
                return Some(Action::Fund { account: account.clone(), coppers: coppers.clone() });
            }
            ("given", [name, form]) => {
                if let Value::Symbol(name) = &name.value {
                    return Some(Action::Given { name: name.clone(), form: form.clone() });
                }
            }
            ("load", [path]) if text(&path.value).is_some() => {
                let path_text = text(&path.value).unwrap_or_default();
                return match (self.loader)(path, &path_text, self.positions) {
                    Ok(forms) => Some(Action::Load(forms)),
                    Err(problems) => {
                        self.problems.extend(problems);
                        None
                    }
                };
            }
            _ => {}
        }
        self.wrong(
            form,
            &format!("this is not how `{word}` is written"),
            &format!("write `{}`", shape(word)),
        );
        None
    }
}

/// How a step is written.
fn shape(word: &str) -> &'static str {
    match word {
        "is" => "(is CONDITION) or (is CONDITION \"what it is about\")",
        "throws" => "(throws CODE FORM) or (throws CODE \"part of the message\" FORM)",
        "as" => "(as ACCOUNT FORM …)",
        "after" => "(after MILLISECONDS FORM …)",
        "fund" => "(fund ACCOUNT COPPERS)",
        "given" => "(given NAME FORM)",
        _ => "(load \"file.cvx\")",
    }
}
