//! Who called whom, with juice: an observer for a second look at an assertion.

use crate::show;
use crate::texts::Texts;
use lang::Value;
use lang::source::{Sources, Span};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use vm::Context;
use vm::observe::Observer;

/// More calls are not kept.
const MAX_CALLS: usize = 40;
/// The values of more ops than these are not kept.
const MAX_VALUES: usize = 10_000;
/// Longer texts of arguments are cut.
const MAX_CALL_BYTES: usize = 120;

/// A call of a function made by a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// How deep it is nested in other calls, from 0.
    pub depth: usize,
    /// The function by the name that its account knows it by, and its arguments.
    pub call: String,
    /// Where it is called, if that is written anywhere.
    pub place: Option<Span>,
    /// The account it ran in.
    pub account: u64,
    /// The units of juice it took, calls inside included.
    pub juice: u64,
    /// Its value as text; `None` when it failed or went on elsewhere.
    pub value: Option<String>,
}

impl Call {
    /// The call, what it took, what came of it, and where it stands.
    pub fn columns(&self, sources: &Sources) -> [String; 4] {
        let call = format!("{}{} in #{}", "  ".repeat(self.depth), self.call, self.account);
        let value =
            self.value.as_ref().map_or_else(|| "no value".to_owned(), |value| format!("gives {value}"));
        let place = self.place.and_then(|place| show::place(sources, place));
        let place = place.map(|place| format!("at {place}")).unwrap_or_default();
        [call, format!("{} juice", self.juice), value, place]
    }
}

/// Keeps the calls of a run and the values of its ops.
#[derive(Default)]
pub struct Tracer(Mutex<Notes>);

/// A call, before it is known how its values read.
struct Noted {
    name: String,
    args: Vec<Value>,
    depth: usize,
    place: Option<Span>,
    account: u64,
    juice: u64,
    value: Option<Value>,
}

impl Noted {
    fn tell(self, texts: Texts) -> Call {
        Call {
            depth: self.depth,
            call: texts.call(&self.name, &self.args, MAX_CALL_BYTES),
            place: self.place,
            account: self.account,
            juice: self.juice,
            value: self.value.map(|value| texts.brief(&value, MAX_CALL_BYTES)),
        }
    }
}

#[derive(Default)]
struct Notes {
    calls: Vec<Noted>,
    /// The calls that have not returned: their places among the calls, if they are kept, and the juice at their begin.
    open: Vec<(Option<usize>, u64)>,
    /// Where the ops stand that have begun and not ended.
    places: Vec<Option<Span>>,
    /// Ops and their last values, and how many ops had ended before.
    values: Vec<(usize, Value, Value)>,
    /// Where each op stands among them, by its identity.
    known: HashMap<usize, usize>,
    ended: usize,
    names: Names,
}

impl Tracer {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last values of ops, in the order in which they ended, and the calls.
    pub fn finish(&self, texts: Texts) -> (Vec<(Value, Value)>, Vec<Call>) {
        let Notes { mut values, calls, .. } = std::mem::take(&mut *self.notes());
        values.sort_by_key(|(ended, ..)| *ended);
        let calls = calls.into_iter().map(|call| call.tell(texts)).collect();
        (values.into_iter().map(|(_, op, value)| (op, value)).collect(), calls)
    }
}

impl Notes {
    /// Keeps the value of an op in place of an earlier one, which a turn of a loop before may have left.
    fn keep(&mut self, op: &Value, value: &Value) {
        self.ended += 1;
        let identity = op.identity();
        let known = identity.and_then(|identity| self.known.get(&identity)).copied();
        if let Some(place) = known.and_then(|place| self.values.get_mut(place)) {
            (place.0, place.2) = (self.ended, value.clone());
        } else if self.values.len() < MAX_VALUES {
            self.known.extend(identity.map(|identity| (identity, self.values.len())));
            self.values.push((self.ended, op.clone(), value.clone()));
        }
    }
}

impl Observer for Tracer {
    fn begins(&self, context: &Context, op: &Value) {
        self.notes().places.push(context.span_of(op));
    }

    fn ends(&self, _: &Context, op: &Value, value: Option<&Value>) {
        let mut notes = self.notes();
        notes.places.pop();
        // What runs inside of functions is no part of the assertion.
        if let Some(value) = value
            && notes.open.is_empty()
        {
            notes.keep(op, value);
        }
    }

    fn calls(&self, context: &Context, function: &Value, args: &[Value]) {
        let mut notes = self.notes();
        let place = if notes.calls.len() < MAX_CALLS {
            let name =
                notes.names.of(context, function).map_or_else(|| "anonymous".to_owned(), |(_, name)| name);
            let depth = notes.open.len();
            let place = notes.places.iter().rev().find_map(|place| *place);
            let (args, account) = (args.to_vec(), context.address());
            notes.calls.push(Noted { name, args, depth, place, account, juice: 0, value: None });
            Some(notes.calls.len() - 1)
        } else {
            None
        };
        notes.open.push((place, context.juice()));
    }

    fn returns(&self, context: &Context, _: &Value, value: Option<&Value>) {
        let mut notes = self.notes();
        let Some((Some(place), begin)) = notes.open.pop() else { return };
        let juice = context.juice().saturating_sub(begin);
        if let Some(call) = notes.calls.get_mut(place) {
            call.juice = juice;
            call.value = value.cloned();
        }
    }
}

/// Names of functions: what the accounts that run them call them.
#[derive(Default)]
pub struct Names {
    /// By the identity of the function, which is kept so that no other can have it.
    known: HashMap<usize, (Value, Option<(u64, String)>)>,
}

impl Names {
    /// The name by which the current account, or one that it inherits from, knows a function, and which account that is.
    pub fn of(&mut self, context: &Context, function: &Value) -> Option<(u64, String)> {
        let identity = function.identity()?;
        let name = || find(context, identity);
        self.known.entry(identity).or_insert_with(|| (function.clone(), name())).1.clone()
    }
}

fn find(context: &Context, identity: usize) -> Option<(u64, String)> {
    let mut address = context.address();
    for _ in 0..vm::limits::MAX_LOOKUP_ACCOUNTS {
        let account = context.state().account(address).ok()??;
        if let Some(environment) = account.environment().ok()? {
            for (name, value) in environment.iter().flatten() {
                if value.identity() == Some(identity)
                    && let Value::Symbol(symbol) = name
                {
                    return Some((address, String::from_utf8_lossy(symbol.name()).into_owned()));
                }
            }
        }
        if address == vm::context::CORE {
            break;
        }
        address = account.parent().ok()?.unwrap_or(vm::context::CORE);
    }
    None
}
