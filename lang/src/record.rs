//! Dense records: a tag of `0xd0` to `0xdf` and a vector of fields. Functions, transactions, state records, some ops.
use crate::cell::{Node, Slot};
use crate::coded::Derived;
use crate::*;
use std::sync::Arc;

/// A dense record.
#[derive(Clone)]
pub struct Record(pub(crate) Arc<Node<RecordBody>>);

pub(crate) struct RecordBody {
    pub tag: u8,
    pub fields: Vector,
    pub derived: Derived,
}

impl Record {
    /// A record with a tag of `0xd0` to `0xdf`.
    pub fn new(tag: u8, fields: Vector) -> Record {
        debug_assert!(tag & 0xf0 == 0xd0);
        Record(Node::shared(RecordBody { tag, fields, derived: Derived::default() }))
    }
    /// The tag.
    pub fn tag(&self) -> u8 {
        self.0.body.tag
    }
    /// The fields.
    pub fn fields(&self) -> &Vector {
        &self.0.body.fields
    }
    /// What an executor derived from this op or function.
    pub fn derived(&self) -> &Derived {
        &self.0.body.derived
    }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        self.0.body.fields.for_each_child(f)
    }
}
