//! `GET /accounts/{address}`: what an account has.

use crate::app::App;
use crate::input;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Ask, Part};
use axum::extract::State;
use axum::http::StatusCode;
use lang::Missing;
use lang::hex;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Answers an account; 404 with `NOBODY` when there is none.
pub async fn show(State(app): State<Arc<App>>, Part(address): Part, _ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let number = input::address(&address)
        .ok_or_else(|| Refusal::bad(format!("'{address}' is not an address such as 12")))?;
    let node = app.node.clone();
    app.look(move || match describe(&node.state(), number) {
        Ok(Some(account)) => Ok(Reply::object(account)),
        Ok(None) => {
            let json = json!({ "errorCode": "NOBODY", "value": format!("There is no account #{number}") });
            Ok(Reply::json(StatusCode::NOT_FOUND, json.to_string()))
        }
        Err(missing) => Err(Refusal::busy(missing.to_string())),
    })
    .await
}

/// What an account has, in coppers and bytes; `None` when there is none.
fn describe(state: &vm::State, address: u64) -> Result<Option<Json>, Missing> {
    let Some(account) = state.account(address)? else { return Ok(None) };
    let key = account.key()?.map(|key| key.to_vec()).transpose()?;
    Ok(Some(json!({
        "address": address,
        "sequence": account.sequence()?,
        "balance": account.balance()?,
        "allowance": account.allowance()?,
        "memorySize": account.value().memory_size()?,
        "key": key.as_deref().map(|key| format!("0x{}", hex::encode(key))),
        "type": if key.is_some() { "user" } else { "actor" },
    })))
}
