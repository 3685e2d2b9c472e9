//! Forms that bind locals.

use super::super::arity::Arity;
use super::super::known::params_arity;
use super::*;

/// The forms in the vector of a binding form, and its body; or what stands in place of one that has no vector.
type Parts<'v> = Result<(Vec<At>, &'v [At]), NodeId>;

impl Parser<'_> {
    pub(super) fn binder(&mut self, at: &At, word: &'static str, args: &[At]) -> Result<NodeId, Missing> {
        match word {
            "fn" => self.function(at, args),
            "let" => self.bindings(at, Binder::Let, args),
            "loop" => self.bindings(at, Binder::Loop, args),
            "for" => self.bindings(at, Binder::For, args),
            "dotimes" => self.bindings(at, Binder::Times, args),
            "for-loop" => self.for_loop(at, args),
            _ => self.binding_test(at, word, args),
        }
    }

    /// Ends the scopes of the locals behind the first ones and says what bound them.
    fn close(&mut self, visible: usize, node: NodeId) {
        for binding in self.scope.split_off(visible) {
            self.tree.bindings[binding].scope = Some(node);
        }
    }

    /// Binds the names of a pattern: a symbol, or vectors of patterns nested however deep.
    fn pattern(&mut self, at: &At, role: Role, value: Option<NodeId>) -> Result<Vec<BindingId>, Missing> {
        let mut open = vec![(at.clone(), role)];
        let mut bound = Vec::new();
        while let Some((at, role)) = open.pop() {
            match &at.value {
                Value::Symbol(_) => {
                    let name = at.name().unwrap_or_default();
                    if name != "_" && name != "&" {
                        let whole = if role == Role::Part { None } else { value };
                        let (span, scope) = (at.span, None);
                        let (reads, sets) = (Vec::new(), Vec::new());
                        self.tree.bindings.push(Binding {
                            name,
                            span,
                            role,
                            scope,
                            reads,
                            sets,
                            value: whole,
                        });
                        bound.push(self.tree.bindings.len() - 1);
                    }
                }
                Value::Vector(_) => {
                    let inner = if role == Role::Param { Role::Param } else { Role::Part };
                    self.check_rest(&at)?;
                    open.extend(self.elements(&at)?.into_iter().rev().map(|part| (part, inner)));
                }
                Value::Syntax(_) => {
                    let message = "a local cannot have metadata: the binding fails when it runs";
                    self.flaw("binding-metadata", at.span, message, "binds nothing");
                    open.push((self.plain(&at)?.0, role));
                }
                _ if self.is_unquote(&at)? => {
                    // The finished code tells what is bound.
                    self.open_program();
                    self.expression(&at)?;
                }
                value => {
                    let message = format!("a value cannot be bound to this {}", value.kind().name());
                    self.flaw("syntax", at.span, message, "neither a name nor a vector of names");
                }
            }
        }
        self.scope.extend(&bound);
        Ok(bound)
    }

    /// In a vector of names, `&` stands once, before the name of what the others leave.
    fn check_rest(&mut self, vector: &At) -> Result<(), Missing> {
        let elements = self.elements(vector)?;
        let is_rest = |at: &At| at.name().is_some_and(|name| name == "&");
        let mut places = elements.iter().enumerate().filter(|(_, at)| is_rest(at));
        let (first, second) = (places.next(), places.next());
        if let Some((_, again)) = second {
            self.flaw("syntax", again.span, "`&` stands only once in a vector of names", "again");
        } else if let Some((place, alone)) = first
            && place + 1 == elements.len()
        {
            self.flaw("syntax", alone.span, "a name must follow `&`", "no name");
        }
        Ok(())
    }

    /// The vector after the word of a binding form, and the forms after it.
    fn vector_and_body<'v>(&mut self, at: &At, word: &str, args: &'v [At]) -> Result<Parts<'v>, Missing> {
        match args.split_first() {
            Some((vector, body)) if matches!(vector.value, Value::Vector(_)) => {
                Ok(Ok((self.elements(vector)?, body)))
            }
            Some((vector, _)) if self.is_unquote(vector)? => {
                self.open_program();
                Ok(Err(self.opaque(at)?))
            }
            _ => {
                let message = format!("`{word}` needs a vector of names and values first");
                Ok(Err(self.malformed(at, message, "no vector")?))
            }
        }
    }

    fn bindings(&mut self, at: &At, binder: Binder, args: &[At]) -> Result<NodeId, Missing> {
        let word = match binder {
            Binder::Loop => "loop",
            Binder::For => "for",
            Binder::Times => "dotimes",
            _ => "let",
        };
        let (forms, body) = match self.vector_and_body(at, word, args)? {
            Ok(parts) => parts,
            Err(node) => return Ok(node),
        };
        let is_single = matches!(binder, Binder::For | Binder::Times);
        if forms.len() % 2 != 0 || (is_single && forms.len() != 2) {
            let wanted = if is_single { "one name and one value" } else { "pairs of a name and a value" };
            let message = format!("`{word}` binds {wanted}, given {} forms", forms.len());
            let label = if is_single { "not one pair" } else { "the last name has no value" };
            return self.malformed(&args[0], message, label);
        }
        let visible = self.scope.len();
        let mut pairs = Vec::new();
        for pair in forms.chunks_exact(2) {
            let value = self.expression(&pair[1])?;
            let whole = Some(value).filter(|_| matches!(binder, Binder::Let | Binder::Loop));
            pairs.push((Some(value), self.pattern(&pair[0], Role::Name(binder), whole)?));
        }
        self.check_times(binder, &pairs);
        let body = self.body(body)?;
        let node = self.add(at.span, Expr::Let(Let { binder, pairs, body }));
        self.close(visible, node);
        Ok(node)
    }

    /// `dotimes` computes with its count while it is expanded.
    fn check_times(&mut self, binder: Binder, pairs: &[(Option<NodeId>, Vec<BindingId>)]) {
        let [(Some(count), _)] = pairs else { return };
        let Node { span, expr, .. } = &self.tree.nodes[*count];
        let is_number = match expr {
            Expr::Constant(value) => matches!(value.kind(), Kind::Integer | Kind::Double),
            Expr::Hole(_) => true,
            _ => false,
        };
        if binder == Binder::Times && !is_number {
            let message =
                "the count of `dotimes` must be written as a number: it is needed before anything runs";
            let span = *span;
            self.flaw("dotimes-count", span, message, "not a number yet");
        }
    }

    /// `(for-loop [i start condition step] body…)`.
    fn for_loop(&mut self, at: &At, args: &[At]) -> Result<NodeId, Missing> {
        let (forms, body) = match self.vector_and_body(at, "for-loop", args)? {
            Ok(parts) => parts,
            Err(node) => return Ok(node),
        };
        let [name, start, condition, step] = forms.as_slice() else {
            let message =
                format!("`for-loop` takes a name, a start, a condition and a step, given {}", forms.len());
            return self.malformed(&args[0], message, "not four forms");
        };
        let visible = self.scope.len();
        let start = self.expression(start)?;
        let names = self.pattern(name, Role::Name(Binder::ForLoop), None)?;
        let mut inner = vec![self.expression(condition)?];
        inner.extend(self.body(body)?);
        inner.push(self.expression(step)?);
        let form = Let { binder: Binder::ForLoop, pairs: vec![(Some(start), names)], body: inner };
        let node = self.add(at.span, Expr::Let(form));
        self.close(visible, node);
        Ok(node)
    }

    /// `if-let` and `when-let`.
    fn binding_test(&mut self, at: &At, word: &'static str, args: &[At]) -> Result<NodeId, Missing> {
        let (forms, body) = match self.vector_and_body(at, word, args)? {
            Ok(parts) => parts,
            Err(node) => return Ok(node),
        };
        let [name, test] = forms.as_slice() else {
            let message = format!("`{word}` binds one name and one value, given {} forms", forms.len());
            return self.malformed(&args[0], message, "not one pair");
        };
        if word == "if-let" && !(1..=2).contains(&body.len()) {
            return self.wrong_count(at, word, "a binding and one or two expressions", args.len());
        }
        let test = self.operands(std::slice::from_ref(test))?[0];
        let visible = self.scope.len();
        let names = self.pattern(name, Role::Name(Binder::Test), None)?;
        let (inner, rest) = if word == "if-let" { body.split_at(1) } else { (body, &[][..]) };
        let span = inner.first().zip(inner.last()).map_or(at.span, |(first, last)| first.span.to(last.span));
        let inner = self.body(inner)?;
        let form = Let { binder: Binder::Test, pairs: vec![(None, names)], body: inner };
        let node = self.add(span, Expr::Let(form));
        self.close(visible, node);
        let otherwise = self.body(rest)?.first().copied();
        let cond = Cond { word, subject: None, clauses: vec![(test, node)], otherwise };
        Ok(self.add(at.span, Expr::Cond(cond)))
    }

    /// What follows the word `fn`, or the name in `defn`.
    pub(super) fn function(&mut self, at: &At, code: &[At]) -> Result<NodeId, Missing> {
        let quoted = std::mem::replace(&mut self.quoted, Fate::Kept);
        let arities = self.arities(at, code);
        self.quoted = quoted;
        let Some(arities) = arities? else { return self.opaque(at) };
        let bound: Vec<BindingId> = arities.iter().flat_map(|arity| arity.params.clone()).collect();
        let node = self.add(at.span, Expr::Fn(arities));
        for binding in bound {
            self.tree.bindings[binding].scope = Some(node);
        }
        Ok(node)
    }

    /// The arities of a function; `None` when it is none.
    fn arities(&mut self, at: &At, code: &[At]) -> Result<Option<Vec<FnArity>>, Missing> {
        let Some(first) = code.first() else {
            self.flaw("syntax", at.span, "a function needs a vector of parameters", "no parameters");
            return Ok(None);
        };
        let (params, _) = self.plain(first)?;
        if matches!(params.value, Value::Vector(_)) {
            return Ok(Some(vec![self.fn_arity(&params, &code[1..])?]));
        }
        let mut arities = Vec::new();
        for form in code {
            let (plain, _) = self.plain(form)?;
            let parts =
                if matches!(plain.value, Value::List(_)) { self.elements(&plain)? } else { Vec::new() };
            let params = parts.first().map(|params| self.plain(params)).transpose()?;
            match params {
                Some((params, _)) if matches!(params.value, Value::Vector(_)) => {
                    arities.push(self.fn_arity(&params, &parts[1..])?);
                }
                _ if !self.templates.is_empty() => {
                    self.open_program();
                    return Ok(None);
                }
                _ => {
                    let label = match plain.value {
                        Value::String(_) => "descriptions are metadata: ^{:doc {:description \"…\"}}",
                        _ => "neither parameters nor an arity",
                    };
                    self.flaw("syntax", plain.span, "a function needs a vector of parameters", label);
                    return Ok(None);
                }
            }
        }
        Ok(Some(arities))
    }

    fn fn_arity(&mut self, params: &At, body: &[At]) -> Result<FnArity, Missing> {
        let visible = self.scope.len();
        let arity = match &params.value {
            Value::Vector(vector) => params_arity(&vector.to_vec()?),
            _ => Arity::NONE,
        };
        let bound = self.pattern(params, Role::Param, None)?;
        let body_nodes = self.body(body)?;
        self.scope.truncate(visible);
        let span = body.last().map_or(params.span, |last| params.span.to(last.span));
        Ok(FnArity { arity, params: bound, span, body: body_nodes })
    }
}
