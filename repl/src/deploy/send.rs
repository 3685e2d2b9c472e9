//! The transactions, one after the other, each final before the next.

use super::ledger::{self, Ledger};
use super::target::Target;
use super::{Program, report, stopped};
use crate::failure::Failure;
use crate::output::Output;
use client::{Answer, Trouble};
use lang::Value;
use lang::reader::Form;
use std::io::{IsTerminal, stderr};
use tools::deploy::compare::{self, Extent};
use tools::deploy::{Plan, Renaming, Sent, Status, Step};
use tools::session::Session;
use tools::show;

/// Sends the forms of a plan. Stops at the first that fails.
///
/// # Errors
/// [`Failure`]; what was done is in the receipt.
pub fn send(
    target: &Target,
    session: &mut Session,
    program: &Program,
    plan: &Plan,
    ledger: &mut Ledger,
    output: Output,
) -> Result<(), Failure> {
    let total = program.forms.len();
    if output == Output::Text {
        show::say("\n")?;
    }
    for step in &plan.steps {
        let Some(form) = program.forms.get(step.form - 1) else { continue };
        if output == Output::Text && stderr().is_terminal() {
            show::tell(format!("form {} of {total}: {} …\n", step.form, step.place));
        }
        let sent = match one(target, plan.account, step, form, ledger) {
            // What was asked of the node beside the transaction was not answered.
            Err(Failure::Usage(why)) => {
                return stop(ledger, step, total, &format!("was not finished: {why}"), output);
            }
            sent => sent?,
        };
        match sent {
            Ok(answer) => {
                if let Err(refusal) = &answer.result {
                    let (code, message) = (refusal.code.clone(), refusal.message.clone());
                    let problem = session.failed_elsewhere(form, code, message, &refusal.trace);
                    output.problem(&problem, session.sources())?;
                    return stop(ledger, step, total, "failed", output);
                }
                if output == Output::Text {
                    show::say(line(ledger))?;
                }
            }
            Err(trouble) => {
                return stop(ledger, step, total, &format!("was not finished: {trouble}"), output);
            }
        }
    }
    Ok(())
}

fn stop(ledger: &Ledger, step: &Step, total: usize, what: &str, output: Output) -> Result<(), Failure> {
    let left = report::left(&ledger.receipt, ledger.place().as_deref());
    stopped(output, format!("form {} of {total} {what}; {left}", step.form))
}

/// Sends one form. The receipt knows its hash before it is on its way.
fn one(
    target: &Target,
    account: u64,
    step: &Step,
    form: &Form,
    ledger: &mut Ledger,
) -> Result<Result<Answer, Trouble>, Failure> {
    let Some(chain) = target.chain() else { return Err(Failure::Usage("there is no network".to_owned())) };
    let author = target.author(account)?;
    let first = target.next_address(account)?;
    let signed = author.invoke(&form.value);
    let id = Value::Signed(signed.clone()).hash();
    ledger.receipt.transactions.push(Sent {
        form: step.form,
        place: step.place.clone(),
        hash: id,
        sequence: author.sequence,
        status: Status::Unknown,
        position: None,
        juice: None,
        fees: None,
        memory: None,
        value: None,
        // Those that it should make, for whoever finds it by its hash later.
        accounts: (first..).take(step.accounts.len()).collect(),
    });
    ledger.write()?;
    let answer = match chain.transact(&signed) {
        // Its number may be taken by itself: a copy that was sent before may have come first.
        Ok(answer) if answer.failed_with("SEQUENCE") => chain.find(&id).ok().flatten().unwrap_or(answer),
        Ok(answer) => answer,
        Err(trouble) => {
            let was_not_sent =
                matches!(trouble, Trouble::Unreachable { .. } | Trouble::Busy(_) | Trouble::Unusable(_));
            if was_not_sent {
                ledger.receipt.transactions.pop();
                ledger.write()?;
            }
            return Ok(Err(trouble));
        }
    };
    let accounts = match answer.result.is_ok() {
        true => made(target, account, first, step),
        false => Ok(Vec::new()),
    };
    if let Some(sent) = ledger.receipt.transactions.last_mut() {
        ledger::settle(sent, &answer);
        sent.accounts = accounts.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
    }
    ledger.write()?;
    accounts.map(|_| Ok(answer))
}

/// The accounts that a form made: those that are new, or, where others made accounts at the same
/// time, those that hold what the rehearsal made.
fn made(target: &Target, account: u64, first: u64, step: &Step) -> Result<Vec<u64>, Failure> {
    let new = first..target.next_address(account)?;
    if step.accounts.is_empty() && step.basis != tools::deploy::Basis::Node {
        return Ok(Vec::new());
    }
    if new.end - new.start == step.accounts.len() as u64 || step.accounts.is_empty() {
        return Ok(new.collect());
    }
    let mut made = Vec::new();
    let mut left: Vec<u64> = new.collect();
    for (planned, ours) in &step.accounts {
        for (place, address) in left.iter().enumerate() {
            let Some(theirs) = target.account(account, *address)? else { continue };
            let mut renaming = Renaming::of(step.accounts.iter().map(|(address, _)| *address));
            renaming.bind(*planned, *address);
            let is_same = compare::learn(ours, &theirs, &mut renaming)
                .and_then(|()| compare::compare(ours, &theirs, &renaming, Extent::Whole))
                .is_ok_and(|differences| differences.is_empty());
            if is_same {
                made.push(*address);
                left.drain(..=place);
                break;
            }
        }
    }
    Ok(made)
}

/// What came of the last transaction, on a line.
fn line(ledger: &Ledger) -> String {
    let Some(sent) = ledger.receipt.transactions.last() else { return String::new() };
    let block = sent.position.map(|(block, _)| format!(" in block {block}")).unwrap_or_default();
    let fees = sent.fees.map(|fees| format!(", {} coppers", report::grouped(fees))).unwrap_or_default();
    let made = report::addresses(sent.accounts.iter().copied());
    let made = if made.is_empty() { made } else { format!(", made {made}") };
    format!("{}  final{block}{fees}{made}  0x{}\n", sent.place, sent.hash)
}
