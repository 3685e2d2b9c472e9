//! Requests that are refused: a status and a sentence.

use crate::negotiate::Accept;
use crate::reply::Reply;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lang::{Map, Value};

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl Refusal {
    /// A refusal with a status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into() }
    }

    /// The request is not what it should be.
    pub fn bad(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, message)
    }

    /// What is asked for is not here.
    pub fn unknown(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, message)
    }

    /// There is too much to do: the client may try again.
    pub fn busy(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// Something went wrong in the server itself.
    pub fn broken() -> Refusal {
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The node failed to answer this request; its log says more",
        )
    }

    /// The answer, in the type that is asked for.
    pub fn reply(&self, accept: Accept) -> Reply {
        let message = Value::string(&self.message);
        let body = match accept {
            Accept::Json | Accept::Html => {
                let mut json = String::from("{\"error\":");
                crate::json::write_string(&mut json, &self.message);
                json.push('}');
                return Reply::json(self.status, json);
            }
            Accept::Text => self.message.clone().into_bytes(),
            Accept::Cvx | Accept::Raw => {
                let map: Value = Map::from_entries([(Value::keyword("error"), message)]).into();
                return Reply::of_whole(self.status, accept, &map);
            }
        };
        Reply::new(self.status, accept.name(), body)
    }
}

/// Carries the refusal to where the wanted type is known ([`crate::guard`]).
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
