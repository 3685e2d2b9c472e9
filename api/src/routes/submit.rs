//! `POST /transaction/submit`: takes the signature of a prepared transaction, and answers when it is final.

use crate::app::App;
use crate::input::Fields;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use lang::store::{LoadError, Store};
use lang::{Hash, Signed, Value, decode, encode::tag, message};
use node::Node;
use node::outcome::refusal;
use std::sync::Arc;
use vm::apply::Failure;
use vm::{Transaction, signature};

/// Answers the result with status 200, whatever came of it; 404 or 400 when there is no such transaction.
pub async fn submit(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let accept = ask.accept;
    let inner = app.clone();
    let bytes = ask.body.len();
    let make = move || {
        let fields = Fields::read(&ask.body)?;
        let data = fields.get("data").map(|_| fields.bytes("data")).transpose()?;
        // Later versions of the interface need the data alone.
        let hash = match (fields.get("hash"), &data) {
            (None, Some(_)) => None,
            _ => Some(fields.bytes("hash")?),
        };
        let value = match find(&inner, hash.as_deref(), data.as_deref()) {
            Ok(value) => value,
            Err(failure) => return Ok(Err(failure)),
        };
        let (key, signature) = (fields.array("accountKey")?, fields.array("sig")?);
        Ok(Ok(Signed::new(Some(key), signature, value)))
    };
    let outcome = app.transact(bytes, make).await?;
    app.answer(move || match outcome {
        Ok(outcome) => Reply::result(accept, &outcome),
        Err(failure) => Reply::failure(accept, failure),
    })
    .await
}

/// The transaction for which some bytes are signed, from its own encoding where that is given.
fn find(app: &App, hash: Option<&[u8]>, data: Option<&[u8]>) -> Result<Value, Failure> {
    let kept = hash.and_then(|hash| app.prepared.find(hash));
    let value = match (data.or(kept.as_deref()), hash) {
        (Some(data), _) => {
            let value = message::decode(data).map_err(|error| format(error.to_string()))?;
            // The size is found by visiting every cell.
            value.memory_size().map_err(|missing| lost(missing.to_string()))?;
            if hash.is_some_and(|hash| signature::message(&value) != hash) {
                return Err(format("The data is not what the hash stands for"));
            }
            value
        }
        (None, hash) => refer(app, hash.unwrap_or_default())?,
    };
    match Transaction::from_value(&value) {
        Ok(Some(_)) => Ok(value),
        Ok(None) => Err(format(format!("This {} is not a transaction", value.kind().name()))),
        Err(missing) => Err(lost(missing.to_string())),
    }
}

/// The value that a reference stands for: an encoding, or the tag of a branch with its hash.
fn refer(app: &App, reference: &[u8]) -> Result<Value, Failure> {
    let store = Arc::new(Cells(app.node.clone()));
    let value = match reference {
        [tag::BRANCH, hash @ ..] => {
            let hash: [u8; 32] = hash.try_into().map_err(|_| format("A hash has 32 bytes behind its tag"))?;
            app.node.cell(&Hash(hash)).ok_or_else(|| lost("The transaction is not known here"))?
        }
        bytes => decode::decode(bytes, store).map_err(|error| format(error.to_string()))?,
    };
    value.memory_size().map_err(|missing| lost(missing.to_string()))?;
    Ok(value)
}

fn format(message: impl AsRef<str>) -> Failure {
    refusal("FORMAT", message)
}

fn lost(why: impl AsRef<str>) -> Failure {
    let message = format!("{}: prepare it again, or send it as `data`", why.as_ref());
    refusal("MISSING", message)
}

/// The cells that a node holds.
struct Cells(Node);

impl Store for Cells {
    fn load(&self, hash: &Hash) -> Result<Option<Value>, LoadError> {
        Ok(self.0.cell(hash))
    }
}
