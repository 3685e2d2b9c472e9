//! A block dated far ahead (D7): it moves the time of the state, and with it the decay of
//! everybody's weight.

use super::Story;
use crate::stage::Stage;
use consensus::{Defences, Order};

const UNIT: i64 = 1_000_000_000_000;
const AHEAD_MS: i64 = 40 * 60_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[38 * UNIT, 38 * UNIT, 38 * UNIT, 38 * UNIT, 8 * UNIT], defences);
    let (honest, everybody) = ([0, 1, 2, 3], [0, 1, 2, 3, 4]);
    stage.rounds(&everybody, 8);
    story.tell(format!(
        "Four honest peers hold 95% of the stake, the attacker 5%. All have made a block, and {} blocks are final.",
        stage.finality(0)
    ));
    let block = stage.block(4, stage.now + AHEAD_MS, Vec::new());
    let order = stage.peer(0).order().clone();
    let blocks = order.blocks().conj(block).expect("cells are in memory");
    let signed =
        stage.signed(4, &Order::new(stage.now, *order.points(), order.blocks().clone()).with_blocks(blocks));
    honest.iter().for_each(|to| stage.hand(4, *to, signed.clone()));
    story.tell("The attacker appends a block dated 40 minutes ahead, and sends its order to all.");
    stage.rounds(&honest, 8);
    let weight = stage.weight(0, 4);
    let held = format!("the attacker's order now has {weight:.0}% of the weight");
    if weight > 50.0 {
        story.end(true, format!("The block is final. All others seem to be idle, and decay: {held}."));
    } else {
        let later = stage.peer(0).order().blocks().count() as i64 - stage.finality(0);
        story.end(
            false,
            format!(
                "The block waits behind the others ({later} not final) until the clocks come near it: {held}."
            ),
        );
    }
}
