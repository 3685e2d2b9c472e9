//! Where functions were written, and the names of what they captured.

use super::{Positions, Span};
use crate::op::Closure;
use crate::*;

/// Of the locals around a function so many of the nearest keep their names.
const MAX_LOCALS: usize = 64;

/// What is known of how a function was written.
pub struct Written {
    /// Held so that no other cell can have its address.
    _function: Value,
    /// The form that made it, or the use of a macro that did.
    pub span: Span,
    /// The position of the first of the locals whose names are kept.
    first: usize,
    locals: Box<[Symbol]>,
}

impl Written {
    /// The names of the locals around the function, by position.
    pub fn locals(&self) -> impl Iterator<Item = (usize, &Symbol)> {
        (self.first..).zip(&self.locals)
    }
}

impl Positions {
    /// Remembers that a function of one arity was compiled from the form entered last, where these were the names of
    /// the locals around it.
    ///
    /// A function is known by its own cell and by that of its body, which it keeps when it captures locals.
    pub fn written(&mut self, function: &Value, locals: &[Symbol]) {
        let Some(entered) = self.entered.last() else { return };
        let Ok(index) = u32::try_from(self.functions.len()) else { return };
        let first = locals.len().saturating_sub(MAX_LOCALS);
        self.functions.push(Written {
            _function: function.clone(),
            span: entered.span,
            first,
            locals: locals[first..].into(),
        });
        let cells = [function.identity(), body_identity(function)];
        self.by_function.extend(cells.into_iter().flatten().map(|cell| (cell, index)));
    }

    /// How a function was written: of several arities, how one of them was.
    pub fn how_written(&self, function: &Value) -> Option<&Written> {
        let Value::Record(record) = function else { return None };
        let made_of = record.captured().and_then(|(origin, _)| Value::Record(origin.clone()).identity());
        let known = [function.identity(), made_of, body_identity(function)];
        if let Some(written) = known.into_iter().flatten().find_map(|cell| self.by_cell(cell)) {
            return Some(written);
        }
        match Closure::view(function) {
            Ok(Some(Closure::Multi(arities))) => arities
                .iter()
                .flatten()
                .filter(|arity| is_single(arity))
                .find_map(|arity| self.how_written(arity)),
            _ => None,
        }
    }

    fn by_cell(&self, cell: usize) -> Option<&Written> {
        let mut layer = Some(self);
        while let Some(positions) = layer {
            if let Some(index) = positions.by_function.get(&cell) {
                return positions.functions.get(*index as usize);
            }
            layer = positions.base.as_deref();
        }
        None
    }
}

fn is_single(function: &Value) -> bool {
    matches!(Closure::view(function), Ok(Some(Closure::Fn { .. })))
}

fn body_identity(function: &Value) -> Option<usize> {
    match Closure::view(function) {
        Ok(Some(Closure::Fn { body, .. })) => body.identity(),
        _ => None,
    }
}
