//! Accounts: what they hold, who controls them, what they define.

use super::actor::callable_address;
use super::arguments::{address, bad_argument, between, exactly, symbol, wrong_kind, wrong_value};
use crate::{Context, Run, juice};
use lang::Value;

/// Bytes of a public key.
const KEY_BYTES: u64 = 32;

/// `account`: the record of an account, `nil` when there is none.
pub fn account(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let account = ctx.state().account(address(args, 0)?)?;
    ctx.finish(juice::SIMPLE_FN, account.map_or(Value::Nil, |account| account.value()))
}

/// `balance`: the coins of an account in coppers, `nil` when there is none.
pub fn balance(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let balance = ctx.state().balance(address(args, 0)?)?;
    ctx.finish(juice::BALANCE, balance.map_or(Value::Nil, Value::Integer))
}

/// `lookup`: the value of a symbol as the current or another account sees it, `nil` when it is not defined.
pub fn lookup(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 1, 2)?;
    let account = if args.len() == 1 { ctx.address() } else { address(args, 0)? };
    let value = ctx.lookup_in(account, symbol(args, args.len() - 1)?)?;
    ctx.finish(juice::LOOKUP, value.unwrap_or(Value::Nil))
}

/// `lookup-meta`: the metadata of a symbol as the current or another account sees it.
pub fn lookup_meta(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 1, 2)?;
    let account = if args.len() == 1 { ctx.address() } else { address(args, 0)? };
    let metadata = ctx.lookup_metadata_in(account, symbol(args, args.len() - 1)?)?;
    ctx.finish(juice::LOOKUP, metadata.map_or(Value::Nil, Value::Map))
}

/// `undef*`: removes a definition of the current account.
pub fn undef(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let Value::Symbol(symbol) = value else {
        return bad_argument(format!("A definition is named by a Symbol, given {}", value.kind().name()));
    };
    ctx.undefine(symbol)?;
    ctx.finish(juice::DEF, Value::Nil)
}

/// `get-holding`: what the current account holds for another, `nil` when it is nothing.
pub fn get_holding(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [target] = exactly(args)?;
    address(args, 0)?;
    let account = ctx.account()?;
    let held = match account.holdings()? {
        Some(holdings) => holdings.get(target)?.cloned(),
        None => None,
    };
    ctx.finish(juice::LOOKUP, held.unwrap_or(Value::Nil))
}

/// `set-holding`: what the current account holds for another, which need not exist; `nil` removes it.
pub fn set_holding(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, value] = exactly(args)?;
    ctx.set_holding(address(args, 0)?, value.clone())?;
    ctx.finish(juice::ASSOC, value.clone())
}

/// `set-controller`: who controls the current account: an address, a scoped actor or `nil`.
pub fn set_controller(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [controller] = exactly(args)?;
    if !controller.is_nil() {
        let Some(address) = callable_address(controller)? else {
            return wrong_kind(args, 0, "an Address, a vector of an Address and a scope, or nil");
        };
        must_exist(ctx, address)?;
    }
    ctx.set_controller(controller.clone())?;
    ctx.finish(juice::ASSOC, controller.clone())
}

/// `set-parent`: the account whose definitions stand behind those of the current one; `nil` for the core.
pub fn set_parent(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [parent] = exactly(args)?;
    let address = match parent {
        Value::Nil => None,
        Value::Address(address) => Some(*address),
        _ => return wrong_kind(args, 0, "an Address or nil"),
    };
    if let Some(address) = address {
        must_exist(ctx, address)?;
        if address == ctx.address() {
            return bad_argument("An account cannot be its own parent");
        }
    }
    ctx.set_parent(address)?;
    ctx.finish(juice::ASSOC, parent.clone())
}

fn must_exist(ctx: &Context, address: u64) -> Run<()> {
    if ctx.state().has_account(address)? {
        Ok(())
    } else {
        ctx.fail("NOBODY", format!("There is no account #{address}"))
    }
}

/// `set-key`: the public key of the current account; `nil` makes it an actor.
pub fn set_key(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [key] = exactly(args)?;
    let new = match key {
        Value::Nil => None,
        Value::Blob(b) if b.count() == KEY_BYTES => Some(b.clone()),
        Value::Blob(b) => {
            return bad_argument(format!("A public key has {KEY_BYTES} bytes, given {}", b.count()));
        }
        other => return wrong_value(other, "a Blob or nil"),
    };
    ctx.set_key(new)?;
    ctx.finish(juice::ASSOC, key.clone())
}
