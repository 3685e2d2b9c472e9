//! Two faces: a peer in consensus on two blocks at one position.

use super::Story;
use crate::stage::Stage;
use consensus::action::Report;
use consensus::{Defences, Order};

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 4], defences);
    let attacker = 3;
    stage.rounds(&[0, 1, 2, 3], 8);
    for (time, to) in [(1, 0), (2, 1)] {
        let block = stage.block(attacker, stage.now + time, Vec::new());
        let blocks = stage.peer(0).order().blocks().conj(block).expect("cells are in memory");
        let count = blocks.count() as i64;
        let order = Order::new(stage.now + time, [count, count, count, count - 1], blocks);
        let signed = stage.signed(attacker, &order);
        stage.hand(attacker, to, signed);
    }
    story.tell("Peer 3 tells peer 0 that it is in consensus on one block, and peer 1 that it is on another.");
    stage.rounds(&[0, 1, 2], 4);
    let proofs = stage.reports.iter().filter(|(_, report)| matches!(report, Report::Equivocation(_))).count();
    if proofs == 0 {
        story.end(true, "The honest peers talk to each other, and notice nothing.");
    } else {
        story.end(
            false,
            format!("{proofs} honest peers hold both orders with their signatures: a proof that anybody can check."),
        );
    }
}
