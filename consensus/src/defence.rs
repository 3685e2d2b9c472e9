//! Defences: local rules around the merge, each with a name, a reason and a switch.

/// A local rule of a peer that the rule of merging does not have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Defence {
    /// Orders with blocks whose authors did not sign them are refused.
    BlockAuthors,
    /// Blocks are simulated before they are proposed.
    Simulation,
    /// No point passes a block dated ahead of the clock, and such blocks go to the end of the tail.
    ForwardBlocks,
    /// Orders dated ahead count within the window of blocks; later ones are kept aside until then.
    OrdersAside,
    /// Points of consensus and finality never go back.
    Ratchets,
    /// A proposal is kept for a second, not a tenth of one.
    SteadyProposals,
    /// Own orders carry strictly rising times.
    RisingTime,
    /// An order is sent, and counts, only when it is durable.
    DurableOrders,
    /// A peer that may have forgotten what it signed observes first.
    Amnesia,
    /// All levels need the threshold of undecayed eligible stake too.
    UndecayedStake,
    /// Finality of a position is judged by the state after exactly the blocks before it.
    ExactWeights,
    /// An idle peer makes an empty block now and then.
    Heartbeat,
    /// Proofs of equivocation are found, kept and shown.
    EquivocationProofs,
}

/// Name and reason of each defence.
struct Row {
    defence: Defence,
    name: &'static str,
    reason: &'static str,
}

const TABLE: [Row; 13] = [
    Row {
        defence: Defence::BlockAuthors,
        name: "block-authors",
        reason: "a staked peer could make blocks in the name of another, and move that peer's time",
    },
    Row {
        defence: Defence::Simulation,
        name: "simulation",
        reason: "one transaction at which the reference crashes would void a whole block of ours",
    },
    Row {
        defence: Defence::ForwardBlocks,
        name: "forward-blocks",
        reason: "one block dated far ahead makes the weight of all others decay",
    },
    Row {
        defence: Defence::OrdersAside,
        name: "orders-aside",
        reason: "a peer whose clock runs a little ahead would not be counted while it is busy",
    },
    Row {
        defence: Defence::Ratchets,
        name: "ratchets",
        reason: "a peer that goes back on consensus can help to finalise two blocks at one position",
    },
    Row {
        defence: Defence::SteadyProposals,
        name: "steady-proposals",
        reason: "a proposal given up too soon can leave two halves in consensus on two blocks, for ever",
    },
    Row {
        defence: Defence::RisingTime,
        name: "rising-time",
        reason: "of two orders with one time, others may hold either, and the newer one may never arrive",
    },
    Row {
        defence: Defence::DurableOrders,
        name: "durable-orders",
        reason: "a peer that forgets an order in a crash may sign another for the same positions",
    },
    Row {
        defence: Defence::Amnesia,
        name: "amnesia",
        reason: "a peer that lost its store does not know what it promised",
    },
    Row {
        defence: Defence::UndecayedStake,
        name: "undecayed-stake",
        reason: "after idle time, or at genesis, the first author has nearly all weight",
    },
    Row {
        defence: Defence::ExactWeights,
        name: "exact-weights",
        reason: "two quorums weighed by different states need not share a peer when stake moves between them",
    },
    Row {
        defence: Defence::Heartbeat,
        name: "heartbeat",
        reason: "the weight of a peer without blocks decays, and a network without weight stops",
    },
    Row {
        defence: Defence::EquivocationProofs,
        name: "equivocation-proofs",
        reason: "who signs two contradicting orders should be known to all",
    },
];

impl Defence {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Defence> {
        TABLE.iter().map(|row| row.defence)
    }

    /// The defence with a name, `None` where there is none.
    pub fn named(name: &str) -> Option<Defence> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.defence)
    }

    /// Its name, in lower case with hyphens.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].name
    }

    /// What happens without it, as a clause.
    pub fn reason(self) -> &'static str {
        TABLE[self as usize].reason
    }
}

/// Which defences are on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defences(u16);

impl Default for Defences {
    fn default() -> Defences {
        Defences::all()
    }
}

impl Defences {
    /// All of them: what a peer should use.
    pub fn all() -> Defences {
        Defence::all().fold(Defences::none(), Defences::with)
    }

    /// None of them, as the reference has it.
    pub fn none() -> Defences {
        Defences(0)
    }

    /// With one more.
    pub fn with(self, defence: Defence) -> Defences {
        Defences(self.0 | 1 << defence as u16)
    }

    /// Without one.
    pub fn without(self, defence: Defence) -> Defences {
        Defences(self.0 & !(1 << defence as u16))
    }

    /// Whether one is on.
    pub fn has(self, defence: Defence) -> bool {
        self.0 & 1 << defence as u16 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_each_in_order() {
        for (place, defence) in Defence::all().enumerate() {
            assert_eq!(defence as usize, place);
            assert_eq!(Defence::named(defence.name()), Some(defence));
            assert!(Defences::all().has(defence) && !Defences::none().has(defence));
            assert!(!Defences::all().without(defence).has(defence));
            assert!(!defence.reason().ends_with('.'));
        }
    }
}
