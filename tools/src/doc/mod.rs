//! What symbols, accounts and files are about, from the metadata of definitions (CAD013).
//!
//! - this file: a definition
//! - [`target`]: what a user asks about, by name
//! - [`account`]: an account, and [`mod@file`]: a text, which is not run
//! - [`json`]: all of these as data
//! - [`examples`]: the examples of documentation, run

pub mod account;
pub mod examples;
pub mod file;
pub mod json;
pub mod target;

use crate::printable;
use crate::screen::{Screen, wrap};
use crate::show;
use lang::{Map, Missing, Symbol, Value};
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::{Context, Run, State};

/// Longer values are not shown.
const MAX_VALUE_BYTES: usize = 200;

/// Longer descriptions are not shown.
const MAX_DESCRIPTION_BYTES: usize = 4_000;
/// The width of a line of a description where there is no terminal.
const LINE_COLUMNS: usize = 78;

/// What is known of a definition.
#[derive(Clone)]
struct Entry {
    /// The account that holds the definition.
    address: u64,
    value: Value,
    metadata: Map,
}

fn find(state: &State, account: u64, name: &str) -> Run<Option<Entry>> {
    let Some(symbol) = Symbol::new(name.as_bytes()) else { return Ok(None) };
    let context = Context::new(state.clone(), account, MAX_TRANSACTION_JUICE)?;
    let Some(address) = context.lookup_defining_address(account, &symbol)? else { return Ok(None) };
    let value = context.lookup(&symbol)?.unwrap_or(Value::Nil);
    let metadata = context.lookup_metadata(&symbol)?.unwrap_or_else(Map::empty);
    Ok(Some(Entry { address, value, metadata }))
}

impl Entry {
    /// A field of the map `:doc`, `nil` when there is none.
    fn doc(&self, field: &str) -> Run<Value> {
        Ok(match self.metadata.get(&Value::keyword("doc"))? {
            Some(Value::Map(doc)) => doc.get(&Value::keyword(field))?.cloned().unwrap_or(Value::Nil),
            _ => Value::Nil,
        })
    }

    /// The parameters of each arity, as vectors.
    fn params(&self) -> Run<Vec<Value>> {
        let mut params = Vec::new();
        if let Value::Vector(arities) = self.doc("signature")? {
            for arity in arities.iter() {
                if let Value::Map(arity) = arity?
                    && let Some(vector @ Value::Vector(_)) = arity.get(&Value::keyword("params"))?
                {
                    params.push(vector.clone());
                }
            }
        }
        Ok(params)
    }
}

/// The parameters of each arity of a function, as its documentation tells them; none when it does not.
///
/// # Errors
/// Whatever looking them up ends with.
pub fn signatures(state: &State, account: u64, name: &str) -> Run<Vec<Vec<Value>>> {
    let Some(entry) = find(state, account, name)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for params in entry.params()? {
        if let Value::Vector(params) = params {
            all.push(params.to_vec()?);
        }
    }
    Ok(all)
}

/// The parameters of a function in one line, such as `f coll`; `None` when they are not known.
pub fn parameters(state: &State, account: u64, name: &str) -> Option<String> {
    let params = find(state, account, name).ok()??.params().ok()?;
    let line: Vec<String> = params.iter().map(inner).collect();
    (!line.is_empty()).then(|| line.join("  |  "))
}

/// The calls of a function, such as `` `(map f coll)` ``; `None` when its parameters are not known.
pub fn calls(state: &State, account: u64, name: &str) -> Option<Vec<String>> {
    let params = find(state, account, name).ok()??.params().ok()?;
    Some(params.iter().map(|params| format!("`{}`", call(name, &inner(params)))).collect())
}

/// What the documentation of a function says about one of its errors, by the name of the code.
pub fn error_sentence(state: &State, account: u64, name: &str, code: &str) -> Option<String> {
    let Value::Map(errors) = find(state, account, name).ok()??.doc("errors").ok()? else { return None };
    let sentence = errors.get(&Value::keyword(code)).ok()??;
    Some(show::plain(sentence, MAX_DESCRIPTION_BYTES))
}

/// The text of a vector without its brackets.
fn inner(vector: &Value) -> String {
    let text = show::brief(vector, MAX_VALUE_BYTES);
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&text).to_owned()
}

/// What is told of a symbol.
pub struct Article {
    /// The symbol.
    pub name: String,
    /// What it stands for, in words.
    pub kind: String,
    /// The account that holds the definition.
    pub address: u64,
    /// Its value, shortened, when nothing else is known of it.
    pub value: Option<String>,
    /// What is said about it.
    pub notes: Notes,
}

impl Article {
    fn of(name: &str, entry: &Entry) -> Run<Article> {
        let notes = Notes::of(&entry.metadata)?;
        let is_bare = notes.description.is_none() && notes.signatures.is_empty() && notes.examples.is_empty();
        let kind = match lang::special::code(name.as_bytes()) {
            Some(_) => "register of the machine".to_owned(),
            None => kind(entry)?,
        };
        let value = is_bare.then(|| show::brief(&entry.value, MAX_VALUE_BYTES));
        Ok(Article { name: name.to_owned(), kind, address: entry.address, value, notes })
    }

    /// All of it as lines of text, for an account.
    pub fn lines(&self, reader: u64, screen: Screen) -> String {
        let whose = match self.address {
            _ if lang::special::code(self.name.as_bytes()).is_some() => String::new(),
            address if address == reader => " of this account".to_owned(),
            address => format!(" of #{address}"),
        };
        let value = self.value.as_deref().map(|value| wrapped(value, screen)).unwrap_or_default();
        let name = printable::line(&self.name);
        let head = format!("{name}: {}{whose}", self.kind);
        format!("{}\n{value}{}", screen.wrap(&head, 0, "  "), self.notes.lines(&name, screen))
    }
}

/// What is told of a symbol as an account sees it; `None` when it has no definition.
///
/// # Errors
/// Whatever looking it up ends with.
pub fn article(state: &State, account: u64, name: &str) -> Run<Option<Article>> {
    find(state, account, name)?.map(|entry| Article::of(name, &entry)).transpose()
}

/// What the map `:doc` in the metadata of a definition says.
#[derive(Clone, Default)]
pub struct Notes {
    /// What it is for.
    pub description: Option<String>,
    /// The parameters of each arity, as vectors print without their brackets.
    pub signatures: Vec<String>,
    /// Codes of errors and when they come.
    pub errors: Vec<(String, String)>,
    /// Code, and what it gives.
    pub examples: Vec<(Value, Option<Value>)>,
}

impl Notes {
    /// What metadata says.
    ///
    /// # Errors
    /// [`Missing`] when a part of it is not to be had.
    pub fn of(metadata: &Map) -> Result<Notes, Missing> {
        let mut notes = Notes::default();
        let Some(Value::Map(doc)) = metadata.get(&Value::keyword("doc"))? else { return Ok(notes) };
        let field = |name: &str| doc.get(&Value::keyword(name));
        notes.description = field("description")?.map(|text| show::plain(text, MAX_DESCRIPTION_BYTES));
        if let Some(Value::Vector(arities)) = field("signature")? {
            for arity in arities.iter() {
                if let Value::Map(arity) = arity?
                    && let Some(params) = arity.get(&Value::keyword("params"))?
                {
                    notes.signatures.push(inner(params));
                }
            }
        }
        if let Some(Value::Map(errors)) = field("errors")? {
            for entry in errors.iter() {
                let (code, sentence) = entry?;
                let code = show::brief(code, MAX_VALUE_BYTES);
                notes.errors.push((code, show::plain(sentence, MAX_DESCRIPTION_BYTES)));
            }
            notes.errors.sort();
        }
        if let Some(Value::Vector(examples)) = field("examples")? {
            for example in examples.iter() {
                let Value::Map(example) = example? else { continue };
                let Some(code) = example.get(&Value::keyword("code"))? else { continue };
                let result = example.get(&Value::keyword("result"))?;
                notes.examples.push((code.clone(), result.cloned()));
            }
        }
        Ok(notes)
    }

    /// The first sentence of the description.
    pub fn summary(&self) -> Option<&str> {
        let text = self.description.as_deref()?;
        let end = text
            .match_indices(['.', '\n'])
            .map(|(at, _)| at)
            .find(|at| text[at + 1..].chars().next().is_none_or(char::is_whitespace));
        Some(text[..end.unwrap_or(text.len())].trim())
    }

    /// All of it as lines of text, below the name of what is defined.
    pub fn lines(&self, name: &str, screen: Screen) -> String {
        let code_line = |line: &str| screen.wrap(&printable::text(line), 0, "    ").into_owned() + "\n";
        let mut out = String::new();
        for params in &self.signatures {
            out.push_str(&code_line(&format!("  {}", call(name, params))));
        }
        if let Some(text) = &self.description {
            out.push_str(&wrapped(text, screen));
        }
        for (code, sentence) in &self.errors {
            out.push_str(&wrapped(&format!("{code}: {sentence}"), screen));
        }
        for (code, result) in &self.examples {
            let given =
                result.as_ref().map(|result| format!("  gives {}", show::plain(result, MAX_VALUE_BYTES)));
            let code = show::plain(code, MAX_VALUE_BYTES);
            out.push_str(&code_line(&format!("  e.g. {code}{}", given.unwrap_or_default())));
        }
        out
    }
}

/// The form of a call.
fn call(name: &str, params: &str) -> String {
    format!("{})", format!("({name} {params}").trim_end())
}

/// A text in indented lines that fit the screen.
fn wrapped(text: &str, screen: Screen) -> String {
    let text = printable::text(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        return "\n".to_owned();
    }
    wrap(&format!("  {}", words.join(" ")), screen.columns.unwrap_or(LINE_COLUMNS), "  ") + "\n"
}

/// What kind of definition it is, in words.
fn kind(entry: &Entry) -> Run<String> {
    let is = |name| {
        Ok::<bool, lang::Missing>(entry.metadata.get(&Value::keyword(name))?.is_some_and(Value::is_truthy))
    };
    let noun = match &entry.value {
        _ if is("expander")? => "macro".to_owned(),
        _ if is("special")? => "special form".to_owned(),
        Value::Extension { .. } => "native function".to_owned(),
        value => value.kind().name().to_lowercase(),
    };
    Ok(if is("callable")? { format!("callable {noun}") } else { noun })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Colour;

    #[test]
    fn core_functions_are_documented() {
        let state = stdlib::genesis().expect("the library builds");
        let text = article(&state, 11, "map")
            .expect("all is in memory")
            .expect("map is defined")
            .lines(11, Colour::Off.into());
        for part in
            ["map: native function of #8\n", "  (map f coll", "e.g. (map inc [1 2 3])  gives [2 3 4]\n"]
        {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= LINE_COLUMNS), "{text}");
        assert!(article(&state, 11, "mpa").expect("all is in memory").is_none());
        assert!(parameters(&state, 11, "reduce").is_some());
    }
}
