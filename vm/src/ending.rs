//! How running code can end other than with a value. Kinds of ending are never mixed.

use crate::State;
use lang::{Missing, Value};

/// A value, or another ending.
pub type Run<T = Value> = Result<T, Ending>;

/// Every ending that is not a value.
#[derive(Clone, Debug)]
pub enum Ending {
    /// An on-chain error: code, message, trace. `try` catches it.
    Error(Box<Error>),
    /// A control result on its way to its boundary.
    Control(Box<Control>),
    /// The juice limit was reached. Nothing on chain catches it.
    OutOfJuice,
    /// A cell is not to be had: a fault of the surroundings, not of the program.
    Missing(Missing),
    /// The user asked to stop. Never seen on chain.
    Interrupted,
}

/// An on-chain error (CAD011).
#[derive(Clone, Debug)]
pub struct Error {
    /// The code, usually a keyword; any non-nil value.
    pub code: Value,
    /// The message, usually a string.
    pub message: Value,
    /// The account it happened in.
    pub address: Option<u64>,
    /// Where it passed on its way out, innermost first.
    pub trace: Vec<Frame>,
    /// Which argument of the innermost call is at fault, from 0, where one is.
    pub argument: Option<usize>,
    /// The state when it happened, of which nothing remains.
    pub state: Option<State>,
}

impl Error {
    /// An error that has not passed anything yet.
    pub fn new(code: Value, message: Value, address: Option<u64>) -> Error {
        Error { code, message, address, trace: Vec::new(), argument: None, state: None }
    }

    /// An error about an argument at a position from 0.
    pub fn about(self, argument: usize) -> Error {
        Error { argument: Some(argument), ..self }
    }
}

impl From<Error> for Ending {
    fn from(error: Error) -> Ending {
        Ending::Error(Box::new(error))
    }
}

/// One place that an error passed on its way out.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The op that was running, or the form that was expanded or compiled: its identity leads to a source position.
    pub op: Option<Value>,
    /// The function that was called, if the frame is one of a function that was running.
    pub function: Option<Value>,
    /// The arguments of that call.
    pub args: Vec<Value>,
    /// The account it ran in.
    pub address: u64,
}

/// Control results (CAD005): each travels up to the boundary that absorbs it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Control {
    Halt(Value),
    Rollback(Value),
    Return(Value),
    Recur(Vec<Value>),
    Tailcall(Value, Vec<Value>),
    Reduced(Value),
}

impl Ending {
    /// This ending; an error is about an argument at a position from 0.
    pub(crate) fn about(self, argument: usize) -> Ending {
        match self {
            Ending::Error(error) => error.about(argument).into(),
            other => other,
        }
    }

    /// Whether a run with full traces (see [`crate::Context::with_traces`]) can tell more of this ending.
    pub fn has_trace(&self) -> bool {
        matches!(self, Ending::Error(_) | Ending::OutOfJuice)
    }

    /// An error with a keyword code, given by its name without the colon, and a message.
    pub fn error(code: &str, message: impl AsRef<str>) -> Ending {
        Error::new(Value::keyword(code), Value::string(message.as_ref()), None).into()
    }
}

impl Ending {
    /// The code by which a result names this ending: that of an error, `:JUICE`, or that of a control result which
    /// met no boundary, such as `:HALT`. `None` for a fault of the surroundings.
    pub fn code(&self) -> Option<Value> {
        let name = match self {
            Ending::Error(error) => return Some(error.code.clone()),
            Ending::OutOfJuice => "JUICE",
            Ending::Control(control) => match **control {
                Control::Halt(_) => "HALT",
                Control::Rollback(_) => "ROLLBACK",
                Control::Return(_) => "RETURN",
                Control::Recur(_) => "RECUR",
                Control::Tailcall(..) => "TAILCALL",
                Control::Reduced(_) => "REDUCED",
            },
            Ending::Missing(_) | Ending::Interrupted => return None,
        };
        Some(Value::keyword(name))
    }
}

impl From<Missing> for Ending {
    fn from(missing: Missing) -> Ending {
        Ending::Missing(missing)
    }
}

impl From<Control> for Ending {
    fn from(control: Control) -> Ending {
        Ending::Control(Box::new(control))
    }
}
