//! Encoding: every cell has exactly one, a tag and its contents (CAD003).
//!
//! A child whose own encoding is short stands in that of its parent; any other is a branch, for which the
//! parent holds a hash. All facts are found in post-order with an explicit stack, so that the depth of a value
//! does not matter; within one encoding, nesting is bounded by the size of what may be embedded.

use crate::blob::BlobBody;
use crate::cell::Slot;
use crate::hash::SHORT_BYTES;
use crate::index::IndexBody;
use crate::limits::MAX_EMBEDDED_BYTES;
use crate::map::MapBody;
use crate::passing::{for_each_below, in_passing, rest_of};
use crate::rest::Rest;
use crate::set::SetBody;
use crate::vector::VectorBody;
use crate::*;

/// Tag bytes of encodings (CAD003).
pub mod tag {
    #![allow(missing_docs)]
    pub const NIL: u8 = 0x00;
    pub const INTEGER: u8 = 0x10;
    pub const BIG_INTEGER: u8 = 0x19;
    pub const DOUBLE: u8 = 0x1d;
    pub const BRANCH: u8 = 0x20;
    pub const STRING: u8 = 0x30;
    pub const BLOB: u8 = 0x31;
    pub const SYMBOL: u8 = 0x32;
    pub const KEYWORD: u8 = 0x33;
    pub const CHARACTER: u8 = 0x3c;
    pub const VECTOR: u8 = 0x80;
    pub const LIST: u8 = 0x81;
    pub const MAP: u8 = 0x82;
    pub const SET: u8 = 0x83;
    pub const INDEX: u8 = 0x84;
    pub const SYNTAX: u8 = 0x88;
    pub const SIGNED: u8 = 0x90;
    pub const SIGNED_SHORT: u8 = 0x91;
    pub const FLAG: u8 = 0xb0;
    pub const CODED: u8 = 0xc0;
    pub const RECORD: u8 = 0xd0;
    pub const EXTENSION: u8 = 0xe0;
}

/// The length of a branch inside the encoding of its parent: a tag and a hash.
const BRANCH_BYTES: usize = 1 + Hash::LENGTH;

impl Value {
    /// The tag byte of the encoding.
    pub fn tag(&self) -> u8 {
        match self {
            Value::Nil => tag::NIL,
            Value::Boolean(b) => tag::FLAG + u8::from(*b),
            Value::Flag(bits) => tag::FLAG + (bits & 0xf),
            Value::Integer(n) => tag::INTEGER + integer::small_bytes(*n) as u8,
            Value::BigInteger(n) => match n.small() {
                Some(n) => Value::Integer(n).tag(),
                None => tag::BIG_INTEGER,
            },
            Value::Double(_) => tag::DOUBLE,
            Value::Character(c) => tag::CHARACTER + character::bytes(*c) as u8 - 1,
            Value::Address(_) => extension::ADDRESS,
            Value::Extension { tag, .. } => *tag,
            Value::String(_) => tag::STRING,
            Value::Blob(_) => tag::BLOB,
            Value::Keyword(_) => tag::KEYWORD,
            Value::Symbol(_) => tag::SYMBOL,
            Value::Vector(_) => tag::VECTOR,
            Value::List(_) => tag::LIST,
            Value::Map(_) => tag::MAP,
            Value::Set(_) => tag::SET,
            Value::Index(_) => tag::INDEX,
            Value::Syntax(_) => tag::SYNTAX,
            Value::Signed(v) if v.key().is_some() => tag::SIGNED,
            Value::Signed(_) => tag::SIGNED_SHORT,
            Value::Coded(v) => v.tag(),
            Value::Record(v) => v.tag(),
        }
    }

    /// The encoding of this one cell; branches stand in it by their hash.
    pub fn encoding(&self) -> Vec<u8> {
        settle_children(self);
        if let Some(rest) = rest_of(self)
            && let Ok(bytes) = in_passing(self, rest, |twin| Ok(twin.encoding()))
        {
            return bytes;
        }
        let mut bytes = Vec::with_capacity(self.encoding_length());
        write_cell(self, &mut bytes);
        bytes
    }

    /// The length of the encoding in bytes. Cached.
    pub fn encoding_length(&self) -> usize {
        let Some(facts) = self.facts() else { return count_cell(self) };
        if let Some(length) = facts.length() {
            return length;
        }
        post_order(
            self,
            |cell| cell.length().is_some(),
            |value| match rest_of(value) {
                Some(rest) => in_passing(value, rest, |twin| Ok(twin.encoding_length())).map(drop),
                None => {
                    value.facts().into_iter().for_each(|f| f.set_length(count_cell(value)));
                    Ok(())
                }
            },
        );
        facts.length().unwrap_or_else(|| count_cell(self))
    }

    /// Whether the encoding stands inside that of a parent.
    pub fn is_embedded(&self) -> bool {
        match self {
            // The longest name is far below the limit.
            Value::Keyword(_) | Value::Symbol(_) => true,
            _ => self.facts().is_none() || self.encoding_length() <= MAX_EMBEDDED_BYTES,
        }
    }

    /// The value id: the hash of the encoding. Cached; does not overflow the stack however deep the value.
    pub fn hash(&self) -> Hash {
        let Some(facts) = self.facts() else { return hash_in_place(self) };
        if let Some(hash) = facts.hash() {
            return *hash;
        }
        let hash = match self.short_text() {
            Some(text) if text.len() + 2 < SHORT_BYTES => hash_in_place(self),
            _ => Hash::of(&self.encoding()),
        };
        facts.set_hash(hash);
        if rest_of(self).is_some() {
            // A parent needs no more than this, or its short encoding, which is remembered by now.
            facts.set_settled();
        }
        hash
    }
}

impl Value {
    /// The bytes of a value that is encoded as a tag, their number and the bytes.
    fn short_text(&self) -> Option<&[u8]> {
        match self {
            Value::Keyword(v) => Some(v.name()),
            Value::Symbol(v) => Some(v.name()),
            Value::String(v) => v.flat(),
            Value::Blob(v) => v.flat(),
            _ => None,
        }
    }
}

/// Visits a cell and all cells below it of which a fact is lacking, children first. Branches that were given by
/// their hash are not entered.
fn post_order<T>(root: &Value, known: impl Fn(&cell::Facts) -> bool, mut settle: impl FnMut(&Value) -> T) {
    let lacks = |value: &Value| value.facts().is_some_and(|facts| !known(facts));
    let mut stack = vec![root];
    while let Some(value) = stack.last().copied() {
        let before = stack.len();
        if lacks(value) {
            for_each_below(value, &mut |slot| stack.extend(slot.held().filter(|child| lacks(child))));
        }
        if stack.len() == before {
            if lacks(value) {
                settle(value);
            }
            stack.pop();
        }
    }
}

/// Finds all that is needed to encode a cell without descending further than its own encoding.
fn settle_children(value: &Value) {
    let mut buffer = Vec::new();
    for_each_below(value, &mut |slot| {
        if let Some(child) = slot.held()
            && child.facts().is_some_and(|facts| !facts.is_settled())
        {
            post_order(child, |facts| facts.is_settled(), |cell| settle(cell, &mut buffer));
        }
    });
}

/// Settles a cell whose children are settled. The buffer is for its encoding.
fn settle(value: &Value, buffer: &mut Vec<u8>) {
    let Some(facts) = value.facts() else { return };
    if let Some(rest) = rest_of(value) {
        let settled = in_passing(value, rest, |twin| {
            settle_children(twin);
            settle(twin, buffer);
            Ok(())
        });
        if settled.is_ok() {
            return;
        }
    }
    buffer.clear();
    write_cell(value, buffer);
    facts.set_length(buffer.len());
    if buffer.len() > MAX_EMBEDDED_BYTES && facts.hash().is_none() {
        facts.set_hash(Hash::of(buffer));
    }
    facts.set_settled();
}

/// The hash of a value whose encoding is short, found without a heap buffer.
fn hash_in_place(value: &Value) -> Hash {
    let mut small = Small { bytes: [0; SHORT_BYTES], length: 0 };
    write_cell(value, &mut small);
    Hash::of_short(&small.bytes, small.length)
}

/// Where an encoding goes.
trait Sink {
    fn put(&mut self, bytes: &[u8]);
    /// An embedded child.
    fn embed(&mut self, value: &Value);
    /// A branch that is held in memory.
    fn branch(&mut self, value: &Value);
    /// A branch that was given by its hash.
    fn link(&mut self, hash: &Hash);

    fn child(&mut self, slot: &Slot) {
        match (slot.branch_hash(), slot.held()) {
            (Some(hash), _) => self.link(hash),
            (None, Some(value)) if value.is_embedded() => self.embed(value),
            (None, Some(value)) => self.branch(value),
            (None, None) => {}
        }
    }

    fn count(&mut self, n: u64) {
        let mut buffer = [0; 10];
        self.put(count_bytes(n, &mut buffer));
    }
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
    fn embed(&mut self, value: &Value) {
        write_cell(value, self);
    }
    fn branch(&mut self, value: &Value) {
        self.link(&value.hash());
    }
    fn link(&mut self, hash: &Hash) {
        self.push(tag::BRANCH);
        self.extend_from_slice(hash.as_bytes());
    }
}

/// Counts bytes only.
struct Counter(usize);

impl Sink for Counter {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
    fn embed(&mut self, value: &Value) {
        self.0 += value.encoding_length();
    }
    fn branch(&mut self, _: &Value) {
        self.0 += BRANCH_BYTES;
    }
    fn link(&mut self, _: &Hash) {
        self.0 += BRANCH_BYTES;
    }
}

/// Room for the longest encoding of a value that stands in place, or of a short name or string.
struct Small {
    bytes: [u8; SHORT_BYTES],
    length: usize,
}

impl Sink for Small {
    fn put(&mut self, bytes: &[u8]) {
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }
    // None of these values has children.
    fn embed(&mut self, _: &Value) {}
    fn branch(&mut self, _: &Value) {}
    fn link(&mut self, _: &Hash) {}
}

fn count_cell(value: &Value) -> usize {
    let mut counter = Counter(0);
    write_cell(value, &mut counter);
    counter.0
}

fn write_cell(value: &Value, out: &mut impl Sink) {
    out.put(&[value.tag()]);
    match value {
        Value::Nil | Value::Boolean(_) | Value::Flag(_) => {}
        Value::Integer(n) => out.put(&n.to_be_bytes()[8 - integer::small_bytes(*n)..]),
        Value::BigInteger(n) => {
            if let Some(n) = n.small() {
                return out.put(&n.to_be_bytes()[8 - integer::small_bytes(n)..]);
            }
            let bytes = n.to_bytes();
            out.count(bytes.len() as u64);
            out.put(&bytes);
        }
        Value::Double(v) => out.put(&v.bits().to_be_bytes()),
        Value::Character(c) => out.put(&c.to_be_bytes()[4 - character::bytes(*c)..]),
        Value::Address(n) | Value::Extension { code: n, .. } => out.count(*n),
        Value::String(v) => write_blob(&v.0.body, out),
        Value::Blob(v) => write_blob(&v.0.body, out),
        Value::Keyword(v) => write_name(v.name(), out),
        Value::Symbol(v) => write_name(v.name(), out),
        Value::Vector(v) => write_vector(v, out),
        Value::List(v) => write_vector(&v.0.body, out),
        Value::Map(v) => write_map(v, out),
        Value::Set(v) => write_set(v.0.body.shape(), out),
        Value::Index(v) => write_index(&v.0.body, out),
        Value::Syntax(v) => write_syntax(v, out),
        Value::Signed(v) => {
            if let Some(key) = v.key() {
                out.put(key);
            }
            out.put(v.signature());
            out.child(&v.0.body.value);
        }
        Value::Coded(v) => {
            out.child(&v.0.body.code);
            out.child(&v.0.body.value);
        }
        Value::Record(v) => write_vector(v.fields(), out),
    }
}

fn write_name(name: &[u8], out: &mut impl Sink) {
    out.put(&[name.len() as u8]);
    out.put(name);
}

fn write_blob(body: &BlobBody, out: &mut impl Sink) {
    match body {
        BlobBody::Flat(bytes) => {
            out.count(bytes.len() as u64);
            out.put(bytes);
        }
        BlobBody::Tree { count, children } => {
            out.count(*count);
            children.iter().for_each(|child| out.child(child));
        }
    }
}

fn write_vector(vector: &Vector, out: &mut impl Sink) {
    if let Some(bytes) = vector.rest().and_then(Rest::content) {
        return out.put(bytes);
    }
    match vector.body() {
        VectorBody::Leaf { count, items, prefix } => {
            out.count(*count);
            items.iter().chain(prefix).for_each(|child| out.child(child));
        }
        VectorBody::Tree { count, children } => {
            out.count(*count);
            children.iter().for_each(|child| out.child(child));
        }
    }
}

fn write_map(map: &Map, out: &mut impl Sink) {
    match map.0.body.shape() {
        MapBody::Leaf(entries) => {
            out.count(entries.len() as u64);
            for entry in entries {
                out.child(&entry.key);
                out.child(&entry.value);
            }
        }
        MapBody::Tree { count, shift, mask, children } => write_tree(*count, *shift, *mask, children, out),
    }
}

fn write_set(body: &SetBody, out: &mut impl Sink) {
    match body {
        SetBody::Leaf(elements) => {
            out.count(elements.len() as u64);
            elements.iter().for_each(|(_, element)| out.child(element));
        }
        SetBody::Tree { count, shift, mask, children } => write_tree(*count, *shift, *mask, children, out),
    }
}

fn write_tree(count: u64, shift: u8, mask: u16, children: &[Slot], out: &mut impl Sink) {
    out.count(count);
    out.put(&[shift]);
    out.put(&mask.to_be_bytes());
    children.iter().for_each(|child| out.child(child));
}

fn write_index(body: &IndexBody, out: &mut impl Sink) {
    out.count(body.count);
    match &body.entry {
        Some((key, value)) => {
            if body.count > 1 {
                out.put(&[tag::VECTOR]);
            }
            out.child(key);
            out.child(value);
        }
        None if body.count > 0 => out.put(&[tag::NIL]),
        None => {}
    }
    if body.count > 1 {
        out.put(&[body.depth]);
        out.put(&body.mask.to_be_bytes());
        body.children.iter().for_each(|child| out.child(child));
    }
}

/// Metadata stands in place however long it is, and `nil` stands for none.
fn write_syntax(syntax: &Syntax, out: &mut impl Sink) {
    out.child(&syntax.0.body.datum);
    let meta = &syntax.0.body.meta;
    if meta.is_empty() {
        out.put(&[tag::NIL]);
    } else {
        out.put(&[tag::MAP]);
        write_map(meta, out);
    }
}

/// A count: seven bits a byte, most significant first, the top bit set in all bytes but the last.
pub(crate) fn count_bytes(n: u64, buffer: &mut [u8; 10]) -> &[u8] {
    let mut start = buffer.len() - 1;
    buffer[start] = (n & 0x7f) as u8;
    let mut rest = n >> 7;
    while rest > 0 {
        start -= 1;
        buffer[start] = 0x80 | (rest & 0x7f) as u8;
        rest >>= 7;
    }
    &buffer[start..]
}
