//! Media types: what a request carries and what its sender wants to get.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderName};

/// The names of the types.
pub const JSON: &str = "application/json";
/// Values as text.
pub const CVX: &str = "application/cvx";
/// Values as a multi-cell encoding (CAD003).
pub const RAW: &str = "application/cvx-raw";
/// Text.
pub const TEXT: &str = "text/plain";
/// Pages.
pub const HTML: &str = "text/html";
/// Bytes.
pub const BYTES: &str = "application/octet-stream";

/// What the body of a request is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    /// JSON, or no type at all: one SDK sends none.
    Json,
    /// Values as text.
    Cvx,
    /// Values as a multi-cell encoding.
    Raw,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Anything else.
    Other,
}

impl Media {
    /// What the headers of a request say. Parameters and case do not matter.
    pub fn of(headers: &HeaderMap) -> Media {
        match types(headers, CONTENT_TYPE).next().as_deref() {
            None | Some("" | JSON) => Media::Json,
            Some(CVX) => Media::Cvx,
            Some(RAW) => Media::Raw,
            Some(TEXT) => Media::Text,
            Some(BYTES) => Media::Bytes,
            Some(_) => Media::Other,
        }
    }
}

/// What the sender of a request wants to get.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accept {
    /// JSON, unless something else is asked for.
    Json,
    /// Values as text.
    Cvx,
    /// Values as a multi-cell encoding.
    Raw,
    /// Values as text, said to be plain text.
    Text,
    /// A page.
    Html,
}

impl Accept {
    /// What the headers of a request say: the encoding wins, then values as text, a page, and plain
    /// text. Weights do not matter.
    pub fn of(headers: &HeaderMap) -> Accept {
        let mut accept = Accept::Json;
        for name in types(headers, ACCEPT) {
            let named = match name.as_str() {
                RAW => return Accept::Raw,
                CVX => Accept::Cvx,
                HTML => Accept::Html,
                TEXT => Accept::Text,
                _ => continue,
            };
            if named.rank() > accept.rank() {
                accept = named;
            }
        }
        accept
    }

    fn rank(self) -> u8 {
        match self {
            Accept::Json => 0,
            Accept::Text => 1,
            Accept::Html => 2,
            Accept::Cvx => 3,
            Accept::Raw => 4,
        }
    }

    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Accept::Json => JSON,
            Accept::Cvx => CVX,
            Accept::Raw => RAW,
            Accept::Text => "text/plain; charset=utf-8",
            Accept::Html => "text/html; charset=utf-8",
        }
    }
}

/// The types that all headers of a name list, without parameters and in lower case.
fn types(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> + '_ {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(|part| part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_is_wanted() {
        let accepted = |values: &[&'static str]| {
            let headers = values.iter().map(|value| (ACCEPT, value.parse().expect("a value of a header")));
            Accept::of(&headers.collect())
        };
        for (values, expected) in [
            (&[][..], Accept::Json),
            (&["*/*"], Accept::Json),
            (&["application/json"], Accept::Json),
            (&["text/plain"], Accept::Text),
            (&["text/html,application/xhtml+xml,*/*;q=0.8"], Accept::Html),
            (&["application/cvx, text/plain"], Accept::Cvx),
            (&["text/plain", "Application/CVX; q=0.1"], Accept::Cvx),
            (&["application/cvx-raw"], Accept::Raw),
            (&["application/cvx", "application/cvx-raw;q=0"], Accept::Raw),
        ] {
            assert_eq!(accepted(values), expected, "{values:?}");
        }
    }

    #[test]
    fn headers_say_what_is_sent() {
        for (value, expected) in [
            ("application/json; charset=utf-8", Media::Json),
            ("", Media::Json),
            ("APPLICATION/CVX", Media::Cvx),
            ("application/cvx-raw", Media::Raw),
            ("text/plain;charset=x", Media::Text),
            ("application/octet-stream", Media::Bytes),
            ("image/png", Media::Other),
        ] {
            let headers = [(CONTENT_TYPE, value.parse().expect("a value of a header"))].into_iter().collect();
            assert_eq!(Media::of(&headers), expected, "{value}");
        }
        assert_eq!(Media::of(&HeaderMap::new()), Media::Json);
    }
}
