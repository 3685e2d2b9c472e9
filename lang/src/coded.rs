//! Coded values: a tag of `0xc0` to `0xcf`, a code and a value. Most ops are coded values.
use crate::cell::{Node, Slot};
use crate::*;
use std::any::Any;
use std::sync::OnceLock;
use triomphe::Arc;

/// A coded value.
#[derive(Clone)]
pub struct Coded(pub(crate) Arc<Node<CodedBody>>);

pub(crate) struct CodedBody {
    pub tag: u8,
    pub code: Slot,
    pub value: Slot,
    pub derived: Derived,
}

/// What an executor has derived from a cell, kept beside it and never encoded.
#[derive(Default)]
pub struct Derived(OnceLock<std::sync::Arc<dyn Any + Send + Sync>>);

impl Derived {
    /// Whether nothing has been derived so far.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }

    /// What was derived earlier, if it is of this type.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.get().and_then(|any| any.downcast_ref())
    }

    /// Keeps what was derived; the first to come stays.
    pub fn set<T: Any + Send + Sync>(&self, derived: std::sync::Arc<T>) {
        let _ = self.0.set(derived);
    }
}

impl Coded {
    /// A coded value with a tag of `0xc0` to `0xcf`.
    pub fn new(tag: u8, code: impl Into<Slot>, value: impl Into<Slot>) -> Coded {
        debug_assert!(tag & 0xf0 == 0xc0);
        Coded(Node::shared(CodedBody {
            tag,
            code: code.into(),
            value: value.into(),
            derived: Derived::default(),
        }))
    }

    /// The tag.
    pub fn tag(&self) -> u8 {
        self.0.body.tag
    }

    /// The code.
    ///
    /// # Errors
    /// [`Missing`] when it is a branch that is not here.
    pub fn code(&self) -> Result<&Value, Missing> {
        self.0.body.code.get()
    }

    /// The value.
    ///
    /// # Errors
    /// [`Missing`] when it is a branch that is not here.
    pub fn value(&self) -> Result<&Value, Missing> {
        self.0.body.value.get()
    }

    /// What an executor derived from this op.
    pub fn derived(&self) -> &Derived {
        &self.0.body.derived
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        f(&self.0.body.code);
        f(&self.0.body.value);
    }
}
