//! What an element adds to the memory size of the tree that it is in (CAD006).

use crate::Account;
use lang::limits::MAX_EMBEDDED_BYTES;
use lang::{Hash, Missing, Value, Vector};

/// The length of a branch inside the encoding of its parent: a tag and a hash.
const BRANCH_BYTES: usize = 1 + Hash::LENGTH;

/// Bytes that a value takes inside the encoding of its parent, and below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Weight {
    pub inside: i64,
    pub below: i64,
}

impl Weight {
    /// That of a value by the length of its encoding and its memory size.
    pub fn new(length: usize, memory: u64) -> Weight {
        let inside = if length <= MAX_EMBEDDED_BYTES { length } else { BRANCH_BYTES };
        Weight { inside: inside as i64, below: i64::try_from(memory).unwrap_or(i64::MAX) }
    }

    pub fn of(value: &Value) -> Result<Weight, Missing> {
        Ok(Weight::new(value.encoding_length(), value.memory_size()?))
    }

    pub fn sum(self) -> i64 {
        self.inside.saturating_add(self.below)
    }
}

/// The elements in one cell of a vector (CAD002).
const CHUNK: u64 = 16;

/// Sizes above this are not added up one by one: all together stop growing at 63 bits.
const MAX_SUMMED_BYTES: i64 = 1 << 48;

/// By how many bytes a state grows when accounts take new places in its vector.
#[derive(Default)]
pub(crate) struct Growth {
    total: i64,
    /// The part inside the cell of the vector itself, which holds the last few accounts.
    in_last: i64,
    is_too_large: bool,
}

impl Growth {
    /// Adds what one account grows by.
    pub fn add(
        &mut self,
        accounts: &Vector,
        address: u64,
        old: &Value,
        new: &Account,
    ) -> Result<(), Missing> {
        let (old, new) = (Weight::of(old)?, new.weight()?);
        self.is_too_large |= old.below.max(new.below) > MAX_SUMMED_BYTES;
        self.total = self.total.saturating_add(new.sum()).saturating_sub(old.sum());
        if address >= accounts.count() / CHUNK * CHUNK {
            self.in_last += new.inside - old.inside;
        }
        Ok(())
    }

    /// The sum in bytes; `None` where cells above the accounts grow too.
    ///
    /// Sixteen accounts are too long to be embedded, so that cells above them stay as long as they are. The cell of
    /// the last few may be short.
    pub fn total(&self, accounts: &Vector) -> Option<i64> {
        let length = || Value::Vector(accounts.clone()).encoding_length() as i64;
        let is_short = self.in_last != 0 && (is_embedded(length()) || is_embedded(length() + self.in_last));
        (!is_short && !self.is_too_large).then_some(self.total)
    }
}

/// By how many bytes an encoding grows where one integer takes the place of another.
pub(crate) fn growth(old: i64, new: i64) -> i64 {
    if old == new { 0 } else { bytes(new) - bytes(old) }
}

/// The bytes of an integer in its encoding, without the tag: the fewest that hold its two's complement, none for 0.
fn bytes(n: i64) -> i64 {
    let significant = i64::BITS + 1 - (n ^ (n >> 63)).leading_zeros();
    if n == 0 { 0 } else { i64::from(significant.div_ceil(8)) }
}

/// Whether an encoding of a length stands inside that of its parent.
pub(crate) fn is_embedded(length: i64) -> bool {
    length <= MAX_EMBEDDED_BYTES as i64
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use lang::Value;

    #[test]
    fn integers_are_as_long_as_their_encodings() {
        let edges = (0..64).map(|bit| 1i64 << bit);
        for n in
            edges.flat_map(|n| [n.wrapping_sub(1), n, n.wrapping_neg(), n.wrapping_neg().wrapping_sub(1)])
        {
            assert_eq!(bytes(n) + 1, Value::Integer(n).encoding_length() as i64, "{n}");
        }
    }
}
