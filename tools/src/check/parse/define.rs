//! Forms that define.

use super::*;

/// What metadata says of a definition.
fn has_flag(metadata: Option<&Map>, flag: &str) -> Result<bool, Missing> {
    Ok(match metadata {
        Some(map) => map.get(&Value::keyword(flag))?.is_some_and(Value::is_truthy),
        None => false,
    })
}

impl Parser<'_> {
    pub(super) fn defining(&mut self, at: &At, word: &'static str, args: &[At]) -> Result<NodeId, Missing> {
        match (word, args) {
            ("def", [name] | [name, _]) => self.def(at, name, args.get(1), How::Def),
            ("define", [name] | [name, _]) => self.def(at, name, args.get(1), How::Declare),
            ("def" | "define", _) => self.wrong_count(at, word, "a name and a value", args.len()),
            ("declare", names) => {
                let mut parts = Vec::new();
                for name in names {
                    parts.push(self.def(name, name, None, How::Declare)?);
                }
                Ok(self.add(at.span, Expr::Do(parts)))
            }
            ("undef", [name]) => self.def(at, name, None, How::Undef),
            ("undef", _) => self.wrong_count(at, word, "one name", args.len()),
            ("defn", [name, code @ ..]) if !code.is_empty() => self.defn(at, name, code, How::Defn),
            ("defmacro" | "defexpander", [name, code @ ..]) if !code.is_empty() => {
                self.defn(at, name, code, How::Macro)
            }
            ("defn" | "defmacro" | "defexpander", _) => {
                self.wrong_count(at, word, "a name, parameters and a body", args.len())
            }
            ("macro", code) => {
                let is_macro = std::mem::replace(&mut self.is_macro, true);
                let function = self.function(at, code);
                self.is_macro = is_macro;
                function
            }
            ("import", _) => self.import(at, args),
            ("set!", [name, value]) => self.set(at, name, value),
            ("set!", _) => self.wrong_count(at, word, "a name and a value", args.len()),
            ("set-in!", [name, path, value]) => self.set_in(at, name, path, value),
            _ => self.wrong_count(at, word, "a name, a path and a value", args.len()),
        }
    }

    /// Notes keys of metadata that mean nothing, and what is meant by them.
    fn note_keys(&mut self, at: &At, metadata: Option<&Map>) -> Result<(), Missing> {
        for key in metadata.into_iter().flat_map(|map| map.keys()) {
            let Value::Keyword(key) = key? else { continue };
            let key = String::from_utf8_lossy(key.name());
            if let Some(sentence) = language::metadata_instead(&key) {
                let message = format!("the machine does not look at the metadata `:{key}`");
                let finding = Finding::new("metadata-key", at.span, message, "without effect");
                self.tree.flaws.push(finding.hint(sentence));
            }
        }
        Ok(())
    }

    /// Adds a definition, which later forms can see.
    fn define(&mut self, at: &At, define: Define) -> NodeId {
        let (name, how) = (define.name.clone(), define.how);
        let node = self.add(at.span, Expr::Def(define));
        if how != How::Undef {
            let account = self.tree.account_of(self.program);
            self.tree.programs[account].definitions.entry(name).or_default().push(node);
        }
        node
    }

    pub(super) fn def(
        &mut self,
        at: &At,
        name: &At,
        value: Option<&At>,
        how: How,
    ) -> Result<NodeId, Missing> {
        let (plain, metadata) = self.plain(name)?;
        self.note_keys(name, metadata.as_ref())?;
        let Some(text) = plain.name() else { return self.unnamed(at, &plain, value.into_iter()) };
        let mut is_callable = has_flag(metadata.as_ref(), "callable")?;
        let mut node = None;
        if let Some(value) = value {
            let at_value = value;
            let (value, metadata) = self.plain(value)?;
            self.note_keys(at_value, metadata.as_ref())?;
            is_callable |= has_flag(metadata.as_ref(), "callable")?;
            // The metadata of a definition may say that it is a macro.
            let is_expander = has_flag(metadata.as_ref(), "expander")?
                || has_flag(self.plain(name)?.1.as_ref(), "expander")?;
            let is_macro = self.is_macro;
            self.is_macro |= is_expander;
            node = Some(self.expression(&value)?);
            self.is_macro = is_macro;
            if is_expander {
                let define =
                    Define { name: text, name_span: plain.span, how: How::Macro, value: node, is_callable };
                return Ok(self.define(at, define));
            }
        }
        let define = Define { name: text, name_span: plain.span, how, value: node, is_callable };
        Ok(self.define(at, define))
    }

    /// A definition of something that is no name: an unquoted one, which only the finished code tells.
    fn unnamed<'v>(
        &mut self,
        at: &At,
        name: &At,
        rest: impl Iterator<Item = &'v At>,
    ) -> Result<NodeId, Missing> {
        if !self.is_unquote(name)? {
            return self.malformed(name, "a definition needs a name", "not a name");
        }
        self.open_program();
        let mut parts = vec![self.expression(name)?];
        for form in rest {
            parts.push(self.expression(form)?);
        }
        Ok(self.add(at.span, Expr::Opaque(parts)))
    }

    fn defn(&mut self, at: &At, name: &At, code: &[At], how: How) -> Result<NodeId, Missing> {
        let (plain, on_name) = self.plain(name)?;
        self.note_keys(name, on_name.as_ref())?;
        let Some(text) = plain.name() else {
            self.open_program();
            let function = self.function(at, code)?;
            if !self.is_unquote(&plain)? {
                self.flaw("syntax", plain.span, "a definition needs a name", "not a name");
            }
            let name = self.opaque(&plain)?;
            return Ok(self.add(at.span, Expr::Opaque(vec![name, function])));
        };
        let (_, on_code) = self.plain(&code[0])?;
        self.note_keys(&code[0], on_code.as_ref())?;
        let is_callable = has_flag(on_name.as_ref(), "callable")? || has_flag(on_code.as_ref(), "callable")?;
        let define = Define { name: text.clone(), name_span: plain.span, how, value: None, is_callable };
        // The name is known while the body is gone through; a macro is one only afterwards.
        let node = if how == How::Defn { Some(self.define(at, define)) } else { None };
        let is_macro = self.is_macro;
        self.is_macro |= how == How::Macro;
        let quoted = std::mem::replace(&mut self.quoted, Fate::Kept);
        let function = self.function(at, code);
        self.is_macro = is_macro;
        self.quoted = quoted;
        let function = function?;
        let node = match node {
            Some(node) => node,
            None => {
                let define = Define { name: text, name_span: plain.span, how, value: None, is_callable };
                self.define(at, define)
            }
        };
        if let Expr::Def(define) = &mut self.tree.nodes[node].expr {
            define.value = Some(function);
        }
        Ok(node)
    }

    fn import(&mut self, at: &At, args: &[At]) -> Result<NodeId, Missing> {
        let (library, alias) = match args {
            [name] => (name, name),
            [library, word, alias] if word.value == Value::keyword("as") => (library, alias),
            [_, word, _] => {
                return self.malformed(word, "the alias of an import follows `:as`", "`:as` was expected");
            }
            _ => return self.wrong_count(at, "import", "a library, `:as` and an alias", args.len()),
        };
        let Some(name) = alias.name() else { return self.unnamed(at, alias, std::iter::once(library)) };
        let value = match library.name() {
            Some(_) => {
                let constant = self.add(library.span, Expr::Constant(library.value.clone()));
                self.add(library.span, Expr::Macro("resolve", vec![constant]))
            }
            None => self.operands(std::slice::from_ref(library))?[0],
        };
        let define =
            Define { name, name_span: alias.span, how: How::Import, value: Some(value), is_callable: false };
        Ok(self.define(at, define))
    }

    fn set(&mut self, at: &At, name: &At, value: &At) -> Result<NodeId, Missing> {
        let value_node = self.expression(value)?;
        self.set_to(at, name, value_node)
    }

    fn set_to(&mut self, at: &At, name: &At, value: NodeId) -> Result<NodeId, Missing> {
        let Some(text) = name.name() else {
            if !self.is_unquote(name)? {
                self.flaw("syntax", name.span, "`set!` needs a name", "not a name");
            }
            let name = self.expression(name)?;
            return Ok(self.add(at.span, Expr::Opaque(vec![name, value])));
        };
        let target = match self.local(&text) {
            Some(binding) => Target::Local(binding),
            None => Target::Global(text),
        };
        let local = if let Target::Local(binding) = target { Some(binding) } else { None };
        let node = self.add(at.span, Expr::Set { target, name_span: name.span, value });
        if let Some(binding) = local {
            self.tree.bindings[binding].sets.push(node);
        }
        Ok(node)
    }

    /// `set-in!` reads the name and sets it.
    fn set_in(&mut self, at: &At, name: &At, path: &At, value: &At) -> Result<NodeId, Missing> {
        let parts = self.operands(&[name.clone(), path.clone(), value.clone()])?;
        let changed = self.add(at.span, Expr::Macro("set-in!", parts));
        self.set_to(at, name, changed)
    }
}
