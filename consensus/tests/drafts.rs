//! What a peer leaves out of its blocks: each row of the machine's differences at which the
//! reference voids a block.

mod support;

use consensus::draft::{Draft, Simulated, simulate};
use lang::{Blob, Record, Signed, Value, Vector, reader, record};
use support::{UNIT, key, signer};
use vm::foreign::ForeignCrash;
use vm::genesis::{self, Parameters};
use vm::state::Global;
use vm::transaction::{MULTI, Transaction};
use vm::{State, peer};

/// The user that the transactions come from, with the key of peer 0.
const USER: u64 = 12;

/// A network of two peers, fresh from genesis.
fn state() -> State {
    let parameters = Parameters {
        peer_keys: vec![key(0), key(1)],
        stakes: Some(vec![10 * UNIT; 2]),
        governance_key: key(0),
        first_user_key: key(0),
    };
    genesis::build(&parameters, &stdlib::LIBRARY).unwrap()
}

fn draft(state: &State, transactions: Vec<Value>) -> Simulated {
    let transactions: Vec<Signed> = transactions.iter().map(sign).collect();
    // No time passes, in which the memory pool would grow.
    let timestamp = state.global(Global::Timestamp).unwrap();
    let draft = Draft { state: state.clone(), pending: Vec::new(), author: key(0), timestamp, transactions };
    simulate(&draft, &*signer(0)).unwrap()
}

fn sign(value: &Value) -> Signed {
    consensus::Signatures::sign(&*signer(0), value)
}

fn form(source: &str) -> Value {
    reader::read_one(source, 0).unwrap().value
}

fn invoke(sequence: i64, source: &str) -> Value {
    Transaction::invoke(USER, sequence, form(source)).value()
}

/// Beside a transfer, a program is left out for a reason, or nothing is.
fn check_in(state: &State, source: &str, expected: Option<ForeignCrash>) {
    check_value(state, &invoke(1, source), source, expected);
}

fn check_value(state: &State, value: &Value, name: &str, expected: Option<ForeignCrash>) {
    let found = draft(state, vec![value.clone(), Transaction::transfer(11, 1, USER, 5).value()]);
    let reasons: Vec<&str> = found.left_out.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, Vec::from_iter(expected.map(ForeignCrash::reason)), "{name}");
    assert_eq!(found.kept.len(), if expected.is_some() { 1 } else { 2 }, "{name}");
}

/// The lowest integer there is, `-(2^32767)`, as a program.
const LOWEST: &str = "(loop [k 1 p 256 all 256]
    (if (== k 12) (* -128 all) (let [q (* p p)] (recur (inc k) q (* all q)))))";

#[test]
fn numbers_that_do_not_fit_between() {
    let state = state();
    let with_lowest = |text: &str| format!("(let [m {LOWEST}] {text})");
    for (text, expected) in [
        ("(- m 1 1)", Some(ForeignCrash::Difference)),
        ("(try (- m 1 0 5) 7)", Some(ForeignCrash::Difference)),
        ("(- m 0 1)", None),
        ("(- m 1)", None),
        ("(- 5 1 1)", None),
        ("(+ m -1 1)", None),
        ("(mod 5 m)", Some(ForeignCrash::Modulo)),
        ("(mod 5 (inc m))", None),
        ("(mod m m)", None),
        ("(quot 5 m)", None),
    ] {
        check_in(&state, &with_lowest(text), expected);
    }
}

#[test]
fn functions_without_metadata() {
    let state = state();
    for (text, expected) in [
        ("(do (def f (fn [] 1)) (callable? *address* 'f))", Some(ForeignCrash::NoMetadata)),
        ("(do (def f (fn [] 1)) (try (call *address* (f)) 3))", Some(ForeignCrash::NoMetadata)),
        ("(do (def f (fn [] 1)) (query (callable? *address* 'f)))", Some(ForeignCrash::NoMetadata)),
        ("(do (def f 1) (callable? *address* 'f))", None),
        ("(do (defn ^:callable f [] 1) (call *address* (f)))", None),
        ("(do (defn ^:other f [] 1) (callable? *address* 'f))", None),
        ("(callable? *address* 'f)", None),
    ] {
        check_in(&state, text, expected);
    }
}

#[test]
fn stakes_that_were_withdrawn() {
    let state = state();
    let k = format!("0x{}", "07".repeat(32));
    let with_peer = |text: &str| format!("(do (create-peer {k} 1000000) {})", text.replace("KEY", &k));
    for (text, expected) in [
        ("(set-stake KEY 5) (set-stake KEY 0) (evict-peer KEY)", Some(ForeignCrash::Eviction)),
        ("(set-stake KEY 5) (evict-peer KEY)", None),
        ("(evict-peer KEY)", None),
    ] {
        check_in(&state, &with_peer(text), expected);
    }
}

#[test]
fn delegated_shares_below_zero() {
    let mut state = state();
    let rich = peer::Peer::new(USER, 5 * UNIT).with_stake_of(USER, 1_000).unwrap();
    state = state.with_peer(&Blob::new(&[7; 32]), &rich.with_reward(5 * UNIT, 0).unwrap()).unwrap();
    let k = format!("0x{}", "07".repeat(32));
    let crash = Some(ForeignCrash::NegativeShares);
    for (text, expected) in [
        ("(set-stake KEY 0)", crash),
        ("(do (set-stake KEY 0) (get-peer-stake KEY))", crash),
        ("(set-stake KEY 2000)", None),
        ("(get-stake KEY *address*)", None),
    ] {
        check_in(&state, &text.replace("KEY", &k), expected);
    }
}

#[test]
fn ops_without_their_parts() {
    let state = state();
    for (text, expected) in [
        ("#[c211011102]", Some(ForeignCrash::Malformed)),
        ("(try #[c211011102] 1)", Some(ForeignCrash::Malformed)),
        ("(reduced 1)", None),
    ] {
        check_in(&state, text, expected);
    }
}

#[test]
fn what_is_not_a_function_after_an_error_was_caught() {
    let state = state();
    for (text, expected) in [
        ("((try (fail 1) 1) 2)", Some(ForeignCrash::NotAFunction)),
        ("((do (try (fail 1) 1)) 2)", Some(ForeignCrash::NotAFunction)),
        ("((try 1) 2)", None),
        ("(1 2)", None),
        ("((try (fail 1) inc) 2)", None),
    ] {
        check_in(&state, text, expected);
    }
}

#[test]
fn more_memory_than_the_pool_holds() {
    let mut state = state();
    state.change_account(USER, |account| account.set_allowance(0)).unwrap();
    let source = "(def x [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29])";
    check_in(&state, source, None);
    state = state.with_global(Global::PoolBytes, 10).unwrap();
    check_in(&state, source, Some(ForeignCrash::MemoryPool));
}

#[test]
fn call_transactions() {
    let state = state();
    let fields = [Value::Address(USER), 1.into(), Value::Address(9), 0.into()];
    let fields = fields.into_iter().chain([Value::symbol("read"), Vector::empty().into()]);
    let call: Value = Record::new(record::tag::CALL, Vector::from_values(fields)).into();
    check_value(&state, &call, "alone", Some(ForeignCrash::Call));
    for (mode, parts) in [(0, vec![call.clone()]), (2, vec![invoke(1, "(fail 1)"), call])] {
        let fields = [Value::Address(USER), 1.into(), mode.into(), Vector::from_values(parts).into()];
        let multi = Record::new(MULTI, Vector::from_values(fields)).into();
        check_value(&state, &multi, "in a Multi", Some(ForeignCrash::Call));
    }
}

/// What comes behind one that is left out is judged without it.
#[test]
fn what_builds_on_one_that_is_left_out_is_judged_anew() {
    let state = state();
    let crash = "(do (def f (fn [] 1)) (callable? *address* 'f))";
    let found = draft(&state, vec![invoke(1, crash), invoke(2, "(f)"), invoke(1, "(def g 1)")]);
    // The first crashes the reference; without it the second has no right sequence, and the third
    // has.
    let kept: Vec<Value> = found.kept.into_iter().map(Value::Signed).collect();
    assert_eq!(kept, [Value::Signed(sign(&invoke(1, "(def g 1)")))]);
    assert_eq!(found.left_out.len(), 2);
    // Each of these is due when those before it are gone. That ends within a bound, and what comes
    // before them stays.
    let mut many = vec![Transaction::transfer(11, 1, USER, 5).value()];
    many.extend((0..8).map(|_| invoke(1, crash)));
    let found = draft(&state, many);
    assert_eq!((found.kept.len(), found.left_out.len()), (1, 8));
}
