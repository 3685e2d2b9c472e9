//! What a routine expects of the scope that it begins in.

use crate::code::{Target, Targets};
use lang::{Value, Vector};

/// The layout of locals when a routine begins. Code may be shared by functions of other layouts, for which the
/// routine would not do.
pub enum Shape {
    /// A loop among so many locals.
    Locals(usize),
    /// A function whose parameters are names.
    Plain {
        /// How many locals it has captured.
        captured: usize,
        /// For each parameter whether it is bound.
        names: Box<[bool]>,
    },
    /// A function whose parameters are taken apart.
    Pattern {
        /// How many locals it has captured.
        captured: usize,
        /// The parameters.
        forms: Value,
    },
}

impl Shape {
    /// That of a function.
    pub fn of(params: &Targets, captured: usize) -> Shape {
        match params.is_plain {
            true => Shape::Plain { captured, names: names(params).collect() },
            false => Shape::Pattern { captured, forms: Value::Vector(params.forms.clone()) },
        }
    }

    /// Whether a function has this layout.
    pub fn fits(&self, params: &Targets, env: usize) -> bool {
        match self {
            Shape::Locals(_) => false,
            Shape::Plain { captured, names: expected } => {
                *captured == env
                    && params.is_plain
                    && expected.len() == params.targets.len()
                    && expected.iter().copied().eq(names(params))
            }
            Shape::Pattern { captured, forms } => {
                *captured == env && forms.identity() == Value::Vector(params.forms.clone()).identity()
            }
        }
    }

    /// Whether this is a loop among so many locals.
    pub fn is_of_locals(&self, locals: usize) -> bool {
        matches!(self, Shape::Locals(n) if *n == locals)
    }

    /// How many locals a function has captured.
    #[inline]
    pub fn captured(&self) -> Option<usize> {
        match self {
            Shape::Locals(_) => None,
            Shape::Plain { captured, .. } | Shape::Pattern { captured, .. } => Some(*captured),
        }
    }

    /// The parameters, when they are taken apart.
    pub fn forms(&self) -> Option<&Vector> {
        match self {
            Shape::Pattern { forms: Value::Vector(forms), .. } => Some(forms),
            _ => None,
        }
    }

    /// How many arguments are needed, when that does not depend on a pattern.
    #[inline]
    pub fn arity(&self) -> Option<usize> {
        match self {
            Shape::Plain { names, .. } => Some(names.len()),
            _ => None,
        }
    }
}

fn names(params: &Targets) -> impl Iterator<Item = bool> + '_ {
    params.targets.iter().map(|target| matches!(target, Target::Name))
}
