//! From the ending of a run to a report.

mod arity;
mod fault;
mod hints;
mod names;
mod trace;
mod undone;

use crate::advice;
use crate::language;
use crate::report::{Phase, Problem};
use crate::show;
use crate::test::costs::grouped;
use crate::texts::{Functions, Texts};
use arity::Arity;
use fault::Fault;
use lang::op::Op;
use lang::reader::{ReadError, ReadErrors};
use lang::source::{Positions, Sources, Span};
use lang::{Missing, Value};
use vm::ending::{Control, Error, Frame};
use vm::{Ending, State};

pub(crate) use hints::{affordable, juice_limit};
pub use names::{definitions, names};

/// The longest message shown, in bytes.
const MAX_MESSAGE_BYTES: usize = 4_000;

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
    /// How functions show.
    pub functions: Functions,
}

impl Scene<'_> {
    /// The report of a run that did not end in a value.
    pub fn problem(&self, ending: &Ending) -> Problem {
        match ending {
            Ending::Error(error) => self.error(error),
            Ending::Control(control) => self.coded("EXCEPTION", &stray(control)),
            Ending::OutOfJuice => self.exhausted(Vec::new(), None),
            Ending::Missing(missing) => self.coded("MISSING", &missing.to_string()),
            Ending::Interrupted => self.coded("INTERRUPTED", "you interrupted the run; nothing has changed"),
        }
    }

    /// The report of a run that used up its juice, with what was running then ([`vm::Context::take_exhausted`]), and with
    /// the limit of juice where that had fallen.
    pub fn exhausted(&self, trace: Vec<Frame>, fallen: Option<u64>) -> Problem {
        let error = Error::new(Value::keyword("JUICE"), Value::Nil, None);
        let mut problem = self.error(&Error { trace, ..error });
        if let Some(limit) = fallen {
            self.tell_fallen(&mut problem, limit);
        }
        problem
    }

    /// Tells in the report of a run that used up its juice that the limit fell, since coins left the account (CAD007).
    pub fn tell_fallen(&self, problem: &mut Problem, limit: u64) {
        let account = self.account;
        let message = std::mem::take(&mut problem.message);
        problem.message = format!("{message}: its limit fell to {limit}, since coins left #{account}");
        problem.hints = vec![format!(
            "the coins that stay with an account must be able to pay for the juice: keep some in #{account}"
        )];
    }

    /// A problem of the whole form, with a code of the machine.
    fn coded(&self, code: &str, message: &str) -> Problem {
        Problem {
            code: Some(format!(":{code}")),
            phase: Phase::Run,
            message: message.to_owned(),
            place: Some(self.span),
            label: "this form".to_owned(),
            hints: advice::hint(code).map(str::to_owned).into_iter().collect(),
            ..Problem::default()
        }
    }

    fn error(&self, error: &Error) -> Problem {
        let fault = Fault::of(self, error);
        let code = code_name(error);
        Problem {
            code: Some(show::brief(&error.code, MAX_MESSAGE_BYTES)),
            phase: phase(&error.trace).unwrap_or(Phase::Run),
            message: self.message(&code, error, &fault),
            place: Some(fault.place),
            label: self.label(&code, error, &fault),
            account: error.address.filter(|address| *address != self.account),
            trace: self.steps(error, &fault).unwrap_or_default(),
            undone: self.undone(error).unwrap_or_default(),
            hints: self.hints(&code, error, &fault),
            ..Problem::default()
        }
    }

    /// A plain sentence: that of the error, with the name of the function that failed, else that of its code.
    fn message(&self, code: &str, error: &Error, fault: &Fault) -> String {
        let message = show::plain(&error.message, MAX_MESSAGE_BYTES);
        let called = fault.called.map(|_| match &fault.name {
            Some(name) => format!("`{name}`"),
            None => "the function".to_owned(),
        });
        match (code, advice::sentence(code), called) {
            ("UNDECLARED", ..) => match fault.elsewhere {
                Some(address) => format!("`{message}` has no definition in #{address}"),
                None => format!("`{message}` has no definition"),
            },
            (_, Some(sentence), _) if message.is_empty() || error.message.is_nil() => sentence,
            ("ARITY", _, Some(called)) => wrong_arity(&called, message, fault),
            ("CAST", _, Some(called)) if error.argument.is_some() => {
                match message.split_once(" should be ") {
                    Some((argument, rest)) => format!("{argument} of {called} should be {rest}"),
                    None => message,
                }
            }
            _ => message,
        }
    }

    /// The words under the place.
    fn label(&self, code: &str, error: &Error, fault: &Fault) -> String {
        let sentence = advice::sentence(code).filter(|_| !error.message.is_nil());
        // A literal need not be told, unless for its type.
        let is_evident = |value: &Value| {
            code != "CAST" && self.sources.slice(fault.place) == Some(self.texts().short(value).as_str())
        };
        match (&fault.culprit, fault.inner_call(self.texts())) {
            (Some(value), _) if is_evident(value) => sentence.unwrap_or_else(|| "here".to_owned()),
            (Some(value), _) => format!("this is {}", self.described(value)),
            (None, Some(call)) if code != "DEPTH" && code != "JUICE" => format!("here `{call}` failed"),
            _ if code == "UNDECLARED" => "not defined".to_owned(),
            _ if code == "JUICE" && fault.index.is_some() => "this was running".to_owned(),
            _ => sentence.unwrap_or_else(|| "here".to_owned()),
        }
    }

    /// A value and its kind, such as `:a, a Keyword`.
    fn described(&self, value: &Value) -> String {
        let kind = value.kind().name();
        let article = if kind.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
        match value {
            Value::Nil => "nil".to_owned(),
            _ => format!("{}, {article} {kind}", self.texts().short(value)),
        }
    }

    /// How values read.
    fn texts(&self) -> Texts<'_> {
        Texts { sources: self.sources, positions: self.positions, functions: self.functions }
    }
}

/// What is wrong with the number of arguments.
fn wrong_arity(called: &str, message: String, fault: &Fault) -> String {
    let arities = fault.called.and_then(|frame| Some((frame, Arity::all_of(frame.function.as_ref()?).ok()?)));
    match arities {
        Some((frame, arities)) if !arities.is_empty() => {
            let given = frame.args.len();
            if arities.iter().any(|arity| arity.fits(given)) {
                let place = match &fault.macro_name {
                    Some(name) => format!("in the forms of `{name}`"),
                    None => format!("in the parameters of {called}"),
                };
                return format!("{place}: {}", message.replacen("Expected", "expected", 1));
            }
            let noun = if fault.macro_name.is_some() { "form" } else { "argument" };
            format!("{called} takes {}, given {given}", arity::expected(&arities, noun))
        }
        _ => match message.strip_prefix("Expected ") {
            Some(rest) => {
                let noun = if rest.starts_with("1 ") { " argument" } else { " arguments" };
                format!("{called} takes {}", rest.replace(" values to bind", noun))
            }
            None => message,
        },
    }
}

/// The report of a text that does not read, which is among some sources.
pub fn unreadable(error: &ReadError, sources: &Sources) -> Problem {
    let text = sources.text(error.span.source).unwrap_or_default();
    let hint = text.get(error.span.start as usize..).and_then(language::of_unreadable);
    Problem {
        code: Some(":READ".to_owned()),
        phase: Phase::Read,
        message: error.message.clone(),
        place: Some(error.span),
        label: if error.incomplete { "not finished".to_owned() } else { "here".to_owned() },
        hints: hint.into_iter().collect(),
        ..Problem::default()
    }
}

/// So many places of a text that do not read are reported; the others are counted.
pub const MAX_UNREADABLE: usize = 20;

/// The reports of all places of a text that do not read, the last of which counts those not reported.
pub fn all_unreadable(errors: &ReadErrors, sources: &Sources) -> Vec<Problem> {
    let shown = errors.iter().take(MAX_UNREADABLE).map(|error| unreadable(error, sources));
    shown.chain(more_unreadable(errors.total().saturating_sub(MAX_UNREADABLE))).collect()
}

/// The report that counts the places of a text that are not reported; none where all are.
pub fn more_unreadable(count: usize) -> Option<Problem> {
    let noun = if count == 1 { "place does" } else { "places do" };
    (count > 0).then(|| Problem {
        code: Some(":READ".to_owned()),
        phase: Phase::Read,
        message: format!("and {} more {noun} not read", grouped(&count.to_string())),
        ..Problem::default()
    })
}

/// The name of the code of an error without its colon; empty for codes that are no keywords.
fn code_name(error: &Error) -> String {
    match &error.code {
        Value::Keyword(keyword) => String::from_utf8_lossy(keyword.name()).into_owned(),
        _ => String::new(),
    }
}

/// When an error happened, by what it passed; `None` where it passed nothing that tells.
fn phase(trace: &[Frame]) -> Option<Phase> {
    let mut phase = None;
    for (i, frame) in trace.iter().enumerate() {
        let Some(op) = &frame.op else { continue };
        if Op::is_op(op).unwrap_or(false) {
            phase = phase.or(Some(Phase::Run));
        } else if trace[..i].last().is_some_and(trace::is_expander_call) {
            return Some(Phase::Expand);
        } else {
            phase = Some(Phase::Compile);
        }
    }
    phase
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

/// Whether two values are the same cell, or equal without one.
fn is_same(a: &Value, b: &Value) -> Result<bool, Missing> {
    Ok(match (a.identity(), b.identity()) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    })
}
