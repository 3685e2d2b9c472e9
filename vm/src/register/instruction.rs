//! The instructions of a routine.

use lang::Value;

/// A register of the running routine, counted from the start of its window.
pub type Register = u16;

/// A place in the code of a routine.
pub type Label = u32;

/// Which outcomes of a comparison count as true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Test(u8);

impl Test {
    pub const LESS: Test = Test(1);
    pub const AT_MOST: Test = Test(3);
    pub const EQUAL: Test = Test(2);
    pub const AT_LEAST: Test = Test(6);
    pub const GREATER: Test = Test(4);
    /// Equality of values of any type, which for integers of 64 bits is that of numbers.
    pub const SAME: Test = Test(2 | SAME);

    /// The same test of two values with their places changed.
    pub fn mirrored(self) -> Test {
        let (less, equal, greater) = (self.0 & 1, self.0 & !5, self.0 >> 2 & 1);
        Test(less << 2 | equal | greater)
    }

    /// Whether this asks for equality of values and not how numbers compare.
    #[inline]
    pub fn is_same(self) -> bool {
        self.0 & SAME != 0
    }

    /// Whether an order of two numbers counts as true.
    #[inline]
    pub fn accepts(self, order: std::cmp::Ordering) -> bool {
        self.0 >> (order as i8 + 1) & 1 != 0
    }

    /// Whether a value compares with another as wanted, `None` where only the native function knows.
    #[inline(always)]
    pub fn of_values(self, a: &Value, b: &Value) -> Option<bool> {
        match (a, b) {
            (Value::Integer(a), Value::Integer(b)) => Some(self.accepts(a.cmp(b))),
            _ if self.is_same() => Some(a == b),
            (Value::Double(a), Value::Double(b)) => {
                Some(a.get().partial_cmp(&b.get()).is_some_and(|order| self.accepts(order)))
            }
            _ => None,
        }
    }
}

const SAME: u8 = 8;

/// Arithmetic with a fast way for 64-bit integers, and some for doubles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    /// What is left of a division, from 0 to below the size of the divisor.
    Modulo,
    /// What is left of a truncated division.
    Remainder,
    /// A truncated division.
    Quotient,
}

impl Arithmetic {
    /// The result, where it is an integer of 64 bits.
    #[inline(always)]
    pub fn of_longs(self, a: i64, b: i64) -> Option<i64> {
        match self {
            Arithmetic::Add => a.checked_add(b),
            Arithmetic::Subtract => a.checked_sub(b),
            Arithmetic::Multiply => a.checked_mul(b),
            Arithmetic::Modulo => a.checked_rem_euclid(b),
            Arithmetic::Remainder => a.checked_rem(b),
            Arithmetic::Quotient => a.checked_div(b),
        }
    }

    /// The result, where doubles have one.
    #[inline(always)]
    pub fn of_doubles(self, a: f64, b: f64) -> Option<f64> {
        match self {
            Arithmetic::Add => Some(a + b),
            Arithmetic::Subtract => Some(a - b),
            Arithmetic::Multiply => Some(a * b),
            _ => None,
        }
    }

    /// Whether this is a division, which only integers have.
    pub fn is_division(self) -> bool {
        matches!(self, Arithmetic::Modulo | Arithmetic::Remainder | Arithmetic::Quotient)
    }
}

/// One step of a routine, 16 bytes.
///
/// Juice: an instruction with a `cost` first pays it, for all that was run since the last payment and for what the
/// instruction itself surely costs. Those without are paid by the next one that has. `depth` is the depth of nested
/// ops at an instruction, counted from where the routine began.
#[derive(Clone, Copy, Debug)]
pub enum Instruction {
    /// A constant by its position in the table.
    Constant { to: Register, constant: u32 },
    /// Another register, which keeps its value.
    Copy { to: Register, from: Register },
    /// Another register, whose value is needed no more.
    Take { to: Register, from: Register },
    /// Arithmetic on two registers.
    Calculate { operation: Arithmetic, to: Register, a: Register, b: Register },
    /// A small integer added to a register.
    Add { to: Register, a: Register, long: i32 },
    /// Whether two registers compare as wanted.
    Compare { test: Test, to: Register, a: Register, b: Register },
    /// Whether a register compares with a small integer as wanted.
    CompareLong { test: Test, to: Register, a: Register, long: i32 },
    /// Goes on elsewhere.
    Jump { target: Label, cost: u32 },
    /// Goes back to the start of a loop or function; the run can be interrupted here.
    Repeat { target: Label, cost: u32 },
    /// Goes on elsewhere when a register is `nil` or `false`.
    JumpUnless { condition: Register, target: Label, cost: u32 },
    /// Goes on elsewhere unless two registers compare as wanted.
    JumpUnlessCompare { test: Test, a: Register, b: Register, target: Label, cost: u32 },
    /// Goes on elsewhere unless a register compares with a small integer as wanted.
    JumpUnlessLong { test: Test, a: Register, long: i32, target: Label, cost: u32 },
    /// The value of a symbol.
    Lookup { to: Register, site: u16 },
    /// Sees to it that the value of a symbol is known at a site and can be called.
    Resolve { site: u16 },
    /// Fails when a register cannot be called.
    Callable { function: Register },
    /// Calls a native function with arguments in a row of registers.
    Native { to: Register, base: Register, count: u8, depth: u8, native: u16, cost: u32 },
    /// Calls the function in a register with arguments in the registers after it.
    Call { to: Register, base: Register, count: u8, depth: u8, cost: u32 },
    /// Calls what was resolved at a site with arguments in a row of registers.
    CallSite { to: Register, base: Register, count: u8, depth: u8, site: u16, cost: u32 },
    /// Ends the routine with a value.
    Return { from: Register, cost: u32 },
    /// A register of the machine by its code.
    Special { to: Register, code: u16, depth: u8, cost: u32 },
    /// A definition by its position in the table; the value stays in the register.
    Define { value: Register, definition: u16, depth: u8, cost: u32 },
    /// A function over the present locals, by its position in the table.
    Lambda { to: Register, lambda: u16, depth: u8, cost: u32 },
    /// Takes a value apart into the registers of a pattern, by its position in the table.
    Destructure { from: Register, pattern: u16, depth: u8, cost: u32 },
    /// An op that the first tier runs over the present locals, by its position in the table.
    Leave { to: Register, leave: u16, depth: u8, cost: u32 },
}

const _: () = assert!(size_of::<Instruction>() <= 16);
