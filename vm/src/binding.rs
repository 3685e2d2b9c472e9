//! Binding values to names: parameters, `let`, `loop` and destructuring.

use crate::code::{Target, Targets};
use crate::core::structure;
use crate::{Context, Ending, Run, symbols};
use lang::{Missing, Value, Vector};

/// What a vector of binding forms is taken apart from.
enum Source<'a> {
    Args(&'a [Value]),
    Structure(Value),
}

/// A vector of binding forms that is being bound.
struct Level<'a> {
    forms: Vector,
    source: Source<'a>,
    count: u64,
    next: u64,
    has_rest: bool,
}

impl Source<'_> {
    fn at(&self, position: u64) -> Result<Value, Missing> {
        Ok(match self {
            Source::Args(args) => {
                usize::try_from(position).ok().and_then(|i| args.get(i)).cloned().unwrap_or(Value::Nil)
            }
            Source::Structure(value) => structure::at(value, position)?.unwrap_or(Value::Nil),
        })
    }

    /// The elements from `start` to `end`, without a copy of them where that would take long.
    fn slice(&self, start: u64, end: u64) -> Result<Vector, Missing> {
        if let Source::Structure(value) = self
            && let Some(part) = structure::view(value)?.view(start, end)?
        {
            return Ok(part);
        }
        (start..end).map(|position| self.at(position)).collect::<Result<Vec<_>, _>>().map(Vector::from_values)
    }
}

impl Context {
    /// Binds one value.
    pub(crate) fn bind(&mut self, target: &Target, value: Value) -> Run<()> {
        match target {
            Target::Name => self.locals.push(value),
            Target::Ignored => {}
            Target::Form(form) => return self.bind_form(form.get()?, value),
        }
        Ok(())
    }

    /// Binds parameters to arguments.
    pub(crate) fn bind_all(&mut self, targets: &Targets, args: &[Value]) -> Run<()> {
        if !targets.is_plain {
            return self.bind_levels(targets.forms.clone(), Source::Args(args), args.len() as u64);
        }
        if targets.targets.len() != args.len() {
            return self.wrong_count(targets.targets.len() as u64, args.len() as u64);
        }
        for (target, value) in targets.targets.iter().zip(args) {
            if matches!(target, Target::Name) {
                self.locals.push(value.clone());
            }
        }
        Ok(())
    }

    /// Binds parameters of any form to arguments.
    pub(crate) fn bind_forms(&mut self, forms: &Vector, args: &[Value]) -> Run<()> {
        self.bind_levels(forms.clone(), Source::Args(args), args.len() as u64)
    }

    /// Binds parameters to arguments that are given up.
    pub(crate) fn bind_drained(&mut self, targets: &Targets, args: &mut Vec<Value>) -> Run<()> {
        if !targets.is_plain || targets.targets.len() != args.len() {
            return self.bind_all(targets, args);
        }
        for (target, value) in targets.targets.iter().zip(args.drain(..)) {
            if matches!(target, Target::Name) {
                self.locals.push(value);
            }
        }
        Ok(())
    }

    pub(crate) fn bind_form(&mut self, form: &Value, value: Value) -> Run<()> {
        match form {
            Value::Symbol(symbol) => {
                if *symbol != *symbols::UNDERSCORE {
                    self.locals.push(value);
                }
                Ok(())
            }
            Value::Vector(forms) => {
                let count = self.element_count(&value)?;
                self.bind_levels(forms.clone(), Source::Structure(value), count)
            }
            _ => self.bad_form(form),
        }
    }

    /// The number of elements to take a value apart into.
    fn element_count(&self, value: &Value) -> Run<u64> {
        if !value.is_nil() && !structure::is_structure(value) {
            let kind = value.kind().name();
            return self.fail("CAST", format!("Only a collection can be taken apart, not this {kind}"));
        }
        Ok(structure::count(value).unwrap_or(0))
    }

    /// Binds nested vectors of forms with an explicit stack, however deep they are.
    fn bind_levels(&mut self, forms: Vector, source: Source, count: u64) -> Run<()> {
        let mut levels = vec![Level { forms, source, count, next: 0, has_rest: false }];
        self.bind_open(&mut levels).map_err(|ending| match levels.first() {
            // What is at fault is all that was given for one form, unless not all forms were given something.
            Some(top) if !top.has_rest && (levels.len() > 1 || is_cast(&ending)) => {
                ending.about(top.next.saturating_sub(1) as usize)
            }
            _ => ending,
        })
    }

    fn bind_open(&mut self, levels: &mut Vec<Level>) -> Run<()> {
        let mut steps = 0;
        while let Some(level) = levels.last_mut() {
            steps += 1;
            self.check_elements(steps)?;
            let total = level.forms.count();
            let Some(form) = level.forms.get(level.next)? else {
                if !level.has_rest && total != level.count {
                    let count = level.count;
                    return self.wrong_count(total, count);
                }
                levels.pop();
                continue;
            };
            let is_rest = matches!(form, Value::Symbol(symbol) if *symbol == *symbols::AMPERSAND);
            let (form, value) = if is_rest {
                (level.forms.get(level.next + 1)?.cloned(), self.rest(level)?)
            } else {
                let position = if level.has_rest { level.count - (total - level.next) } else { level.next };
                if position >= level.count {
                    let count = level.count;
                    return self.wrong_count(total, count);
                }
                let bound = (Some(form.clone()), level.source.at(position)?);
                level.next += 1;
                bound
            };
            match form {
                Some(Value::Vector(forms)) => {
                    let count = self.element_count(&value)?;
                    levels.push(Level {
                        forms,
                        source: Source::Structure(value),
                        count,
                        next: 0,
                        has_rest: false,
                    });
                }
                Some(form) => self.bind_form(&form, value)?,
                None => {}
            }
        }
        Ok(())
    }

    /// The values that the form after `&` is bound to: all but those for the forms after it.
    fn rest(&mut self, level: &mut Level) -> Run {
        if level.has_rest {
            return self.fail("COMPILE", "A binding vector can have only one &");
        }
        let position = level.next;
        let Some(after) = level.forms.count().checked_sub(position + 2) else {
            return self.fail("COMPILE", "A binding form must follow &");
        };
        let Some(taken) = level.count.checked_sub(position + after) else {
            return self
                .fail("ARITY", format!("Too few values, only {}, for the bindings around &", level.count));
        };
        self.check_elements(taken)?;
        level.has_rest = true;
        level.next += 2;
        Ok(Value::Vector(level.source.slice(position, position + taken)?))
    }

    pub(crate) fn wrong_count<T>(&self, expected: u64, given: u64) -> Run<T> {
        self.fail("ARITY", format!("Expected {expected} values to bind, given {given}"))
    }

    fn bad_form<T>(&self, form: &Value) -> Run<T> {
        self.fail(
            "COMPILE",
            format!("Can bind to symbols and vectors of them, not to this {}", form.kind().name()),
        )
    }
}

/// Whether an ending is the error of a value that cannot be taken apart.
fn is_cast(ending: &Ending) -> bool {
    matches!(ending, Ending::Error(error) if error.code == Value::keyword("CAST"))
}
