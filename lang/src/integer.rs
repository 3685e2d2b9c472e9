//! Integers of more than 64 bits (CAD012).
use crate::cell::Node;
use crate::*;
use num_bigint::BigInt;
use std::sync::Arc;

/// An integer outside the 64-bit range and of at most 4,096 bytes.
#[derive(Clone)]
pub struct BigInteger(pub(crate) Arc<Node<BigInt>>);

impl BigInteger {
    /// The number.
    pub fn get(&self) -> &BigInt {
        &self.0.body
    }
}

impl Value {
    /// The canonical value of an integer: in place when it fits 64 bits, `None` when it needs more than 4,096 bytes.
    pub fn integer(n: BigInt) -> Option<Value> { todo!() }
    /// The integer as a big number, when this is one of either size.
    pub fn to_bigint(&self) -> Option<BigInt> { todo!() }
}
