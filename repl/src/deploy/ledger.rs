//! The file of the receipt: read before anything is sent, written before and after each
//! transaction.

use super::Program;
use super::target::{Target, told};
use crate::cli::Deploy;
use crate::failure::Failure;
use client::{Answer, Chain};
use files::{Limit, Lock, read, write};
use lang::Hash;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tools::deploy::{Receipt, Sent, Status};
use tools::{session, show};

/// How long a transaction whose outcome is not known is looked for, and how often.
const SEARCH: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(200);

/// The receipt, and where it is kept.
pub struct Ledger {
    /// The receipt.
    pub receipt: Receipt,
    path: Option<PathBuf>,
    /// No other deployment works with the file meanwhile.
    _lock: Option<Lock>,
}

/// Takes a receipt for this deployment alone: two at once would send everything twice.
///
/// # Errors
/// [`Failure::Usage`] while another has it.
fn hold(path: &Path) -> Result<Lock, Failure> {
    let held = Lock::try_hold(path).map_err(|source| Failure::unwritten(path, source))?;
    held.ok_or_else(|| {
        let path = show::path(path);
        Failure::Usage(format!(
            "another deployment uses {path}: wait for it, or keep another receipt (--receipt)"
        ))
    })
}

impl Ledger {
    /// The receipt that is there, if it is of this source on this network, or a new one.
    ///
    /// # Errors
    /// [`Failure::Usage`] when it is of another one, or no receipt.
    pub fn open(
        target: &Target,
        request: &Deploy,
        program: &Program,
        limit: Limit,
    ) -> Result<Ledger, Failure> {
        let path = path(target, request)?;
        let lock = path.as_deref().map(hold).transpose()?;
        let account = request.account.map(|account| account.0);
        let new = Receipt {
            network: target.network.unwrap_or(Hash([0; 32])),
            node: target.node.clone(),
            account: account.unwrap_or(session::GENESIS_ACCOUNT),
            sources: program.sources.clone(),
            forms: program.forms.len(),
            transactions: Vec::new(),
        };
        let old = match &path {
            Some(path) if !request.force => load(path, limit)?,
            _ => None,
        };
        let (Some(old), Some(path)) = (old, &path) else {
            return Ok(Ledger { receipt: new, path, _lock: lock });
        };
        let other = |what: &str| {
            Err(Failure::Usage(format!(
                "{} is the receipt of {what}: keep another one with --receipt, or overwrite it with --force",
                show::path(path)
            )))
        };
        if old.network != new.network {
            return other("another network");
        }
        if account.is_some_and(|account| account != old.account) {
            return other(&format!("another account, #{}", old.account));
        }
        let is_same = old.sources == new.sources && old.forms == new.forms;
        if !is_same && request.from.is_none() {
            return match old.sources.iter().map(|s| &s.name).eq(new.sources.iter().map(|s| &s.name)) {
                true => other(
                    "an earlier text of this source; --from K goes on with the K-th form of the new one",
                ),
                false => other("another source"),
            };
        }
        let receipt = Receipt { account: old.account, transactions: old.transactions, ..new };
        Ok(Ledger { receipt, path: Some(path.clone()), _lock: lock })
    }

    /// The account that deploys.
    pub fn account(&self) -> u64 {
        self.receipt.account
    }

    /// The file, for people.
    pub fn place(&self) -> Option<String> {
        self.path.as_deref().map(show::path)
    }

    /// Writes the receipt.
    ///
    /// # Errors
    /// [`Failure::Io`]
    pub fn write(&self) -> Result<(), Failure> {
        match &self.path {
            Some(path) => write::replace(path, self.receipt.to_text().as_bytes())
                .map_err(|source| Failure::unwritten(path, source)),
            None => Ok(()),
        }
    }

    /// The form to begin with, from 1.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is no such form.
    pub fn first(&self, request: &Deploy) -> Result<usize, Failure> {
        let Some(from) = request.from else { return Ok(self.receipt.next()) };
        let (from, count) = (from as usize, self.receipt.forms);
        if from > count {
            return Err(Failure::Usage(format!("--from {from}: there are only {count} forms")));
        }
        let is_done = |sent: &Sent| sent.form == from && sent.status == Status::Done;
        if self.receipt.transactions.iter().any(is_done) && !request.force {
            return Err(Failure::Usage(format!(
                "--from {from}: the receipt tells that form {from} is done; --force begins anew"
            )));
        }
        Ok(from)
    }

    /// Looks up the transactions whose outcome is not known. Those that are not on the network, and
    /// cannot come to be there behind our back, are taken out.
    ///
    /// # Errors
    /// [`Failure::Usage`] when it cannot be told, or the network has begun anew.
    pub fn settle(&mut self, target: &Target) -> Result<(), Failure> {
        let Some(chain) = target.chain() else { return Ok(()) };
        if self.receipt.transactions.is_empty() {
            return Ok(());
        }
        let account = self.account();
        let place = self.place().unwrap_or_default();
        let mut kept = Vec::new();
        for mut sent in std::mem::take(&mut self.receipt.transactions) {
            if sent.status == Status::Unknown {
                match search(chain, &sent.hash)? {
                    Some(answer) => settle(&mut sent, &answer),
                    // Signed again with the same number it is the same transaction, which can be
                    // final only once.
                    None if sequence(chain, account)? < sent.sequence => continue,
                    None => {
                        return Err(Failure::Usage(format!(
                            "it is not known what came of form {} (transaction 0x{}): the node no longer \
                             tells, and #{account} has made transactions since; look at what is there, then go on \
                             with --from, or anew with --force",
                            sent.form, sent.hash
                        )));
                    }
                }
            }
            kept.push(sent);
        }
        let is_there = sequence(chain, account)? >= max_sequence(&kept);
        self.receipt.transactions = kept;
        if !is_there {
            return Err(Failure::Usage(format!(
                "what {place} tells is not on this network, which has begun anew: --force deploys again"
            )));
        }
        self.write()
    }
}

/// The highest number of a transaction that is in a block; 0 where there is none.
fn max_sequence(sent: &[Sent]) -> i64 {
    sent.iter().filter(|sent| sent.position.is_some()).map(|sent| sent.sequence).max().unwrap_or(0)
}

/// Notes in an entry what came of its transaction.
pub fn settle(sent: &mut Sent, answer: &Answer) {
    const MAX_VALUE_BYTES: usize = 1_000;
    sent.status = if answer.result.is_ok() { Status::Done } else { Status::Failed };
    if answer.result.is_err() {
        sent.accounts.clear();
    }
    sent.position = answer.place;
    sent.juice = answer.juice;
    sent.fees = answer.fees;
    // Results tell of growth alone.
    sent.memory = answer.memory;
    sent.value = Some(match &answer.result {
        Ok(value) => show::brief(value, MAX_VALUE_BYTES),
        Err(refusal) => refusal.to_string(),
    });
}

/// What came of a transaction, looked for during a while.
fn search(chain: &dyn Chain, hash: &Hash) -> Result<Option<Answer>, Failure> {
    let begun = Instant::now();
    loop {
        let found = chain.find(hash).map_err(told)?;
        if found.is_some() || begun.elapsed() >= SEARCH {
            return Ok(found);
        }
        sleep(PAUSE);
    }
}

/// How many transactions an account has made.
fn sequence(chain: &dyn Chain, account: u64) -> Result<i64, Failure> {
    Ok(chain.account(account).map_err(told)?.map_or(0, |facts| facts.sequence))
}

/// The file of the receipt; none for a plan, nor, unless it is asked for, for a network that ends
/// with this process.
fn path(target: &Target, request: &Deploy) -> Result<Option<PathBuf>, Failure> {
    if let Some(path) = &request.receipt {
        if let Some(input) = request.files.iter().find(|input| files::same::is_same(input, path)) {
            return Err(Failure::overwrites(path, input));
        }
        return Ok(Some(path.clone()));
    }
    let is_verified = request.verify.is_some();
    if target.is_embedded() || target.network.is_none() || request.dry_run && !is_verified {
        return Ok(None);
    }
    let Some(first) = request.files.first().filter(|first| first.as_path() != Path::new(read::STDIN)) else {
        return Err(Failure::Usage(
            "standard input has no place for a receipt: name one with --receipt".to_owned(),
        ));
    };
    Ok(Some(default_path(first)))
}

/// The file beside a source.
pub fn default_path(source: &Path) -> PathBuf {
    let mut name = source.as_os_str().to_owned();
    name.push(".receipt.json");
    PathBuf::from(name)
}

/// The receipt in a file; `None` where there is no such file.
///
/// # Errors
/// [`Failure::Usage`] when it cannot be read, or is none.
pub fn load(path: &Path, limit: Limit) -> Result<Option<Receipt>, Failure> {
    let text = match read::text(path, limit) {
        Ok(text) => text.text,
        Err(why) if why.is_absent() => return Ok(None),
        Err(why) => return Err(Failure::unread(path, &why)),
    };
    let receipt = Receipt::of_text(&text);
    receipt.map(Some).map_err(|why| Failure::Usage(format!("{} {why}", show::path(path))))
}
