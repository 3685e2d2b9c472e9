//! Hashes: the SHA3-256 of a cell's encoding is its value id (CAD003).

use crate::keccak;
use std::cell::RefCell;
use std::fmt;

/// The longest encoding of a value that stands in place fits a buffer of this size.
pub(crate) const SHORT_BYTES: usize = 16;
/// Hashes of this many short encodings, as a power of two, are remembered by each thread.
const RECENT_BITS: u32 = 10;
/// An odd number without pattern, which spreads close encodings over the memory.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// Length, bytes and hash of a short encoding; length 0 where there is none yet.
type Known = (usize, [u8; SHORT_BYTES], Hash);

thread_local! {
    static RECENT: RefCell<Option<Vec<Known>>> = const { RefCell::new(None) };
}

/// A 32-byte SHA3-256 hash. Ordered as unsigned bytes, the order of map entries and set elements.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Number of bytes.
    pub const LENGTH: usize = 32;

    /// The SHA3-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(keccak::sha3_256(bytes))
    }

    /// The hash of the first bytes of a short buffer, the others being 0. Recent answers are remembered: the
    /// same few numbers and addresses are keys again and again.
    pub(crate) fn of_short(bytes: &[u8; SHORT_BYTES], length: usize) -> Hash {
        let place = (u128::from_le_bytes(*bytes).wrapping_mul(SPREAD) >> (128 - RECENT_BITS)) as usize;
        let answer = RECENT.try_with(|recent| {
            let mut recent = recent.borrow_mut();
            let known =
                recent.get_or_insert_with(|| vec![(0, [0; SHORT_BYTES], Hash([0; 32])); 1 << RECENT_BITS]);
            let entry = &mut known[place];
            if (entry.0, &entry.1) != (length, bytes) {
                *entry = (length, *bytes, Hash(keccak::sha3_256_short(bytes, length)));
            }
            entry.2
        });
        // The memory of a thread that is ending may be gone.
        answer.unwrap_or_else(|_| Hash(keccak::sha3_256_short(bytes, length)))
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
