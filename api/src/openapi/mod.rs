//! The description of the API: `/openapi.json` for programs, `/openapi` for people.

mod gets;
mod operation;
mod operations;
mod posts;
mod schemas;

use crate::app::App;
use crate::html::escape;
use crate::limits::*;
use crate::page::layout;
use crate::reply::Reply;
use axum::extract::State;
use serde_json::{Value as Json, json};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use vm::limits::MAX_PRINT_BYTES;

static DESCRIPTION: LazyLock<Json> = LazyLock::new(description);

/// Answers the description in the OpenAPI format.
pub async fn json() -> Reply {
    Reply::object(DESCRIPTION.clone())
}

/// Answers a page that lists the routes.
pub async fn page(State(app): State<Arc<App>>) -> Reply {
    let mut body = String::from(
        "<h1>HTTP API</h1><p>The same for programs: <a href=\"/openapi.json\">/openapi.json</a> \
         (OpenAPI 3.0).</p>",
    );
    let text = DESCRIPTION["info"]["description"].as_str().unwrap_or_default();
    for paragraph in text.split("\n\n") {
        let _ = write!(body, "<p>{}</p>", escape(paragraph));
    }
    body.push_str("<table><tr><th>Request<th>Does<th>Statuses</tr>");
    for (path, methods) in DESCRIPTION["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let codes: Vec<&str> = operation["responses"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(code, _)| code.as_str())
                .collect();
            let _ = write!(
                body,
                "<tr><td><code>{} {}</code><td>{}<td>{}</tr>",
                method.to_uppercase(),
                escape(path),
                escape(operation["summary"].as_str().unwrap_or_default()),
                codes.join(", ")
            );
        }
    }
    body.push_str("</table>");
    layout::page(&app, "HTTP API", &body)
}

fn description() -> Json {
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Convex node",
            "version": env!("CARGO_PKG_VERSION"),
            "description": limits(),
        },
        "paths": operations::paths(),
        "components": { "schemas": schemas::all(), "responses": operations::shared_responses() },
    })
}

/// What holds for every request.
fn limits() -> String {
    format!(
        "The HTTP interface of one peer. Answers are JSON unless the Accept header asks for application/cvx \
         (values as text), application/cvx-raw (multi-cell encodings, CAD003), text/plain or text/html. A request \
         without Content-Type is JSON. Results of code come with status 200, errors of code included: those have \
         an errorCode. Refused requests are {{\"error\": \"a sentence\"}}.\n\n\
         Limits: bodies of {MAX_BODY_BYTES} bytes (413), which arrive within {} s (408); JSON nested 127 deep \
         (400); answers whose value has {MAX_ANSWER_BYTES} bytes of storage, or as text \
         {MAX_PRINT_BYTES} bytes (413 with LIMIT); {MAX_CONNECTIONS} \
         connections, closed after {} s without a request; {MAX_REQUESTS} requests at once, of which queries and \
         look-ups wait up to {} s for a thread; {MAX_HELD_BYTES} bytes of bodies, and {FAUCET_SLOTS} requests for \
         accounts and coins, which wait up to {} s for their turn: beyond them 503 with Retry-After. Transactions \
         wait for room instead; after {} s the result is LOAD when there was none, and TIMEOUT when the \
         transaction is on its way but not final. {MAX_PREPARED} prepared transactions or {MAX_PREPARED_BYTES} \
         bytes of them are kept; older ones are MISSING (404). A method that is not made of the letters A to Z, or \
         longer than {MAX_METHOD_BYTES}, is answered with 501.",
        BODY_TIME.as_secs(),
        HEAD_TIME.as_secs(),
        QUEUE_TIME.as_secs(),
        FAUCET_TIME.as_secs(),
        TRANSACTION_TIME.as_secs(),
    )
}
