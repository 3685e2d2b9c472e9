//! Expansion: what turns forms with macros into forms without (CAD009).

use crate::call::{is_callable, is_function};
use crate::context::Context;
use crate::ending::Frame;
use crate::executor::{RED_ZONE_BYTES, STACK_BYTES};
use crate::{Run, juice, limits, symbols};
use lang::{List, Map, Missing, Set, Symbol, Syntax, Value, Vector, native};
use std::sync::LazyLock;

/// The code of the native function that expands forms unless another expander is given.
static INITIAL_EXPANDER: LazyLock<u64> =
    LazyLock::new(|| native::code("*initial-expander*").unwrap_or_default());

/// The initial expander as a value.
pub fn initial_expander() -> Value {
    Value::native(*INITIAL_EXPANDER)
}

/// Whether an expander is the initial one.
fn is_initial(expander: &Value) -> bool {
    matches!(expander, Value::Extension { .. }) && *expander == initial_expander()
}

/// A value without the metadata around it, if there is any.
pub fn unwrap(value: &Value) -> Result<&Value, Missing> {
    match value {
        Value::Syntax(syntax) => syntax.datum(),
        value => Ok(value),
    }
}

/// A syntax object of a value and metadata, which wins over what the value has already.
pub fn with_metadata(value: Value, metadata: &Map) -> Result<Syntax, Missing> {
    match value {
        Value::Syntax(syntax) => Ok(Syntax::new(syntax.datum()?.clone(), syntax.meta().merge(metadata)?)),
        value => Ok(Syntax::new(value, metadata.clone())),
    }
}

impl Context {
    /// Expands a form with the initial expander.
    pub fn expand(&mut self, form: &Value) -> Run {
        let expander = initial_expander();
        self.expand_with(&expander, form, &expander)
    }

    /// Expands a form: calls an expander with it and the expander to continue with, one level deeper.
    ///
    /// # Errors
    /// `:DEPTH`, and whatever the expander ends with.
    pub fn expand_with(&mut self, expander: &Value, form: &Value, next: &Value) -> Run {
        if is_initial(expander) && is_initial(next) {
            self.check_nesting(form, self.depth + 1)?;
        }
        self.expand_part(expander, form, next)
    }

    /// As [`Context::expand_with`], for a part of a form that was looked at as a whole.
    fn expand_part(&mut self, expander: &Value, form: &Value, next: &Value) -> Run {
        if self.depth >= limits::MAX_DEPTH {
            return self.too_many_expansions();
        }
        let depth = self.depth;
        self.depth += 1;
        let entered = self.positions.enter(form);
        let outcome = if !self.shows_expansion() && is_initial(expander) {
            stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.descend(form, next))
        } else {
            self.invoke(expander, &mut [form.clone(), next.clone()])
        };
        self.positions.leave(entered);
        self.depth = depth;
        match outcome {
            Ok(expanded) => {
                self.positions.inherit(&expanded, form);
                Ok(expanded)
            }
            Err(ending) => Err(self.traced(ending, |ctx| ctx.form_frame(form))),
        }
    }

    /// Whether reports are to show each form that expansion has gone through.
    fn shows_expansion(&self) -> bool {
        self.runs_slowly() || self.positions.are_kept()
    }

    /// Calls the initial expander for a part of a form.
    fn descend(&mut self, form: &Value, next: &Value) -> Run {
        self.check_interrupt()?;
        self.expand_initial(form, next)
    }

    /// What the initial expander does when it is called: as [`Context::expand_initial`], but a form that is nested too
    /// deep fails at once.
    ///
    /// # Errors
    /// `:DEPTH`, and whatever expanders of macros end with.
    pub fn expand_from_top(&mut self, form: &Value, next: &Value) -> Run {
        if is_initial(next) {
            self.check_nesting(form, self.depth)?;
        }
        self.expand_initial(form, next)
    }

    /// Fails when the first elements of a form are nested so deep that expansion from a depth on, which goes down to them
    /// before anything is paid for, would come to the greatest depth. Going down takes far longer than this, for the same
    /// error and no juice; it is done where reports show what was gone through.
    fn check_nesting(&self, form: &Value, depth: u32) -> Run<()> {
        if self.shows_expansion() {
            return Ok(());
        }
        let mut inner = form;
        for _ in depth..=limits::MAX_DEPTH {
            match first_element(inner)? {
                Some(first) => inner = first,
                None => return Ok(()),
            }
        }
        self.too_many_expansions()
    }

    fn too_many_expansions<T>(&self) -> Run<T> {
        self.fail("DEPTH", format!("More than {} expansions are nested", limits::MAX_DEPTH))
    }

    /// A frame that says which form was being expanded or compiled.
    pub(crate) fn form_frame(&self, form: &Value) -> Frame {
        Frame { op: Some(form.clone()), function: None, args: Vec::new(), address: self.address }
    }

    /// What the initial expander does with a form: calls the expander that it starts with, else expands all its
    /// elements.
    pub fn expand_initial(&mut self, form: &Value, next: &Value) -> Run {
        // Syntax objects nested however deep: expanded once, wrapped again from the inside.
        let mut wrappers = Vec::new();
        let mut datum = form;
        while let Value::Syntax(syntax) = datum {
            wrappers.push(syntax);
            datum = syntax.datum()?;
        }
        let mut expanded = self.expand_datum(datum, next)?;
        while let Some(syntax) = wrappers.pop() {
            expanded = Value::Syntax(with_metadata(expanded, &syntax.meta())?);
            self.charge(juice::EXPAND_CONSTANT)?;
        }
        Ok(expanded)
    }

    fn expand_datum(&mut self, form: &Value, next: &Value) -> Run {
        let expanded = match form {
            Value::List(list) => {
                let Some(first) = list.first()? else {
                    return self.finish(juice::EXPAND_CONSTANT, form.clone());
                };
                let first = unwrap(first)?.clone();
                if let Some(expander) = self.lookup_expander(&first)? {
                    return self.expand_part(&expander, form, next);
                }
                self.expand_elements(list.iter(), next)?.map(|elements| List::from_values(elements).into())
            }
            Value::Vector(vector) if !vector.is_empty() => self
                .expand_elements(vector.iter(), next)?
                .map(|elements| Vector::from_values(elements).into()),
            Value::Set(set) => {
                let mut expanded = Vec::new();
                for element in set.iter() {
                    expanded.push(self.expand_part(next, element?, next)?);
                }
                Some(Set::from_values(expanded).into())
            }
            Value::Map(map) => {
                let mut expanded = Vec::new();
                for entry in map.iter() {
                    let (key, value) = entry?;
                    let key = self.expand_part(next, key, next)?;
                    expanded.push((key, self.expand_part(next, value, next)?));
                }
                Some(Map::from_entries(expanded).into())
            }
            _ => return self.finish(juice::EXPAND_CONSTANT, form.clone()),
        };
        let expanded: Value = expanded.unwrap_or_else(|| form.clone());
        self.positions.inherit(&expanded, form);
        self.finish(juice::EXPAND_SEQUENCE, expanded)
    }

    /// The expanded elements of a sequence, `None` when none of them changed.
    fn expand_elements<'a>(
        &mut self,
        elements: impl Iterator<Item = Result<&'a Value, Missing>>,
        next: &Value,
    ) -> Run<Option<Vec<Value>>> {
        let mut expanded = Vec::new();
        let mut is_changed = false;
        for element in elements {
            let element = element?;
            let new = self.expand_part(next, element, next)?;
            is_changed |= !is_same(element, &new);
            expanded.push(new);
        }
        Ok(is_changed.then_some(expanded))
    }

    /// The expander that a list starts with: a symbol, or a lookup of one in an account, whose definition has
    /// metadata with a true `:expander` and can be called.
    pub fn lookup_expander(&self, head: &Value) -> Run<Option<Value>> {
        let Some((address, symbol)) = self.expander_name(head)? else { return Ok(None) };
        let Some(metadata) = self.lookup_metadata_in(address, &symbol)? else { return Ok(None) };
        if !metadata.get(&symbols::EXPANDER)?.is_some_and(Value::is_truthy) {
            return Ok(None);
        }
        Ok(match self.lookup_in(address, &symbol)? {
            Some(value) if is_callable(&value)? => Some(value),
            _ => None,
        })
    }

    fn expander_name(&self, head: &Value) -> Run<Option<(u64, Symbol)>> {
        let list = match head {
            Value::Symbol(symbol) => return Ok(Some((self.address, symbol.clone()))),
            Value::List(list) => list,
            _ => return Ok(None),
        };
        let count = list.count();
        let is_lookup = matches!(list.first()?, Some(Value::Symbol(symbol)) if *symbol == *symbols::LOOKUP);
        if !(2..=3).contains(&count) || !is_lookup {
            return Ok(None);
        }
        let Some(Value::Symbol(symbol)) = list.get(count - 1)? else { return Ok(None) };
        if count == 2 {
            return Ok(Some((self.address, symbol.clone())));
        }
        let place = match list.get(1)? {
            Some(Value::Symbol(alias)) => self.lookup(alias)?,
            place => place.cloned(),
        };
        Ok(match place {
            Some(Value::Address(address)) => Some((address, symbol.clone())),
            _ => None,
        })
    }
}

/// What is expanded first of a form that no macro can be called by, where that may itself have elements.
fn first_element(form: &Value) -> Result<Option<&Value>, Missing> {
    let mut form = form;
    while let Value::Syntax(syntax) = form {
        form = syntax.datum()?;
    }
    let first = match form {
        Value::Vector(vector) => vector.first()?,
        Value::List(list) => list.first()?,
        Value::Set(set) => set.iter().next().transpose()?,
        Value::Map(map) => map.iter().next().transpose()?.map(|(key, _)| key),
        _ => None,
    };
    Ok(first.filter(|first| {
        matches!(first, Value::Vector(_) | Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Syntax(_))
    }))
}

/// Whether two values are surely the same, without a comparison of their contents.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.identity(), b.identity()) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    }
}

/// The arguments of an expander: a form and the expander to continue with.
///
/// # Errors
/// `:ARITY` for another number of arguments, `:CAST` when the second is no function.
pub fn arguments<'a>(ctx: &Context, args: &'a [Value]) -> Run<(&'a Value, &'a Value)> {
    match args {
        [form, next] if is_function(next)? => Ok((form, next)),
        [_, next] => ctx.fail(
            "CAST",
            format!("The expander to continue with is a {}, not a function", next.kind().name()),
        ),
        _ => ctx.fail("ARITY", format!("An expander takes a form and an expander, given {}", args.len())),
    }
}
