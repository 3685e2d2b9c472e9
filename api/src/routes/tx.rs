//! `GET /tx?hash=`: a transaction that is final.

use crate::app::App;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use crate::result;
use axum::extract::State;
use lang::hex;
use lang::{Hash, Map, Value, Vector};
use std::sync::Arc;

/// Answers the signed transaction, its place and its result; 404 when it is not known.
pub async fn show(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let text = ask.parameter("hash").ok_or_else(|| {
        Refusal::bad("The parameter 'hash' is missing: it is the hash of a signed transaction")
    })?;
    let hash = hex::decode_array(&text)
        .ok_or_else(|| Refusal::bad(format!("'{text}' is not a hash: 64 hexadecimal digits")))?;
    let node = app.node.clone();
    app.look(move || {
        let found = node.find(&Hash(hash)).map_err(|missing| Refusal::busy(missing.to_string()))?;
        let unknown = || {
            Refusal::unknown(format!(
                "No final transaction with the hash {} is known here",
                hex::encode(&hash)
            ))
        };
        let (signed, outcome) = found.ok_or_else(unknown)?;
        let place = outcome.place.map_or(Value::Nil, |(block, position)| {
            let numbers = [block, position].map(|n| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX)));
            Vector::from_values(numbers).into()
        });
        let entries = [
            (Value::keyword("tx"), Value::Signed(signed)),
            (Value::keyword("position"), place),
            (Value::keyword("result"), result::record(&outcome, None)),
        ];
        Ok(Reply::value(ask.accept, &Map::from_entries(entries).into()))
    })
    .await
}
