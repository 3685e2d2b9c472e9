//! The machine forms: one JSON object a line in, one a line out, in the same order.

use crate::failure::Failure;
use files::Limit;
use serde_json::{Map, Value as Json, json};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use tools::printable;

/// A JSON object.
pub type Object = Map<String, Json>;

const BUFFER_BYTES: usize = 1 << 16;

/// What is wrong with a request.
#[derive(Debug)]
pub struct BadRequest(pub String);

/// The text in a field of a request.
///
/// # Errors
/// [`BadRequest`] when there is no such field or it is no string.
pub fn text<'a>(request: &'a Object, field: &str) -> Result<&'a str, BadRequest> {
    match request.get(field) {
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(BadRequest(format!("the field \"{field}\" is no string"))),
        None => Err(BadRequest(format!("there is no field \"{field}\""))),
    }
}

/// Prints one object on a line of standard output.
///
/// # Errors
/// [`Failure::Io`]
pub fn print(object: &Object) -> Result<(), Failure> {
    print_text(&(serde_json::to_string(object).map_err(io::Error::from)? + "\n"))
}

/// Prints JSON on standard output. Escapes stand for its hidden characters.
///
/// # Errors
/// [`Failure::Io`]
pub fn print_text(json: &str) -> Result<(), Failure> {
    Ok(io::stdout().lock().write_all(printable::json(json).as_bytes())?)
}

/// Answers the requests on standard input on standard output. A line that is longer than the limit is answered as malformed, and
/// ends the conversation, since it may never end itself.
///
/// # Errors
/// [`Failure::Request`] at the end when any was malformed; [`Failure::Io`] at once.
pub fn serve(limit: Limit, answer: impl FnMut(&Object) -> Result<Object, BadRequest>) -> Result<(), Failure> {
    converse(io::stdin().lock(), io::stdout().lock(), limit, answer)
}

/// Answers the requests of one stream on another. Answers are collected and written when no further request has
/// arrived yet, so that a partner that waits for each answer gets it, and one that does not is served in bulk.
fn converse(
    input: impl Read,
    output: impl Write,
    limit: Limit,
    mut answer: impl FnMut(&Object) -> Result<Object, BadRequest>,
) -> Result<(), Failure> {
    let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
    let mut output = BufWriter::with_capacity(BUFFER_BYTES, output);
    let mut line = Vec::new();
    let mut verdict = Ok(());
    loop {
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
        line.clear();
        if input.by_ref().take(limit.bytes.saturating_add(1)).read_until(b'\n', &mut line)? == 0 {
            return verdict;
        }
        if line.len() as u64 > limit.bytes {
            let message =
                format!("the line is longer than {limit}; `{} SIZE` raises the limit", limit.option);
            writeln!(output, "{}", json!({ "bad_request": message }))?;
            output.flush()?;
            return Err(Failure::Request);
        }
        let reply =
            parse(&line).and_then(|request| answer(&request)).unwrap_or_else(|BadRequest(message)| {
                verdict = Err(Failure::Request);
                Map::from_iter([("bad_request".to_owned(), Json::String(message))])
            });
        let reply = serde_json::to_string(&reply).map_err(io::Error::from)?;
        output.write_all(printable::json(&reply).as_bytes())?;
        output.write_all(b"\n")?;
    }
}

fn parse(line: &[u8]) -> Result<Object, BadRequest> {
    match serde_json::from_slice(line) {
        Ok(Json::Object(request)) => Ok(request),
        Ok(_) => Err(BadRequest("the line is no JSON object".to_owned())),
        Err(error) => Err(BadRequest(format!("the line is no JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { bytes: 1024, option: "--max-source" };

    fn echo(request: &Object) -> Result<Object, BadRequest> {
        text(request, "a").map(|text| Map::from_iter([("b".to_owned(), text.into())]))
    }

    #[test]
    fn answers_in_order_and_goes_on_after_a_bad_line() {
        let input = "{\"a\":\"1\"}\n\n[]\n{\"a\":2}\n{\"b\":\"\"}\n{\"a\":\"x\n{\"a\":\"\\u00e9\", \"c\":{}}";
        let mut output = Vec::new();
        let verdict = converse(input.as_bytes(), &mut output, LIMIT, echo);
        assert!(matches!(verdict, Err(Failure::Request)));
        let output = String::from_utf8(output).expect("JSON is text");
        let lines: Vec<&str> = output.lines().collect();
        assert_eq!(lines.len(), 7, "{output}");
        assert_eq!((lines[0], lines[6]), ("{\"b\":\"1\"}", "{\"b\":\"é\"}"));
        assert!(lines[1..6].iter().all(|line| line.starts_with("{\"bad_request\":")), "{output}");
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let mut output = Vec::new();
        let endless = io::BufReader::new(b"{\"a\":\"1\"}\n".chain(io::repeat(b' ')));
        assert!(matches!(converse(endless, &mut output, LIMIT, echo), Err(Failure::Request)));
        let output = String::from_utf8(output).expect("JSON is text");
        let lines: Vec<&str> = output.lines().collect();
        assert!(matches!(lines[..], ["{\"b\":\"1\"}", bad] if bad.contains("longer than 1KiB")), "{output}");
    }

    #[test]
    fn good_lines_succeed() {
        for input in ["", "{\"a\":\"1\"}", "{\"a\":\"1\"}\r\n{\"a\":\"2\"}\r\n"] {
            assert!(converse(input.as_bytes(), io::sink(), LIMIT, echo).is_ok(), "{input}");
        }
    }
}
