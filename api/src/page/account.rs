//! `/account/{address}`: an account and what it defines.

use super::layout::{page, query_form, refused};
use super::view;
use crate::app::App;
use crate::input;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::{Ask, Part};
use axum::extract::State;
use lang::hex;
use lang::{Missing, Value};
use std::fmt::Write;
use std::sync::Arc;
use vm::Account;

/// Definitions that are listed.
const MAX_DEFINITIONS: usize = 1000;

/// The page of the account in a path.
pub async fn show(State(app): State<Arc<App>>, Part(address): Part, _ask: Ask) -> Result<Reply, Refusal> {
    answer(app, address).await
}

/// The page of the account that a form asks for.
pub async fn find(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let address = ask.parameter("address").unwrap_or_default();
    answer(app, address.trim().to_owned()).await
}

async fn answer(app: Arc<App>, text: String) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let inner = app.clone();
    app.look(move || {
        let Some(address) = input::address(&text) else {
            return Ok(refused(&inner, &Refusal::bad(format!("'{text}' is not an address such as #11"))));
        };
        let account = inner.node.state().account(address);
        let body = account.and_then(|account| account.map(|account| body(address, &account)).transpose());
        Ok(match body {
            Ok(Some(body)) => page(&inner, &format!("Account #{address}"), &body),
            Ok(None) => refused(&inner, &Refusal::unknown(format!("There is no account #{address}"))),
            Err(missing) => refused(&inner, &Refusal::busy(missing.to_string())),
        })
    })
    .await
}

fn body(address: u64, account: &Account) -> Result<String, Missing> {
    let key = account.key()?.map(|key| key.to_vec()).transpose()?;
    let key = match key {
        Some(key) => format!("<code>0x{}</code>", hex::encode(&key)),
        None => "none: an actor".to_owned(),
    };
    let mut body = format!("<h1>Account #{address}</h1>\n");
    body.push_str(&view::facts(&[
        ("Key", key),
        ("Balance", format!("{} coppers", view::number(account.balance()?))),
        ("Allowance", format!("{} bytes", view::number(account.allowance()?))),
        ("Memory", format!("{} bytes", account.value().memory_size()?)),
        ("Transactions", account.sequence()?.to_string()),
        ("Controller", link(account.controller()?)),
        ("Parent", account.parent()?.map_or("–".to_owned(), view::account)),
    ]));
    body.push_str(&query_form("*balance*", address));
    body.push_str("<h2>Environment</h2>\n");
    let environment = account.environment()?;
    let entries = environment.iter().flat_map(|map| map.iter());
    body.push_str(&definitions(account, entries)?);
    if let Some(holdings) = account.holdings()?.filter(|holdings| !holdings.is_empty()) {
        body.push_str("<h2>Holdings</h2>\n<table><tr><th>Of<th>Value</tr>\n");
        for entry in holdings.iter().take(MAX_DEFINITIONS) {
            let (of, held) = entry?;
            let _ = writeln!(body, "<tr><td>{}<td>{}</tr>", link(of), view::value(held, view::SHORT_BYTES));
        }
        body.push_str("</table>\n");
    }
    Ok(body)
}

fn definitions<'a>(
    account: &Account,
    entries: impl Iterator<Item = Result<(&'a Value, &'a Value), Missing>>,
) -> Result<String, Missing> {
    let mut rows = Vec::new();
    for entry in entries.take(MAX_DEFINITIONS) {
        let (symbol, value) = entry?;
        let metadata = match account.definition_metadata(symbol)? {
            Some(metadata) => view::value(&metadata.clone().into(), view::SHORT_BYTES),
            None => String::new(),
        };
        let (name, value) =
            (view::value(symbol, view::SHORT_BYTES), view::value(value, view::SHORT_BYTES * 4));
        rows.push(format!("<tr><td>{name}<td>{value}<td>{metadata}</tr>\n"));
    }
    if rows.is_empty() {
        return Ok("<p class=\"soft\">It defines nothing.</p>\n".to_owned());
    }
    // A map is in the order of hashes; people look for names.
    rows.sort();
    let cut =
        if rows.len() == MAX_DEFINITIONS { "<p class=\"soft\">Only the first are shown.</p>\n" } else { "" };
    Ok(format!("<table><tr><th>Name<th>Value<th>Metadata</tr>\n{}</table>\n{cut}", rows.concat()))
}

/// A value, with a link where it is an address.
fn link(value: &Value) -> String {
    match value {
        Value::Address(address) => view::account(*address),
        other => view::value(other, view::SHORT_BYTES),
    }
}
