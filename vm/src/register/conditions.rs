//! Tests of branches, and comparisons.

use super::expressions::MAX_NESTING;
use super::fast::Fast;
use super::instruction::{Instruction, Register, Test};
use super::routine::{Arg, NativeEntry, Slow};
use super::translate::{Stop, Translation};
use super::translator::{Translator, small};
use crate::code::{Kind, NativeCall, Operand};
use crate::juice;
use lang::Value;

impl Translator {
    /// Writes a test; answers the jump that is taken when it does not hold.
    pub(super) fn test(&mut self, operand: &Operand) -> Translation<usize> {
        if let Operand::Op(link) = operand
            && self.depth < MAX_NESTING
        {
            let code = link.code()?.ok_or(Stop::Unfit)?.clone();
            if let Kind::Native(call) = &code.kind
                && let Some(fast @ Fast::Compare(test)) = Fast::of(call)
            {
                self.enter();
                let mut jump = 0;
                self.within(link.op()?.clone(), &code.kind, |this| {
                    jump = this.comparison_jump(call, fast, test)?;
                    Ok(())
                })?;
                return Ok(jump);
            }
        }
        let condition = self.readable(operand)?;
        self.emit_jump(|cost| Instruction::JumpUnless { condition, target: 0, cost })
    }

    pub(super) fn comparison_jump(
        &mut self,
        call: &NativeCall,
        fast: Fast,
        test: Test,
    ) -> Translation<usize> {
        let (a, b) = self.compared(call)?;
        self.slow_way(call, fast, [Arg::Register(a), b], 2)?;
        self.pending += fast.cost();
        self.emit_jump(|cost| match b {
            Arg::Register(b) => Instruction::JumpUnlessCompare { test, a, b, target: 0, cost },
            Arg::Long(long) => Instruction::JumpUnlessLong { test, a, long, target: 0, cost },
        })
    }

    /// The operands of a call with a fast way: registers, the second one perhaps a small integer.
    pub(super) fn compared(&mut self, call: &NativeCall) -> Translation<(Register, Arg)> {
        // The native function itself is a constant that is entered and paid for.
        self.enter();
        self.pending += juice::CONSTANT;
        let a = self.readable(&call.args[0])?;
        let Some(second) = call.args.get(1) else { return Ok((a, Arg::Long(0))) };
        if let Operand::Constant(constant) = second
            && let Value::Integer(n) = constant.get()?
            && let Ok(long) = i32::try_from(*n)
        {
            self.enter();
            self.pending += juice::CONSTANT;
            return Ok((a, Arg::Long(long)));
        }
        Ok((a, Arg::Register(self.readable(second)?)))
    }

    /// Notes how the next instruction goes the exact way.
    pub(super) fn slow_way(
        &mut self,
        call: &NativeCall,
        fast: Fast,
        args: [Arg; 2],
        count: usize,
    ) -> Translation<()> {
        let native = self.native_entry(call)?;
        let (at, cost) = (self.here()?, small(fast.cost())?);
        self.slow.push(Slow { at, native, cost, args, count });
        Ok(())
    }

    pub(super) fn native_entry(&mut self, call: &NativeCall) -> Translation<u16> {
        let is_known = |entry: &NativeEntry| entry.function == call.function;
        let native = match self.natives.iter().position(is_known) {
            Some(native) => native,
            None => {
                self.natives.push(NativeEntry { function: call.function.clone(), native: call.native });
                self.natives.len() - 1
            }
        };
        u16::try_from(native).map_err(|_| Stop::Unfit)
    }
}
