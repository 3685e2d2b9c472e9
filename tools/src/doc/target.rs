//! What a user asks about: a symbol, an account, or a symbol of an account.

use super::account::{self, Account};
use super::{Article, article, wrapped};
use crate::check::known::Known;
use crate::language::Word;
use crate::screen::Screen;
use crate::{advice, language};
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
/// where the account has such an alias; also of an alias of another account, as in `#13/alias/name`.
///
/// # Errors
/// A sentence, when a part of the name stands for no account.
pub fn read(known: &Known, name: &str) -> Result<Target, String> {
    let own = known.account();
    if let Some((place, symbol)) = split(name) {
        return Ok(Target::Symbol(account_of(known, place)?, symbol.to_owned()));
    }
    let is_account_name = name.contains('.') || name.starts_with('@');
    match known.entry(own, name) {
        _ if name.starts_with('#') => account_of(known, name).map(Target::Account),
        None if is_account_name => account_of(known, name).map(Target::Account),
        _ => Ok(Target::Symbol(own, name.to_owned())),
    }
}

/// The account and the symbol of a path, at its last slash; a symbol may be a slash itself.
fn split(name: &str) -> Option<(&str, &str)> {
    let (last, _) = name.char_indices().next_back()?;
    let slash = name[..last].rfind('/').filter(|at| *at > 0)?;
    Some((&name[..slash], &name[slash + 1..]))
}

/// The account that the part of a path before a slash stands for.
fn account_of(known: &Known, place: &str) -> Result<u64, String> {
    if let Some(number) = place.strip_prefix('#').filter(|rest| !rest.contains('/')) {
        return number.parse().map_err(|_| format!("`{place}` is not an address such as #13"));
    }
    let (owner, alias) = match split(place) {
        Some((owner, alias)) => (account_of(known, owner)?, alias),
        None => (known.account(), place),
    };
    let address = known.entry(owner, alias).and_then(|entry| match entry.value {
        Value::Address(address) => Some(address),
        _ => None,
    });
    let by_name = || known.resolve(place.strip_prefix('@').unwrap_or(place));
    address.or_else(by_name).ok_or_else(|| nobody(known, place))
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
    /// It is a form or a mark of the language.
    Word(&'static Word),
}

impl Answer {
    /// All of it as lines of text, for an account.
    pub fn lines(&self, reader: u64, screen: Screen) -> String {
        match self {
            Answer::Symbol(article) => article.lines(reader, screen),
            Answer::Account(account) => account.lines(screen),
            Answer::Word(word) => {
                let (code, value) = word.example;
                let head = format!("{}: {}\n  {}\n", word.name, word.kind, word.usage);
                format!("{head}{}  e.g. {code}  gives {value}\n", wrapped(word.about, screen))
            }
        }
    }
}

/// What a name that was typed is about.
///
/// # Errors
/// A sentence, when it is about nothing, with a name that may have been meant.
pub fn answer(state: &State, own: u64, name: &str) -> Result<Answer, String> {
    let known = Known::new(state.clone(), own)?;
    if let Some(word) = language::word(name).filter(|_| known.entry(own, name).is_none()) {
        return Ok(Answer::Word(word));
    }
    let missing = |_| "a part of the state is not to be had".to_owned();
    match read(&known, name)? {
        Target::Account(address) => {
            let account = account::describe(state, address).map_err(missing)?;
            account.map(Answer::Account).ok_or_else(|| format!("there is no account #{address}"))
        }
        Target::Symbol(address, _) if state.has_account(address) == Ok(false) => {
            Err(format!("there is no account #{address}"))
        }
        Target::Symbol(address, symbol) => {
            if let Some(article) = article(state, address, &symbol).map_err(missing)? {
                return Ok(Answer::Symbol(article));
            }
            let instead = match address == own {
                true => language::instead(&symbol),
                false => language::instead_in(address, &symbol),
            };
            if let Some(instead) = instead {
                return Err(format!("`{symbol}` has no definition; {instead}"));
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
            ("#8//", symbol(8, "/")),
            ("#11/fun/balance", symbol(64, "balance")),
        ] {
            assert_eq!(read(&known, name), target, "{name}");
        }
        for name in ["#x", "#-1", "no.such.name", "no.such/name", "nothing/at-all"] {
            assert!(read(&known, name).is_err(), "{name}");
        }
        let explain = |account: u64, name: &str| explain(&state, account, name, Colour::Off.into());
        assert!(explain(11, "mpa").is_err_and(|sentence| sentence.contains("`map`")));
        assert!(explain(11, "convex.fungibel").is_err_and(|sentence| sentence.contains("`convex.fungible`")));
        assert!(explain(11, "#64").is_ok_and(|text| text.contains("(transfer token target amount)")));
        assert!(explain(11, "#99999").is_err());
        assert_eq!(explain(11, "#99999/f"), Err("there is no account #99999".to_owned()));
    }

    #[test]
    fn forms_and_marks_are_told() {
        let state = stdlib::genesis().expect("the library builds");
        let explain = |name: &str| explain(&state, 11, name, Colour::Off.into());
        for name in ["try", "unquote", "~", "'", "`", "~@", "@", "#", "^", "#{", "[]", "&", "nil", ";"] {
            let text = explain(name);
            assert!(text.as_ref().is_ok_and(|text| text.contains("e.g. ")), "{name}: {text:?}");
        }
        assert!(explain("sort").is_err_and(|sentence| sentence.contains("nothing sorts")));
        assert!(explain("*registry*/cns-resolve").is_err_and(|text| text.contains("`resolve`")));
    }
}
