//! Tests of branches, and comparisons.

use super::expressions::MAX_NESTING;
use super::fast::Fast;
use super::instruction::{Instruction, Register};
use super::routine::{Arg, Given, NativeEntry, Slow};
use super::translate::{Stop, Translation};
use super::translator::{Translator, small};
use crate::code::{Kind, NativeCall, Operand};
use crate::core::quick;
use crate::juice;
use lang::Value;

/// The operands of a call with a fast way: a register, and another one or a small integer.
pub struct Sides {
    /// The fast way for these operands.
    pub fast: Fast,
    pub a: Register,
    pub b: Arg,
    /// The arguments as they were written.
    pub args: [Arg; 2],
    /// Which of them are registers whose values are needed no more.
    pub is_last: [bool; 2],
}

impl Translator {
    /// Writes a test; answers the jump that is taken when it does not hold.
    pub(super) fn test(&mut self, operand: &Operand) -> Translation<usize> {
        if let Operand::Op(link) = operand
            && self.depth < MAX_NESTING
        {
            let code = link.code()?.ok_or(Stop::Unfit)?.clone();
            if let Kind::Native(call) = &code.kind
                && let Some(fast @ Fast::Compare(_)) = Fast::of(call)
            {
                self.enter();
                let mut jump = 0;
                self.within(link.op()?.clone(), &code.kind, |this| {
                    jump = this.comparison_jump(call, fast)?;
                    Ok(())
                })?;
                return Ok(jump);
            }
        }
        let condition = self.readable(operand)?;
        self.emit_jump(|cost| Instruction::JumpUnless { condition, target: 0, cost })
    }

    fn comparison_jump(&mut self, call: &NativeCall, fast: Fast) -> Translation<usize> {
        let sides = self.sides(call, fast)?;
        let Fast::Compare(test) = sides.fast else { return Err(Stop::Unfit) };
        let Sides { a, b, .. } = sides;
        self.pending += fast.cost();
        let jump = self.emit_jump(|cost| match b {
            Arg::Register(b) => test.of_registers(a, b, cost),
            Arg::Long(long) => test.of_register(a, long, cost),
        })?;
        self.slow_way(call, fast, &sides)?;
        Ok(jump)
    }

    /// The operands of a call with a fast way.
    pub(super) fn sides(&mut self, call: &NativeCall, fast: Fast) -> Translation<Sides> {
        // The native function itself is a constant that is entered and paid for.
        self.enter();
        self.pending += juice::CONSTANT;
        let is_last = |this: &Translator, i| call.args.get(i).is_some_and(|arg| this.is_last(arg));
        let is_last = [is_last(self, 0), is_last(self, 1)];
        let Some(second) = call.args.get(1) else {
            let (a, b) = (self.readable(&call.args[0])?, Arg::Long(0));
            return Ok(Sides { fast, a, b, args: [Arg::Register(a), b], is_last });
        };
        // A constant on the left side is as good as one on the right, where the function allows it.
        if let Some(fast) = fast.mirrored()
            && let Some(long) = self.small_constant(&call.args[0])?
        {
            let a = self.readable(second)?;
            let (args, b) = ([Arg::Long(long), Arg::Register(a)], Arg::Long(long));
            return Ok(Sides { fast, a, b, args, is_last });
        }
        let a = self.readable(&call.args[0])?;
        let b = match self.small_constant(second)? {
            Some(long) => Arg::Long(long),
            None => Arg::Register(self.readable(second)?),
        };
        Ok(Sides { fast, a, b, args: [Arg::Register(a), b], is_last })
    }

    /// Whether the register of a readable operand is read no more: it is that of an intermediate value, or of a local
    /// that is not needed later.
    pub(super) fn is_last(&self, operand: &Operand) -> bool {
        !matches!(operand, Operand::Local(_)) || self.last_uses.is_last(operand)
    }

    /// Enters an operand and adds what it costs, if it is a small integer.
    fn small_constant(&mut self, operand: &Operand) -> Translation<Option<i32>> {
        let Operand::Constant(constant) = operand else { return Ok(None) };
        let Value::Integer(n) = constant.get()? else { return Ok(None) };
        let Ok(long) = i32::try_from(*n) else { return Ok(None) };
        self.enter();
        self.pending += juice::CONSTANT;
        Ok(Some(long))
    }

    /// Notes how the last instruction goes the exact way.
    pub(super) fn slow_way(&mut self, call: &NativeCall, fast: Fast, sides: &Sides) -> Translation<()> {
        let (args, is_last, count) = (sides.args.map(Given::from), sides.is_last, call.args.len());
        let native = self.native_entry(call)?;
        let (at, cost) = (self.last(), small(fast.cost())?);
        self.slow.push(Slow { at, native, cost, args, is_last, count });
        Ok(())
    }

    pub(super) fn native_entry(&mut self, call: &NativeCall) -> Translation<u16> {
        let is_known = |entry: &NativeEntry| entry.function == call.function;
        let native = match self.natives.iter().position(is_known) {
            Some(native) => native,
            None => {
                let (function, native, quick) = (call.function.clone(), call.native, quick(&call.function));
                self.natives.push(NativeEntry { function, native, quick });
                self.natives.len() - 1
            }
        };
        u16::try_from(native).map_err(|_| Stop::Unfit)
    }
}
