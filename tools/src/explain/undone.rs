//! What had been done when an error happened, of which nothing remains.

use super::names::symbol_text;
use super::{Scene, is_same};
use lang::{Map, Missing, Value};
use vm::ending::Error;
use vm::{Account, State};

/// So many changes are told; the rest is counted.
const MAX_CHANGES: usize = 6;

impl Scene<'_> {
    /// The changes in words, empty when there were none.
    pub(super) fn undone(&self, error: &Error) -> Result<Vec<String>, Missing> {
        let Some(state) = &error.state else { return Ok(Vec::new()) };
        let mut changes = changes(self.state, state, self.account)?;
        let rest = changes.len().saturating_sub(MAX_CHANGES);
        if rest > 0 {
            changes.truncate(MAX_CHANGES);
            changes.push(format!("{rest} more changes"));
        }
        Ok(changes)
    }
}

/// What changed from one state to a later one, told to one of its accounts.
fn changes(before: &State, after: &State, me: u64) -> Result<Vec<String>, Missing> {
    let (old, new) = (before.accounts()?, after.accounts()?);
    let mut changes = Vec::new();
    for (address, value) in (0u64..).zip(new.iter()) {
        let value = value?;
        match old.get(address)? {
            Some(old) if is_same(old, value)? => {}
            Some(old) => changes.extend(account_changes(address, old, value, me)?),
            None => changes.push(format!("the new account #{address}")),
        }
    }
    Ok(changes)
}

fn account_changes(address: u64, old: &Value, new: &Value, me: u64) -> Result<Vec<String>, Missing> {
    let (Some(old), Some(new)) = (Account::from_value(old), Account::from_value(new)) else {
        return Ok(Vec::new());
    };
    let place = if address == me { String::new() } else { format!(" in #{address}") };
    let mut changes: Vec<String> =
        defined(&old, &new)?.into_iter().map(|name| format!("the definition of `{name}`{place}")).collect();
    let coins = new.balance()? - old.balance()?;
    if coins != 0 {
        changes.push(format!("{coins:+} coppers of #{address}"));
    }
    let key = |account: &Account| Ok::<_, Missing>(account.key()?.map(|key| Value::Blob(key.clone())));
    let holdings =
        |account: &Account| Ok::<_, Missing>(account.holdings()?.map(|held| Value::Index(held.clone())));
    if key(&old)? != key(&new)? || old.controller()? != new.controller()? {
        changes.push(format!("who controls #{address}"));
    }
    if holdings(&old)? != holdings(&new)? {
        changes.push(format!("holdings of #{address}"));
    }
    if old.allowance()? != new.allowance()? {
        changes.push(format!("memory of #{address}"));
    }
    Ok(changes)
}

/// The names that were defined, or defined anew.
fn defined(old: &Account, new: &Account) -> Result<Vec<String>, Missing> {
    let (old, new) = (old.environment()?, new.environment()?);
    let (old, new) = (old.unwrap_or_else(Map::empty), new.unwrap_or_else(Map::empty));
    let mut names = Vec::new();
    for entry in new.iter() {
        let (symbol, value) = entry?;
        let is_kept = match old.get(symbol)? {
            Some(kept) => is_same(kept, value)? || kept == value,
            None => false,
        };
        // A name without a value is a declaration that a macro made.
        if let (Value::Symbol(symbol), false, false) = (symbol, is_kept, value.is_nil()) {
            names.push(symbol_text(symbol));
        }
    }
    names.sort();
    Ok(names)
}
