//! Equivocation: one key signs two orders that contradict each other below what both call
//! consensus.

use crate::Key;
use crate::order::{Level, Order, SignedOrder};
use lang::Missing;

/// Two orders of one key whose blocks differ below the consensus point of both. Anybody can check
/// it.
#[derive(Clone)]
pub struct Proof {
    first: SignedOrder,
    second: SignedOrder,
    position: u64,
}

impl Proof {
    /// The proof that two orders make, if they do. Signatures are for the caller to check.
    ///
    /// # Errors
    /// [`Missing`] when a part of an order is not here.
    pub fn of(first: &SignedOrder, second: &SignedOrder) -> Result<Option<Proof>, Missing> {
        if first.signer() != second.signer() {
            return Ok(None);
        }
        let position = contradiction(first.order(), second.order())?;
        Ok(position.map(|position| Proof { first: first.clone(), second: second.clone(), position }))
    }

    /// The key that signed both.
    pub fn key(&self) -> &Key {
        self.first.signer()
    }

    /// The two orders.
    pub fn orders(&self) -> [&SignedOrder; 2] {
        [&self.first, &self.second]
    }

    /// The first position, from 0, at which their blocks differ.
    pub fn position(&self) -> u64 {
        self.position
    }
}

/// The first position below the consensus point of both at which two orders differ.
fn contradiction(first: &Order, second: &Order) -> Result<Option<u64>, Missing> {
    let both = first.point(Level::Consensus).min(second.point(Level::Consensus));
    let shared = first.blocks().common_prefix(second.blocks())?;
    Ok(i64::try_from(shared).is_ok_and(|shared| shared < both).then_some(shared))
}
