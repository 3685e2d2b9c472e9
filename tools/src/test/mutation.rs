//! Mutations: small changes of code, each of which some test should notice.

use super::fork::children;
use super::step::elements;
use lang::Value;
use lang::reader::Form;
use lang::source::{Positions, Span};

/// A change of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mutation {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
    /// What kind of change it is.
    pub kind: Kind,
}

/// Kinds of changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Another comparison.
    Comparison,
    /// Another constant.
    Constant,
    /// A branch taken always or never.
    Branch,
    /// A check of who calls, or of anything else, left out.
    Trust,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Comparison => "comparison",
            Kind::Constant => "constant",
            Kind::Branch => "branch",
            Kind::Trust => "trust check",
        }
    }
}

/// Comparisons and what takes their place.
const COMPARISONS: &[(&str, &[&str])] =
    &[("<", &["<=", ">="]), ("<=", &["<", ">"]), (">", &[">=", "<="]), (">=", &[">", "<"])];
/// Comparisons that are turned round.
const EQUATIONS: &[&str] = &["=", "==", "contains-key?", "empty?", "nil?", "account?", "callable?"];
/// Forms whose first argument decides.
const TESTS: &[&str] = &["if", "when", "when-not", "if-let", "when-let"];
/// Forms that stop who may not go on: left out.
const GUARDS: &[&str] = &["fail", "assert"];
/// Questions of trust: answered yes.
const TRUST: &[&str] = &["trusted?", "trust/trusted?"];
/// Registers that tell who acts, and others that tell something else.
const REGISTERS: &[(&str, &str)] =
    &[("*caller*", "*origin*"), ("*origin*", "*caller*"), ("*offer*", "0"), ("*address*", "*caller*")];

/// The mutations of the forms of a text.
pub fn mutations(forms: &[Form], positions: &Positions) -> Vec<Mutation> {
    let mut finder = Finder { positions, found: Vec::new() };
    let mut open: Vec<(Form, Role)> = forms.iter().rev().map(|form| (form.clone(), Role::Code)).collect();
    while let Some((form, role)) = open.pop() {
        finder.look_at(&form, role, &mut open);
    }
    finder.found.sort_by_key(|mutation| (mutation.span.start, mutation.span.end));
    finder.found
}

/// What a form is where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Code.
    Code,
    /// A name that is bound or documentation: not changed.
    Name,
}

struct Finder<'a> {
    positions: &'a Positions,
    found: Vec<Mutation>,
}

impl Finder<'_> {
    fn add(&mut self, form: &Form, text: impl Into<String>, kind: Kind) {
        self.found.push(Mutation { span: form.span, text: text.into(), kind });
    }

    fn look_at(&mut self, form: &Form, role: Role, open: &mut Vec<(Form, Role)>) {
        if role == Role::Name {
            return;
        }
        match &form.value {
            Value::List(_) => self.list(form, open),
            Value::Vector(_) => {
                open.extend(elements(form, self.positions).into_iter().map(|form| (form, Role::Code)))
            }
            Value::Symbol(symbol) => {
                let other = REGISTERS.iter().find(|(name, _)| name.as_bytes() == symbol.name());
                if let Some((_, other)) = other {
                    self.add(form, *other, Kind::Trust);
                }
            }
            Value::Integer(n) => self.add(form, n.wrapping_add(1).to_string(), Kind::Constant),
            Value::Boolean(b) => self.add(form, (!b).to_string(), Kind::Constant),
            Value::Keyword(keyword) if keyword.name() != b"else" => {
                let name = String::from_utf8_lossy(keyword.name()).into_owned();
                self.add(form, format!(":{name}-mutated"), Kind::Constant);
            }
            Value::String(_) => self.add(form, "\"mutated\"", Kind::Constant),
            // A map or set of literals is a constant as a whole.
            Value::Map(map) => {
                let other = if map.is_empty() { "{:mutated 0}" } else { "{}" };
                self.add(form, other, Kind::Constant);
                self.parts(form, open);
            }
            Value::Set(set) => {
                let other = if set.is_empty() { "#{:mutated}" } else { "#{}" };
                self.add(form, other, Kind::Constant);
                self.parts(form, open);
            }
            _ => {}
        }
    }

    /// The lists within a map or set: other parts of it are not told apart by their places.
    fn parts(&self, form: &Form, open: &mut Vec<(Form, Role)>) {
        for value in children(&form.value) {
            if let (Value::List(_), Some(span)) = (&value, self.positions.span_of(&value)) {
                open.push((Form { value, span }, Role::Code));
            }
        }
    }

    fn list(&mut self, form: &Form, open: &mut Vec<(Form, Role)>) {
        let parts = elements(form, self.positions);
        let Some(head) = parts.first() else { return };
        let name = match &head.value {
            Value::Symbol(symbol) => String::from_utf8_lossy(symbol.name()).into_owned(),
            _ => String::new(),
        };
        self.comparison(&name, form, head);
        match name.as_str() {
            "cond" => {
                for clause in parts[1..].chunks_exact(2) {
                    self.test(&clause[0]);
                }
            }
            _ if TESTS.contains(&name.as_str()) => parts.get(1).into_iter().for_each(|test| self.test(test)),
            "and" => self.add(head, "or", Kind::Branch),
            "or" => self.add(head, "and", Kind::Branch),
            _ if GUARDS.contains(&name.as_str()) => self.add(form, "nil", Kind::Trust),
            _ if TRUST.contains(&name.as_str()) => self.add(form, "true", Kind::Trust),
            _ => {}
        }
        // Names that are defined, and parameters, are no constants.
        let names = match name.as_str() {
            "def" | "defn" | "defmacro" | "set!" => 2,
            "quote" | "quasiquote" | "unquote" => 1,
            _ => 0,
        };
        let is_parameters = |i: usize, part: &Form| {
            matches!(part.value, Value::Vector(_))
                && i <= 3
                && matches!(name.as_str(), "defn" | "fn" | "defmacro")
        };
        for (i, part) in parts.into_iter().enumerate().rev() {
            if part.span == form.span {
                // Where it stands is not known: empty collections are not told apart.
                continue;
            }
            let is_name =
                i < names || is_parameters(i, &part) || (i == 0 && !matches!(part.value, Value::List(_)));
            open.push((part, if is_name { Role::Name } else { Role::Code }));
        }
    }

    fn comparison(&mut self, name: &str, form: &Form, head: &Form) {
        if let Some((_, others)) = COMPARISONS.iter().find(|(known, _)| *known == name) {
            for other in *others {
                self.add(head, *other, Kind::Comparison);
            }
        }
        if EQUATIONS.contains(&name) {
            self.add(form, "not", Kind::Comparison);
        }
        if name == "not" {
            self.add(head, "boolean", Kind::Comparison);
        }
    }

    /// A test that decides: always, never.
    fn test(&mut self, test: &Form) {
        if matches!(test.value, Value::Boolean(_) | Value::Keyword(_)) {
            return;
        }
        self.add(test, "true", Kind::Branch);
        self.add(test, "false", Kind::Branch);
    }
}

impl Mutation {
    /// What stands in the place of a text that is replaced.
    pub fn replacement(&self, old: &str) -> String {
        match (self.kind, self.text.as_str()) {
            // An equation that is turned round keeps its text.
            (Kind::Comparison, "not") => format!("(not {old})"),
            _ => self.text.clone(),
        }
    }
}
