//! `POST /createAccount`: a new account for a public key, paid for by the peer.

use super::faucet::transfer;
use crate::app::App;
use crate::input::Fields;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use lang::{Blob, List, Value};
use serde_json::json;
use std::sync::Arc;

/// Answers the address of the account when it can be seen, with the coins that were asked for.
pub async fn create(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let (most, _turn) = app.faucet_turn().await?;
    let fields = Fields::read(&ask.body)?;
    let key = fields.array::<32>("accountKey")?;
    let amount = fields.integer("faucet")?.map(|amount| amount.min(most));
    let form = List::from_values([Value::symbol("create-account"), Blob::new(&key).into()]);
    let outcome = app.act(form.into()).await;
    let accept = ask.accept;
    let Ok(Value::Address(address)) = outcome.applied.result else {
        return app.answer(move || Reply::result(accept, &outcome)).await;
    };
    if let Some(amount) = amount.filter(|amount| *amount > 0) {
        // The account is there whatever comes of the coins.
        let outcome = app.act(transfer(address, amount)).await;
        if let Err(failure) = &outcome.applied.result {
            tracing::warn!(address, amount, code = ?failure.error.code, "a new account got no coins");
        }
    }
    Ok(Reply::object(json!({ "address": address })))
}
