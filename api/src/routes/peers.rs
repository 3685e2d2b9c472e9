//! `/peers` and `/peer`: peers of the network, and the one behind this port.

use crate::app::App;
use crate::negotiate::Accept;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Ask, Part};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use lang::Blob;
use lang::hex;
use serde_json::json;
use std::sync::Arc;

/// Answers the record of a peer; 404 when there is none.
pub async fn show(State(app): State<Arc<App>>, Part(text): Part, _ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let key = hex::decode_array::<32>(&text)
        .ok_or_else(|| Refusal::bad(format!("'{text}' is not the key of a peer: 64 hexadecimal digits")))?;
    let node = app.node.clone();
    app.look(move || {
        let peer =
            node.state().peer(&Blob::new(&key)).map_err(|missing| Refusal::busy(missing.to_string()))?;
        let unknown = || Refusal::unknown(format!("There is no peer with the key {}", hex::encode(&key)));
        Ok(Reply::value(Accept::Json, &peer.ok_or_else(unknown)?.value()))
    })
    .await
}

/// Ends the node, when asked from this machine and by no page of a browser.
pub async fn shutdown(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    if !ask.is_local || ask.headers.contains_key(ORIGIN) {
        let message = "Only programs on the machine of the node may end it";
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, message));
    }
    let Some(shutdown) = &app.options.shutdown else {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "This node does not end on request"));
    };
    tracing::info!("asked to end");
    shutdown();
    Ok(Reply::object(json!({ "status": "The node ends" })))
}
