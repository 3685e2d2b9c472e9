//! Whatever strangers send: no panic, exact results, and a state that only changes as it should.

mod network;

use lang::{Signed, Value, Vector, message};
use network::*;
use proptest::prelude::*;
use std::cell::OnceCell;
use vm::block::{self, Block, TAG};
use vm::state::Global;
use vm::{State, Transaction, signature};

thread_local! {
    static GENESIS: OnceCell<State> = const { OnceCell::new() };
}

fn first_state() -> State {
    GENESIS.with(|state| state.get_or_init(genesis).clone())
}

/// Every way in which a transaction is refused, over and over: nothing is paid and no account changes.
#[test]
fn a_full_block_of_refused_transactions() {
    let state = first_state();
    let good = Transaction::transfer(FIRST, 1, SECOND, 5);
    let refused: Vec<(Value, &str)> = vec![
        (invoke(999_999, 1, "1"), ":NOBODY"),
        (sign(&Transaction::transfer(u64::MAX >> 1, 1, SECOND, 5)), ":NOBODY"),
        (invoke(FIRST, 0, "1"), ":SEQUENCE"),
        (invoke(FIRST, 2, "1"), ":SEQUENCE"),
        (invoke(FIRST, i64::MAX, "1"), ":SEQUENCE"),
        (invoke(FIRST, i64::MIN, "1"), ":SEQUENCE"),
        (invoke(8, 1, "1"), ":STATE"),
        (Value::Signed(signed(&good.value(), &key(1))), ":SIGNATURE"),
        (Value::Signed(Signed::new(Some(public(0)), [0; 64], good.value())), ":SIGNATURE"),
        (Value::Signed(Signed::new(None, [0; 64], good.value())), ":SIGNATURE"),
        (
            Value::Signed(Signed::new(
                Some(public(0)),
                *signed(&Transaction::transfer(FIRST, 1, SECOND, 6).value(), &key(0)).signature(),
                good.value(),
            )),
            ":SIGNATURE",
        ),
    ];
    let all: Vec<&(Value, &str)> = refused.iter().cycle().take(1024).collect();
    let result = run(&state, all.iter().map(|(value, _)| value.clone()).collect());
    assert_eq!(outcomes(&result), all.iter().map(|(_, code)| *code).collect::<Vec<_>>());
    assert!(result.results.iter().all(|applied| applied.fees == 0 && applied.juice_fees == 0));
    let accounts = |state: &State| Value::from(state.accounts().expect("all is in memory")).hash();
    assert_eq!(accounts(&result.state), accounts(&state));
    assert_eq!(supply(&result.state), supply(&state));
}

/// A block that is refused leaves the state as it was, and each of its transactions fails with `:PEER`.
#[test]
fn refused_blocks() {
    let state = first_state();
    let now = state.global(Global::Timestamp).expect("all is in memory");
    let good = || invoke(FIRST, 1, "1");
    let with = |change: fn(&mut Block), transactions| {
        let mut block = block(&state, 0, transactions);
        change(&mut block);
        block
    };
    let blocks = [
        with(|block| block.author = public(2), vec![good()]),
        with(|block| block.timestamp = i64::MIN, vec![good()]),
        with(|block| block.timestamp -= 15 * 60 * 1000 + 2, vec![good()]),
        with(|_| (), vec![good(), Value::Nil]),
        with(|_| (), vec![good(), good(), Value::Signed(signed(&1.into(), &key(0)))]),
        with(|_| (), vec![Transaction::transfer(FIRST, 1, SECOND, 5).value()]),
        with(|_| (), vec![good(); 1025]),
        with(|_| (), vec![Value::Signed(signed(&record(0xd1, vec![Value::Nil; 4]), &key(0)))]),
        with(
            |_| (),
            vec![Value::Signed(signed(
                &record(0xd3, vec![Value::Address(FIRST), 1.into(), 4.into(), Vector::empty().into()]),
                &key(0),
            ))],
        ),
    ];
    for (i, block) in blocks.iter().enumerate() {
        let result = apply(&state, block);
        assert!(result.refused.is_some(), "{i}");
        assert_eq!(result.state.value().hash(), state.value().hash(), "{i}");
        assert_eq!(result.results.len() as u64, block.transactions.count().min(1024), "{i}");
        assert!(outcomes(&result).iter().all(|code| code == ":PEER"), "{i}");
    }
    let oldest = with(|block| block.timestamp -= 15 * 60 * 1000 + 1, vec![good()]);
    assert_eq!(apply(&state, &oldest).refused, None);
    let latest = Block { timestamp: i64::MAX, ..block(&state, 0, vec![good()]) };
    let result = apply(&state, &latest);
    assert_eq!((result.refused, outcomes(&result)), (None, vec!["1".to_owned()]));
    assert!(now < i64::MAX);
}

fn extreme() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(i64::MIN),
        Just(i64::MIN + 1),
        Just(-1),
        Just(0),
        Just(1),
        Just(1_000_000_000_000_000_000),
        Just(i64::MAX - 1),
        Just(i64::MAX),
        any::<i64>(),
    ]
}

const FORMS: [&str; 12] = [
    "1",
    "(transfer #13 5)",
    "(transfer #13 *balance*)",
    "(set-memory 5)",
    "(set-memory 9223372036854775807)",
    "(transfer-memory #13 *memory*)",
    "(def x [1 2 3 [\"a long string, to use some memory of the state, is here: it is not embedded but a branch of its \
      own, as it is more than one hundred and forty bytes\"]])",
    "(set-stake (account #12) 5)",
    "(loop [] (recur))",
    "(deploy '(defn receive-coin [a b c] (accept *offer*)))",
    "(schedule* 9223372036854775807 (compile '1))",
    "(set-peer-stake (get (account #12) :key) 9000000000000000)",
];

/// A state whose numbers are beyond all sense, as only a stranger could make it.
fn strange(numbers: &[i64]) -> State {
    let state = first_state();
    let mut at = numbers.iter().copied().cycle();
    let mut next = move || at.next().unwrap_or(0);
    let mut state = [FIRST, SECOND, 0].into_iter().fold(state, |state, address| {
        let account = account(&state, address);
        let account = account.with_balance(next()).and_then(|a| a.with_allowance(next()));
        let account = account.and_then(|a| a.with_sequence(next())).expect("all is in memory");
        state.with_account(address, &account).expect("all is in memory")
    });
    for global in
        [Global::JuicePrice, Global::PoolBytes, Global::PoolCoppers, Global::Block, Global::Timestamp]
    {
        if next() % 3 == 0 {
            state = state.with_global(global, next()).expect("all is in memory");
        }
    }
    let strange = peer(&state, 1).with_own_stake(next()).and_then(|peer| peer.with_stake_of(FIRST, next()));
    state
        .with_peer(&lang::Blob::new(&public(1)), &strange.expect("all is in memory"))
        .expect("all is in memory")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn states_beyond_all_sense_do_not_matter(
        numbers in prop::collection::vec(extreme(), 17..40),
        forms in prop::collection::vec(0..FORMS.len(), 1..6),
        author in 0u8..2,
        timestamp in extreme(),
    ) {
        let state = strange(&numbers);
        let mut sequence = account(&state, FIRST).sequence().expect("all is in memory");
        let transactions = forms.iter().map(|form| {
            sequence = sequence.saturating_add(1);
            invoke(FIRST, sequence, FORMS[*form])
        });
        let block = Block { timestamp, ..block(&first_state(), author, transactions.collect()) };
        let result = apply(&state, &block);
        prop_assert_eq!(result.results.len(), forms.len());
        let again = apply(&state, &block);
        prop_assert_eq!(result.state.value().hash(), again.state.value().hash());
    }

    #[test]
    fn spoilt_blocks_are_judged_or_refused(spoilt in prop::collection::vec((0usize..2_000, any::<u8>()), 0..4), cut in 0usize..4_000) {
        let state = first_state();
        let transactions = vec![
            invoke(FIRST, 1, "(def a 1)"),
            sign(&Transaction::transfer(SECOND, 1, FIRST, 5)),
            invoke(FIRST, 2, "(do (def b 2) (inc :a))"),
        ];
        let block = block(&state, 0, transactions);
        let value = record(TAG, vec![block.timestamp.into(), block.transactions.into()]);
        let mut bytes = message::encode(&Value::Signed(signed(&value, &key(0)))).expect("all is in memory");
        for (place, bits) in spoilt {
            let place = place % bytes.len();
            bytes[place] ^= bits;
        }
        bytes.truncate(cut.max(1));
        let Ok(value) = message::decode(&bytes) else { return Ok(()) };
        let Ok(Some(block)) = Block::from_value(&value) else { return Ok(()) };
        // A part that is missing is a fault, not a verdict.
        let Ok(result) = block::apply(&state, &block, &signature::is_good) else { return Ok(()) };
        prop_assert_eq!(supply(&result.state), supply(&state));
        if result.refused.is_some() {
            prop_assert_eq!(result.state.value().hash(), state.value().hash());
        }
    }
}
