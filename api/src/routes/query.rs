//! `POST /query`: runs a form and keeps nothing.

use crate::app::App;
use crate::input::Fields;
use crate::negotiate::Media;
use crate::read;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use lang::{Map, Missing, Value};
use node::Outcome;
use node::outcome::refusal;
use std::sync::Arc;

/// The account that queries run as unless they name one: the first user of genesis.
pub const DEFAULT_ORIGIN: u64 = 11;

/// Answers the result with status 200, whatever came of it.
pub async fn query(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let node = app.node.clone();
    app.execute(move || {
        let (origin, form) = match ask.media {
            Media::Cvx => from_map(&read::form_of_bytes(&ask.body)?)?,
            _ => from_fields(&Fields::read(&ask.body)?)?,
        };
        Ok(Reply::result(ask.accept, &run(&node.state(), origin, &form)))
    })
    .await
}

/// What comes of a form, as an account on a state. A transaction, signed or not, runs as its own account.
pub fn run(state: &vm::State, origin: u64, form: &Value) -> Outcome {
    let outcome = match form {
        Value::Signed(signed) => match signed.value() {
            Ok(inner @ Value::Record(_)) => node::query(state, origin, inner),
            Ok(_) => node::query(state, origin, form),
            Err(missing) => Err(missing),
        },
        _ => node::query(state, origin, form),
    };
    match outcome {
        Ok(outcome) => outcome,
        Err(missing) => Outcome::refused(None, refusal("MISSING", missing.to_string())),
    }
}

fn from_fields(fields: &Fields) -> Result<(u64, Value), Refusal> {
    let origin = fields.address("address")?.unwrap_or(DEFAULT_ORIGIN);
    Ok((origin, read::form(fields.text("source")?)?))
}

/// A map with `:source`, which is a form, and perhaps `:address`.
fn from_map(body: &Value) -> Result<(u64, Value), Refusal> {
    let Value::Map(map) = body else {
        return Err(Refusal::bad("The body is not a map such as {:address #11 :source (+ 1 2)}"));
    };
    let get = |name| field(map, name).map_err(|missing| Refusal::bad(missing.to_string()));
    let origin = match get("address")? {
        None | Some(Value::Nil) => DEFAULT_ORIGIN,
        Some(Value::Address(address)) => address,
        Some(Value::Integer(n)) if n >= 0 => n.unsigned_abs(),
        Some(_) => return Err(Refusal::bad("The entry :address is not an address such as #11")),
    };
    match get("source")? {
        Some(form) => Ok((origin, form)),
        None => Err(Refusal::bad("The entry :source is missing: it is the form to run")),
    }
}

fn field(map: &Map, name: &str) -> Result<Option<Value>, Missing> {
    Ok(map.get(&Value::keyword(name))?.cloned())
}
