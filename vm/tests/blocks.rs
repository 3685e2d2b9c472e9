//! Blocks: where this machine differs from the reference on purpose, and where it shares an oddity that decides the
//! state.

mod network;

use lang::{Symbol, Value, Vector};
use network::*;
use vm::state::Global;
use vm::transaction::{CALL, MULTI, Mode};
use vm::{State, Transaction};

fn hex(key: [u8; 32]) -> String {
    key.iter().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn sequence(state: &State, address: u64) -> i64 {
    account(state, address).sequence().expect("all is in memory")
}

/// Runs forms of accounts, each as a block of the first peer, all of which must succeed.
fn run_all(state: &State, forms: &[(u64, &str)]) -> State {
    forms.iter().fold(state.clone(), |state, (origin, form)| {
        let result = run(&state, vec![invoke(*origin, sequence(&state, *origin) + 1, form)]);
        assert!(result.results[0].result.is_ok(), "{form}: {:?}", outcomes(&result));
        result.state
    })
}

fn multi(origin: u64, sequence: i64, mode: Mode, parts: Vec<Value>) -> Value {
    let fields = vec![
        Value::Address(origin),
        Value::Integer(sequence),
        Value::Integer(mode as i64),
        Vector::from_values(parts).into(),
    ];
    record(MULTI, fields)
}

/// The reference refuses the whole block.
#[test]
fn a_call_calls_a_function() {
    let state = genesis();
    let actor = state.next_address().expect("all is in memory");
    let state = run_all(
        &state,
        &[(USER, "(deploy '(do (defn add ^{:callable true} [a b] (do (accept *offer*) (+ a b *offer*)))))")],
    );
    let call = |function: &str, args: Vec<Value>| {
        let fields = vec![
            Value::Address(FIRST),
            Value::Integer(1),
            Value::Address(actor),
            Value::Integer(1_000),
            Symbol::new(function.as_bytes()).expect("it is a name").into(),
            Vector::from_values(args).into(),
        ];
        Value::Signed(signed(&record(CALL, fields), &key_of(FIRST)))
    };
    for (function, args, outcome, held) in [
        ("add", vec![1.into(), 2.into()], "3", 1_000),
        ("add", vec![1.into()], ":ARITY", 0),
        ("missing", vec![], ":STATE", 0),
    ] {
        let result = run(&state, vec![call(function, args)]);
        assert_eq!(outcomes(&result), [outcome], "{function}");
        assert_eq!(balance(&result.state, actor), held, "{function}");
        assert_eq!(supply(&result.state), supply(&state));
    }
}

/// The reference refuses the whole block.
#[test]
fn a_peer_that_lost_its_last_delegation_can_be_evicted() {
    let key = hex(public(1));
    let delegate = format!("(set-stake {key} 5000)");
    let withdraw = format!("(set-stake {key} 0)");
    let state = run_all(&genesis(), &[(USER, &delegate), (USER, &withdraw)]);
    assert!(peer(&state, 1).stakes().expect("all is in memory").is_none());
    let evicted = run_all(&state, &[(SECOND, &format!("(evict-peer {key})"))]);
    assert_eq!(evicted.peers().expect("all is in memory").count(), 1);
    assert_eq!(supply(&evicted), supply(&state));
}

/// The reference works until its memory is gone.
#[test]
fn a_block_runs_a_bounded_number_of_scheduled_operations() {
    let put = "(loop [i 0] (cond (< i 250) \
               (do (schedule* (+ *timestamp* 1) (compile '(def n (inc n)))) (recur (inc i))) i))";
    let mut state = run_all(&genesis(), &[(USER, "(def n 0)"), (USER, put)]);
    for ran in [100, 200, 250, 250] {
        state = run(&state, Vec::new()).state;
        let n = account(&state, USER)
            .definition(&Symbol::new(b"n").expect("it is a name").into())
            .map(Option::<&Value>::cloned);
        assert_eq!(n, Ok(Some(Value::from(ran))));
    }
    assert!(state.schedule().expect("all is in memory").is_empty());
}

/// In the reference every later block of the peer is void, and merges that see it fail.
#[test]
fn a_peer_goes_on_when_its_delegated_shares_fell_below_zero() {
    let key = hex(public(0));
    let delegate = format!("(set-stake {key} 100000000000000)");
    let withdraw = format!("(set-stake {key} 0)");
    let state = run_all(&genesis(), &[(SECOND, &delegate), (USER, "1"), (USER, "2")]);
    let before = supply(&state);
    let state = run_all(&state, &[(SECOND, &withdraw), (USER, "3"), (USER, "4")]);
    assert!(peer(&state, 0).delegated_shares().expect("all is in memory") < 0, "rewards were withdrawn too");
    assert_eq!(supply(&state), before);
}

/// The reference refuses the whole block.
#[test]
fn who_needs_the_whole_memory_pool_gets_none_of_it() {
    let state = genesis();
    let big = "(def x (loop [i 0 f 0] (cond (< i 18) (recur (inc i) [f f]) f)))";
    let result = run(&state, vec![invoke(FIRST, 1, big), invoke(USER, 1, "(+ 1 2)")]);
    assert_eq!(outcomes(&result), [":MEMORY", "3"]);
    let pool = |state: &State| state.global(Global::PoolBytes).expect("all is in memory");
    let allowance = |state: &State| account(state, FIRST).allowance().expect("all is in memory");
    let needed = result.results[0].memory_used - allowance(&state);
    assert!(needed >= pool(&state), "{needed} bytes are needed");
    let after = &result.state;
    assert_eq!(pool(after), pool(&state));
    assert_eq!(allowance(after), allowance(&state));
    assert_eq!(sequence(after, FIRST), 1);
    let x = Symbol::new(b"x").expect("it is a name").into();
    assert_eq!(account(after, FIRST).definition(&x).map(Option::<&Value>::cloned), Ok(None));
    assert_eq!(balance(&state, FIRST) - balance(after, FIRST), result.results[0].juice_fees);
    assert_eq!(supply(after), supply(&state));
}

/// As in the reference (its defect D3): coins appear.
#[test]
fn an_account_that_cannot_pay_is_not_charged_yet_its_fee_is_shared() {
    let state = genesis();
    let state = state.with_balance(FIRST, 5_009).expect("all is in memory");
    let result = run(&state, vec![invoke(FIRST, 1, "1"); 3]);
    assert_eq!(outcomes(&result), [":JUICE"; 3]);
    assert_eq!((balance(&result.state, FIRST), sequence(&result.state, FIRST)), (5_009, 0));
    let fee = result.results[0].transaction_juice as i128 * 10;
    assert_eq!(supply(&result.state) - supply(&state), 3 * fee);
}

/// As in the reference (its defect D4): coins are lost.
#[test]
fn who_gives_away_what_the_fee_needs_loses_it() {
    let state = genesis();
    let all = balance(&state, FIRST);
    let result = run(&state, vec![sign(&Transaction::transfer(FIRST, 1, SECOND, all))]);
    assert_eq!(outcomes(&result), [":JUICE"]);
    assert_eq!((balance(&result.state, FIRST), sequence(&result.state, FIRST)), (0, 1));
    assert_eq!(balance(&result.state, SECOND), balance(&state, SECOND), "the transfer is undone");
    assert_eq!(supply(&state) - supply(&result.state), i128::from(all - result.results[0].juice_fees));
}

/// As in the reference (its defect D6).
#[test]
fn a_multi_pays_for_the_juice_of_its_last_part_only() {
    let state = genesis();
    let part = |form| {
        Transaction::invoke(FIRST, 0, lang::reader::read_one(form, 0).expect("it reads").value).value()
    };
    let busy = part("(loop [i 0] (cond (< i 10000) (recur (inc i)) i))");
    let parts = vec![busy.clone(), busy.clone(), busy, Transaction::transfer(FIRST, 0, SECOND, 5).value()];
    let value = multi(FIRST, 1, Mode::All, parts);
    let result = run(&state, vec![Value::Signed(signed(&value, &key_of(FIRST)))]);
    assert!(result.results[0].result.is_ok());
    assert_eq!(result.results[0].juice, 200);
    assert_eq!(balance(&result.state, SECOND) - balance(&state, SECOND), 5);
}

/// As in the reference (its defect D9): coins appear.
#[test]
fn setting_the_stake_of_a_peer_pays_out_rewards_that_stay() {
    let state = run_all(&genesis(), &[(USER, "1"), (USER, "2")]);
    let shares = peer(&state, 0).own_shares().expect("all is in memory");
    let rewards = i128::from(peer(&state, 0).balance().expect("all is in memory") - shares);
    assert!(rewards > 0);
    let after = run_all(&state, &[(FIRST, &format!("(set-peer-stake {} {shares})", hex(public(0))))]);
    assert_eq!(supply(&after) - supply(&state), rewards);
}

/// As in the reference (its defect D11).
#[test]
fn data_are_set_of_the_peer_that_has_the_key_of_the_caller() {
    let form = format!("(set-peer-data {} {{:url \"a\"}})", hex(public(1)));
    let state = run_all(&genesis(), &[(FIRST, &form)]);
    let count = |number| peer(&state, number).metadata().expect("all is in memory").count();
    assert_eq!((count(0), count(1)), (1, 0));
}

/// The reference overflows its stack at some depth.
#[test]
fn transactions_inside_one_another_are_bounded() {
    let state = genesis();
    for (depth, innermost) in [(1_000, true), (1_024, true), (1_025, false), (20_000, false)] {
        let transfer = Transaction::transfer(FIRST, 0, SECOND, 7).value();
        let nested = (0..depth).fold(transfer, |inner, _| multi(FIRST, 1, Mode::Any, vec![inner]));
        let result = run(&state, vec![Value::Signed(signed(&nested, &key_of(FIRST)))]);
        assert_eq!(result.results.len(), 1);
        let moved = balance(&result.state, SECOND) - balance(&state, SECOND);
        assert_eq!(moved, if innermost { 7 } else { 0 }, "{depth}");
    }
}

#[test]
fn what_is_found_in_one_transaction_is_looked_for_again_in_the_next() {
    let state = genesis();
    let actor = state.next_address().expect("all is in memory");
    let hot = "(deploy '(do (def step 1)
                 (defn total ^{:callable true} [] (loop [i 0 n 0] (if (< i 500) (recur (inc i) (+ n step)) n)))
                 (defn change ^{:callable true} [n] (def step n))))";
    let state = run_all(&state, &[(USER, hot), (SECOND, "(def base 5)")]);
    let total = format!("(call #{actor} (total))");
    let change = format!("(call #{actor} (change 3))");
    let looped = "(loop [i 0] (if (< i 300) (recur (inc i)) i))";
    let steps = [
        (USER, &*total, "500"),
        (USER, looped, "300"),
        (SECOND, &change, "3"),
        (SECOND, looped, "300"),
        (USER, &total, "1500"),
        (USER, "(do (def inc (fn [n] (+ n 100))) nil)", "nil"),
        (USER, looped, "300"),
        (USER, "(inc 1)", "101"),
        (SECOND, "(inc 1)", "2"),
        (USER, &total, "1500"),
        (USER, "base", ":UNDECLARED"),
        (SECOND, "base", "5"),
        (SECOND, "(do (undef base) nil)", "nil"),
        (SECOND, "base", ":UNDECLARED"),
        (USER, "(do (undef inc) nil)", "nil"),
        (USER, "(inc 1)", "2"),
        (USER, "(do (def inc dec) (fail :NO nil))", ":NO"),
        (USER, "(inc 1)", "2"),
    ];
    let mut next = std::collections::BTreeMap::new();
    let transactions = steps.iter().map(|(origin, form, _)| {
        let number = next.entry(*origin).or_insert_with(|| sequence(&state, *origin));
        *number += 1;
        invoke(*origin, *number, form)
    });
    let together = run(&state, transactions.collect());
    let expected: Vec<&str> = steps.iter().map(|(_, _, outcome)| *outcome).collect();
    assert_eq!(outcomes(&together), expected);
}
