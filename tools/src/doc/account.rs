//! What an account is about: what it says of itself, and what it defines.

use super::{Article, article, call, wrapped};
use crate::screen::Screen;
use crate::{explain, printable, show};
use lang::Value;
use vm::{Run, State};

/// The account of the registry, where accounts say what they are.
const REGISTRY: u64 = 9;

/// The longest text shown that an account registered, in bytes.
const MAX_TEXT_BYTES: usize = 4_000;

/// What stands before the lines about a definition, once more than before others.
const INDENT: &str = "  ";

/// What is told of an account.
pub struct Account {
    /// Its number.
    pub address: u64,
    /// The name that it has registered.
    pub name: Option<String>,
    /// The description that it has registered.
    pub about: Option<String>,
    /// Its definitions, by name.
    pub definitions: Vec<Article>,
}

/// What an account is about; `None` when there is no such account.
///
/// # Errors
/// Whatever looking it up ends with.
pub fn describe(state: &State, address: u64) -> Run<Option<Account>> {
    if state.account(address)?.is_none() {
        return Ok(None);
    }
    let (name, about) = registered(state, address)?.unzip();
    let about = about.filter(|text| !text.is_empty());
    let mut definitions = Vec::new();
    for name in explain::definitions(state, address)? {
        definitions.extend(article(state, address, &name)?);
    }
    Ok(Some(Account { address, name, about, definitions }))
}

impl Account {
    /// All of it as lines of text, a sentence for each definition.
    pub fn lines(&self, screen: Screen) -> String {
        let head = match &self.name {
            Some(name) => format!("#{}: {}", self.address, printable::line(name)),
            None => format!("#{}", self.address),
        };
        let mut out = screen.wrap(&head, 0, "  ").into_owned() + "\n";
        out.extend(self.about.as_deref().map(|about| wrapped(about, screen)));
        for article in &self.definitions {
            let calls = article.notes.signatures.iter().map(|params| call(&article.name, params));
            let head = calls.reduce(|all, next| all + "  " + &next).unwrap_or(article.name.clone());
            let head = format!("  {}", printable::line(&head));
            out.push_str(&format!("\n{}\n", screen.wrap(&head, 0, "    ")));
            let inner = Screen { columns: screen.columns.map(|columns| columns - INDENT.len()), ..screen };
            for line in wrapped(article.notes.summary().unwrap_or(&article.kind), inner).lines() {
                out.push_str(&format!("{INDENT}{line}\n"));
            }
        }
        out
    }
}

/// The name and description that an account has registered.
fn registered(state: &State, address: u64) -> Run<Option<(String, String)>> {
    // What an account registers is its holding on the registry.
    let Some(registry) = state.account(REGISTRY)? else { return Ok(None) };
    let Some(holdings) = registry.holdings()? else { return Ok(None) };
    let Some(Value::Map(data)) = holdings.get(&Value::Address(address))? else { return Ok(None) };
    let text = |field: &str| -> Run<String> {
        Ok(match data.get(&Value::keyword(field))? {
            None => String::new(),
            Some(Value::Vector(lines)) => {
                let lines = lines.to_vec()?;
                lines.iter().map(|line| show::plain(line, MAX_TEXT_BYTES)).collect::<Vec<_>>().join(" ")
            }
            Some(value) => show::plain(value, MAX_TEXT_BYTES),
        })
    };
    let description = text("description")?;
    let description = if description.is_empty() { text("desc")? } else { description };
    Ok(Some((text("name")?, description)))
}
