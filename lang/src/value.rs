//! The one type of all Convex values.

use crate::cell::{Facts, Slot};
use crate::*;
use triomphe::Arc;

/// Any Convex value (CAD002): 16 bytes, cheap to clone, immutable, shared between threads.
///
/// Small values stand in place; all others share a heap cell, and come after them in the order of kinds, so that the two
/// are told apart by one comparison. Two values are equal when their encodings are
/// (so NaN equals NaN, and `0.0` differs from `-0.0`).
#[derive(Clone, Default)]
pub enum Value {
    /// `nil`, also written `()` nowhere: the empty list is a list.
    #[default]
    Nil,
    /// `true` or `false`, the byte flags `0xb0` and `0xb1`.
    Boolean(bool),
    /// The other byte flags, `0xb2` to `0xbf`; the field is the low four bits, 2 to 15.
    Flag(u8),
    /// An integer that fits 64 bits.
    Integer(i64),
    /// A double; its only NaN is the canonical one unless it was decoded from other bits.
    Double(Double),
    /// A Unicode code point, 0 to 0x10ffff, surrogates included.
    Character(u32),
    /// An account address, 0 to 2^63 - 1.
    Address(u64),
    /// Any other extension value, `0xe0` to `0xef`: ops on locals and special ops, core definitions, unknown ones.
    Extension {
        /// `0xe0` to `0xef`, not that of addresses.
        tag: u8,
        /// Below 2^63.
        code: u64,
    },
    /// An integer that does not fit 64 bits.
    BigInteger(BigInteger),
    /// A string of UTF-8 bytes, not necessarily valid.
    String(Str),
    /// A blob.
    Blob(Blob),
    /// A keyword.
    Keyword(Keyword),
    /// A symbol.
    Symbol(Symbol),
    /// A vector.
    Vector(Vector),
    /// A list.
    List(List),
    /// A hash map.
    Map(Map),
    /// A hash set.
    Set(Set),
    /// An index: a map ordered by the bytes of its keys.
    Index(Index),
    /// A form with metadata.
    Syntax(Syntax),
    /// A value with a signature.
    Signed(Signed),
    /// A coded value, `0xc0` to `0xcf`, most ops among them.
    Coded(Coded),
    /// A dense record, `0xd0` to `0xdf`: functions, transactions, state records, some ops.
    Record(Record),
}

const _: () = assert!(size_of::<Value>() == 16);

const fn is_send_sync<T: Send + Sync>() {}
const _: () = is_send_sync::<Value>();

/// The kinds of values that stand in place.
macro_rules! in_place {
    () => {
        Value::Nil
            | Value::Boolean(_)
            | Value::Flag(_)
            | Value::Integer(_)
            | Value::Double(_)
            | Value::Character(_)
            | Value::Address(_)
            | Value::Extension { .. }
    };
}

impl Value {
    /// `true`.
    pub const TRUE: Value = Value::Boolean(true);
    /// `false`.
    pub const FALSE: Value = Value::Boolean(false);

    /// Whether this is `nil`.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Whether a condition counts this as true: all but `nil` and `false` do.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Value::Nil | Value::Boolean(false))
    }

    /// A keyword with a name of 1 to 128 bytes, for names known when this is compiled.
    ///
    /// # Panics
    /// If the name is empty or too long.
    pub fn keyword(name: &str) -> Value {
        Value::Keyword(Keyword::new(name.as_bytes()).expect("a keyword's name has 1 to 128 bytes"))
    }

    /// A symbol with a name of 1 to 128 bytes, for names known when this is compiled.
    ///
    /// # Panics
    /// If the name is empty or too long.
    pub fn symbol(name: &str) -> Value {
        Value::Symbol(Symbol::new(name.as_bytes()).expect("a symbol's name has 1 to 128 bytes"))
    }

    /// A string.
    pub fn string(text: &str) -> Value {
        Value::String(Str::new(text.as_bytes()))
    }

    /// The cached facts of a heap cell; `None` for values that stand in place.
    #[inline]
    pub fn facts(&self) -> Option<&Facts> {
        match self {
            in_place!() => None,
            Value::BigInteger(v) => Some(&v.0.facts),
            Value::String(v) => Some(&v.0.facts),
            Value::Blob(v) => Some(&v.0.facts),
            Value::Keyword(v) => Some(&v.0.facts),
            Value::Symbol(v) => Some(&v.0.facts),
            Value::Vector(v) => Some(&v.0.facts),
            Value::List(v) => Some(&v.0.facts),
            Value::Map(v) => Some(&v.0.facts),
            Value::Set(v) => Some(&v.0.facts),
            Value::Index(v) => Some(&v.0.facts),
            Value::Syntax(v) => Some(&v.0.facts),
            Value::Signed(v) => Some(&v.0.facts),
            Value::Coded(v) => Some(&v.0.facts),
            Value::Record(v) => Some(&v.0.facts),
        }
    }

    /// Whether this is a heap cell, so that dropping it does something, and not a value that stands in place.
    #[inline(always)]
    pub fn is_cell(&self) -> bool {
        !matches!(self, in_place!())
    }

    /// The identity of a heap cell: equal for clones, different for cells built apart while both live. `None`
    /// for values that stand in place. Source positions are kept by it.
    pub fn identity(&self) -> Option<usize> {
        self.facts().map(|facts| std::ptr::from_ref(facts) as usize)
    }

    /// Calls a function with each child of this cell in the order of its encoding.
    pub fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        match self {
            Value::String(v) => v.for_each_child(f),
            Value::Blob(v) => v.for_each_child(f),
            Value::Vector(v) => v.for_each_child(f),
            Value::List(v) => v.for_each_child(f),
            Value::Map(v) => v.for_each_child(f),
            Value::Set(v) => v.for_each_child(f),
            Value::Index(v) => v.for_each_child(f),
            Value::Syntax(v) => v.for_each_child(f),
            Value::Signed(v) => v.for_each_child(f),
            Value::Coded(v) => v.for_each_child(f),
            Value::Record(v) => v.for_each_child(f),
            _ => {}
        }
    }

    /// Whether dropping this value would drop a heap cell.
    pub(crate) fn is_last_owner(&self) -> bool {
        match self {
            Value::BigInteger(v) => Arc::strong_count(&v.0) == 1,
            Value::String(v) => Arc::strong_count(&v.0) == 1,
            Value::Blob(v) => Arc::strong_count(&v.0) == 1,
            Value::Keyword(v) => Arc::strong_count(&v.0) == 1,
            Value::Symbol(v) => Arc::strong_count(&v.0) == 1,
            Value::Vector(v) => Arc::strong_count(&v.0) == 1,
            Value::List(v) => Arc::strong_count(&v.0) == 1,
            Value::Map(v) => Arc::strong_count(&v.0) == 1,
            Value::Set(v) => Arc::strong_count(&v.0) == 1,
            Value::Index(v) => Arc::strong_count(&v.0) == 1,
            Value::Syntax(v) => Arc::strong_count(&v.0) == 1,
            Value::Signed(v) => Arc::strong_count(&v.0) == 1,
            Value::Coded(v) => Arc::strong_count(&v.0) == 1,
            Value::Record(v) => Arc::strong_count(&v.0) == 1,
            _ => false,
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(v: $type) -> Value {
                Value::$variant(v)
            }
        }
    )*};
}

from! {
    bool => Boolean, i64 => Integer, BigInteger => BigInteger, Double => Double, Str => String,
    Blob => Blob, Keyword => Keyword, Symbol => Symbol, Vector => Vector, List => List, Map => Map, Set => Set,
    Index => Index, Syntax => Syntax, Signed => Signed, Coded => Coded, Record => Record,
}
