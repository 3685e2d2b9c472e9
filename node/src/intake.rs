//! Intake: which signed transactions a peer takes from its clients, to put them into its blocks.
//!
//! What is refused here costs its sender nothing, and what a block would refuse, or would do unpaid, is refused here.

use crate::outcome::refusal;
use lang::{Missing, Signed};
use vm::apply::Failure;
use vm::state::Global;
use vm::{State, Transaction, juice};

/// The most transactions that one may be, itself and those inside it. Each part may use the juice of a whole
/// transaction, and only the last one's is paid for: a block is bound by nothing else in what it does for a Multi.
pub const MAX_PARTS: u64 = 64;

/// Whether a peer takes a signed transaction, as things are in a state: the transaction, or why not. A sequence number
/// ahead of its turn is taken, as others may come before it. Whether the signature is good is asked last.
///
/// # Errors
/// [`Missing`] when the transaction is not whole.
pub fn judge(
    state: &State,
    signed: &Signed,
    is_good: impl FnOnce(&Signed) -> bool,
) -> Result<Result<Transaction, Failure>, Missing> {
    let value = signed.value()?;
    // The size is found by visiting every cell.
    value.memory_size()?;
    let Some(transaction) = Transaction::from_value(value)? else {
        let kind = value.kind().name();
        return Ok(Err(refusal("FORMAT", format!("This {kind} is not a transaction"))));
    };
    Ok(match flaw(state, signed, &transaction, is_good)? {
        Some(failure) => Err(failure),
        None => Ok(transaction),
    })
}

fn flaw(
    state: &State,
    signed: &Signed,
    transaction: &Transaction,
    is_good: impl FnOnce(&Signed) -> bool,
) -> Result<Option<Failure>, Missing> {
    let origin = transaction.origin;
    let Some(account) = state.account(origin)? else {
        return Ok(Some(refusal("NOBODY", format!("There is no account #{origin}"))));
    };
    let last = account.sequence()?;
    if transaction.sequence <= last {
        let given = transaction.sequence;
        return Ok(Some(refusal("SEQUENCE", format!("The sequence number is {given}, not above {last}"))));
    }
    let Some(key) = account.key()? else {
        return Ok(Some(refusal("STATE", "An actor cannot sign transactions")));
    };
    if juice::available(account.balance()?, state.global(Global::JuicePrice)?) == 0 {
        return Ok(Some(refusal("JUICE", "The balance does not cover any juice")));
    }
    if transaction.parts(MAX_PARTS)?.is_none() {
        return Ok(Some(refusal("LOAD", format!("It is more than {MAX_PARTS} transactions"))));
    }
    let is_own = key.flat() == signed.key().map(|key| key.as_slice());
    Ok(if is_own && is_good(signed) {
        None
    } else {
        Some(refusal("SIGNATURE", "The signature is not that of the account's key"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::{SigningKey, sign};
    use lang::{Blob, Index, Record, Value, Vector};
    use vm::transaction::MULTI;
    use vm::{Account, signature};

    fn multi(origin: u64, parts: Vec<Value>) -> Value {
        let parts = Vector::from_values(parts);
        let fields = [Value::Address(origin), 1.into(), 0.into(), parts.into()];
        Record::new(MULTI, Vector::from_values(fields)).into()
    }

    #[test]
    fn clients_are_judged() {
        let (mine, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let key = || Some(Blob::new(&mine.verifying_key().to_bytes()));
        let rich = Account::new(key(), 1_000_000).with_sequence(4).expect("it is here");
        let accounts = [rich, Account::new(None, 1_000_000), Account::new(key(), 50)];
        let globals = [0, 0, 10, 1, 1, 0].map(Value::Integer);
        let state = State::new(
            Vector::from_values(accounts.iter().map(Account::value)),
            Index::empty(),
            Vector::from_values(globals),
            Index::empty(),
        );
        let transfer = |origin, sequence| Transaction::transfer(origin, sequence, 1, 5).value();
        let many = |count: u64| multi(0, vec![transfer(0, 5); count as usize]);
        let with_sequence = |value: Value, sequence: i64| match value {
            Value::Record(record) => {
                let fields = record.fields().assoc(1, sequence.into()).expect("it is here");
                Value::Record(Record::new(record.tag(), fields.expect("there is such a field")))
            }
            value => value,
        };
        // A thousand levels, each twice in the next: few cells that are more transactions than anybody can run.
        let deep = (0..1_000).fold(transfer(0, 5), |inner, _| multi(0, vec![inner.clone(), inner]));
        for (value, key, expected) in [
            (transfer(0, 5), &mine, None),
            (transfer(0, 900), &mine, None),
            (with_sequence(many(MAX_PARTS - 1), 5), &mine, None),
            (1.into(), &mine, Some("FORMAT")),
            (transfer(9, 1), &mine, Some("NOBODY")),
            (transfer(0, 4), &mine, Some("SEQUENCE")),
            (transfer(1, 1), &mine, Some("STATE")),
            (transfer(2, 1), &mine, Some("JUICE")),
            (with_sequence(many(MAX_PARTS), 5), &mine, Some("LOAD")),
            (with_sequence(deep, 5), &mine, Some("LOAD")),
            (transfer(0, 5), &other, Some("SIGNATURE")),
        ] {
            let verdict = judge(&state, &sign(&value, key), signature::is_good).expect("all is in memory");
            let code = verdict.as_ref().err().map(|failure| failure.error.code.clone());
            assert_eq!(code, expected.map(Value::keyword));
            assert!(verdict.is_ok_and(|taken| taken.value() == value) == expected.is_none());
        }
        let forged = Signed::new(Some(mine.verifying_key().to_bytes()), [0; 64], transfer(0, 5));
        assert!(judge(&state, &forged, signature::is_good).expect("all is in memory").is_err());
    }
}
