//! `/health` and `/metrics`: for those who look after a node.

use crate::app::App;
use crate::metrics as counts;
use crate::refusal::Refusal;
use crate::reply::Reply;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// Answers 200 while transactions are accepted, else 503 with the reason.
pub async fn show(State(app): State<Arc<App>>) -> Result<Reply, Refusal> {
    match app.node.unready() {
        None => Ok(Reply::object(json!({ "status": "ready", "blocks": app.node.latest().1 }))),
        Some(why) => Err(Refusal::busy(why)),
    }
}

/// Answers counts of what was done, as text for Prometheus.
pub async fn metrics(State(app): State<Arc<App>>) -> Reply {
    Reply::new(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", counts::text(&app))
}
