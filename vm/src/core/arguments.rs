//! Arity and casts: what every native function checks before it works, with messages that say what was
//! expected and what was given.

use crate::ending::Error;
use crate::{Context, Ending, Run, call};
use lang::{Blob, Set, Symbol, Value};

/// Exactly `N` arguments, else `:ARITY`.
#[inline]
pub fn exactly<const N: usize>(args: &[Value]) -> Run<&[Value; N]> {
    args.try_into().or_else(|_| wrong_arity(args, &plural(N)))
}

/// At least this many arguments, else `:ARITY`.
pub fn at_least(args: &[Value], least: usize) -> Run<()> {
    if args.len() >= least { Ok(()) } else { wrong_arity(args, &format!("at least {}", plural(least))) }
}

/// At most this many arguments, else `:ARITY`.
pub fn at_most(args: &[Value], most: usize) -> Run<()> {
    if args.len() <= most { Ok(()) } else { wrong_arity(args, &format!("at most {}", plural(most))) }
}

/// A number of arguments within a range, both ends included, else `:ARITY`.
pub fn between(args: &[Value], least: usize, most: usize) -> Run<()> {
    if (least..=most).contains(&args.len()) {
        Ok(())
    } else {
        wrong_arity(args, &format!("{least} to {}", plural(most)))
    }
}

/// Pairs of arguments, else `:ARITY`.
pub fn pairs(args: &[Value]) -> Run<()> {
    if args.len().is_multiple_of(2) {
        Ok(())
    } else {
        wrong_arity(args, "pairs of a key and a value, an even number of arguments")
    }
}

/// A number of forms in words.
pub fn forms(n: usize) -> String {
    if n == 1 { "1 form".to_owned() } else { format!("{n} forms") }
}

fn plural(n: usize) -> String {
    if n == 1 { "1 argument".to_owned() } else { format!("{n} arguments") }
}

/// An `:ARITY` error that says what was expected.
pub fn wrong_arity<T>(args: &[Value], expected: &str) -> Run<T> {
    Err(Ending::error("ARITY", format!("Expected {expected}, given {}", args.len())))
}

/// A `:CAST` error for the argument at a position (from 0), which should have been of another kind.
pub fn wrong_kind<T>(args: &[Value], position: usize, expected: &str) -> Run<T> {
    let given = args.get(position).map_or("nothing", |v| v.kind().name());
    let message = format!("Argument {} should be {expected}, given {given}", position + 1);
    Err(Error::new(Value::keyword("CAST"), Value::string(&message), None).about(position).into())
}

/// A `:CAST` error for a value that is not, or not directly, an argument.
pub fn wrong_value<T>(value: &Value, expected: &str) -> Run<T> {
    Err(Ending::error("CAST", format!("Expected {expected}, given {}", value.kind().name())))
}

/// An `:ARGUMENT` error.
pub fn bad_argument<T>(message: impl AsRef<str>) -> Run<T> {
    Err(Ending::error("ARGUMENT", message))
}

/// A `:BOUNDS` error.
pub fn out_of_bounds<T>(position: i64, count: u64) -> Run<T> {
    Err(Ending::error("BOUNDS", format!("No position {position} among {count}")))
}

/// A `:BOUNDS` error for a countable value that has no element at a position.
pub fn no_element<T>(value: &Value, position: i64, count: u64) -> Run<T> {
    match empty(value) {
        Some(message) if count == 0 => Err(Ending::error("BOUNDS", message)),
        _ => out_of_bounds(position, count),
    }
}

/// What to say of a countable value without elements; `None` of one that has some.
pub fn empty(value: &Value) -> Option<String> {
    (super::structure::count(value)? == 0).then(|| match value {
        Value::Nil => "`nil` has no elements".to_owned(),
        _ => format!("The {} is empty", value.kind().name().to_lowercase()),
    })
}

/// The argument at a position as a 64-bit integer.
#[inline]
pub fn long(args: &[Value], position: usize) -> Run<i64> {
    match args.get(position).and_then(Value::to_long) {
        Some(n) => Ok(n),
        None => wrong_kind(args, position, "an Integer of 64 bits"),
    }
}

/// The argument at a position as an address.
#[inline]
pub fn address(args: &[Value], position: usize) -> Run<u64> {
    match args.get(position) {
        Some(Value::Address(a)) => Ok(*a),
        _ => wrong_kind(args, position, "an Address"),
    }
}

/// The argument at a position as a symbol.
pub fn symbol(args: &[Value], position: usize) -> Run<&Symbol> {
    match args.get(position) {
        Some(Value::Symbol(s)) => Ok(s),
        _ => wrong_kind(args, position, "a Symbol"),
    }
}

/// The argument at a position as a blob.
pub fn blob(args: &[Value], position: usize) -> Run<&Blob> {
    match args.get(position) {
        Some(Value::Blob(b)) => Ok(b),
        _ => wrong_kind(args, position, "a Blob"),
    }
}

/// The argument at a position as a set; `nil` is the empty one.
pub fn set(args: &[Value], position: usize) -> Run<Set> {
    match args.get(position) {
        Some(Value::Nil) => Ok(Set::empty()),
        Some(Value::Set(s)) => Ok(s.clone()),
        _ => wrong_kind(args, position, "a Set"),
    }
}

/// The argument at a position as a function proper: a closure or a native function.
pub fn function(args: &[Value], position: usize) -> Run<&Value> {
    match args.get(position) {
        Some(f) if call::is_function(f)? => Ok(f),
        _ => wrong_kind(args, position, "a Function"),
    }
}

/// The argument at a position as anything that can be called: functions, maps, sequences, sets and keywords.
pub fn callable(args: &[Value], position: usize) -> Run<&Value> {
    match args.get(position) {
        Some(f) if call::is_callable(f)? => Ok(f),
        _ => wrong_kind(args, position, "a Function"),
    }
}

/// Charges after work that may itself have ended in an error or a control result, which then goes on its way.
pub fn charge_after(ctx: &mut Context, run: Run, juice: u64) -> Run {
    if let Err(Ending::Missing(_) | Ending::Interrupted) = run {
        return run;
    }
    ctx.charge(juice)?;
    run
}
