//! Syntax objects: a form with metadata (CAD013).
use crate::cell::{Node, Slot};
use crate::*;
use triomphe::Arc;

/// A value with a map of metadata.
#[derive(Clone)]
pub struct Syntax(pub(crate) Arc<Node<SyntaxBody>>);

pub(crate) struct SyntaxBody {
    pub datum: Slot,
    /// Part of this cell's own encoding, so never a branch, however long.
    pub meta: Map,
}

impl Syntax {
    /// A value with metadata. When the value is itself a syntax object its metadata is not merged here.
    pub fn new(datum: impl Into<Slot>, meta: Map) -> Syntax {
        Syntax(Node::shared(SyntaxBody { datum: datum.into(), meta }))
    }

    /// The value.
    ///
    /// # Errors
    /// [`Missing`] when it is a branch that is not here.
    pub fn datum(&self) -> Result<&Value, Missing> {
        self.0.body.datum.get()
    }

    /// The metadata, empty when there is none.
    pub fn meta(&self) -> Map {
        self.0.body.meta.clone()
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        f(&self.0.body.datum);
        self.0.body.meta.for_each_child(f);
    }
}
