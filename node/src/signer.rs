//! How a peer of this process signs, and judges what others signed.

use crate::Verdicts;
use crate::sign::{SigningKey, sign};
use consensus::{Key, Signatures};
use lang::{Signed, Value};
use std::sync::Arc;

/// A secret key, and the verdicts that all peers of a process share. The secret is wiped from
/// memory when it is dropped.
pub struct Signer {
    key: SigningKey,
    verdicts: Arc<Verdicts>,
}

impl Signer {
    /// Signs with a key; what was found about signatures is shared.
    pub fn new(key: SigningKey, verdicts: Arc<Verdicts>) -> Signer {
        Signer { key, verdicts }
    }

    /// What is known of signatures.
    pub fn verdicts(&self) -> &Verdicts {
        &self.verdicts
    }
}

impl Signatures for Signer {
    fn key(&self) -> Key {
        self.key.verifying_key().to_bytes()
    }

    fn sign(&self, value: &Value) -> Signed {
        sign(value, &self.key)
    }

    fn is_good(&self, signed: &Signed) -> bool {
        self.verdicts.is_good(signed)
    }
}
