//! Results: what came of a transaction or query, as a record and as JSON.

use crate::json::{self, Failed};
use crate::limits::{MAX_TEXT_BYTES, MAX_TRACE, MAX_TRACE_BYTES};
use axum::http::StatusCode;
use lang::{Blob, Map, Record, Value, Vector, printer};
use node::Outcome;
use vm::apply::{Failure, RESULT, Source};
use vm::ending::Frame;

/// The source of results that are made here, before the peer is asked.
pub const SERVER: &str = "SERVER";

/// A result as a record with id, result, error, log and info. Its source is what it says itself,
/// unless another is given.
pub fn record(outcome: &Outcome, source: Option<&'static str>) -> Value {
    let (value, code) = match &outcome.applied.result {
        Ok(value) => (value.clone(), Value::Nil),
        Err(failure) => (failure.error.message.clone(), failure.error.code.clone()),
    };
    let log = outcome.applied.log.clone().into();
    let fields = [Value::Nil, value, code, log, info(outcome, source)];
    Record::new(RESULT, Vector::from_values(fields)).into()
}

/// What there is to know of a result besides its value.
fn info(outcome: &Outcome, source: Option<&'static str>) -> Value {
    let mut entries = Vec::new();
    let mut add = |name: &str, value: Value| entries.push((Value::keyword(name), value));
    let applied = &outcome.applied;
    if applied.juice > 0 {
        add("juice", Value::Integer(i64::try_from(applied.juice).unwrap_or(i64::MAX)));
    }
    if applied.fees > 0 {
        add("fees", Value::Integer(applied.fees));
    }
    if applied.memory_used > 0 {
        add("mem", Value::Integer(applied.memory_used));
    }
    if let Some((block, position)) = outcome.place {
        let numbers = [block, position].map(|n| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX)));
        add("loc", Vector::from_values(numbers).into());
    }
    if let Some(id) = &outcome.id {
        add("tx", Blob::new(id.as_bytes()).into());
    }
    if let Some(source) = source.or_else(|| own_source(outcome)) {
        add("source", Value::keyword(source));
    }
    if let Err(failure) = &applied.result {
        if let Some(address) = failure.error.address {
            add("eaddr", Value::Address(address));
        }
        if !failure.error.trace.is_empty() {
            let steps = steps(failure).into_iter().map(|step| Value::string(&step));
            add("trace", Vector::from_values(steps).into());
        }
    }
    Map::from_entries(entries).into()
}

/// Where a result comes from, as it says itself: queries from the peer, whatever came of them.
fn own_source(outcome: &Outcome) -> Option<&'static str> {
    if outcome.id.is_none() {
        return Some("PEER");
    }
    let failure = outcome.applied.result.as_ref().err()?;
    Some(failure.source.name().unwrap_or("PEER"))
}

/// Where an error passed on its way out, innermost first, in bounded texts.
pub fn steps(failure: &Failure) -> Vec<String> {
    failure.error.trace.iter().take(MAX_TRACE).map(step).collect()
}

fn step(frame: &Frame) -> String {
    match (&frame.function, &frame.op) {
        (Some(function), _) => format!("In function {} in #{}", short(function), frame.address),
        (None, Some(op)) => format!("In {} in #{}", short(op), frame.address),
        (None, None) => format!("In #{}", frame.address),
    }
}

/// The text of a value, when it is short.
fn short(value: &Value) -> String {
    match printer::print(value, MAX_TRACE_BYTES) {
        Ok(Some(text)) => String::from_utf8_lossy(&text).into_owned(),
        _ => format!("code of more than {MAX_TRACE_BYTES} bytes"),
    }
}

/// Writes a result as JSON: `errorCode` only after an error, `value`, `result` (the value as text,
/// `null` when that is too long) and `info`.
///
/// # Errors
/// [`Failed`] when a cell is not available, or the text is too long.
pub fn write_json(out: &mut String, outcome: &Outcome, source: Option<&'static str>) -> Result<(), Failed> {
    let value = match &outcome.applied.result {
        Ok(value) => {
            out.push('{');
            value
        }
        Err(failure) => {
            out.push_str("{\"errorCode\":");
            json::write_string(out, &name(&failure.error.code)?);
            out.push(',');
            &failure.error.message
        }
    };
    out.push_str("\"value\":");
    json::write(out, value, MAX_TEXT_BYTES)?;
    out.push_str(",\"result\":");
    json::write_printed(out, value)?;
    out.push_str(",\"info\":");
    json::write(out, &info(outcome, source), MAX_TEXT_BYTES)?;
    out.push('}');
    Ok(())
}

/// A code without the colon of a keyword.
fn name(code: &Value) -> Result<String, Failed> {
    Ok(match code {
        Value::Keyword(keyword) => String::from_utf8_lossy(keyword.name()).into_owned(),
        Value::String(_) => String::from_utf8_lossy(&printer::print_str(code)?).into_owned(),
        _ => json::printed(code, MAX_TEXT_BYTES)?,
    })
}

/// The status that says what came of a request.
pub fn status(outcome: &Outcome) -> StatusCode {
    let Err(Failure { error, source }) = &outcome.applied.result else { return StatusCode::OK };
    if *source != Source::Peer {
        return StatusCode::OK;
    }
    let Value::Keyword(code) = &error.code else { return StatusCode::UNPROCESSABLE_ENTITY };
    match code.name() {
        b"SIGNATURE" => StatusCode::FORBIDDEN,
        b"FUNDS" => StatusCode::PAYMENT_REQUIRED,
        b"LIMIT" => StatusCode::PAYLOAD_TOO_LARGE,
        b"FORMAT" => StatusCode::BAD_REQUEST,
        b"MISSING" => StatusCode::NOT_FOUND,
        b"TIMEOUT" => StatusCode::REQUEST_TIMEOUT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
