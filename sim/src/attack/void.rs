//! A transaction that voids its block in the reference (D1): ours must not be in such a block.

use super::Story;
use crate::stage::Stage;
use crate::start;
use consensus::Defences;
use lang::{Record, Value, Vector};
use vm::transaction::{self, Transaction};

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 4], defences);
    stage.rounds(&[0, 1, 2, 3], 8);
    let origin = start::controller(1);
    let fields = [
        Value::Address(origin),
        1.into(),
        Value::Address(9),
        0.into(),
        Value::symbol("read"),
        Vector::empty().into(),
    ];
    let call = Record::new(transaction::CALL, Vector::from_values(fields)).into();
    let transfer = Transaction::transfer(start::controller(2), 1, start::controller(1), 5).value();
    stage.submit_signed(0, stage.keys.sign(&stage.list[1], &call));
    stage.submit_signed(0, stage.keys.sign(&stage.list[2], &transfer));
    story.tell("One user sends a Call transaction to peer 0, another one a transfer.");
    stage.now += 320;
    stage.tick(0);
    let holds_call = stage.peer(0).order().blocks().iter().any(|block| holds(block.ok(), &call));
    if holds_call {
        story.end(
            true,
            "The block of peer 0 holds the Call. A reference peer voids that whole block; ours does not.",
        );
    } else {
        story.end(false, "The Call is left out, and its user told why; the transfer is in the block.");
    }
}

/// Whether a signed block holds a transaction.
fn holds(block: Option<&Value>, transaction: &Value) -> bool {
    let block = block.and_then(|block| vm::block::Block::from_value(block).ok()?);
    block.is_some_and(|block| {
        block.transactions.iter().any(|signed| {
            matches!(signed, Ok(Value::Signed(signed)) if signed.value().is_ok_and(|value| value == transaction))
        })
    })
}
