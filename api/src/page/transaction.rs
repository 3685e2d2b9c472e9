//! `/tx/{hash}`: a final transaction and what came of it.

use super::layout::{page, refused};
use super::view;
use crate::app::App;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Ask, Part};
use axum::extract::State;
use lang::hex;
use lang::{Hash, Missing, Signed};
use node::Outcome;
use std::sync::Arc;
use vm::Transaction;

/// The page of a transaction.
pub async fn show(State(app): State<Arc<App>>, Part(text): Part, _ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let inner = app.clone();
    app.look(move || {
        let Some(hash) = hex::decode_array(&text) else {
            let message = format!("'{text}' is not a hash: 64 hexadecimal digits");
            return Ok(refused(&inner, &Refusal::bad(message)));
        };
        let found = inner.node.find(&Hash(hash));
        let body = found.and_then(|found| found.map(|(signed, outcome)| body(&signed, &outcome)).transpose());
        Ok(match body {
            Ok(Some(body)) => page(&inner, "Transaction", &body),
            Ok(None) => {
                let message = format!("No final transaction with the hash {text} is known here");
                refused(&inner, &Refusal::unknown(message))
            }
            Err(missing) => refused(&inner, &Refusal::busy(missing.to_string())),
        })
    })
    .await
}

fn body(signed: &Signed, outcome: &Outcome) -> Result<String, Missing> {
    let mut facts = Vec::new();
    if let Some(id) = &outcome.id {
        facts.push(("Hash", format!("<code>0x{}</code>", hex::encode(id.as_bytes()))));
    }
    if let Some((block, index)) = outcome.place {
        facts.push(("Place", format!("transaction {index} of block {}", view::block(block))));
    }
    let value = signed.value()?;
    if let Some(transaction) = Transaction::from_value(value)? {
        facts.push(("Account", view::account(transaction.origin)));
        facts.push(("Sequence number", transaction.sequence.to_string()));
    }
    facts.push(("Transaction", view::value(value, view::LONG_BYTES)));
    facts.extend(view::outcome(outcome, view::LONG_BYTES));
    if let Some(key) = signed.key() {
        facts.push(("Key", format!("<code>0x{}</code>", hex::encode(key))));
    }
    facts.push(("Signature", format!("<code>0x{}</code>", hex::encode(signed.signature()))));
    Ok(format!("<h1>Transaction</h1>\n{}", view::facts(&facts)))
}
