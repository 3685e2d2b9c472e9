//! The routes, one file for each group.

mod accounts;
pub mod blocks;
mod create_account;
mod data;
mod faucet;
mod health;
mod message;
mod peers;
mod prepare;
pub mod query;
mod status;
mod submit;
mod transact;
mod tx;

use crate::app::App;
use crate::guard;
use crate::openapi;
use crate::page;
use crate::refusal::Refusal;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use std::sync::Arc;

/// All routes of one port.
pub fn router(app: Arc<App>) -> Router {
    let chain = Router::new()
        .route("/createAccount", post(create_account::create))
        .route("/faucet", post(faucet::pay))
        .route("/accounts/{address}", get(accounts::show))
        .route("/query", post(query::query))
        .route("/transaction/prepare", post(prepare::prepare))
        .route("/transaction/submit", post(submit::submit))
        .route("/transact", post(transact::transact))
        .route("/message", post(message::message))
        .route("/data/{hash}", get(data::show))
        .route("/data/encode", post(data::encode))
        .route("/data/decode", post(data::decode))
        .route("/tx", get(tx::show))
        .route("/blocks", get(blocks::list))
        .route("/blocks/{number}", get(blocks::show))
        .route("/status", get(status::show))
        .route("/peers/{key}", get(peers::show))
        .route("/peer/shutdown", post(peers::shutdown));
    Router::new()
        .nest("/api/v1", chain)
        .route("/", get(page::home).post(page::run))
        .route("/index.html", get(page::home))
        .route("/account", get(page::find_account))
        .route("/account/{address}", get(page::account))
        .route("/tx/{hash}", get(page::transaction))
        .route("/block/{number}", get(page::block))
        .route("/openapi.json", get(openapi::json))
        .route("/openapi", get(openapi::page))
        .route("/swagger", get(openapi::page))
        .route("/health", get(health::show))
        .route("/metrics", get(health::metrics))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), guard::around))
        .with_state(app)
}

async fn unknown(request: Request) -> Refusal {
    Refusal::unknown(format!(
        "There is nothing at {}: GET /openapi.json lists what there is",
        request.uri().path()
    ))
}

async fn wrong_method(request: Request) -> Refusal {
    let (method, path) = (request.method(), request.uri().path());
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} is not a method of {path}"))
}
