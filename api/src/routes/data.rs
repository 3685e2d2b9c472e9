//! `/data`: cells by their hash, text to bytes and bytes to text.

use crate::app::App;
use crate::input::Fields;
use crate::json::{Failed, printed};
use crate::limits::{MAX_ANSWER_BYTES, MAX_TEXT_BYTES};
use crate::negotiate::{self, Accept, Media};
use crate::read;
use crate::refusal::Refusal;
use crate::reply::{Reply, size};
use crate::request::{Ask, Part};
use axum::extract::State;
use axum::http::StatusCode;
use lang::hex;
use lang::{Hash, Value, message};
use serde_json::json;
use std::sync::Arc;
use vm::signature;

/// Answers the value with a hash, if the peer holds it.
pub async fn show(State(app): State<Arc<App>>, Part(text): Part, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let hash = hex::decode_array(&text)
        .ok_or_else(|| Refusal::bad(format!("'{text}' is not a hash: 64 hexadecimal digits")))?;
    let node = app.node.clone();
    app.look(move || match node.cell(&Hash(hash)) {
        Some(value) => Ok(Reply::value(ask.accept, &value)),
        None => Err(Refusal::bad(format!("This peer holds no value with the hash {}", hex::encode(&hash)))),
    })
    .await
}

/// Answers the encoding of a value, and what is signed for it.
pub async fn encode(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    app.look(move || {
        let value = match ask.media {
            Media::Json => read::form(Fields::read(&ask.body)?.text("data")?)?,
            Media::Cvx | Media::Text => read::form_of_bytes(&ask.body)?,
            _ => return Err(wrong_type("JSON with a field 'data', or a value as text")),
        };
        let bytes = message::encode(&value).map_err(|missing| Refusal::bad(missing.to_string()))?;
        Ok(match ask.accept {
            Accept::Raw => Reply::new(StatusCode::OK, negotiate::RAW, bytes),
            _ => Reply::object(json!({
                "cad3": hex::encode(&bytes),
                "hash": hex::encode(&signature::message(&value)),
            })),
        })
    })
    .await
}

/// Answers the text of an encoding.
pub async fn decode(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    app.look(move || {
        let bytes = match ask.media {
            Media::Json => Fields::read(&ask.body)?.bytes("cad3")?,
            Media::Cvx | Media::Bytes | Media::Raw => ask.body.to_vec(),
            _ => return Err(wrong_type("JSON with a field 'cad3', or bytes")),
        };
        let bad = |why: String| Refusal::bad(format!("The bytes are not an encoding: {why}"));
        let value = message::decode(&bytes).map_err(|error| bad(error.to_string()))?;
        let text = text(&value).map_err(|failed| match failed {
            Failed::Missing(missing) => bad(missing.to_string()),
            Failed::TooLong => Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The value has more than {MAX_ANSWER_BYTES} bytes"),
            ),
        })?;
        Ok(match ask.accept {
            Accept::Json | Accept::Html => Reply::object(json!({ "cvx": text })),
            other => Reply::new(
                StatusCode::OK,
                if other == Accept::Text { other.name() } else { negotiate::CVX },
                text,
            ),
        })
    })
    .await
}

fn text(value: &Value) -> Result<String, Failed> {
    size(value)?;
    printed(value, MAX_TEXT_BYTES)
}

fn wrong_type(expected: &str) -> Refusal {
    Refusal::bad(format!("The type of the body does not fit: send {expected}"))
}
