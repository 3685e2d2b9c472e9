//! A clock that jumps: what an attacker does on purpose, an honest peer may do by accident.

use super::Story;
use crate::stage::Stage;
use consensus::Defences;

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 5], defences);
    let everybody = [0, 1, 2, 3, 4];
    stage.rounds(&everybody, 8);
    stage.clocks[4] = 3_600_000;
    stage.submit(4, 4, "(transfer #13 1)");
    story.tell(
        "The clock of peer 4, one of five, jumps an hour ahead. It takes in a transaction and makes a block.",
    );
    stage.rounds(&everybody, 2);
    stage.clocks[4] = 0;
    let before = stage.finality(0);
    story.tell("The clock is set right again.");
    stage.submit(0, 0, "(transfer #13 1)");
    stage.rounds(&everybody, 10);
    let (weight, after) = (stage.weight(0, 4), stage.finality(0));
    if weight > 50.0 {
        story.end(
            true,
            format!("The block is final, and the weight of all others decays: peer 4 has {weight:.0}%."),
        );
    } else {
        story.end(
            false,
            format!("The others go on ({before} blocks final, then {after}); peer 4 has {weight:.0}% of the weight."),
        );
    }
}
