//! Forms of control: tests, branches, calls of actors.

use super::*;

impl Parser<'_> {
    /// A form of the core by its word.
    pub(super) fn core_form(&mut self, at: &At, word: &'static str, args: &[At]) -> Result<NodeId, Missing> {
        match word {
            "do" => {
                let body = self.body(args)?;
                Ok(self.add(at.span, Expr::Do(body)))
            }
            "try" => {
                let branches = self.body(args)?;
                Ok(self.add(at.span, Expr::Try(branches)))
            }
            "query" => {
                let body = self.body(args)?;
                Ok(self.add(at.span, Expr::Query(body)))
            }
            "and" | "or" => {
                let logic = if word == "and" { Logic::And } else { Logic::Or };
                let tests = self.body(args)?;
                Ok(self.add(at.span, Expr::Logic(logic, tests)))
            }
            "cond" => self.clauses(at, word, None, args),
            "if" => match args {
                [_, _] | [_, _, _] => self.clauses(at, word, None, args),
                _ => self.wrong_count(at, word, "a test and one or two expressions", args.len()),
            },
            "when" | "when-not" => self.when(at, word, args),
            "switch" => match args {
                [subject, clauses @ ..] => {
                    let subject = self.operands(std::slice::from_ref(subject))?[0];
                    self.clauses(at, word, Some(subject), clauses)
                }
                [] => self.wrong_count(at, word, "a value", 0),
            },
            "assert" => {
                let tests = self.operands(args)?;
                Ok(self.add(at.span, Expr::Macro("assert", tests)))
            }
            "tailcall" => match args {
                [form] if matches!(&form.value, Value::List(list) if !list.is_empty()) => {
                    let call = self.expression(form)?;
                    Ok(self.add(at.span, Expr::Macro("tailcall", vec![call])))
                }
                [_] => self.malformed(at, "`tailcall` takes the form of a call", "not a call"),
                _ => self.wrong_count(at, word, "one form", args.len()),
            },
            "let" | "loop" | "for" | "for-loop" | "dotimes" | "if-let" | "when-let" | "fn" => {
                self.binder(at, word, args)
            }
            "quote" | "quasiquote" | "unquote" => self.quoting(at, word, args),
            "lookup" => self.lookup(at, args),
            "call" => self.actor_call(at, args),
            "resolve" => match args {
                [name] => {
                    let name = self.add(name.span, Expr::Constant(name.value.clone()));
                    Ok(self.add(at.span, Expr::Macro("resolve", vec![name])))
                }
                _ => self.wrong_count(at, word, "one name", args.len()),
            },
            "schedule" => match args {
                [time, form] => {
                    let time = self.operands(std::slice::from_ref(time))?[0];
                    let code = match self.templates.is_empty() {
                        true => self.program(form, form, quote::Style::Plain, Fate::Same)?,
                        false => self.opaque(form)?,
                    };
                    Ok(self.add(at.span, Expr::Macro("schedule", vec![time, code])))
                }
                _ => self.wrong_count(at, word, "a time and a form", args.len()),
            },
            _ => self.defining(at, word, args),
        }
    }

    /// A form with the wrong number of parts.
    pub(super) fn wrong_count(
        &mut self,
        at: &At,
        word: &str,
        wanted: &str,
        given: usize,
    ) -> Result<NodeId, Missing> {
        let forms = if given == 1 { "form" } else { "forms" };
        let message = format!("`{word}` takes {wanted}, given {given} {forms}");
        self.flaw("arity", at.span, message, "wrong number of forms");
        self.opaque(at)
    }

    fn clauses(
        &mut self,
        at: &At,
        word: &'static str,
        subject: Option<NodeId>,
        forms: &[At],
    ) -> Result<NodeId, Missing> {
        let mut clauses = Vec::new();
        let mut otherwise = None;
        for clause in forms.chunks(2) {
            match clause {
                [test, branch] => {
                    let test = self.operands(std::slice::from_ref(test))?[0];
                    clauses.push((test, self.expression(branch)?));
                }
                rest => otherwise = self.body(rest)?.first().copied(),
            }
        }
        Ok(self.add(at.span, Expr::Cond(Cond { word, subject, clauses, otherwise })))
    }

    fn when(&mut self, at: &At, word: &'static str, args: &[At]) -> Result<NodeId, Missing> {
        let Some((test, body)) = args.split_first() else {
            return self.wrong_count(at, word, "a test and expressions", 0);
        };
        let test = self.operands(std::slice::from_ref(test))?[0];
        let span = body.first().zip(body.last()).map_or(at.span, |(first, last)| first.span.to(last.span));
        let body = self.body(body)?;
        let body = self.add(span, Expr::Do(body));
        let (clauses, otherwise) = match word {
            "when" => (vec![(test, body)], None),
            _ => {
                let nothing = self.add(at.span, Expr::Constant(Value::Nil));
                (vec![(test, nothing)], Some(body))
            }
        };
        Ok(self.add(at.span, Expr::Cond(Cond { word, subject: None, clauses, otherwise })))
    }

    fn lookup(&mut self, at: &At, args: &[At]) -> Result<NodeId, Missing> {
        match args {
            [name] if name.name().is_some() => {
                let name = name.name().unwrap_or_default();
                Ok(self.add(at.span, Expr::Global(name)))
            }
            [place, name] => {
                let place = self.operands(std::slice::from_ref(place))?[0];
                match name.name() {
                    Some(name) => Ok(self.add(at.span, Expr::Lookup { place, name })),
                    None if self.is_unquote(name)? => self.opaque(at),
                    None => self.malformed(at, "`lookup` takes the name itself, unquoted", "not a name"),
                }
            }
            [name] if self.is_unquote(name)? => self.opaque(at),
            [_] => self.malformed(at, "`lookup` takes the name itself, unquoted", "not a name"),
            _ => self.wrong_count(at, "lookup", "a name, or an account and a name", args.len()),
        }
    }

    /// `(call target offer? (function args…))`.
    fn actor_call(&mut self, at: &At, args: &[At]) -> Result<NodeId, Missing> {
        let (target, offer, form) = match args {
            [target, form] => (target, None, form),
            [target, offer, form] => (target, Some(offer), form),
            [] | [_] => return self.wrong_count(at, "call", "a target and the form of a call", args.len()),
            [.., last] => {
                let gives = match &last.value {
                    Value::List(_) => "is nothing but `nil`: nothing is called",
                    _ => "does not compile",
                };
                let message = format!("a `call` with {} parts {gives}", args.len());
                self.flaw("call-form", at.span, message, "a target, perhaps an offer, and a form are all");
                return self.opaque(at);
            }
        };
        let items = self.elements(form)?;
        if !matches!(form.value, Value::List(_)) || items.is_empty() {
            let message = "the last part of `call` is the form of a call, such as `(vote :tea)`";
            self.flaw("call-form", form.span, message, "not the form of a call");
            return self.opaque(at);
        }
        if self.is_unquote(form)? {
            return self.opaque(at);
        }
        let target = self.operands(std::slice::from_ref(target))?[0];
        let offer = match offer {
            Some(offer) => Some(self.operands(std::slice::from_ref(offer))?[0]),
            None => None,
        };
        let (head, _) = self.plain(&items[0])?;
        let args = self.operands(&items[1..])?;
        let Some(name) = head.name() else {
            let parts = std::iter::once(target).chain(offer).chain(args).collect();
            let head = self.opaque(&head)?;
            let parts = std::iter::once(head).chain::<Vec<NodeId>>(parts).collect();
            return Ok(self.add(at.span, Expr::Opaque(parts)));
        };
        Ok(self.add(at.span, Expr::ActorCall { target, offer, name, name_span: head.span, args }))
    }
}
