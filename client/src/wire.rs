//! Requests over HTTP: their bounds, and what their failures mean.

use crate::Trouble;
use std::time::Duration;
use ureq::{Agent, Body, Error, http::Response};

/// How long a connection may take, and how long an answer: a node waits up to 8 s for finality, and
/// as long for room.
const CONNECT: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 50_000_000;

pub(crate) const RAW: &str = "application/cvx-raw";
pub(crate) const TEXT: &str = "application/cvx";

/// A node elsewhere.
pub(crate) struct Wire {
    agent: Agent,
    /// Without a slash at the end.
    pub url: String,
}

/// An answer of a node.
pub(crate) struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Why there is no answer: whether the request may have arrived makes the difference.
pub(crate) enum Silence {
    /// It did not arrive.
    Unsent(String),
    /// It may have arrived.
    Sent(String),
}

impl Wire {
    pub fn new(url: &str) -> Wire {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(LONGEST))
            .http_status_as_error(false)
            .build();
        let url = url.trim_end_matches('/').trim_end_matches("/api/v1").trim_end_matches('/');
        let scheme = if url.contains("://") { "" } else { "http://" };
        Wire { agent: config.into(), url: format!("{scheme}{url}") }
    }

    pub fn get(&self, path: &str, accept: &str) -> Result<Reply, Silence> {
        let request = self.agent.get(format!("{}{path}", self.url)).header("Accept", accept);
        read(request.call())
    }

    pub fn post(&self, path: &str, kind: &str, accept: &str, body: &[u8]) -> Result<Reply, Silence> {
        let request = self.agent.post(format!("{}{path}", self.url));
        read(request.header("Content-Type", kind).header("Accept", accept).send(body))
    }

    /// Why there is no answer to a request that changes nothing.
    pub fn trouble(&self, silence: Silence) -> Trouble {
        let (Silence::Unsent(reason) | Silence::Sent(reason)) = silence;
        Trouble::Unreachable { place: self.url.clone(), reason }
    }
}

fn read(response: Result<Response<Body>, Error>) -> Result<Reply, Silence> {
    let mut response = response.map_err(|error| silence(&error))?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
    let body = body.map_err(|error| Silence::Sent(error.to_string()))?;
    Ok(Reply { status, body })
}

/// Names that cannot be resolved, addresses that are none and connections that are refused: nothing
/// was sent.
fn silence(error: &Error) -> Silence {
    let reason = error.to_string();
    let is_unsent = match error {
        Error::HostNotFound | Error::BadUri(_) | Error::ConnectionFailed | Error::Tls(_) => true,
        Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        Error::Timeout(which) => matches!(which, ureq::Timeout::Connect | ureq::Timeout::Resolve),
        _ => false,
    };
    if is_unsent { Silence::Unsent(reason) } else { Silence::Sent(reason) }
}
