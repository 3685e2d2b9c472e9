//! Pieces of pages: values, hashes, times, tables, results.

use crate::html::escape;
use crate::json::{Failed, printed};
use lang::hex;
use lang::{Hash, Value};
use node::Outcome;
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

/// Bytes shown of a value in a table.
pub const SHORT_BYTES: usize = 200;
/// Bytes shown of a value that has a place of its own.
pub const LONG_BYTES: usize = 50_000;

/// The text of a value as HTML, or its kind when it is longer than so many bytes.
pub fn value(value: &Value, limit: usize) -> String {
    match printed(value, limit) {
        Ok(text) => format!("<code>{}</code>", escape(&text)),
        Err(Failed::TooLong) => {
            format!("<span class=\"soft\">{} of more than {limit} bytes of text</span>", value.kind().name())
        }
        Err(Failed::Missing(missing)) => {
            format!("<span class=\"bad\">{}</span>", escape(&missing.to_string()))
        }
    }
}

/// Bytes as digits, the first few of them.
pub fn short_hex(bytes: &[u8]) -> String {
    format!("<code>{}…</code>", hex::encode(&bytes[..bytes.len().min(6)]))
}

/// A link to an account.
pub fn account(address: u64) -> String {
    format!("<a href=\"/account/{address}\">#{address}</a>")
}

/// A link to a block.
pub fn block(position: u64) -> String {
    format!("<a href=\"/block/{position}\">{position}</a>")
}

/// A link to a transaction.
pub fn transaction(id: &Hash) -> String {
    format!("<a href=\"/tx/{}\">{}</a>", hex::encode(id.as_bytes()), short_hex(id.as_bytes()))
}

/// The last millisecond of the year 9999.
const MAX_MS: u64 = 253_402_300_799_999;

/// A time in milliseconds since 1970.
pub fn time(ms: i64) -> String {
    match u64::try_from(ms) {
        Ok(ms @ 0..=MAX_MS) => httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ms)),
        _ => format!("{ms} ms after 1970"),
    }
}

/// A number with its thousands apart.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = if n < 0 { "-".to_owned() } else { String::new() };
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A table of names and what they stand for, which is HTML already.
pub fn facts(rows: &[(&str, String)]) -> String {
    let mut table = String::from("<table>\n");
    for (name, fact) in rows {
        let _ = writeln!(table, "<tr><th scope=\"row\">{}<td>{fact}</tr>", escape(name));
    }
    table.push_str("</table>\n");
    table
}

/// The rows of what came of something: value or error, costs, trace.
pub fn outcome(outcome: &Outcome, limit: usize) -> Vec<(&'static str, String)> {
    let applied = &outcome.applied;
    let mut rows = vec![("Result", summary(outcome, limit))];
    rows.push(("Juice", number(i64::try_from(applied.juice).unwrap_or(i64::MAX))));
    if outcome.id.is_some() {
        rows.push(("Fees", format!("{} coppers", number(applied.fees))));
    }
    if applied.memory_used != 0 {
        rows.push(("Memory", format!("{} bytes", number(applied.memory_used))));
    }
    if let Err(failure) = &applied.result {
        if let Some(address) = failure.error.address {
            rows.push(("Where", account(address)));
        }
        let steps = crate::result::steps(failure);
        if !steps.is_empty() {
            let text: Vec<_> = steps.iter().map(|step| escape(step).into_owned()).collect();
            rows.push(("Trace", format!("<pre>{}</pre>", text.join("\n"))));
        }
    }
    if !applied.log.is_empty() {
        rows.push(("Log", value(&applied.log.clone().into(), limit)));
    }
    rows
}

/// The value, or the error with its message.
pub fn summary(outcome: &Outcome, limit: usize) -> String {
    match &outcome.applied.result {
        Ok(result) => value(result, limit),
        Err(failure) => {
            let (code, message) = (value(&failure.error.code, limit), value(&failure.error.message, limit));
            format!("<span class=\"bad\">{code}</span> {message}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(
            [0, 999, -1_000, i64::MIN].map(number),
            ["0", "999", "-1,000", "-9,223,372,036,854,775,808"]
        );
        assert_eq!(time(1_735_056_000_000), "Tue, 24 Dec 2024 16:00:00 GMT");
        assert_eq!(time(-5), "-5 ms after 1970");
        assert!(time(MAX_MS as i64).contains("9999"));
        assert!(time(i64::MAX).contains("ms after 1970"));
    }

    #[test]
    fn values_cannot_become_markup() {
        let text = value(&Value::string("<script>"), 100);
        assert_eq!(text, "<code>&quot;&lt;script&gt;&quot;</code>");
        assert_eq!(value(&Value::string(&"x".repeat(200)), 100).matches("more than 100 bytes").count(), 1);
    }
}
