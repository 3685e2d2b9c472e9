//! One expression and its answer, in the words of the machine form.

use crate::jsonl::Object;
use lang::reader::{self, ReadError};
use lang::{Missing, Value};
use serde_json::{Map, Value as Json};
use tools::session::GENESIS_ACCOUNT;
use tools::show;
use vm::ending::Control;
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::{Context, Ending, Run, State};

/// Longer encodings are not shown.
const MAX_ENCODING_BYTES: usize = 300;
/// Longer messages are not shown.
const MAX_MESSAGE_BYTES: usize = 4_000;

/// The answer to a source text: read as exactly one form, expanded and compiled in one fork of a state, executed in another.
pub fn answer(genesis: &State, source: &str) -> Object {
    let mut object = Object::new();
    object.insert("src".to_owned(), source.into());
    let form = match reader::read_one(source, 0) {
        Ok(form) => form,
        Err(errors) => {
            object.extend(errors.first().map(|error| read_error(source, error)).unwrap_or_default());
            return object;
        }
    };
    let rest = compile(genesis, &form.value)
        .map_err(|ending| failed(&ending, Phase::Compile))
        .and_then(|op| execute(genesis, &op));
    match rest {
        Ok(rest) | Err(rest) => object.extend(rest),
    }
    object
}

fn fork(genesis: &State) -> Run<Context> {
    Context::new(genesis.clone(), GENESIS_ACCOUNT, MAX_TRANSACTION_JUICE)
}

fn compile(genesis: &State, form: &Value) -> Run {
    let mut context = fork(genesis)?;
    let expanded = context.expand(form)?;
    context.compile(&expanded)
}

fn execute(genesis: &State, op: &Value) -> Result<Object, Object> {
    let mut context = fork(genesis).map_err(|ending| failed(&ending, Phase::Execute))?;
    let mut object = match context.run(op) {
        Ok(value) => describe(&value).map_err(|missing| failed(&missing.into(), Phase::Execute))?,
        Err(ending) => failed(&ending, Phase::Execute),
    };
    object.insert("juice".to_owned(), context.juice().into());
    Ok(object)
}

/// What a program can be told about a value: text, type, hash, encoding, storage size.
///
/// # Errors
/// [`Missing`] when a part of the value is not to be had.
pub fn describe(value: &Value) -> Result<Object, Missing> {
    let mut object = Object::new();
    if let Some(text) = show::text(value, show::MAX_TEXT_BYTES)? {
        object.insert("value".to_owned(), text.into());
    }
    object.insert("type".to_owned(), value.kind().name().into());
    object.insert("hash".to_owned(), value.hash().to_string().into());
    if value.encoding_length() <= MAX_ENCODING_BYTES {
        object.insert("enc".to_owned(), show::hex(&value.encoding()).into());
    }
    object.insert("mem".to_owned(), value.storage_size()?.into());
    Ok(object)
}

/// A text that does not read: line and column from 1, in characters; offset from 0, in bytes.
pub fn read_error(source: &str, error: &ReadError) -> Object {
    let place = error.line_column(source);
    Map::from_iter([
        ("read_error".to_owned(), Json::from(true)),
        ("message".to_owned(), error.message.as_str().into()),
        ("line".to_owned(), place.line.into()),
        ("column".to_owned(), place.column.into()),
        ("offset".to_owned(), error.span.start.into()),
    ])
}

/// When something failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// While the form was expanded and compiled.
    Compile,
    /// While it ran.
    Execute,
}

fn failed(ending: &Ending, phase: Phase) -> Object {
    let mut object = Object::new();
    let name = if phase == Phase::Compile { "compile" } else { "exec" };
    object.insert("phase".to_owned(), name.into());
    let (code, message) = match ending {
        Ending::Error(error) => (
            show::plain(&error.code, show::MAX_TEXT_BYTES),
            (!error.message.is_nil()).then(|| show::plain(&error.message, MAX_MESSAGE_BYTES)),
        ),
        Ending::Control(control) if phase == Phase::Compile => (control_code(control).to_owned(), None),
        Ending::Control(_) => (":EXCEPTION".to_owned(), None),
        Ending::OutOfJuice => (":JUICE".to_owned(), None),
        Ending::Missing(missing) => (":MISSING".to_owned(), Some(missing.to_string())),
        Ending::Interrupted => (":INTERRUPTED".to_owned(), None),
    };
    object.insert("error".to_owned(), code.into());
    object.extend(message.map(|message| ("message".to_owned(), message.into())));
    object
}

/// The code of a control result that ends a compilation.
fn control_code(control: &Control) -> &'static str {
    match control {
        Control::Halt(_) => ":HALT",
        Control::Rollback(_) => ":ROLLBACK",
        Control::Return(_) => ":RETURN",
        Control::Recur(_) => ":RECUR",
        Control::Tailcall(..) => ":TAILCALL",
        Control::Reduced(_) => ":REDUCED",
    }
}
