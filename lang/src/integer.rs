//! Integers of more than 64 bits (CAD012).
use crate::cell::Node;
use crate::limits::MAX_INTEGER_BYTES;
use crate::*;
use num_bigint::BigInt;
use std::sync::Arc;

/// An integer in the form of a long one, of at most 4,096 bytes.
///
/// Nearly always it lies outside the 64-bit range. The exception are 0 and the lowest 64-bit integer as products
/// of a long integer ([`BigInteger::product`]): they are equal to the same numbers in place, and are encoded and
/// printed like them, but the network divides them by the rules of long integers.
#[derive(Clone)]
pub struct BigInteger(pub(crate) Arc<Node<BigInt>>);

impl BigInteger {
    /// The number.
    pub fn get(&self) -> &BigInt {
        &self.0.body
    }

    /// The number in 64 bits, if it fits.
    pub fn small(&self) -> Option<i64> {
        i64::try_from(&self.0.body).ok()
    }

    /// A product of which a factor has the form of a long integer, and so has the product. `None` when it needs
    /// more than 4,096 bytes of two's complement.
    pub fn product(n: BigInt) -> Option<Value> {
        (signed_bytes(&n) <= MAX_INTEGER_BYTES).then(|| Value::BigInteger(BigInteger(Node::shared(n))))
    }
}

impl Value {
    /// The canonical value of an integer: in place when it fits 64 bits, `None` when it needs more than 4,096
    /// bytes of two's complement.
    pub fn integer(n: BigInt) -> Option<Value> {
        if let Ok(small) = i64::try_from(&n) {
            return Some(Value::Integer(small));
        }
        BigInteger::product(n)
    }

    /// The integer in 64 bits, when this is one that fits.
    pub fn to_long(&self) -> Option<i64> {
        match self {
            Value::Integer(n) => Some(*n),
            Value::BigInteger(n) => n.small(),
            _ => None,
        }
    }

    /// The integer as a big number, when this is one of either size.
    pub fn to_bigint(&self) -> Option<BigInt> {
        match self {
            Value::Integer(n) => Some(BigInt::from(*n)),
            Value::BigInteger(n) => Some(n.get().clone()),
            _ => None,
        }
    }
}

/// The number of bytes of the shortest two's complement of a number.
pub(crate) fn signed_bytes(n: &BigInt) -> usize {
    let bits = n.bits();
    // Of all numbers with so many bits, only minus a power of two needs no bit more for its sign.
    let is_lowest = n.sign() == num_bigint::Sign::Minus && n.trailing_zeros() == Some(bits - 1);
    (bits - u64::from(is_lowest)) as usize / 8 + 1
}

/// The number of bytes of a small integer: the fewest that hold its two's complement, none for 0.
pub(crate) fn small_bytes(n: i64) -> usize {
    let magnitude = if n < 0 { !n } else { n };
    match n {
        0 => 0,
        _ => (64 - magnitude.leading_zeros() as usize) / 8 + 1,
    }
}
