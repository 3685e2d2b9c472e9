//! `/block/{number}`: a block and its transactions.

use super::layout::{page, refused};
use super::view;
use crate::app::App;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Ask, Part};
use crate::routes::blocks::parse;
use axum::extract::State;
use lang::hex;
use lang::{Hash, Missing, Signed};
use node::Outcome;
use node::ledger::FinalBlock;
use std::fmt::Write;
use std::sync::Arc;
use vm::Transaction;

/// The page of an executed block.
pub async fn show(State(app): State<Arc<App>>, Part(text): Part, _ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let inner = app.clone();
    app.look(move || {
        let block = parse(&text).and_then(|position| inner.node.block(position));
        Ok(match block.map(|block| body(&block)) {
            Some(Ok(body)) => page(&inner, &format!("Block {text}"), &body),
            Some(Err(missing)) => refused(&inner, &Refusal::busy(missing.to_string())),
            None => {
                let message = format!("No executed block {text} is kept here");
                refused(&inner, &Refusal::unknown(message))
            }
        })
    })
    .await
}

fn body(block: &FinalBlock) -> Result<String, Missing> {
    let position = block.position;
    let mut body = format!("<h1>Block {position}</h1>\n");
    let mut facts = vec![("Hash", format!("<code>0x{}</code>", hex::encode(block.value.hash().as_bytes())))];
    if let Some(content) = &block.block {
        facts.push(("Made", view::time(content.timestamp)));
        facts.push(("By", format!("<code>0x{}</code>", hex::encode(&content.author))));
    }
    facts.push(("Executed here", view::time(block.executed_at)));
    if let Some(reason) = block.result.as_ref().and_then(|result| result.refused) {
        facts.push(("Refused", format!("<span class=\"bad\">{}</span>", crate::html::escape(reason))));
    }
    facts.push(("Transactions", block.ids.len().to_string()));
    if let Some(before) = position.checked_sub(1) {
        facts.push(("Before", view::block(before)));
    }
    facts.push(("Next", view::block(position + 1)));
    body.push_str(&view::facts(&facts));
    body.push_str("<h2>Transactions</h2>\n<table><tr><th>Transaction<th>Block<th>Account<th>Result</tr>\n");
    for (index, id) in block.ids.iter().enumerate() {
        if let (Some(signed), Some(outcome)) = (block.transaction(index)?, block.outcome(index)) {
            body.push_str(&row(id, position, &signed, &outcome)?);
        }
    }
    body.push_str("</table>\n");
    Ok(body)
}

/// A row of a table of transactions.
pub fn row(id: &Hash, position: u64, signed: &Signed, outcome: &Outcome) -> Result<String, Missing> {
    let origin = Transaction::from_value(signed.value()?)?.map(|transaction| transaction.origin);
    let mut row = String::new();
    let _ = writeln!(
        row,
        "<tr><td>{}<td>{}<td>{}<td>{}</tr>",
        view::transaction(id),
        view::block(position),
        origin.map_or("–".to_owned(), view::account),
        view::summary(outcome, view::SHORT_BYTES),
    );
    Ok(row)
}
