//! The exact way of instructions that have a fast one, and what native functions end in.

use super::arena::Installed;
use super::instruction::{Instruction, Register};
use super::routine::{Given, NativeEntry, Slow};
use super::unwind::Cursor;
use super::window::{clear, long_of};
use crate::core::math;
use crate::ending::Control;
use crate::{Context, Ending, Run};
use lang::Value;
use std::mem;

impl Context {
    /// The exact way of an instruction; answers where to go on.
    #[inline(never)]
    pub(super) fn run_exactly(
        &mut self,
        installed: &Installed,
        at: usize,
        frame: &mut [Value],
        cursor: &mut Cursor,
    ) -> Run<usize> {
        use Instruction::*;
        match installed.routine.code[at] {
            Sum { to, .. }
            | Difference { to, .. }
            | Product { to, .. }
            | Divide { to, .. }
            | Add { to, .. }
            | Compare { to, .. }
            | CompareLong { to, .. }
            | Read { to, .. }
            | Change { to, .. } => {
                cursor.has_cells |= self.calculate_exactly(installed, at, to, frame, &mut cursor.node)?;
                Ok(at + 1)
            }
            JumpUnlessLess { target, cost, .. }
            | JumpUnlessBelow { target, cost, .. }
            | JumpUnlessAbove { target, cost, .. }
            | JumpUnlessIs { target, cost, .. }
            | JumpUnlessCompare { target, cost, .. }
            | JumpUnlessLong { target, cost, .. } => {
                let holds = self.compare_exactly(installed, at, cost, frame)?;
                Ok(if holds { at + 1 } else { target as usize })
            }
            _ => self.malformed(),
        }
    }

    /// The exact way of an instruction that pays nothing, up to its register; answers whether that holds a cell then.
    /// What the instruction will have cost when it is paid for is credited, so that only what it cost more is used.
    fn calculate_exactly(
        &mut self,
        installed: &Installed,
        at: usize,
        to: Register,
        frame: &mut [Value],
        fault: &mut Option<u32>,
    ) -> Run<bool> {
        let Some(slow) = installed.routine.slow(at) else { return self.malformed() };
        self.catch_up(installed, at, fault)?;
        if let Instruction::Product { .. } = installed.routine.code[at]
            && self.multiply_in_place(installed, at, slow, frame, to)
        {
            return Ok(true);
        }
        let unpaid = u64::from(installed.routine.unpaid[at]);
        self.charge(unpaid)?;
        let value = self.call_slowly(installed, slow, frame)?;
        self.juice = self.juice.saturating_sub(unpaid + u64::from(slow.cost));
        let is_cell = value.is_cell();
        frame[usize::from(to)] = value;
        Ok(is_cell)
    }

    /// Multiplies a long integer that is needed no more by one of 64 bits, in place, and moves it to a register. Answers
    /// whether that was done.
    fn multiply_in_place(
        &mut self,
        installed: &Installed,
        at: usize,
        slow: &Slow,
        frame: &mut [Value],
        to: Register,
    ) -> bool {
        let is_long = |given: Given| match given {
            Given::Register(register) => matches!(frame[usize::from(register)], Value::BigInteger(_)),
            _ => false,
        };
        let is_first = is_long(slow.args[0]);
        let (long, factor) = if is_first { (0, 1) } else { (1, 0) };
        let (Given::Register(from), true) = (slow.args[long], slow.is_last[long]) else { return false };
        let factor = match slow.args[factor] {
            Given::Register(register) => long_of(&frame[usize::from(register)]),
            Given::Long(long) => Some(i64::from(long)),
            Given::Constant(_) => None,
        };
        let (Some(factor), Value::BigInteger(product)) = (factor, &mut frame[usize::from(from)]) else {
            return false;
        };
        let Some(cost) = math::cost_of_product(product, is_first) else { return false };
        let unpaid = u64::from(installed.routine.unpaid[at]);
        if !self.can_afford(unpaid.saturating_add(cost)) {
            return false;
        }
        product.multiply(factor);
        self.juice += cost - u64::from(slow.cost);
        if to != from {
            let product = mem::take(&mut frame[usize::from(from)]);
            frame[usize::from(to)] = product;
        }
        true
    }

    /// The exact way of a comparison that pays and jumps; answers whether it holds.
    fn compare_exactly(
        &mut self,
        installed: &Installed,
        at: usize,
        cost: u32,
        frame: &mut [Value],
    ) -> Run<bool> {
        let Some(slow) = installed.routine.slow(at) else { return self.malformed() };
        self.charge(u64::from(cost - slow.cost))?;
        Ok(self.call_slowly(installed, slow, frame)?.is_truthy())
    }

    fn call_slowly(&mut self, installed: &Installed, slow: &Slow, frame: &mut [Value]) -> Run {
        let mut args = [Value::Nil, Value::Nil];
        for (value, (arg, is_last)) in args.iter_mut().zip(slow.args.iter().zip(slow.is_last)) {
            *value = match *arg {
                Given::Register(register) if is_last && frame[usize::from(register)].is_cell() => {
                    mem::take(&mut frame[usize::from(register)])
                }
                Given::Register(register) => frame[usize::from(register)].clone(),
                Given::Long(long) => Value::Integer(i64::from(long)),
                Given::Constant(constant) => installed.routine.constants[usize::from(constant)].clone(),
            };
        }
        let entry = &installed.routine.natives[usize::from(slow.native)];
        let args = &mut args[..slow.count];
        match (entry.native)(self, args) {
            Ok(value) => Ok(value),
            Err(ending) => self.native_ended(entry, args, ending),
        }
    }

    /// Calls a native function with arguments that are then given up.
    #[inline(always)]
    pub(super) fn call_native(&mut self, installed: &Installed, native: u16, args: &mut [Value]) -> Run {
        let entry = &installed.routine.natives[usize::from(native)];
        let value = match (entry.native)(self, args) {
            Ok(value) => value,
            Err(ending) => self.native_ended(entry, args, ending)?,
        };
        clear(args);
        Ok(value)
    }

    /// Goes on after a native function that did not end in a value.
    #[cold]
    pub(super) fn native_ended(&mut self, entry: &NativeEntry, args: &[Value], ending: Ending) -> Run {
        match ending {
            Ending::Control(control) => self.follow(&entry.function, control),
            ending => Err(self.called(ending, &entry.function, args)),
        }
    }

    /// A reduction that ends further out.
    #[cold]
    pub(super) fn is_reduced(&mut self, value: &mut Value) -> Ending {
        self.result = Value::Nil;
        Control::Reduced(mem::replace(value, Value::Nil)).into()
    }

    #[cold]
    pub(super) fn no_function(&self, value: &Value) -> Ending {
        let kind = value.kind().name();
        let failed: Run = self.fail("CAST", format!("Only functions can be called, not this {kind}"));
        failed.err().unwrap_or(Ending::OutOfJuice)
    }
}
