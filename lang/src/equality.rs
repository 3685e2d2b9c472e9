//! Equality: two values are equal when their encodings are.

use crate::blob::BlobBody;
use crate::cell::{Facts, Slot};
use crate::index::IndexBody;
use crate::map::MapBody;
use crate::set::SetBody;
use crate::vector::VectorBody;
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
        match (&a.0.body, &b.0.body) {
            _ if Arc::ptr_eq(&a.0, &b.0) => true,
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
