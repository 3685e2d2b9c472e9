//! Running the sources of the library.

use super::{Actor, GenesisError, Library, Source};
use crate::context::CORE;
use crate::{Context, State, symbols};
use lang::reader::{self, Form, Next};
use lang::source::line_column;
use lang::{Map, Symbol, Value, native, special};

/// Juice for the forms of one source: enough, but not without end.
const SOURCE_JUICE: u64 = 1_000_000_000;

/// Fills the core account: native functions, then definitions of the sources, then documentation.
///
/// Native functions get their metadata last, so that definitions of the sources look them up by name where they run:
/// only code compiled later holds them as constants.
pub fn core(state: State, library: &Library) -> Result<State, GenesisError> {
    let natives = native::NATIVE.iter().map(|(code, name)| (Value::symbol(name), Value::native(*code)));
    let mut state = with_core(state, Map::from_entries(natives), Map::empty())?;
    for source in library.core {
        state = run(state, CORE, *source)?;
    }
    document(state, library.documentation)
}

/// Runs the forms of an actor in its account.
pub fn actor(state: State, actor: &Actor) -> Result<State, GenesisError> {
    run(state, actor.address, actor.source)
}

/// Runs steps `[address form]`.
pub fn setup(mut state: State, source: Source) -> Result<State, GenesisError> {
    for step in read(source)? {
        let Some((address, form)) = parts(&step.value)? else {
            let message = "a step is a vector of an address and a form".to_string();
            return Err(GenesisError::Source(source.name, line(source, &step), message));
        };
        let form = Form { value: form, span: step.span };
        state = run_forms(state, address, source, &[form])?;
    }
    Ok(state)
}

fn parts(step: &Value) -> Result<Option<(u64, Value)>, GenesisError> {
    let Value::Vector(step) = step else { return Ok(None) };
    Ok(match (step.count(), step.get(0)?, step.get(1)?) {
        (2, Some(Value::Address(address)), Some(form)) => Some((*address, form.clone())),
        _ => None,
    })
}

fn with_core(state: State, environment: Map, metadata: Map) -> Result<State, GenesisError> {
    let Some(account) = state.account(CORE)? else { return Ok(state) };
    Ok(state.with_account(CORE, &account.with_environment(environment)?.with_metadata(metadata)?)?)
}

/// Gives names of the core account their metadata. Native functions are static besides: code compiled from here on
/// holds them as constants.
fn document(state: State, sources: &[Source]) -> Result<State, GenesisError> {
    let Some(account) = state.account(CORE)? else { return Ok(state) };
    let mut environment = account.environment()?.unwrap_or_else(Map::empty);
    let mut metadata = account.metadata()?.cloned().unwrap_or_else(Map::empty);
    for source in sources {
        for form in read(*source)? {
            let Value::Map(entries) = &form.value else {
                let message = "documentation is a map from symbols to metadata".to_string();
                return Err(GenesisError::Source(source.name, line(*source, &form), message));
            };
            for entry in entries.iter() {
                let (name, data) = entry?;
                let (Value::Symbol(symbol), Value::Map(data)) = (name, data) else {
                    let message = "documentation is a map from symbols to metadata".to_string();
                    return Err(GenesisError::Source(source.name, line(*source, &form), message));
                };
                let value = match environment.get(name)? {
                    Some(value) => value.clone(),
                    None => defined_by_name(symbol),
                };
                let data = match is_native(&value) {
                    true => data.assoc(symbols::STATIC.clone(), Value::TRUE)?,
                    false => data.clone(),
                };
                environment.insert(name.clone(), value)?;
                metadata.insert(name.clone(), Value::Map(data))?;
            }
        }
    }
    with_core(state, environment, metadata)
}

fn is_native(value: &Value) -> bool {
    matches!(value, Value::Extension { tag: lang::extension::CORE, .. })
}

/// The value of a name that the compiler knows: the special op, or for a special form the symbol itself.
fn defined_by_name(symbol: &Symbol) -> Value {
    special::code(symbol.name())
        .and_then(|code| Value::extension(lang::extension::SPECIAL, code))
        .unwrap_or_else(|| Value::Symbol(symbol.clone()))
}

fn run(state: State, address: u64, source: Source) -> Result<State, GenesisError> {
    let forms = read(source)?;
    run_forms(state, address, source, &forms)
}

fn run_forms(state: State, address: u64, source: Source, forms: &[Form]) -> Result<State, GenesisError> {
    let failed = |form: Option<&Form>, ending| {
        GenesisError::Run(source.name, form.map_or(1, |form| line(source, form)), ending)
    };
    let mut context =
        Context::new(state, address, SOURCE_JUICE).map_err(|ending| failed(forms.first(), ending))?;
    for form in forms {
        // Not `eval`: the core does not have its own compiler while it is being made.
        let op = context.expand_compile(&form.value).map_err(|ending| failed(Some(form), ending))?;
        context.exec(&op).map_err(|ending| failed(Some(form), ending))?;
    }
    Ok(context.state().clone())
}

/// The forms of a source, without positions: nothing of the library is reported by place but errors here.
fn read(source: Source) -> Result<Vec<Form>, GenesisError> {
    let mut forms = Vec::new();
    let mut offset = 0;
    loop {
        match reader::next_form(source.text, offset, 0, None) {
            Next::Form(form) => {
                offset = form.span.end as usize;
                forms.push(form);
            }
            Next::Bad(errors, _) | Next::Incomplete(errors) => {
                let (line, message) = match errors.first() {
                    Some(error) => (error.line_column(source.text).line, error.message.clone()),
                    None => (1, "this cannot be read".to_string()),
                };
                return Err(GenesisError::Source(source.name, line, message));
            }
            Next::End => return Ok(forms),
        }
    }
}

/// The line, from 1, at which a form starts.
fn line(source: Source, form: &Form) -> usize {
    line_column(source.text, form.span.start as usize).line
}
