//! `cvx blocks`: signed blocks applied in turn to the genesis state, for programs.

use crate::failure::Failure;
use crate::jsonl::{self, BadRequest, Object};
use crate::tx;
use files::Limit;
use lang::{Index, Missing, Record, Value, Vector, message};
use serde_json::{Map, Value as Json, json};
use tools::show;
use vm::apply::{Applied, RESULT};
use vm::block::{self, Block, BlockResult};
use vm::peer::Peer;
use vm::state::Global;
use vm::{State, signature};

/// The accounts that are reported after a block.
const REPORTED: [u64; 10] = [0, 11, 12, 13, 14, 15, 16, 17, 18, 19];
/// How many bytes of its key name a peer.
const PEER_NAME_BYTES: usize = 8;

/// Answers the scripts on standard input.
///
/// # Errors
/// [`Failure::Request`] when a line is malformed.
pub fn blocks(genesis: &State, limit: Limit) -> Result<(), Failure> {
    jsonl::serve(limit, |request| {
        let mut state = genesis.clone();
        let after: Result<Vec<Json>, BadRequest> = messages(request, "blocks")?
            .into_iter()
            .map(|bytes| {
                let (report, next) = apply(&state, &bytes)?;
                state = next;
                Ok(report)
            })
            .collect();
        Ok(Map::from_iter([("after".to_owned(), Json::Array(after?))]))
    })
}

/// The messages in a field of a request, as bytes.
///
/// # Errors
/// [`BadRequest`] when the field is not an array of hexadecimal text.
pub fn messages(request: &Object, field: &str) -> Result<Vec<Vec<u8>>, BadRequest> {
    let bad = || BadRequest(format!("the field \"{field}\" is not an array of hexadecimal"));
    let messages = request.get(field).and_then(Json::as_array).ok_or_else(bad)?;
    messages.iter().map(|message| message.as_str().and_then(show::unhex).ok_or_else(bad)).collect()
}

/// The value of a message.
///
/// # Errors
/// [`BadRequest`] when the bytes are not a message.
pub fn decode(bytes: &[u8]) -> Result<Value, BadRequest> {
    message::decode(bytes)
        .map_err(|error| BadRequest(format!("no message: {} (at byte {})", error.message, error.offset)))
}

/// Applies one block as it arrived; what there is to say of it, and the state afterwards.
fn apply(state: &State, bytes: &[u8]) -> Result<(Json, State), BadRequest> {
    let result = apply_message(state, bytes)?;
    let report = report(&result).map_err(missing)?;
    Ok((report, result.state))
}

/// Applies one block as it arrived.
///
/// # Errors
/// [`BadRequest`] when it is not a whole signed block.
pub fn apply_message(state: &State, bytes: &[u8]) -> Result<BlockResult, BadRequest> {
    let block = Block::from_value(&decode(bytes)?).map_err(missing)?;
    let block = block.ok_or_else(|| BadRequest("the message is no signed block".to_owned()))?;
    block::apply(state, &block, &signature::is_good)
        .map_err(|fault| BadRequest(format!("the block cannot be judged: {fault:?}")))
}

fn missing(missing: Missing) -> BadRequest {
    BadRequest(missing.to_string())
}

fn report(result: &BlockResult) -> Result<Json, Missing> {
    let state = &result.state;
    let results: Result<Vec<Json>, Missing> = result.results.iter().map(outcome).collect();
    Ok(json!({
        "valid": result.refused.is_none(),
        "results": results?,
        "block": state.global(Global::Block)?,
        "time": state.global(Global::Timestamp)?,
        "pool_bytes": state.global(Global::PoolBytes)?,
        "pool_coins": state.global(Global::PoolCoppers)?,
        "scheduled": state.schedule()?.count(),
        "schedule_hash": Value::Index(state.schedule()?).hash().to_string(),
        "accounts": accounts(state)?,
        "peers": peers(&state.peers()?)?,
    }))
}

/// Value or error of a transaction, with the parts of a Multi.
fn outcome(applied: &Applied) -> Result<Json, Missing> {
    match &applied.result {
        Ok(value) => Ok(match children(value)? {
            Some(children) => json!({ "children": children }),
            None => Json::Object(tx::outcome(applied)),
        }),
        Err(failure) => {
            let mut fields = tx::outcome(applied);
            if let Some(source) = failure.source.name() {
                fields.insert("source".to_owned(), format!(":{source}").into());
            }
            if let Some(children) = children(&failure.error.message)? {
                fields.insert("children".to_owned(), children.into());
            }
            Ok(Json::Object(fields))
        }
    }
}

/// The parts of a Multi, when a value is a vector of their results.
fn children(value: &Value) -> Result<Option<Vec<Json>>, Missing> {
    let Value::Vector(results) = value else { return Ok(None) };
    if results.is_empty() {
        return Ok(None);
    }
    results.iter().map(|result| child(result?)).collect()
}

fn child(result: &Value) -> Result<Option<Json>, Missing> {
    let Value::Record(record) = result else { return Ok(None) };
    if record.tag() != RESULT {
        return Ok(None);
    }
    let field = |i: u64| -> Result<Value, Missing> { Ok(field_of(record, i)?.unwrap_or(Value::Nil)) };
    let (value, code) = (field(1)?, field(2)?);
    Ok(Some(if code.is_nil() {
        json!({ "value": show::brief(&value, show::MAX_TEXT_BYTES) })
    } else {
        json!({ "error": show::brief(&code, show::MAX_TEXT_BYTES) })
    }))
}

fn field_of(record: &Record, position: u64) -> Result<Option<Value>, Missing> {
    let fields: &Vector = record.fields();
    Ok(fields.get(position)?.cloned())
}

fn accounts(state: &State) -> Result<Json, Missing> {
    let mut out = Map::new();
    for address in REPORTED {
        if let Some(account) = state.account(address)? {
            let facts = [account.sequence()?, account.balance()?, account.allowance()?];
            out.insert(format!("#{address}"), json!(facts));
        }
    }
    Ok(Json::Object(out))
}

/// All peers by the first bytes of their keys: controller, number of shares, worth of the delegated
/// shares in coppers, time of the last block in milliseconds, balance in coppers, hash of the record.
fn peers(peers: &Index) -> Result<Json, Missing> {
    let mut out = Map::new();
    for entry in peers.iter() {
        let (key, value) = entry?;
        let (Value::Blob(key), Some(peer)) = (key, Peer::from_value(value)) else { continue };
        let name = show::hex(&key.to_vec()?.iter().copied().take(PEER_NAME_BYTES).collect::<Vec<u8>>());
        let controller = peer.controller()?.map_or("nil".to_owned(), |address| format!("#{address}"));
        let facts = json!([
            controller,
            peer.own_shares()?.saturating_add(peer.delegated_shares()?),
            peer.delegated_stake()?,
            peer.timestamp()?,
            peer.balance()?,
            value.hash().to_string(),
        ]);
        out.insert(name, facts);
    }
    Ok(Json::Object(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::Blob;
    use vm::peer;

    #[test]
    fn delegated_shares_are_told_by_their_worth() {
        let index = |key, value| {
            let index = Index::from_entries([(key, value)]).expect("all is in memory");
            index.expect("the key fits an index")
        };
        let (own, delegated, balance) = (300, 100, 1_003);
        let fields = [
            Value::Address(12),
            Value::Integer(own),
            index(Value::Address(13), Value::Integer(delegated)).into(),
            Value::Integer(delegated),
            Value::Nil,
            Value::Integer(-1),
            Value::Integer(balance),
        ];
        let record: Value = Record::new(peer::TAG, Vector::from_values(fields)).into();
        let told = peers(&index(Blob::new(&[0xab; 32]).into(), record.clone()));
        let hash = record.hash().to_string();
        assert_eq!(told, Ok(json!({ "abababababababab": ["#12", 400, 250, -1, 1_003, hash] })));
    }
}
