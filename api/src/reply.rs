//! Answers: values and results in the type that is asked for.

use crate::html;
use crate::json::{self, Failed};
use crate::limits::{MAX_ANSWER_BYTES, MAX_TEXT_BYTES};
use crate::negotiate::{self, Accept};
use crate::result;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use lang::{Value, message};
use node::Outcome;
use node::outcome::refusal;

/// An answer, ready to be sent.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    media: &'static str,
    body: Vec<u8>,
}

impl Reply {
    /// An answer of some type.
    pub fn new(status: StatusCode, media: &'static str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, media, body: body.into() }
    }

    /// JSON, whatever the type that is asked for.
    pub fn json(status: StatusCode, json: impl Into<Vec<u8>>) -> Reply {
        Reply::new(status, negotiate::JSON, json)
    }

    /// JSON, whatever the type that is asked for, with status 200.
    pub fn object(json: serde_json::Value) -> Reply {
        Reply::json(StatusCode::OK, json.to_string())
    }

    /// A value in the type that is asked for, or `LIMIT` when it is too large.
    pub fn value(accept: Accept, value: &Value) -> Reply {
        match size(value).and_then(|()| Reply::render(StatusCode::OK, accept, value, plain_json)) {
            Ok(reply) => reply,
            Err(failed) => Reply::failed(accept, failed),
        }
    }

    /// What came of a transaction or query, with status 200 whatever that is; 413 only when it is too large.
    pub fn result(accept: Accept, outcome: &Outcome) -> Reply {
        Reply::outcome(StatusCode::OK, accept, outcome)
    }

    /// What came of a request, with a status that says so.
    pub fn result_by_status(accept: Accept, outcome: &Outcome) -> Reply {
        Reply::outcome(result::status(outcome), accept, outcome)
    }

    fn outcome(status: StatusCode, accept: Accept, outcome: &Outcome) -> Reply {
        let record = result::record(outcome);
        let json = |out: &mut String, _: &Value| result::write_json(out, outcome);
        match size(&record).and_then(|()| Reply::render(status, accept, &record, json)) {
            Ok(reply) => reply,
            Err(failed) => Reply::failed(accept, failed),
        }
    }

    /// A small value that is wholly in memory.
    pub fn of_whole(status: StatusCode, accept: Accept, value: &Value) -> Reply {
        Reply::render(status, accept, value, plain_json)
            .unwrap_or_else(|failed| Reply::failed(accept, failed))
    }

    /// The same answer with another status, unless it says that something went wrong.
    pub fn with_status(self, status: StatusCode) -> Reply {
        if self.status == StatusCode::OK { Reply { status, ..self } } else { self }
    }

    fn render(
        status: StatusCode,
        accept: Accept,
        value: &Value,
        json: impl FnOnce(&mut String, &Value) -> Result<(), Failed>,
    ) -> Result<Reply, Failed> {
        let body = match accept {
            Accept::Json | Accept::Html => {
                let mut text = String::new();
                json(&mut text, value)?;
                if accept == Accept::Html { page(&text).into_bytes() } else { text.into_bytes() }
            }
            Accept::Cvx | Accept::Text => json::printed(value, MAX_TEXT_BYTES)?.into_bytes(),
            Accept::Raw => message::encode(value)?,
        };
        Ok(Reply::new(status, accept.name(), body))
    }

    /// The answer when a value cannot be sent.
    fn failed(accept: Accept, failed: Failed) -> Reply {
        let (code, message) = match failed {
            Failed::TooLong => ("LIMIT", format!("The answer has more than {MAX_ANSWER_BYTES} bytes")),
            Failed::Missing(missing) => ("MISSING", missing.to_string()),
        };
        let outcome = Outcome::refused(None, refusal(code, message));
        let status = result::status(&outcome);
        let record = result::record(&outcome);
        let json = |out: &mut String, _: &Value| result::write_json(out, &outcome);
        // The record is short and whole.
        Reply::render(status, accept, &record, json)
            .unwrap_or_else(|_| Reply::new(status, accept.name(), Vec::new()))
    }
}

/// Whether a value may be sent.
fn size(value: &Value) -> Result<(), Failed> {
    if value.storage_size()? > MAX_ANSWER_BYTES { Err(Failed::TooLong) } else { Ok(()) }
}

fn plain_json(out: &mut String, value: &Value) -> Result<(), Failed> {
    json::write(out, value, MAX_TEXT_BYTES)
}

/// JSON inside a page.
fn page(json: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Result</title></head>\
         <body><pre>{}</pre></body></html>\n",
        html::escape(json)
    )
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        response
    }
}
