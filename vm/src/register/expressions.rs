//! From ops to instructions.

use super::instruction::Instruction;
use super::routine::{Definition, Lambda, Node, Site};
use super::translate::{Stop, Translation};
use super::translator::{Goal, Translator, index, small};
use crate::code::{Kind, Operand, Place};
use crate::juice;
use lang::{Symbol, Value};

/// Deepest nesting of ops in a routine; deeper code is left to the first tier, which finds out whether it runs.
pub const MAX_NESTING: u32 = 100;

impl Translator {
    pub(super) fn expression(&mut self, operand: &Operand, goal: Goal) -> Translation<()> {
        match operand {
            Operand::Constant(constant) => {
                self.enter();
                self.pending += juice::CONSTANT;
                self.constant(constant.get()?.clone(), goal)
            }
            Operand::Local(position) => {
                self.enter();
                self.pending += juice::LOOKUP;
                let from = self.local(*position)?;
                match goal.to {
                    Some(to) if to != from && self.last_uses.is_last(operand) => {
                        self.emit(Instruction::Take { to, from })
                    }
                    _ => self.deliver(from, goal),
                }
            }
            Operand::Op(link) => {
                self.enter();
                if self.depth >= MAX_NESTING {
                    return self.leave_at(operand, goal, self.node, self.depth);
                }
                let op = link.op()?.clone();
                let code = link.code()?.ok_or(Stop::Unfit)?.clone();
                self.within(op, &code.kind, |this| this.op(operand, &code.kind, goal))
            }
        }
    }

    /// The body of a function, whose op is the first node.
    pub(super) fn root(&mut self, body: &Operand, goal: Goal) -> Translation<()> {
        let Operand::Op(link) = body else { return Err(Stop::Unfit) };
        let code = link.code()?.ok_or(Stop::Unfit)?.clone();
        self.enter();
        self.nodes[0].is_call = code.kind.is_call();
        self.depth += 1;
        self.op(body, &code.kind, goal)
    }

    /// Writes the code of an op as a node of the routine.
    pub(super) fn within(
        &mut self,
        op: Value,
        kind: &Kind,
        write: impl FnOnce(&mut Translator) -> Translation<()>,
    ) -> Translation<()> {
        let parent = self.node;
        self.node = self.nodes.len() as u32;
        self.nodes.push(Node { op: Some(op), parent, is_call: kind.is_call() });
        self.depth += 1;
        let next = self.next;
        let outcome = write(self);
        self.next = next;
        self.depth -= 1;
        self.node = parent;
        outcome
    }

    pub(super) fn op(&mut self, operand: &Operand, kind: &Kind, goal: Goal) -> Translation<()> {
        match kind {
            Kind::Constant(constant) => {
                self.pending += juice::CONSTANT;
                self.constant(constant.get()?.clone(), goal)
            }
            Kind::Local(position) => {
                self.pending += juice::LOOKUP;
                let from = self.local(*position)?;
                self.deliver(from, goal)
            }
            Kind::Lookup { place: Place::Computed(_), .. } => self.leave(operand, goal),
            Kind::Lookup { place, symbol } => {
                let site = self.site(place, symbol)?;
                let to = self.target(goal)?;
                self.emit(Instruction::Lookup { to, site })?;
                self.pending += juice::LOOKUP_DYNAMIC;
                self.deliver(to, goal)
            }
            Kind::Special(code) => {
                if crate::code::is_result(*code) {
                    return Err(Stop::Unfit);
                }
                let code = u16::try_from(*code).map_err(|_| Stop::Unfit)?;
                let (to, depth) = (self.target(goal)?, self.depth()?);
                self.emit_paying(|cost| Instruction::Special { to, code, depth, cost })?;
                self.deliver(to, goal)
            }
            Kind::Def { symbol, metadata, value: Some(value) } => {
                let to = match goal.to {
                    // A local could be read again before it gets its value.
                    Some(to) if !self.scope.contains(&to) => to,
                    _ => self.fresh()?,
                };
                self.expression(value, Goal::store(to))?;
                let (definition, depth) = (index(self.definitions.len())?, self.depth()?);
                let site = self.site(&Place::Here, symbol)?;
                self.definitions.push(Definition {
                    symbol: symbol.clone(),
                    site,
                    metadata: metadata.clone(),
                });
                self.emit_paying(|cost| Instruction::Define { value: to, definition, depth, cost })?;
                self.pending += juice::DEF;
                self.deliver(to, goal)
            }
            Kind::Do(operands) => {
                self.pending += juice::DO;
                self.sequence(operands, goal)
            }
            Kind::Cond(operands) => self.cond(operands, goal),
            Kind::Invoke(operands) => self.invoke(operands, goal),
            Kind::Native(call) => self.native(operand, call, goal),
            Kind::Let { bindings, operands, is_loop: false } => self.bindings(bindings, operands, goal),
            Kind::Let { bindings, operands, is_loop: true } => {
                self.looping(operand, bindings, operands, goal)
            }
            Kind::Lambda(function) => {
                let locals = self.all_locals();
                let (lambda, depth) = (index(self.lambdas.len())?, self.depth()?);
                self.lambdas.push(Lambda { function: function.get()?.clone(), locals });
                let to = self.target(goal)?;
                self.emit_paying(|cost| Instruction::Lambda { to, lambda, depth, cost })?;
                self.pending += juice::LAMBDA;
                self.deliver(to, goal)
            }
            Kind::Set { .. } => Err(Stop::Unfit),
            Kind::Def { .. } | Kind::Query(_) | Kind::Try(_) | Kind::TooLong | Kind::Malformed => {
                self.leave(operand, goal)
            }
        }
    }

    pub(super) fn constant(&mut self, value: Value, goal: Goal) -> Translation<()> {
        let constant = u32::from(index(self.constants.len())?);
        self.constants.push(value);
        let to = self.target(goal)?;
        self.emit(Instruction::Constant { to, constant })?;
        self.deliver(to, goal)
    }

    pub(super) fn site(&mut self, place: &Place, symbol: &Symbol) -> Translation<u16> {
        let address = match place {
            Place::Here => None,
            Place::Account(address) => {
                self.enter();
                self.pending += juice::CONSTANT;
                Some(*address)
            }
            Place::Computed(_) => return Err(Stop::Unfit),
        };
        let site = u16::try_from(self.sites.len()).map_err(|_| Stop::Unfit)?;
        let (unpaid, node) = (small(self.pending)?, self.node);
        self.sites.push(Site { address, symbol: symbol.clone(), unpaid, node });
        Ok(site)
    }

    /// Operands in turn, the last for the goal. None give `nil`.
    pub(super) fn sequence(&mut self, operands: &[Operand], goal: Goal) -> Translation<()> {
        let Some((last, earlier)) = operands.split_last() else { return self.constant(Value::Nil, goal) };
        for operand in earlier {
            let next = self.next;
            let to = self.fresh()?;
            self.expression(operand, Goal::store(to))?;
            self.next = next;
        }
        self.expression(last, goal)
    }

    pub(super) fn cond(&mut self, operands: &[Operand], goal: Goal) -> Translation<()> {
        self.pending += juice::COND_OP;
        let mut ends = Vec::new();
        for pair in operands.chunks(2) {
            let [test, branch] = pair else {
                self.expression(&pair[0], goal)?;
                return self.join(ends, goal);
            };
            let next = self.next;
            let otherwise = self.test(test)?;
            self.next = next;
            self.expression(branch, goal)?;
            if goal.to.is_some() {
                ends.push(self.emit_jump(|cost| Instruction::Jump { target: 0, cost })?);
            }
            self.pending = 0;
            self.land(otherwise)?;
            self.next = next;
        }
        self.constant(Value::Nil, goal)?;
        self.join(ends, goal)
    }

    /// Lets branches that end elsewhere meet here.
    pub(super) fn join(&mut self, ends: Vec<usize>, goal: Goal) -> Translation<()> {
        if goal.to.is_some() && !ends.is_empty() {
            // All branches have paid when they meet.
            ends.into_iter().try_for_each(|end| self.land_paid(end))?;
        }
        Ok(())
    }

    pub(super) fn land_paid(&mut self, end: usize) -> Translation<()> {
        if self.pending > 0 {
            let jump = self.emit_jump(|cost| Instruction::Jump { target: 0, cost })?;
            self.land(jump)?;
        }
        self.land(end)
    }
}
