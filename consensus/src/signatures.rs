//! The seam through which a peer signs, and judges what others signed.

use crate::Key;
use lang::{Signed, Value};

/// Signing with the key of a peer, and verdicts on signatures. Both must be functions of their
/// arguments alone.
pub trait Signatures: Send + Sync {
    /// The public key of the peer.
    fn key(&self) -> Key;

    /// A value signed with the key of the peer.
    fn sign(&self, value: &Value) -> Signed;

    /// Whether a signature is good: by the rule of [`vm::signature`] on a network.
    fn is_good(&self, signed: &Signed) -> bool;
}
