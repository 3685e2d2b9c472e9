//! Stake that moves: two positions weighed by two states.

use super::Story;
use crate::stage::Stage;
use consensus::Defences;

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[70 * UNIT, 15 * UNIT, 15 * UNIT], defences);
    stage.rounds(&[0, 1, 2], 8);
    story.tell("Peer 0 holds 70% of the stake, peers 1 and 2 the rest. Nobody lies.");
    stage.submit(0, 0, "(set-peer-stake *key* 1000000000000)");
    stage.slow_machines = vec![0];
    stage.now += 320;
    // Alone, peer 0 comes to consensus on its block; then the others hear of it.
    for _ in 0..3 {
        stage.tick(0);
        stage.now += 20;
    }
    [1, 2].iter().for_each(|to| stage.deliver(0, *to));
    story.tell(
        "Peer 0 makes a block that takes most of its stake out. With 70% it comes to consensus on it alone.",
    );
    stage.submit(0, 1, "(transfer #12 1)");
    for _ in 0..6 {
        stage.now += 20;
        stage.tick(0);
    }
    story.tell(format!(
        "Cut off, it makes another block while the first one executes; {} blocks are final for it.",
        stage.finality(0)
    ));
    stage.submit(1, 2, "(transfer #12 1)");
    stage.rounds(&[1, 2], 10);
    story.tell(
        "Peers 1 and 2 finalise the first block, and then one of their own: they hold 97% of what is left.",
    );
    stage.finish_executions();
    stage.rounds(&[0, 1, 2], 4);
    match stage.fork(&[0, 1, 2]) {
        Some(position) => story.end(
            true,
            format!("Peer 0 has judged both blocks by the old stakes: different blocks are final at position {position}."),
        ),
        None => story.end(false, "Peer 0 judges its second block by the stakes after the first: alone it finalises nothing."),
    }
}
