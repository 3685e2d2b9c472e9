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
use lang::cell::Facts;
use lang::limits::MEMORY_OVERHEAD_BYTES;
use lang::{Value, Vector, message};
use node::Outcome;
use node::outcome::refusal;
use vm::apply::{Applied, Failure};
use vm::limits::MAX_PRINT_BYTES;

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

    /// What came of a transaction or query, with status 200 whatever that is; 413 only when it is
    /// too large.
    pub fn result(accept: Accept, outcome: &Outcome) -> Reply {
        Reply::outcome(StatusCode::OK, accept, outcome, None)
    }

    /// What came of a request, with a status that says so.
    pub fn result_by_status(accept: Accept, outcome: &Outcome) -> Reply {
        Reply::outcome(result::status(outcome), accept, outcome, None)
    }

    /// What is wrong with a request that did not come as far as the peer, with a status that says
    /// so.
    pub fn failure(accept: Accept, failure: Failure) -> Reply {
        let outcome = Outcome::refused(None, failure);
        Reply::outcome(result::status(&outcome), accept, &outcome, Some(result::SERVER))
    }

    fn outcome(status: StatusCode, accept: Accept, outcome: &Outcome, source: Option<&'static str>) -> Reply {
        let record = result::record(outcome, source);
        let json = |out: &mut String, _: &Value| result::write_json(out, outcome, source);
        match size(&record).and_then(|()| Reply::render(status, accept, &record, json)) {
            Ok(reply) => reply,
            Err(failed) => Reply::failed_after(accept, failed, outcome),
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
            Accept::Cvx | Accept::Text => json::printed(value, MAX_PRINT_BYTES)?.into_bytes(),
            Accept::Raw => message::encode(value)?,
        };
        Ok(Reply::new(status, accept.name(), body))
    }

    /// The answer when a value cannot be sent.
    fn failed(accept: Accept, failed: Failed) -> Reply {
        Reply::failed_as(accept, failed, |failure| Outcome::refused(None, failure))
    }

    /// The answer when what came of a transaction cannot be sent: where it is and what it cost is
    /// told all the same.
    fn failed_after(accept: Accept, failed: Failed, outcome: &Outcome) -> Reply {
        Reply::failed_as(accept, failed, |failure| {
            let log = Vector::empty();
            Outcome {
                applied: Applied { result: Err(failure), log, ..outcome.applied.clone() },
                ..outcome.clone()
            }
        })
    }

    fn failed_as(accept: Accept, failed: Failed, outcome: impl FnOnce(Failure) -> Outcome) -> Reply {
        let (code, message) = match failed {
            Failed::TooLong => {
                let message = format!(
                    "The answer is too large: values have up to {MAX_ANSWER_BYTES} bytes, as text {MAX_PRINT_BYTES}"
                );
                ("LIMIT", message)
            }
            Failed::Missing(missing) => ("MISSING", missing.to_string()),
        };
        let outcome = outcome(refusal(code, message));
        let status = result::status(&outcome);
        let record = result::record(&outcome, None);
        let json = |out: &mut String, _: &Value| result::write_json(out, &outcome, None);
        // The record is short and whole.
        Reply::render(status, accept, &record, json)
            .unwrap_or_else(|_| Reply::new(status, accept.name(), Vec::new()))
    }
}

/// Whether a value may be sent. No more of it is visited than may be sent: it can be as large as
/// the state of a network.
///
/// # Errors
/// [`Failed`] when it is too large, or a cell is not available.
pub fn size(value: &Value) -> Result<(), Failed> {
    let own = |cell: &Value| match cell.is_embedded() {
        true => 0,
        false => cell.encoding_length() as u64 + MEMORY_OVERHEAD_BYTES,
    };
    let mut total = own(value).max(value.encoding_length() as u64);
    let mut open = vec![value];
    while let Some(cell) = open.pop() {
        let mut missing = None;
        cell.for_each_child(&mut |slot| match slot.get() {
            Ok(child) => match child.facts().map(Facts::memory) {
                Some(Some(bytes)) => total = total.saturating_add(bytes),
                Some(None) => {
                    total = total.saturating_add(own(child));
                    open.push(child);
                }
                None => {}
            },
            Err(error) => missing = Some(error),
        });
        if let Some(missing) = missing {
            return Err(missing.into());
        }
        if total > MAX_ANSWER_BYTES {
            return Err(Failed::TooLong);
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use lang::Vector;

    #[test]
    fn values_are_sent_up_to_a_storage_size() {
        for count in [0, 1, 10, 5_000, 100_000, 200_000, 500_000, 600_000] {
            let value: Value = Vector::from_values((0..count).map(|i| Value::Integer(i % 100))).into();
            let may_be_sent = size(&value).is_ok();
            assert_eq!(
                may_be_sent,
                value.storage_size().expect("it is whole") <= MAX_ANSWER_BYTES,
                "{count}"
            );
            assert_eq!(size(&value).is_ok(), may_be_sent);
        }
        // Shared parts count each time.
        let text = Value::string(&"x".repeat(1_000));
        let shared = (0..60).fold(text, |inner, _| Vector::from_values([inner.clone(), inner]).into());
        assert!(size(&shared).is_err());
    }
}
