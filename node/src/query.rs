//! Queries: code that runs on a state and changes nothing.

use crate::outcome::{Outcome, refusal};
use lang::{Missing, Value};
use vm::apply::{self, Fault, Source};
use vm::context::Surroundings;
use vm::{State, Transaction};

/// Runs a form as an account on a state as a transaction would, fees and memory included, and drops
/// the state after it. A form that is itself a transaction runs as such. Needs a large stack
/// ([`crate::pool::STACK_BYTES`]).
///
/// # Errors
/// [`Missing`] when a cell is missing.
pub fn query(state: &State, origin: u64, form: &Value) -> Result<Outcome, Missing> {
    let transaction = match Transaction::from_value(form)? {
        Some(transaction) => transaction,
        None => {
            let Some(account) = state.account(origin)? else {
                let failure = refusal("NOBODY", format!("There is no account #{origin}"));
                return Ok(Outcome::refused(None, failure));
            };
            Transaction::invoke(origin, account.sequence()?.saturating_add(1), form.clone())
        }
    };
    match apply::apply(state.clone(), &transaction, Surroundings::of(state)?) {
        Ok((_, mut applied)) => {
            if let Err(failure) = &mut applied.result {
                failure.source = Source::Peer;
            }
            Ok(Outcome { id: None, place: None, applied })
        }
        Err(Fault::Missing(missing)) => Err(missing),
        Err(Fault::Interrupted) => Ok(Outcome::refused(None, refusal("EXCEPTION", "The query was stopped"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::reader;

    #[test]
    fn queries_change_nothing_and_tell_what_failed() {
        let state = stdlib::genesis().expect("the library builds");
        let ask = |origin, text: &str| {
            let form = reader::read_one(text, 0).expect("it can be read").value;
            query(&state, origin, &form).expect("all is in memory").applied
        };
        assert!(ask(11, "(* 2 3)").result.is_ok_and(|value| value == 6.into()));
        assert!(ask(11, "(* 2 3)").juice > 0);
        for (origin, text, code) in [
            (11, "(count)", "ARITY"),
            (999, "1", "NOBODY"),
            (20, "1", "JUICE"),
            (11, "(loop [] (recur))", "JUICE"),
        ] {
            let failure = ask(origin, text).result.expect_err("it fails");
            assert_eq!(failure.error.code, Value::keyword(code), "{text}");
        }
    }
}
