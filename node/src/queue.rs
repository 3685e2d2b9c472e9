//! The queue of transactions that clients hand in: judged many at once, then given to the peer.

use crate::counters::Counters;
use crate::intake::judge;
use crate::node::Shared;
use crate::outcome::{Outcome, refusal};
use crate::pending::Reply;
use lang::{Hash, Signed, Value};
use std::sync::mpsc::Receiver;
use std::time::Duration;
use vm::apply::Failure;

/// How many transactions are judged at once.
const BATCH: usize = 1 << 10;
/// No more are taken while so many are on their way. Fewer than consensus would drop.
pub const MAX_PENDING: usize = 20_000;
/// The room of the queue.
pub const ROOM: usize = 1 << 13;

const _: () = assert!(MAX_PENDING + BATCH <= consensus::limits::MAX_WAITING_TRANSACTIONS);

/// A signed transaction, and who waits for it.
pub(crate) struct Submission {
    pub signed: Signed,
    pub reply: Reply,
}

/// Judges what comes until the queue is closed.
pub(crate) fn run(shared: &Shared, queue: &Receiver<Submission>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        take(shared, batch);
        while shared.pending.count() >= MAX_PENDING && !shared.is_closed() {
            shared.pending.wait_below(MAX_PENDING, Duration::from_millis(100));
        }
    }
}

/// Refuses what cannot be taken; the rest goes to the peer. Signatures are verified last, and together.
fn take(shared: &Shared, batch: Vec<Submission>) {
    let (state, _) = shared.ledger.state();
    let unready = shared.unready();
    let mut candidates = Vec::with_capacity(batch.len());
    for submission in batch {
        let flaw = match &unready {
            Some(reason) => Some(refusal("STATE", reason)),
            None => match judge(&state, &submission.signed, |_| true) {
                Ok(Ok(_)) => None,
                Ok(Err(failure)) => Some(failure),
                Err(missing) => Some(refusal("MISSING", missing.to_string())),
            },
        };
        match flaw {
            Some(failure) => refuse(shared, submission, failure),
            None => candidates.push(submission),
        }
    }
    let signed: Vec<&Signed> = candidates.iter().map(|submission| &submission.signed).collect();
    let verdicts = shared.signer.verdicts();
    verdicts.judge(&signed);
    let mut taken = Vec::with_capacity(candidates.len());
    for submission in candidates {
        if !verdicts.is_good(&submission.signed) {
            let message = "The signature is not that of the account's key";
            refuse(shared, submission, refusal("SIGNATURE", message));
            continue;
        }
        Counters::add(&shared.counters.taken, 1);
        if shared.pending.add(id(&submission.signed), submission.reply) {
            taken.push(submission.signed);
        }
    }
    if !taken.is_empty() {
        shared.inbox.transactions(taken);
    }
}

fn id(signed: &Signed) -> Hash {
    Value::Signed(signed.clone()).hash()
}

fn refuse(shared: &Shared, submission: Submission, failure: Failure) {
    Counters::add(&shared.counters.refused, 1);
    (submission.reply)(Outcome::refused(Some(id(&submission.signed)), failure));
}
