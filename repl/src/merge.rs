//! `cvx merge`: beliefs merged by the rule of consensus alone, for programs.

use crate::blocks::{apply_message, decode, messages};
use crate::failure::Failure;
use crate::jsonl::{self, BadRequest, Object};
use consensus::merge::Setting;
use consensus::{Belief, Weights};
use files::Limit;
use lang::Missing;
use serde_json::{Map, Value as Json, json};
use tools::show;
use vm::State;

/// How many bytes of its key name a peer.
const PEER_NAME_BYTES: usize = 8;

/// Answers the scripts on standard input.
///
/// # Errors
/// [`Failure::Request`] when a line is malformed.
pub fn merge(genesis: &State, limit: Limit) -> Result<(), Failure> {
    jsonl::serve(limit, |request| {
        let mut state = genesis.clone();
        for bytes in messages(request, "setup")? {
            state = apply_message(&state, &bytes)?.state;
        }
        let weights = Weights::of(&state).map_err(missing)?;
        let bad = || BadRequest("the field \"merges\" is not an array of objects".to_owned());
        let merges = request.get("merges").and_then(Json::as_array).ok_or_else(bad)?;
        let answers: Result<Vec<Json>, BadRequest> =
            merges.iter().map(|merge| answer(merge.as_object().ok_or_else(bad)?, &state, &weights)).collect();
        Ok(Map::from_iter([("merges".to_owned(), Json::Array(answers?))]))
    })
}

fn answer(request: &Object, state: &State, weights: &Weights) -> Result<Json, BadRequest> {
    let number = request.get("key").and_then(Json::as_u64).and_then(|n| usize::try_from(n).ok());
    let key = number.and_then(node::genesis_key);
    let key =
        key.ok_or_else(|| BadRequest("the field \"key\" is not the number of a peer of genesis".to_owned()))?;
    let now = request.get("now").and_then(Json::as_i64);
    let now =
        now.ok_or_else(|| BadRequest("the field \"now\" is not a number of milliseconds".to_owned()))?;
    let bytes = show::unhex(jsonl::text(request, "belief")?);
    let own =
        belief(&bytes.ok_or_else(|| BadRequest("the field \"belief\" is not hexadecimal".to_owned()))?)?;
    let incoming: Vec<Belief> =
        messages(request, "incoming")?.iter().map(|bytes| belief(bytes)).collect::<Result<_, _>>()?;
    let public = key.verifying_key().to_bytes();
    let setting = Setting { key: &public, now, state, weights };
    let merged = consensus::merge::merge(&own, &incoming, &setting, |value| node::sign(value, &key))
        .map_err(|error| BadRequest(error.to_string()))?;
    report(&merged, &public).map_err(missing)
}

fn belief(bytes: &[u8]) -> Result<Belief, BadRequest> {
    let belief = Belief::from_value(&decode(bytes)?).map_err(missing)?;
    belief.ok_or_else(|| BadRequest("the message is not a belief".to_owned()))
}

fn report(belief: &Belief, key: &consensus::Key) -> Result<Json, Missing> {
    let mut blocks = Vec::new();
    if let Some(own) = belief.get(key) {
        for block in own.order().blocks().iter() {
            blocks.push(Json::String(block?.hash().to_string()));
        }
    }
    let orders: Object = belief
        .iter()
        .map(|(key, order)| {
            let order = order.order();
            let facts = json!([order.timestamp(), order.points(), order.blocks().count()]);
            (show::hex(&key[..PEER_NAME_BYTES]), facts)
        })
        .collect();
    Ok(json!({ "blocks": blocks, "orders": orders, "hash": belief.value()?.hash().to_string() }))
}

fn missing(missing: Missing) -> BadRequest {
    BadRequest(missing.to_string())
}
