//! `POST /`: runs a form from the page as a query, and shows what came of it.

use super::layout::{page, query_form, refused};
use super::view;
use crate::app::App;
use crate::html::escape;
use crate::input;
use crate::read;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::request::Ask;
use crate::routes::query;
use axum::extract::State;
use std::sync::Arc;

/// The page with the result above the form.
pub async fn run(State(app): State<Arc<App>>, ask: Ask) -> Result<Reply, Refusal> {
    let _turn = app.turn()?;
    let inner = app.clone();
    app.execute(move || {
        let field = |name: &str| {
            let found = form_urlencoded::parse(&ask.body).find(|(key, _)| key == name);
            found.map(|(_, value)| value.trim().to_owned())
        };
        let Some(source) = field("source") else {
            return Ok(refused(
                &inner,
                &Refusal::bad("The field 'source' is missing: it is the form to run"),
            ));
        };
        let address = field("address").unwrap_or_default();
        let origin = if address.is_empty() { Some(query::DEFAULT_ORIGIN) } else { input::address(&address) };
        let Some(origin) = origin else {
            return Ok(refused(&inner, &Refusal::bad(format!("'{address}' is not an address such as #11"))));
        };
        let result = match read::form(&source) {
            Ok(form) => {
                let outcome = query::run(&inner.node.state(), origin, &form);
                view::facts(&view::outcome(&outcome, view::LONG_BYTES))
            }
            Err(refusal) => format!("<p class=\"bad\">{}</p>", escape(&refusal.message)),
        };
        let body = format!(
            "<h1>Result</h1>\n<pre>{}</pre>\n<p>as {} on the last final state</p>\n{result}{}",
            escape(&source),
            view::account(origin),
            query_form(&source, origin)
        );
        Ok(page(&inner, "Result", &body))
    })
    .await
}
