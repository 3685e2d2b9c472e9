//! Lost stores: peers that forgot what they signed vote again.

use super::Story;
use super::power::end;
use crate::stage::Stage;
use consensus::Defences;
use consensus::peer::Record;

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 4], defences);
    stage.rounds(&[0, 1, 2, 3], 8);
    stage.submit(0, 0, "(transfer #13 1)");
    stage.rounds(&[0, 1, 2], 7);
    story.tell(format!(
        "Four peers hold equal stakes. Peers 0, 1 and 2 finalise a block of peer 0, the last of {}. Peer 3 is cut off.",
        stage.finality(0)
    ));
    stage.start(1, Record::Unknown(None));
    stage.start(2, Record::Unknown(None));
    story.tell("Peers 1 and 2 lose their stores and start anew. They meet peer 3, not peer 0.");
    stage.submit(3, 3, "(transfer #12 1)");
    stage.now += 2_000;
    stage.rounds(&[1, 2, 3], 14);
    let silent = [1, 2].iter().filter(|place| stage.peer(**place).observing().is_some()).count();
    story.tell(format!("{silent} of them observe, and sign nothing."));
    end(story, &stage);
}
