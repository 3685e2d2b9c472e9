//! `POST /transaction/prepare`: makes a transaction that its sender can sign.

use crate::app::App;
use crate::input::Fields;
use crate::read;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use lang::hex;
use lang::{Missing, message};
use node::Outcome;
use node::outcome::refusal;
use serde_json::json;
use std::sync::Arc;
use vm::apply::Failure;
use vm::{Transaction, signature};

/// Answers what is to be signed (`hash`), the whole encoding (`data`), and the sequence number.
pub async fn prepare(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let inner = app.clone();
    app.look(move || {
        let fields = Fields::read(&ask.body)?;
        let origin = fields.required_address("address")?;
        let source = fields.text("source")?;
        let form = read::form(source)?;
        let sequence = match fields.integer("sequence")? {
            Some(sequence) => sequence,
            None => match next_sequence(&inner.node.state(), origin) {
                Ok(sequence) => sequence,
                Err(failure) => return Ok(Reply::result(ask.accept, &Outcome::refused(None, failure))),
            },
        };
        let value = Transaction::invoke(origin, sequence, form).value();
        let (signed, data) = (signature::message(&value), message::encode(&value));
        let data = data.map_err(|missing| Refusal::bad(missing.to_string()))?;
        if data != signed {
            inner.prepared.keep(&signed, &data);
        }
        Ok(Reply::object(json!({
            "hash": hex::encode(&signed),
            "data": hex::encode(&data),
            "address": origin,
            "source": source,
            "sequence": sequence,
        })))
    })
    .await
}

/// The sequence number of the next transaction of an account, or why there is none.
pub fn next_sequence(state: &vm::State, origin: u64) -> Result<i64, Failure> {
    let lost = |missing: Missing| refusal("MISSING", missing.to_string());
    let account = state.account(origin).map_err(lost)?;
    let Some(account) = account else {
        return Err(refusal("NOBODY", format!("There is no account #{origin}")));
    };
    let last = account.sequence().map_err(lost)?;
    Ok(last.saturating_add(1))
}
