//! Applying blocks: the transactions and the hash of the state afterwards. Signatures are taken for good, as they
//! are judged beforehand (`cargo bench -p cvx-node` measures that too).

use super::Work;
use lang::{Blob, Record, Signed, Value, Vector, reader};
use std::cell::LazyCell;
use std::rc::Rc;
use vm::block::{self, Block, TAG};
use vm::context::Surroundings;
use vm::genesis::Parameters;
use vm::state::Global;
use vm::{Account, State, Transaction, apply};

const SENDERS: u64 = 1_000;
const COPPERS: i64 = 1_000_000_000_000;
const ALLOWANCE_BYTES: i64 = 1_000_000;
const PEER: [u8; 32] = [1; 32];

/// A token whose balances are a map.
const TOKEN: &str = "(deploy '(do
  (def balances {})
  (defn balance ^{:callable true} [who] (get balances who 1000))
  (defn move ^{:callable true} [to n]
    (let [mine (balance *caller*)]
      (assert (<= 0 n mine))
      (def balances (assoc balances *caller* (- mine n)))
      (def balances (assoc balances to (+ (balance to) n)))
      n))))";

fn key(n: u64) -> [u8; 32] {
    let mut key = [7; 32];
    key[..8].copy_from_slice(&n.to_be_bytes());
    key
}

/// A state with the senders and a token; the addresses of the first sender and of the token.
fn state() -> (State, u64, u64) {
    let parameters = Parameters { peer_keys: vec![PEER], ..Parameters::local() };
    let state = vm::genesis::build(&parameters, &stdlib::LIBRARY).expect("the library builds");
    let token = state.next_address().expect("all is in memory");
    let form = reader::read_one(TOKEN, 0).expect("it reads").value;
    let surroundings = Surroundings::of(&state).expect("all is in memory");
    let transaction = Transaction::invoke(11, 1, form);
    let (mut state, deployed) = apply::apply(state, &transaction, surroundings).expect("all is in memory");
    assert!(deployed.result.is_ok(), "{:?}", deployed.result.err());
    let first = state.next_address().expect("all is in memory");
    for n in 0..SENDERS {
        let account = Account::new(Some(Blob::new(&key(n))), COPPERS);
        let account = account.with_allowance(ALLOWANCE_BYTES).expect("it is here");
        state = state.with_account(first + n, &account).expect("all is in memory");
    }
    state.value().hash();
    state.value().memory_size().expect("all is in memory");
    (state, first, token)
}

/// A block with a transaction of each sender.
fn block(state: &State, transaction: impl Fn(u64) -> Transaction) -> Block {
    let sign = |key, value: Value| Value::Signed(Signed::new(Some(key), [0; 64], value));
    let transactions = (0..SENDERS).map(|n| sign(key(n), transaction(n).value()));
    let timestamp = state.global(Global::Timestamp).expect("all is in memory") + 1;
    let fields = [timestamp.into(), Vector::from_values(transactions).into()];
    let value = sign(PEER, Record::new(TAG, Vector::from_values(fields)).into());
    Block::from_value(&value).expect("it is whole").expect("it is a block")
}

/// A state and a block to apply to it.
type Ready = LazyCell<(State, Block), Box<dyn FnOnce() -> (State, Block)>>;

fn transfers() -> (State, Block) {
    let (state, first, _) = state();
    let transfer = |n: u64| Transaction::transfer(first + n, 1, first + (n + 7) % SENDERS, 5);
    let block = block(&state, transfer);
    (state, block)
}

fn calls() -> (State, Block) {
    let (state, first, token) = state();
    let call = |n: u64| {
        let form = format!("(call #{token} (move #{} 1))", first + (n + 7) % SENDERS);
        Transaction::invoke(first + n, 1, reader::read_one(&form, 0).expect("it reads").value)
    };
    let block = block(&state, call);
    (state, block)
}

pub fn works() -> Vec<Work> {
    vec![work("1,000 transfers", transfers), work("1,000 calls of a token", calls)]
}

fn work(name: &str, ready: fn() -> (State, Block)) -> Work {
    let ready: Rc<Ready> = Rc::new(LazyCell::new(Box::new(ready)));
    Work::new("blocks", name, SENDERS, "transaction", move || {
        let ready = ready.clone();
        LazyCell::force(&ready);
        move || {
            let (state, block) = &**ready;
            let result = block::apply(state, block, &|_| true).expect("all is in memory");
            assert_eq!(result.refused, None);
            assert!(result.results.iter().all(|applied| applied.result.is_ok()));
            result.state.value().hash();
            result
        }
    })
}
