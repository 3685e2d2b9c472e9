//! The names that code can use.

use crate::language::SPECIAL_FORMS;
use lang::{Missing, Symbol, Value};
use vm::State;
use vm::context::CORE;

/// The names that an account can use: its own, those of its parents, those of the core, registers and special forms.
///
/// # Errors
/// [`Missing`] when a part of the state is not to be had.
pub fn names(state: &State, account: u64) -> Result<Vec<String>, Missing> {
    let words = lang::special::SPECIAL.iter().chain(SPECIAL_FORMS);
    let mut names: Vec<String> = words.map(|name| name.to_string()).collect();
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

/// The name of a symbol as text.
pub(super) fn symbol_text(symbol: &Symbol) -> String {
    String::from_utf8_lossy(symbol.name()).into_owned()
}
