//! Transactions and blocks of strangers: bytes as they come, values built from them, and signed blocks with some bytes
//! changed. They are judged or refused; what must not happen is a panic, a change by what is refused, or sizes that
//! are not those of the state.

#![no_main]

use cvx_fuzz::build;
use lang::{Blob, Index, Record, Signed, Value, Vector, message};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;
use vm::block::{self, Block, TAG};
use vm::context::Surroundings;
use vm::peer::Peer;
use vm::state::Global;
use vm::transaction::{CALL, INVOKE, MULTI, TRANSFER};
use vm::{Account, State, Transaction, apply};

const AUTHOR: [u8; 32] = [7; 32];
/// The last two accounts stand in the cell of the vector itself, which is about as long as may be embedded.
const USERS: std::ops::Range<u64> = 9..18;
/// Few coins, so that juice runs out before long, too.
const COPPERS: i64 = 4_000_000;
const STAKE: i64 = 1_000_000_000_000;

/// A small state: an empty core, users with the key of the author, and the author as a peer.
fn first() -> &'static State {
    static FIRST: OnceLock<State> = OnceLock::new();
    FIRST.get_or_init(|| {
        let key = || Some(Blob::new(&AUTHOR));
        let natives = lang::native::NATIVE.iter();
        let core =
            lang::Map::from_entries(natives.map(|(code, name)| (Value::symbol(name), Value::native(*code))));
        let accounts = (0..USERS.end).map(|address| {
            let account = Account::new(key().filter(|_| USERS.contains(&address)), COPPERS);
            match address {
                8 => account.with_environment(core.clone()).expect("it is here").value(),
                _ => account.with_allowance(100).expect("it is here").value(),
            }
        });
        let peers = Index::empty().assoc(Blob::new(&AUTHOR).into(), Peer::new(USERS.start, STAKE).value());
        let peers = peers.expect("it is here").expect("a blob is a key");
        let globals = [1_000_000, 0, 10, 1_000_000, 1_000_000_000, -1].map(Value::Integer);
        State::new(Vector::from_values(accounts), peers, Vector::from_values(globals), Index::empty())
    })
}

/// Fields that make a transaction of any kind, most of the time.
fn transaction(kind: u8, origin: u64, value: Value) -> Value {
    let (origin, next) = (Value::Address(origin), Value::Integer(1));
    let target = Value::Address(USERS.start + 1);
    let (tag, fields) = match kind % 4 {
        0 => (INVOKE, vec![origin, next, value]),
        1 => (TRANSFER, vec![origin, next, target, value]),
        2 => {
            let args = Vector::from_values([value]);
            (CALL, vec![origin, next, target, 5.into(), Value::symbol("x"), args.into()])
        }
        _ => {
            let inner = transaction(kind / 4, USERS.start, value);
            let parts = Vector::from_values([inner.clone(), inner]);
            (MULTI, vec![origin, next, i64::from(kind / 4 % 4).into(), parts.into()])
        }
    };
    Record::new(tag, Vector::from_values(fields)).into()
}

fn signed(value: Value) -> Value {
    Value::Signed(Signed::new(Some(AUTHOR), [0; 64], value))
}

fuzz_target!(|input: &[u8]| {
    let Some(([way, kind, place, bits], input)) = input.split_first_chunk() else { return };
    if way % 3 == 0 {
        if let Ok(value) = message::decode(input) {
            check_transaction(&value);
            check_block(&value);
        }
        return;
    }
    let value = transaction(*kind, USERS.start + u64::from(place % 4), build(input).value);
    check_transaction(&value);
    let others = USERS.map(|origin| signed(transaction(0, origin, Value::symbol("*balance*"))));
    let transactions = Vector::from_values(std::iter::once(signed(value)).chain(others));
    let time = Value::Integer(1_000_000 + i64::from(*bits) * 1_000_000);
    let block = signed(Record::new(TAG, Vector::from_values([time, transactions.into()])).into());
    check_block(&block);
    if way % 3 == 1 {
        let mut bytes = message::encode(&block).expect("all is in memory");
        let place = usize::from(*place) * usize::from(*kind) % bytes.len();
        bytes[place] ^= bits;
        if let Ok(value) = message::decode(&bytes) {
            check_block(&value);
        }
    }
});

fn check_transaction(value: &Value) {
    let Ok(Some(transaction)) = Transaction::from_value(value) else { return };
    let surroundings = Surroundings::of(first()).expect("all is in memory");
    let Ok((state, applied)) = apply::apply(first().clone(), &transaction, surroundings) else { return };
    assert!(applied.fees >= 0 && applied.juice_fees >= 0);
    check_sizes(&state);
}

fn check_block(value: &Value) {
    let Ok(Some(block)) = Block::from_value(value) else { return };
    let Ok(result) = block::apply(first(), &block, &|_| true) else { return };
    let again = block::apply(first(), &block, &|_| true).expect("it was judged before");
    assert!(again.state.value().hash() == result.state.value().hash(), "the same block has the same effects");
    if result.refused.is_some() {
        assert!(result.state.value().hash() == first().value().hash(), "a refused block changes nothing");
    } else {
        assert_eq!(result.results.len() as u64, block.transactions.count());
        assert_eq!(result.state.global(Global::Block).ok(), Some(0));
    }
    check_sizes(&result.state);
}

/// Sizes kept up to date are those found from scratch.
fn check_sizes(state: &State) {
    let Ok(bytes) = message::encode(&state.value()) else { return };
    let Ok(copy) = message::decode(&bytes) else { return };
    assert!(copy.hash() == state.value().hash());
    assert_eq!(copy.memory_size().ok(), state.memory_size().ok());
}
