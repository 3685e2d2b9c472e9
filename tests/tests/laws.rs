//! Laws of transactions, on random scripts of several users over a whole genesis state.

use fastrand::Rng;
use lang::{Missing, Record, Value, Vector, message, reader};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::cell::OnceCell;
use tests::scripts::Scripts;
use vm::apply::{self, Applied};
use vm::context::Surroundings;
use vm::peer::Peer;
use vm::state::Global;
use vm::transaction::{MULTI, Mode};
use vm::{Account, State, Transaction, market};

thread_local! {
    static GENESIS: OnceCell<State> = const { OnceCell::new() };
}

fn genesis() -> State {
    GENESIS.with(|state| state.get_or_init(|| stdlib::genesis().expect("the library builds")).clone())
}

/// Something to do, of an account; the sequence number is that of its turn.
struct Step {
    transaction: Transaction,
    /// Whether coins may appear or vanish, as in the reference: offers within a query, and stakes set after rewards.
    is_exempt: bool,
}

/// The steps of a random script: forms, and among them transfers and several at once.
fn script(seed: u64) -> Vec<Step> {
    let mut rng = Rng::with_seed(seed);
    let script = Scripts::new(seed).script();
    let txs = script["txs"].as_array().cloned().unwrap_or_default();
    txs.iter().filter_map(|tx| step(tx, &mut rng)).collect()
}

fn step(tx: &Json, rng: &mut Rng) -> Option<Step> {
    let (origin, text) = (tx[0].as_u64()?, tx[1].as_str()?);
    let form = reader::read_one(text, 0).ok()?.value;
    let is_exempt = ["query", "set-peer-stake", "stake"].iter().any(|name| text.contains(name));
    let invoke = Transaction::invoke(origin, 0, form);
    let transfer = Transaction::transfer(origin, 0, rng.u64(10..22), rng.i64(-5..1_000_000_000_000));
    let transaction = match rng.u8(..8) {
        0 => transfer,
        1 | 2 => {
            let mode = [Mode::Any, Mode::All, Mode::First, Mode::Until][rng.usize(..4)];
            multi(origin, mode, &[&transfer, &invoke, &transfer])?
        }
        _ => invoke,
    };
    Some(Step { transaction, is_exempt })
}

fn multi(origin: u64, mode: Mode, parts: &[&Transaction]) -> Option<Transaction> {
    let parts = Vector::from_values(parts.iter().map(|part| part.value()));
    let fields = [Value::Address(origin), Value::Integer(0), Value::Integer(mode as i64), parts.into()];
    Transaction::from_value(&Record::new(MULTI, Vector::from_values(fields)).into()).ok()?
}

fn apply(state: &State, step: &Step) -> (State, Applied) {
    let surroundings = Surroundings::of(state).expect("all is in memory");
    apply::apply(state.clone(), &step.transaction, surroundings).expect("all is in memory")
}

/// All coins there are, in coppers.
fn supply(state: &State) -> Result<i128, Missing> {
    let mut coins = i128::from(state.global(Global::PoolCoppers)?) + i128::from(state.global(Global::Fees)?);
    for value in state.accounts()?.iter() {
        coins += i128::from(Account::from_value(value?).expect("it is an account").balance()?);
    }
    for entry in state.peers()?.iter() {
        coins += i128::from(Peer::from_value(entry?.1).expect("it is a peer").balance()?);
    }
    Ok(coins)
}

/// The state of before, but that the origin has paid and made one more transaction.
fn charged(before: &State, origin: u64, fees: i64) -> Result<State, Missing> {
    let account = before.account(origin)?.expect("it made a transaction");
    let account = account.with_balance(account.balance()? - fees)?;
    before.with_account(origin, &account.with_sequence(account.sequence()? + 1)?)
}

fn size(state: &State) -> i64 {
    state.value().memory_size().expect("all is in memory") as i64
}

/// The state as it was when its size was compared with that of the state before: completion has changed some numbers
/// since. `None` where no purchase of memory explains what was paid.
fn compared(after: &State, origin: u64, applied: &Applied) -> Result<Option<State>, Missing> {
    let account = after.account(origin)?.expect("it made a transaction");
    let cost = applied.fees - applied.juice_fees;
    let (bytes, coppers) = (after.global(Global::PoolBytes)?, after.global(Global::PoolCoppers)? - cost);
    let bought = match cost {
        0 => Some(0),
        // A byte costs far more than a copper, so that only one number of bytes has this price.
        _ => {
            let near = i128::from(cost) * i128::from(bytes) / i128::from(coppers);
            let near = i64::try_from(near).expect("it is less than the pool");
            (near - 2..near + 3).find(|n| market::price(*n, bytes + n, coppers) == Some(cost))
        }
    };
    let Some(bought) = bought else { return Ok(None) };
    let account = account
        .with_balance(account.balance()? + applied.fees)?
        .with_sequence(account.sequence()? - 1)?
        .with_allowance(account.allowance()? + applied.memory_used - bought)?;
    let state = after.with_account(origin, &account)?;
    let state = state.with_global(Global::PoolBytes, bytes + bought)?;
    state.with_global(Global::PoolCoppers, coppers).map(Some)
}

/// Checks what a transaction did to a state.
fn check(before: &State, step: &Step, after: &State, applied: &Applied) -> Result<(), TestCaseError> {
    let origin = step.transaction.origin;
    let sequence = |state: &State| state.account(origin).map(|a| a.map_or(Ok(-1), |a| a.sequence()));
    let was_run = sequence(before) != sequence(after);
    // Who cannot pay for the juice loses all coins, and is left as the transaction made it: an oddity of the network.
    let lost_all = was_run && applied.fees != applied.juice_fees && applied.result.is_err();
    if !was_run {
        prop_assert_eq!(after.value().hash(), before.value().hash());
        prop_assert_eq!(applied.fees, 0);
    } else if applied.result.is_err() && !lost_all {
        let expected = charged(before, origin, applied.fees).expect("all is in memory");
        prop_assert_eq!(after.value().hash(), expected.value().hash());
    }
    if was_run && !lost_all && !step.is_exempt {
        let paid = supply(before).expect("all is in memory") - supply(after).expect("all is in memory");
        prop_assert_eq!(paid, i128::from(applied.juice_fees), "coins are conserved");
    }
    if applied.result.is_ok() {
        let compared = compared(after, origin, applied).expect("all is in memory");
        let compared = compared.expect("a number of bytes has the price that was paid");
        prop_assert_eq!(
            applied.memory_used,
            size(&compared) - size(before),
            "memory is what the state grew by"
        );
    }
    Ok(())
}

/// A state as it arrives at another peer.
fn resent(state: &State) -> State {
    let bytes = message::encode(&state.value()).expect("all is in memory");
    State::from_value(&message::decode(&bytes).expect("it was encoded")).expect("it is a state")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn transactions_obey(seed in any::<u64>()) {
        let steps = script(seed);
        let mut state = genesis();
        let half = steps.len() / 2;
        let mut copy = None;
        for (i, step) in steps.iter().enumerate() {
            if i == half {
                copy = Some(resent(&state));
            }
            let (after, applied) = apply(&state, step);
            check(&state, step, &after, &applied)?;
            state = after;
        }
        let replayed = steps.iter().fold(genesis(), |state, step| apply(&state, step).0);
        prop_assert_eq!(replayed.value().hash(), state.value().hash(), "a replay ends in the same state");
        let arrived = resent(&state);
        prop_assert_eq!(arrived.memory_size(), state.memory_size(), "what is at hand is counted");
        prop_assert_eq!(arrived.value().hash(), state.value().hash());
        prop_assert_eq!(arrived.value().memory_size(), state.value().memory_size(), "sizes are right from scratch");
        if let Some(copy) = copy {
            let end = steps[half..].iter().fold(copy, |state, step| apply(&state, step).0);
            prop_assert_eq!(end.value().hash(), state.value().hash(), "a state that arrived goes on the same");
        }
    }
}
