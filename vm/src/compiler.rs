//! Compilation: what turns expanded forms into ops (CAD008).

use crate::context::{Context, Unquoting};
use crate::core::arguments;
use crate::expander::{initial_expander, unwrap, with_metadata};
use crate::{Ending, Run, juice, limits, symbols};
use lang::op::{Closure, Op};
use lang::source::{Positions, Span};
use lang::{List, Map, Set, Symbol, Value, Vector, native, special};
use std::collections::HashMap;

/// The names of the locals of a scope, by position. A later name hides an earlier one.
#[derive(Clone, Default)]
pub struct Scope {
    names: Vec<Symbol>,
    /// Made when there is a name, so that code which compiles nothing pays nothing for a scope.
    positions: Option<HashMap<Symbol, Vec<u64>>>,
}

impl Scope {
    /// Whether there are no names.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn define(&mut self, name: &Symbol) {
        let position = self.names.len() as u64;
        self.names.push(name.clone());
        self.positions.get_or_insert_default().entry(name.clone()).or_default().push(position);
    }

    fn position(&self, name: &Symbol) -> Option<u64> {
        self.positions.as_ref()?.get(name)?.last().copied()
    }

    fn count(&self) -> usize {
        self.names.len()
    }

    /// Forgets all names but the first ones.
    fn truncate(&mut self, count: usize) {
        while self.names.len() > count {
            if let Some(name) = self.names.pop()
                && let Some(positions) = self.positions.as_mut().and_then(|by_name| by_name.get_mut(&name))
            {
                positions.pop();
            }
        }
    }

    /// Adds the names of a binding form: a symbol, or vectors of forms nested however deep, each with at most
    /// one `&`, followed by a form. At most so many forms are gone through.
    fn bind(&mut self, form: &Value, most: u64) -> Run<Bound> {
        let mut open = vec![form.clone()];
        let mut count = 1;
        while let Some(form) = open.pop() {
            match unwrap(&form)? {
                Value::Symbol(name) => {
                    if *name != *symbols::UNDERSCORE {
                        self.define(name);
                    }
                }
                Value::Vector(forms) => {
                    count = forms.count().saturating_add(count);
                    if count > most {
                        return Ok(Bound::TooMany);
                    }
                    let mut forms = forms.to_vec()?;
                    let is_rest =
                        |form: &Value| matches!(form, Value::Symbol(s) if *s == *symbols::AMPERSAND);
                    if let Some(position) = forms.iter().position(is_rest) {
                        forms.remove(position);
                        // What follows `&` is bound under whatever name; only a further `&` is wrong.
                        if position >= forms.len() || forms[position + 1..].iter().any(is_rest) {
                            return Ok(Bound::Unfit);
                        }
                    }
                    open.extend(forms.into_iter().rev());
                }
                _ => return Ok(Bound::Unfit),
            }
        }
        Ok(Bound::All)
    }
}

/// Whether the names of a binding form were added to a scope.
enum Bound {
    All,
    /// Something else than symbols and vectors stands in it.
    Unfit,
    /// It has more forms than may be gone through.
    TooMany,
}

/// The positions of forms and ops, if anybody wants to know them. A clone has none.
#[derive(Default)]
pub struct Places(Option<Box<Positions>>);

impl Clone for Places {
    fn clone(&self) -> Places {
        Places(None)
    }
}

impl Places {
    /// Keeps these positions.
    pub fn new(positions: Positions) -> Places {
        Places(Some(Box::new(positions)))
    }

    /// The positions.
    pub fn take(&mut self) -> Option<Positions> {
        self.0.take().map(|positions| *positions)
    }

    /// Whether anybody wants to know them.
    pub(crate) fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Where a form or op comes from.
    pub(crate) fn span_of(&self, value: &Value) -> Option<Span> {
        self.0.as_ref()?.span_of(value)
    }

    /// Enters a form that is to be expanded or compiled.
    pub(crate) fn enter(&mut self, form: &Value) -> usize {
        self.0.as_mut().map_or(0, |positions| positions.enter(form))
    }

    /// Leaves the form that was entered last.
    pub(crate) fn leave(&mut self, entered: usize) {
        if let Some(positions) = &mut self.0 {
            positions.leave(entered);
        }
    }

    /// Gives an op the position of the form entered last.
    fn compiled(&mut self, op: &Value) {
        if let Some(positions) = &mut self.0 {
            positions.compiled(op);
        }
    }

    /// Remembers how a function was written: by the form entered last, among locals of these names.
    fn written(&mut self, function: &Value, locals: &[Symbol]) {
        if let Some(positions) = &mut self.0 {
            positions.written(function, locals);
        }
    }

    /// Gives a new form the position of an old one.
    pub(crate) fn inherit(&mut self, new: &Value, old: &Value) {
        if let Some(positions) = &mut self.0 {
            positions.inherit(new, old);
        }
    }
}

/// Whether a compiled body repeats.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binder {
    Let,
    Loop,
}

impl Context {
    /// Expands and compiles a form to an op, one level deeper.
    pub fn expand_compile(&mut self, form: &Value) -> Run {
        self.deeper(|ctx| ctx.expand_compile_here(form))
    }

    fn expand_compile_here(&mut self, form: &Value) -> Run {
        let entered = self.positions.enter(form);
        let outcome = self.expand_compile_entered(form);
        self.positions.leave(entered);
        outcome
    }

    fn expand_compile_entered(&mut self, form: &Value) -> Run {
        let expander = initial_expander();
        let expanded = match self.invoke(&expander, &mut [form.clone(), expander.clone()]) {
            Ok(expanded) => expanded,
            Err(ending) => return Err(self.traced(ending, |ctx| ctx.form_frame(form))),
        };
        self.positions.inherit(&expanded, form);
        self.compile(&expanded)
    }

    fn deeper(&mut self, work: impl FnOnce(&mut Context) -> Run) -> Run {
        if self.depth >= limits::MAX_DEPTH {
            return self.fail("DEPTH", format!("More than {} compilations are nested", limits::MAX_DEPTH));
        }
        let depth = self.depth;
        self.depth += 1;
        let outcome = work(self);
        self.depth = depth;
        outcome
    }

    /// Compiles an expanded form to an op, one level deeper. Names bound inside are forgotten afterwards.
    ///
    /// # Errors
    /// `:COMPILE`, `:SYNTAX`, `:ARITY` or `:CAST` for forms that mean nothing, `:DEPTH`, and whatever code that is run by
    /// unquoting ends with.
    pub fn compile(&mut self, form: &Value) -> Run {
        let names = self.names.count();
        let entered = self.positions.enter(form);
        let outcome = self.deeper(|ctx| ctx.compile_form(form));
        if let Ok(op) = &outcome {
            self.positions.compiled(op);
        }
        self.positions.leave(entered);
        self.names.truncate(names);
        match outcome {
            Ok(op) => {
                self.result = op.clone();
                Ok(op)
            }
            Err(ending) => Err(self.traced(ending, |ctx| ctx.form_frame(form))),
        }
    }

    /// Compiles and runs a form, or runs an op, in the current account without its locals, as transactions do:
    /// the account may have its own compiler, a function called `*lang*`.
    ///
    /// # Errors
    /// `:UNDECLARED` when there is no `*lang*`, `:COMPILE` when it gives no op, and whatever compilation and the op
    /// end with.
    pub fn eval(&mut self, form: &Value) -> Run {
        if Op::is_op(form)? {
            return self.exec(form);
        }
        let compiler = match self.lookup(&symbols::STAR_LANG)? {
            None => return self.undeclared(&symbols::STAR_LANG),
            Some(value) if crate::call::is_function(&value)? => value,
            Some(_) => Value::native(native::code("compile").unwrap_or_default()),
        };
        let op = self.invoke(&compiler, &mut [form.clone()])?;
        if !Op::is_op(&op)? {
            return self.fail("COMPILE", format!("*lang* made a {}, not an op", op.kind().name()));
        }
        self.result = Value::Nil;
        self.exec(&op)
    }

    fn compile_form(&mut self, form: &Value) -> Run {
        match form {
            Value::Symbol(symbol) => self.compile_symbol(symbol),
            Value::List(list) => self.compile_list(list),
            Value::Vector(vector) => self.compile_vector(vector),
            Value::Map(map) => self.compile_map(map),
            Value::Set(set) => self.compile_set(set),
            Value::Syntax(syntax) => {
                // Only one level is opened here; what is inside is compiled in its place.
                let mut datum = syntax.datum()?;
                while let Value::Syntax(syntax) = datum {
                    datum = syntax.datum()?;
                }
                self.compile_form(datum)
            }
            _ if Op::is_op(form)? => self.finish(juice::COMPILE_CONSTANT, form.clone()),
            _ => self.compile_constant(form.clone()),
        }
    }

    fn compile_constant(&mut self, value: Value) -> Run {
        self.finish(juice::COMPILE_CONSTANT, Op::Constant(value).into_value())
    }

    fn node(&mut self, op: Op) -> Run {
        self.finish(juice::COMPILE_NODE, op.into_value())
    }

    fn compile_all(&mut self, forms: impl Iterator<Item = Value>) -> Run<Vec<Value>> {
        forms.map(|form| self.compile(&form)).collect()
    }

    fn compile_symbol(&mut self, symbol: &Symbol) -> Run {
        if let Some(position) = self.names.position(symbol) {
            return self.finish(juice::COMPILE_LOOKUP, Op::Local(position).into_value());
        }
        match symbol.name() {
            name @ [b'*', ..] => {
                if let Some(code) = special::code(name) {
                    return Ok(Op::Special(code).into_value());
                }
            }
            [b'#', b'%', name @ ..] => {
                let code = std::str::from_utf8(name).ok().and_then(native::code);
                if let Some(code) = code {
                    return self.compile_constant(Value::native(code));
                }
            }
            _ => {}
        }
        if let Some(value) = self.static_value(self.address, symbol)? {
            return self.finish(juice::COMPILE_LOOKUP, Op::Constant(value).into_value());
        }
        let address = self.lookup_defining_address(self.address, symbol)?.unwrap_or(self.address);
        let address = Op::Constant(Value::Address(address)).into_value();
        let lookup = Op::Lookup { address, symbol: Value::Symbol(symbol.clone()) };
        self.finish(juice::COMPILE_LOOKUP, lookup.into_value())
    }

    /// The value of a symbol whose definition is marked `:static`, so that code compiled now holds the value.
    fn static_value(&self, address: u64, symbol: &Symbol) -> Run<Option<Value>> {
        let Some(metadata) = self.lookup_metadata_in(address, symbol)? else { return Ok(None) };
        if !matches!(metadata.get(&symbols::STATIC)?, Some(Value::Boolean(true))) {
            return Ok(None);
        }
        Ok(Some(self.lookup_in(address, symbol)?.unwrap_or(Value::Nil)))
    }

    fn compile_vector(&mut self, vector: &Vector) -> Run {
        self.check_elements(vector.count())?;
        if vector.is_empty() {
            return self.compile_constant(Vector::empty().into());
        }
        let vector_function = Value::native(native::code("vector").unwrap_or_default());
        let mut ops = vec![Op::Constant(vector_function).into_value()];
        ops.extend(self.compile_all(vector.to_vec()?.into_iter())?);
        self.node(Op::Invoke(Vector::from_values(ops)))
    }

    fn compile_map(&mut self, map: &Map) -> Run {
        self.check_elements(map.count())?;
        if map.is_empty() {
            return self.compile_constant(Map::empty().into());
        }
        let mut forms = vec![Value::Symbol(symbols::HASH_MAP.clone())];
        for entry in map.iter() {
            let (key, value) = entry?;
            forms.extend([key.clone(), value.clone()]);
        }
        self.compile_call(forms)
    }

    fn compile_set(&mut self, set: &Set) -> Run {
        self.check_elements(set.count())?;
        if set.is_empty() {
            return self.compile_constant(Set::empty().into());
        }
        let mut forms = set.iter().map(|element| element.cloned()).collect::<Result<Vec<_>, _>>()?;
        forms.push(Value::Symbol(symbols::HASH_SET.clone()));
        forms.reverse();
        self.compile_call(forms)
    }

    fn compile_call(&mut self, forms: Vec<Value>) -> Run {
        let ops = self.compile_all(forms.into_iter())?;
        self.node(Op::Invoke(Vector::from_values(ops)))
    }

    fn compile_list(&mut self, list: &List) -> Run {
        self.check_elements(list.count())?;
        let Some(first) = list.first()? else { return self.compile_constant(List::empty().into()) };
        let head = match unwrap(first)? {
            Value::Symbol(symbol) => symbol.clone(),
            _ => return self.compile_call(list.to_vec()?),
        };
        let forms = list.to_vec()?;
        let args = &forms[1..];
        match head.name() {
            b"do" => self.compile_body(args, Op::Do),
            b"try" => self.compile_body(args, Op::Try),
            b"let" => self.compile_let(args, Binder::Let),
            b"loop" => self.compile_let(args, Binder::Loop),
            b"lookup" => self.compile_lookup(args),
            b"cond" => self.compile_operands(args, Op::Cond),
            b"query" => self.compile_operands(args, Op::Query),
            b"def" => self.compile_def(args),
            b"fn" => self.compile_fn(args),
            b"quote" => match args {
                [form] => self.compile_constant(form.clone()),
                _ => {
                    self.fail("ARITY", format!("quote takes 1 form, given {}", arguments::forms(args.len())))
                }
            },
            b"quasiquote" => self.fail("COMPILE", "A quasiquote is left after expansion"),
            b"unquote" => self.compile_unquote(args),
            b"set!" => self.compile_set_bang(args),
            _ => self.compile_call(forms),
        }
    }

    fn compile_operands(&mut self, forms: &[Value], op: fn(Vector) -> Op) -> Run {
        let ops = self.compile_all(forms.iter().cloned())?;
        self.node(op(Vector::from_values(ops)))
    }

    /// Compiles the forms of a `do` or `try`: none is `nil`, and one stands for itself.
    fn compile_body(&mut self, forms: &[Value], op: fn(Vector) -> Op) -> Run {
        match forms {
            [] => self.node(Op::Constant(Value::Nil)),
            [form] => {
                let op = self.compile(form)?;
                self.finish(juice::COMPILE_NODE, op)
            }
            forms => self.compile_operands(forms, op),
        }
    }

    /// Runs the form under `~` at once, then compiles what it gives.
    fn compile_unquote(&mut self, args: &[Value]) -> Run {
        let [form] = args else {
            return self
                .fail("ARITY", format!("unquote takes 1 form, given {}", arguments::forms(args.len())));
        };
        let op = self.expand_compile(form)?;
        let outer = std::mem::replace(&mut self.unquoting, Unquoting::Running);
        let outcome = self.execute(&op);
        let inner = std::mem::replace(&mut self.unquoting, outer);
        let value = outcome?;
        if let Unquoting::Left(before) = inner {
            self.replace_state(before.state);
            (self.log, self.offer) = (before.log, before.offer);
            (self.juice, self.juice_limit, self.depth) = (before.juice, before.juice_limit, before.depth);
        }
        let form = match value {
            Value::Syntax(syntax) => Value::Syntax(syntax),
            value => Value::Syntax(lang::Syntax::new(value, Map::empty())),
        };
        self.expand_compile_here(&form)
    }

    fn compile_lookup(&mut self, args: &[Value]) -> Run {
        let (place, symbol) = match args {
            [symbol] => (Value::Nil, symbol),
            [place, symbol] => (self.compile(place)?, symbol),
            _ => {
                return self.fail(
                    "ARITY",
                    format!("lookup takes 1 or 2 forms, given {}", arguments::forms(args.len())),
                );
            }
        };
        let Value::Symbol(symbol) = symbol else {
            let message = format!("lookup needs a symbol, not this {}", symbol.kind().name());
            return self.fail_about(args.len() - 1, "COMPILE", message);
        };
        if let Some(Op::Constant(constant)) = Op::view(&place)? {
            let Value::Address(address) = constant else {
                let kind = constant.kind().name();
                return self.fail("CAST", format!("lookup needs an address, not this {kind}"));
            };
            if let Some(value) = self.static_value(address, symbol)? {
                return self.finish(juice::COMPILE_LOOKUP, Op::Constant(value).into_value());
            }
        }
        self.node(Op::Lookup { address: place, symbol: Value::Symbol(symbol.clone()) })
    }

    fn compile_let(&mut self, args: &[Value], binder: Binder) -> Run {
        let name = if binder == Binder::Let { "let" } else { "loop" };
        let Some((Value::Vector(bindings), body)) = args.split_first() else {
            return self.fail_about(0, "SYNTAX", format!("{name} needs a vector of bindings"));
        };
        self.check_elements(bindings.count())?;
        let bindings = bindings.to_vec()?;
        if bindings.len() % 2 != 0 {
            let message = format!(
                "{name} needs pairs of a name and a value, given {}",
                arguments::forms(bindings.len())
            );
            return self.fail_about(0, "SYNTAX", message);
        }
        let (mut forms, mut ops) = (Vec::new(), Vec::new());
        for pair in bindings.chunks_exact(2) {
            ops.push(self.expand_compile(&pair[1])?);
            self.bind_names(&pair[0])?;
            forms.push(pair[0].clone());
        }
        for form in body {
            ops.push(self.expand_compile(form)?);
        }
        self.node(Op::Let {
            bindings: Vector::from_values(forms),
            ops: Vector::from_values(ops),
            is_loop: binder == Binder::Loop,
        })
    }

    fn bind_names(&mut self, form: &Value) -> Run<()> {
        let count = self.names.count();
        let most = self.juice_available().max(limits::MAX_UNPAID_ELEMENTS);
        match self.names.bind(form, most)? {
            Bound::All => Ok(()),
            Bound::TooMany => {
                self.names.truncate(count);
                Err(self.out_of_juice())
            }
            Bound::Unfit => {
                self.names.truncate(count);
                let message = match form {
                    Value::Vector(_) => {
                        "Names are symbols or vectors of them, with at most one & before a name".to_owned()
                    }
                    form => format!("Cannot bind to this {}", form.kind().name()),
                };
                self.fail_about(0, "COMPILE", message)
            }
        }
    }

    fn compile_fn(&mut self, args: &[Value]) -> Run {
        let Some((first, body)) = args.split_first() else {
            return self.fail("ARITY", "fn needs a vector of parameters");
        };
        if let Value::Vector(params) = unwrap(first)? {
            let function = self.compile_arity(params, body)?;
            return Ok(Op::Lambda(function).into_value());
        }
        let mut functions = Vec::new();
        for (i, arity) in args.iter().enumerate() {
            let Value::List(arity) = unwrap(arity)? else {
                return self.fail("SYNTAX", "fn needs parameters and a body, or lists of them");
            };
            self.check_elements(arity.count())?;
            let forms = arity.to_vec()?;
            let Some((params, body)) = forms.split_first() else {
                return self.fail("ARITY", "Each arity of fn needs a vector of parameters");
            };
            let Value::Vector(params) = unwrap(params)? else {
                let kind = params.kind().name();
                return self.fail(
                    "SYNTAX",
                    format!("Each arity of fn needs a vector of parameters, not this {kind}"),
                );
            };
            functions.push(self.compile_arity(params, body).map_err(|ending| in_arity(i, ending))?);
        }
        self.node(Op::Lambda(Closure::Multi(Vector::from_values(functions)).into_value()))
    }

    /// Compiles one arity to a function.
    fn compile_arity(&mut self, params: &Vector, body: &[Value]) -> Run {
        let count = self.names.count();
        self.bind_names(&Value::Vector(params.clone()))?;
        let mut ops = self.compile_all(body.iter().cloned());
        self.names.truncate(count);
        let body = match &mut ops {
            Ok(ops) => match ops.len() {
                0 => Op::Constant(Value::Nil).into_value(),
                1 => ops.swap_remove(0),
                _ => Op::Do(Vector::from_values(std::mem::take(ops))).into_value(),
            },
            Err(_) => return ops.map(|_| Value::Nil),
        };
        let function = Closure::Fn { params: params.clone(), env: Vector::empty(), body }.into_value();
        self.positions.written(&function, &self.names.names);
        self.finish(juice::COMPILE_NODE, function)
    }

    fn compile_def(&mut self, args: &[Value]) -> Run {
        let (name, value) = match args {
            [name] => (name, None),
            [name, value] => (name, Some(value)),
            [] => return self.fail("COMPILE", "def needs a symbol"),
            _ => {
                return self.fail(
                    "COMPILE",
                    format!("def takes a symbol and a value, given {}", arguments::forms(args.len())),
                );
            }
        };
        if !matches!(unwrap(name)?, Value::Symbol(_)) {
            let kind = unwrap(name)?.kind().name();
            return self.fail_about(0, "COMPILE", format!("def needs a symbol, not this {kind}"));
        }
        let Some(value) = value else {
            return self.node(Op::Def { symbol: name.clone(), value: Value::Nil });
        };
        // Metadata on the value is meant for the definition.
        let (symbol, value) = match value {
            Value::Syntax(syntax) => {
                (Value::Syntax(with_metadata(name.clone(), &syntax.meta())?), syntax.datum()?)
            }
            value => (name.clone(), value),
        };
        let value = self.compile(value)?;
        self.node(Op::Def { symbol, value })
    }

    fn compile_set_bang(&mut self, args: &[Value]) -> Run {
        let [name, value] = args else {
            return self.fail(
                "ARITY",
                format!("set! takes a symbol and a value, given {}", arguments::forms(args.len())),
            );
        };
        let Value::Symbol(symbol) = name else {
            let message = format!("set! needs a symbol, not this {}", name.kind().name());
            return self.fail_about(0, "SYNTAX", message);
        };
        let value = self.compile(value)?;
        if let Some(position) = self.names.position(symbol) {
            return self.node(Op::Set { position: position as i64, value });
        }
        let define = Op::Def { symbol: name.clone(), value }.into_value();
        if self.account()?.definition(name)?.is_some() {
            return self.finish(juice::COMPILE_NODE, define);
        }
        // Not the account's own yet: defined if the name is known at all, when it runs.
        let function =
            |name| Op::Constant(Value::native(native::code(name).unwrap_or_default())).into_value();
        let quoted = Op::Constant(name.clone()).into_value();
        let address =
            Op::Special(special::code(symbols::STAR_ADDRESS.name()).unwrap_or_default()).into_value();
        let known = Op::Invoke(Vector::from_values([function("lookup-meta"), address, quoted.clone()]));
        let code = Op::Constant(symbols::UNDECLARED.clone()).into_value();
        let fail = Op::Invoke(Vector::from_values([function("fail"), code, quoted])).into_value();
        self.positions.compiled(&fail);
        let op = Op::Cond(Vector::from_values([known.into_value(), define, fail]));
        self.finish(juice::COMPILE_NODE * 3, op.into_value())
    }
}

/// Tells of an error in the parameters of one of several arities which it was.
fn in_arity(position: usize, mut ending: Ending) -> Ending {
    if let Ending::Error(error) = &mut ending
        && error.trace.is_empty()
    {
        error.argument = Some(position);
    }
    ending
}
