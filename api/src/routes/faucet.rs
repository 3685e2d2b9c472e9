//! `POST /faucet`: coins from the account that controls the peer.

use crate::app::App;
use crate::input::Fields;
use crate::json::to_value;
use crate::negotiate::Accept;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use lang::{List, Value};
use std::sync::Arc;

/// Answers the request with the amount that was moved; a failure with a status that says so.
pub async fn pay(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let (most, _turn) = app.faucet_turn().await?;
    let mut fields = Fields::read(&ask.body)?;
    let address = fields.required_address("address")?;
    let amount = fields
        .integer("amount")?
        .ok_or_else(|| Refusal::bad("The field 'amount' is missing: it is an integer, in coppers"))?;
    let outcome = app.act(transfer(address, amount.min(most))).await;
    let accept = ask.accept;
    app.answer(move || {
        let Ok(moved) = &outcome.applied.result else { return Reply::result_by_status(accept, &outcome) };
        fields.0.insert("address".to_owned(), address.into());
        fields.0.insert("amount".to_owned(), moved.to_long().into());
        let answer = serde_json::Value::Object(fields.0);
        match accept {
            Accept::Json => Reply::object(answer),
            _ => Reply::value(accept, &to_value(&answer)),
        }
    })
    .await
}

/// What moves coins.
pub fn transfer(target: u64, amount: i64) -> Value {
    let form = [Value::symbol("transfer"), Value::Address(target), Value::Integer(amount)];
    List::from_values(form).into()
}
