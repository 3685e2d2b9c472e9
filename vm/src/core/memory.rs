//! The memory allowance of accounts (CAD006).

use super::arguments::{address, charge_after, exactly, long};
use crate::{Context, Run, juice};
use lang::Value;

/// `set-memory`: buys or sells memory until the allowance is so many bytes.
pub fn set_memory(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let allowance = long(args, 0)?;
    let run = ctx.set_memory(allowance);
    charge_after(ctx, run, juice::TRANSFER)
}

/// `transfer-memory`: allowance for another account.
pub fn transfer_memory(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let (target, amount) = (address(args, 0)?, long(args, 1)?);
    let run = ctx.transfer_memory(target, amount);
    charge_after(ctx, run, juice::TRANSFER)
}
