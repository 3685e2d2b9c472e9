//! What came of a transaction, or of a query, at a peer.

use lang::Hash;
use vm::apply::{Applied, Failure, Source};

/// What came of a transaction or a query.
#[derive(Clone)]
pub struct Outcome {
    /// The hash of the signed transaction; `None` for a query.
    pub id: Option<Hash>,
    /// The position of the block in the order of blocks, and of the transaction in the block, both
    /// from 0; `None` when it is in no block.
    pub place: Option<(u64, u64)>,
    /// Value or failure, juice, fees, memory.
    pub applied: Applied,
}

impl Outcome {
    /// Of a transaction that this peer did not take, or left out of its blocks. It cost nothing.
    pub fn refused(id: Option<Hash>, failure: Failure) -> Outcome {
        Outcome { id, place: None, applied: Applied::refused(failure) }
    }
}

/// A refusal by the peer itself, with a keyword code given by its name without the colon.
pub fn refusal(code: &str, message: impl AsRef<str>) -> Failure {
    Failure { source: Source::Peer, ..Failure::new(code, message) }
}
