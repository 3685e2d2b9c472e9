//! Characters: code points from 0 to 0x10ffff, in one to four bytes.

/// The number of bytes of a character in its encoding: the fewest that hold it, at least one.
pub(crate) fn bytes(c: u32) -> usize {
    (32 - c.leading_zeros() as usize).div_ceil(8).max(1)
}
