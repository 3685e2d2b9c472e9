//! How fast transactions become final in a network of peers in this process, with real time.
//!
//! `cargo bench -p cvx-node --bench network` prints two tables: how long one transaction takes from
//! submission to its answer, one at a time; and how many presigned transfers a second become final,
//! beside the checks of their signatures alone on the same cores in the same run.

#![allow(clippy::disallowed_methods, reason = "a benchmark has a clock")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use lang::{Blob, Signed};
use node::network::{Options, local_keys, with_peers};
use node::sign::{SigningKey, sign};
use node::{Clock, Network, Node, Verdicts};
use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};
use vm::{Account, State, Transaction};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SENDERS: u64 = 100;
const TRANSFERS: u64 = 200_000;
const SINGLE: usize = 200;
const COPPERS: i64 = 1_000_000_000_000;
/// How many transactions are verified at once when that is measured alone: as many as intake takes.
const BATCH: usize = 1 << 10;

fn key(n: u64) -> SigningKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&n.to_be_bytes());
    SigningKey::from_bytes(&seed)
}

/// A state with peers and senders, and the address of the first sender.
fn state(peers: usize) -> (State, u64) {
    let genesis = stdlib::genesis().expect("the library builds");
    let mut state = with_peers(&genesis, peers).expect("the peers are those of genesis");
    let first = state.next_address().expect("all is in memory");
    for n in 0..SENDERS {
        let key = Blob::new(&key(n).verifying_key().to_bytes());
        let account = Account::new(Some(key), COPPERS);
        state = state.with_account(first + n, &account).expect("all is in memory");
    }
    (state, first)
}

fn start(peers: usize) -> (Network, u64) {
    let (genesis, first) = state(peers);
    let options = Options { genesis, keys: local_keys(peers), clock: Clock::real() };
    let network = Network::start(options).expect("there are threads");
    // Each peer makes a first block; what is measured begins after them.
    for node in network.nodes() {
        node.wait_beyond(peers as u64 - 1, Duration::from_secs(10));
    }
    (network, first)
}

/// Milliseconds from submission to the answer, one transaction at a time.
fn latencies(peers: usize) -> Vec<f64> {
    let (network, first) = start(peers);
    let node = &network.nodes()[0];
    let presigned: Vec<Signed> = (1..=SINGLE as i64)
        .map(|sequence| sign(&Transaction::transfer(first, sequence, first + 1, 1).value(), &key(0)))
        .collect();
    let mut times: Vec<f64> = presigned
        .into_iter()
        .map(|signed| {
            let (sender, receiver) = channel();
            let begun = Instant::now();
            let sent = node.submit(signed, move |outcome| drop(sender.send(outcome)));
            assert!(sent.is_ok());
            let outcome = receiver.recv().expect("an answer comes");
            assert!(outcome.applied.result.is_ok());
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    network.stop();
    times.sort_by(f64::total_cmp);
    times
}

/// The transfers, in the order in which they are handed in: each sender in turn.
fn transfers(first: u64) -> Vec<Signed> {
    let keys: Vec<SigningKey> = (0..SENDERS).map(key).collect();
    (0..TRANSFERS)
        .map(|n| {
            let (sender, sequence) = (n % SENDERS, n / SENDERS + 1);
            let to = first + (sender + 7) % SENDERS;
            sign(
                &Transaction::transfer(first + sender, sequence as i64, to, 1).value(),
                &keys[sender as usize],
            )
        })
        .collect()
}

/// Seconds until all are final, from the first that is handed in.
fn finality(node: &Node, transfers: Vec<Signed>) -> f64 {
    let (sender, receiver) = channel();
    let count = transfers.len();
    let begun = Instant::now();
    for signed in transfers {
        let sender = sender.clone();
        let reply = move |outcome: node::Outcome| {
            // The count of those that arrive is checked.
            let _ = sender.send(outcome.applied.result.is_ok());
        };
        assert!(node.submit_waiting(signed, reply).is_ok());
    }
    drop(sender);
    let good = receiver.iter().take(count).filter(|is_good| *is_good).count();
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(good, count, "all transfers succeed");
    seconds
}

/// Seconds to verify all signatures, in the batches of intake.
fn verification(transfers: &[Signed]) -> f64 {
    let verdicts = Verdicts::new(available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let signed: Vec<&Signed> = transfers.iter().collect();
    let begun = Instant::now();
    signed.chunks(BATCH).for_each(|batch| verdicts.judge(batch));
    begun.elapsed().as_secs_f64()
}

fn main() {
    println!("| peers | median ms | 95 % ms | worst ms |\n|---|---|---|---|");
    for peers in [1, 5, 8] {
        let times = latencies(peers);
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
        println!("| {peers} | {:.2} | {:.2} | {:.2} |", at(50), at(95), at(100));
    }
    println!("\n| peers | signatures/s | final/s | part |\n|---|---|---|---|");
    for peers in [1, 5] {
        let (network, first) = start(peers);
        let transfers = transfers(first);
        // Fresh values, so that no hash is known from before.
        let copies = self::transfers(first);
        let alone = TRANSFERS as f64 / verification(&copies);
        drop(copies);
        let together = TRANSFERS as f64 / finality(&network.nodes()[0], transfers);
        println!("| {peers} | {alone:.0} | {together:.0} | {:.2} |", together / alone);
        network.stop();
    }
}
