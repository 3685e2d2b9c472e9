//! Why there is no answer.

use lang::Hash;
use std::fmt;

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    /// The node cannot be reached; nothing was sent.
    Unreachable {
        /// Where it should be.
        place: String,
        /// Why, in a sentence without a full stop.
        reason: String,
    },
    /// The node has too much to do; nothing was done.
    Busy(String),
    /// The node refused the request, or answered what is no answer.
    Refused(String),
    /// It is not known whether the transaction became final. It must not be signed again before that is known.
    Unknown {
        /// The hash of the signed transaction.
        id: Hash,
        /// What happened, in a sentence without a full stop.
        reason: String,
    },
    /// The form, or the account, makes no transaction; a sentence without a full stop.
    Unusable(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Unreachable { place, reason } => {
                write!(f, "the node at {place} cannot be reached ({reason}); nothing was sent")
            }
            Trouble::Busy(reason) => write!(f, "the node has too much to do ({reason}); try again later"),
            Trouble::Refused(reason) => write!(f, "the node refused: {reason}"),
            Trouble::Unknown { id, reason } => write!(
                f,
                "it is not known what came of transaction 0x{id} ({reason}); it may still become final, so look it up \
                 by its hash before doing the same again"
            ),
            Trouble::Unusable(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Trouble {}

impl From<lang::Missing> for Trouble {
    fn from(missing: lang::Missing) -> Trouble {
        Trouble::Refused(missing.to_string())
    }
}
