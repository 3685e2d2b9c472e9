//! Decoding: exactly the canonical encodings, in linear time and space (CAD003).
//!
//! One cell is decoded at a time. What stands embedded in it is decoded with it; a branch is kept as a hash and
//! fetched when touched, so that whether it fits its place is found only then. Nesting is bounded because an
//! embedded cell has at most 140 bytes.

use crate::cell::{Node, Slot};
use crate::encode::tag;
use crate::index::IndexBody;
use crate::limits::{
    BLOB_CHUNK_BYTES, MAX_EMBEDDED_BYTES, MAX_INTEGER_BYTES, MAX_MAP_LEAF_ENTRIES, MAX_NAME_BYTES,
};
use crate::map::{Entry, MapBody};
use crate::set::SetBody;
use crate::store::Store;
use crate::vector::VectorBody;
use crate::*;
use dashu_int::IBig;
use std::fmt;
use std::sync::Arc;

/// Why bytes are not the canonical encoding of a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// Where, in bytes from 0.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for DecodeError {}

/// Decodes exactly one cell; its branches are fetched from the store when touched.
///
/// # Errors
/// When the bytes are not the canonical encoding of one cell.
pub fn decode(bytes: &[u8], store: Arc<dyn Store>) -> Result<Value, DecodeError> {
    decode_whole(bytes, &mut |hash| Some(Slot::branch(hash, store.clone())))
}

/// Decodes exactly one cell that has no branches.
///
/// # Errors
/// When the bytes are not the canonical encoding of one cell, or when it has a branch.
pub fn decode_alone(bytes: &[u8]) -> Result<Value, DecodeError> {
    decode_whole(bytes, &mut |_| None)
}

fn decode_whole(bytes: &[u8], branches: Branches<'_>) -> Result<Value, DecodeError> {
    let mut decoder = Decoder::new(bytes, branches);
    let value = decoder.cell()?;
    match decoder.at {
        end if end < bytes.len() => Err(decoder.error(end, "bytes after the end of the cell")),
        _ => Ok(value),
    }
}

/// Makes the child for the hash of a branch, or none where branches are not to be had.
pub(crate) type Branches<'a> = &'a mut dyn FnMut(Hash) -> Option<Slot>;

/// Whether a cell stands for itself or as a child inside another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    Embedded,
}

/// Reads cells from front to back.
pub(crate) struct Decoder<'a> {
    bytes: &'a [u8],
    /// Position of the next byte.
    pub at: usize,
    /// Where the bytes of the cell at hand end at the latest.
    limit: usize,
    place: Place,
    branches: Branches<'a>,
}

impl<'a> Decoder<'a> {
    pub fn new(bytes: &'a [u8], branches: Branches<'a>) -> Decoder<'a> {
        Decoder { bytes, at: 0, limit: bytes.len(), place: Place::Alone, branches }
    }

    pub fn error(&self, offset: usize, message: impl Into<String>) -> DecodeError {
        DecodeError { offset, message: message.into() }
    }

    fn fail<T>(&self, offset: usize, message: impl Into<String>) -> Result<T, DecodeError> {
        Err(self.error(offset, message))
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        match self.bytes[self.at..self.limit].get(..n) {
            Some(bytes) => {
                self.at += n;
                Ok(bytes)
            }
            None if self.limit < self.bytes.len() => {
                self.fail(self.limit, "a cell of more than 140 bytes stands where it must be a branch")
            }
            None => self.fail(self.limit, "the encoding ends too early"),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.take(N)?);
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.array::<1>()?[0])
    }

    /// A count below 2^63 in the fewest bytes.
    pub fn count(&mut self) -> Result<u64, DecodeError> {
        let start = self.at;
        let mut n = 0;
        loop {
            let byte = self.byte()?;
            if n == 0 && byte == 0x80 {
                return self.fail(start, "a count starts with a superfluous zero");
            }
            if n >> 56 != 0 {
                return self.fail(start, "a count is too large");
            }
            n = n << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(n);
            }
        }
    }

    /// One cell, where it may have any length.
    pub fn cell(&mut self) -> Result<Value, DecodeError> {
        let start = self.at;
        let tag = self.byte()?;
        let value = match tag {
            tag::NIL => return Ok(Value::Nil),
            0x10..=0x18 => return self.small_integer(usize::from(tag - tag::INTEGER)),
            tag::DOUBLE => return Ok(Value::Double(Double::from_bits(u64::from_be_bytes(self.array()?)))),
            0x3c..=0x3f => return self.character(usize::from(tag - tag::CHARACTER) + 1),
            0xb0..=0xb1 => return Ok(Value::Boolean(tag & 1 == 1)),
            0xb2..=0xbf => return Ok(Value::Flag(tag & 0xf)),
            0xe0..=0xef => return self.extension(tag),
            tag::BIG_INTEGER => self.big_integer()?,
            tag::STRING => self.string()?,
            tag::BLOB => Value::Blob(Blob(Node::shared(self.blob()?))),
            tag::SYMBOL => self.name(Symbol::new)?,
            tag::KEYWORD => self.name(Keyword::new)?,
            tag::VECTOR => Value::Vector(self.vector()?),
            tag::LIST => Value::List(List::from_reversed(self.vector()?)),
            tag::MAP => Value::Map(self.map()?),
            tag::SET => Value::Set(self.set()?),
            tag::INDEX => Value::Index(self.index()?),
            tag::SYNTAX => self.syntax()?,
            tag::SIGNED | tag::SIGNED_SHORT => self.signed(tag)?,
            0xc0..=0xcf => {
                let (code, value) = (self.child()?, self.child()?);
                Value::Coded(Coded::new(tag, code, value))
            }
            0xd0..=0xdf => Value::Record(Record::new(tag, self.vector()?)),
            _ => return self.fail(start, format!("{tag:#04x} is not the tag of a cell")),
        };
        // All branches are known by their hash, so that nothing is lacking to encode the cell again.
        let length = self.at - start;
        if let Some(facts) = value.facts() {
            facts.set_length(length);
            if length <= MAX_EMBEDDED_BYTES {
                facts.set_settled();
            }
        }
        Ok(value)
    }

    /// A child: a branch, or a cell that is short enough to stand in place.
    fn child(&mut self) -> Result<Slot, DecodeError> {
        let start = self.at;
        if self.bytes[..self.limit].get(start) == Some(&tag::BRANCH) {
            self.at += 1;
            let hash = Hash(self.array()?);
            return (self.branches)(hash)
                .ok_or_else(|| self.error(start, format!("the branch {hash} is not here")));
        }
        let (limit, place) = (self.limit, self.place);
        self.limit = limit.min(start + MAX_EMBEDDED_BYTES);
        self.place = Place::Embedded;
        let value = self.cell()?;
        (self.limit, self.place) = (limit, place);
        Ok(Slot::new(value))
    }

    fn children(&mut self, n: usize) -> Result<Box<[Slot]>, DecodeError> {
        let mut children = Vec::with_capacity(n); // At most 16, whatever the count says.
        for _ in 0..n {
            children.push(self.child()?);
        }
        Ok(children.into())
    }

    /// A child and its hash.
    fn hashed_child(&mut self) -> Result<(Hash, Slot), DecodeError> {
        let start = self.at;
        let child = self.child()?;
        let hash = match (child.branch_hash(), child.held()) {
            (Some(hash), _) => *hash,
            (None, Some(value)) if value.facts().is_none() => value.hash(),
            (None, value) => {
                let hash = Hash::of(&self.bytes[start..self.at]);
                if let Some(facts) = value.and_then(Value::facts) {
                    facts.set_hash(hash);
                }
                hash
            }
        };
        Ok((hash, child))
    }

    fn small_integer(&mut self, n: usize) -> Result<Value, DecodeError> {
        let start = self.at;
        let bytes = self.take(n)?;
        if n == 1 && bytes[0] == 0 || has_superfluous_sign(bytes) {
            return self.fail(start, "an integer starts with a superfluous byte");
        }
        let sign = if bytes.first().is_some_and(|b| b & 0x80 != 0) { -1 } else { 0 };
        Ok(Value::Integer(bytes.iter().fold(sign, |n, b| n << 8 | i64::from(*b))))
    }

    fn big_integer(&mut self) -> Result<Value, DecodeError> {
        let start = self.at;
        let n = self.count()?;
        if n <= 8 || n > MAX_INTEGER_BYTES as u64 {
            return self.fail(start, "a big integer has 9 to 4,096 bytes");
        }
        let bytes = self.take(n as usize)?;
        if has_superfluous_sign(bytes) {
            return self.fail(start, "an integer starts with a superfluous byte");
        }
        Ok(Value::BigInteger(BigInteger::new(IBig::from_be_bytes(bytes))))
    }

    fn character(&mut self, n: usize) -> Result<Value, DecodeError> {
        let start = self.at;
        let bytes = self.take(n)?;
        if n > 1 && bytes[0] == 0 {
            return self.fail(start, "a character starts with a superfluous zero");
        }
        match bytes.iter().fold(0, |c, b| c << 8 | u32::from(*b)) {
            c @ 0..=0x10_ffff => Ok(Value::Character(c)),
            _ => self.fail(start, "a character is beyond Unicode"),
        }
    }

    fn extension(&mut self, tag: u8) -> Result<Value, DecodeError> {
        let start = self.at;
        let code = self.count()?;
        Value::extension(tag, code).ok_or_else(|| self.error(start, "not an extension value"))
    }

    fn name<T: Into<Value>>(&mut self, new: fn(&[u8]) -> Option<T>) -> Result<Value, DecodeError> {
        let start = self.at;
        let n = usize::from(self.byte()?);
        if !(1..=MAX_NAME_BYTES).contains(&n) {
            return self.fail(start, "a name has 1 to 128 bytes");
        }
        let name = self.take(n)?;
        new(name).map(Into::into).ok_or_else(|| self.error(start, "a name has 1 to 128 bytes"))
    }

    fn string(&mut self) -> Result<Value, DecodeError> {
        let start = self.at;
        let body = self.blob()?;
        if body.count() > i32::MAX as u64 {
            return self.fail(start, "a string has at most 2,147,483,647 bytes");
        }
        Ok(Value::String(Str(Node::shared(body))))
    }

    fn blob(&mut self) -> Result<blob::BlobBody, DecodeError> {
        let count = self.count()?;
        if count <= BLOB_CHUNK_BYTES as u64 {
            return Ok(blob::BlobBody::Flat(self.take(count as usize)?.into()));
        }
        let start = self.at;
        let children = self.children(blob::child_count(count))?;
        match children.iter().any(|child| child.held().is_some_and(Value::is_nil)) {
            true => self.fail(start, "a part of a blob is nil"),
            false => Ok(blob::BlobBody::Tree { count, children }),
        }
    }

    fn vector(&mut self) -> Result<Vector, DecodeError> {
        let start = self.at;
        let count = self.count()?;
        let body = match (count, count % 16) {
            (0, _) => return Ok(Vector::empty()),
            (1..=16, _) => {
                VectorBody::Leaf { count, items: self.children(count as usize)?.into(), prefix: None }
            }
            (_, 0) => {
                let size = packed_child_count(count);
                // The reference computes the number of children in signed 64 bits.
                if count + (size - 1) > i64::MAX as u64 {
                    return self.fail(start, "a vector is too long");
                }
                VectorBody::Tree { count, children: self.children(count.div_ceil(size) as usize)?.into() }
            }
            (_, tail) => {
                let items = self.children(tail as usize)?.into();
                VectorBody::Leaf { count, items, prefix: Some(self.child()?) }
            }
        };
        Ok(Vector::of_body(body))
    }

    fn map(&mut self) -> Result<Map, DecodeError> {
        let start = self.at;
        let count = self.count()?;
        if count == 0 {
            return Ok(Map::empty());
        }
        if count > MAX_MAP_LEAF_ENTRIES as u64 {
            let (shift, mask, children) = self.radix_tree()?;
            if shift > i8::MAX as u8 {
                return self.fail(start, "a map has a negative depth");
            }
            return Ok(Map(Node::shared(MapBody::Tree { count, shift, mask, children }.into())));
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let at = self.at;
            let (hash, key) = self.hashed_child()?;
            if entries.last().is_some_and(|last| last.hash >= hash) {
                return self.fail(at, "the keys of a map are not in the order of their hashes");
            }
            entries.push(Entry { hash, key, value: self.child()? });
        }
        Ok(Map(Node::shared(MapBody::Leaf(entries).into())))
    }

    fn set(&mut self) -> Result<Set, DecodeError> {
        let start = self.at;
        let count = self.count()?;
        if count == 0 {
            return Ok(Set::empty());
        }
        if count > MAX_MAP_LEAF_ENTRIES as u64 {
            let (shift, mask, children) = self.radix_tree()?;
            if children.len() < 2 {
                return self.fail(start, "a part of a set has fewer than two children");
            }
            return Ok(Set(Node::shared(SetBody::Tree { count, shift, mask, children }.into())));
        }
        let mut elements: Vec<(Hash, Slot)> = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let at = self.at;
            let (hash, element) = self.hashed_child()?;
            if elements.last().is_some_and(|(last, _)| *last >= hash) {
                return self.fail(at, "the elements of a set are not in the order of their hashes");
            }
            elements.push((hash, element));
        }
        Ok(Set(Node::shared(SetBody::Leaf(elements).into())))
    }

    fn radix_tree(&mut self) -> Result<(u8, u16, Box<[Slot]>), DecodeError> {
        let shift = self.byte()?;
        let mask = u16::from_be_bytes(self.array()?);
        Ok((shift, mask, self.children(mask.count_ones() as usize)?))
    }

    fn index(&mut self) -> Result<Index, DecodeError> {
        let start = self.at;
        let count = self.count()?;
        if count == 0 {
            return Ok(Index::empty());
        }
        let has_entry = match count {
            1 => true,
            _ => match self.byte()? {
                tag::NIL => false,
                tag::VECTOR => true,
                _ => return self.fail(self.at - 1, "neither an entry of an index nor the mark of none"),
            },
        };
        let entry = if has_entry { Some((self.child()?, self.child()?)) } else { None };
        if count == 1 {
            let Some(depth) = entry.as_ref().and_then(|(key, _)| key_digits(key)) else {
                return self.fail(start, "the key of an index has no bytes to order it by");
            };
            let (mask, children) = (0, Box::default());
            return Ok(Index(Node::shared(IndexBody { count, depth, entry, mask, children })));
        }
        let at = self.at;
        let depth = self.byte()?;
        if depth >= MAX_INDEX_DIGITS {
            return self.fail(at, "an index of several entries is too deep");
        }
        let mask = u16::from_be_bytes(self.array()?);
        let children = self.children(mask.count_ones() as usize)?;
        Ok(Index(Node::shared(IndexBody { count, depth, entry, mask, children })))
    }

    fn syntax(&mut self) -> Result<Value, DecodeError> {
        let datum = self.child()?;
        let start = self.at;
        let meta = match self.byte()? {
            tag::NIL => Map::empty(),
            tag::MAP => match self.map()? {
                meta if meta.is_empty() => {
                    return self.fail(start, "empty metadata is encoded as nil");
                }
                meta => meta,
            },
            _ => return self.fail(start, "metadata is not a map"),
        };
        Ok(Value::Syntax(Syntax::new(datum, meta)))
    }

    fn signed(&mut self, tag: u8) -> Result<Value, DecodeError> {
        if tag == tag::SIGNED_SHORT && self.place == Place::Embedded {
            return self.fail(self.at - 1, "a value signed without a key stands alone");
        }
        let key = if tag == tag::SIGNED { Some(self.array()?) } else { None };
        let signature = self.array()?;
        Ok(Value::Signed(Signed::new(key, signature, self.child()?)))
    }
}

/// The number of hexadecimal digits of a key that an index looks at.
const MAX_INDEX_DIGITS: u8 = 64;

/// The digits of a key by which it is the only one in an index; `None` where it cannot be a key.
fn key_digits(key: &Slot) -> Option<u8> {
    let bytes = match key.held() {
        // A branch has more bytes than matter.
        None => return Some(MAX_INDEX_DIGITS),
        Some(Value::Blob(v)) => v.count(),
        Some(Value::String(v)) => v.count(),
        Some(Value::Keyword(v)) => v.name().len() as u64,
        Some(Value::Symbol(v)) => v.name().len() as u64,
        Some(key) if Index::is_key(key) => size_of::<u64>() as u64,
        Some(_) => return None,
    };
    Some((2 * bytes).min(u64::from(MAX_INDEX_DIGITS)) as u8)
}

/// Whether the first byte of a two's complement could be left out.
fn has_superfluous_sign(bytes: &[u8]) -> bool {
    matches!(bytes, [0, next, ..] if next & 0x80 == 0)
        || matches!(bytes, [0xff, next, ..] if next & 0x80 != 0)
}

/// The number of elements in a full child of a packed vector of so many elements.
fn packed_child_count(count: u64) -> u64 {
    let mut size: u64 = 16;
    while size.saturating_mul(16) < count {
        size *= 16;
    }
    size
}
