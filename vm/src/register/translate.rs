//! From ops to a routine.
//!
//! Each op is told where its value goes and writes that register last of all, so that what it reads may be there until
//! then. Juice is summed while code is written and paid by the next instruction that has a `cost`.

use super::instruction::Register;
use super::liveness::LastUses;
use super::routine::{Loop, Routine};
use super::shape::Shape;
use super::translator::{Goal, Repeat, Translator, register};
use crate::code::{Arity, Operand, Target, Targets};
use crate::symbols;
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

/// More names than this in a pattern are left to the first tier.
const MAX_NAMES: usize = 100;

/// The routine of a function with this body; `None` when it is for the first tier.
pub fn function(arity: Arity) -> Result<Option<Routine>, Missing> {
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

fn translate_function(arity: Arity) -> Translation<Routine> {
    let body = std::slice::from_ref(&arity.body);
    let (params, captured) = (&arity.params, arity.env.len());
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
