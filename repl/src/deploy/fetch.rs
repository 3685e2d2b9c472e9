//! Parts of the state of a network, asked of a node by queries: each answer stays below what a node
//! sends.

use super::target::told;
use crate::failure::Failure;
use client::Chain;
use lang::reader::{self, Form};
use lang::{Map, Missing, Value};
use tools::deploy::plan;
use tools::deploy::stand_in::Known;
use tools::show;
use vm::Account;

/// Accounts of the network that a stand-in for its state has at most.
const MAX_KNOWN: usize = 64;
/// The first address of accounts that are made after genesis.
const FIRST_MADE: u64 = 128;
/// The longest name of a definition, in bytes of its text.
const MAX_NAME_BYTES: usize = 1_000;

/// What stands for a definition that is larger than a node sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Oversized {
    /// Nothing: what needs it fails here.
    Absent,
    /// Code that no source makes, so that it is never taken for the same.
    Different,
}

/// The next address that the network gives to an account.
///
/// # Errors
/// [`Failure::Usage`] when the node does not answer.
pub fn next_address(chain: &dyn Chain, origin: u64) -> Result<u64, Failure> {
    match ask(chain, origin, "(count (:accounts *state*))")? {
        Value::Integer(count) => u64::try_from(count).map_err(|_| no_state()),
        _ => Err(no_state()),
    }
}

/// Prices, the next address, an account, and the accounts that forms name.
///
/// # Errors
/// [`Failure::Usage`] when the node does not answer.
pub fn known(chain: &dyn Chain, account: u64, forms: &[Form]) -> Result<Known, Failure> {
    let mut wanted = vec![account];
    for form in forms {
        wanted.extend(plan::addresses(&form.value).map_err(missing)?);
    }
    wanted.sort_unstable();
    wanted.dedup();
    // The core and the standard actors are those of genesis.
    wanted.retain(|address| *address == account || *address >= FIRST_MADE);
    let mut accounts = Vec::new();
    for address in wanted.into_iter().take(MAX_KNOWN) {
        let found = self::account(chain, account, address, Oversized::Absent)?;
        accounts.extend(found.map(|found| (address, found)));
    }
    let Value::Vector(globals) = ask(chain, account, "(:globals *state*)")? else { return Err(no_state()) };
    Ok(Known { globals, next: next_address(chain, account)?, accounts })
}

/// An account of the network, whole; `None` where there is no such account. One that is too large
/// for one answer is put together of its definitions.
///
/// # Errors
/// [`Failure::Usage`] when the node does not answer.
pub fn account(
    chain: &dyn Chain,
    origin: u64,
    address: u64,
    oversized: Oversized,
) -> Result<Option<Account>, Failure> {
    match value(chain, origin, &format!("(account #{address})"))? {
        None => in_parts(chain, origin, address, oversized).map(Some),
        Some(Value::Nil) => Ok(None),
        Some(value) => Account::from_value(&value).map(Some).ok_or_else(no_state),
    }
}

fn in_parts(chain: &dyn Chain, origin: u64, address: u64, oversized: Oversized) -> Result<Account, Failure> {
    let part = |name: &str| ask(chain, origin, &format!("({name} (account #{address}))"));
    let integer = |name: &str| Ok::<_, Failure>(if let Value::Integer(n) = part(name)? { n } else { 0 });
    let key = match part(":key")? {
        Value::Blob(key) => Some(key),
        _ => None,
    };
    let parent = match part(":parent")? {
        Value::Address(parent) => Some(parent),
        _ => None,
    };
    let metadata = match part(":metadata")? {
        Value::Map(metadata) => metadata,
        _ => Map::empty(),
    };
    let (sequence, controller) = (integer(":sequence")?, part(":controller")?);
    let environment = environment(chain, origin, address, oversized)?;
    let account = Account::new(key, integer(":balance")?);
    let account = account.with_allowance(integer(":allowance")?).and_then(|account| {
        account.with_controller(controller)?.with_environment(environment)?.with_metadata(metadata)
    });
    account.and_then(|account| account.with_parent(parent)?.with_sequence(sequence)).map_err(missing)
}

/// The definitions of an account, one by one.
fn environment(chain: &dyn Chain, origin: u64, address: u64, oversized: Oversized) -> Result<Map, Failure> {
    let mut environment = Map::empty();
    let names = format!("(vec (keys (:environment (account #{address}))))");
    let Value::Vector(names) = ask(chain, origin, &names)? else { return Ok(environment) };
    for name in names.iter() {
        let name = name.map_err(missing)?;
        let text = show::brief(name, MAX_NAME_BYTES);
        let definition = match value(
            chain,
            origin,
            &format!("(get (:environment (account #{address})) '{text})"),
        )? {
            Some(value) => value,
            None if oversized == Oversized::Absent => continue,
            None => {
                show::tell(format!(
                    "`{text}` of #{address} is larger than the node sends: it counts as code that differs.\n"
                ));
                Value::native(0)
            }
        };
        environment.insert(name.clone(), definition).map_err(missing)?;
    }
    Ok(environment)
}

/// The value of a form that the node runs as a query.
fn ask(chain: &dyn Chain, origin: u64, text: &str) -> Result<Value, Failure> {
    let too_large = || Failure::Usage(format!("the node does not answer {text}: it is larger than it sends"));
    value(chain, origin, text)?.ok_or_else(too_large)
}

/// The value of a form that the node runs as a query; `None` where it is larger than the node
/// sends.
fn value(chain: &dyn Chain, origin: u64, text: &str) -> Result<Option<Value>, Failure> {
    let form = reader::read_one(text, 0).map_or(Value::Nil, |form| form.value);
    match chain.query(origin, &form).map_err(told)?.result {
        Ok(value) => Ok(Some(value)),
        Err(refusal) if refusal.code == Value::keyword("LIMIT") => Ok(None),
        Err(refusal) => Err(Failure::Usage(format!("the node does not answer {text}: {refusal}"))),
    }
}

fn missing(missing: Missing) -> Failure {
    told(missing.into())
}

fn no_state() -> Failure {
    Failure::Usage("the node does not show its state".to_owned())
}
