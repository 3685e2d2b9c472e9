//! Writing a routine: code with its juice and ops, registers, and the locals in scope.

use super::actor_call::ActorSite;
use super::instruction::{Instruction, Label, Register};
use super::liveness::LastUses;
use super::routine::{Definition, Lambda, Leave, Loop, NativeEntry, Node, Pattern, Routine, Site, Slow};
use super::shape::Shape;
use super::translate::{Stop, Translation};
use crate::code::Operand;
use crate::juice;
use lang::Value;

/// More registers than this are never needed by code that a human writes.
const MAX_REGISTERS: u16 = 4_000;
/// Instructions in a routine.
const MAX_INSTRUCTIONS: usize = 20_000;

/// What becomes of the value of an op.
#[derive(Clone, Copy)]
pub struct Goal {
    /// The register that takes it; `None` when it is the value of the routine.
    pub to: Option<Register>,
    /// Where `recur` leads, if the op is at the end of a function or loop.
    pub recur: Option<Repeat>,
}

/// Where `recur` leads.
#[derive(Clone, Copy)]
pub struct Repeat {
    pub target: Label,
    /// The first of the registers that take the arguments.
    pub first: Register,
    pub count: usize,
}

impl Goal {
    pub fn store(to: Register) -> Goal {
        Goal { to: Some(to), recur: None }
    }
}

pub struct Translator {
    pub code: Vec<Instruction>,
    pub unpaid: Vec<u32>,
    pub nodes_of: Vec<u32>,
    pub nodes: Vec<Node>,
    pub constants: Vec<Value>,
    pub natives: Vec<NativeEntry>,
    pub actor_calls: Vec<ActorSite>,
    pub slow: Vec<Slow>,
    pub sites: Vec<Site>,
    pub waiting: Vec<(Label, u16)>,
    /// The site of the call whose arguments are written, while what is called has not been looked up before them.
    pub put_off: Option<u16>,
    pub definitions: Vec<Definition>,
    pub lambdas: Vec<Lambda>,
    pub patterns: Vec<Pattern>,
    pub leaves: Vec<Leave>,
    pub loops: Vec<Loop>,
    pub last_uses: LastUses,
    /// The register of each local in scope, by position.
    pub scope: Vec<Register>,
    /// Whether each register of a local was ever read.
    pub used: Vec<bool>,
    /// The first free register.
    pub next: Register,
    pub registers: Register,
    /// Juice since the last payment.
    pub pending: u64,
    /// The innermost op.
    pub node: u32,
    /// How deep it is nested.
    pub depth: u32,
    pub deepest: u32,
}

impl Translator {
    pub(super) fn new(last_uses: LastUses) -> Translator {
        Translator {
            code: Vec::new(),
            unpaid: Vec::new(),
            nodes_of: Vec::new(),
            nodes: vec![Node { op: None, parent: 0, is_call: false }],
            constants: Vec::new(),
            natives: Vec::new(),
            actor_calls: Vec::new(),
            slow: Vec::new(),
            sites: Vec::new(),
            waiting: Vec::new(),
            put_off: None,
            definitions: Vec::new(),
            lambdas: Vec::new(),
            patterns: Vec::new(),
            leaves: Vec::new(),
            loops: Vec::new(),
            last_uses,
            scope: Vec::new(),
            used: Vec::new(),
            next: 0,
            registers: 0,
            pending: 0,
            node: 0,
            depth: 0,
            deepest: 0,
        }
    }

    pub(super) fn finish(
        self,
        shape: Shape,
        captured: Vec<(usize, Register)>,
        bound: Vec<Register>,
    ) -> Translation<Routine> {
        if self.code.len() > MAX_INSTRUCTIONS {
            return Err(Stop::Unfit);
        }
        Ok(Routine {
            shape,
            code: self.code.into(),
            unpaid: self.unpaid.into(),
            nodes_of: self.nodes_of.into(),
            nodes: self.nodes.into(),
            // Arguments may be more than the registers that are used.
            registers: usize::from(self.registers.max(self.next)),
            depth: self.deepest,
            captured: captured.into(),
            bound: bound.into(),
            constants: self.constants.into(),
            natives: self.natives.into(),
            actor_calls: self.actor_calls.into(),
            slow: self.slow.into(),
            sites: self.sites.into(),
            waiting: self.waiting.into(),
            definitions: self.definitions.into(),
            lambdas: self.lambdas.into(),
            patterns: self.patterns.into(),
            leaves: self.leaves.into(),
            loops: self.loops.into(),
        })
    }

    /// Those of some registers of locals that were read.
    pub(super) fn used_of(&self, locals: Vec<(usize, Register)>) -> Vec<(usize, Register)> {
        let is_used = |register: Register| self.used.get(usize::from(register)).copied().unwrap_or(false);
        locals.into_iter().filter(|(_, register)| is_used(*register)).collect()
    }

    /// The position of the instruction that was written last.
    pub(super) fn last(&self) -> Label {
        self.code.len().saturating_sub(1) as Label
    }

    pub(super) fn here(&self) -> Translation<Label> {
        if self.code.len() > MAX_INSTRUCTIONS {
            return Err(Stop::Unfit);
        }
        Ok(self.code.len() as Label)
    }

    /// Writes an instruction. It waits for the look-up that is put off if it may run ahead of it; if not, the look-up comes
    /// first.
    pub(super) fn emit(&mut self, instruction: Instruction) -> Translation<()> {
        if !instruction.runs_ahead() {
            self.resolve_first()?;
        }
        if let Some(site) = self.put_off {
            self.waiting.push((self.here()?, site));
        }
        self.write(instruction)
    }

    /// Writes the look-up that is put off, if one is.
    fn resolve_first(&mut self) -> Translation<()> {
        match self.put_off.take() {
            Some(site) => self.write(Instruction::Resolve { site }),
            None => Ok(()),
        }
    }

    fn write(&mut self, instruction: Instruction) -> Translation<()> {
        self.here()?;
        self.unpaid.push(small(self.pending)?);
        self.nodes_of.push(self.node);
        self.code.push(instruction);
        Ok(())
    }

    /// The juice to be paid by the next instruction.
    pub(super) fn payment(&mut self) -> Translation<u32> {
        small(std::mem::take(&mut self.pending))
    }

    /// Writes an instruction that pays, which cannot run ahead of a look-up.
    pub(super) fn emit_paying(&mut self, make: impl FnOnce(u32) -> Instruction) -> Translation<()> {
        self.resolve_first()?;
        let cost = self.payment()?;
        self.emit(make(cost))
    }

    /// Writes a jump whose target is not known yet; answers where it is.
    pub(super) fn emit_jump(&mut self, make: impl FnOnce(u32) -> Instruction) -> Translation<usize> {
        self.emit_paying(make)?;
        Ok(self.code.len() - 1)
    }

    /// Lets a jump lead to the next instruction.
    pub(super) fn land(&mut self, jump: usize) -> Translation<()> {
        let here = self.here()?;
        if let Some(target) = self.code.get_mut(jump).and_then(Instruction::target) {
            *target = here;
        }
        Ok(())
    }

    pub(super) fn fresh(&mut self) -> Translation<Register> {
        let register = register(usize::from(self.next))?;
        self.next += 1;
        self.registers = self.registers.max(self.next);
        Ok(register)
    }

    /// Sees that an op may be entered at the present depth.
    pub(super) fn enter(&mut self) {
        self.deepest = self.deepest.max(self.depth);
    }

    pub(super) fn depth(&self) -> Translation<u8> {
        u8::try_from(self.depth).map_err(|_| Stop::Unfit)
    }

    /// What is done with a value that is in a register: the end of the routine, or nothing where it is wanted.
    pub(super) fn deliver(&mut self, from: Register, goal: Goal) -> Translation<()> {
        match goal.to {
            None => self.emit_paying(|cost| Instruction::Return { from, cost }),
            Some(to) if to == from => Ok(()),
            Some(to) => self.emit(Instruction::Copy { to, from }),
        }
    }

    /// The register that a value is computed into before it is delivered.
    pub(super) fn target(&mut self, goal: Goal) -> Translation<Register> {
        match goal.to {
            Some(to) => Ok(to),
            None => self.fresh(),
        }
    }

    pub(super) fn local(&mut self, position: u64) -> Translation<Register> {
        let register = usize::try_from(position).ok().and_then(|p| self.scope.get(p)).copied();
        let register = register.ok_or(Stop::Unfit)?;
        self.mark_used(register);
        Ok(register)
    }

    pub(super) fn mark_used(&mut self, register: Register) {
        let at = usize::from(register);
        if self.used.len() <= at {
            self.used.resize(at + 1, false);
        }
        self.used[at] = true;
    }

    /// All locals in scope, to be read at once.
    pub(super) fn all_locals(&mut self) -> Box<[Register]> {
        for register in self.scope.clone() {
            self.mark_used(register);
        }
        self.scope.clone().into()
    }

    /// The register where the value of an operand can be read: that of a local itself, else a new one.
    pub(super) fn readable(&mut self, operand: &Operand) -> Translation<Register> {
        if let Operand::Local(position) = operand {
            self.enter();
            self.pending += juice::LOOKUP;
            return self.local(*position);
        }
        let register = self.fresh()?;
        self.expression(operand, Goal::store(register))?;
        Ok(register)
    }
}

pub fn register(position: usize) -> Translation<Register> {
    match Register::try_from(position) {
        Ok(register) if register < MAX_REGISTERS => Ok(register),
        _ => Err(Stop::Unfit),
    }
}

/// A position in a table.
pub fn index(position: usize) -> Translation<u16> {
    u16::try_from(position).map_err(|_| Stop::Unfit)
}

/// An amount of juice of a stretch of code.
pub fn small(juice: u64) -> Translation<u32> {
    u32::try_from(juice).map_err(|_| Stop::Unfit)
}
