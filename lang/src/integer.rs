//! Integers of more than 64 bits (CAD012).
//!
//! Arithmetic is that of `dashu-int`. It divides, prints and reads in less than quadratic time; so does `ibig`, which is
//! kept up no more, but `num-bigint` reads in quadratic time. It holds numbers below 128 bits without allocating, which
//! divides them ten times as fast as `num-bigint`, and gives and takes bytes eight times as fast. What it is used for was
//! compared with `num-bigint` on random and extreme numbers. The conversion to doubles is our own: those of both libraries
//! round some numbers the wrong way. Where a number is multiplied in place by one word after the other it is slower than
//! `num-bigint`, but not by two words at once: `Product` gathers them.

use crate::cell::{Node, body_mut};
use crate::limits::MAX_INTEGER_BYTES;
use crate::*;
use dashu_int::ops::BitTest;
use dashu_int::{IBig, Sign, Word};
use std::sync::OnceLock;
use triomphe::Arc;

/// An integer in the form of a long one, of at most 4,096 bytes.
///
/// Nearly always it lies outside the 64-bit range. The exception are 0 and the lowest 64-bit integer as products
/// of a long integer ([`BigInteger::product`]): they are equal to the same numbers in place, and are encoded and
/// printed like them, but the network divides them by the rules of long integers.
#[derive(Clone)]
pub struct BigInteger(pub(crate) Arc<Node<Product>>);

/// A number times a factor. Multiplying by one small number after the other, as in a factorial, goes through all digits
/// only when the small ones no longer fit one factor, or when the digits are asked for.
pub(crate) struct Product {
    number: IBig,
    /// At least 1. Two words are multiplied in one go through the digits, which is half as many goes as for one.
    factor: u128,
    /// Those of the number, unless the factor is 1: they are asked for before each multiplication.
    leading: Leading,
    /// The product, once it was asked for; never set where the factor is 1.
    whole: OnceLock<IBig>,
}

impl Clone for Product {
    fn clone(&self) -> Product {
        match self.whole.get() {
            Some(whole) => Product::new(whole.clone()),
            None => {
                let (factor, leading) = (self.factor, self.leading);
                Product { factor, leading, ..Product::new(self.number.clone()) }
            }
        }
    }
}

impl Product {
    fn new(number: IBig) -> Product {
        Product { number, factor: 1, leading: Leading::default(), whole: OnceLock::new() }
    }

    fn whole(&self) -> &IBig {
        match self.factor {
            1 => &self.number,
            factor => self.whole.get_or_init(|| &self.number * factor),
        }
    }

    /// The digits, all factors multiplied in.
    fn into_whole(self) -> IBig {
        match (self.factor, self.whole.into_inner()) {
            (1, _) => self.number,
            (_, Some(whole)) => whole,
            (factor, None) => self.number * factor,
        }
    }

    fn multiply(&mut self, n: i64) {
        if n == 0 || self.number.is_zero() {
            *self = Product::new(IBig::ZERO);
            return;
        }
        if let Some(whole) = self.whole.take() {
            (self.number, self.factor) = (whole, 1);
        }
        let size = u128::from(n.unsigned_abs());
        match self.factor.checked_mul(size) {
            Some(factor) if self.factor > 1 => self.factor = factor,
            _ => {
                if self.factor > 1 {
                    self.number *= self.factor;
                }
                (self.factor, self.leading) = (size, Leading::of(&self.number));
            }
        }
        if n < 0 {
            self.number = -std::mem::take(&mut self.number);
        }
    }

    /// The number of bits of the product without its sign.
    fn bits(&self) -> u64 {
        if self.factor == 1 {
            return self.number.bit_len() as u64;
        }
        let (number, factor) = (self.leading, Leading::of_two_words(self.factor));
        let length = |product: u128| u64::from(u128::BITS - product.leading_zeros());
        let (a, b) = (u128::from(number.start), u128::from(factor.start));
        let least = length(a * b) + number.cut_bits + factor.cut_bits;
        // What was cut off counts for less than one more in the last bit that is there, of either.
        let (is_more, is_larger) = (number.cut_bits > 0, factor.cut_bits > 0);
        let end = u128::from(is_more) * b + u128::from(is_larger) * a + u128::from(is_more && is_larger);
        if length(a * b + end.saturating_sub(1)) == length(a * b) {
            least
        } else {
            self.whole().bit_len() as u64
        }
    }

    /// Whether the size of the product is a power of two.
    fn is_power_of_two(&self) -> bool {
        self.factor.is_power_of_two()
            && self.number.trailing_zeros().is_some_and(|n| n + 1 == self.number.bit_len())
    }
}

/// The first bits of the size of a number.
#[derive(Clone, Copy, Default)]
struct Leading {
    /// The first 64 bits, all of a shorter number.
    start: u64,
    /// How many bits come after them.
    cut_bits: u64,
}

impl Leading {
    fn of(n: &IBig) -> Leading {
        let (_, words) = n.as_sign_words();
        let mut rest = words.iter().rev();
        let Some(first) = rest.next() else { return Leading::default() };
        let (mut start, mut free) =
            (u128::from(*first) << (u128::BITS - Word::BITS), u128::BITS - Word::BITS);
        // So many words hold 64 bits wherever the first of them begins.
        while free >= Word::BITS
            && let Some(word) = rest.next()
        {
            free -= Word::BITS;
            start |= u128::from(*word) << free;
        }
        let bits = words.len() as u64 * u64::from(Word::BITS) - u64::from(first.leading_zeros());
        let top = (start << first.leading_zeros() >> u64::BITS) as u64;
        match bits.checked_sub(u64::BITS.into()) {
            Some(cut_bits) => Leading { start: top, cut_bits },
            None => Leading { start: top >> (u64::from(u64::BITS) - bits), cut_bits: 0 },
        }
    }

    fn of_two_words(n: u128) -> Leading {
        let cut_bits = u64::BITS.saturating_sub(n.leading_zeros());
        Leading { start: (n >> cut_bits) as u64, cut_bits: cut_bits.into() }
    }
}

/// The double nearest to an integer, ties to even; infinite when there is none.
///
/// The libraries round some numbers down that lie above the middle between two doubles.
pub fn nearest_double(n: &IBig) -> f64 {
    let Leading { start, cut_bits } = Leading::of(n);
    // Of the bits that were cut off it counts only whether there are any: more stand before them than a double has.
    let is_cut = n.trailing_zeros().is_some_and(|zeros| (zeros as u64) < cut_bits);
    let magnitude =
        libm::scalbn((start | u64::from(is_cut)) as f64, i32::try_from(cut_bits).unwrap_or(i32::MAX));
    if n.sign() == Sign::Negative { -magnitude } else { magnitude }
}

impl BigInteger {
    pub(crate) fn new(n: IBig) -> BigInteger {
        BigInteger(Node::shared(Product::new(n)))
    }

    /// The number.
    pub fn get(&self) -> &IBig {
        self.0.body.whole()
    }

    /// The number, without a copy where nobody else holds it.
    pub fn into_inner(self) -> IBig {
        match Arc::try_unwrap(self.0) {
            Ok(node) => node.body.into_whole(),
            Err(shared) => shared.body.whole().clone(),
        }
    }

    /// The number in 64 bits, if it fits.
    pub fn small(&self) -> Option<i64> {
        if self.0.body.bits() > 64 { None } else { i64::try_from(self.get()).ok() }
    }

    /// The shortest two's complement of the number, the highest byte first: of 0 a single byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self.get().to_be_bytes().into_vec() {
            // The library has no byte for 0.
            bytes if bytes.is_empty() => vec![0],
            bytes => bytes,
        }
    }

    /// The lowest byte of the two's complement.
    pub fn low_byte(&self) -> u8 {
        let (sign, words) = self.get().as_sign_words();
        let low = words.first().map_or(0, |word| *word as u8);
        if sign == Sign::Negative { low.wrapping_neg() } else { low }
    }

    /// The number of bits of the shortest two's complement but for its sign.
    pub fn signed_bits(&self) -> u64 {
        let product = &self.0.body;
        // Of all numbers with so many bits, only minus a power of two needs no bit more for its sign.
        let is_lowest = product.number.sign() == Sign::Negative && product.is_power_of_two();
        product.bits() - u64::from(is_lowest)
    }

    /// Multiplies by a small integer, in place where nobody else holds the number.
    ///
    /// The caller sees to it that the product has at most 4,096 bytes. What [`BigInteger::product`] says of its form
    /// holds here.
    pub fn multiply(&mut self, n: i64) {
        body_mut(&mut self.0).multiply(n);
    }

    /// A product of which a factor has the form of a long integer, and so has the product. `None` when it needs
    /// more than 4,096 bytes of two's complement.
    pub fn product(n: IBig) -> Option<Value> {
        let n = BigInteger::new(n);
        (n.signed_bits() / 8 < MAX_INTEGER_BYTES as u64).then_some(Value::BigInteger(n))
    }
}

impl From<i64> for BigInteger {
    fn from(n: i64) -> BigInteger {
        BigInteger::new(n.into())
    }
}

impl Value {
    /// The canonical value of an integer: in place when it fits 64 bits, `None` when it needs more than 4,096
    /// bytes of two's complement.
    pub fn integer(n: IBig) -> Option<Value> {
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
    pub fn to_bigint(&self) -> Option<IBig> {
        match self {
            Value::Integer(n) => Some(IBig::from(*n)),
            Value::BigInteger(n) => Some(n.get().clone()),
            _ => None,
        }
    }
}

/// The number of bytes of a small integer: the fewest that hold its two's complement, none for 0.
pub(crate) fn small_bytes(n: i64) -> usize {
    let magnitude = if n < 0 { !n } else { n };
    match n {
        0 => 0,
        _ => (64 - magnitude.leading_zeros() as usize) / 8 + 1,
    }
}
