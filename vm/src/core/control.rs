//! Control results: each leaves what surrounds it, up to its boundary (CAD005).

use super::arguments::{at_least, at_most, bad_argument, exactly, function};
use crate::ending::{Control, Error};
use crate::{Context, Run, juice};
use lang::Value;

/// `recur`: the running function anew.
pub fn recur(ctx: &mut Context, args: &mut [Value]) -> Run {
    leave(ctx, juice::RECUR, Control::Recur(args.to_vec()))
}

/// `tailcall*`: another function in place of the running one.
pub fn tailcall(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    let target = function(args, 0)?.clone();
    leave(ctx, juice::RECUR, Control::Tailcall(target, args[1..].to_vec()))
}

/// `rollback`: the account's code ends and its changes are undone.
pub fn rollback(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    leave(ctx, juice::RETURN, Control::Rollback(value.clone()))
}

/// `halt`: the account's code ends.
pub fn halt(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_most(args, 1)?;
    leave(ctx, juice::RETURN, Control::Halt(args.first().cloned().unwrap_or(Value::Nil)))
}

/// `return`: the running function ends.
pub fn return_value(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    leave(ctx, juice::RETURN, Control::Return(value.clone()))
}

/// `reduced`: the running `reduce` ends.
pub fn reduced(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    leave(ctx, juice::RETURN, Control::Reduced(value.clone()))
}

fn leave(ctx: &mut Context, juice: u64, control: Control) -> Run {
    ctx.charge(juice)?;
    ctx.control_is_made();
    Err(control.into())
}

/// `fail`: an error with a code and a message, `:ASSERT` where no code is given.
pub fn fail(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_most(args, 2)?;
    let (code, message) = match args {
        [] => (Value::keyword("ASSERT"), Value::Nil),
        [message] => (Value::keyword("ASSERT"), message.clone()),
        [Value::Nil, ..] => return bad_argument("The code of an error cannot be nil"),
        [code, message, ..] => (code.clone(), message.clone()),
    };
    let address = Some(ctx.address());
    Err(Error::new(code, message, address).into())
}
