//! Which laws of a merge function hold for collecting orders, and on what else the vote depends.
//!
//! The white paper calls the merge idempotent, commutative and associative. That is so for
//! collecting orders as long as no peer signs two orders with one time. The vote that follows also
//! depends on the clock and on what arrives together.

mod support;

use consensus::merge::{Setting, merge};
use consensus::{Belief, Order, Signatures};
use proptest::prelude::*;
use support::*;

const PEERS: usize = 4;

/// All that one belief tells another.
fn collect(own: &Belief, other: &Belief) -> Belief {
    let mut belief = own.clone();
    for (key, order) in other.iter() {
        belief.collect(*key, order).unwrap();
    }
    belief
}

fn hash(belief: &Belief) -> lang::Hash {
    belief.value().unwrap().hash()
}

/// An order that a peer may sign, from a time and a choice. Honest peers sign one for each time.
fn order(time: i64, choice: usize) -> Order {
    let letters = ["", "a", "ab", "ba"][choice % 4];
    let count = letters.len() as i64;
    let points = [count, count.min(choice as i64 % 2), 0, 0];
    Order::new(START + time, points, blocks(letters))
}

/// Beliefs in which each order has a time, and the time tells which order it is.
fn honest() -> impl Strategy<Value = Belief> {
    prop::collection::vec(prop::option::of(0i64..6), PEERS).prop_map(|times| {
        let orders = times.into_iter().enumerate();
        let orders: Vec<(usize, Order)> =
            orders.filter_map(|(peer, time)| Some((peer, order(time?, time? as usize)))).collect();
        belief(&orders)
    })
}

/// Beliefs in which peers sign anything.
fn any() -> impl Strategy<Value = Belief> {
    prop::collection::vec(prop::option::of((0i64..2, 0usize..8)), PEERS).prop_map(|choices| {
        let orders = choices.into_iter().enumerate();
        let orders: Vec<(usize, Order)> = orders
            .filter_map(|(peer, choice)| choice.map(|(time, choice)| (peer, order(time, choice))))
            .collect();
        belief(&orders)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn collecting_is_idempotent(a in any(), b in any()) {
        let once = collect(&a, &b);
        prop_assert_eq!(hash(&collect(&once, &b)), hash(&once));
        prop_assert_eq!(hash(&collect(&a, &a)), hash(&a));
    }

    #[test]
    fn collecting_commutes_where_times_tell_orders_apart(a in honest(), b in honest()) {
        prop_assert_eq!(hash(&collect(&a, &b)), hash(&collect(&b, &a)));
    }

    #[test]
    fn collecting_is_associative_where_times_tell_orders_apart(a in honest(), b in honest(), c in honest()) {
        let left = collect(&collect(&a, &b), &c);
        prop_assert_eq!(hash(&left), hash(&collect(&a, &collect(&b, &c))));
    }
}

/// Two orders of one time, each ahead of the other at some level: the one that comes last stays.
#[test]
fn collecting_does_not_commute_where_a_peer_signs_twice_at_one_time() {
    let long = belief(&[(0, Order::new(START, [2, 0, 0, 0], blocks("ab")))]);
    let sure = belief(&[(0, Order::new(START, [1, 1, 0, 0], blocks("a")))]);
    assert_eq!(hash(&collect(&long, &sure)), hash(&sure));
    assert_eq!(hash(&collect(&sure, &long)), hash(&long));
}

fn merged(own: &Belief, incoming: &[Belief], now: i64) -> Belief {
    let state = state(&[10; PEERS], START);
    let setting = Setting { key: &key(0), now, state: &state, weights: &weights(&state) };
    merge(own, incoming, &setting, |value| signer(0).sign(value)).unwrap()
}

fn own_letters(belief: &Belief) -> String {
    letters(belief.get(&key(0)).unwrap().order().blocks())
}

#[test]
fn the_vote_depends_on_the_clock() {
    let own = belief(&[(0, order(0, 0))]);
    let other = belief(&[(1, Order::new(START + 10, [1, 0, 0, 0], blocks("a")))]);
    assert_eq!(own_letters(&merged(&own, std::slice::from_ref(&other), START + 9)), "");
    assert_eq!(own_letters(&merged(&own, std::slice::from_ref(&other), START + 10)), "a");

    // A proposal is held for a while: a clock that is a little later gives it up.
    let own = belief(&[(0, Order::new(START + 5, [1, 1, 0, 0], blocks("b")))]);
    let others = belief(&[1, 2, 3].map(|peer| (peer, Order::new(START + 6, [1, 0, 0, 0], blocks("a")))));
    assert_eq!(own_letters(&merged(&own, std::slice::from_ref(&others), START + 105)), "b");
    assert_eq!(own_letters(&merged(&own, std::slice::from_ref(&others), START + 106)), "ab");
}

#[test]
fn the_vote_depends_on_what_arrives_together() {
    let own = belief(&[(0, order(0, 0))]);
    let first = belief(&[(1, Order::new(START, [1, 0, 0, 0], blocks("b")))]);
    let second = belief(&[(2, Order::new(START, [1, 0, 0, 0], blocks("a")))]);
    let now = START + 1;
    let at_once = merged(&own, &[first.clone(), second.clone()], now);
    let first_then_second =
        merged(&merged(&own, std::slice::from_ref(&first), now), std::slice::from_ref(&second), now + 1);
    let second_then_first = merged(&merged(&own, &[second], now), &[first], now + 1);
    assert_eq!(own_letters(&first_then_second), "ba");
    assert_eq!(own_letters(&second_then_first), "ab");
    assert_eq!(own_letters(&at_once).len(), 2);
}
