//! Where the reference crashes, and voids the whole block with its transaction: a note that this
//! machine makes where it goes on instead. It changes no value, juice or state; who makes blocks
//! leaves such transactions out.

use crate::Context;
use crate::peer::Peer;
use lang::{Blob, Missing, Symbol, Value};

/// Why the reference would void a block with a transaction: the rows of `docs/differences.md` that
/// are marked so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForeignCrash {
    /// `-` of three or more numbers where a difference before the last does not fit.
    Difference,
    /// `mod` of a 64-bit integer by the lowest integer there is.
    Modulo,
    /// A function whose definition has no metadata, asked whether it is callable, or called.
    NoMetadata,
    /// `evict-peer` of a peer whose delegated stakes were all withdrawn.
    Eviction,
    /// Stakes of a peer whose delegated shares are below 0, or fall below.
    NegativeShares,
    /// An op or function whose parts are not what its tag requires.
    Malformed,
    /// A value that is not a function in function position, after a `try` that went on from an
    /// error. The reference crashes where that `try` is in the function position itself.
    NotAFunction,
    /// At least as many bytes beyond the allowance of the origin as the memory pool holds.
    MemoryPool,
    /// A Call transaction, which has no arguments when it comes in a message.
    Call,
}

impl ForeignCrash {
    /// What it does, as a sentence about a transaction without a full stop.
    pub fn reason(self) -> &'static str {
        match self {
            ForeignCrash::Difference => {
                "it subtracts on from a number that does not fit, at which the reference voids the block"
            }
            ForeignCrash::Modulo => {
                "it takes `mod` by the lowest integer, at which the reference voids the block"
            }
            ForeignCrash::NoMetadata => {
                "it calls, or asks for, a function without metadata, at which the reference voids the block"
            }
            ForeignCrash::Eviction => {
                "it evicts a peer whose delegated stakes were withdrawn, at which the reference voids the block"
            }
            ForeignCrash::NegativeShares => {
                "delegated shares of a peer are below 0, at which the reference voids the block"
            }
            ForeignCrash::Malformed => {
                "it runs an op without its parts, at which the reference voids the block"
            }
            ForeignCrash::NotAFunction => {
                "it calls a value that is no function after an error was caught, at which the reference may void the block"
            }
            ForeignCrash::MemoryPool => {
                "it needs more memory than the pool holds, at which the reference voids the block"
            }
            ForeignCrash::Call => "the reference cannot read Call transactions from a message",
        }
    }
}

impl Context {
    /// Notes that the reference has crashed by now. The first note stays, and no rollback takes it
    /// back.
    #[cold]
    pub(crate) fn note_crash(&mut self, crash: ForeignCrash) {
        self.crash.get_or_insert(crash);
    }

    /// Notes a crash where an account, which has no callable function of a name, has one without
    /// metadata.
    #[cold]
    pub(crate) fn note_if_without_metadata(&mut self, address: u64, name: &Symbol) -> Result<(), Missing> {
        let Some(view) = self.state.view(address)? else { return Ok(()) };
        let name = Value::Symbol(name.clone());
        if let Some(definition) = view.definition(&name)?
            && crate::call::is_function(definition)?
            && view.definition_metadata(&name)?.is_none()
        {
            self.note_crash(ForeignCrash::NoMetadata);
        }
        Ok(())
    }

    /// A peer whose stakes are about to be looked at.
    pub(crate) fn peer_with_stakes(&mut self, key: &Blob) -> Result<Option<Peer>, Missing> {
        let peer = self.state.peer(key)?;
        if let Some(peer) = &peer
            && peer.delegated_shares()? < 0
        {
            self.note_crash(ForeignCrash::NegativeShares);
        }
        Ok(peer)
    }
}
