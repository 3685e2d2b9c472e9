//! Two accounts, definition by definition: does one hold the code of the other?
//!
//! Code is what decides what an account does: functions and ops at any depth, metadata
//! (`:callable`, expanders, documents), and the account behind whose definitions it stands. Other
//! values are state, which changes as the account is used.

use super::{Renaming, parts};
use lang::{Map, Missing, Value};
use std::collections::{BTreeSet, HashSet};
use vm::Account;

/// How a definition differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum How {
    /// Both have it, and it is not the same.
    Different,
    /// Only the source makes it.
    OnlyHere,
    /// Only the account has it.
    OnlyThere,
}

impl How {
    /// The name in reports and data.
    pub fn name(self) -> &'static str {
        match self {
            How::Different => "different",
            How::OnlyHere => "only here",
            How::OnlyThere => "only there",
        }
    }
}

/// A definition, or a part of the account such as its controller, that is not the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Difference {
    /// Its name.
    pub name: String,
    /// In which way.
    pub how: How,
    /// Whether it is code; else it is state.
    pub is_code: bool,
}

/// What is compared of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What ours defines; theirs may define more.
    Ours,
}

/// Learns from the definitions of two accounts what own addresses stand for: from code first, then
/// from all else.
///
/// # Errors
/// [`Missing`] when a part of an account is not available.
pub fn learn(ours: &Account, theirs: &Account, renaming: &mut Renaming) -> Result<(), Missing> {
    let (here, there) = (definitions(ours)?, definitions(theirs)?);
    for wants_code in [true, false] {
        for entry in here.iter() {
            let (name, value) = entry?;
            if let Some(other) = there.get(name)?
                && parts::has_code(value)? == wants_code
            {
                renaming.learn(value, other)?;
            }
        }
        renaming.learn(&metadata(ours)?.into(), &metadata(theirs)?.into())?;
    }
    renaming.learn(ours.controller()?, theirs.controller()?)
}

/// In what an account there differs from one here, when the addresses here are those that they
/// stand for.
///
/// # Errors
/// [`Missing`] when a part of an account is not available.
pub fn compare(
    ours: &Account,
    theirs: &Account,
    renaming: &Renaming,
    extent: Extent,
) -> Result<Vec<Difference>, Missing> {
    let mut differences = BTreeSet::new();
    let (here, there) = (definitions(ours)?, definitions(theirs)?);
    let (our_metadata, their_metadata) = (metadata(ours)?, metadata(theirs)?);
    let mut names: HashSet<Value> = HashSet::new();
    for map in [&here, &our_metadata, &there, &their_metadata] {
        if extent == Extent::Ours && std::ptr::eq(map, &there) {
            break;
        }
        for name in map.keys() {
            names.insert(name?.clone());
        }
    }
    for name in &names {
        let (value, other) = (here.get(name)?, there.get(name)?);
        let has_same_metadata = is_same(our_metadata.get(name)?, their_metadata.get(name)?, renaming)?;
        if has_same_metadata && is_same(value, other, renaming)? {
            continue;
        }
        let how = match (value, other) {
            (Some(_), None) => How::OnlyHere,
            (None, Some(_)) => How::OnlyThere,
            _ => How::Different,
        };
        let has_code = |value: Option<&Value>| value.map_or(Ok(false), parts::has_code);
        // Where a definition is on one side alone, its metadata is too.
        let is_code = how == How::Different && !has_same_metadata || has_code(value)? || has_code(other)?;
        differences.insert(Difference { name: crate::show::brief(name, MAX_NAME_BYTES), how, is_code });
    }
    if extent == Extent::Whole {
        let mut add = |name: &str, is_same: bool, is_code: bool| {
            if !is_same {
                differences.insert(Difference { name: name.to_owned(), how: How::Different, is_code });
            }
        };
        let parent =
            |account: &Account| Ok::<_, Missing>(account.parent()?.map_or(Value::Nil, Value::Address));
        add("parent of the account", renaming.rename(&parent(ours)?)? == parent(theirs)?, true);
        add(
            "controller of the account",
            renaming.rename(ours.controller()?)? == *theirs.controller()?,
            false,
        );
        let key =
            |account: &Account| Ok::<_, Missing>(account.key()?.cloned().map_or(Value::Nil, Value::Blob));
        add("key of the account", key(ours)? == key(theirs)?, false);
    }
    Ok(differences.into_iter().collect())
}

/// The longest name that is shown, in bytes.
const MAX_NAME_BYTES: usize = 300;

fn definitions(account: &Account) -> Result<Map, Missing> {
    Ok(account.environment()?.unwrap_or_else(Map::empty))
}

/// Metadata of definitions; what is empty counts as none.
fn metadata(account: &Account) -> Result<Map, Missing> {
    let mut metadata = Map::empty();
    for entry in account.metadata()?.into_iter().flat_map(Map::iter) {
        let (name, of_name) = entry?;
        if *of_name != Value::Map(Map::empty()) {
            metadata.insert_copy(name, of_name)?;
        }
    }
    Ok(metadata)
}

fn is_same(ours: Option<&Value>, theirs: Option<&Value>, renaming: &Renaming) -> Result<bool, Missing> {
    Ok(match (ours, theirs) {
        (Some(ours), Some(theirs)) => renaming.rename(ours)? == *theirs,
        (None, None) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{GENESIS_ACCOUNT, Session};

    /// The account that a form deploys, and its address.
    fn deployed(session: &mut Session, code: &str) -> (u64, Account) {
        let source = session.add_text("test", format!("(deploy '(do {code}))"));
        let form = session.read_one(source).unwrap_or_else(|errors| panic!("{code}: {errors:?}"));
        match session.run(&form).result {
            Ok(Value::Address(address)) => {
                let account = session.state().account(address).expect("all is here");
                (address, account.expect("it was made"))
            }
            other => panic!("{code}: {:?}", other.err().map(|problem| problem.message)),
        }
    }

    #[test]
    fn code_and_state_are_told_apart() {
        let ours = "(def owner *caller*) (def sum 0) (defn ^:callable add [n] (def sum (+ sum n)))";
        for (theirs, expected) in [
            (ours, ""),
            (
                "(def owner #14) (def sum 7) (defn ^:callable add [n] (def sum (+ sum n)))",
                "owner: different state, sum: different state",
            ),
            (
                "(def owner *caller*) (def sum 0) (defn ^:callable add [n] (def sum (- sum n)))",
                "add: different code",
            ),
            ("(def owner *caller*) (def sum 0) (defn add [n] (def sum (+ sum n)))", "add: different code"),
            (
                "(def sum 0) (defn ^:callable add [n] (def sum (+ sum n))) (defn take [] 1) (def more 1)",
                "more: only there state, owner: only here state, take: only there code",
            ),
            (
                "(def owner *caller*) (def sum {:f inc}) (defn ^:callable add [n] (def sum (+ sum n)))",
                "sum: different code",
            ),
            (
                "(def owner *caller*) (def sum 0) (defn ^:callable add [n] (def sum (+ sum n))) \
                 (set-controller #14)",
                "controller of the account: different state",
            ),
            (
                "(def owner *caller*) (def sum 0) (defn ^:callable add [n] (def sum (+ sum n))) \
                 (set-parent #14)",
                "parent of the account: different code",
            ),
        ] {
            let mut session = Session::new(stdlib::genesis().expect("the library builds"), GENESIS_ACCOUNT)
                .expect("there is such an account");
            let (here, our_account) = deployed(&mut session, ours);
            let (there, their_account) = deployed(&mut session, theirs);
            let mut renaming = Renaming::of([here, GENESIS_ACCOUNT]);
            assert!(renaming.bind(here, there) && renaming.bind(GENESIS_ACCOUNT, GENESIS_ACCOUNT));
            learn(&our_account, &their_account, &mut renaming).expect("all is here");
            let differences =
                compare(&our_account, &their_account, &renaming, Extent::Whole).expect("all is here");
            let told: Vec<String> = differences
                .iter()
                .map(|difference| {
                    let what = if difference.is_code { "code" } else { "state" };
                    format!("{}: {} {what}", difference.name, difference.how.name())
                })
                .collect();
            assert_eq!(told.join(", "), expected, "{theirs}");
        }
    }
}
