//! `/blocks`: the blocks of the peer's own order, final or not.

use crate::app::App;
use crate::limits::{DEFAULT_BLOCKS, MAX_BLOCKS};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Ask, Part};
use axum::extract::State;
use consensus::{Level, Order};
use lang::hex;
use lang::{Missing, Value};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use vm::block::Block;

/// Answers some blocks, from an offset on.
pub async fn list(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let offset = number(&ask, "offset", 0)?;
    let limit = number(&ask, "limit", DEFAULT_BLOCKS)?;
    if limit == 0 || limit > MAX_BLOCKS {
        return Err(Refusal::bad(format!("The parameter 'limit' is from 1 to {MAX_BLOCKS}")));
    }
    let order = app.node.view().order;
    app.look(move || {
        let count = order.blocks().count();
        let end = offset.saturating_add(limit).min(count);
        let items: Result<Vec<Json>, Missing> = (offset..end).map(|index| item(&order, index)).collect();
        let items = items.map_err(|missing| Refusal::busy(missing.to_string()))?;
        Ok(Reply::object(json!({ "count": count, "offset": offset, "items": items })))
    })
    .await
}

/// Answers one block.
pub async fn show(State(app): State<Arc<App>>, Part(text): Part, _ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let index = parse(&text).ok_or_else(|| Refusal::bad(format!("'{text}' is not the number of a block")))?;
    let order = app.node.view().order;
    app.look(move || {
        if index >= order.blocks().count() {
            return Err(Refusal::unknown(format!("There is no block {index}")));
        }
        item(&order, index).map(Reply::object).map_err(|missing| Refusal::busy(missing.to_string()))
    })
    .await
}

/// What there is to say of a block: `index` from 0, `timestamp` in milliseconds, who made it, and
/// whether it is final.
fn item(order: &Order, index: u64) -> Result<Json, Missing> {
    let Some(signed) = order.blocks().get(index)? else { return Ok(Json::Null) };
    let Some(block) = Block::from_value(signed)? else { return Ok(Json::Null) };
    Ok(json!({
        "index": index,
        "timestamp": block.timestamp,
        "peer": hex::encode(&block.author),
        "hash": hex::encode(Value::hash(signed).as_bytes()),
        "transactionCount": block.transactions.count(),
        "finalised": is_final(order, index),
    }))
}

/// Whether a block of an order is final.
pub fn is_final(order: &Order, index: u64) -> bool {
    i64::try_from(index).is_ok_and(|index| index < order.point(Level::Finality))
}

fn number(ask: &Ask, name: &str, default: u64) -> Result<u64, Refusal> {
    let Some(text) = ask.parameter(name) else { return Ok(default) };
    parse(&text)
        .ok_or_else(|| Refusal::bad(format!("The parameter '{name}' is '{text}', not a whole number")))
}

/// A number that is not negative and fits 63 bits.
pub fn parse(text: &str) -> Option<u64> {
    text.parse::<i64>().ok().and_then(|n| u64::try_from(n).ok())
}
