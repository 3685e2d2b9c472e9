//! Quotations: data, and code that is a program of its own.

use super::*;

/// Which quote.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `'form`.
    Plain,
    /// A backquote, under which `~` fills in.
    Quasi,
}

/// Words that quoted code starts with.
const CODE_WORDS: &[&str] = &[
    "call",
    "cond",
    "def",
    "defexpander",
    "defmacro",
    "defn",
    "deploy",
    "do",
    "fn",
    "if",
    "import",
    "let",
    "loop",
    "set!",
    "when",
];

impl Parser<'_> {
    /// A list of a word and one form.
    fn worded(&self, at: &At, words: &[&str]) -> Result<Option<(String, At)>, Missing> {
        if !matches!(&at.value, Value::List(list) if list.count() == 2) {
            return Ok(None);
        }
        Ok(match self.elements(at)?.as_slice() {
            [word, inner] => {
                word.name().filter(|name| words.contains(&name.as_str())).map(|name| (name, inner.clone()))
            }
            _ => None,
        })
    }

    /// What a form quotes, if it is a quotation.
    pub(super) fn quotation(&self, at: &At) -> Result<Option<(At, Style)>, Missing> {
        let style = |word: &str| if word == "quote" { Style::Plain } else { Style::Quasi };
        Ok(self.worded(at, &["quote", "quasiquote"])?.map(|(word, inner)| (inner, style(&word))))
    }

    /// Whether a form inside a template is filled in.
    pub(super) fn is_unquote(&self, at: &At) -> Result<bool, Missing> {
        Ok(!self.templates.is_empty() && self.worded(at, &["unquote"])?.is_some())
    }

    /// Says that names of this program are not all to be seen.
    pub(super) fn open_program(&mut self) {
        let program = &mut self.tree.programs[self.program];
        if program.fate != Fate::Texts {
            program.fate = Fate::Open;
        }
    }

    pub(super) fn quoting(&mut self, at: &At, word: &str, args: &[At]) -> Result<NodeId, Missing> {
        let [inner] = args else { return self.wrong_count(at, word, "one form", args.len()) };
        match word {
            "unquote" if self.templates.is_empty() => {
                let node = self.expression(inner)?;
                Ok(self.add(at.span, Expr::Immediate(node)))
            }
            "unquote" => {
                let hole = self.hole(inner)?;
                Ok(self.add(at.span, Expr::Hole(hole)))
            }
            // What is quoted inside a template is filled in all the same, one level further in.
            _ if !self.templates.is_empty() => self.data_in_template(at, inner, word),
            _ => {
                let style = if word == "quote" { Style::Plain } else { Style::Quasi };
                match self.fate_of(inner)? {
                    Some(fate) => self.program(at, inner, style, fate),
                    None => self.data(at, inner, style),
                }
            }
        }
    }

    /// What becomes of a quoted form; `None` for data.
    fn fate_of(&self, at: &At) -> Result<Option<Fate>, Missing> {
        let words: Vec<Option<String>> = self.elements(at)?.iter().map(At::name).collect();
        let (Value::List(_), Some(Some(word))) = (&at.value, words.first()) else { return Ok(None) };
        if !CODE_WORDS.contains(&word.as_str()) {
            return Ok(None);
        }
        let is_program = word == "do" && self.quoted == Fate::Kept && !self.is_macro;
        Ok(Some(if is_program { Fate::Kept } else { Fate::Open }))
    }

    /// Goes through quoted code as a program of its own.
    pub(super) fn program(
        &mut self,
        at: &At,
        inner: &At,
        style: Style,
        fate: Fate,
    ) -> Result<NodeId, Missing> {
        // Inside a template, what is quoted is under the hands of the outer template already.
        let fate = if self.is_macro || !self.templates.is_empty() { Fate::Open } else { fate };
        let program = self.add_program(fate, Some(self.program));
        self.tree.programs[program].hidden = self.scope.clone();
        let outer =
            Template { program: self.program, scope: std::mem::take(&mut self.scope), holes: Vec::new() };
        self.program = program;
        let quoted = std::mem::replace(&mut self.quoted, Fate::Kept);
        // Under a plain quote, `~` is not filled in: the code itself evaluates it when it is compiled.
        let templates = match style {
            Style::Quasi => {
                self.templates.push(outer);
                None
            }
            Style::Plain => Some((outer, std::mem::take(&mut self.templates))),
        };
        let root = self.expression(inner);
        let outer = match templates {
            None => self.templates.pop(),
            Some((outer, templates)) => {
                self.templates = templates;
                Some(outer)
            }
        };
        self.quoted = quoted;
        let mut holes = Vec::new();
        if let Some(outer) = outer {
            (self.program, self.scope, holes) = (outer.program, outer.scope, outer.holes);
        }
        self.tree.programs[program].forms.push(root?);
        Ok(self.add(at.span, Expr::Code { program, holes }))
    }

    /// Goes through a form under `~`, as the program around the template sees it.
    fn hole(&mut self, inner: &At) -> Result<NodeId, Missing> {
        let Some(mut template) = self.templates.pop() else { return self.expression(inner) };
        let here = (self.program, std::mem::take(&mut self.scope));
        let quoted = std::mem::replace(&mut self.quoted, Fate::Open);
        self.program = template.program;
        self.scope = std::mem::take(&mut template.scope);
        let node = self.expression(inner);
        template.scope = std::mem::take(&mut self.scope);
        (self.program, self.scope) = here;
        self.quoted = quoted;
        let node = node?;
        template.holes.push(node);
        self.templates.push(template);
        Ok(node)
    }

    /// Quoted data: a constant, or a template of which only the forms under `~` matter.
    fn data(&mut self, at: &At, inner: &At, style: Style) -> Result<NodeId, Missing> {
        if style == Style::Plain {
            return Ok(self.add(at.span, Expr::Constant(inner.value.clone())));
        }
        let program = self.program;
        self.templates.push(Template { program, scope: std::mem::take(&mut self.scope), holes: Vec::new() });
        let outcome = self.fill(inner);
        if let Some(template) = self.templates.pop() {
            self.scope = template.scope;
            outcome?;
            if template.holes.is_empty() {
                return Ok(self.add(at.span, Expr::Constant(inner.value.clone())));
            }
            let shape = inner.value.kind();
            return Ok(self.add(at.span, Expr::Template { shape, holes: template.holes }));
        }
        self.opaque(at)
    }

    /// Something quoted inside a template: its holes are those of the template.
    fn data_in_template(&mut self, at: &At, inner: &At, word: &str) -> Result<NodeId, Missing> {
        if word == "quasiquote" {
            return self.opaque(at);
        }
        self.fill(inner)?;
        Ok(self.add(at.span, Expr::Opaque(Vec::new())))
    }

    /// Goes through the forms under `~` in data of a template.
    fn fill(&mut self, at: &At) -> Result<(), Missing> {
        let mut open = vec![at.clone()];
        while let Some(at) = open.pop() {
            if let Some((word, inner)) = self.worded(&at, &["unquote", "unquote-splicing", "quasiquote"])? {
                match word.as_str() {
                    "unquote" => self.hole(&inner).map(|_| ())?,
                    "unquote-splicing" => self.splicing(&at),
                    _ => self.opaque(&at).map(|_| ())?,
                }
                continue;
            }
            match &at.value {
                Value::List(_) | Value::Vector(_) => open.extend(self.elements(&at)?.into_iter().rev()),
                _ => open.extend(self.unordered(&at)?),
            }
        }
        Ok(())
    }

    pub(super) fn splicing(&mut self, at: &At) {
        let message = "there is no splicing: `~@x` stays in the form as `(unquote-splicing x)`";
        self.flaw("splicing", at.span, message, "is not filled in");
    }
}
