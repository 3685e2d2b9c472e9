//! Attacks on a network, told as stories: each is played with a defence and without it.

mod amnesia;
mod author;
mod clock;
mod equivocation;
mod forward;
mod power;
mod solo;
mod stake;
mod void;

use consensus::{Defence, Defences};
use std::fmt;

/// An attack, or an accident that does the same.
pub struct Attack {
    /// Its name on the command line.
    pub name: &'static str,
    /// What happens, in a sentence.
    pub summary: &'static str,
    /// The defence that meets it.
    pub defence: Defence,
    /// Defences that are off in both plays, as they would hide what this one does.
    without: &'static [Defence],
    script: fn(&mut Story, Defences),
}

/// How an attack went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// What happened, a sentence each.
    pub lines: Vec<String>,
    /// Whether the attack reached what it aims at.
    pub succeeded: bool,
}

impl Story {
    fn tell(&mut self, line: impl fmt::Display) {
        self.lines.push(line.to_string());
    }

    /// The last line, and whether the attack succeeded.
    fn end(&mut self, succeeded: bool, line: impl fmt::Display) {
        self.tell(line);
        self.succeeded = succeeded;
    }
}

impl Attack {
    /// All attacks.
    pub fn all() -> &'static [Attack] {
        &ATTACKS
    }

    /// The attack with a name, `None` where there is none.
    pub fn named(name: &str) -> Option<&'static Attack> {
        ATTACKS.iter().find(|attack| attack.name == name)
    }

    /// Plays it with or without its defence.
    pub fn play(&self, is_defended: bool) -> Story {
        let all = self.without.iter().fold(Defences::all(), |all, off| all.without(*off));
        let mut story = Story::default();
        (self.script)(&mut story, if is_defended { all } else { all.without(self.defence) });
        story
    }
}

const ATTACKS: [Attack; 9] = [
    Attack {
        name: "forward-block",
        summary: "A peer with 5% of the stake dates one block 40 minutes ahead, so that the weight of all others decays.",
        defence: Defence::ForwardBlocks,
        without: &[],
        script: forward::play,
    },
    Attack {
        name: "forged-author",
        summary: "A peer makes a block in the name of another, whose next blocks are then void.",
        defence: Defence::BlockAuthors,
        without: &[],
        script: author::play,
    },
    Attack {
        name: "first-author",
        summary: "Fresh from genesis, the first author has nearly all weight, finalises alone, and shows two blocks.",
        defence: Defence::UndecayedStake,
        without: &[Defence::Heartbeat],
        script: solo::play,
    },
    Attack {
        name: "power-cut",
        summary: "Two of four peers lose power after they sent orders that their disks had not written.",
        defence: Defence::DurableOrders,
        without: &[],
        script: power::play,
    },
    Attack {
        name: "lost-stores",
        summary: "Two of four peers lose their stores, start anew, and do not know what they signed.",
        defence: Defence::Amnesia,
        without: &[],
        script: amnesia::play,
    },
    Attack {
        name: "moving-stake",
        summary: "Stake moves between two positions, and two quorums weighed by two states share nobody.",
        defence: Defence::ExactWeights,
        without: &[],
        script: stake::play,
    },
    Attack {
        name: "clock-jump",
        summary: "The clock of an honest peer jumps an hour ahead and back while it makes a block.",
        defence: Defence::ForwardBlocks,
        // With rising times, nobody would see its orders before the hour is over.
        without: &[Defence::RisingTime],
        script: clock::play,
    },
    Attack {
        name: "two-faces",
        summary: "A peer is in consensus on one block before some, and on another before others.",
        defence: Defence::EquivocationProofs,
        without: &[],
        script: equivocation::play,
    },
    Attack {
        name: "void-block",
        summary: "A user sends a transaction at which the reference voids the whole block that holds it.",
        defence: Defence::Simulation,
        without: &[],
        script: void::play,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Each story comes out as its summary says: the attack succeeds without the defence, and fails with it.
    fn assert_story(name: &str) {
        let attack = Attack::named(name).expect("the attack is in the table");
        let (open, defended) = (attack.play(false), attack.play(true));
        assert!(open.succeeded, "{name} fails without {}: {:#?}", attack.defence.name(), open.lines);
        assert!(!defended.succeeded, "{name} succeeds with {}: {:#?}", attack.defence.name(), defended.lines);
    }

    #[test]
    fn a_block_dated_ahead_takes_the_network_unless_it_waits() {
        assert_story("forward-block");
    }

    #[test]
    fn a_forged_author_is_silenced_unless_signatures_of_blocks_are_checked() {
        assert_story("forged-author");
    }

    #[test]
    fn the_first_author_forks_the_network_unless_undecayed_stake_agrees() {
        assert_story("first-author");
    }

    #[test]
    fn a_power_cut_forks_the_network_unless_orders_are_durable_before_they_are_sent() {
        assert_story("power-cut");
    }

    #[test]
    fn lost_stores_fork_the_network_unless_their_peers_observe_first() {
        assert_story("lost-stores");
    }

    #[test]
    fn moving_stake_forks_the_network_unless_each_position_has_its_own_weights() {
        assert_story("moving-stake");
    }

    #[test]
    fn a_clock_that_jumps_takes_the_network_unless_its_block_waits() {
        assert_story("clock-jump");
    }

    #[test]
    fn a_peer_with_two_faces_goes_unnoticed_unless_proofs_are_kept() {
        assert_story("two-faces");
    }

    #[test]
    fn a_transaction_voids_a_block_of_the_reference_unless_it_is_left_out() {
        assert_story("void-block");
    }

    #[test]
    fn names_are_unique() {
        for (place, attack) in Attack::all().iter().enumerate() {
            assert!(Attack::all()[..place].iter().all(|other| other.name != attack.name));
            assert!(attack.summary.ends_with('.'));
        }
    }
}
