//! The first author (D13): all others have never made a block, so nearly all decayed weight is its own.

use super::Story;
use crate::stage::Stage;
use consensus::{Defences, Order};

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 4], defences);
    let (attacker, honest) = (0, [1, 2, 3]);
    stage.submit(attacker, attacker, "(transfer #13 1)");
    stage.rounds(&[0, 1, 2, 3], 7);
    story.tell(format!(
        "Four peers hold equal stakes. Peer 0 makes the first block. It is final, and peer 0 has {:.1}% of the weight.",
        stage.weight(1, attacker)
    ));
    for (time, to) in [(1, 1), (2, 2)] {
        let block = stage.block(attacker, stage.now + time, Vec::new());
        let blocks = stage.peer(1).order().blocks().conj(block).expect("cells are in memory");
        let final_blocks = stage.finality(1);
        let count = blocks.count() as i64;
        let order = Order::new(stage.now + time, [count, count, count, final_blocks], blocks);
        let signed = stage.signed(attacker, &order);
        stage.hand(attacker, to, signed);
    }
    story.tell("Peer 0 shows one block to peer 1 and another to peer 2, and says of each that it is in consensus on it.");
    stage.now += 320;
    for _ in 0..6 {
        stage.now += 320;
        honest.iter().for_each(|place| stage.tick(*place));
    }
    match stage.fork(&honest) {
        Some(position) => story.end(
            true,
            format!("Peers 1 and 2 each believe it at once: they finalised different blocks at position {position}."),
        ),
        None => story.end(false, "One peer of four is a quarter of the undecayed stake. Nothing is final on its word."),
    }
}
