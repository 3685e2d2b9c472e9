//! Requests: what handlers get of one, with its body read within limits.

use crate::app::App;
use crate::limits::{BODY_TIME, DRAIN_TIME, MAX_BODY_BYTES, MAX_DRAINED_BYTES};
use crate::negotiate::{Accept, Media};
use crate::refusal::Refusal;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

/// The address of the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Remote(pub SocketAddr);

/// A request.
pub struct Ask {
    /// What its body is.
    pub media: Media,
    /// The type that is wanted.
    pub accept: Accept,
    /// Whether it comes from this machine.
    pub is_local: bool,
    /// Its headers.
    pub headers: HeaderMap,
    /// What stands behind `?` in its address.
    pub query: String,
    /// Its body.
    pub body: Bytes,
    /// The room that the body takes, given back at the end of the request.
    _room: Option<OwnedSemaphorePermit>,
}

impl Ask {
    /// The value of a parameter behind `?`, decoded; the first, if there are several.
    pub fn parameter(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

impl FromRequest<Arc<App>> for Ask {
    type Rejection = Refusal;

    async fn from_request(request: Request<Body>, app: &Arc<App>) -> Result<Ask, Refusal> {
        let (parts, body) = request.into_parts();
        let (body, room) = read(&parts.headers, body, app).await?;
        let remote = parts.extensions.get::<Remote>();
        Ok(Ask {
            media: Media::of(&parts.headers),
            accept: Accept::of(&parts.headers),
            is_local: remote.is_some_and(|Remote(address)| address.ip().to_canonical().is_loopback()),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
            _room: room,
        })
    }
}

/// The part of a path that a route leaves open, decoded.
pub struct Part(pub String);

impl FromRequestParts<Arc<App>> for Part {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Part, Refusal> {
        match Path::<String>::from_request_parts(parts, app).await {
            Ok(Path(text)) => Ok(Part(text)),
            Err(_) => Err(Refusal::bad("The path is not text in UTF-8")),
        }
    }
}

/// The body of a request, and the room that it takes.
async fn read(
    headers: &HeaderMap,
    body: Body,
    app: &App,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|text| text.parse::<u64>().ok()).is_some_and(|n| n > MAX_BODY_BYTES as u64) {
        return Err(too_long(body));
    }
    match timeout(BODY_TIME, collect(body, app)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("The body did not arrive within {} s", BODY_TIME.as_secs()),
        )),
    }
}

async fn collect(mut body: Body, app: &App) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
    let (mut bytes, mut room) = (Vec::new(), None::<OwnedSemaphorePermit>);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Refusal::bad(format!("The body could not be read: {error}")))?;
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > MAX_BODY_BYTES - bytes.len() {
            return Err(too_long(body));
        }
        let more = app.room(data.len())?;
        match &mut room {
            Some(room) => room.merge(more),
            None => room = Some(more),
        }
        bytes.extend_from_slice(&data);
    }
    Ok((bytes.into(), room))
}

/// Refuses a body, and reads some more of it, so that its sender comes to read the answer.
fn too_long(mut body: Body) -> Refusal {
    let drain = async move {
        let mut left = MAX_DRAINED_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    };
    tokio::spawn(timeout(DRAIN_TIME, drain));
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The body has more than {MAX_BODY_BYTES} bytes: send less at once"),
    )
}
