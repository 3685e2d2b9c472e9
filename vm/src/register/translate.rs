//! From ops to a routine.
//!
//! Each op is told where its value goes and writes that register last of all, so that what it reads may be there until
//! then. Juice is summed while code is written and paid by the next instruction that has a `cost`.

use super::fast::Fast;
use super::instruction::{Arithmetic, Instruction, Label, Register, Test};
use super::liveness::LastUses;
use super::routine::{Arg, Definition, Lambda, Leave, Loop, NativeEntry, Node, Pattern, Routine, Site, Slow};
use super::shape::Shape;
use crate::code::{Arity, Kind, Link, NativeCall, Operand, Place, Target, Targets};
use crate::{juice, symbols};
use lang::op::Op;
use lang::{Missing, Symbol, Value};

/// Code that cannot be translated.
pub enum Stop {
    /// It does what only the first tier can do.
    Unfit,
    /// A part of it is not to be had.
    Missing(Missing),
}

/// A result of translating.
pub type Translation<T> = Result<T, Stop>;

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Stop {
        Stop::Missing(missing)
    }
}

/// More registers than this are never needed by code that a human writes.
const MAX_REGISTERS: u16 = 4_000;
/// Deepest nesting of ops in a routine; deeper code is left to the first tier, which finds out whether it runs.
const MAX_NESTING: u32 = 100;
/// Instructions in a routine.
const MAX_INSTRUCTIONS: usize = 20_000;
/// Ops looked through in code that is to be left to the first tier.
const MAX_LOOKED_THROUGH: usize = 2_000;
/// More names than this in a pattern are left to the first tier.
const MAX_NAMES: usize = 100;

/// The routine of a function with this body; `None` when it is for the first tier.
pub fn function(arity: &Arity) -> Result<Option<Routine>, Missing> {
    settle(translate_function(arity))
}

/// The routine of a loop among so many locals, its own included; `None` when it is for the first tier.
pub fn repeated(bindings: &Targets, operands: &[Operand], locals: usize) -> Result<Option<Routine>, Missing> {
    settle(translate_loop(bindings, operands, locals))
}

fn settle(routine: Translation<Routine>) -> Result<Option<Routine>, Missing> {
    match routine {
        Ok(routine) => Ok(Some(routine)),
        Err(Stop::Unfit) => Ok(None),
        Err(Stop::Missing(missing)) => Err(missing),
    }
}

fn translate_function(arity: &Arity) -> Translation<Routine> {
    let body = std::slice::from_ref(&arity.body);
    let (params, captured) = (&arity.params, arity.captured());
    let names = match params.is_plain {
        true => params.targets.iter().map(names_in).sum::<Translation<usize>>()?,
        false => names_in_form(Value::Vector(params.forms.clone()))?,
    };
    let mut translator = Translator::new(LastUses::of_body(body, captured, captured + names)?);
    let mut bound = Vec::new();
    let recur = if params.is_plain {
        translator.next = register(params.targets.len())?;
        for (i, target) in params.targets.iter().enumerate() {
            if matches!(target, Target::Name) {
                bound.push(register(i)?);
            }
        }
        Some(Repeat { target: 0, first: 0, count: params.targets.len() })
    } else {
        for _ in 0..names {
            bound.push(translator.fresh()?);
        }
        None
    };
    for _ in 0..captured {
        let register = translator.fresh()?;
        translator.scope.push(register);
    }
    let env: Vec<(usize, Register)> = translator.scope.iter().copied().enumerate().collect();
    translator.scope.extend(&bound);
    translator.root(&arity.body, Goal { to: None, recur })?;
    let captured_used = translator.used_of(env);
    translator.finish(
        Shape::of(params, captured),
        captured_used,
        if params.is_plain { Vec::new() } else { bound },
    )
}

fn translate_loop(bindings: &Targets, operands: &[Operand], locals: usize) -> Translation<Routine> {
    let variables = bindings.targets.len();
    if !bindings.targets.iter().all(|target| matches!(target, Target::Name)) || operands.len() < variables {
        return Err(Stop::Unfit);
    }
    let outer = locals.checked_sub(variables).ok_or(Stop::Unfit)?;
    let body = &operands[variables..];
    let mut translator = Translator::new(LastUses::of_body(body, outer, locals)?);
    for _ in 0..locals {
        let register = translator.fresh()?;
        translator.scope.push(register);
    }
    let (first, count) = (register(outer)?, register(variables)?);
    let recur = Some(Repeat { target: 0, first, count: variables });
    translator.sequence(body, Goal { to: None, recur })?;
    let end = translator.here()?;
    translator.loops.push(Loop { start: 0, end, first, count, node: 0 });
    translator.finish(Shape::Locals(locals), Vec::new(), Vec::new())
}

fn register(position: usize) -> Translation<Register> {
    match Register::try_from(position) {
        Ok(register) if register < MAX_REGISTERS => Ok(register),
        _ => Err(Stop::Unfit),
    }
}

/// How many names a binding form binds.
pub fn names_in(target: &Target) -> Translation<usize> {
    match target {
        Target::Name => Ok(1),
        Target::Ignored => Ok(0),
        Target::Form(form) => names_in_form(form.get()?.clone()),
    }
}

/// How many names a symbol or vector of forms binds.
fn names_in_form(form: Value) -> Translation<usize> {
    let is_name = |symbol: &Symbol| usize::from(*symbol != *symbols::UNDERSCORE);
    let (mut names, mut open) = (0, vec![form]);
    while let Some(form) = open.pop() {
        match form {
            Value::Symbol(symbol) => names += is_name(&symbol),
            Value::Vector(forms) if forms.count() <= MAX_NAMES as u64 => {
                let mut forms = forms.iter();
                while let Some(form) = forms.next() {
                    match form? {
                        // What follows is bound whatever it is.
                        Value::Symbol(symbol) if *symbol == *symbols::AMPERSAND => {
                            open.extend(forms.next().transpose()?.cloned());
                        }
                        form => open.push(form.clone()),
                    }
                }
            }
            _ => return Err(Stop::Unfit),
        }
        if names > MAX_NAMES || open.len() > MAX_NAMES {
            return Err(Stop::Unfit);
        }
    }
    Ok(names)
}

/// What becomes of the value of an op.
#[derive(Clone, Copy)]
struct Goal {
    /// The register that takes it; `None` when it is the value of the routine.
    to: Option<Register>,
    /// Where `recur` leads, if the op is at the end of a function or loop.
    recur: Option<Repeat>,
}

/// Where `recur` leads.
#[derive(Clone, Copy)]
struct Repeat {
    target: Label,
    /// The first of the registers that take the arguments.
    first: Register,
    count: usize,
}

impl Goal {
    fn store(to: Register) -> Goal {
        Goal { to: Some(to), recur: None }
    }
}

struct Translator {
    code: Vec<Instruction>,
    unpaid: Vec<u32>,
    nodes_of: Vec<u32>,
    nodes: Vec<Node>,
    constants: Vec<Value>,
    natives: Vec<NativeEntry>,
    slow: Vec<Slow>,
    sites: Vec<Site>,
    definitions: Vec<Definition>,
    lambdas: Vec<Lambda>,
    patterns: Vec<Pattern>,
    leaves: Vec<Leave>,
    loops: Vec<Loop>,
    last_uses: LastUses,
    /// The register of each local in scope, by position.
    scope: Vec<Register>,
    /// Whether each register of a local was ever read.
    used: Vec<bool>,
    /// The first free register.
    next: Register,
    registers: Register,
    /// Juice since the last payment.
    pending: u64,
    /// The innermost op.
    node: u32,
    /// How deep it is nested.
    depth: u32,
    deepest: u32,
}

impl Translator {
    fn new(last_uses: LastUses) -> Translator {
        Translator {
            code: Vec::new(),
            unpaid: Vec::new(),
            nodes_of: Vec::new(),
            nodes: vec![Node { op: None, parent: 0, is_call: false }],
            constants: Vec::new(),
            natives: Vec::new(),
            slow: Vec::new(),
            sites: Vec::new(),
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

    fn finish(
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
            slow: self.slow.into(),
            sites: self.sites.into(),
            definitions: self.definitions.into(),
            lambdas: self.lambdas.into(),
            patterns: self.patterns.into(),
            leaves: self.leaves.into(),
            loops: self.loops.into(),
        })
    }

    /// Those of some registers of locals that were read.
    fn used_of(&self, locals: Vec<(usize, Register)>) -> Vec<(usize, Register)> {
        let is_used = |register: Register| self.used.get(usize::from(register)).copied().unwrap_or(false);
        locals.into_iter().filter(|(_, register)| is_used(*register)).collect()
    }

    // Writing code.

    fn here(&self) -> Translation<Label> {
        if self.code.len() > MAX_INSTRUCTIONS {
            return Err(Stop::Unfit);
        }
        Ok(self.code.len() as Label)
    }

    fn emit(&mut self, instruction: Instruction) -> Translation<()> {
        self.here()?;
        self.unpaid.push(small(self.pending)?);
        self.nodes_of.push(self.node);
        self.code.push(instruction);
        Ok(())
    }

    /// The juice to be paid by the next instruction.
    fn payment(&mut self) -> Translation<u32> {
        small(std::mem::take(&mut self.pending))
    }

    /// Writes an instruction that pays.
    fn emit_paying(&mut self, make: impl FnOnce(u32) -> Instruction) -> Translation<()> {
        let cost = self.payment()?;
        self.emit(make(cost))
    }

    /// Writes a jump whose target is not known yet; answers where it is.
    fn emit_jump(&mut self, make: impl FnOnce(u32) -> Instruction) -> Translation<usize> {
        self.emit_paying(make)?;
        Ok(self.code.len() - 1)
    }

    /// Lets a jump lead to the next instruction.
    fn land(&mut self, jump: usize) -> Translation<()> {
        use Instruction::{Jump, JumpUnless, JumpUnlessCompare, JumpUnlessLong};
        let here = self.here()?;
        if let Some(
            Jump { target, .. }
            | JumpUnless { target, .. }
            | JumpUnlessCompare { target, .. }
            | JumpUnlessLong { target, .. },
        ) = self.code.get_mut(jump)
        {
            *target = here;
        }
        Ok(())
    }

    fn fresh(&mut self) -> Translation<Register> {
        let register = register(usize::from(self.next))?;
        self.next += 1;
        self.registers = self.registers.max(self.next);
        Ok(register)
    }

    /// Sees that an op may be entered at the present depth.
    fn enter(&mut self) {
        self.deepest = self.deepest.max(self.depth);
    }

    fn depth(&self) -> Translation<u8> {
        u8::try_from(self.depth).map_err(|_| Stop::Unfit)
    }

    /// What is done with a value that is in a register: the end of the routine, or nothing where it is wanted.
    fn deliver(&mut self, from: Register, goal: Goal) -> Translation<()> {
        match goal.to {
            None => self.emit_paying(|cost| Instruction::Return { from, cost }),
            Some(to) if to == from => Ok(()),
            Some(to) => self.emit(Instruction::Copy { to, from }),
        }
    }

    /// The register that a value is computed into before it is delivered.
    fn target(&mut self, goal: Goal) -> Translation<Register> {
        match goal.to {
            Some(to) => Ok(to),
            None => self.fresh(),
        }
    }

    // Locals.

    fn local(&mut self, position: u64) -> Translation<Register> {
        let register = usize::try_from(position).ok().and_then(|p| self.scope.get(p)).copied();
        let register = register.ok_or(Stop::Unfit)?;
        self.mark_used(register);
        Ok(register)
    }

    fn mark_used(&mut self, register: Register) {
        let at = usize::from(register);
        if self.used.len() <= at {
            self.used.resize(at + 1, false);
        }
        self.used[at] = true;
    }

    /// All locals in scope, to be read at once.
    fn all_locals(&mut self) -> Box<[Register]> {
        for register in self.scope.clone() {
            self.mark_used(register);
        }
        self.scope.clone().into()
    }

    /// The register where the value of an operand can be read: that of a local itself, else a new one.
    fn readable(&mut self, operand: &Operand) -> Translation<Register> {
        if let Operand::Local(position) = operand {
            self.enter();
            self.pending += juice::LOOKUP;
            return self.local(*position);
        }
        let register = self.fresh()?;
        self.expression(operand, Goal::store(register))?;
        Ok(register)
    }

    // Expressions.

    fn expression(&mut self, operand: &Operand, goal: Goal) -> Translation<()> {
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
    fn root(&mut self, body: &Operand, goal: Goal) -> Translation<()> {
        let Operand::Op(link) = body else { return Err(Stop::Unfit) };
        let code = link.code()?.ok_or(Stop::Unfit)?.clone();
        self.enter();
        self.nodes[0].is_call = code.kind.is_call();
        self.depth += 1;
        self.op(body, &code.kind, goal)
    }

    /// Writes the code of an op as a node of the routine.
    fn within(
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

    fn op(&mut self, operand: &Operand, kind: &Kind, goal: Goal) -> Translation<()> {
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
                self.definitions.push(Definition { symbol: symbol.clone(), metadata: metadata.clone() });
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

    fn constant(&mut self, value: Value, goal: Goal) -> Translation<()> {
        let constant = u32::from(index(self.constants.len())?);
        self.constants.push(value);
        let to = self.target(goal)?;
        self.emit(Instruction::Constant { to, constant })?;
        self.deliver(to, goal)
    }

    fn site(&mut self, place: &Place, symbol: &Symbol) -> Translation<u16> {
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
        self.sites.push(Site { address, symbol: symbol.clone() });
        Ok(site)
    }

    /// Operands in turn, the last for the goal. None give `nil`.
    fn sequence(&mut self, operands: &[Operand], goal: Goal) -> Translation<()> {
        let Some((last, earlier)) = operands.split_last() else { return self.constant(Value::Nil, goal) };
        for operand in earlier {
            let next = self.next;
            let to = self.fresh()?;
            self.expression(operand, Goal::store(to))?;
            self.next = next;
        }
        self.expression(last, goal)
    }

    fn cond(&mut self, operands: &[Operand], goal: Goal) -> Translation<()> {
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
    fn join(&mut self, ends: Vec<usize>, goal: Goal) -> Translation<()> {
        if goal.to.is_some() && !ends.is_empty() {
            // All branches have paid when they meet.
            ends.into_iter().try_for_each(|end| self.land_paid(end))?;
        }
        Ok(())
    }

    fn land_paid(&mut self, end: usize) -> Translation<()> {
        if self.pending > 0 {
            let jump = self.emit_jump(|cost| Instruction::Jump { target: 0, cost })?;
            self.land(jump)?;
        }
        self.land(end)
    }

    /// Writes a test; answers the jump that is taken when it does not hold.
    fn test(&mut self, operand: &Operand) -> Translation<usize> {
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

    fn comparison_jump(&mut self, call: &NativeCall, fast: Fast, test: Test) -> Translation<usize> {
        let (a, b) = self.compared(call)?;
        self.slow_way(call, fast, [Arg::Register(a), b], 2)?;
        self.pending += fast.cost();
        self.emit_jump(|cost| match b {
            Arg::Register(b) => Instruction::JumpUnlessCompare { test, a, b, target: 0, cost },
            Arg::Long(long) => Instruction::JumpUnlessLong { test, a, long, target: 0, cost },
        })
    }

    /// The operands of a call with a fast way: registers, the second one perhaps a small integer.
    fn compared(&mut self, call: &NativeCall) -> Translation<(Register, Arg)> {
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
    fn slow_way(&mut self, call: &NativeCall, fast: Fast, args: [Arg; 2], count: usize) -> Translation<()> {
        let native = self.native_entry(call)?;
        let (at, cost) = (self.here()?, small(fast.cost())?);
        self.slow.push(Slow { at, native, cost, args, count });
        Ok(())
    }

    fn native_entry(&mut self, call: &NativeCall) -> Translation<u16> {
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

    // Calls.

    fn native(&mut self, operand: &Operand, call: &NativeCall, goal: Goal) -> Translation<()> {
        if call.sees_last {
            return self.leave(operand, goal);
        }
        if call.is_recur
            && let Some(repeat) = goal.recur
            && repeat.count == call.args.len()
        {
            return self.recur(call, repeat);
        }
        match Fast::of(call) {
            Some(fast) => self.fast(call, fast, goal),
            None => {
                self.enter();
                self.pending += juice::CONSTANT;
                let (base, count) = self.arguments(&call.args)?;
                let (native, depth) = (self.native_entry(call)?, self.depth()?);
                let to = goal.to.unwrap_or(base);
                self.next = self.next.max(base + 1);
                self.registers = self.registers.max(self.next);
                self.emit_paying(|cost| Instruction::Native { to, base, count, depth, native, cost })?;
                self.deliver(to, goal)
            }
        }
    }

    fn fast(&mut self, call: &NativeCall, fast: Fast, goal: Goal) -> Translation<()> {
        let (a, b) = self.compared(call)?;
        let to = self.target(goal)?;
        let instruction = match (fast, b) {
            (Fast::Step(long), _) => Instruction::Add { to, a, long },
            (Fast::Calculate(operation), b) => match (operation, b) {
                (Arithmetic::Add, Arg::Long(long)) => Instruction::Add { to, a, long },
                (Arithmetic::Subtract, Arg::Long(long)) if long > i32::MIN => {
                    Instruction::Add { to, a, long: -long }
                }
                (_, Arg::Long(long)) => {
                    let b = self.fresh()?;
                    let constant = u32::from(index(self.constants.len())?);
                    self.constants.push(Value::Integer(i64::from(long)));
                    self.emit(Instruction::Constant { to: b, constant })?;
                    Instruction::Calculate { operation, to, a, b }
                }
                (_, Arg::Register(b)) => Instruction::Calculate { operation, to, a, b },
            },
            (Fast::Compare(test), Arg::Register(b)) => Instruction::Compare { test, to, a, b },
            (Fast::Compare(test), Arg::Long(long)) => Instruction::CompareLong { test, to, a, long },
        };
        self.slow_way(call, fast, [Arg::Register(a), b], call.args.len())?;
        self.emit(instruction)?;
        self.pending += fast.cost();
        self.deliver(to, goal)
    }

    /// Computes arguments into new registers in a row.
    fn arguments(&mut self, args: &[Operand]) -> Translation<(Register, u8)> {
        let count = u8::try_from(args.len()).map_err(|_| Stop::Unfit)?;
        let base = self.next;
        for (i, arg) in args.iter().enumerate() {
            let to = self.fresh()?;
            debug_assert_eq!(usize::from(to), usize::from(base) + i);
            self.expression(arg, Goal::store(to))?;
        }
        Ok((base, count))
    }

    /// `recur` at the end of a function or loop: arguments go to where they are needed, over new registers where
    /// a later argument still needs what is there.
    fn recur(&mut self, call: &NativeCall, repeat: Repeat) -> Translation<()> {
        self.enter();
        self.pending += juice::CONSTANT;
        let mut moves = Vec::new();
        for (i, arg) in call.args.iter().enumerate() {
            let variable = repeat.first + register(i)?;
            let is_needed = self.scope.contains(&variable)
                && call.args[i + 1..].iter().any(|later| self.may_read(later, variable));
            if is_needed {
                let to = self.fresh()?;
                self.expression(arg, Goal::store(to))?;
                moves.push(Instruction::Take { to: variable, from: to });
            } else {
                self.expression(arg, Goal::store(variable))?;
            }
        }
        self.pending += juice::RECUR;
        moves.into_iter().try_for_each(|instruction| self.emit(instruction))?;
        self.emit_paying(|cost| Instruction::Repeat { target: repeat.target, cost })
    }

    /// Whether an operand may read a register of a local.
    fn may_read(&self, operand: &Operand, register: Register) -> bool {
        match operand {
            Operand::Constant(_) => false,
            Operand::Local(position) => {
                usize::try_from(*position).ok().and_then(|p| self.scope.get(p)) == Some(&register)
            }
            Operand::Op(link) => match link.code() {
                Ok(Some(code)) => match &code.kind {
                    Kind::Native(call) => call.args.iter().any(|arg| self.may_read(arg, register)),
                    Kind::Constant(_) | Kind::Lookup { place: Place::Here | Place::Account(_), .. } => false,
                    _ => true,
                },
                _ => true,
            },
        }
    }

    fn invoke(&mut self, operands: &[Operand], goal: Goal) -> Translation<()> {
        let Some((function, args)) = operands.split_first() else {
            self.pending += juice::APPLY;
            return self.constant(lang::List::empty().into(), goal);
        };
        if let Operand::Op(link) = function
            && let Some(code) = link.code()?
            && let Kind::Lookup { place: place @ (Place::Here | Place::Account(_)), symbol } = &code.kind
            && args.iter().all(is_quiet)
        {
            let code_of_lookup = code.clone();
            let mut site = 0;
            self.enter();
            let op = link.op()?.clone();
            self.within(op, &code_of_lookup.kind, |this| {
                site = this.site(place, symbol)?;
                this.emit(Instruction::Resolve { site })
            })?;
            self.pending += juice::LOOKUP_DYNAMIC;
            let (base, count) = self.arguments(args)?;
            let depth = self.depth()?;
            let to = self.result_of_call(goal, base)?;
            self.emit_paying(|cost| Instruction::CallSite { to, base, count, depth, site, cost })?;
            return self.deliver(to, goal);
        }
        let base = self.fresh()?;
        self.expression(function, Goal::store(base))?;
        self.emit(Instruction::Callable { function: base })?;
        let (first, count) = self.arguments(args)?;
        debug_assert_eq!(first, base + 1);
        let depth = self.depth()?;
        let to = self.result_of_call(goal, base)?;
        self.emit_paying(|cost| Instruction::Call { to, base, count, depth, cost })?;
        self.deliver(to, goal)
    }

    /// The register for the result of a call whose arguments begin at a register.
    fn result_of_call(&mut self, goal: Goal, base: Register) -> Translation<Register> {
        self.next = self.next.max(base + 1);
        self.registers = self.registers.max(self.next);
        Ok(goal.to.unwrap_or(base))
    }

    // Scopes.

    fn bindings(&mut self, bindings: &Targets, operands: &[Operand], goal: Goal) -> Translation<()> {
        self.pending += juice::LET;
        let scope = self.scope.len();
        let (values, body) = operands.split_at(bindings.targets.len().min(operands.len()));
        for (target, value) in bindings.targets.iter().zip(values) {
            self.binding(target, value)?;
        }
        self.sequence(body, goal)?;
        self.scope.truncate(scope);
        Ok(())
    }

    fn binding(&mut self, target: &Target, value: &Operand) -> Translation<()> {
        let register = self.fresh()?;
        self.expression(value, Goal::store(register))?;
        match target {
            Target::Name => self.scope.push(register),
            Target::Ignored => {}
            Target::Form(form) => {
                let names = (0..names_in(target)?).map(|_| self.fresh()).collect::<Translation<Vec<_>>>()?;
                let (pattern, depth) = (index(self.patterns.len())?, self.depth()?);
                self.patterns.push(Pattern { form: form.clone(), names: names.clone().into() });
                self.emit_paying(|cost| Instruction::Destructure { from: register, pattern, depth, cost })?;
                self.scope.extend(names);
            }
        }
        Ok(())
    }

    fn looping(
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
        for (target, value) in bindings.targets.iter().zip(values) {
            self.binding(target, value)?;
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

    // The first tier.

    /// Leaves the present op to the first tier.
    fn leave(&mut self, operand: &Operand, goal: Goal) -> Translation<()> {
        if self.node == 0 {
            // It would be the whole routine.
            return Err(Stop::Unfit);
        }
        // The first tier enters the op anew and adds it to traces itself.
        let parent = self.nodes[self.node as usize].parent;
        self.leave_at(operand, goal, parent, self.depth - 1)
    }

    /// Leaves an op that is entered at some depth within another one to the first tier, with all locals.
    fn leave_at(&mut self, operand: &Operand, goal: Goal, parent: u32, depth: u32) -> Translation<()> {
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

/// A position in a table.
fn index(position: usize) -> Translation<u16> {
    u16::try_from(position).map_err(|_| Stop::Unfit)
}

/// An amount of juice of a stretch of code.
fn small(juice: u64) -> Translation<u32> {
    u32::try_from(juice).map_err(|_| Stop::Unfit)
}

/// Whether computing an operand can neither define anything nor call a function that a program made.
fn is_quiet(operand: &Operand) -> bool {
    match operand {
        Operand::Constant(_) | Operand::Local(_) => true,
        Operand::Op(link) => match link.code() {
            Ok(Some(code)) => match &code.kind {
                Kind::Constant(_) | Kind::Local(_) => true,
                Kind::Lookup { place: Place::Here | Place::Account(_), .. } => true,
                Kind::Native(call) => Fast::of(call).is_some() && call.args.iter().all(is_quiet),
                _ => false,
            },
            _ => false,
        },
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
