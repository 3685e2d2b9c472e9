//! `POST /message`: one message of the protocol that peers speak, as its encoding or as text.

use super::query;
use super::status;
use crate::app::App;
use crate::negotiate::Media;
use crate::read;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use axum::http::StatusCode;
use lang::{Hash, Keyword, Missing, Signed, Value, Vector, message};
use node::outcome::refusal;
use node::{Node, Outcome};
use std::sync::Arc;
use vm::apply::Applied;

/// The most cells that one message may ask for.
const MAX_CELLS: u64 = 254;

/// What is to be done about a message.
enum Step {
    /// It is answered by this.
    Done(Outcome),
    /// It is a transaction.
    Transact(Signed),
    /// It needs no answer.
    Nothing,
}

/// Answers the result of the message with a status that says what came of it.
pub async fn message(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    if ask.media == Media::Json {
        return Err(Refusal::bad(
            "JSON is not a form of messages: send application/cvx-raw or application/cvx",
        ));
    }
    let turn = app.turn()?;
    let accept = ask.accept;
    let bytes = ask.body.len();
    let node = app.node.clone();
    let step = app
        .execute(move || {
            let value = match ask.media {
                Media::Raw => decode(&ask.body)?,
                _ => read::form_of_bytes(&ask.body)?,
            };
            let lost = |missing: Missing| Step::Done(failed("MISSING", missing.to_string()));
            Ok(handle(&node, &value).unwrap_or_else(lost))
        })
        .await?;
    drop(turn);
    let outcome = match step {
        Step::Done(outcome) => outcome,
        Step::Transact(signed) => {
            let outcome = app.transact(bytes, || Ok(Ok(signed))).await?;
            outcome.unwrap_or_else(|failure| Outcome::refused(None, failure))
        }
        Step::Nothing => {
            let sent = done(Value::string("Sent"));
            return app.answer(move || Reply::result(accept, &sent).with_status(StatusCode::ACCEPTED)).await;
        }
    };
    app.answer(move || Reply::result_by_status(accept, &outcome)).await
}

fn decode(body: &[u8]) -> Result<Value, Refusal> {
    let bad = |why: String| Refusal::bad(format!("The body is not an encoding: {why}"));
    let value = message::decode(body).map_err(|error| bad(error.to_string()))?;
    value.memory_size().map_err(|missing| bad(missing.to_string()))?;
    Ok(value)
}

/// Does what a message says.
fn handle(node: &Node, value: &Value) -> Result<Step, Missing> {
    let unknown = || Ok(Step::Done(failed("FORMAT", "This is not a message that is answered here")));
    let Value::Vector(parts) = value else { return unknown() };
    let Some(Value::Keyword(kind)) = parts.first()? else { return unknown() };
    let part = |i: u64| -> Result<Value, Missing> { Ok(parts.get(i)?.cloned().unwrap_or(Value::Nil)) };
    Ok(Step::Done(match Keyword::name(kind) {
        b"Q" if parts.count() >= 3 => match part(3)? {
            Value::Nil => query::run(&node.state(), query::DEFAULT_ORIGIN, &part(2)?),
            Value::Address(origin) => query::run(&node.state(), origin, &part(2)?),
            _ => failed("FORMAT", "The fourth part of a query is an address"),
        },
        b"TX" => match part(2)? {
            Value::Signed(signed) => return Ok(Step::Transact(signed)),
            _ => failed("FORMAT", "The third part of a transaction message is a signed transaction"),
        },
        b"SR" => done(Vector::from_values(status::entries(node)?.map(|(_, value)| value)).into()),
        b"PING" => done(node.clock().now().into()),
        b"DR" => match cells(node, parts)? {
            Some(cells) => done(cells.into()),
            None => failed("FORMAT", format!("A request for data lists 1 to {MAX_CELLS} hashes")),
        },
        b"BYE" => return Ok(Step::Nothing),
        _ => return unknown(),
    }))
}

/// The cells that a request asks for, `nil` for those that are not here.
fn cells(node: &Node, parts: &Vector) -> Result<Option<Vector>, Missing> {
    let count = parts.count().saturating_sub(2);
    if !(1..=MAX_CELLS).contains(&count) {
        return Ok(None);
    }
    let mut found = Vec::new();
    for part in parts.iter().skip(2) {
        let Value::Blob(hash) = part? else { return Ok(None) };
        let Some(Ok(hash)) = hash.flat().map(<[u8; 32]>::try_from) else { return Ok(None) };
        found.push(node.cell(&Hash(hash)).unwrap_or(Value::Nil));
    }
    Ok(Some(Vector::from_values(found)))
}

fn done(value: Value) -> Outcome {
    let nothing = Applied::refused(refusal("NIL", ""));
    Outcome { id: None, place: None, applied: Applied { result: Ok(value), ..nothing } }
}

fn failed(code: &str, message: impl AsRef<str>) -> Outcome {
    Outcome::refused(None, refusal(code, message))
}
