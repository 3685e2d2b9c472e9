//! `GET /status`: where the peer stands.

use crate::app::App;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use axum::extract::State;
use consensus::Level;
use lang::{Blob, Map, Missing, Value, Vector};
use node::Node;
use std::sync::Arc;

/// Answers the status; 503 while no transactions are accepted.
pub async fn show(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    if let Some(why) = app.node.unready() {
        return Err(Refusal::busy(why));
    }
    let node = app.node.clone();
    app.look(move || {
        let status = Map::from_entries(entries(&node).map_err(|missing| Refusal::busy(missing.to_string()))?);
        Ok(Reply::value(ask.accept, &status.into()))
    })
    .await
}

/// The status by name, in the order in which peers send it to each other.
pub fn entries(node: &Node) -> Result<[(Value, Value); 9], Missing> {
    let view = node.view();
    let order = &view.order;
    let hash = |value: Value| Value::from(Blob::new(value.hash().as_bytes()));
    let state = hash(node.state().value());
    let points = [Level::Blocks, Level::Proposal, Level::Consensus, Level::Finality];
    let points = points.map(|level| Value::Integer(order.point(level)));
    let blocks = Value::Integer(i64::try_from(order.blocks().count()).unwrap_or(i64::MAX));
    Ok([
        (Value::keyword("belief"), hash(view.belief.value()?)),
        (Value::keyword("states"), state.clone()),
        (Value::keyword("genesis"), Blob::new(node.genesis().as_bytes()).into()),
        (Value::keyword("peer"), Blob::new(node.key()).into()),
        (Value::keyword("state"), state),
        (Value::keyword("consensus-point"), Value::Integer(order.point(Level::Consensus))),
        (Value::keyword("proposal-point"), Value::Integer(order.point(Level::Proposal))),
        (Value::keyword("block-point"), blocks),
        (Value::keyword("consensus"), Vector::from_values(points).into()),
    ])
}
