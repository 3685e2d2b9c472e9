//! `cvx encode`: the bytes of a value.

use crate::cli::OneExpression;
use crate::failure::Failure;
use crate::{eval, jsonl};
use serde_json::Map;
use tools::session::GENESIS_ACCOUNT;
use tools::show;
use vm::State;

/// Prints the encoding of the value of an expression.
///
/// # Errors
/// [`Failure::Program`] when the expression fails.
pub fn encode(genesis: State, request: &OneExpression) -> Result<(), Failure> {
    let value = eval::value_of(genesis, GENESIS_ACCOUNT, &request.source)?;
    let encoding = show::hex(&value.encoding());
    if !request.json {
        return Ok(show::put(&format!("{encoding}\n"))?);
    }
    jsonl::print(&Map::from_iter([
        ("src".to_owned(), request.source.as_str().into()),
        ("enc".to_owned(), encoding.into()),
        ("embedded".to_owned(), value.is_embedded().into()),
    ]))
}
