//! A power cut: orders that were sent, and that no disk holds.

use super::Story;
use crate::stage::Stage;
use consensus::Defences;

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 4], defences);
    stage.rounds(&[0, 1, 2, 3], 8);
    story.tell("Four peers hold equal stakes. Peer 3 is cut off from the others.");
    stage.slow_disks = vec![1, 2];
    stage.submit(0, 0, "(transfer #13 1)");
    stage.rounds(&[0, 1, 2], 7);
    story.tell(format!(
        "Peer 0 makes a block. The disks of peers 1 and 2 are slow. {} blocks are final for peer 0.",
        stage.finality(0)
    ));
    stage.slow_disks.clear();
    stage.restart(1);
    stage.restart(2);
    story.tell(
        "Peers 1 and 2 lose power and start again with what their disks hold. They meet peer 3, not peer 0.",
    );
    stage.submit(3, 3, "(transfer #12 1)");
    stage.now += 2_000;
    stage.rounds(&[1, 2, 3], 14);
    stage.rounds(&[0, 1, 2, 3], 8);
    end(story, &stage);
}

/// Whether the story ended with a fork.
pub(super) fn end(story: &mut Story, stage: &Stage) {
    match stage.fork(&[0, 1, 2, 3]) {
        Some(position) => story.end(
            true,
            format!("They agree with peer 3 on its block. Peer 0 holds another for final at position {position}: a fork."),
        ),
        None => {
            let finals: Vec<String> = stage.finals.iter().map(|blocks| blocks.len().to_string()).collect();
            story.end(false, format!("No fork: the peers finalised {} blocks, all the same.", finals.join(", ")));
        }
    }
}
