//! Hashes: the SHA3-256 of a cell's encoding is its value id (CAD003).

use sha3::{Digest, Sha3_256};
use std::fmt;

/// A 32-byte SHA3-256 hash. Ordered as unsigned bytes, the order of map entries and set elements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Number of bytes.
    pub const LENGTH: usize = 32;

    /// The SHA3-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha3_256::digest(bytes).into())
    }

    /// The hexadecimal digit (0 to 15) at a position of 0 to 63, most significant first.
    pub fn digit(&self, position: usize) -> usize {
        let byte = self.0[position / 2];
        usize::from(if position.is_multiple_of(2) { byte >> 4 } else { byte & 0xf })
    }

    /// The number of leading hexadecimal digits that two hashes share, at most 64.
    pub fn common_digits(&self, other: &Hash) -> usize {
        for (i, (a, b)) in self.0.iter().zip(&other.0).enumerate() {
            if a != b {
                return 2 * i + usize::from((a ^ b) < 0x10);
            }
        }
        64
    }

    /// The bytes, most significant first.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    /// Lower-case hexadecimal without a prefix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}
