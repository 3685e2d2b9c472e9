//! How fast blocks are applied: 1,000 transactions of as many accounts, each with a key of its own.
//!
//! Each measurement covers the verdicts on the signatures (on one thread or two, or found before), the transactions,
//! and the hash of the state afterwards. Decoding the block is not part of it.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use lang::{Blob, Hash, Record, Signed, Value, Vector, message, reader};
use node::sign::{SigningKey, sign};
use node::verify::Verdicts;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::Duration;
use vm::block::{self, Block, TAG};
use vm::context::Surroundings;
use vm::genesis::Parameters;
use vm::state::Global;
use vm::{Account, State, Transaction, apply};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SENDERS: u64 = 1_000;
const COPPERS: i64 = 1_000_000_000_000;
const ALLOWANCE_BYTES: i64 = 1_000_000;
const AUTHOR: u8 = 1;

/// A token as people write it: balances of accounts in a map.
const TOKEN: &str = "(deploy '(do
  (def supply 1000000000)
  (def balances {})
  (defn balance ^{:callable true} [who] (get balances who 1000))
  (defn move ^{:callable true} [to n]
    (let [mine (balance *caller*)]
      (assert (<= 0 n mine))
      (def balances (assoc balances *caller* (- mine n)))
      (def balances (assoc balances to (+ (balance to) n)))
      n))))";

fn key(n: u64) -> SigningKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&n.to_be_bytes());
    SigningKey::from_bytes(&seed)
}

fn author() -> SigningKey {
    SigningKey::from_bytes(&[AUTHOR; 32])
}

/// A state with the senders and a token; the addresses of the first sender and of the token.
fn state() -> (State, u64, u64) {
    let parameters =
        Parameters { peer_keys: vec![author().verifying_key().to_bytes()], ..Parameters::local() };
    let state = vm::genesis::build(&parameters, &stdlib::LIBRARY).expect("the library builds");
    let token = state.next_address().expect("all is in memory");
    let form = reader::read_one(TOKEN, 0).expect("it reads").value;
    let surroundings = Surroundings::of(&state).expect("all is in memory");
    let (mut state, deployed) =
        apply::apply(state, &Transaction::invoke(11, 1, form), surroundings).expect("all is in memory");
    assert!(deployed.result.is_ok(), "{:?}", deployed.result.err());
    let first = state.next_address().expect("all is in memory");
    for n in 0..SENDERS {
        let key = Blob::new(&key(n).verifying_key().to_bytes());
        let account = Account::new(Some(key), COPPERS).with_allowance(ALLOWANCE_BYTES).expect("it is here");
        state = state.with_account(first + n, &account).expect("all is in memory");
    }
    state.value().hash();
    state.value().memory_size().expect("all is in memory");
    (state, first, token)
}

/// A block as it arrives: a transaction of each sender.
fn bytes(state: &State, transaction: impl Fn(u64) -> Transaction) -> Vec<u8> {
    let transactions = (0..SENDERS).map(|n| Value::Signed(sign(&transaction(n).value(), &key(n))));
    let timestamp = state.global(Global::Timestamp).expect("all is in memory") + 1;
    let fields = [timestamp.into(), Vector::from_values(transactions).into()];
    let value = Record::new(TAG, Vector::from_values(fields)).into();
    message::encode(&Value::Signed(sign(&value, &author()))).expect("all is in memory")
}

fn arrive(bytes: &[u8]) -> Block {
    let value = message::decode(bytes).expect("it was encoded");
    Block::from_value(&value).expect("it is whole").expect("it is a block")
}

fn judge(block: &Block, threads: usize) -> Verdicts {
    let signed: Vec<&Signed> = block
        .transactions
        .iter()
        .filter_map(|value| match value {
            Ok(Value::Signed(signed)) => Some(signed),
            _ => None,
        })
        .collect();
    let verdicts = Verdicts::new(NonZeroUsize::new(threads).expect("it is not zero"));
    verdicts.judge(&signed);
    verdicts
}

fn run(state: &State, block: &Block, verdicts: &Verdicts) -> Hash {
    let result = block::apply(state, block, &|signed| verdicts.is_good(signed)).expect("all is in memory");
    assert_eq!(result.refused, None);
    assert!(result.results.iter().all(|applied| applied.result.is_ok()));
    result.state.value().hash()
}

fn blocks(criterion: &mut Criterion) {
    let (state, first, token) = state();
    let call = |n: u64| {
        let form = format!("(call #{token} (move #{} 1))", first + (n + 7) % SENDERS);
        Transaction::invoke(first + n, 1, reader::read_one(&form, 0).expect("it reads").value)
    };
    let transfer = |n: u64| Transaction::transfer(first + n, 1, first + (n + 7) % SENDERS, 5);
    for (name, bytes) in [("transfers", bytes(&state, transfer)), ("token calls", bytes(&state, call))] {
        let mut group = criterion.benchmark_group(name);
        group
            .throughput(Throughput::Elements(SENDERS))
            .sample_size(20)
            .measurement_time(Duration::from_secs(4));
        for threads in [1, 2] {
            group.bench_function(format!("verified, {threads} threads"), |bencher| {
                bencher.iter_batched(
                    || arrive(&bytes),
                    |block| black_box(run(&state, &block, &judge(&block, threads))),
                    BatchSize::LargeInput,
                );
            });
        }
        group.bench_function("known good", |bencher| {
            bencher.iter_batched(
                || {
                    let block = arrive(&bytes);
                    let verdicts = judge(&block, 2);
                    (block, verdicts)
                },
                |(block, verdicts)| black_box(run(&state, &block, &verdicts)),
                BatchSize::LargeInput,
            );
        });
        for threads in [1, 2] {
            group.bench_function(format!("verdicts alone, {threads} threads"), |bencher| {
                bencher.iter_batched(
                    || arrive(&bytes),
                    |block| judge(&block, threads),
                    BatchSize::LargeInput,
                );
            });
        }
        group.finish();
    }
}

criterion_group!(benches, blocks);
criterion_main!(benches);
