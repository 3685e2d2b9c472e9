//! `/`: the node, its latest blocks and transactions, its peers, and a form to run.

use super::layout::{account_form, page_with, query_form, refused};
use super::view;
use crate::app::App;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use crate::routes::blocks::is_final;
use axum::extract::State;
use axum::http::StatusCode;
use lang::hex;
use lang::{Missing, Value};
use node::Node;
use std::fmt::Write;
use std::sync::Arc;
use vm::State as World;
use vm::block::Block;
use vm::state::Global;

/// Blocks, transactions, accounts and peers that are listed.
const ROWS: usize = 12;
/// How far back transactions are looked for, in blocks.
const MAX_BLOCKS_BACK: u64 = 500;

/// The page; `?refresh=N` loads it again every N seconds.
pub async fn show(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let refresh = ask.parameter("refresh").and_then(|text| text.parse().ok());
    let inner = app.clone();
    app.look(move || {
        Ok(match body(&inner.node, refresh) {
            Ok(body) => page_with(&inner, StatusCode::OK, "Node", refresh, &body),
            Err(missing) => refused(&inner, &Refusal::busy(missing.to_string())),
        })
    })
    .await
}

fn body(node: &Node, refresh: Option<u32>) -> Result<String, Missing> {
    let (state, executed) = node.latest();
    let mut body = String::from("<h1>Convex node</h1>\n");
    body.push_str(&facts(node, &state, executed)?);
    body.push_str(&query_form("(+ 1 2)", crate::routes::query::DEFAULT_ORIGIN));
    let (link, text) = match refresh {
        Some(_) => ("/", "stop renewing this page"),
        None => ("/?refresh=2", "renew this page every 2 seconds"),
    };
    let _ = writeln!(body, "<h2>Latest blocks</h2>\n<p><a href=\"{link}\">{text}</a></p>");
    body.push_str(&blocks(node)?);
    body.push_str("<h2>Latest transactions</h2>\n");
    body.push_str(&transactions(node, executed)?);
    body.push_str("<h2>Accounts</h2>\n");
    body.push_str(account_form());
    body.push_str(&accounts(&state)?);
    body.push_str("<h2>Peers</h2>\n");
    body.push_str(&peers(&state)?);
    Ok(body)
}

fn facts(node: &Node, state: &World, executed: u64) -> Result<String, Missing> {
    let ready = match node.unready() {
        None => "<span class=\"good\">accepts transactions</span>".to_owned(),
        Some(why) => format!("<span class=\"bad\">{}</span>", crate::html::escape(&why)),
    };
    let controller = node.controller().map_or("–".to_owned(), view::account);
    let (pool, coins) = (state.global(Global::PoolBytes)?, state.global(Global::PoolCoppers)?);
    let price = if pool > 0 { format!("{:.1}", coins as f64 / pool as f64) } else { "–".to_owned() };
    Ok(view::facts(&[
        ("Now", ready),
        ("Peer", format!("<code>0x{}</code>, controlled by {controller}", hex::encode(node.key()))),
        ("Network", format!("<code>0x{}</code>", hex::encode(node.genesis().as_bytes()))),
        ("State", format!("<code>0x{}</code>", hex::encode(state.value().hash().as_bytes()))),
        (
            "Blocks",
            format!("{executed} final and executed, {} in the order", node.view().order.blocks().count()),
        ),
        ("Time of the state", view::time(state.global(Global::Timestamp)?)),
        ("Prices", format!("{} coppers a unit of juice, {price} coppers a byte", state.juice_price()?)),
        ("Transactions on their way", node.pending().to_string()),
        ("Accounts", view::number(i64::try_from(state.next_address()?).unwrap_or(i64::MAX))),
    ]))
}

fn blocks(node: &Node) -> Result<String, Missing> {
    let order = node.view().order;
    let count = order.blocks().count();
    let mut table = String::from("<table><tr><th>Block<th>Made<th>Transactions<th>By<th>Final</tr>\n");
    for position in (count.saturating_sub(ROWS as u64)..count).rev() {
        let Some(Some(block)) = order.blocks().get(position)?.map(Block::from_value).transpose()? else {
            continue;
        };
        let _ = writeln!(
            table,
            "<tr><td>{}<td>{}<td class=\"number\">{}<td>{}<td>{}</tr>",
            view::block(position),
            view::time(block.timestamp),
            block.transactions.count(),
            view::short_hex(&block.author),
            if is_final(&order, position) { "yes" } else { "not yet" },
        );
    }
    table.push_str("</table>\n");
    Ok(table)
}

fn transactions(node: &Node, executed: u64) -> Result<String, Missing> {
    let mut table = String::from("<table><tr><th>Transaction<th>Block<th>Account<th>Result</tr>\n");
    let mut rows = 0;
    for position in (executed.saturating_sub(MAX_BLOCKS_BACK)..executed).rev() {
        let Some(block) = node.block(position) else { break };
        for index in (0..block.ids.len()).rev() {
            let (Some(signed), Some(outcome)) = (block.transaction(index)?, block.outcome(index)) else {
                continue;
            };
            table.push_str(&super::block::row(&block.ids[index], position, &signed, &outcome)?);
            rows += 1;
            if rows == ROWS {
                table.push_str("</table>\n");
                return Ok(table);
            }
        }
    }
    table.push_str("</table>\n");
    Ok(if rows == 0 { "<p class=\"soft\">None yet.</p>\n".to_owned() } else { table })
}

fn accounts(state: &World) -> Result<String, Missing> {
    let count = state.next_address()?;
    let latest = (count.saturating_sub(ROWS as u64)..count).rev().map(view::account);
    Ok(format!("<p>The latest: {}</p>\n", latest.collect::<Vec<_>>().join(" ")))
}

fn peers(state: &World) -> Result<String, Missing> {
    let mut table = String::from("<table><tr><th>Peer<th>Controller<th>Own stake in coppers</tr>\n");
    for entry in state.peers()?.iter().take(10 * ROWS) {
        let (key, value) = entry?;
        let (Value::Blob(key), Some(peer)) = (key, vm::peer::Peer::from_value(value)) else { continue };
        let _ = writeln!(
            table,
            "<tr><td>{}<td>{}<td class=\"number\">{}</tr>",
            view::short_hex(&key.to_vec()?),
            peer.controller()?.map_or("–".to_owned(), view::account),
            view::number(peer.own_stake()?),
        );
    }
    table.push_str("</table>\n");
    Ok(table)
}
