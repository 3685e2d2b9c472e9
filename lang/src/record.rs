//! Dense records: a tag of `0xd0` to `0xdf` and a vector of fields. Functions, transactions, state records, some ops.
use crate::captured::Fields;
use crate::cell::{Node, Slot, body_mut};
use crate::coded::Derived;
use crate::*;
use triomphe::Arc;

/// A dense record.
#[derive(Clone)]
pub struct Record(pub(crate) Arc<Node<RecordBody>>);

pub(crate) struct RecordBody {
    tag: u8,
    fields: Fields,
    derived: Derived,
}

impl Clone for RecordBody {
    /// A copy that may be changed, so nothing is derived from it yet.
    fn clone(&self) -> RecordBody {
        let fields = Fields::Whole(self.fields.whole().clone());
        RecordBody { tag: self.tag, fields, derived: Derived::default() }
    }
}

/// Tags of records that are neither ops nor functions.
pub mod tag {
    #![allow(missing_docs)]
    pub const INVOKE: u8 = 0xd0;
    pub const TRANSFER: u8 = 0xd1;
    pub const CALL: u8 = 0xd2;
    pub const MULTI: u8 = 0xd3;
    pub const BELIEF: u8 = 0xd4;
    pub const STATE: u8 = 0xd5;
    pub const BLOCK: u8 = 0xd6;
    pub const ORDER: u8 = 0xd7;
    pub const ACCOUNT: u8 = 0xd8;
    pub const PEER: u8 = 0xd9;
    pub const RESULT: u8 = 0xdd;
    pub const BLOCK_RESULT: u8 = 0xde;
}

/// No order has more points of consensus than this; a longer vector is none, and its elements are not looked at.
const MAX_CONSENSUS_POINTS: u64 = 1 << 16;
/// The modes of a transaction of several: any, all, first, until.
const MULTI_MODES: std::ops::RangeInclusive<i64> = 0..=3;

impl Record {
    /// A record with a tag of `0xd0` to `0xdf`.
    pub fn new(tag: u8, fields: Vector) -> Record {
        debug_assert!(tag & 0xf0 == 0xd0);
        Record::of(tag, Fields::Whole(fields))
    }

    #[inline]
    pub(crate) fn of(tag: u8, fields: Fields) -> Record {
        Record(Node::shared(RecordBody { tag, fields, derived: Derived::default() }))
    }

    /// The tag.
    pub fn tag(&self) -> u8 {
        self.0.body.tag
    }

    /// The fields.
    #[inline]
    pub fn fields(&self) -> &Vector {
        self.0.body.fields.whole()
    }

    #[inline]
    pub(crate) fn parts(&self) -> &Fields {
        &self.0.body.fields
    }

    /// The fields to be changed, in place where nobody else holds the record.
    pub fn fields_mut(&mut self) -> &mut Vector {
        let body = body_mut(&mut self.0);
        body.derived = Derived::default();
        body.fields.whole_mut()
    }

    /// What an executor derived from this op or function.
    pub fn derived(&self) -> &Derived {
        &self.0.body.derived
    }

    /// The kind of a record that is neither an op nor a function. Few fields decide, and the others may be
    /// anything.
    pub(crate) fn kind(&self) -> Kind {
        let fits = |fields: u64, longs: &[u64]| {
            self.fields().count() == fields && longs.iter().all(|i| self.long(*i).is_some())
        };
        let is_transaction = |fields, longs: &[u64]| fits(fields, longs) && self.has_origin();
        match self.tag() {
            tag::INVOKE if is_transaction(3, &[1]) => Kind::Transaction,
            tag::TRANSFER if is_transaction(4, &[1, 3]) => Kind::Transaction,
            tag::CALL if is_transaction(6, &[1, 3]) => Kind::Transaction,
            tag::MULTI
                if is_transaction(4, &[1]) && self.long(2).is_some_and(|m| MULTI_MODES.contains(&m)) =>
            {
                Kind::Transaction
            }
            tag::BELIEF if fits(1, &[]) => Kind::Record,
            tag::STATE if fits(4, &[]) => Kind::Record,
            tag::BLOCK if fits(2, &[0]) => Kind::Record,
            tag::ORDER if fits(3, &[0]) && self.has_consensus_points() => Kind::Record,
            tag::ACCOUNT if fits(9, &[0, 2, 3]) => Kind::Record,
            tag::PEER if fits(7, &[1, 3, 5, 6]) => Kind::Record,
            tag::RESULT if fits(5, &[]) => Kind::Record,
            tag::BLOCK_RESULT if fits(2, &[]) => Kind::Record,
            _ => Kind::Cad3,
        }
    }

    fn long(&self, field: u64) -> Option<i64> {
        match self.fields().get(field) {
            Ok(Some(Value::Integer(n))) => Some(*n),
            _ => None,
        }
    }

    fn has_origin(&self) -> bool {
        matches!(self.fields().get(0), Ok(Some(Value::Address(_))))
    }

    fn has_consensus_points(&self) -> bool {
        match self.fields().get(1) {
            Ok(Some(Value::Vector(points))) if points.count() <= MAX_CONSENSUS_POINTS => {
                points.iter().all(|point| matches!(point, Ok(Value::Integer(_))))
            }
            _ => false,
        }
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        self.fields().for_each_child(f)
    }
}
