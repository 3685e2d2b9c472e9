//! Between accounts: calls, offers, transfers, deployment, evaluation elsewhere, the schedule and the log.

use super::arguments::{address, at_least, between, charge_after, exactly, long, symbol, wrong_kind};
use crate::{Context, Run, juice};
use lang::{Kind, Missing, Value, Vector};

/// The address in an address or scoped actor, which is a vector of an address and a scope.
pub fn callable_address(value: &Value) -> Result<Option<u64>, Missing> {
    Ok(match value {
        Value::Address(address) => Some(*address),
        Value::Vector(pair) if pair.count() == 2 => match pair.get(0)? {
            Some(Value::Address(address)) => Some(*address),
            _ => None,
        },
        _ => None,
    })
}

/// `callable?`: whether an address or scoped actor exists, and has a callable function of a name.
pub fn is_callable(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 1, 2)?;
    let name = if args.len() == 2 { Some(symbol(args, 1)?) } else { None };
    let account = match callable_address(&args[0])? {
        Some(address) => ctx.state().account(address)?,
        None => None,
    };
    let callable = match (account, name) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(account), Some(name)) => account.callable(name)?.is_some(),
    };
    if let (false, Some(name), Some(address)) = (callable, name, callable_address(&args[0])?) {
        ctx.note_if_without_metadata(address, name)?;
    }
    ctx.finish(juice::LOOKUP, callable)
}

/// `call*`: calls a function of an actor with an offer of coins.
pub fn call(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 3)?;
    ctx.charge(juice::CALL_OP)?;
    let (head, args) = args.split_at_mut(3);
    let offer = long(head, 1)?;
    let name = symbol(head, 2)?;
    ctx.actor_call(&head[0], offer, name, args)
}

/// `accept`: takes coins that the caller offers.
pub fn accept(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let amount = long(args, 0)?;
    ctx.accept(amount)
}

/// `deploy`: makes a new account and evaluates code in it.
pub fn deploy(ctx: &mut Context, args: &mut [Value]) -> Run {
    at_least(args, 1)?;
    ctx.deploy(args)
}

/// `transfer`: coins for another account.
pub fn transfer(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let (target, amount) = (address(args, 0)?, long(args, 1)?);
    match ctx.transfer(target, amount) {
        Ok(moved) => ctx.finish(juice::TRANSFER, moved),
        Err(ending) => charge_after(ctx, Err(ending), juice::TRANSFER),
    }
}

/// `eval-as`: evaluates a form in an account that the current one controls.
pub fn eval_as(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, form] = exactly(args)?;
    let run = ctx.eval_as(address(args, 0)?, form);
    charge_after(ctx, run, juice::EVAL)
}

/// `query-as`: evaluates a form in any account and forgets what it did.
pub fn query_as(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, form] = exactly(args)?;
    let run = ctx.query_as(address(args, 0)?, form);
    charge_after(ctx, run, juice::EVAL)
}

/// `schedule*`: puts an op on the schedule.
pub fn schedule(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, op] = exactly(args)?;
    let time = long(args, 0)?;
    if op.kind() != Kind::Op {
        return wrong_kind(args, 1, "an Op");
    }
    ctx.schedule(time, op.clone())
}

/// `log`: adds values to the log of the transaction.
pub fn log(ctx: &mut Context, args: &mut [Value]) -> Run {
    let cost = juice::add_mul(juice::LOG + juice::BUILD_DATA, juice::BUILD_PER_ELEMENT, args.len() as u64);
    ctx.check_juice(cost)?;
    let values = Vector::from_values(args.iter().cloned());
    ctx.append_log(values.clone())?;
    ctx.finish(cost, values)
}
