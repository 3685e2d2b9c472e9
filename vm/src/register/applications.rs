//! Calls of functions, and `recur`.

use super::access::Access;
use super::actor_call::is_actor_call;
use super::conditions::Sides;
use super::fast::Fast;
use super::instruction::{Arithmetic, Instruction, Label, Register};
use super::routine::Arg;
use super::translate::{Stop, Translation};
use super::translator::{Goal, Repeat, Translator, index, register};
use crate::code::{Kind, NativeCall, Operand, Place};
use crate::juice;
use lang::{Value, native};

impl Translator {
    pub(super) fn native(&mut self, operand: &Operand, call: &NativeCall, goal: Goal) -> Translation<()> {
        if call.sees_last {
            return self.leave(operand, goal);
        }
        if call.is_recur
            && let Some(repeat) = goal.recur
            && repeat.count == call.args.len()
        {
            return self.recur(call, repeat);
        }
        if let Some(access) = self.accesses(call) {
            return self.access(call, access, goal);
        }
        if is_reduced(call) {
            self.enter();
            self.pending += juice::CONSTANT;
            let (from, _) = self.arguments(&call.args)?;
            self.pending += juice::RETURN;
            self.emit_paying(|cost| Instruction::Reduced { from, cost })?;
            return self.deliver(goal.to.unwrap_or(from), goal);
        }
        match Fast::of(call) {
            Some(fast) => self.fast(call, fast, goal),
            None if is_actor_call(call) => self.actor_call(call, goal),
            None => {
                self.enter();
                self.pending += juice::CONSTANT;
                let (base, count) = match call.is_recur {
                    true => self.arguments_in_turn(&call.args)?,
                    false => self.arguments(&call.args)?,
                };
                let (native, depth) = (self.native_entry(call)?, self.depth()?);
                let to = goal.to.unwrap_or(base);
                self.next = self.next.max(base + 1);
                self.registers = self.registers.max(self.next);
                self.emit_paying(|cost| Instruction::Native { to, base, count, depth, native, cost })?;
                self.deliver(to, goal)
            }
        }
    }

    pub(super) fn fast(&mut self, call: &NativeCall, fast: Fast, goal: Goal) -> Translation<()> {
        let sides = self.sides(call, fast)?;
        let Sides { fast: as_written, a, b, .. } = sides;
        let to = self.target(goal)?;
        let instruction = match (as_written, b) {
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
                    operation.of_registers(to, a, b)
                }
                (_, Arg::Register(b)) => operation.of_registers(to, a, b),
            },
            (Fast::Compare(test), Arg::Register(b)) => Instruction::Compare { test, to, a, b },
            (Fast::Compare(test), Arg::Long(long)) => Instruction::CompareLong { test, to, a, long },
        };
        self.emit(instruction)?;
        self.slow_way(call, fast, &sides)?;
        self.pending += fast.cost();
        self.deliver(to, goal)
    }

    /// Computes arguments into new registers in a row. What is in a local stays there until all others are computed:
    /// so `(assoc m k (inc (get m k)))` can read `m`, and then give it away.
    pub(super) fn arguments(&mut self, args: &[Operand]) -> Translation<(Register, u8)> {
        self.arguments_but(args, |_, _| Ok(false))
    }

    /// As [`Translator::arguments`], except for those that something else takes care of.
    pub(super) fn arguments_but(
        &mut self,
        args: &[Operand],
        mut is_done: impl FnMut(usize, &Operand) -> Translation<bool>,
    ) -> Translation<(Register, u8)> {
        let count = u8::try_from(args.len()).map_err(|_| Stop::Unfit)?;
        let base = self.next;
        let mut moves = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let to = self.fresh()?;
            if let Operand::Local(_) = arg {
                let from = self.readable(arg)?;
                moves.push(match self.last_uses.is_last(arg) {
                    true => Instruction::Take { to, from },
                    false => Instruction::Copy { to, from },
                });
            } else if is_done(i, arg)? {
                self.enter();
                self.pending += juice::CONSTANT;
            } else {
                self.expression(arg, Goal::store(to))?;
            }
        }
        moves.into_iter().try_for_each(|instruction| self.emit(instruction))?;
        Ok((base, count))
    }

    /// Computes arguments one after the other into new registers in a row.
    fn arguments_in_turn(&mut self, args: &[Operand]) -> Translation<(Register, u8)> {
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
    pub(super) fn recur(&mut self, call: &NativeCall, repeat: Repeat) -> Translation<()> {
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
        self.repeat(repeat.target)
    }

    /// Goes back to a place, where a test may be that is made at once.
    fn repeat(&mut self, target: Label) -> Translation<()> {
        let cost = self.payment()?;
        let both = |test: u32| cost.checked_add(test).ok_or(Stop::Unfit);
        let instruction = match self.code.get(target as usize) {
            Some(&Instruction::JumpUnlessLess { a, b, cost: test, .. }) => {
                Instruction::RepeatWhileLess { a, b, target, cost: both(test)? }
            }
            Some(&Instruction::JumpUnlessBelow { a, long, cost: test, .. }) => {
                Instruction::RepeatWhileBelow { a, long, target, cost: both(test)? }
            }
            _ => Instruction::Repeat { target, cost },
        };
        self.emit(instruction)
    }

    /// Whether an operand may read a register of a local.
    pub(super) fn may_read(&self, operand: &Operand, register: Register) -> bool {
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

    pub(super) fn invoke(&mut self, operands: &[Operand], goal: Goal) -> Translation<()> {
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
                Ok(())
            })?;
            self.pending += juice::LOOKUP_DYNAMIC;
            // The look-up waits until the call, or until an argument that may not run ahead of it.
            self.put_off = Some(site);
            let arguments = self.arguments(args);
            let is_resolved = self.put_off.take().is_none();
            let (base, count) = arguments?;
            let depth = self.depth()?;
            let to = self.result_of_call(goal, base)?;
            self.emit_paying(|cost| Instruction::CallSite {
                to,
                base,
                count,
                depth,
                is_resolved,
                site,
                cost,
            })?;
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
    pub(super) fn result_of_call(&mut self, goal: Goal, base: Register) -> Translation<Register> {
        self.next = self.next.max(base + 1);
        self.registers = self.registers.max(self.next);
        Ok(goal.to.unwrap_or(base))
    }
}

/// Whether a call ends the reduction around it.
fn is_reduced(call: &NativeCall) -> bool {
    native::name_of(&call.function) == Some("reduced") && call.args.len() == 1
}

/// Whether computing an operand can neither define anything nor call a function that a program made, so that a symbol
/// means the same after it as before.
fn is_quiet(operand: &Operand) -> bool {
    match operand {
        Operand::Constant(_) | Operand::Local(_) => true,
        Operand::Op(link) => match link.code() {
            Ok(Some(code)) => match &code.kind {
                Kind::Constant(_) | Kind::Local(_) => true,
                Kind::Lookup { place: Place::Here | Place::Account(_), .. } => true,
                Kind::Native(call) => {
                    let function = &call.function;
                    let only_computes = Fast::named(function).is_some() || Access::named(function).is_some();
                    only_computes && call.args.iter().all(is_quiet)
                }
                _ => false,
            },
            _ => false,
        },
    }
}
