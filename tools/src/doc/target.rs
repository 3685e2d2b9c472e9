//! What a user asks about: a symbol, an account, or a symbol of an account.

use super::account::{self, Account};
use super::{Article, article};
use crate::advice;
use crate::check::known::Known;
use crate::screen::Screen;
use lang::Value;
use vm::State;

/// What a name that was typed means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A symbol as an account sees it.
    Symbol(u64, String),
    /// An account.
    Account(u64),
}

/// What a name means to an account: `map`, `#64`, `#64/balance`, `convex.fungible`, `convex.fungible/balance`, or `alias/name`
/// where the account has such an alias.
///
/// # Errors
/// A sentence, when a part of the name stands for no account.
pub fn read(known: &Known, name: &str) -> Result<Target, String> {
    let (place, symbol) = match name.split_once('/') {
        Some((place, symbol)) if !place.is_empty() && !symbol.is_empty() => (place, Some(symbol)),
        _ => (name, None),
    };
    let own = known.account();
    let address = match place.strip_prefix('#').map(str::parse) {
        Some(Ok(address)) => Some(address),
        Some(Err(_)) => return Err(format!("`{place}` is not an address such as #13")),
        None => None,
    };
    let by_name = || known.resolve(place.strip_prefix('@').unwrap_or(place));
    match (symbol, address) {
        (Some(symbol), Some(address)) => Ok(Target::Symbol(address, symbol.to_owned())),
        (None, Some(address)) => Ok(Target::Account(address)),
        (Some(symbol), None) => {
            let alias = known.entry(own, place).and_then(|entry| match entry.value {
                Value::Address(address) => Some(address),
                _ => None,
            });
            match alias.or_else(by_name) {
                Some(address) => Ok(Target::Symbol(address, symbol.to_owned())),
                None => Err(nobody(known, place)),
            }
        }
        (None, None) => match known.entry(own, place) {
            None if place.contains('.') || place.starts_with('@') => match by_name() {
                Some(address) => Ok(Target::Account(address)),
                None => Err(nobody(known, place)),
            },
            _ => Ok(Target::Symbol(own, place.to_owned())),
        },
    }
}

/// A sentence on a name that stands for no account, with one that does and may have been meant.
fn nobody(known: &Known, place: &str) -> String {
    let names = known.account_names();
    let near = advice::similar(place.trim_start_matches('@'), names.iter().map(String::as_str));
    let meant = near.first().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("`{place}` stands for no account{meant}")
}

/// What is told of a name.
pub enum Answer {
    /// It is a symbol.
    Symbol(Article),
    /// It is an account.
    Account(Account),
}

impl Answer {
    /// All of it as lines of text, for an account.
    pub fn lines(&self, reader: u64, screen: Screen) -> String {
        match self {
            Answer::Symbol(article) => article.lines(reader, screen),
            Answer::Account(account) => account.lines(screen),
        }
    }
}

/// What a name that was typed is about.
///
/// # Errors
/// A sentence, when it is about nothing, with a name that may have been meant.
pub fn answer(state: &State, own: u64, name: &str) -> Result<Answer, String> {
    let known = Known::new(state.clone(), own)?;
    let missing = |_| "a part of the state is not to be had".to_owned();
    match read(&known, name)? {
        Target::Account(address) => {
            let account = account::describe(state, address).map_err(missing)?;
            account.map(Answer::Account).ok_or_else(|| format!("there is no account #{address}"))
        }
        Target::Symbol(address, symbol) => {
            if let Some(article) = article(state, address, &symbol).map_err(missing)? {
                return Ok(Answer::Symbol(article));
            }
            let names = known.names(address);
            let near = advice::similar(&symbol, names.iter().map(String::as_str));
            let meant = near.first().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Err(format!("`{symbol}` has no definition{meant}"))
        }
    }
}

/// What a name that was typed is about, as lines of text.
///
/// # Errors
/// As for [`answer`].
pub fn explain(state: &State, own: u64, name: &str, screen: Screen) -> Result<String, String> {
    Ok(answer(state, own, name)?.lines(own, screen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Colour;

    #[test]
    fn names_are_told_apart() {
        let state = stdlib::genesis().expect("the library builds");
        let known = Known::new(state.clone(), 11).expect("there is #11");
        let symbol = |address, name: &str| Ok(Target::Symbol(address, name.to_owned()));
        for (name, target) in [
            ("map", symbol(11, "map")),
            ("/", symbol(11, "/")),
            ("#64", Ok(Target::Account(64))),
            ("#64/balance", symbol(64, "balance")),
            ("convex.fungible", Ok(Target::Account(64))),
            ("@convex.fungible", Ok(Target::Account(64))),
            ("convex.fungible/balance", symbol(64, "balance")),
            ("fun/balance", symbol(64, "balance")),
            ("*registry*/lookup", symbol(9, "lookup")),
            ("nothing", symbol(11, "nothing")),
        ] {
            assert_eq!(read(&known, name), target, "{name}");
        }
        for name in ["#x", "#-1", "no.such.name", "no.such/name", "nothing/at-all"] {
            assert!(read(&known, name).is_err(), "{name}");
        }
        let explain = |name: &str| explain(&state, 11, name, Colour::Off.into());
        assert!(explain("mpa").is_err_and(|sentence| sentence.contains("`map`")));
        assert!(explain("convex.fungibel").is_err_and(|sentence| sentence.contains("`convex.fungible`")));
        assert!(explain("#64").is_ok_and(|text| text.contains("(transfer token target amount)")));
        assert!(explain("#99999").is_err());
    }
}
