//! What a core asks of a disk or a machine, and what comes of it: the one place that carries it
//! out. When a core hears of it is for each kind of run to say.

use crate::keys::Own;
use crate::mint;
use consensus::draft::Simulated;
use consensus::{Action, Event, SignedOrder, draft, execution};
use lang::Value;
use vm::State;

/// Something that is done as soon as the time for it has passed.
pub enum Done {
    /// An order is durable.
    Persisted(SignedOrder),
    /// A block was executed.
    Executed(Box<Executed>),
    /// A draft was simulated.
    Simulated(Simulated),
}

/// A block that was executed.
pub struct Executed {
    /// Its position, from 0.
    pub position: u64,
    /// The signed block.
    pub block: Value,
    /// The state before it.
    pub before: State,
    /// The state after it.
    pub after: State,
    /// Coppers that the block is known to make.
    pub minted: i128,
}

impl Done {
    /// Does what an action asks of a disk or a machine; `None` for one that asks nothing of them.
    ///
    /// # Panics
    /// If a cell is not available: those of a run are in memory. Or if what a peer wants durable is
    /// not an order.
    pub fn of(action: &Action, own: &Own) -> Option<Done> {
        let here = "the cells of a run are in memory";
        Some(match action {
            Action::Persist(signed) => {
                Done::Persisted(SignedOrder::of(signed).expect(here).expect("a peer signs orders"))
            }
            Action::Execute { position, block, state } => {
                let (after, result) = execution::execute(state, block, own).expect(here);
                let minted = mint::minted(state, block, result.as_ref());
                let (position, block, before) = (*position, block.clone(), state.clone());
                Done::Executed(Box::new(Executed { position, block, before, after, minted }))
            }
            Action::Simulate(draft) => Done::Simulated(draft::simulate(draft, own).expect(here)),
            _ => return None,
        })
    }

    /// As the core sees it.
    pub fn event(&self) -> Event {
        match self {
            Done::Persisted(order) => Event::Persisted { timestamp: order.order().timestamp() },
            Done::Executed(executed) => {
                Event::Executed { position: executed.position, state: executed.after.clone() }
            }
            Done::Simulated(simulated) => Event::Simulated(simulated.clone()),
        }
    }
}
