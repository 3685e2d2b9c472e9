//! What happens around every handler: methods that are not methods, CORS, refusals, panics, counts.

use crate::app::App;
use crate::limits::{MAX_METHOD_BYTES, RETRY_SECONDS};
use crate::negotiate::Accept;
use crate::refusal::Refusal;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use tokio::time::Instant;

/// What a browser may do with a page: show it with its own style, and send its forms back to where
/// it came from.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'";

/// Lets a handler answer, and sees to it that there is an answer of the right kind.
pub async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let accept = Accept::of(request.headers());
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or("other", MatchedPath::as_str).to_owned();
    let mut response = if !is_method(request.method()) {
        StatusCode::NOT_IMPLEMENTED.into_response()
    } else if request.method() == Method::OPTIONS {
        preflight()
    } else {
        answer(&app, request, next).await
    };
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        let allow = response.headers_mut().remove(axum::http::header::ALLOW);
        response = refusal.reply(accept).into_response();
        if let Some(allow) = allow {
            response.headers_mut().insert(axum::http::header::ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html")) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
    }
    let time = start.elapsed();
    let status = response.status().as_u16();
    tracing::debug!(route, status, ms = time.as_secs_f64() * 1000.0, "request");
    app.shared.metrics.count(&route, status, time);
    response
}

/// Whether a method is made of the letters A to Z, and not too long.
fn is_method(method: &Method) -> bool {
    let name = method.as_str();
    name.len() <= MAX_METHOD_BYTES && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What browsers ask before they send a request from a page of another origin.
fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    let vary = "Origin,Access-Control-Request-Method,Access-Control-Request-Headers";
    headers.insert(VARY, HeaderValue::from_static(vary));
    response
}

/// The answer of a handler, also when it panics.
async fn answer(app: &App, request: Request, next: Next) -> Response {
    let mut handler = pin!(next.run(request));
    let outcome = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Err(_) => Poll::Ready(None),
        }
    });
    outcome.await.unwrap_or_else(|| {
        app.shared.metrics.panics.fetch_add(1, Ordering::Relaxed);
        tracing::error!("a handler panicked");
        Refusal::broken().into_response()
    })
}
