//! All deliveries and losses among three peers: the model and the core agree in every state, and
//! nothing forks.

use sim::model::{Explored, Setting, Vote, explore};

fn check(setting: &Setting) -> Explored {
    let found = explore(setting);
    println!("{:?}: {} states, {} steps, cut: {}", setting.weights, found.states, found.steps, found.is_cut);
    if let Some(fault) = &found.fault {
        panic!("{}\n{:#?}", fault.what, fault.path);
    }
    found
}

fn vote(letters: &[u8], points: [usize; 3]) -> Vote {
    Vote { letters: letters.to_vec(), points }
}

/// States of the settings with three honest peers that are visited; there are more than half a
/// million.
const MOST: usize = 6_000;

#[test]
fn three_equal_honest_peers() {
    check(&Setting { weights: [1, 1, 1], lies: None, most: MOST });
}

#[test]
fn one_heavier_honest_peer() {
    check(&Setting { weights: [2, 1, 1], lies: None, most: MOST });
}

/// A liar that is in consensus on one block, then on the other, then on both in the wrong order:
/// every state there is.
#[test]
fn a_liar_says_two_things() {
    let lies = [vote(&[0], [1, 1, 1]), vote(&[1], [1, 1, 1]), vote(&[1, 0], [2, 2, 2])];
    for weights in [[1, 1, 1], [2, 1, 1]] {
        let found = check(&Setting { weights, lies: Some(lies.clone()), most: 100_000 });
        assert!(!found.is_cut, "every state was visited");
        assert!(found.finished > 0, "some peer finishes in some state");
    }
}

/// A liar that proposes what it does not hold, takes it back, and then claims both.
#[test]
fn a_liar_takes_back_what_it_said() {
    let lies = [vote(&[1], [1, 0, 0]), vote(&[0, 1], [1, 1, 0]), vote(&[1], [1, 1, 1])];
    let found = check(&Setting { weights: [1, 1, 1], lies: Some(lies), most: 100_000 });
    assert!(!found.is_cut, "every state was visited");
}
