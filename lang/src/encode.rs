//! Encoding: every cell has exactly one (CAD003).
use crate::*;

impl Value {
    /// The tag byte of the encoding.
    pub fn tag(&self) -> u8 { todo!() }
    /// The encoding of this one cell; branches stand in it by their hash.
    pub fn encoding(&self) -> Vec<u8> { todo!() }
    /// The length of the encoding in bytes. Cached.
    pub fn encoding_length(&self) -> usize { todo!() }
    /// Whether the encoding stands inside that of a parent.
    pub fn is_embedded(&self) -> bool { todo!() }
    /// The value id: the hash of the encoding. Cached; does not overflow the stack however deep the value.
    pub fn hash(&self) -> Hash { todo!() }
}
