//! From the ending of a run to a report.

use crate::advice;
use crate::report::{Problem, Step};
use crate::show;
use lang::op::Op;
use lang::reader::ReadError;
use lang::source::{Positions, Sources, Span};
use lang::{Missing, Value, Vector};
use vm::context::CORE;
use vm::ending::{Control, Error, Frame};
use vm::{Ending, State};

/// The longest message shown, in bytes.
const MAX_MESSAGE_BYTES: usize = 4_000;
/// How much of the text of a call is shown in a trace.
const MAX_CALL_CHARACTERS: usize = 60;

/// What is known of a form that failed.
pub struct Scene<'a> {
    /// The state that it ran in.
    pub state: &'a State,
    /// The account that ran it.
    pub account: u64,
    /// The texts that were read.
    pub sources: &'a Sources,
    /// Where forms and ops come from.
    pub positions: &'a Positions,
    /// Where the form stands.
    pub span: Span,
}

impl Scene<'_> {
    /// The report of a run that did not end in a value.
    pub fn problem(&self, ending: &Ending) -> Problem {
        match ending {
            Ending::Error(error) => self.error(error),
            Ending::Control(control) => self.coded("EXCEPTION", &stray(control)),
            Ending::OutOfJuice => self.coded("JUICE", "the juice of the transaction is used up"),
            Ending::Missing(missing) => self.coded("MISSING", &missing.to_string()),
            Ending::Interrupted => self.coded("INTERRUPTED", "you interrupted the run; nothing has changed"),
        }
    }

    /// A problem of the whole form, with a code of the machine.
    fn coded(&self, code: &str, message: &str) -> Problem {
        Problem {
            code: Some(format!(":{code}")),
            message: message.to_owned(),
            place: Some(self.span),
            label: "this form".to_owned(),
            hints: advice::hint(code).map(str::to_owned).into_iter().collect(),
            trace: Vec::new(),
        }
    }

    fn error(&self, error: &Error) -> Problem {
        let name = match &error.code {
            Value::Keyword(keyword) => String::from_utf8_lossy(keyword.name()).into_owned(),
            _ => String::new(),
        };
        let message = show::plain(&error.message, MAX_MESSAGE_BYTES);
        let sentence = advice::sentence(&name);
        let (message, label) = match (name.as_str(), sentence) {
            ("UNDECLARED", _) => (format!("`{message}` has no definition"), "here".to_owned()),
            (_, Some(sentence)) if message.is_empty() || error.message.is_nil() => {
                (sentence.to_owned(), "here".to_owned())
            }
            (_, Some(sentence)) => (message, sentence.to_owned()),
            (_, None) => (message, "here".to_owned()),
        };
        Problem {
            code: Some(show::brief(&error.code, MAX_MESSAGE_BYTES)),
            message,
            place: Some(self.innermost(error)),
            label,
            trace: self.steps(error),
            hints: self.hints(&name, error),
        }
    }

    /// The place of the innermost op that was read from a text, else that of the whole form.
    fn innermost(&self, error: &Error) -> Span {
        let spans = error.trace.iter().filter_map(|frame| self.positions.span_of(frame.op.as_ref()?));
        spans.into_iter().next().unwrap_or(self.span)
    }

    /// The calls of functions that programs made around the place of an error, innermost first. Forms that merely stand
    /// around it in the text are left out.
    fn steps(&self, error: &Error) -> Vec<Step> {
        let mut address = error.address;
        let calls = error.trace.iter().filter(|frame| frame.op.is_some()).filter_map(|frame| {
            let crosses = address.replace(frame.address) != Some(frame.address);
            self.step(frame, crosses).ok().flatten()
        });
        let mut inner = Some(self.innermost(error));
        let surrounds = |step: &Step| {
            let around = inner.zip(step.place).is_some_and(|(inner, outer)| contains(outer, inner));
            inner = step.place.filter(|_| around);
            around
        };
        calls.skip_while(surrounds).collect()
    }

    /// A line of the trace, for frames that are calls. Native functions are left out but for those that lead into
    /// another account.
    fn step(&self, frame: &Frame, crosses: bool) -> Result<Option<Step>, Missing> {
        let Some(op) = &frame.op else { return Ok(None) };
        let Some(Op::Invoke(parts)) = Op::view(op)? else { return Ok(None) };
        if !crosses && is_native_call(&parts)? {
            return Ok(None);
        }
        let place = self.positions.span_of(op);
        let mut call = match place.and_then(|span| self.sources.slice(span)) {
            Some(text) => first_words(text),
            None => {
                called_name(&parts)?.map_or_else(|| "a function".to_owned(), |name| format!("({name} …)"))
            }
        };
        if frame.address != self.account {
            call.push_str(&format!(" as #{}", frame.address));
        }
        Ok(Some(Step { call, place }))
    }

    fn hints(&self, code: &str, error: &Error) -> Vec<String> {
        let mut hints: Vec<String> = advice::hint(code).map(str::to_owned).into_iter().collect();
        if code == "UNDECLARED" {
            let typed = show::plain(&error.message, MAX_MESSAGE_BYTES);
            let known = names(self.state, error.address.unwrap_or(self.account)).unwrap_or_default();
            let near: Vec<String> = advice::similar(&typed, known.iter().map(String::as_str))
                .into_iter()
                .map(|name| format!("`{name}`"))
                .collect();
            if !near.is_empty() {
                hints.push(format!("did you mean {}?", near.join(" or ")));
            }
        }
        hints
    }
}

/// The report of a text that does not read.
pub fn unreadable(error: &ReadError) -> Problem {
    Problem {
        message: error.message.clone(),
        place: Some(error.span),
        label: if error.incomplete { "not finished".to_owned() } else { "here".to_owned() },
        ..Problem::default()
    }
}

/// The names that an account can use: its own, those of its parents, those of the core, and the special ones.
///
/// # Errors
/// [`Missing`] when a part of the state is not to be had.
pub fn names(state: &State, account: u64) -> Result<Vec<String>, Missing> {
    let mut names: Vec<String> = lang::special::SPECIAL.iter().map(|name| name.to_string()).collect();
    let mut address = account;
    for _ in 0..vm::limits::MAX_LOOKUP_ACCOUNTS {
        names.extend(definitions(state, address)?);
        if address == CORE {
            break;
        }
        address = match state.account(address)? {
            Some(account) => account.parent()?.unwrap_or(CORE),
            None => CORE,
        };
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// The names that an account itself defines, in alphabetical order.
///
/// # Errors
/// [`Missing`] when a part of the state is not to be had.
pub fn definitions(state: &State, address: u64) -> Result<Vec<String>, Missing> {
    let mut names = Vec::new();
    if let Some(account) = state.account(address)?
        && let Some(environment) = account.environment()?
    {
        for entry in environment.iter() {
            if let (Value::Symbol(symbol), _) = entry? {
                names.push(String::from_utf8_lossy(symbol.name()).into_owned());
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Whether one span holds another and more.
fn contains(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end && outer != inner
}

/// Whether a call is that of a native function.
fn is_native_call(parts: &Vector) -> Result<bool, Missing> {
    let Some(head) = parts.get(0)? else { return Ok(false) };
    Ok(match Op::view(head)? {
        Some(Op::Constant(Value::Extension { .. })) => true,
        Some(Op::Lookup { symbol: Value::Symbol(symbol), .. }) => {
            std::str::from_utf8(symbol.name()).is_ok_and(|name| lang::native::code(name).is_some())
        }
        _ => false,
    })
}

/// The name by which a call calls a function, if it does so by name.
fn called_name(parts: &Vector) -> Result<Option<String>, Missing> {
    let Some(head) = parts.get(0)? else { return Ok(None) };
    Ok(match Op::view(head)? {
        Some(Op::Lookup { symbol: Value::Symbol(symbol), .. }) => {
            Some(String::from_utf8_lossy(symbol.name()).into_owned())
        }
        _ => None,
    })
}

/// The beginning of a form's text, on one line.
fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let shown: String = line.chars().take(MAX_CALL_CHARACTERS).collect();
    if shown.len() == text.len() { shown } else { shown + "…" }
}

/// What is wrong with a control result that reached the top.
fn stray(control: &Control) -> String {
    let (name, wants) = match control {
        Control::Recur(_) => ("recur", "a `loop` or function around it"),
        Control::Tailcall(..) => ("tailcall", "a function around it"),
        Control::Reduced(_) => ("reduced", "a `reduce` around it"),
        Control::Halt(_) => ("halt", "code around it"),
        Control::Rollback(_) => ("rollback", "code around it"),
        Control::Return(_) => ("return", "a function around it"),
    };
    format!("`{name}` wants {wants}, and there is none")
}
