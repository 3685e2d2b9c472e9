//! What a state tells of names: definitions of the account, of the core and of libraries, with their arities.

use super::arity::{Arity, LIMIT};
use crate::{explain, show};
use lang::op::Closure;
use lang::{Map, Missing, Symbol, Value, Vector};
use std::cell::RefCell;
use std::collections::HashMap;
use vm::context::CORE;
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::{Context, Ending, State};

/// The account of the registry, which resolves names of accounts.
const REGISTRY: u64 = 9;

/// Names looked at of the name system, which has room for any number.
const MAX_NAMES: usize = 10_000;
/// Longer parts of such a name are not shown.
const MAX_PART_BYTES: usize = 128;

/// A state, and what was found in it.
pub struct Known {
    context: Context,
    account: u64,
    arities: RefCell<HashMap<u64, Arity>>,
    /// The first part of the state that was not to be had.
    missing: RefCell<Option<Missing>>,
}

/// A definition in a state.
#[derive(Clone)]
pub struct Entry {
    /// The account that defines it.
    pub address: u64,
    /// The value.
    pub value: Value,
    metadata: Map,
}

impl Known {
    /// What a state tells to an account.
    ///
    /// # Errors
    /// A sentence, when there is no such account.
    pub fn new(state: State, account: u64) -> Result<Known, String> {
        let context = Context::new(state, account, MAX_TRANSACTION_JUICE)
            .map_err(|_| format!("there is no account #{account}"))?;
        Ok(Known { context, account, arities: RefCell::default(), missing: RefCell::default() })
    }

    /// The account that is checked for.
    pub fn account(&self) -> u64 {
        self.account
    }

    /// What was missing of the state, if anything: answers that it would have changed are as if it was not there.
    pub fn missing(&self) -> Option<Missing> {
        self.missing.borrow().clone()
    }

    /// The value of an outcome, unless something is missing, which is noted.
    fn noted<T>(&self, outcome: Result<T, Missing>) -> Option<T> {
        outcome.map_err(|missing| self.missing.borrow_mut().get_or_insert(missing).clone()).ok()
    }

    fn run<T>(&self, outcome: vm::Run<T>) -> Option<T> {
        match outcome {
            Err(Ending::Missing(missing)) => self.noted(Err(missing)),
            outcome => outcome.ok(),
        }
    }

    /// A definition as an account sees it.
    pub fn entry(&self, account: u64, name: &str) -> Option<Entry> {
        let symbol = Symbol::new(name.as_bytes())?;
        let address = self.run(self.context.lookup_defining_address(account, &symbol))??;
        let value = self.run(self.context.lookup_in(account, &symbol))??;
        let metadata = self.run(self.context.lookup_metadata_in(account, &symbol))??;
        Some(Entry { address, value, metadata })
    }

    /// A definition of the core.
    pub fn core(&self, name: &str) -> Option<Entry> {
        self.entry(CORE, name)
    }

    /// The names that an account sees.
    pub fn names(&self, account: u64) -> Vec<String> {
        self.noted(explain::names(self.context.state(), account)).unwrap_or_default()
    }

    /// The names that an account itself defines, unless they are those of the core.
    pub fn own_names(&self, account: u64) -> Vec<String> {
        let names = (account != CORE).then(|| explain::definitions(self.context.state(), account));
        names.and_then(|names| self.noted(names)).unwrap_or_default()
    }

    /// Whether an account is a library: it has definitions and no key, so that nobody can add any as its user.
    pub fn is_library(&self, address: u64) -> bool {
        let Some(Some(account)) = self.noted(self.context.state().account(address)) else { return false };
        let Some(environment) = self.noted(account.environment()) else { return false };
        environment.is_some_and(|names| !names.is_empty()) && self.noted(account.is_actor()) == Some(true)
    }

    /// The account that a name of the name system stands for.
    pub fn resolve(&self, name: &str) -> Option<u64> {
        let symbol = Value::Symbol(Symbol::new(name.as_bytes())?);
        let resolve = self.entry(REGISTRY, "resolve")?.value;
        match self.run(self.context.clone().invoke(&resolve, &mut [symbol]))? {
            Value::Address(address) => Some(address),
            _ => None,
        }
    }

    /// The names in the name system that stand for something, as far as the registry itself keeps their records.
    pub fn account_names(&self) -> Vec<String> {
        self.entry(REGISTRY, "cns-database")
            .and_then(|nodes| self.noted(names_of(&nodes.value)))
            .unwrap_or_default()
    }

    /// How many arguments a function takes; `None` for what is no function, or not known.
    pub fn arity(&self, value: &Value) -> Option<Arity> {
        if let Value::Extension { tag: lang::extension::CORE, code } = value {
            let name = lang::native::name(*code)?;
            // What this does with arguments depends on the function or loop around it.
            return (name != "recur").then(|| self.native_arity(*code, value));
        }
        if !self.noted(Closure::is_closure(value))? {
            return None;
        }
        match self.noted(Closure::view(value))?? {
            Closure::Fn { params, .. } => Some(params_arity(&self.noted(params.to_vec())?)),
            Closure::Multi(functions) => self.multi(&functions),
            Closure::Malformed => None,
        }
    }

    fn multi(&self, functions: &Vector) -> Option<Arity> {
        let functions = self.noted(functions.to_vec())?;
        let mut all = Arity::NONE;
        for function in &functions {
            if let Some(Closure::Fn { params, .. }) = self.noted(Closure::view(function))? {
                all = all.or(params_arity(&self.noted(params.to_vec())?));
            }
        }
        Some(all)
    }

    /// The numbers of arguments that a native function does not refuse with `:ARITY`. It is asked with arguments
    /// of `nil`, since all of them look at the number first.
    fn native_arity(&self, code: u64, function: &Value) -> Arity {
        if let Some(arity) = self.arities.borrow().get(&code) {
            return *arity;
        }
        let refused = |count: usize| match self.context.clone().invoke(function, &mut vec![Value::Nil; count])
        {
            Err(Ending::Error(error)) => error.code == Value::keyword("ARITY"),
            _ => false,
        };
        // The last number stands for all greater ones, even and odd.
        let is_taken = |count: &usize| !refused(*count) || (*count == LIMIT as usize && !refused(count + 1));
        let accepted = (0..=LIMIT as usize).filter(is_taken).map(Arity::exactly);
        let arity = accepted.fold(Arity::NONE, Arity::or);
        self.arities.borrow_mut().insert(code, arity);
        arity
    }
}

impl Entry {
    fn flag(&self, name: &str) -> bool {
        // A map this small is in one cell: nothing of it can be missing.
        matches!(self.metadata.get(&Value::keyword(name)), Ok(Some(value)) if value.is_truthy())
    }

    /// Whether calls of it are macros.
    pub fn is_macro(&self) -> bool {
        self.flag("expander")
    }

    /// Whether code compiled with it holds its value.
    pub fn is_static(&self) -> bool {
        self.flag("static")
    }

    /// Whether other accounts may call it.
    pub fn is_callable(&self) -> bool {
        self.flag("callable")
    }
}

/// Names by the nodes of the name system: a path to its records by part.
fn names_of(nodes: &Value) -> Result<Vec<String>, Missing> {
    let mut names = Vec::new();
    let Value::Map(nodes) = nodes else { return Ok(names) };
    let text = |part: &Value| show::plain(part, MAX_PART_BYTES);
    for node in nodes.iter() {
        let (Value::Vector(path), Value::Map(records)) = node? else { continue };
        let path: Vec<String> = path.to_vec()?.iter().map(text).collect();
        for record in records.iter() {
            let (part, Value::Vector(record)) = record? else { continue };
            if record.get(0)?.is_some_and(|value| *value != Value::Nil) {
                names.push(path.iter().cloned().chain([text(part)]).collect::<Vec<_>>().join("."));
            }
            if names.len() >= MAX_NAMES {
                return Ok(names);
            }
        }
    }
    Ok(names)
}

/// The arity of a vector of parameters.
pub fn params_arity(params: &[Value]) -> Arity {
    let is_rest = |value: &Value| matches!(value, Value::Symbol(name) if name.name() == b"&");
    match params.iter().position(is_rest) {
        // The form after `&` takes what the others leave.
        Some(_) => Arity::at_least(params.len().saturating_sub(2)),
        None => Arity::exactly(params.len()),
    }
}
