//! The numeric tower: 64-bit integers that grow into big ones, and doubles.

use dashu_int::IBig;
use lang::{BigInteger, Double, Value, nearest_double};
use std::cmp::Ordering;

/// A number, seen in place.
#[derive(Clone, Copy)]
pub enum Number<'a> {
    /// An integer of 64 bits.
    Long(i64),
    /// An integer of more.
    Big(&'a IBig),
    /// A double.
    Double(f64),
}

/// Whether a value is an integer or a double.
pub fn is_number(value: &Value) -> bool {
    number(value).is_some()
}

/// A value as a number; `None` when it is none.
pub fn number(value: &Value) -> Option<Number<'_>> {
    match value {
        Value::Integer(n) => Some(Number::Long(*n)),
        Value::BigInteger(n) => Some(Number::Big(n.get())),
        Value::Double(d) => Some(Number::Double(d.get())),
        _ => None,
    }
}

impl Number<'_> {
    /// The nearest double.
    pub fn to_double(self) -> f64 {
        match self {
            Number::Long(n) => n as f64,
            Number::Big(n) => nearest_double(n),
            Number::Double(d) => d,
        }
    }

    /// The integer as a big one, `None` for a double.
    fn to_big(self) -> Option<IBig> {
        match self {
            Number::Long(n) => Some(IBig::from(n)),
            Number::Big(n) => Some(n.clone()),
            Number::Double(_) => None,
        }
    }
}

/// A double as a value, its NaN the canonical one.
pub fn double(d: f64) -> Value {
    Value::Double(Double::new(d))
}

/// How two numbers compare; `None` when one of them is NaN. Integers compare exactly, all else as doubles.
pub fn compare(a: Number<'_>, b: Number<'_>) -> Option<Ordering> {
    match (a, b) {
        (Number::Long(a), Number::Long(b)) => Some(a.cmp(&b)),
        (Number::Double(_), _) | (_, Number::Double(_)) => a.to_double().partial_cmp(&b.to_double()),
        (Number::Big(a), Number::Big(b)) => Some(a.cmp(b)),
        (Number::Big(a), Number::Long(b)) => Some(a.cmp(&IBig::from(b))),
        (Number::Long(a), Number::Big(b)) => Some(IBig::from(a).cmp(b)),
    }
}

/// An operation that can be done on numbers of each type.
pub struct Operation {
    /// On integers of 64 bits, `None` on overflow.
    pub long: fn(i64, i64) -> Option<i64>,
    /// On integers of any size.
    pub big: fn(IBig, &IBig) -> IBig,
    /// On an integer of any size and one of 64 bits whose result is known not to be too large; in place where nobody
    /// else holds the first.
    pub by_long: fn(BigInteger, i64) -> Option<Value>,
    /// On doubles, and where one of the operands is a double.
    pub double: fn(f64, f64) -> f64,
    /// Whether the operands can change their places.
    pub is_commutative: bool,
    /// The value of a result of operands of which one has the form of a long integer.
    pub settle: fn(IBig) -> Option<Value>,
}

impl Operation {
    /// The result, `None` when it is an integer beyond the largest or smallest there is.
    pub fn apply(&self, a: Number<'_>, b: Number<'_>) -> Option<Value> {
        if let (Number::Long(a), Number::Long(b)) = (a, b)
            && let Some(n) = (self.long)(a, b)
        {
            return Some(Value::Integer(n));
        }
        match (a.to_big(), b.to_big()) {
            (Some(a), Some(b)) => (self.settle)((self.big)(a, &b)),
            _ => Some(double((self.double)(a.to_double(), b.to_double()))),
        }
    }

    /// The result for a big integer that is given away and another integer, where it is known not to be too large.
    pub fn apply_to(&self, a: BigInteger, b: &Value) -> Option<Value> {
        match b {
            Value::Integer(b) => (self.by_long)(a, *b),
            Value::BigInteger(b) => (self.settle)((self.big)(a.into_inner(), b.get())),
            _ => None,
        }
    }
}
