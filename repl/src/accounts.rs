//! The accounts of a state, for people who choose one to act as.

use lang::Missing;
use vm::{Account, State};

/// A line for each account with coins or a history: address, coins, number of definitions.
///
/// # Errors
/// [`Missing`] when a part of the state is not to be had.
pub fn lines(state: &State, current: u64) -> Result<Vec<String>, Missing> {
    let mut lines = Vec::new();
    for address in 0..state.next_address()? {
        let Some(account) = state.account(address)? else { continue };
        let count = account.environment()?.map_or(0, |map| map.count());
        let is_idle = account.balance()? == 0 && account.sequence()? == 0 && count == 0;
        if is_idle && address != current {
            continue;
        }
        let kind = if account.is_actor()? { "actor" } else { "user" };
        let mark = if address == current { "  (you)" } else { "" };
        lines.push(format!(
            "{:>6}  {kind:<5}  {:>26} coppers  {:>4} definitions{mark}",
            format!("#{address}"),
            grouped(&account)?,
            count,
        ));
    }
    Ok(lines)
}

/// A balance with its digits in threes.
fn grouped(account: &Account) -> Result<String, Missing> {
    let digits = account.balance()?.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    Ok(out)
}
