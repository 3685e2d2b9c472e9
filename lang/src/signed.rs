//! Signed values: a public key, an Ed25519 signature and a value.
use crate::cell::{Node, Slot};
use crate::*;
use triomphe::Arc;

/// A value with a signature, not checked here.
#[derive(Clone)]
pub struct Signed(pub(crate) Arc<Node<SignedBody>>);

pub(crate) struct SignedBody {
    /// Absent in the short form, tag `0x91`.
    pub key: Option<[u8; 32]>,
    pub signature: [u8; 64],
    pub value: Slot,
}

impl Signed {
    /// A signed value.
    pub fn new(key: Option<[u8; 32]>, signature: [u8; 64], value: impl Into<Slot>) -> Signed {
        Signed(Node::shared(SignedBody { key, signature, value: value.into() }))
    }

    /// The public key, absent in the short form.
    pub fn key(&self) -> Option<&[u8; 32]> {
        self.0.body.key.as_ref()
    }

    /// The signature.
    pub fn signature(&self) -> &[u8; 64] {
        &self.0.body.signature
    }

    /// The value.
    ///
    /// # Errors
    /// [`Missing`] when it is a branch that is not here.
    pub fn value(&self) -> Result<&Value, Missing> {
        self.0.body.value.get()
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        f(&self.0.body.value)
    }
}
