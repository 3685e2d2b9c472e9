//! `cvx tx`: scripts of transactions with their exact accounting, for programs.

use crate::failure::Failure;
use crate::jsonl::{self, BadRequest, Object};
use files::Limit;
use lang::reader;
use serde_json::{Map, Value as Json};
use tools::show;
use vm::apply::{self, Applied, Fault};
use vm::context::Surroundings;
use vm::state::Global;
use vm::{State, Transaction};

/// Answers the scripts on standard input.
///
/// # Errors
/// [`Failure::Request`] when a line is malformed.
pub fn tx(genesis: &State, limit: Limit) -> Result<(), Failure> {
    jsonl::serve(limit, |request| {
        let results = script(genesis, request)?;
        Ok(Map::from_iter([("results".to_owned(), Json::Array(results))]))
    })
}

/// One step of a script: who, and the text of what is to be invoked.
fn steps(request: &Object) -> Result<Vec<(u64, &str)>, BadRequest> {
    let bad = || BadRequest("the field \"txs\" is no array of [account, text]".to_owned());
    let txs = request.get("txs").and_then(Json::as_array).ok_or_else(bad)?;
    txs.iter()
        .map(|tx| match tx.as_array().map(Vec::as_slice) {
            Some([account, text]) => account.as_u64().zip(text.as_str()).ok_or_else(bad),
            _ => Err(bad()),
        })
        .collect()
}

/// Runs the transactions of a script one after the other from a state.
fn script(genesis: &State, request: &Object) -> Result<Vec<Json>, BadRequest> {
    let mut state = genesis.clone();
    let mut results = Vec::new();
    for (account, text) in steps(request)? {
        let result = match step(&state, account, text) {
            Ok((object, after)) => {
                state = after;
                object
            }
            Err(fault) => object([("fault", describe(&fault).into())]),
        };
        results.push(Json::Object(result));
    }
    Ok(results)
}

fn object<const N: usize>(fields: [(&str, Json); N]) -> Object {
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn describe(fault: &Fault) -> String {
    match fault {
        Fault::Missing(missing) => missing.to_string(),
        Fault::Interrupted => "interrupted".to_owned(),
    }
}

fn step(state: &State, origin: u64, text: &str) -> Result<(Object, State), Fault> {
    let Ok(form) = reader::read_one(text, 0) else {
        return Ok((object([("read_error", true.into())]), state.clone()));
    };
    let Some(account) = state.account(origin)? else {
        return Ok((object([("error", ":NOBODY".into())]), state.clone()));
    };
    let transaction = Transaction::invoke(origin, account.sequence()?.saturating_add(1), form.value);
    let (after, applied) = apply::apply(state.clone(), &transaction, Surroundings::of(state)?)?;
    let mut fields = outcome(&applied);
    let Some(changed) = after.account(origin)? else { return Ok((fields, after)) };
    fields.extend(object([
        ("juice", applied.juice.into()),
        ("tx_juice", applied.transaction_juice.into()),
        ("mem_used", applied.memory_used.into()),
        ("fees", applied.fees.into()),
        ("balance_change", changed.balance()?.wrapping_sub(account.balance()?).into()),
        ("memory_change", changed.allowance()?.wrapping_sub(account.allowance()?).into()),
        ("sequence", changed.sequence()?.into()),
        ("pool", after.global(Global::PoolBytes)?.into()),
        ("accounts", after.next_address()?.into()),
    ]));
    Ok((fields, after))
}

/// The value, or the error code and its message, as text.
pub fn outcome(applied: &Applied) -> Object {
    match &applied.result {
        Ok(value) => object([("value", show::brief(value, show::MAX_TEXT_BYTES).into())]),
        Err(failure) => object([
            ("error", show::brief(&failure.error.code, show::MAX_TEXT_BYTES).into()),
            ("message", show::plain(&failure.error.message, show::MAX_TEXT_BYTES).into()),
        ]),
    }
}
