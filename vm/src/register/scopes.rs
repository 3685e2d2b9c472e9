//! Locals: `let` and `loop`, and what is left to the first tier with all of them.

use super::instruction::Instruction;
use super::routine::{Leave, Loop, Pattern};
use super::translate::{Stop, Translation, names_in};
use super::translator::{Goal, Repeat, Translator, index, register};
use crate::code::{Link, Operand, Target, Targets};
use crate::juice;
use lang::op::Op;

/// Ops looked through in code that is to be left to the first tier.
const MAX_LOOKED_THROUGH: usize = 2_000;

impl Translator {
    pub(super) fn bindings(
        &mut self,
        bindings: &Targets,
        operands: &[Operand],
        goal: Goal,
    ) -> Translation<()> {
        self.pending += juice::LET;
        let scope = self.scope.len();
        let (values, body) = operands.split_at(bindings.targets.len().min(operands.len()));
        for (position, (target, value)) in bindings.targets.iter().zip(values).enumerate() {
            self.binding(position, target, value)?;
        }
        self.sequence(body, goal)?;
        self.scope.truncate(scope);
        Ok(())
    }

    pub(super) fn binding(&mut self, position: usize, target: &Target, value: &Operand) -> Translation<()> {
        let register = self.fresh()?;
        self.expression(value, Goal::store(register))?;
        match target {
            Target::Name => self.scope.push(register),
            Target::Ignored => {}
            Target::Form(form) => {
                let names = (0..names_in(target)?).map(|_| self.fresh()).collect::<Translation<Vec<_>>>()?;
                let (pattern, depth) = (index(self.patterns.len())?, self.depth()?);
                self.patterns.push(Pattern { form: form.clone(), position, names: names.clone().into() });
                self.emit_paying(|cost| Instruction::Destructure { from: register, pattern, depth, cost })?;
                self.scope.extend(names);
            }
        }
        Ok(())
    }

    pub(super) fn looping(
        &mut self,
        operand: &Operand,
        bindings: &Targets,
        operands: &[Operand],
        goal: Goal,
    ) -> Translation<()> {
        if bindings.targets.iter().any(|target| matches!(target, Target::Form(_))) {
            return self.leave(operand, goal);
        }
        self.pending += juice::LET;
        let scope = self.scope.len();
        let count = bindings.targets.len();
        let (values, body) = operands.split_at(count.min(operands.len()));
        let first = self.next;
        for (position, (target, value)) in bindings.targets.iter().zip(values).enumerate() {
            self.binding(position, target, value)?;
        }
        let jump = self.emit_jump(|cost| Instruction::Jump { target: 0, cost })?;
        self.land(jump)?;
        let start = self.here()?;
        let recur = Some(Repeat { target: start, first, count });
        self.sequence(body, Goal { to: goal.to, recur })?;
        let end = self.here()?;
        self.loops.push(Loop { start, end, first, count: register(count)?, node: self.node });
        self.scope.truncate(scope);
        Ok(())
    }

    /// Leaves the present op to the first tier.
    pub(super) fn leave(&mut self, operand: &Operand, goal: Goal) -> Translation<()> {
        if self.node == 0 {
            // It would be the whole routine.
            return Err(Stop::Unfit);
        }
        // The first tier enters the op anew and adds it to traces itself.
        let parent = self.nodes[self.node as usize].parent;
        self.leave_at(operand, goal, parent, self.depth - 1)
    }

    /// Leaves an op that is entered at some depth within another one to the first tier, with all locals.
    pub(super) fn leave_at(
        &mut self,
        operand: &Operand,
        goal: Goal,
        parent: u32,
        depth: u32,
    ) -> Translation<()> {
        let Operand::Op(link) = operand else { return Err(Stop::Unfit) };
        if operand.reads_result() || sets_locals(link)? {
            return Err(Stop::Unfit);
        }
        let locals = self.all_locals();
        let leave = index(self.leaves.len())?;
        self.leaves.push(Leave { operand: Operand::new(link.op()?)?, locals });
        let to = self.target(goal)?;
        let depth = u8::try_from(depth).map_err(|_| Stop::Unfit)?;
        let node = std::mem::replace(&mut self.node, parent);
        self.emit_paying(|cost| Instruction::Leave { to, leave, depth, cost })?;
        self.node = node;
        self.deliver(to, goal)
    }
}

/// Whether an op sets a local around it.
fn sets_locals(link: &Link) -> Translation<bool> {
    let mut open = vec![link.op()?.clone()];
    let mut seen = 0;
    while let Some(op) = open.pop() {
        seen += 1;
        if seen > MAX_LOOKED_THROUGH {
            return Err(Stop::Unfit);
        }
        let ops = match Op::view(&op)? {
            Some(Op::Set { .. }) => return Ok(true),
            Some(Op::Special(code)) if crate::code::is_result(code) => continue,
            Some(Op::Lookup { address, .. }) => {
                open.push(address);
                continue;
            }
            Some(Op::Def { value, .. }) => {
                open.push(value);
                continue;
            }
            Some(Op::Do(ops) | Op::Cond(ops) | Op::Invoke(ops) | Op::Query(ops) | Op::Try(ops)) => ops,
            Some(Op::Let { ops, .. }) => ops,
            _ => continue,
        };
        if ops.count() > MAX_LOOKED_THROUGH as u64 {
            return Err(Stop::Unfit);
        }
        for op in ops.iter() {
            open.push(op?.clone());
        }
    }
    Ok(false)
}
