//! Forms made into ops and run: `expand`, `compile`, `eval`.

use super::arguments::{between, charge_after, exactly, function};
use crate::{Context, Run, expander, juice};
use lang::{Kind, Value};

/// `compile`: the op of a form, which is expanded first.
pub fn compile(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [form] = exactly(args)?;
    ctx.expand_compile(form)
}

/// `eval`: expands, compiles and runs a form, or runs an op.
pub fn eval(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [form] = exactly(args)?;
    let op = if form.kind() == Kind::Op { form.clone() } else { ctx.expand_compile(form)? };
    ctx.result = op.clone();
    let run = ctx.exec(&op);
    charge_after(ctx, run, juice::EVAL)
}

/// `expand`: a form expanded by the initial or another expander, which goes on with itself or a third one.
pub fn expand(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 1, 3)?;
    let initial = expander::initial_expander();
    let with = if args.len() > 1 { function(args, 1)? } else { &initial };
    let next = if args.len() > 2 { function(args, 2)? } else { with };
    ctx.expand_with(with, &args[0], next)
}

/// `*initial-expander*`: one step of expansion of a form, which goes on with another expander.
pub fn initial_expander(ctx: &mut Context, args: &mut [Value]) -> Run {
    let (form, next) = expander::arguments(ctx, args)?;
    ctx.expand_from_top(form, next)
}
