//! A block in the name of another (D8): who applies it believes that its author has made it, and
//! refuses earlier ones.

use super::Story;
use crate::stage::Stage;
use consensus::draft::block_value;
use consensus::{Defences, Order};
use lang::{Blob, Signed};

const UNIT: i64 = 1_000_000_000_000;

pub(super) fn play(story: &mut Story, defences: Defences) {
    let mut stage = Stage::new(&[30 * UNIT; 4], defences);
    let (honest, victim, attacker) = ([0, 1, 2], 0, 3);
    stage.rounds(&[0, 1, 2, 3], 8);
    story.tell("Four peers hold equal stakes. Peer 3 wants to silence peer 0.");
    let time = stage.now + 1_900;
    let value = block_value(time, []);
    let own = stage.keys.sign(&stage.list[attacker], &value);
    let forged = Signed::new(Some(stage.list[victim]), *own.signature(), value);
    let order = stage.peer(1).order().clone();
    let blocks = order.blocks().conj(forged.into()).expect("cells are in memory");
    let signed = stage.signed(
        attacker,
        &Order::new(stage.now, *order.points(), order.blocks().clone()).with_blocks(blocks),
    );
    honest.iter().for_each(|to| stage.hand(attacker, *to, signed.clone()));
    story.tell("It appends an empty block with the key of peer 0 and a bad signature, dated 1.9 s ahead.");
    stage.rounds(&honest, 5);
    let key = Blob::new(&stage.list[victim]);
    let peer = stage.peer(1).state().peer(&key).expect("cells are in memory");
    let moved = peer.is_some_and(|peer| peer.timestamp().is_ok_and(|stamp| stamp == time));
    if moved {
        story.end(
            true,
            "The forged block is final. Until then, every block that peer 0 really makes is void.",
        );
    } else {
        story.end(false, "The order is refused: a block in it is not signed by its author. Peer 0 goes on.");
    }
}
