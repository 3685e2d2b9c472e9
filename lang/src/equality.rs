//! Equality: two values are equal when their encodings are.

use crate::blob::BlobBody;
use crate::cell::{Facts, Slot};
use crate::index::IndexBody;
use crate::map::MapBody;
use crate::packing::child_size;
use crate::set::SetBody;
use crate::vector::{VectorBody, part};
use crate::whole::is_whole_vector;
use crate::*;
use triomphe::Arc;

/// How many cells are compared by their contents before hashes decide: most values differ at once or are
/// small, and sharing within large ones must not make a comparison exponential.
const MAX_COMPARISONS: u32 = 64;
/// How deep cells are compared by their contents.
const MAX_COMPARISON_DEPTH: u32 = 16;

impl PartialEq for Value {
    /// Never fetches and never overflows the stack.
    fn eq(&self, other: &Value) -> bool {
        Comparison { cells_left: MAX_COMPARISONS }.values(self, other, 0)
    }
}

impl Eq for Value {}

impl Value {
    /// Whether a value is the same cell, or an equal one that is no cell: `false` may stand for equal ones too. What
    /// replaces a value in a collection is compared so: to compare two rests takes time by their length, and of two
    /// equal cells the new one counts, as what is known beside it may differ, such as where its text stands.
    pub(crate) fn is_plainly(&self, other: &Value) -> bool {
        match (self.facts(), other.facts()) {
            (None, None) => self == other,
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            _ => false,
        }
    }
}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Value::Integer(n) => state.write_i64(*n),
            Value::Keyword(v) => std::hash::Hash::hash(v, state),
            Value::Symbol(v) => std::hash::Hash::hash(v, state),
            _ => Value::hash(self).hash(state),
        }
    }
}

struct Comparison {
    cells_left: u32,
}

impl Comparison {
    fn values(&mut self, a: &Value, b: &Value, depth: u32) -> bool {
        match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Flag(a), Value::Flag(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Integer(small), Value::BigInteger(big))
            | (Value::BigInteger(big), Value::Integer(small)) => big.small() == Some(*small),
            (Value::Double(a), Value::Double(b)) => a == b,
            (Value::Character(a), Value::Character(b)) => a == b,
            (Value::Address(a), Value::Address(b)) => a == b,
            (Value::Extension { tag, code }, Value::Extension { tag: t, code: c }) => tag == t && code == c,
            (Value::Keyword(a), Value::Keyword(b)) => a == b,
            (Value::Symbol(a), Value::Symbol(b)) => a == b,
            _ => match (a.facts(), b.facts()) {
                (Some(x), Some(y)) if std::ptr::eq(x, y) => true,
                (Some(x), Some(y)) => by_facts(x, y).unwrap_or_else(|| self.cells(a, b, depth)),
                _ => false,
            },
        }
    }

    fn cells(&mut self, a: &Value, b: &Value, depth: u32) -> bool {
        if std::mem::discriminant(a) != std::mem::discriminant(b) {
            return false;
        }
        if let Some(is_equal) = at_once(a, b) {
            return is_equal;
        }
        if self.cells_left == 0 || depth == MAX_COMPARISON_DEPTH {
            return a.encoding_length() == b.encoding_length() && a.hash() == b.hash();
        }
        self.cells_left -= 1;
        let depth = depth + 1;
        match (a, b) {
            (Value::BigInteger(a), Value::BigInteger(b)) => a.get() == b.get(),
            (Value::String(a), Value::String(b)) => self.blobs(&a.0.body, &b.0.body, depth),
            (Value::Blob(a), Value::Blob(b)) => self.blobs(&a.0.body, &b.0.body, depth),
            (Value::Vector(a), Value::Vector(b)) => self.vectors(a, b, depth),
            (Value::List(a), Value::List(b)) => self.vectors(a.reversed(), b.reversed(), depth),
            (Value::Map(a), Value::Map(b)) => self.maps(a, b, depth),
            (Value::Set(a), Value::Set(b)) => self.sets(a, b, depth),
            (Value::Index(a), Value::Index(b)) => self.indexes(&a.0.body, &b.0.body, depth),
            (Value::Syntax(a), Value::Syntax(b)) => {
                self.slots(&a.0.body.datum, &b.0.body.datum, depth)
                    && self.maps(&a.0.body.meta, &b.0.body.meta, depth)
            }
            (Value::Signed(a), Value::Signed(b)) => {
                a.key() == b.key()
                    && a.signature() == b.signature()
                    && self.slots(&a.0.body.value, &b.0.body.value, depth)
            }
            (Value::Coded(a), Value::Coded(b)) => {
                let (a, b) = (&a.0.body, &b.0.body);
                a.tag == b.tag && self.slots(&a.code, &b.code, depth) && self.slots(&a.value, &b.value, depth)
            }
            (Value::Record(a), Value::Record(b)) => {
                a.tag() == b.tag() && self.vectors(a.fields(), b.fields(), depth)
            }
            _ => false,
        }
    }

    fn slots(&mut self, a: &Slot, b: &Slot, depth: u32) -> bool {
        match (a.held(), b.held()) {
            (Some(a), Some(b)) => self.values(a, b, depth),
            (Some(value), None) => is_branch(value, b),
            (None, Some(value)) => is_branch(value, a),
            (None, None) => a.branch_hash() == b.branch_hash(),
        }
    }

    fn all(&mut self, a: &[Slot], b: &[Slot], depth: u32) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.slots(a, b, depth))
    }

    fn blobs(&mut self, a: &BlobBody, b: &BlobBody, depth: u32) -> bool {
        match (a, b) {
            (BlobBody::Flat(a), BlobBody::Flat(b)) => a == b,
            (BlobBody::Tree { count, children }, BlobBody::Tree { count: c, children: d }) => {
                count == c && self.all(children, d, depth)
            }
            _ => false,
        }
    }

    fn vectors(&mut self, a: &Vector, b: &Vector, depth: u32) -> bool {
        if Arc::ptr_eq(&a.0, &b.0) || a.count() != b.count() {
            return Arc::ptr_eq(&a.0, &b.0);
        }
        if a.rest().is_some() || b.rest().is_some() {
            return self.rests(a, b, depth);
        }
        match (a.body(), b.body()) {
            (
                VectorBody::Leaf { count, items, prefix },
                VectorBody::Leaf { count: c, items: i, prefix: p },
            ) => {
                count == c
                    && self.all(items, i, depth)
                    && match (prefix, p) {
                        (Some(a), Some(b)) => self.slots(a, b, depth),
                        (a, b) => a.is_none() && b.is_none(),
                    }
            }
            (VectorBody::Tree { count, children }, VectorBody::Tree { count: c, children: d }) => {
                count == c && self.all(children, d, depth)
            }
            _ => false,
        }
    }

    /// Compares vectors of equal length at least one of which is a rest, element by element where neither the stretches
    /// nor the parts of the vectors that they belong to decide.
    fn rests(&mut self, a: &Vector, b: &Vector, depth: u32) -> bool {
        if let (Some(a), Some(b)) = (a.rest(), b.rest()) {
            if a.is_same(b) {
                return true;
            }
            if let Some((a, b, start, end)) = a.aligned(b) {
                return self.stretches(a, b, start, end, depth);
            }
        }
        let is_here = |vector: &Vector| vector.rest().is_some() || is_whole_vector(vector);
        if !is_here(a) || !is_here(b) {
            return Value::from(a.clone()).hash() == Value::from(b.clone()).hash();
        }
        let mut pairs = a.all_slots(0).zip(b.all_slots(0));
        pairs.all(|pair| matches!(pair, (Ok(a), Ok(b)) if self.slots(a, b, depth)))
    }

    /// Compares the elements from `start` to `end` of vectors of equal length all parts of which are in memory.
    fn stretches(&mut self, a: &Vector, b: &Vector, start: u64, end: u64, depth: u32) -> bool {
        match (a.body(), b.body()) {
            _ if Arc::ptr_eq(&a.0, &b.0) || start >= end => true,
            (VectorBody::Leaf { count, items, prefix }, VectorBody::Leaf { items: i, prefix: p, .. }) => {
                let before = count - items.len() as u64;
                let range = start.saturating_sub(before) as usize..end.saturating_sub(before) as usize;
                self.all(&items[range.clone()], &i[range], depth)
                    && match (prefix, p) {
                        (Some(a), Some(b)) => self.parts(a, b, before, start, end.min(before), depth),
                        (a, b) => a.is_none() && b.is_none(),
                    }
            }
            (VectorBody::Tree { count, children }, VectorBody::Tree { children: c, .. }) => {
                let size = child_size(*count);
                (0..*count).step_by(size as usize).zip(children.iter().zip(c)).all(|(first, (a, b))| {
                    let length = size.min(count - first);
                    let from = start.saturating_sub(first);
                    self.parts(a, b, length, from, end.saturating_sub(first).min(length), depth)
                })
            }
            _ => false,
        }
    }

    /// Compares a stretch of parts of a given length.
    fn parts(&mut self, a: &Slot, b: &Slot, count: u64, start: u64, end: u64, depth: u32) -> bool {
        if start == 0 && end == count {
            return self.slots(a, b, depth);
        }
        match (part(a, count), part(b, count)) {
            _ if start >= end => true,
            (Ok(a), Ok(b)) => self.stretches(a, b, start, end, depth),
            _ => false,
        }
    }

    fn maps(&mut self, a: &Map, b: &Map, depth: u32) -> bool {
        if Arc::ptr_eq(&a.0, &b.0) || a.count() != b.count() {
            return Arc::ptr_eq(&a.0, &b.0);
        }
        match (a.0.body.shape(), b.0.body.shape()) {
            (MapBody::Leaf(a), MapBody::Leaf(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| a.hash == b.hash)
                    && a.iter().zip(b).all(|(a, b)| self.slots(&a.value, &b.value, depth))
            }
            (
                MapBody::Tree { count, shift, mask, children },
                MapBody::Tree { count: c, shift: s, mask: m, children: d },
            ) => (count, shift, mask) == (c, s, m) && self.all(children, d, depth),
            _ => false,
        }
    }

    fn sets(&mut self, a: &Set, b: &Set, depth: u32) -> bool {
        if a.count() != b.count() {
            return false;
        }
        match (a.0.body.shape(), b.0.body.shape()) {
            (SetBody::Leaf(a), SetBody::Leaf(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((a, _), (b, _))| a == b)
            }
            (
                SetBody::Tree { count, shift, mask, children },
                SetBody::Tree { count: c, shift: s, mask: m, children: d },
            ) => (count, shift, mask) == (c, s, m) && self.all(children, d, depth),
            _ => false,
        }
    }

    fn indexes(&mut self, a: &IndexBody, b: &IndexBody, depth: u32) -> bool {
        let entries = match (&a.entry, &b.entry) {
            (Some((a, x)), Some((b, y))) => self.slots(a, b, depth) && self.slots(x, y, depth),
            (a, b) => a.is_none() && b.is_none(),
        };
        entries
            && (a.count, a.depth, a.mask) == (b.count, b.depth, b.mask)
            && self.all(&a.children, &b.children, depth)
    }
}

/// What counts say about the equality of two vectors or lists, and whether they are the same stretches of others.
fn at_once(a: &Value, b: &Value) -> Option<bool> {
    let (a, b) = match (a, b) {
        (Value::Vector(a), Value::Vector(b)) => (a, b),
        (Value::List(a), Value::List(b)) => (a.reversed(), b.reversed()),
        _ => return None,
    };
    if a.count() != b.count() {
        return Some(false);
    }
    (Arc::ptr_eq(&a.0, &b.0) || a.rest()?.is_same(b.rest()?)).then_some(true)
}

/// What cached facts say about the equality of two cells.
fn by_facts(a: &Facts, b: &Facts) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.hash(), b.hash()) {
        return Some(a == b);
    }
    match (a.length(), b.length()) {
        (Some(a), Some(b)) if a != b => Some(false),
        _ => None,
    }
}

/// Whether a value in memory is the branch that a slot gives by its hash.
fn is_branch(value: &Value, slot: &Slot) -> bool {
    !value.is_embedded() && slot.branch_hash() == Some(&value.hash())
}

/// The most bytes of a value's text that debugging shows.
const MAX_DEBUG_BYTES: usize = 1_000;

impl std::fmt::Debug for Value {
    /// The printed form when it is short, else the kind and the hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match printer::print(self, MAX_DEBUG_BYTES) {
            Ok(Some(text)) => f.write_str(&String::from_utf8_lossy(&text)),
            Ok(None) | Err(_) => write!(f, "{}({})", self.kind().name(), Value::hash(self)),
        }
    }
}
