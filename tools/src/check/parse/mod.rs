//! From forms to a tree.
//!
//! Forms of the core are known by their words, so that every part keeps its place in the text; other macros are not
//! expanded, since that would run code: only the names that they mention are noted.

mod binders;
mod control;
mod define;
mod quote;
mod test;

use super::Finding;
use super::known::Known;
use super::tree::*;
use crate::language::{self, SPECIAL_FORMS};
use lang::kind::Kind;
use lang::reader::Form;
use lang::source::{Positions, Span};
use lang::{Map, Missing, Value};
use std::collections::{BTreeMap, BTreeSet};
use vm::context::CORE;
use vm::limits::MAX_DEPTH;

/// A form and where it stands.
#[derive(Clone)]
struct At {
    value: Value,
    span: Span,
}

impl At {
    fn new(value: &Value, span: Span) -> At {
        At { value: value.clone(), span }
    }

    /// The name, of a symbol.
    fn name(&self) -> Option<String> {
        match &self.value {
            Value::Symbol(name) => Some(String::from_utf8_lossy(name.name()).into_owned()),
            _ => None,
        }
    }
}

/// The forms of a text.
pub struct Text {
    /// The forms.
    pub forms: Vec<Form>,
    /// Whether the words of test files mean something in it.
    pub is_test: bool,
}

/// Goes through the forms of texts.
pub struct Parser<'a> {
    known: &'a Known,
    positions: &'a Positions,
    tree: Tree,
    /// The program at hand.
    program: ProgramId,
    /// The locals that can be seen, the innermost last.
    scope: Vec<BindingId>,
    /// The templates around, the innermost last.
    templates: Vec<Template>,
    /// What becomes of code that is quoted here.
    quoted: Fate,
    /// Whether this is the body of a macro.
    is_macro: bool,
    /// Whether this is a test file.
    is_test: bool,
    depth: u32,
    is_too_deep: bool,
}

/// A quasiquote that is being gone through: what is under `~` in it is seen from outside.
struct Template {
    program: ProgramId,
    scope: Vec<BindingId>,
    holes: Vec<NodeId>,
}

impl<'a> Parser<'a> {
    /// A parser of texts whose positions are known.
    pub fn new(known: &'a Known, positions: &'a Positions) -> Parser<'a> {
        Parser {
            known,
            positions,
            tree: Tree::default(),
            program: 0,
            scope: Vec::new(),
            templates: Vec::new(),
            quoted: Fate::Kept,
            is_macro: false,
            is_test: false,
            depth: 0,
            is_too_deep: false,
        }
    }

    /// The tree of texts, the forms of each of which run one after another.
    ///
    /// # Errors
    /// [`Missing`] when a part of a form is not to be had, which the reader does not make.
    pub fn parse(mut self, texts: &[Text]) -> Result<Tree, Missing> {
        for Text { forms, is_test } in texts {
            self.is_test = *is_test;
            self.program = self.add_program(Fate::Texts, None);
            let program = self.program;
            for form in forms {
                self.quoted = Fate::Kept;
                let node = self.expression(&At::new(&form.value, form.span))?;
                self.tree.programs[program].forms.push(node);
            }
        }
        for id in 0..self.tree.nodes.len() {
            for child in self.tree.children(id) {
                self.tree.nodes[child].parent = Some(id);
            }
        }
        Ok(self.tree)
    }

    fn add_program(&mut self, fate: Fate, outer: Option<ProgramId>) -> ProgramId {
        self.tree.programs.push(Program {
            fate,
            outer,
            forms: Vec::new(),
            definitions: BTreeMap::new(),
            mentioned: BTreeSet::new(),
            is_macro: self.is_macro,
            hidden: Vec::new(),
        });
        self.tree.programs.len() - 1
    }

    fn add(&mut self, span: Span, expr: Expr) -> NodeId {
        self.tree.nodes.push(Node { span, expr, parent: None, program: self.program });
        self.tree.nodes.len() - 1
    }

    fn flaw(&mut self, rule: &'static str, span: Span, message: impl Into<String>, label: &str) {
        self.tree.flaws.push(Finding::new(rule, span, message, label));
    }

    /// A form that does not compile, in place of its expression.
    fn malformed(&mut self, at: &At, message: impl Into<String>, label: &str) -> Result<NodeId, Missing> {
        self.flaw("syntax", at.span, message, label);
        self.opaque(at)
    }

    /// The elements of a list or vector.
    fn elements(&self, at: &At) -> Result<Vec<At>, Missing> {
        let values = match &at.value {
            Value::List(list) => list.to_vec()?,
            Value::Vector(vector) => vector.to_vec()?,
            _ => Vec::new(),
        };
        let place = |(i, value): (usize, &Value)| {
            let span = self.positions.child_span(&at.value, i).or_else(|| self.positions.span_of(value));
            At::new(value, span.unwrap_or(at.span))
        };
        Ok(values.iter().enumerate().map(place).collect())
    }

    /// A form without the metadata around it, and that metadata.
    fn plain(&self, at: &At) -> Result<(At, Option<Map>), Missing> {
        let mut at = at.clone();
        let mut all: Option<Map> = None;
        while let Value::Syntax(syntax) = &at.value {
            let meta = syntax.meta();
            all = Some(match all {
                Some(outer) => meta.merge(&outer)?,
                None => meta,
            });
            let datum = syntax.datum()?.clone();
            let span = self.positions.span_of(&datum).unwrap_or(at.span);
            at = At { value: datum, span };
        }
        Ok((at, all))
    }

    /// Goes through one form that is evaluated, one level deeper.
    fn expression(&mut self, at: &At) -> Result<NodeId, Missing> {
        if self.depth >= MAX_DEPTH {
            if !std::mem::replace(&mut self.is_too_deep, true) {
                let message = format!("forms are nested more than {MAX_DEPTH} deep, which does not compile");
                self.flaw("syntax", at.span, message, "too deep");
            }
            return self.opaque(at);
        }
        self.depth += 1;
        let node = self.expression_here(at);
        self.depth -= 1;
        node
    }

    fn expression_here(&mut self, at: &At) -> Result<NodeId, Missing> {
        match &at.value {
            Value::Symbol(_) => Ok(self.symbol(at)),
            Value::List(list) if list.is_empty() => Ok(self.add(at.span, Expr::Constant(at.value.clone()))),
            Value::List(_) => self.list(at),
            Value::Vector(_) => {
                let elements = self.elements(at)?;
                self.collection(at, Kind::Vector, &elements)
            }
            Value::Map(_) => {
                let elements = self.unordered(at)?;
                self.collection(at, Kind::Map, &elements)
            }
            Value::Set(_) => {
                let elements = self.unordered(at)?;
                self.collection(at, Kind::Set, &elements)
            }
            Value::Syntax(_) => {
                let (plain, _) = self.plain(at)?;
                self.expression_here(&plain)
            }
            value => Ok(self.add(at.span, Expr::Constant(value.clone()))),
        }
    }

    /// A part of a collection whose parts have no order.
    fn part(&self, whole: &At, value: &Value) -> At {
        At::new(value, self.positions.span_of(value).unwrap_or(whole.span))
    }

    /// The keys and values of a map, or the elements of a set; nothing of any other form.
    fn unordered(&self, at: &At) -> Result<Vec<At>, Missing> {
        let mut parts = Vec::new();
        match &at.value {
            Value::Map(map) => {
                for entry in map.iter() {
                    let (key, value) = entry?;
                    parts.extend([key, value].map(|value| self.part(at, value)));
                }
            }
            Value::Set(set) => {
                for value in set.iter() {
                    parts.push(self.part(at, value?));
                }
            }
            _ => {}
        }
        Ok(parts)
    }

    fn collection(&mut self, at: &At, kind: Kind, elements: &[At]) -> Result<NodeId, Missing> {
        let parts = self.operands(elements)?;
        Ok(self.add(at.span, Expr::Collection(kind, parts)))
    }

    /// Goes through forms whose values go into something else.
    fn operands(&mut self, forms: &[At]) -> Result<Vec<NodeId>, Missing> {
        let quoted = std::mem::replace(&mut self.quoted, Fate::Open);
        let nodes = forms.iter().map(|form| self.expression(form)).collect();
        self.quoted = quoted;
        nodes
    }

    /// Goes through forms that are evaluated one after another.
    fn body(&mut self, forms: &[At]) -> Result<Vec<NodeId>, Missing> {
        forms.iter().map(|form| self.expression(form)).collect()
    }

    fn local(&self, name: &str) -> Option<BindingId> {
        self.scope.iter().rev().copied().find(|id| self.tree.bindings[*id].name == name)
    }

    fn symbol(&mut self, at: &At) -> NodeId {
        let name = at.name().unwrap_or_default();
        if let Some(binding) = self.local(&name) {
            let node = self.add(at.span, Expr::Local(binding));
            self.tree.bindings[binding].reads.push(node);
            return node;
        }
        let register = lang::special::SPECIAL.iter().find(|register| **register == name);
        let native = name.strip_prefix("#%").and_then(lang::native::code);
        let expr = match (register, native) {
            (Some(register), _) => Expr::Register(register),
            (None, Some(code)) => Expr::Constant(Value::native(code)),
            (None, None) => Expr::Global(name),
        };
        self.add(at.span, expr)
    }

    fn list(&mut self, at: &At) -> Result<NodeId, Missing> {
        let items = self.elements(at)?;
        let Some((head, args)) = items.split_first() else { return self.opaque(at) };
        let (head, _) = self.plain(head)?;
        let Some(word) = head.name() else { return self.call(at, &head, args) };
        if word == "unquote-splicing" && !self.templates.is_empty() {
            self.splicing(at);
            return self.opaque(at);
        }
        if let Some(node) = self.test_form(at, &word, args)? {
            return Ok(node);
        }
        match self.meaning(&word) {
            Meaning::Function => self.call(at, &head, args),
            Meaning::Macro => self.opaque(at),
            Meaning::Form(form) => {
                self.note_hidden_local(&head, &word);
                self.core_form(at, form, args)
            }
        }
    }

    /// A local whose name means a form of the language at the head of a list is not called.
    fn note_hidden_local(&mut self, head: &At, word: &str) {
        if self.local(word).is_some() {
            let message = format!("`{word}` at the start of a list is the form of the core, not the local");
            self.flaw("macro-name", head.span, message, "the local is not called");
        }
    }

    /// What a list that starts with a word is.
    fn meaning(&self, word: &str) -> Meaning {
        if let Some(form) = SPECIAL_FORMS.iter().find(|form| **form == word) {
            return Meaning::Form(form);
        }
        let account = self.tree.account_of(self.program);
        if let Some(meaning) = self.defined_meaning(account, word) {
            return meaning;
        }
        match self.known.entry(self.viewer(account), word) {
            Some(entry) if !entry.is_macro() => Meaning::Function,
            // Perhaps a macro of an earlier text.
            None => self
                .tree
                .text_with(account, word)
                .and_then(|text| self.defined_meaning(text, word))
                .unwrap_or(Meaning::Function),
            Some(entry) => match MACROS.iter().find(|form| **form == word && entry.address == CORE) {
                Some(form) => Meaning::Form(form),
                None => Meaning::Macro,
            },
        }
    }

    /// The account of the state that sees what a program sees, its own definitions aside.
    fn viewer(&self, account: ProgramId) -> u64 {
        if self.tree.programs[account].fate == Fate::Texts { self.known.account() } else { CORE }
    }

    /// What a program defines a word as, so far.
    fn defined_meaning(&self, program: ProgramId, word: &str) -> Option<Meaning> {
        let define = self.tree.programs[program].definitions.get(word)?.last()?;
        Some(match self.tree.define(*define) {
            Some(Define { how: How::Macro, .. }) => Meaning::Macro,
            _ => Meaning::Function,
        })
    }

    fn call(&mut self, at: &At, head: &At, args: &[At]) -> Result<NodeId, Missing> {
        let function = self.operands(std::slice::from_ref(head))?[0];
        let name = match &self.tree.nodes[function].expr {
            Expr::Global(name) => name.clone(),
            _ => String::new(),
        };
        let args = match (name.as_str(), args) {
            (word, args) if self.is_foreign(word) => {
                let args: Result<Vec<NodeId>, Missing> = args.iter().map(|arg| self.opaque(arg)).collect();
                args?
            }
            ("eval", [code]) => vec![self.code_argument(code, Fate::Same)?],
            // What is compiled now may run when more is defined.
            ("compile", [code]) => vec![self.code_argument(code, Fate::Open)?],
            ("deploy", [code]) => vec![self.code_argument(code, Fate::Actor)?],
            ("eval-as" | "query-as", [account, code]) => {
                let account = self.operands(std::slice::from_ref(account))?[0];
                let is_same = matches!(self.tree.nodes[account].expr, Expr::Register("*address*"));
                let fate = if is_same && name == "eval-as" { Fate::Same } else { Fate::Open };
                vec![account, self.code_argument(code, fate)?]
            }
            _ => self.operands(args)?,
        };
        Ok(self.add(at.span, Expr::Call { head: function, args }))
    }

    /// Whether a word is a form that other Lisps have, and here has no meaning: its parts need not be expressions.
    fn is_foreign(&self, word: &str) -> bool {
        let account = self.tree.account_of(self.program);
        language::is_form(word)
            && self.defined_meaning(account, word).is_none()
            && self.known.entry(self.viewer(account), word).is_none()
            && self.tree.text_with(account, word).is_none()
    }

    /// An argument that becomes a program, if it is quoted.
    fn code_argument(&mut self, at: &At, fate: Fate) -> Result<NodeId, Missing> {
        let quoted = std::mem::replace(&mut self.quoted, Fate::Open);
        // Quoted inside a template, it is filled in by the template.
        let node = match self.quotation(at)?.filter(|_| self.templates.is_empty()) {
            Some((inner, style)) => self.program(at, &inner, style, fate),
            None => self.expression(at),
        };
        self.quoted = quoted;
        node
    }

    /// A form of which no more is known than the names in it: locals count as read, and any name as perhaps
    /// defined.
    fn opaque(&mut self, at: &At) -> Result<NodeId, Missing> {
        let mut open = vec![at.clone()];
        let mut parts = Vec::new();
        while let Some(at) = open.pop() {
            match &at.value {
                Value::Symbol(_) => parts.extend(self.mention(&at)),
                Value::List(_) | Value::Vector(_) => open.extend(self.elements(&at)?),
                Value::Syntax(_) => open.push(self.plain(&at)?.0),
                _ => open.extend(self.unordered(&at)?),
            }
        }
        Ok(self.add(at.span, Expr::Opaque(parts)))
    }

    fn mention(&mut self, at: &At) -> Option<NodeId> {
        let name = at.name()?;
        // A template shows what is outside of it to the forms under `~`.
        let outside: Vec<BindingId> = self.templates.iter().flat_map(|t| t.scope.iter().copied()).collect();
        for binding in outside {
            if self.tree.bindings[binding].name == name {
                let node = self.add(at.span, Expr::Local(binding));
                self.tree.bindings[binding].reads.push(node);
            }
        }
        if self.local(&name).is_some() {
            return Some(self.symbol(at));
        }
        let account = self.tree.account_of(self.program);
        if !language::is_form(&name) {
            self.tree.programs[account].mentioned.insert(name);
        }
        None
    }
}

/// What a list that starts with a word is.
enum Meaning {
    /// A form of the language, which the checks know.
    Form(&'static str),
    /// Some macro.
    Macro,
    /// A call.
    Function,
}

/// Macros of the core whose parts the checks know.
const MACROS: &[&str] = &[
    "and",
    "assert",
    "call",
    "declare",
    "defexpander",
    "define",
    "defmacro",
    "defn",
    "dotimes",
    "for",
    "for-loop",
    "if",
    "if-let",
    "import",
    "macro",
    "or",
    "resolve",
    "schedule",
    "set-in!",
    "switch",
    "tailcall",
    "undef",
    "when",
    "when-let",
    "when-not",
];
