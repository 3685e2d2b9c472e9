//! Calls: of native functions, of functions made by programs, and of values that act as functions.

use crate::code::{self, Arity, Function};
use crate::core::{arguments, structure};
use crate::ending::{Control, Frame};
use crate::executor::{Mark, RED_ZONE_BYTES, STACK_BYTES, Tail};
use crate::foreign::ForeignCrash;
use crate::{Context, Ending, Run, core, limits};
use lang::cell::Slot;
use lang::{Keyword, Missing, Value, extension, native};

/// Whether a value is a function proper: native, or made by a program.
pub fn is_function(value: &Value) -> Result<bool, Missing> {
    match value {
        Value::Record(record) => {
            Ok(record.captured().is_some() || code::function_of(value, record)?.is_some())
        }
        _ => Ok(native::name_of(value).is_some()),
    }
}

/// Whether a value can be called: functions, keywords and data structures.
pub fn is_callable(value: &Value) -> Result<bool, Missing> {
    Ok(match value {
        Value::Keyword(_) => true,
        Value::Extension { .. } => is_function(value)?,
        _ => is_function(value)? || structure::is_structure(value),
    })
}

impl Context {
    /// Calls a function, a keyword or a data structure; `recur` and `tailcall` inside it are followed, `return`
    /// gives its value. The arguments may be taken out by what is called.
    pub fn invoke(&mut self, function: &Value, args: &mut [Value]) -> Run {
        // Native functions can call one another without adding to the depth.
        stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.invoke_here(function, args))
    }

    pub(crate) fn invoke_here(&mut self, function: &Value, args: &mut [Value]) -> Run {
        self.check_interrupt()?;
        match self.apply(function, args) {
            Err(Ending::Control(control)) => self.follow(function, control),
            outcome => outcome,
        }
    }

    /// Goes on after a function ended with a control result.
    pub(crate) fn follow(&mut self, function: &Value, control: Box<Control>) -> Run {
        if matches!(*control, Control::Reduced(_) | Control::Halt(_) | Control::Rollback(_)) {
            // These are for somebody further out.
            self.result = Value::Nil;
            return Err(Ending::Control(control));
        }
        let (mut function, mut control) = (function.clone(), *control);
        loop {
            self.check_interrupt()?;
            self.result = Value::Nil;
            let outcome = match control {
                Control::Recur(mut args) if !is_native(&function, "recur") => {
                    self.apply(&function, &mut args).map_err(|ending| self.not_begun(ending))
                }
                Control::Tailcall(next, mut args) if !is_native(&function, "tailcall*") => {
                    function = next;
                    self.apply(&function, &mut args).map_err(|ending| self.not_begun(ending))
                }
                Control::Return(value) if !is_native(&function, "return") => return Ok(value),
                other => return Err(other.into()),
            };
            match outcome {
                Err(Ending::Control(next)) => control = *next,
                outcome => return outcome,
            }
        }
    }

    pub(crate) fn apply(&mut self, function: &Value, args: &mut [Value]) -> Run {
        match self.apply_untraced(function, args) {
            Err(ending) => Err(self.called(ending, function, args)),
            outcome => outcome,
        }
    }

    fn apply_untraced(&mut self, function: &Value, args: &mut [Value]) -> Run {
        match function {
            Value::Extension { tag: extension::CORE, code } => {
                let Some(native) = core::native(*code) else { return self.not_callable_value(function) };
                native(self, args)
            }
            Value::Record(record) => match code::function_of(function, record)? {
                Some(known) if self.observer.is_some() => {
                    self.watch_call(function, args, |ctx| ctx.call(function, known, args))
                }
                Some(known) => self.call(function, known, args),
                None => self.apply_map(function, args),
            },
            Value::Keyword(keyword) => self.apply_keyword(keyword, args),
            Value::Vector(_) | Value::List(_) => self.apply_sequence(function, args),
            Value::Set(set) => match args {
                [element] => Ok(Value::Boolean(set.contains(element)?)),
                _ => self.wrong_arity("A set takes 1 argument", args),
            },
            _ => self.apply_map(function, args),
        }
    }

    /// Looks a key up in a map or record.
    fn apply_map(&mut self, map: &Value, args: &[Value]) -> Run {
        if !structure::is_structure(map) {
            return self.not_callable_value(map);
        }
        match args {
            [key] => Ok(structure::get(map, key)?.unwrap_or(Value::Nil)),
            [key, default] => Ok(structure::get(map, key)?.unwrap_or_else(|| default.clone())),
            _ => self.wrong_arity("A map takes 1 or 2 arguments", args),
        }
    }

    /// Adds a function that was running, and its arguments, to the trace of an error, and of a control result that it
    /// did not make itself.
    #[cold]
    pub(crate) fn called(&mut self, ending: Ending, function: &Value, args: &[Value]) -> Ending {
        let frame = |ctx: &Context| Frame {
            op: None,
            function: Some(function.clone()),
            args: args.to_vec(),
            address: ctx.address,
        };
        if let Ending::Control(_) = ending {
            if !self.control_trace.is_empty() {
                self.control_passes(frame);
            }
            return ending;
        }
        self.traced(ending, frame)
    }

    #[cold]
    fn not_callable_value(&mut self, function: &Value) -> Run {
        if self.has_caught {
            self.note_crash(ForeignCrash::NotAFunction);
        }
        self.fail("CAST", format!("Only functions can be called, not this {}", function.kind().name()))
    }

    fn wrong_arity<T>(&self, expected: &str, args: &[Value]) -> Run<T> {
        self.fail("ARITY", format!("{expected}, given {}", args.len()))
    }

    fn apply_keyword(&mut self, keyword: &Keyword, args: &[Value]) -> Run {
        let (structure, default) = match args {
            [structure] => (structure, Value::Nil),
            [structure, default] => (structure, default.clone()),
            _ => return self.wrong_arity("A keyword takes 1 or 2 arguments", args),
        };
        if structure.is_nil() {
            return Ok(default);
        }
        if !structure::is_structure(structure) {
            return arguments::wrong_kind(args, 0, "a data structure to look a keyword up in");
        }
        let key = Value::Keyword(keyword.clone());
        Ok(match (structure::get(structure, &key)?, structure) {
            (Some(value), _) => value,
            // A set answers whether it has the element, unless there is a default.
            (None, Value::Set(_)) if args.len() == 1 => Value::FALSE,
            (None, _) => default,
        })
    }

    fn apply_sequence(&mut self, sequence: &Value, args: &[Value]) -> Run {
        let position = match args {
            [position] | [position, _] => position,
            _ => return self.wrong_arity("A sequence takes 1 or 2 arguments", args),
        };
        let Some(position) = position.to_long() else {
            return arguments::wrong_kind(args, 0, "an Integer, the position in a sequence");
        };
        let element = match (u64::try_from(position), sequence) {
            (Ok(position), Value::Vector(vector)) => vector.get(position)?,
            (Ok(position), Value::List(list)) => list.get(position)?,
            _ => None,
        };
        match (element, args) {
            (Some(element), _) => Ok(element.clone()),
            (None, [_, default]) => Ok(default.clone()),
            (None, _) => {
                let absent = || format!("There is no position {position} in the sequence");
                self.fail("BOUNDS", arguments::empty(sequence).unwrap_or_else(absent))
            }
        }
    }

    /// Calls a function made by a program.
    fn call(&mut self, function: &Value, known: Function, args: &[Value]) -> Run {
        match known {
            Function::One(arity) => {
                if let Some(routine) = self.hot_function(arity) {
                    return self.run_function(routine, arity, args);
                }
                let (base, mark) = (self.base, self.mark());
                self.base = self.locals.len();
                let outcome = self.call_arity(arity, args, mark);
                self.restore(mark);
                self.base = base;
                outcome
            }
            Function::Multi(_) => match matching_arity(function, args.len())? {
                Some(function) => self.call_once(&function, args),
                None => self.wrong_arity("The function has no arity that fits", args),
            },
            Function::NoParameters => self.fail("COMPILE", "The parameters of the function are no vector"),
            Function::TooLong => Err(self.out_of_juice()),
        }
    }

    /// Calls one of several arities: a `recur` in it is for the function as a whole.
    fn call_once(&mut self, function: &Value, args: &[Value]) -> Run {
        let Value::Record(record) = function else { return self.not_callable_value(function) };
        let Some(Function::One(arity)) = code::function_of(function, record)? else {
            return self.malformed_op();
        };
        if let Some(routine) = self.hot_function(arity) {
            return self.run_function(routine, arity, args);
        }
        let (base, mark) = (self.base, self.mark());
        self.base = self.locals.len();
        let outcome = match self.push_env(arity.env).and_then(|()| self.bind_all(&arity.params, args)) {
            Ok(()) => {
                self.result = Value::Nil;
                self.tail(&arity.body)
            }
            Err(ending) => Err(ending),
        };
        self.restore(mark);
        self.base = base;
        match outcome? {
            Tail::Value(value) => Ok(value),
            Tail::Recur => Err(Control::Recur(std::mem::take(&mut self.recur_args)).into()),
        }
    }

    fn call_arity(&mut self, arity: Arity, args: &[Value], mark: Mark) -> Run {
        self.push_env(arity.env)?;
        self.bind_all(&arity.params, args)?;
        loop {
            self.result = Value::Nil;
            match self.tail(&arity.body)? {
                Tail::Value(value) => return Ok(value),
                Tail::Recur => {}
            }
            self.check_interrupt()?;
            self.restore(mark);
            self.push_env(arity.env)?;
            let args = if self.is_traced { self.recur_args.clone() } else { Vec::new() };
            self.bind_recur(&arity.params).map_err(|ending| self.recurred(ending, &args))?;
        }
    }

    /// Adds a `recur` or `tailcall` to the trace of an error of the function that it goes to, if that did not even begin.
    #[cold]
    fn not_begun(&mut self, ending: Ending) -> Ending {
        match &ending {
            Ending::Error(error) if error.trace.len() == 1 => self.ended_control(ending),
            _ => ending,
        }
    }

    /// Adds a `recur` to the trace of an error that its arguments made.
    #[cold]
    fn recurred(&mut self, ending: Ending, args: &[Value]) -> Ending {
        if !self.is_traced {
            return ending;
        }
        let recur = native::function("recur").unwrap_or_default();
        let ending = self.called(ending, &recur, args);
        self.ended_control(ending)
    }

    fn push_env(&mut self, env: &[Slot]) -> Run<()> {
        for local in env {
            self.locals.push(local.get()?.clone());
        }
        Ok(())
    }
}

/// Whether a function is the native one of a name.
fn is_native(function: &Value, name: &str) -> bool {
    native::name_of(function) == Some(name)
}

/// The first function of one arity, in the order of writing, that takes so many arguments. Functions of several
/// arities may be nested however deep, but no more than can be gone through are tried.
fn matching_arity(function: &Value, arity: usize) -> Result<Option<Value>, Missing> {
    let mut open = vec![function.clone()];
    let mut visited = 0;
    while let Some(function) = open.pop() {
        visited += 1;
        if visited > limits::MAX_UNPAID_ELEMENTS {
            break;
        }
        let Value::Record(record) = &function else { continue };
        match code::function_of(&function, record)? {
            Some(Function::One(one)) if takes(&one.params, arity)? => return Ok(Some(function)),
            Some(Function::Multi(functions)) => {
                for nested in functions.iter().rev() {
                    open.push(nested?.clone());
                }
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Whether parameters fit a number of arguments, counting names and looking for `&` only.
fn takes(params: &code::Targets, arity: usize) -> Result<bool, Missing> {
    let count = params.targets.len();
    if params.is_plain {
        return Ok(count == arity);
    }
    let before_last = params.forms.iter().take(count.saturating_sub(1));
    for form in before_last {
        if matches!(form?, Value::Symbol(symbol) if *symbol == *crate::symbols::AMPERSAND) {
            return Ok(arity >= count - 2);
        }
    }
    Ok(count == arity)
}
