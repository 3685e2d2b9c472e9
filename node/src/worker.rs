//! What a peer has executed and simulated, away from the loop that votes.

use crate::cells::Archive;
use crate::counters::Counters;
use crate::executions::{Executed, Executions, after};
use crate::ledger::FinalBlock;
use crate::node::Shared;
use crate::outcome::{Outcome, refusal};
use consensus::draft::{Draft, Simulated, simulate};
use consensus::{Event, Signatures, execution};
use lang::{Hash, Missing, Signed, Value, Vector};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use vm::State;
use vm::apply::{Failure, Source};
use vm::block::{self, Block};

/// A final block to be executed.
pub(crate) struct Execution {
    pub position: u64,
    pub block: Value,
    pub state: State,
}

/// Executes final blocks until there come no more.
pub(crate) struct Executor {
    pub shared: Arc<Shared>,
    pub executions: Arc<Executions>,
    pub archive: Arc<Archive>,
    /// The name of the state that the next block is executed on.
    pub name: Hash,
}

impl Executor {
    pub fn run(mut self, jobs: &Receiver<Execution>) {
        while let Ok(job) = jobs.recv() {
            let event = match self.execute(job) {
                Ok(event) => event,
                Err(reason) => Event::Failed { reason },
            };
            self.shared.inbox.done(event);
        }
    }

    fn execute(&mut self, job: Execution) -> Result<Event, String> {
        let Execution { position, block, state } = job;
        self.name = after(&self.name, &block);
        let run = || -> Executed {
            let (after, result) = execution::execute(&state, &block, self.shared.signer.as_ref())?;
            // The archive is shared by all peers as well.
            self.archive.keep(block.clone());
            self.archive.keep(after.value());
            Ok((after, result.map(Arc::new)))
        };
        let (after, result) = self.executions.get(self.name, run)?;
        let time = self.shared.clock.now();
        let block = FinalBlock::new(position, block, result, time).map_err(|missing| missing.to_string())?;
        self.finish(block, &after);
        Ok(Event::Executed { position, state: after })
    }

    /// What is final can be seen before anybody is told of it.
    fn finish(&self, block: FinalBlock, state: &State) {
        self.shared.ledger.add(block.clone(), state.clone());
        let counters = &self.shared.counters;
        Counters::add(&counters.blocks, 1);
        for (index, id) in block.ids.iter().enumerate() {
            let Some(applied) = block.result.as_ref().and_then(|result| result.results.get(index)) else {
                continue;
            };
            Counters::add(&counters.finished, 1);
            Counters::add(&counters.failed, u64::from(applied.result.is_err()));
            Counters::add(&counters.juice, applied.juice);
            let refused = || Outcome::refused(Some(*id), refusal("PEER", "The block has no results"));
            self.shared.pending.answer(id, || block.outcome(index).unwrap_or_else(refused));
        }
    }
}

/// Simulates drafts of blocks until there come no more, and tells at once who is left out.
pub(crate) fn simulate_all(shared: &Shared, drafts: &Receiver<Draft>) {
    while let Ok(draft) = drafts.recv() {
        let event = match simulate(&draft, shared.signer.as_ref()) {
            Ok(simulated) => {
                tell_left_out(shared, &draft, &simulated);
                Event::Simulated(simulated)
            }
            Err(reason) => Event::Failed { reason },
        };
        shared.inbox.done(event);
    }
}

fn tell_left_out(shared: &Shared, draft: &Draft, simulated: &Simulated) {
    for (signed, reason) in &simulated.left_out {
        let id = Value::Signed(signed.clone()).hash();
        Counters::add(&shared.counters.refused, 1);
        shared.pending.answer(&id, || {
            let failure = refusal_in_block(draft, signed, shared.signer.as_ref()).ok().flatten();
            let failure =
                failure.unwrap_or_else(|| refusal("STATE", format!("Left out of a block: {reason}")));
            Outcome::refused(Some(id), failure)
        });
    }
}

/// Why a block would refuse a transaction, if it would do so as things are.
fn refusal_in_block(
    draft: &Draft,
    signed: &Signed,
    signatures: &dyn Signatures,
) -> Result<Option<Failure>, Missing> {
    let transactions = Vector::from_values([Value::Signed(signed.clone())]);
    let block = Block { author: draft.author, timestamp: draft.timestamp, transactions };
    let Ok(result) = block::apply(&draft.state, &block, &|signed| signatures.is_good(signed)) else {
        return Ok(None);
    };
    let applied = result.results.into_iter().next().filter(|applied| applied.fees == 0);
    Ok(applied
        .and_then(|applied| applied.result.err())
        .map(|failure| Failure { source: Source::Peer, ..failure }))
}
