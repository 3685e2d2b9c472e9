//! What an account is about: what it says of itself, and what it defines.

use super::{Notes, call, find, kind, wrapped};
use crate::{explain, show};
use lang::Value;
use vm::{Run, State};

/// The account of the registry, where accounts say what they are.
const REGISTRY: u64 = 9;

/// The longest text shown that an account registered, in bytes.
const MAX_TEXT_BYTES: usize = 4_000;

/// What an account is about, as lines of text; `None` when there is no such account.
///
/// # Errors
/// Whatever looking it up ends with.
pub fn describe(state: &State, address: u64) -> Run<Option<String>> {
    if state.account(address)?.is_none() {
        return Ok(None);
    }
    let registered = registered(state, address)?;
    let mut out = match &registered {
        Some((name, _)) => format!("#{address}: {name}\n"),
        None => format!("#{address}\n"),
    };
    if let Some((_, text)) = registered.filter(|(_, text)| !text.is_empty()) {
        out.push_str(&wrapped(&text));
    }
    for name in explain::definitions(state, address)? {
        let Some(entry) = find(state, address, &name)? else { continue };
        let notes = Notes::of(&entry.metadata)?;
        let calls: Vec<String> = notes.signatures.iter().map(|params| call(&name, params)).collect();
        let head = if calls.is_empty() { name } else { calls.join("  ") };
        out.push_str(&format!("\n  {head}\n"));
        let summary = notes.summary().map_or_else(|| kind(&entry), |text| Ok(text.to_owned()))?;
        for line in wrapped(&summary).lines() {
            out.push_str(&format!("  {line}\n"));
        }
    }
    Ok(Some(out))
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
