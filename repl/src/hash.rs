//! `cvx hash`: the value id of a value.

use crate::cli::OneExpression;
use crate::failure::Failure;
use crate::{eval, jsonl};
use serde_json::Map;
use tools::session::GENESIS_ACCOUNT;
use tools::show;
use vm::State;

/// Prints the hash of the encoding of the value of an expression.
///
/// # Errors
/// [`Failure::Program`] when the expression fails.
pub fn hash(genesis: State, request: &OneExpression) -> Result<(), Failure> {
    let hash = eval::value_of(genesis, GENESIS_ACCOUNT, &request.source)?.hash().to_string();
    if !request.json {
        return Ok(show::put(&format!("{hash}\n"))?);
    }
    jsonl::print(&Map::from_iter([
        ("src".to_owned(), request.source.as_str().into()),
        ("hash".to_owned(), hash.into()),
    ]))
}
