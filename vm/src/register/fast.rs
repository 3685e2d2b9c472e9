//! Native functions for which there are instructions of their own.

use super::instruction::{Arithmetic, Test};
use crate::code::NativeCall;
use crate::juice;
use lang::{Double, Value, native};

/// A native function with an instruction of its own.
#[derive(Clone, Copy)]
pub enum Fast {
    /// Arithmetic on two numbers.
    Calculate(Arithmetic),
    /// An integer one more or less.
    Step(i32),
    /// A comparison of two values.
    Compare(Test),
}

impl Fast {
    /// The fast way of a call, if there is one for its function and number of arguments.
    pub fn of(call: &NativeCall) -> Option<Fast> {
        Fast::of_function(&call.function, call.args.len())
    }

    /// The fast way of a function, if there is one for a number of arguments.
    pub fn of_function(function: &Value, count: usize) -> Option<Fast> {
        let fast = Fast::named(function)?;
        let arity = if matches!(fast, Fast::Step(_)) { 1 } else { 2 };
        (count == arity).then_some(fast)
    }

    /// The fast way of a function, if there is one for some number of arguments.
    pub fn named(function: &Value) -> Option<Fast> {
        Some(match native::name_of(function)? {
            "+" => Fast::Calculate(Arithmetic::Add),
            "-" => Fast::Calculate(Arithmetic::Subtract),
            "*" => Fast::Calculate(Arithmetic::Multiply),
            "mod" => Fast::Calculate(Arithmetic::Modulo),
            "rem" => Fast::Calculate(Arithmetic::Remainder),
            "quot" => Fast::Calculate(Arithmetic::Quotient),
            "inc" => Fast::Step(1),
            "dec" => Fast::Step(-1),
            "<" => Fast::Compare(Test::LESS),
            "<=" => Fast::Compare(Test::AT_MOST),
            "==" => Fast::Compare(Test::EQUAL),
            ">=" => Fast::Compare(Test::AT_LEAST),
            ">" => Fast::Compare(Test::GREATER),
            "=" => Fast::Compare(Test::SAME),
            _ => return None,
        })
    }

    /// The fast way that gives the same where two arguments have changed their places, if there is one.
    pub fn mirrored(self) -> Option<Fast> {
        match self {
            Fast::Calculate(Arithmetic::Add) => Some(self),
            Fast::Compare(test) => Some(Fast::Compare(test.mirrored())),
            _ => None,
        }
    }

    /// What the native function charges for numbers of at most 64 bits, and for any values when they are compared for
    /// equality.
    pub fn cost(self) -> u64 {
        match self {
            Fast::Calculate(division) if division.is_division() => juice::ARITHMETIC,
            Fast::Calculate(_) => 2 * juice::MIN_NUMERIC_COST + juice::ARITHMETIC,
            Fast::Step(_) => juice::ARITHMETIC,
            Fast::Compare(test) if test.is_same() => juice::EQUALS,
            Fast::Compare(_) => juice::NUMERIC_COMPARE,
        }
    }

    /// The result for two arguments, where the fast way has one.
    #[inline]
    pub fn of_two(self, a: &Value, b: &Value) -> Option<Value> {
        match (self, a, b) {
            (Fast::Calculate(operation), Value::Integer(a), Value::Integer(b)) => {
                operation.of_longs(*a, *b).map(Value::Integer)
            }
            (Fast::Calculate(operation), Value::Double(a), Value::Double(b)) => {
                operation.of_doubles(a.get(), b.get()).map(|result| Value::Double(Double::new(result)))
            }
            (Fast::Compare(test), a, b) => test.of_values(a, b).map(Value::Boolean),
            _ => None,
        }
    }
}
