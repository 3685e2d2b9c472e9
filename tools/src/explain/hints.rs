//! What may help.

use super::arity::Arity;
use super::fault::{self, Fault};
use super::names::symbol_text;
use super::{MAX_MESSAGE_BYTES, Scene, definitions, names};
use crate::{advice, doc, language, show};
use lang::op::Closure;
use lang::reader::{self, Next};
use lang::source::{Positions, Span};
use lang::{Map, Missing, Symbol, Value};
use vm::State;
use vm::core::structure;
use vm::ending::{Error, Frame};
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::state::Global;

/// Longer texts are not searched for names.
const MAX_SEARCHED_BYTES: usize = 100_000;
/// So many callable functions are named.
const MAX_CALLABLES: usize = 8;

impl Scene<'_> {
    pub(super) fn hints(&self, code: &str, error: &Error, fault: &Fault) -> Vec<String> {
        let mut hints: Vec<String> = Vec::new();
        match code {
            "UNDECLARED" => hints.extend(self.meant(error, fault)),
            "STATE" => hints.extend(self.callables(error).ok().flatten().or_else(|| coinless(fault))),
            "SYNTAX" => hints.extend(self.documented_first(fault)),
            "CAST" => hints.extend(spelled_otherwise(fault)),
            _ => {}
        }
        match self.early_use(code, error, fault).ok().flatten() {
            Some(hint) => hints.push(hint),
            None => hints.extend(self.signature(code, error, fault)),
        }
        match empty_argument(fault).filter(|_| code == "BOUNDS") {
            Some(hint) => hints.push(hint.to_owned()),
            None => hints.extend(advice::hint(code).map(str::to_owned)),
        }
        hints
    }

    /// That a macro was called as a function, by code which was expanded before the macro was defined.
    fn early_use(&self, code: &str, error: &Error, fault: &Fault) -> Result<Option<String>, Missing> {
        let name = fault.name.as_deref().filter(|_| code == "ARITY" && fault.macro_name.is_none());
        let state = error.state.as_ref().unwrap_or(self.state);
        let (Some(name), Some(account)) = (name, state.account(error.address.unwrap_or(self.account))?)
        else {
            return Ok(None);
        };
        // What is called may be no symbol at all.
        let Some(symbol) = Symbol::new(name.as_bytes()) else { return Ok(None) };
        let is_macro = match account.definition_metadata(&Value::Symbol(symbol))? {
            Some(metadata) => metadata.get(&Value::keyword("expander"))?.is_some_and(Value::is_truthy),
            None => false,
        };
        Ok(is_macro.then(|| {
            format!(
                "the macro `{name}` was defined after this had been expanded: define it in an earlier form"
            )
        }))
    }

    /// How the function or macro that was called is to be called.
    fn signature(&self, code: &str, error: &Error, fault: &Fault) -> Option<String> {
        let address = error.address.unwrap_or(self.account);
        // The account may be one that is rolled back.
        let state = error.state.as_ref().unwrap_or(self.state);
        let documented = |name: &str| doc::calls(state, address, name).filter(|calls| !calls.is_empty());
        let is_form = matches!(code, "ARITY" | "CAST" | "SYNTAX" | "COMPILE" | "ARGUMENT");
        let calls = match (&fault.macro_name, fault.called) {
            (Some(name), _) if is_form => documented(name).or_else(|| self.arities(fault, name))?,
            (None, Some(frame)) if matches!(code, "ARITY" | "CAST") => {
                let function = frame.function.as_ref()?;
                // The form that calls actors is not the function behind it, and what `recur` takes is told already.
                let name = fault.name.as_deref().map(|name| if name == fault::CALL { "call" } else { name });
                if name == Some("recur") {
                    return None;
                }
                match Closure::is_closure(function).ok()? {
                    true => self.arities(fault, name.unwrap_or("f"))?,
                    false => documented(name?)?,
                }
            }
            (None, None) if fault.index == Some(0) && is_form => documented(&self.head(error)?)?,
            _ => return None,
        };
        (!calls.is_empty()).then(|| format!("write {}", calls.join(" or ")))
    }

    /// How to document a function, where a text stands in place of its parameters.
    fn documented_first(&self, fault: &Fault) -> Option<String> {
        let text = self.sources.slice(fault.place).filter(|text| text.len() <= MAX_SEARCHED_BYTES)?;
        let form = reader::read_one_at(text, 0, &mut Positions::new()).ok()?.value;
        let parts = parts_of(&form).ok()?;
        let head = parts.first().and_then(symbol_name)?;
        let is_text = matches!(parts.get(2), Some(Value::String(_)));
        (head == "defn" && is_text).then(|| {
            "documentation stands before the name, `(defn ^{:doc {:description \"…\"}} f [x] …)`, or in a comment"
                .to_owned()
        })
    }

    /// The calls that fit the function that was called, by its parameters.
    fn arities(&self, fault: &Fault, name: &str) -> Option<Vec<String>> {
        let arities = Arity::all_of(fault.called?.function.as_ref()?).ok()?;
        Some(arities.iter().map(|arity| arity.call(name)).collect())
    }

    /// The name of the form that could not be compiled.
    fn head(&self, error: &Error) -> Option<String> {
        match error.trace.first()?.op.as_ref()? {
            Value::List(list) => symbol_name(list.first().ok()??),
            _ => None,
        }
    }

    /// The names that an unknown one may stand for, and where it is defined too late.
    fn meant(&self, error: &Error, fault: &Fault) -> Option<String> {
        let typed = show::plain(&error.message, MAX_MESSAGE_BYTES);
        if fault.elsewhere.is_none()
            && let Some(span) = self.defined_later(&typed, fault.place)
        {
            return Some(format!("it is defined only later, at {}", show::place(self.sources, span)?));
        }
        let state = error.state.as_ref().unwrap_or(self.state);
        let instead = match fault.elsewhere {
            Some(address) => language::instead_in(address, &typed),
            None if self.is_bound(fault.place, &typed) => None,
            None => {
                let own = definitions(state, error.address.unwrap_or(self.account)).unwrap_or_default();
                advice::instead(&typed, &own, &self.locals(fault.place))
            }
        };
        if instead.is_some() {
            return instead;
        }
        let mut known = match fault.elsewhere {
            Some(address) => definitions(state, address),
            None => names(state, error.address.unwrap_or(self.account)),
        }
        .unwrap_or_default();
        if fault.elsewhere.is_none() {
            known.extend(self.locals(fault.place));
        }
        let near = advice::similar(&typed, known.iter().map(String::as_str));
        let near: Vec<String> = near.into_iter().map(|name| format!("`{name}`")).collect();
        (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
    }

    /// The names that stand in vectors, as parameters and locals do, in the form around a place.
    fn locals(&self, place: Span) -> Vec<String> {
        let mut locals = Vec::new();
        self.each_form_around(place, |form, parts| {
            if let Value::Vector(_) = form {
                locals.extend(parts.iter().filter_map(symbol_name));
            }
        });
        locals
    }

    /// Whether the form around a place binds a name, as a parameter or local that the code there does
    /// not see, such as code that is scheduled.
    fn is_bound(&self, place: Span, name: &str) -> bool {
        let mut is_bound = false;
        self.each_form_around(place, |_, parts| is_bound |= binds(parts, name));
        is_bound
    }

    /// Goes through the form around a place and all forms in it, each with its parts.
    fn each_form_around(&self, place: Span, mut visit: impl FnMut(&Value, &[Value])) {
        let text = match self.span.contains(place) {
            true => self.sources.slice(self.span),
            false => self.form_around(place).or_else(|| self.sources.text(place.source)),
        };
        let Some(text) = text.filter(|text| text.len() <= MAX_SEARCHED_BYTES) else { return };
        let (forms, _) = reader::read_all(text, place.source, &mut Positions::new());
        let mut open: Vec<Value> = forms.into_iter().map(|form| form.value).collect();
        while let Some(form) = open.pop() {
            let Ok(parts) = parts_of(&form) else { continue };
            visit(&form, &parts);
            open.extend(parts);
        }
    }

    /// The form that begins the last line before a place which begins with a bracket, if the place is in it. To read the whole text
    /// after each of many errors would take the time of its square.
    fn form_around(&self, place: Span) -> Option<&str> {
        let text = self.sources.text(place.source)?;
        let start = text.get(..=place.start as usize)?.rfind("\n(").map_or(0, |line| line + 1);
        match reader::next_form(text, start, place.source, None) {
            Next::Form(form) if form.span.contains(place) => self.sources.slice(form.span),
            _ => None,
        }
    }

    /// Where a form further down in the same text defines a name. What stands before the form that ran has run, and is not read
    /// again; neither is what follows unless the name is in it, since there may be very many errors.
    fn defined_later(&self, name: &str, place: Span) -> Option<Span> {
        let from = if self.span.source == place.source { self.span.end.max(place.end) } else { 0 };
        let rest = self.sources.text(place.source)?.get(from as usize..)?;
        if rest.len() > MAX_SEARCHED_BYTES || !rest.contains("def") || !rest.contains(name) {
            return None;
        }
        let (forms, _) = reader::read_all(rest, place.source, &mut Positions::new());
        let spans = |form: &reader::Form| Span {
            start: form.span.start + from,
            end: form.span.end + from,
            ..form.span
        };
        let defines = |form: &&reader::Form| {
            let parts = parts_of(&form.value).unwrap_or_default();
            let head = parts.first().and_then(symbol_name).unwrap_or_default();
            head.starts_with("def") && parts.get(1).and_then(symbol_name).as_deref() == Some(name)
        };
        forms.iter().filter(|form| spans(form).start >= place.end).find(defines).map(spans)
    }

    /// What can be called in an account that does not have the function that was called.
    fn callables(&self, error: &Error) -> Result<Option<String>, Missing> {
        let Some(Frame { args, .. }) = error.trace.first().filter(|frame| frame.function.is_some()) else {
            return Ok(None);
        };
        let (Some(target), Some(Value::Symbol(wanted))) = (args.first(), args.get(2)) else {
            return Ok(None);
        };
        let address = match target {
            Value::Address(address) => *address,
            Value::Vector(pair) => match pair.get(0)? {
                Some(Value::Address(address)) => *address,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let state = error.state.as_ref().unwrap_or(self.state);
        let Some(account) = state.account(address)? else { return Ok(None) };
        let mut callable = Vec::new();
        for name in definitions(state, address)? {
            if let Some(symbol) = Symbol::new(name.as_bytes())
                && account.callable(&symbol)?.is_some()
            {
                callable.push(name);
            }
        }
        if let Some(metadata) = account.definition_metadata(&Value::Symbol(wanted.clone()))?
            && let Some(hint) = meaningless_key(metadata)
        {
            return Ok(Some(hint));
        }
        let wanted = symbol_text(wanted);
        if let Some(instead) = language::instead_in(address, &wanted) {
            return Ok(Some(instead));
        }
        if let Some(near) = advice::similar(&wanted, callable.iter().map(String::as_str)).first() {
            return Ok(Some(format!("did you mean `{near}`?")));
        }
        let rest = if callable.len() > MAX_CALLABLES { " …" } else { "" };
        callable.truncate(MAX_CALLABLES);
        Ok(match callable.is_empty() {
            true => Some(format!("#{address} has no callable functions; `^:callable` makes one")),
            false => Some(format!("callable in #{address}: {}{rest}", callable.join(" "))),
        })
    }
}

/// Whether a form with these parts binds a name: a function, one of its arities, or a form such as `let`.
fn binds(parts: &[Value], name: &str) -> bool {
    let names = |vector: &Value, step: usize| {
        let names = parts_of(vector).unwrap_or_default();
        names.iter().step_by(step).filter_map(symbol_name).any(|bound| bound == name)
    };
    let is_vector = |part: &&Value| matches!(part, Value::Vector(_));
    let vector = parts.iter().take(4).find(is_vector);
    match parts.first().and_then(symbol_name).as_deref() {
        Some("fn" | "defn" | "macro" | "defmacro") => vector.is_some_and(|params| names(params, 1)),
        Some("let" | "loop" | "for" | "for-loop" | "dotimes" | "if-let" | "when-let") => {
            vector.is_some_and(|bindings| names(bindings, 2))
        }
        Some(_) => false,
        None => parts.first().filter(is_vector).is_some_and(|params| names(params, 1)),
    }
}

/// What is written otherwise in a call of something that is no function, or in a sum of texts.
fn spelled_otherwise(fault: &Fault) -> Option<String> {
    let is_text = matches!(fault.culprit, Some(Value::String(_)));
    let hint = match &fault.operator {
        Some(operator) => language::of_infix(operator, is_text),
        None => (is_text && fault.name.as_deref() == Some("+")).then_some(language::JOINS_TEXTS),
    };
    hint.map(str::to_owned)
}

/// What to ask before taking an element out of what has none.
fn empty_argument(fault: &Fault) -> Option<&'static str> {
    let frame = fault.called?;
    let is_sequence = |value: &Value| matches!(value, Value::Vector(_) | Value::List(_));
    let collection = frame.function.as_ref().filter(|value| is_sequence(value)).or(frame.args.first())?;
    (structure::count(collection) == Some(0)).then_some("`empty?` asks whether there are no elements")
}

/// What is meant by a key of metadata that means nothing.
fn meaningless_key(metadata: &Map) -> Option<String> {
    metadata.keys().filter_map(Result::ok).find_map(|key| match key {
        Value::Keyword(key) => language::metadata_instead(&String::from_utf8_lossy(key.name())),
        _ => None,
    })
}

/// How actors get coins, where one cannot.
fn coinless(fault: &Fault) -> Option<String> {
    (fault.name.as_deref() == Some("transfer")).then(|| {
        "an actor takes coins by a callable function `receive-coin`, which can `accept` them".to_owned()
    })
}

/// The juice that a transaction of an account may use when it begins.
pub(crate) fn juice_limit(state: &State, account: u64) -> Result<u64, Missing> {
    let balance = state.balance(account)?.unwrap_or(0);
    Ok(vm::juice::available(balance, state.global(Global::JuicePrice)?).min(MAX_TRANSACTION_JUICE))
}

/// What juice an account can pay for, where that is less than a transaction may use.
pub(crate) fn affordable(state: &State, account: u64) -> Result<Option<String>, Missing> {
    let balance = state.balance(account)?.unwrap_or(0);
    let price = state.global(Global::JuicePrice)?;
    let juice = juice_limit(state, account)?;
    Ok((juice < MAX_TRANSACTION_JUICE).then(|| {
        format!(
            "#{account} has {balance} coppers; at {price} each they pay for {juice} juice in a transaction"
        )
    }))
}

/// The forms that a form holds; a form with metadata stands for itself.
fn parts_of(form: &Value) -> Result<Vec<Value>, Missing> {
    Ok(match form {
        Value::List(list) => list.to_vec()?,
        Value::Vector(vector) => vector.to_vec()?,
        Value::Syntax(syntax) => vec![syntax.datum()?.clone()],
        _ => Vec::new(),
    })
}

fn symbol_name(form: &Value) -> Option<String> {
    match form {
        Value::Symbol(symbol) => Some(symbol_text(symbol)),
        Value::Syntax(syntax) => symbol_name(syntax.datum().ok()?),
        _ => None,
    }
}
