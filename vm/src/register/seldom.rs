//! Instructions that are rarer, or take longer, than those in the loop.

use super::arena::Installed;
use super::instruction::Instruction;
use super::unwind::Cursor;
use super::window::copy;
use crate::code::{self, Operand};
use crate::{Context, Run};
use lang::Value;
use std::mem;

impl Context {
    /// Pays for an instruction and goes to the depth of what it does.
    #[inline(always)]
    pub(super) fn pay(&mut self, cursor: &Cursor, cost: u32, depth: u8) -> Run<()> {
        self.charge(u64::from(cost))?;
        self.depth = cursor.depth + u32::from(depth);
        Ok(())
    }

    /// Runs an instruction that is rarer, or takes longer, than others.
    #[inline(never)]
    pub(super) fn run_seldom(
        &mut self,
        instruction: &Instruction,
        installed: &Installed,
        cursor: &mut Cursor,
        frame: &mut [Value],
    ) -> Run<()> {
        let (to, value) = match *instruction {
            Instruction::Special { to, code, depth, cost } => {
                self.pay(cursor, cost, depth)?;
                (to, self.special(u64::from(code))?)
            }
            Instruction::Resolve { site } => return self.resolve(installed, site, &mut cursor.node),
            Instruction::Define { value, definition, depth, cost } => {
                self.pay(cursor, cost, depth)?;
                let definition = &installed.routine.definitions[usize::from(definition)];
                self.define_at(installed, definition, &frame[usize::from(value)])?;
                return Ok(());
            }
            Instruction::Lambda { to, lambda, depth, cost } => {
                self.pay(cursor, cost, depth)?;
                let lambda = &installed.routine.lambdas[usize::from(lambda)];
                let locals = lambda.locals.iter().map(|local| &frame[usize::from(*local)]);
                (to, code::capture(&lambda.function, locals)?)
            }
            Instruction::Destructure { from, pattern, depth, cost } => {
                self.pay(cursor, cost, depth)?;
                let pattern = &installed.routine.patterns[usize::from(pattern)];
                let value = mem::replace(&mut frame[usize::from(from)], Value::Nil);
                self.bind_into(frame, &pattern.names, |ctx| {
                    let bound = ctx.bind_form(pattern.form.get()?, value);
                    bound.map_err(|ending| ending.about(pattern.position))
                })?;
                cursor.has_cells = true;
                return Ok(());
            }
            Instruction::Leave { to, leave, depth, cost } => {
                self.pay(cursor, cost, depth)?;
                let leave = &installed.routine.leaves[usize::from(leave)];
                let locals = leave.locals.iter().map(|local| copy(&frame[usize::from(*local)]));
                (to, self.leave(&leave.operand, locals)?)
            }
            _ => return self.malformed(),
        };
        cursor.put(&mut frame[usize::from(to)], value);
        Ok(())
    }

    /// Runs an op in the first tier among locals.
    #[inline(never)]
    fn leave(&mut self, operand: &Operand, locals: impl Iterator<Item = Value>) -> Run {
        let (base, mark) = (self.base, self.mark());
        self.base = self.locals.len();
        self.locals.extend(locals);
        let outcome = self.operand(operand);
        self.restore(mark);
        self.base = base;
        outcome
    }
}
