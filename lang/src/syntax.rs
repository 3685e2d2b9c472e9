//! Syntax objects: a form with metadata (CAD013).
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// A value with a map of metadata.
#[derive(Clone)]
pub struct Syntax(pub(crate) Arc<Node<SyntaxBody>>);

pub(crate) struct SyntaxBody {
    pub datum: Slot,
    /// Encoded in place: `nil` when empty. Kept as a slot that is always loaded.
    pub meta: Slot,
}

impl Syntax {
    /// A value with metadata. When the value is itself a syntax object its metadata is not merged here.
    pub fn new(datum: Value, meta: Map) -> Syntax { todo!() }
    /// The value.
    pub fn datum(&self) -> Result<&Value, Missing> { self.0.body.datum.get() }
    /// The metadata, empty when there is none.
    pub fn meta(&self) -> Map { todo!() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
