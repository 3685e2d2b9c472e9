//! The instructions of a routine.

use super::access::{Change, Read, Source};
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

    /// The jump that is taken unless two registers compare as wanted.
    pub fn of_registers(self, a: Register, b: Register, cost: u32) -> Instruction {
        let target = 0;
        match self {
            Test::LESS => Instruction::JumpUnlessLess { a, b, target, cost },
            Test::GREATER => Instruction::JumpUnlessLess { a: b, b: a, target, cost },
            test => Instruction::JumpUnlessCompare { test, a, b, target, cost },
        }
    }

    /// The jump that is taken unless a register compares with a small integer as wanted.
    pub fn of_register(self, a: Register, long: i32, cost: u32) -> Instruction {
        let target = 0;
        match (self, long) {
            (Test::LESS, long) => Instruction::JumpUnlessBelow { a, long, target, cost },
            (Test::AT_MOST, long) if long < i32::MAX => {
                Instruction::JumpUnlessBelow { a, long: long + 1, target, cost }
            }
            (Test::GREATER, long) => Instruction::JumpUnlessAbove { a, long, target, cost },
            (Test::AT_LEAST, long) if long > i32::MIN => {
                Instruction::JumpUnlessAbove { a, long: long - 1, target, cost }
            }
            (Test::SAME, long) => Instruction::JumpUnlessIs { a, long, target, cost },
            (test, long) => Instruction::JumpUnlessLong { test, a, long, target, cost },
        }
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

    /// The instruction that does it.
    pub fn of_registers(self, to: Register, a: Register, b: Register) -> Instruction {
        match self {
            Arithmetic::Add => Instruction::Sum { to, a, b },
            Arithmetic::Subtract => Instruction::Difference { to, a, b },
            Arithmetic::Multiply => Instruction::Product { to, a, b },
            division => Instruction::Divide { division, to, a, b },
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
    /// The sum of two registers.
    Sum { to: Register, a: Register, b: Register },
    /// The difference of two registers.
    Difference { to: Register, a: Register, b: Register },
    /// The product of two registers.
    Product { to: Register, a: Register, b: Register },
    /// A division of two registers.
    Divide { division: Arithmetic, to: Register, a: Register, b: Register },
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
    /// As `Repeat`, where a `JumpUnlessLess` comes first, which is paid for as well while it holds.
    RepeatWhileLess { a: Register, b: Register, target: Label, cost: u32 },
    /// As `Repeat`, where a `JumpUnlessBelow` comes first, which is paid for as well while it holds.
    RepeatWhileBelow { a: Register, long: i32, target: Label, cost: u32 },
    /// Goes on elsewhere when a register is `nil` or `false`.
    JumpUnless { condition: Register, target: Label, cost: u32 },
    /// Goes on elsewhere unless a register is less than another one.
    JumpUnlessLess { a: Register, b: Register, target: Label, cost: u32 },
    /// Goes on elsewhere unless a register is less than a small integer.
    JumpUnlessBelow { a: Register, long: i32, target: Label, cost: u32 },
    /// Goes on elsewhere unless a register is greater than a small integer.
    JumpUnlessAbove { a: Register, long: i32, target: Label, cost: u32 },
    /// Goes on elsewhere unless a register is a small integer.
    JumpUnlessIs { a: Register, long: i32, target: Label, cost: u32 },
    /// Goes on elsewhere unless two registers compare as wanted.
    JumpUnlessCompare { test: Test, a: Register, b: Register, target: Label, cost: u32 },
    /// Goes on elsewhere unless a register compares with a small integer as wanted.
    JumpUnlessLong { test: Test, a: Register, long: i32, target: Label, cost: u32 },
    /// The value of a symbol.
    Lookup { to: Register, site: u16 },
    /// Fails when a register cannot be called.
    Callable { function: Register },
    /// What a data structure in a register has.
    Read { read: Read, is_last: bool, to: Register, a: Register, key: Source },
    /// A data structure in a register, changed; it is needed no more as it was.
    Change { change: Change, is_last: bool, to: Register, a: Register, with: Source },
    /// Calls a native function with arguments in a row of registers.
    Native { to: Register, base: Register, count: u8, depth: u8, native: u16, cost: u32 },
    /// Calls a function of an actor with arguments in a row of registers: target, offer, name, and its own. Offer and name
    /// may stand in the table of such calls instead.
    CallActor { to: Register, base: Register, count: u8, depth: u8, site: u16, cost: u32 },
    /// Calls the function in a register with arguments in the registers after it.
    Call { to: Register, base: Register, count: u8, depth: u8, cost: u32 },
    /// Calls the value of a symbol with arguments in a row of registers. A `Resolve` may have looked it up already.
    CallSite { to: Register, base: Register, count: u8, depth: u8, is_resolved: bool, site: u16, cost: u32 },
    /// Looks up what a later `CallSite` calls, before an argument of it that may not run ahead of that look-up.
    Resolve { site: u16 },
    /// Ends the routine with a value.
    Return { from: Register, cost: u32 },
    /// Ends the reduction that the routine runs for with a value.
    Reduced { from: Register, cost: u32 },
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

impl Instruction {
    /// Whether this may run ahead of a look-up that comes before it in the program but is put off, as that of what a call
    /// names is until its arguments are there. It must pay nothing itself, and leave nothing that is seen when the
    /// look-up fails after it; where it fails or leaves its fast way, it first sees to the look-up
    /// (`Context::catch_up`). Nothing else decides this: `Translator::emit` asks here.
    pub fn runs_ahead(&self) -> bool {
        use Instruction::*;
        match self {
            Constant { .. }
            | Copy { .. }
            | Take { .. }
            | Sum { .. }
            | Difference { .. }
            | Product { .. }
            | Divide { .. }
            | Add { .. }
            | Compare { .. }
            | CompareLong { .. }
            | Lookup { .. }
            | Read { .. } => true,
            Change { change, .. } => !change.pays_at_once(),
            Jump { .. }
            | Repeat { .. }
            | RepeatWhileLess { .. }
            | RepeatWhileBelow { .. }
            | JumpUnless { .. }
            | JumpUnlessLess { .. }
            | JumpUnlessBelow { .. }
            | JumpUnlessAbove { .. }
            | JumpUnlessIs { .. }
            | JumpUnlessCompare { .. }
            | JumpUnlessLong { .. }
            | Callable { .. }
            | Native { .. }
            | CallActor { .. }
            | Call { .. }
            | CallSite { .. }
            | Resolve { .. }
            | Return { .. }
            | Reduced { .. }
            | Special { .. }
            | Define { .. }
            | Lambda { .. }
            | Destructure { .. }
            | Leave { .. } => false,
        }
    }

    /// Where a jump may lead.
    pub fn target(&mut self) -> Option<&mut Label> {
        use Instruction::*;
        match self {
            Jump { target, .. }
            | JumpUnless { target, .. }
            | JumpUnlessLess { target, .. }
            | JumpUnlessBelow { target, .. }
            | JumpUnlessAbove { target, .. }
            | JumpUnlessIs { target, .. }
            | JumpUnlessCompare { target, .. }
            | JumpUnlessLong { target, .. } => Some(target),
            _ => None,
        }
    }
}

const _: () = assert!(size_of::<Instruction>() <= 16);
