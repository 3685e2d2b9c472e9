//! Peers and stakes.

use super::arguments::{address, bad_argument, blob, charge_after, exactly, long, wrong_kind};
use crate::{Context, Run, juice};
use lang::{Blob, Map, Value};

/// Bytes of a public key.
const KEY_BYTES: u64 = 32;

/// The argument at a position as a public key: not a blob is `:CAST`, one of another length `:ARGUMENT`.
fn key(args: &[Value], position: usize) -> Run<&Blob> {
    let key = blob(args, position)?;
    if key.count() == KEY_BYTES {
        return Ok(key);
    }
    bad_argument(format!("The key of a peer has {KEY_BYTES} bytes, given {}", key.count()))
}

/// The argument at a position as a public key: anything else is `:CAST`.
fn strict_key(args: &[Value], position: usize) -> Run<&Blob> {
    match args.get(position) {
        Some(Value::Blob(key)) if key.count() == KEY_BYTES => Ok(key),
        _ => wrong_kind(args, position, "a Blob of 32 bytes"),
    }
}

/// A change as a value; where nothing changed the last result computed before.
fn change_or_last(ctx: &Context, change: Option<i64>) -> Value {
    change.map_or_else(|| ctx.result.clone(), Value::Integer)
}

/// `set-stake`: what the current account delegates to a peer.
pub fn set_stake(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let key = key(args, 0)?;
    let stake = long(args, 1)?;
    let run = ctx.set_stake(key, stake).map(|change| change_or_last(ctx, change));
    charge_after(ctx, run, juice::TRANSFER)
}

/// `get-stake`: what an account delegates to a peer, `nil` when there is no such peer.
pub fn get_stake(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let key = key(args, 0)?;
    let delegator = address(args, 1)?;
    let stake = match ctx.peer_with_stakes(key)? {
        Some(peer) => Value::Integer(peer.stake_of(delegator)?),
        None => Value::Nil,
    };
    ctx.finish(juice::LOOKUP, stake)
}

/// `get-peer-stake`: the stake of a peer itself, `nil` when there is no such peer.
pub fn get_peer_stake(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let key = key(args, 0)?;
    let stake = match ctx.peer_with_stakes(key)? {
        Some(peer) => Value::Integer(peer.own_stake()?),
        None => Value::Nil,
    };
    ctx.finish(juice::LOOKUP, stake)
}

/// `create-peer`
pub fn create_peer(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let key = strict_key(args, 0)?;
    let stake = long(args, 1)?;
    let run = ctx.create_peer(key, stake).map(|()| ctx.result.clone());
    charge_after(ctx, run, juice::PEER_UPDATE)
}

/// `evict-peer`: charged first, since it may fail late.
pub fn evict_peer(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_] = exactly(args)?;
    let key = strict_key(args, 0)?;
    ctx.charge(juice::PEER_UPDATE)?;
    let change = ctx.evict_peer(key)?;
    Ok(change_or_last(ctx, change))
}

/// `set-peer-data`: what the peer of the current account's key publishes.
pub fn set_peer_data(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, data] = exactly(args)?;
    strict_key(args, 0)?;
    let data = match data {
        Value::Nil => Map::empty(),
        Value::Map(data) => data.clone(),
        _ => return wrong_kind(args, 1, "a Map"),
    };
    ctx.charge(juice::PEER_UPDATE)?;
    ctx.set_peer_data(data)?;
    Ok(ctx.result.clone())
}

/// `set-peer-stake`: the stake of a peer itself, by its controller.
pub fn set_peer_stake(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [_, _] = exactly(args)?;
    let key = strict_key(args, 0)?;
    let stake = long(args, 1)?;
    ctx.charge(juice::PEER_UPDATE)?;
    let change = ctx.set_peer_stake(key, stake)?;
    Ok(change_or_last(ctx, change))
}
