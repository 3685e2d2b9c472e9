//! Recording which ops and branches run: an observer.

use super::{Branching, Coverage, Site, Sort};
use lang::op::{Closure, Op};
use lang::source::Span;
use lang::{Missing, Value, Vector, native};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use vm::Context;
use vm::observe::Observer;

/// Counts how often the ops of texts that were read are run.
#[derive(Default)]
pub struct Recorder(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    /// What is known of ops by their identity.
    ops: HashMap<usize, Entry>,
    /// The branchings that have begun and not ended, and nothing for other ops.
    open: Vec<Option<Site>>,
    coverage: Coverage,
}

/// What is known of an op.
struct Entry {
    /// Held so that no other op can have its identity.
    _op: Value,
    known: Known,
}

/// Where an op comes from.
#[derive(Clone, Copy, Default)]
struct Known {
    /// Where it stands and what it is, for an op of a text.
    place: Option<(Span, Sort)>,
    /// Which branching it is, for a `cond` of a text.
    site: Option<Site>,
}

impl Recorder {
    /// What ran.
    pub fn finish(&self) -> Coverage {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).coverage)
    }
}

impl Observer for Recorder {
    fn begins(&self, context: &Context, op: &Value) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { place, site } = notes.know(context, op).unwrap_or_default();
        if let Some(place) = place {
            *notes.coverage.ops.entry(place).or_insert(0) += 1;
        }
        notes.open.push(site);
    }

    fn ends(&self, _: &Context, _: &Value, _: Option<&Value>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).open.pop();
    }

    fn branches(&self, _: &Context, branch: usize) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some(site)) = notes.open.last().copied()
            && let Some(taken) =
                notes.coverage.branchings.get_mut(&site).and_then(|b| b.taken.get_mut(branch))
        {
            *taken += 1;
        }
    }
}

impl Notes {
    /// What is known of an op. One that is new is looked through, so that what it holds and never runs is known, too.
    fn know(&mut self, context: &Context, op: &Value) -> Option<Known> {
        let identity = op.identity()?;
        if !self.ops.contains_key(&identity) {
            // What is not to be had is not known.
            let _ = self.look_through(context, op);
        }
        self.ops.get(&identity).map(|entry| entry.known)
    }

    /// Enters an op and those in it. The branchings of a form are counted anew in each function, since functions are looked
    /// through by themselves when they are called before the code that made them was seen.
    fn look_through(&mut self, context: &Context, root: &Value) -> Result<(), Missing> {
        let mut counts: HashMap<(usize, Span), u32> = HashMap::new();
        let mut functions = 0;
        let mut open = vec![(root.clone(), 0)];
        while let Some((value, function)) = open.pop() {
            let Some(identity) = value.identity().filter(|identity| !self.ops.contains_key(identity)) else {
                continue;
            };
            let Some(op) = Op::view(&value)? else { continue };
            if let Op::Constant(constant) = &op {
                self.quoted(context, constant);
                continue;
            }
            let span = context.span_of(&value);
            let place = span.map(|span| (span, Sort::of(&op)));
            if let Some(place) = place {
                self.coverage.ops.entry(place).or_insert(0);
            }
            let mut site = None;
            if let (Op::Cond(parts), Some(span)) = (&op, span)
                && !is_check_of_name(parts)?
            {
                let nth = counts.entry((function, span)).or_insert(0);
                *nth += 1;
                let known = Site { span, nth: *nth };
                let parts = parts.to_vec()?;
                let branching = || Branching::of(&parts, |part| context.span_of(part));
                self.coverage.branchings.entry(known).or_insert_with(branching);
                site = Some(known);
            }
            self.ops.insert(identity, Entry { _op: value.clone(), known: Known { place, site } });
            let inner = match op {
                Op::Lambda(_) => {
                    functions += 1;
                    functions
                }
                _ => function,
            };
            open.extend(parts(op)?.into_iter().rev().map(|part| (part, inner)));
        }
        Ok(())
    }

    /// A quoted form that may be code for another account.
    fn quoted(&mut self, context: &Context, form: &Value) {
        const CODE: &[&str] = &["do", "def", "defn", "defmacro", "fn", "let"];
        if crate::test::step::head(form).is_some_and(|head| CODE.contains(&head))
            && let Some(span) = context.span_of(form)
        {
            self.coverage.quoted.insert(span);
        }
    }
}

/// The ops within an op.
fn parts(op: Op) -> Result<Vec<Value>, Missing> {
    Ok(match op {
        Op::Do(ops)
        | Op::Cond(ops)
        | Op::Invoke(ops)
        | Op::Query(ops)
        | Op::Try(ops)
        | Op::Let { ops, .. } => ops.to_vec()?,
        Op::Lookup { address: value, .. } | Op::Def { value, .. } | Op::Set { value, .. } => vec![value],
        Op::Lambda(function) => {
            let mut bodies = Vec::new();
            let mut open = vec![function];
            while let Some(function) = open.pop() {
                match Closure::view(&function)? {
                    Some(Closure::Fn { body, .. }) => bodies.push(body),
                    Some(Closure::Multi(functions)) => open.extend(functions.to_vec()?.into_iter().rev()),
                    _ => {}
                }
            }
            bodies
        }
        Op::Constant(_) | Op::Local(_) | Op::Special(_) | Op::Malformed => Vec::new(),
    })
}

/// Whether a `cond` is the one that `set!` of a global name makes to find out whether there is such a name: no branch of
/// the program's.
fn is_check_of_name(parts: &Vector) -> Result<bool, Missing> {
    let (Some(test), Some(define), 3) = (parts.get(0)?, parts.get(1)?, parts.count()) else {
        return Ok(false);
    };
    let (Some(Op::Invoke(call)), Some(Op::Def { .. })) = (Op::view(test)?, Op::view(define)?) else {
        return Ok(false);
    };
    let lookup = Value::native(native::code("lookup-meta").unwrap_or_default());
    Ok(match call.get(0)?.map(Op::view).transpose()?.flatten() {
        Some(Op::Constant(function)) => function == lookup,
        _ => false,
    })
}
