//! Random networks: 200 seeds of a minute, in which nothing that is final may ever change, and
//! finality must move again.

use consensus::{Defence, Defences};
use sim::batch::{Batch, batch, smallest};
use sim::{Liveness, Mix, run};
use std::thread::available_parallelism;

const MINUTE: i64 = 60_000;

/// Seeds whose networks end in a split (`Liveness::Split`): peers came to consensus on different
/// blocks at a position, which none of them may leave. Nothing that is final changes in them. What
/// is left when their schedules are shrunk:
///
/// - 151: five peers, no fault, no liar: at position 20.
/// - 191: ten peers, of which one crashes for 10 s and one is slow for 10 s: at position 128.
const SPLIT: [u64; 2] = [151, 191];

fn threads() -> usize {
    available_parallelism().map_or(1, usize::from)
}

fn report(batch: &Batch) -> String {
    let line = |(seed, outcome): &(u64, sim::Outcome)| {
        let what = match &outcome.broken {
            Some((time, broken)) => format!("at {time} ms {broken}"),
            None => format!("{:?}", outcome.liveness),
        };
        format!("seed {seed}: {what}\n")
    };
    batch.bad.iter().map(line).collect()
}

#[test]
fn two_hundred_networks_agree() {
    let batch = batch(1..201, MINUTE, Defences::all(), threads(), |_, _| {});
    println!("{}", batch.tally);
    assert_eq!(batch.broken().count(), 0, "{}", report(&batch));
    assert_eq!(batch.stuck().count(), 0, "{}", report(&batch));
    let split: Vec<u64> = batch.split().map(|(seed, _)| *seed).collect();
    assert_eq!(split, SPLIT, "{}", report(&batch));
    assert!(batch.not_expected * 10 < batch.runs, "most networks keep enough honest stake");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in [3, 11, 42] {
        let mix = Mix::draw(seed, 20_000);
        assert_eq!(run(&mix, Defences::all(), 0).digest, run(&mix, Defences::all(), 0).digest);
    }
}

/// Four honest peers, no fault, clocks half a second apart, all fresh from genesis. When orders of
/// clocks that are ahead waited, and proposals needed decayed weight alone, each half gave up its
/// own for that of the other, and this network stood still.
#[test]
fn old_votes_of_clocks_that_are_ahead_split_no_network() {
    let mix = Mix { faults: Vec::new(), liars: Vec::new(), ..Mix::draw(101, MINUTE) };
    let outcome = run(&mix, Defences::all(), 0);
    assert_eq!((outcome.broken, outcome.liveness), (None, Liveness::Moved));
}

/// The simulator can find what it is for: without defences, networks break within a few seeds.
#[test]
fn without_defences_networks_break() {
    let batch = batch(1..41, 30_000, Defences::none(), threads(), |_, _| {});
    assert!(batch.broken().count() > 0, "40 networks without defences all agreed");
    let (seed, _) = batch.broken().next().expect("there is one");
    let (small, outcome) = smallest(*seed, 30_000, Defences::none()).expect("it goes wrong again");
    assert!(outcome.broken.is_some());
    assert!(small.faults.len() <= Mix::draw(*seed, 30_000).faults.len());
}

/// Each of these defences alone is missed: some network breaks or stops without it.
#[test]
fn each_defence_of_safety_is_needed() {
    for defence in [Defence::Ratchets, Defence::DurableOrders] {
        let batch = batch(1..61, 30_000, Defences::all().without(defence), threads(), |_, _| {});
        assert!(!batch.bad.is_empty(), "60 networks without {} all agreed", defence.name());
    }
}
