//! `cvx deploy --verify`: does an account hold the code that a source makes?
//!
//! The source runs on a copy of the state, free of charge, as the account that deployed it, whose
//! own definitions are taken away first, so that the source stands for itself. What it makes is
//! compared with what is there.

use super::ledger::{default_path, load};
use super::target::Target;
use super::{Program, report};
use crate::cli::Deploy;
use crate::failure::Failure;
use crate::jsonl::{self, Object};
use crate::output::Output;
use files::Limit;
use lang::Map;
use lang::reader::Form;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use tools::deploy::compare::{self, Difference, Extent};
use tools::deploy::{How, Receipt, Renaming};
use tools::report::Problem;
use tools::session::{GENESIS_ACCOUNT, Session};
use tools::show;
use vm::{Account, State};

/// Coins lent to the account that runs the source here.
const LOAN: i64 = 1_000_000_000_000_000;

/// An account that the source makes, and one of the network that may hold its code.
struct Pair {
    theirs: u64,
    /// The form that makes it.
    place: String,
    differences: Vec<Difference>,
}

/// What the source makes here.
struct Made {
    /// The account that ran it.
    account: u64,
    /// Accounts with the place of the form that makes each.
    accounts: Vec<(u64, String)>,
    state: State,
}

/// Compares the code of an account, or of those of the receipt, with what the files make.
///
/// # Errors
/// [`Failure::Program`] when the code differs.
pub fn verify(target: &Target, request: &Deploy, address: Option<u64>, limit: Limit) -> Result<(), Failure> {
    let output = Output::of(request.json);
    if target.chain().is_none() {
        return Err(Failure::Usage("--verify compares with a network: name it with --connect".to_owned()));
    }
    let receipt = receipt(target, request, address, limit)?;
    let known = request.account.map(|account| account.0).or(receipt.as_ref().map(|receipt| receipt.account));
    let account = known.unwrap_or(GENESIS_ACCOUNT);
    let mut reader = Session::new(target.genesis()?, GENESIS_ACCOUNT).map_err(Failure::Usage)?;
    let program = Program::read(&mut reader, request, output, limit)?;
    let seen = target.state(account, &program.forms)?;
    let made = make(&mut reader, &seen.state, account, &program.forms, output)?;
    let pairs = match (address, &receipt) {
        (Some(address), _) => vec![(None, address)],
        (None, Some(receipt)) => {
            let theirs = receipt.accounts();
            if theirs.len() != made.accounts.len() {
                return Err(Failure::Usage(format!(
                    "the source makes {} accounts, the receipt tells of {}: verify them \
                     one by one with --verify ADDRESS",
                    made.accounts.len(),
                    theirs.len()
                )));
            }
            made.accounts.iter().map(|(ours, _)| Some(*ours)).zip(theirs).collect()
        }
        (None, None) => Vec::new(),
    };
    let mut renaming = made.renaming();
    if known.is_some() {
        renaming.bind(account, account);
    }
    let (pairs, renaming) = judge(target, &made, pairs, renaming)?;
    answer(&program, &made, &pairs, &renaming, output)
}

/// The receipt, where it is asked for.
fn receipt(
    target: &Target,
    request: &Deploy,
    address: Option<u64>,
    limit: Limit,
) -> Result<Option<Receipt>, Failure> {
    let path = match (&request.receipt, address) {
        (Some(path), _) => path.clone(),
        (None, Some(_)) => return Ok(None),
        (None, None) => default_path(&request.files[0]),
    };
    let shown = show::path(&path);
    let Some(receipt) = load(&path, limit)? else {
        return Err(Failure::Usage(format!(
            "there is no receipt {shown}: name it with --receipt, or the account with --verify ADDRESS"
        )));
    };
    if Some(receipt.network) != target.network {
        return Err(Failure::Usage(format!("{shown} is the receipt of another network")));
    }
    if receipt.accounts().is_empty() && address.is_none() {
        return Err(Failure::Usage(format!(
            "{shown} tells of no account that was made: name one with --verify ADDRESS"
        )));
    }
    Ok(Some(receipt))
}

impl Made {
    fn renaming(&self) -> Renaming {
        let accounts = self.accounts.iter().map(|(address, _)| *address);
        Renaming::of(accounts.chain([self.account]))
    }

    fn get(&self, address: u64) -> Result<Account, Failure> {
        let account = self.state.account(address).map_err(|missing| Failure::Usage(missing.to_string()))?;
        account.ok_or_else(|| Failure::Usage(format!("there is no account #{address} here")))
    }
}

/// Runs the source: without what the account defines on the network, else, where it needs that,
/// with it.
fn make(
    session: &mut Session,
    state: &State,
    account: u64,
    forms: &[Form],
    output: Output,
) -> Result<Made, Failure> {
    let missing = |missing: lang::Missing| Failure::Usage(missing.to_string());
    let with = |change: &dyn Fn(Account) -> Result<Account, lang::Missing>| {
        let Some(found) = state.account(account)? else { return Ok(state.clone()) };
        let lent = found.with_balance(found.balance()?.saturating_add(LOAN))?;
        state.with_account(account, &change(lent)?)
    };
    let alone = with(&|account| account.with_environment(Map::empty())?.with_metadata(Map::empty()));
    let mut first = None;
    for base in [alone.map_err(missing)?, with(&Ok).map_err(missing)?] {
        session.follow(&base).map_err(missing)?;
        session.act_as(account);
        match run(session, account, forms) {
            Ok(made) => return Ok(made),
            Err(problem) => first = first.or(Some(problem)),
        }
    }
    if let Some(problem) = first {
        output.problem(&problem, session.sources())?;
    }
    Err(Failure::Program)
}

fn run(session: &mut Session, account: u64, forms: &[Form]) -> Result<Made, Box<Problem>> {
    let mut accounts = Vec::new();
    for form in forms {
        let next = session.state().next_address().unwrap_or(0);
        session.run(form).result?;
        let place = session.sources().describe(form.span).unwrap_or_default();
        let end = session.state().next_address().unwrap_or(next);
        accounts.extend((next..end).map(|address| (address, place.clone())));
    }
    Ok(Made { account, accounts, state: session.state().clone() })
}

/// Compares pairs of accounts, and those that their code leads to. Where it is not said which
/// account ours is, the one that differs least is taken.
fn judge(
    target: &Target,
    made: &Made,
    pairs: Vec<(Option<u64>, u64)>,
    renaming: Renaming,
) -> Result<(Vec<Pair>, Renaming), Failure> {
    let mut known = Vec::new();
    for (ours, theirs) in pairs {
        match ours {
            Some(ours) => known.push((ours, theirs)),
            None => {
                let candidates = match theirs == made.account {
                    true => vec![made.account],
                    false => made.accounts.iter().map(|(address, _)| *address).collect(),
                };
                if candidates.is_empty() {
                    return Err(Failure::Usage(format!(
                        "the source makes no account; what it defines in its own account is \
                         compared with --verify #{} --as #{}",
                        theirs, theirs
                    )));
                }
                let mut best: Option<(usize, Vec<Pair>, Renaming)> = None;
                for ours in candidates {
                    let (pairs, renaming) = follow(target, made, vec![(ours, theirs)], renaming.clone())?;
                    let count = |pair: &Pair| pair.differences.iter().filter(|d| d.is_code).count();
                    let worth = pairs.iter().map(count).sum();
                    if best.as_ref().is_none_or(|(least, ..)| worth < *least) {
                        best = Some((worth, pairs, renaming));
                    }
                }
                if let Some((_, pairs, renaming)) = best {
                    return Ok((pairs, renaming));
                }
            }
        }
    }
    follow(target, made, known, renaming)
}

/// Compares pairs, and all further accounts of ours of which their code tells what they are there.
fn follow(
    target: &Target,
    made: &Made,
    pairs: Vec<(u64, u64)>,
    mut renaming: Renaming,
) -> Result<(Vec<Pair>, Renaming), Failure> {
    let missing = |missing: lang::Missing| Failure::Usage(missing.to_string());
    for (ours, theirs) in &pairs {
        renaming.bind(*ours, *theirs);
    }
    let (mut open, mut found) = (VecDeque::from(pairs), Vec::<(u64, u64, Account)>::new());
    while let Some((ours, theirs)) = open.pop_front() {
        if found.iter().any(|(known, ..)| *known == ours) {
            continue;
        }
        let Some(account) = target.account(made.account, theirs)? else {
            return Err(Failure::Usage(format!("there is no account #{theirs} on {}", target.node)));
        };
        compare::learn(&made.get(ours)?, &account, &mut renaming).map_err(missing)?;
        found.push((ours, theirs, account));
        // The account that deployed it may hold anything else by now: it is compared where it is
        // asked for.
        open.extend(renaming.pairs().filter(|(ours, _)| *ours != made.account));
    }
    let mut pairs = Vec::new();
    for (ours, theirs, account) in found {
        let extent = if ours == made.account { Extent::Ours } else { Extent::Whole };
        let differences = compare::compare(&made.get(ours)?, &account, &renaming, extent).map_err(missing)?;
        let place = made.accounts.iter().find(|(address, _)| *address == ours);
        let place = place.map_or_else(String::new, |(_, place)| place.clone());
        pairs.push(Pair { theirs, place, differences });
    }
    Ok((pairs, renaming))
}

impl Pair {
    fn is_equal(&self) -> bool {
        !self.differences.iter().any(|difference| difference.is_code)
    }

    fn to_json(&self) -> Json {
        let list = |is_code: bool| -> Json {
            let some = self.differences.iter().filter(|difference| difference.is_code == is_code);
            some.map(|difference| json!({"name": difference.name, "how": difference.how.name()})).collect()
        };
        json!({
            "account": self.theirs,
            "made_by": self.place,
            "equal": self.is_equal(),
            "code": list(true),
            "state": list(false),
        })
    }

    fn text(&self, source: &str) -> String {
        let by = if self.place.is_empty() { source } else { self.place.as_str() };
        let verdict = if self.is_equal() { "equals" } else { "differs from" };
        let mut out = format!("The code of #{} {verdict} what {by} makes.\n", self.theirs);
        for how in [How::Different, How::OnlyHere, How::OnlyThere] {
            for (is_code, what) in [(true, "code"), (false, "state")] {
                let names: Vec<&str> = self
                    .differences
                    .iter()
                    .filter(|difference| difference.how == how && difference.is_code == is_code)
                    .map(|difference| difference.name.as_str())
                    .collect();
                if !names.is_empty() {
                    out.push_str(&format!("  {what}, {}: {}\n", how.name(), names.join(", ")));
                }
            }
        }
        out
    }
}

fn answer(
    program: &Program,
    made: &Made,
    pairs: &[Pair],
    renaming: &Renaming,
    output: Output,
) -> Result<(), Failure> {
    let is_equal = pairs.iter().all(Pair::is_equal);
    let renamed: Vec<(u64, u64)> = renaming.pairs().filter(|(ours, theirs)| ours != theirs).collect();
    if output == Output::Json {
        let renamed: Object =
            renamed.iter().map(|(ours, theirs)| (format!("#{ours}"), json!(format!("#{theirs}")))).collect();
        jsonl::print(&Object::from_iter([
            ("equal".to_owned(), is_equal.into()),
            ("accounts".to_owned(), pairs.iter().map(Pair::to_json).collect()),
            ("renamed".to_owned(), renamed.into()),
        ]))?;
    } else {
        let names = program.names();
        let mut out: String = pairs.iter().map(|pair| pair.text(&names)).collect();
        for (ours, theirs) in &renamed {
            match *ours == made.account {
                true => out.push_str(&format!(
                    "  #{theirs} stands there where the account that deploys stands in the source: is it \
                     the right one? --as #{theirs} says so.\n"
                )),
                false => {
                    out.push_str(&format!("  #{theirs} there is {} here.\n", report::addresses([*ours])))
                }
            }
        }
        show::say(out)?;
    }
    if is_equal { Ok(()) } else { Err(Failure::Program) }
}
