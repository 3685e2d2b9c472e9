//! What all pages have in common.

use crate::app::App;
use crate::html::escape;
use crate::negotiate::Accept;
use crate::refusal::Refusal;
use crate::reply::Reply;
use axum::http::StatusCode;
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// The longest time between two loads of a page that renews itself, in seconds.
const MAX_REFRESH_SECONDS: u32 = 3600;

/// A page with a title and a body, which is HTML already.
pub fn page(app: &App, title: &str, body: &str) -> Reply {
    page_with(app, StatusCode::OK, title, None, body)
}

/// As [`page`], which the browser loads again after some seconds.
pub fn page_with(app: &App, status: StatusCode, title: &str, refresh: Option<u32>, body: &str) -> Reply {
    let mut html = String::with_capacity(body.len() + 4096);
    let title = escape(title);
    html.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    if let Some(seconds) = refresh.filter(|seconds| (1..=MAX_REFRESH_SECONDS).contains(seconds)) {
        let _ = writeln!(html, "<meta http-equiv=\"refresh\" content=\"{seconds}\">");
    }
    let _ = writeln!(html, "<title>{title} – Convex node</title>\n<style>\n{STYLE}</style>\n</head>\n<body>");
    html.push_str(
        "<nav><a href=\"/\">Node</a><a href=\"/?refresh=2\">Watch</a><a href=\"/openapi\">HTTP API</a>",
    );
    html.push_str("<a href=\"/metrics\">Metrics</a></nav>\n<main>\n");
    html.push_str(body);
    html.push_str("\n</main>\n");
    if !app.options.note.is_empty() {
        let _ = writeln!(html, "<footer class=\"soft\"><p>{}</p></footer>", escape(&app.options.note));
    }
    html.push_str("</body>\n</html>\n");
    Reply::new(status, Accept::Html.name(), html)
}

/// The page for a request that is refused.
pub fn refused(app: &App, refusal: &Refusal) -> Reply {
    let body = format!("<h1>Not here</h1><p class=\"bad\">{}</p>", escape(&refusal.message));
    page_with(app, refusal.status, "Not here", None, &body)
}

/// The form to run code as an account.
pub fn query_form(source: &str, address: u64) -> String {
    format!(
        "<h2>Run a form</h2>\n<form method=\"post\" action=\"/\">\
         <textarea name=\"source\" aria-label=\"Form\" spellcheck=\"false\" required>{}</textarea>\
         <label>as account <input name=\"address\" value=\"#{address}\"></label>\
         <button>Run as a query</button>\
         <span class=\"soft\">A query sees the last final state and changes nothing.</span></form>\n",
        escape(source)
    )
}

/// The form to look at an account.
pub fn account_form() -> &'static str {
    "<form action=\"/account\"><label>Account <input name=\"address\" placeholder=\"#11\" required></label>\
     <button>Show</button></form>\n"
}
