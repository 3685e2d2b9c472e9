//! Where the fault is: the smallest form known to be at fault, and the call that failed.

use super::arity::Arity;
use super::names::symbol_text;
use super::trace::{expands, is_closure_frame, is_expander_call};
use super::{MAX_MESSAGE_BYTES, Scene};
use crate::show;
use crate::texts::Texts;
use lang::op::{Closure, Op};
use lang::reader;
use lang::source::{Positions, Span};
use lang::{List, Missing, Value, Vector, native};
use vm::State;
use vm::ending::{Error, Frame};

/// Where an error happened and in which call.
pub(super) struct Fault<'a> {
    /// The smallest form of a text that is known to be at fault.
    pub place: Span,
    /// The frame of the op or form that stands at the place; `None` where no frame leads to a text.
    pub index: Option<usize>,
    /// The innermost call, where the error comes from one, not from a program that fails on purpose.
    pub called: Option<&'a Frame>,
    /// The name of what was called, where it is known.
    pub name: Option<String>,
    /// Whether the text at the place is that of this call.
    pub is_shown: bool,
    /// The name of the macro whose use stands at the place, where its expansion failed.
    pub macro_name: Option<String>,
    /// The value at fault, where the place is that of an argument or of what was called.
    pub culprit: Option<Value>,
    /// The account in which a name was looked up, where the code names it.
    pub elsewhere: Option<u64>,
    /// The symbol behind what was called and cannot be: perhaps a function that was written in the middle.
    pub operator: Option<String>,
}

impl<'a> Fault<'a> {
    pub fn of(scene: &Scene, error: &'a Error) -> Fault<'a> {
        let trace = &error.trace;
        let span = |frame: &Frame| scene.positions.span_of(frame.op.as_ref()?);
        let misused = misused_macro(error);
        let index = misused.or_else(|| trace.iter().position(|frame| span(frame).is_some()));
        let place = index.and_then(|index| span(&trace[index])).unwrap_or(scene.span);
        let called = trace.first().filter(|frame| frame.function.is_some() && !is_deliberate(frame));
        let call_op = trace.get(1).and_then(|frame| frame.op.as_ref()).filter(|_| called.is_some());
        let parts = call_op.and_then(call_parts);
        let macro_name = index.and_then(|index| macro_name(trace, index));
        let mut fault = Fault {
            place,
            index,
            called,
            name: called.and_then(|frame| name_of(frame, trace, parts.as_ref())),
            is_shown: false,
            macro_name,
            culprit: None,
            elsewhere: elsewhere(error, scene),
            operator: None,
        };
        if misused.is_some() {
            fault.name = fault.macro_name.clone();
            fault.is_shown = true;
            fault.narrow_misuse(scene, error);
        } else if let (Some(1), Some(frame), Some(parts)) = (index, called, &parts) {
            fault.narrow(scene, error, frame, parts);
        } else if let (Some(3), Some(frame), Some(_)) = (index, called, actor_function(trace)) {
            fault.narrow_actor_call(scene, error, frame);
        } else if let (Some(0), Some(argument)) = (index, error.argument) {
            fault.narrow_form(scene, &trace[0], argument);
        } else if super::code_name(error) == "UNDECLARED" {
            fault.narrow_set(scene);
        }
        fault
    }

    /// Narrows the place to the argument at fault, or to what was called and cannot be.
    fn narrow(&mut self, scene: &Scene, error: &Error, frame: &Frame, parts: &Vector) -> Option<()> {
        let written = Written::at(self.place, scene)?;
        let list = written.list()?;
        if frame.function.as_ref().and_then(native_name) == Some(CALL) {
            self.place = written.part_of_call(error)?;
            return Some(());
        }
        // The text is that of the call, unless a macro made the call.
        self.is_shown = list.count() == parts.count() && heads_agree(list.first().ok()??, parts);
        let function = frame.function.as_ref()?;
        let is_callable = vm::call::is_callable(function).unwrap_or(true);
        if !is_callable && let Some(Value::Symbol(second)) = list.get(1).ok()? {
            self.operator = Some(symbol_text(second));
        }
        let (position, culprit) = match error.argument.or_else(|| blamed(error, frame)) {
            _ if !is_callable => (0, function),
            Some(argument) => (argument + 1, frame.args.get(argument)?),
            None => return None,
        };
        self.place = written.part(&[position]).filter(|_| self.is_shown)?;
        self.culprit = Some(culprit.clone());
        Some(())
    }

    /// Narrows the place to the part of a form that does not suit the macro.
    fn narrow_misuse(&mut self, scene: &Scene, error: &Error) -> Option<()> {
        let form = error.trace.get(self.index?)?.op.as_ref()?;
        let part = scene.positions.child_span(form, error.argument? + 1)?;
        if self.place.contains(part) {
            self.place = part;
        }
        Some(())
    }

    /// Narrows the place to the name that `set!` does not find.
    fn narrow_set(&mut self, scene: &Scene) -> Option<()> {
        let written = Written::at(self.place, scene)?;
        let is_set = *written.list()?.first().ok()?? == Value::symbol("set!");
        self.place = written.part(&[1]).filter(|_| is_set)?;
        Some(())
    }

    /// Narrows the place to the call of a function of an actor that could not begin, or to the argument at fault.
    fn narrow_actor_call(&mut self, scene: &Scene, error: &Error, frame: &Frame) -> Option<()> {
        let written = Written::at(self.place, scene)?;
        let last = written.actor_call()?;
        self.is_shown = true;
        self.place = match error.argument {
            Some(argument) => {
                self.culprit = frame.args.get(argument).cloned();
                written.part(&[last, argument + 1])?
            }
            None => written.part(&[last])?,
        };
        Some(())
    }

    /// Narrows the place to a part of a form that could not be compiled, or to the value of a binding that could not be
    /// taken apart.
    fn narrow_form(&mut self, scene: &Scene, frame: &Frame, argument: usize) -> Option<()> {
        let form = frame.op.as_ref()?;
        if let Some(Op::Let { .. }) = Op::view(form).ok()? {
            let written = Written::at(self.place, scene)?;
            let head = written.list()?.first().ok()??.clone();
            let is_let = head == Value::symbol("let") || head == Value::symbol("loop");
            self.place = written.part(&[1, 2 * argument + 1]).filter(|_| is_let)?;
        } else {
            self.place =
                scene.positions.child_span(form, argument + 1).filter(|child| self.place.contains(*child))?;
        }
        Some(())
    }

    /// The innermost call as text, where the text at the place does not show it.
    pub fn inner_call(&self, texts: Texts<'_>) -> Option<String> {
        let frame = self.called.filter(|_| !self.is_shown && self.index.is_some())?;
        // These stand behind forms of the language: what they were given tells nothing.
        let name = self.name.as_deref().or(if self.macro_name.is_none() { Some("f") } else { None })?;
        if name == CALL || name.starts_with('*') {
            return None;
        }
        Some(texts.short_call(name, &frame.args))
    }
}

/// A form as it stands in a text.
struct Written {
    form: Value,
    /// Within the form alone.
    positions: Positions,
    place: Span,
}

impl Written {
    fn at(place: Span, scene: &Scene) -> Option<Written> {
        let mut positions = Positions::new();
        let form = reader::read_one_at(scene.sources.slice(place)?, 0, &mut positions).ok()?.value;
        Some(Written { form, positions, place })
    }

    fn list(&self) -> Option<&List> {
        match &self.form {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Where a part stands: an element of an element, and so on.
    fn part(&self, path: &[usize]) -> Option<Span> {
        let (last, outer) = path.split_last()?;
        let mut form = self.form.clone();
        for position in outer {
            let position = *position as u64;
            form = match &form {
                Value::List(list) => list.get(position).ok()??.clone(),
                Value::Vector(vector) => vector.get(position).ok()??.clone(),
                _ => return None,
            };
        }
        let part = self.positions.child_span(&form, *last)?;
        let start = self.place.start;
        Some(Span { start: start + part.start, end: start + part.end, ..self.place })
    }

    /// The part of the call of an actor that an error of calling is about: `(call target offer (function & args))`.
    fn part_of_call(&self, error: &Error) -> Option<Span> {
        let last = self.actor_call()?;
        match super::code_name(error).as_str() {
            "NOBODY" | "CAST" => self.part(&[1]),
            "FUNDS" | "ARGUMENT" if last == 3 => self.part(&[2]),
            "STATE" => self.part(&[last, 0]),
            _ => None,
        }
    }

    /// The position of the call in `(call target offer (function & args))`, where the offer may be missing.
    fn actor_call(&self) -> Option<usize> {
        let list = self.list()?;
        let last = (list.count() as usize).checked_sub(1)?;
        (*list.first().ok()?? == Value::symbol("call") && (2..=3).contains(&last)).then_some(last)
    }
}

/// The argument that an error is about which does not say so: by its code, and what a function was given.
fn blamed(error: &Error, frame: &Frame) -> Option<usize> {
    use Value::{Address, Integer};
    if Closure::is_closure(frame.function.as_ref()?).unwrap_or(true) {
        return None;
    }
    match (super::code_name(error).as_str(), frame.args.as_slice()) {
        ("NOBODY" | "TRUST" | "STATE" | "BOUNDS" | "ARGUMENT" | "FUNDS" | "MEMORY", [_]) => Some(0),
        ("NOBODY" | "TRUST" | "STATE", [Address(_), ..]) => Some(0),
        ("FUNDS" | "MEMORY" | "ARGUMENT", [Address(_), Integer(_)]) => Some(1),
        ("BOUNDS", [_, Integer(_), ..]) | ("ARGUMENT", [Integer(_), Integer(_)]) => Some(1),
        // The message names the kind of the value: it is found if there is but one.
        ("CAST", args) => {
            let message = show::plain(&error.message, MAX_MESSAGE_BYTES);
            let (_, kind) = message.rsplit_once(", given ")?;
            let mut found = (0..args.len()).filter(|i| args[*i].kind().name() == kind);
            found.next().filter(|_| found.next().is_none())
        }
        _ => None,
    }
}

/// The native function behind calls of actors.
pub(super) const CALL: &str = "call*";

/// Whether a frame is that of a program that fails on purpose.
fn is_deliberate(frame: &Frame) -> bool {
    let is_fail = frame.function.as_ref().and_then(native_name) == Some("fail");
    is_fail
        && frame.args.len() <= 2
        && !frame.args.first().is_some_and(|code| code.is_nil() && frame.args.len() == 2)
}

/// The frame of the form that uses a macro with a wrong number of parts, or with one that cannot be taken apart: the
/// function behind a macro is given them by code that no text shows.
fn misused_macro(error: &Error) -> Option<usize> {
    let trace = &error.trace;
    let is_closure = |frame: &Frame| is_closure_frame(frame).unwrap_or(false);
    let first = trace.first().filter(|frame| is_closure(frame))?;
    let fits = error.argument.is_none() && fits(first).unwrap_or(true);
    let next = 1 + trace[1..].iter().position(is_closure)?;
    let form = trace.get(next + 1)?.op.as_ref()?;
    (!fits && is_expander_call(&trace[next]) && expands(&trace[next], form)).then_some(next + 1)
}

/// Whether the function of a frame takes as many arguments as it was given.
fn fits(frame: &Frame) -> Result<bool, Missing> {
    let arities = frame.function.as_ref().map_or(Ok(Vec::new()), Arity::all_of)?;
    Ok(arities.iter().any(|arity| arity.fits(frame.args.len())))
}

/// The name of the macro that was expanding the form of a frame.
fn macro_name(trace: &[Frame], index: usize) -> Option<String> {
    let Some(form @ Value::List(list)) = &trace[index].op else { return None };
    trace[..index].last().filter(|frame| is_expander_call(frame) && expands(frame, form))?;
    match list.first().ok()?? {
        Value::Symbol(symbol) => Some(symbol_text(symbol)),
        _ => None,
    }
}

/// The parts of a call.
pub(super) fn call_parts(op: &Value) -> Option<Vector> {
    match Op::view(op).ok()?? {
        Op::Invoke(parts) => Some(parts),
        _ => None,
    }
}

/// The name of what a frame called: that of a native function, the one that the call used, or the text of a value that
/// acts as a function.
fn name_of(frame: &Frame, trace: &[Frame], parts: Option<&Vector>) -> Option<String> {
    let function = frame.function.as_ref()?;
    if let Some(name) = native_name(function) {
        return Some(name.to_owned());
    }
    if !Closure::is_closure(function).unwrap_or(true) {
        return Some(show::short(function));
    }
    parts.and_then(called_name).or_else(|| actor_function(trace))
}

/// The name of the function of an actor whose call failed: the native function that calls actors was given it.
fn actor_function(trace: &[Frame]) -> Option<String> {
    let frame = trace.get(2)?;
    match (native_name(frame.function.as_ref()?), frame.args.get(2)?) {
        (Some(CALL), Value::Symbol(symbol)) => Some(symbol_text(symbol)),
        _ => None,
    }
}

fn native_name(function: &Value) -> Option<&'static str> {
    match function {
        Value::Extension { tag: lang::extension::CORE, code } => native::name(*code),
        _ => None,
    }
}

/// The name by which a call calls a function, if it does so by name.
pub(super) fn called_name(parts: &Vector) -> Option<String> {
    let name = |position: u64| match Op::view(parts.get(position).ok()??).ok()?? {
        Op::Lookup { symbol: Value::Symbol(symbol), .. } => Some(symbol_text(&symbol)),
        Op::Constant(function) => native_name(&function).map(str::to_owned),
        _ => None,
    };
    // What goes on with another function is named by that.
    name(0).and_then(|called| if called == "tailcall*" { name(1) } else { Some(called) })
}

/// Whether the head of a form can be that of a call: not the name of a macro, which would be another one.
pub(super) fn heads_agree(head: &Value, parts: &Vector) -> bool {
    let called = parts.get(0).ok().flatten().and_then(|op| Op::view(op).ok().flatten());
    match (head, called) {
        (Value::Symbol(_), Some(Op::Local(_))) => true,
        (Value::Symbol(symbol), _) => called_name(parts).is_some_and(|name| symbol.name() == name.as_bytes()),
        _ => true,
    }
}

/// The account in which the innermost op looks a symbol up, if the code names it.
fn elsewhere(error: &Error, scene: &Scene) -> Option<u64> {
    let op = error.trace.first()?.op.as_ref()?;
    let here = error.address.unwrap_or(scene.account);
    let Op::Lookup { address, .. } = Op::view(op).ok()?? else { return None };
    match Op::view(&address).ok()?? {
        Op::Constant(Value::Address(address)) if address != here => Some(address),
        Op::Lookup { symbol, .. } => alias(error.state.as_ref().unwrap_or(scene.state), here, &symbol),
        _ => None,
    }
}

/// The account that a definition of another one stands for.
fn alias(state: &State, account: u64, symbol: &Value) -> Option<u64> {
    match state.account(account).ok()??.definition(symbol).ok()?? {
        Value::Address(address) => Some(*address),
        _ => None,
    }
}
