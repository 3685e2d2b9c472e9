//! Which reads of a local are its last, so that its value can be given away.
//!
//! The code is gone through against the order of its execution, with the set of locals that are still to be read.
//! Collections that only a local holds can then be changed in place by the function they are given to.

use super::translate::{Stop, Translation, names_in};
use crate::code::{Kind, Operand, Place, Target, Targets};
use std::collections::BTreeMap;

/// More locals than this are not kept track of.
pub const MAX_LOCALS: usize = 128;
/// Ops gone through before giving up.
const MAX_VISITS: u32 = 50_000;
/// Deepest nesting of ops gone through; deeper code could not run anyway.
const MAX_NESTING: u32 = 256;

/// A set of locals by position.
type Locals = u128;

/// The last reads of locals.
#[derive(Default)]
pub struct LastUses {
    /// For each read, by the identity of its operand, whether it is the last one wherever the operand stands: ops may
    /// be shared.
    reads: BTreeMap<usize, bool>,
    visits: u32,
    nesting: u32,
}

/// Where the code at hand stands.
#[derive(Clone, Copy)]
struct Standing {
    /// How many locals are in scope.
    scope: usize,
    /// The locals that are read after a `recur` here, if it is at the end of a loop or function.
    recur: Option<Locals>,
}

fn below(position: usize) -> Locals {
    if position >= MAX_LOCALS { Locals::MAX } else { (1 << position) - 1 }
}

fn bit(position: u64, scope: usize) -> Translation<Locals> {
    match usize::try_from(position) {
        Ok(position) if position < scope && position < MAX_LOCALS => Ok(1 << position),
        _ => Err(Stop::Unfit),
    }
}

impl LastUses {
    /// Whether a read is the last one of its local.
    pub fn is_last(&self, operand: &Operand) -> bool {
        self.reads.get(&identity(operand)).copied().unwrap_or(false)
    }

    /// Goes through the body of a function or loop. `kept` locals come first and keep their values when it repeats.
    pub fn of_body(body: &[Operand], kept: usize, scope: usize) -> Translation<LastUses> {
        if scope > MAX_LOCALS {
            return Err(Stop::Unfit);
        }
        let mut uses = LastUses::default();
        let again = uses.read_in(body, scope)? & below(kept);
        // A `recur` can come from anywhere, also from a function that is not known to be it.
        uses.sequence(body, &mut again.clone(), Standing { scope, recur: Some(again) })?;
        Ok(uses)
    }

    fn enter(&mut self) -> Translation<()> {
        self.visits += 1;
        self.nesting += 1;
        if self.visits > MAX_VISITS || self.nesting > MAX_NESTING { Err(Stop::Unfit) } else { Ok(()) }
    }

    fn sequence(&mut self, operands: &[Operand], live: &mut Locals, place: Standing) -> Translation<()> {
        let Some((last, earlier)) = operands.split_last() else { return Ok(()) };
        self.visit(last, live, place)?;
        self.all(earlier, live, place.scope)
    }

    fn all(&mut self, operands: &[Operand], live: &mut Locals, scope: usize) -> Translation<()> {
        operands
            .iter()
            .rev()
            .try_for_each(|operand| self.visit(operand, live, Standing { scope, recur: None }))
    }

    /// Goes through arguments: locals stay where they are until all others are computed.
    fn arguments(&mut self, args: &[Operand], live: &mut Locals, scope: usize) -> Translation<()> {
        let (locals, computed): (Vec<&Operand>, Vec<&Operand>) =
            args.iter().rev().partition(|arg| matches!(arg, Operand::Local(_)));
        locals
            .into_iter()
            .chain(computed)
            .try_for_each(|arg| self.visit(arg, live, Standing { scope, recur: None }))
    }

    fn visit(&mut self, operand: &Operand, live: &mut Locals, place: Standing) -> Translation<()> {
        match operand {
            Operand::Constant(_) => Ok(()),
            Operand::Local(position) => {
                let bit = bit(*position, place.scope)?;
                let is_last = *live & bit == 0;
                *live |= bit;
                self.reads.entry(identity(operand)).and_modify(|last| *last &= is_last).or_insert(is_last);
                Ok(())
            }
            Operand::Op(link) => {
                self.enter()?;
                let code = link.code()?.ok_or(Stop::Unfit)?;
                let outcome = self.visit_kind(&code.kind, live, place);
                self.nesting -= 1;
                outcome
            }
        }
    }

    fn visit_kind(&mut self, kind: &Kind, live: &mut Locals, place: Standing) -> Translation<()> {
        let scope = place.scope;
        match kind {
            Kind::Constant(_)
            | Kind::Special(_)
            | Kind::Lookup { place: Place::Here | Place::Account(_), .. } => {}
            Kind::Local(position) => *live |= bit(*position, scope)?,
            Kind::Def { value: Some(value), .. } => {
                self.visit(value, live, Standing { scope, recur: None })?
            }
            Kind::Do(operands) => self.sequence(operands, live, place)?,
            Kind::Cond(operands) => self.visit_cond(operands, live, place)?,
            Kind::Invoke(operands) => {
                if let Some((function, args)) = operands.split_first() {
                    self.arguments(args, live, scope)?;
                    self.visit(function, live, Standing { scope, recur: None })?;
                }
            }
            Kind::Native(call) if !call.is_recur => self.arguments(&call.args, live, scope)?,
            Kind::Native(call) => {
                if let Some(again) = place.recur {
                    *live |= again;
                }
                self.all(&call.args, live, scope)?;
            }
            Kind::Let { bindings, operands, is_loop } => {
                let (values, body) = operands.split_at(bindings.targets.len().min(operands.len()));
                let inner = scope + names_of(bindings)?;
                if inner > MAX_LOCALS {
                    return Err(Stop::Unfit);
                }
                let recur = match is_loop {
                    true => Some((self.read_in(body, inner)? & below(scope)) | *live),
                    false => place.recur,
                };
                if *is_loop {
                    *live |= recur.unwrap_or(0);
                }
                self.sequence(body, live, Standing { scope: inner, recur })?;
                // The names of earlier bindings are in scope for later values.
                let mut scope = inner;
                for (target, value) in bindings.targets.iter().zip(values).rev() {
                    scope -= names_in(target)?;
                    *live &= below(scope);
                    self.visit(value, live, Standing { scope, recur: None })?;
                }
            }
            // Whatever sees all locals, or is left to the first tier with all of them.
            _ => *live |= below(scope),
        }
        Ok(())
    }

    fn visit_cond(&mut self, operands: &[Operand], live: &mut Locals, place: Standing) -> Translation<()> {
        let after = *live;
        let mut rest = after;
        for pair in operands.chunks(2).rev() {
            match pair {
                [test, branch] => {
                    let mut taken = after;
                    self.visit(branch, &mut taken, place)?;
                    rest |= taken;
                    self.visit(test, &mut rest, Standing { scope: place.scope, recur: None })?;
                }
                [default] => self.visit(default, &mut rest, place)?,
                _ => {}
            }
        }
        *live = rest;
        Ok(())
    }

    /// All locals that code reads anywhere.
    fn read_in(&mut self, operands: &[Operand], scope: usize) -> Translation<Locals> {
        let mut locals = 0;
        for operand in operands {
            locals |= self.read_by(operand, scope)?;
        }
        Ok(locals)
    }

    fn read_by(&mut self, operand: &Operand, scope: usize) -> Translation<Locals> {
        let link = match operand {
            Operand::Constant(_) => return Ok(0),
            Operand::Local(position) => return bit(*position, scope),
            Operand::Op(link) => link,
        };
        self.enter()?;
        let code = link.code()?.ok_or(Stop::Unfit)?;
        let locals = match &code.kind {
            Kind::Constant(_)
            | Kind::Special(_)
            | Kind::Lookup { place: Place::Here | Place::Account(_), .. } => 0,
            Kind::Local(position) => bit(*position, scope)?,
            Kind::Def { value: Some(value), .. } => self.read_by(value, scope)?,
            Kind::Do(operands) | Kind::Cond(operands) | Kind::Invoke(operands) => {
                self.read_in(operands, scope)?
            }
            Kind::Native(call) => self.read_in(&call.args, scope)?,
            Kind::Let { bindings, operands, .. } => {
                let inner = scope + names_of(bindings)?;
                if inner > MAX_LOCALS {
                    return Err(Stop::Unfit);
                }
                self.read_in(operands, inner)?
            }
            _ => below(scope),
        };
        self.nesting -= 1;
        Ok(locals)
    }
}

fn names_of(bindings: &Targets) -> Translation<usize> {
    bindings.targets.iter().map(|target: &Target| names_in(target)).sum()
}

fn identity(operand: &Operand) -> usize {
    std::ptr::from_ref(operand) as usize
}
