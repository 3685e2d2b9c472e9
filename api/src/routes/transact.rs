//! `POST /transact`: a signed transaction, or a form with the seed of a key, which only this
//! machine may send.

use super::prepare::next_sequence;
use crate::app::App;
use crate::input::Fields;
use crate::negotiate::Media;
use crate::read;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use ed25519_dalek::SigningKey;
use lang::hex;
use lang::{Signed, Value, message};
use node::{Node, Outcome};
use std::sync::Arc;
use vm::Transaction;
use vm::apply::Failure;
use zeroize::Zeroizing;

/// Answers the result with status 200, whatever came of it.
pub async fn transact(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let accept = ask.accept;
    let bytes = ask.body.len();
    let outcome = match ask.media {
        Media::Raw => app.transact(bytes, move || Ok(Ok(signed(&ask.body)?))).await?,
        _ if !ask.is_local => {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "A seed is secret and must not cross a network: use /transaction/prepare and /transaction/submit",
            ));
        }
        _ => {
            let node = app.node.clone();
            app.transact(bytes, move || from_seed(&node, &ask.body)).await?
        }
    };
    let outcome = outcome.unwrap_or_else(|failure| Outcome::refused(None, failure));
    app.answer(move || Reply::result(accept, &outcome)).await
}

/// A signed transaction from its multi-cell encoding.
pub fn signed(body: &[u8]) -> Result<Signed, Refusal> {
    let bad = |why: String| Refusal::bad(format!("The body is not a signed transaction: {why}"));
    let value = message::decode(body).map_err(|error| bad(error.to_string()))?;
    value.memory_size().map_err(|missing| bad(missing.to_string()))?;
    let Value::Signed(signed) = value else { return Err(bad(format!("it is a {}", value.kind().name()))) };
    let inner = signed.value().map_err(|missing| bad(missing.to_string()))?;
    match Transaction::from_value(inner) {
        Ok(Some(_)) => {}
        Ok(None) => return Err(bad(format!("it signs a {}", inner.kind().name()))),
        Err(missing) => return Err(bad(missing.to_string())),
    }
    Ok(signed)
}

fn from_seed(node: &Node, body: &Bytes) -> Result<Result<Signed, Failure>, Refusal> {
    let fields = Fields::read(body)?;
    let origin = fields.required_address("address")?;
    let form = read::form(fields.text("source")?)?;
    // What is wrong with a seed is not shown: it may be one all the same.
    let seed = hex::decode(fields.text("seed")?).map(Zeroizing::new);
    let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed.as_slice()).ok()).map(Zeroizing::new);
    let Some(seed) = seed else {
        return Err(Refusal::bad("The field 'seed' is not 32 bytes in 64 hexadecimal digits"));
    };
    let key = SigningKey::from_bytes(&seed);
    let sequence = match next_sequence(&node.state(), origin) {
        Ok(sequence) => sequence,
        Err(failure) => return Ok(Err(failure)),
    };
    let transaction = Transaction::invoke(origin, sequence, form);
    Ok(Ok(node::sign(&transaction.value(), &key)))
}
