//! Native functions for which there are instructions of their own.

use super::instruction::{Arithmetic, Test};
use crate::code::NativeCall;
use crate::juice;
use lang::{Value, native};

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
        let Value::Extension { code, .. } = &call.function else { return None };
        let fast = match native::name(*code)? {
            "+" => Fast::Calculate(Arithmetic::Add),
            "-" => Fast::Calculate(Arithmetic::Subtract),
            "*" => Fast::Calculate(Arithmetic::Multiply),
            "inc" => Fast::Step(1),
            "dec" => Fast::Step(-1),
            "<" => Fast::Compare(Test::LESS),
            "<=" => Fast::Compare(Test::AT_MOST),
            "==" => Fast::Compare(Test::EQUAL),
            ">=" => Fast::Compare(Test::AT_LEAST),
            ">" => Fast::Compare(Test::GREATER),
            "=" => Fast::Compare(Test::SAME),
            _ => return None,
        };
        let arity = if matches!(fast, Fast::Step(_)) { 1 } else { 2 };
        (call.args.len() == arity).then_some(fast)
    }

    /// What the native function charges for numbers of at most 64 bits, and for any values when they are compared for
    /// equality.
    pub fn cost(self) -> u64 {
        match self {
            Fast::Calculate(_) => 2 * juice::MIN_NUMERIC_COST + juice::ARITHMETIC,
            Fast::Step(_) => juice::ARITHMETIC,
            Fast::Compare(test) if test.is_same() => juice::EQUALS,
            Fast::Compare(_) => juice::NUMERIC_COMPARE,
        }
    }
}
