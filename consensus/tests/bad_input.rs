//! What peers may send: anything. It is refused or set aside, in bounded time and memory, and
//! nothing stops the peer but a store that fails.

mod support;

use consensus::action::Report;
use consensus::peer::Record as Signed;
use consensus::{Action, Defence, Defences, Event, Order, Peer, Signatures, step};
use lang::store::{LoadError, Nowhere, Store};
use lang::{Blob, Hash, Index, Record, Value, Vector, decode, message, record};
use proptest::prelude::*;
use std::sync::Arc;
use support::*;

const NOW: i64 = START + 1_000;

fn peer() -> Peer {
    let defences = Defences::all().without(Defence::Heartbeat);
    Node::start(0, &state(&[10; 4], START), Signed::Nothing, defences).peer
}

/// Shows a peer a message, then lets time pass.
fn show(peer: Peer, message: Value) -> (Peer, Vec<Action>) {
    let (peer, mut actions) = step(peer, NOW, Event::Received { from: Some(key(1)), message });
    let (peer, more) = step(peer, NOW + 1, Event::Tick);
    actions.extend(more);
    (peer, actions)
}

fn reports(actions: &[Action]) -> Vec<String> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::Report(Report::Refused { reason, .. }) => Some((*reason).to_owned()),
            Action::Report(Report::Incomplete { hash, .. }) => Some(format!("absent {hash}")),
            Action::Stop(stop) => Some(stop.to_string()),
            _ => None,
        })
        .collect()
}

/// What is shown leaves the peer with nothing new, and gives this report.
fn check(message: Value, expected: &[&str]) {
    let (peer, actions) = show(peer(), message);
    assert_eq!(reports(&actions), expected);
    assert!(peer.belief().is_empty() && peer.order().blocks().is_empty() && peer.stopped().is_none());
}

fn order_of(points: [i64; 4], time: i64, blocks: Vector) -> Value {
    signed_order(1, &Order::new(START + time, points, blocks)).value()
}

fn belief_of(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    let index = Index::from_entries(entries).unwrap().unwrap();
    Record::new(record::tag::BELIEF, Vector::from_values([index.into()])).into()
}

#[test]
fn what_is_not_a_belief_or_an_order_is_refused() {
    let neither = "it is neither a belief nor a signed order";
    for value in [Value::Nil, 7.into(), Value::string("x"), Vector::empty().into(), Order::empty().value()] {
        check(value, &[neither]);
    }
    let odd = Record::new(record::tag::BELIEF, Vector::from_values([Value::Nil]));
    check(odd.into(), &[neither]);
    check(Value::Signed(signer(1).sign(&Value::from(7))), &["it is not a signed order"]);
    let short = lang::Signed::new(None, [0; 64], Order::empty().value());
    check(short.into(), &["a signed order has no key"]);
}

#[test]
fn orders_that_do_not_fit_are_refused() {
    check(
        order_of([1, 0, 0, 0], 0, Vector::empty()),
        &["the first point of the order is not the number of its blocks"],
    );
    check(order_of([1, 0, 1, 0], 0, blocks("a")), &["a point of the order lies beyond the one before it"]);
    check(order_of([0, 0, 0, -1], 0, Vector::empty()), &["a point of the order is negative"]);
    check(order_of([0; 4], -START - 1, Vector::empty()), &["the time of the order is negative"]);
    let three = Vector::from_values([0, 0, 0].map(Value::Integer));
    let fields = [START.into(), three.into(), Vector::empty().into()];
    let odd = signer(1).sign(&Record::new(record::tag::ORDER, Vector::from_values(fields)).into());
    check(odd.into(), &["it is not a signed order"]);
    let what = "an order holds something that is not a signed block";
    for value in [Value::Nil, Value::from(7), order_of([0; 4], 0, Vector::empty())] {
        check(order_of([1, 0, 0, 0], 0, Vector::from_values([value])), &[what]);
    }
}

#[test]
fn wrong_keys_do_not_count() {
    let good = order_of([0; 4], 0, Vector::empty());
    let Value::Signed(signed) = &good else { panic!("it is signed") };
    let forged = lang::Signed::new(Some(key(2)), *signed.signature(), Order::empty().value());
    check(forged.into(), &["the signature of an order is bad"]);
    check(
        belief_of([(Blob::new(&key(2)).into(), good.clone())]),
        &["an order stands under the key of another peer"],
    );
    // Not a peer of the state.
    check(signed_order(7, &Order::empty()).value(), &[]);
    check(belief_of([(Value::Address(7), good.clone()), (Value::string("x"), good)]), &[]);
}

#[test]
fn stale_orders_do_not_come_back() {
    let newer = order_of([1, 0, 0, 0], 10, blocks("a"));
    let (peer, _) = show(peer(), newer.clone());
    let (peer, actions) = show(peer, order_of([0; 4], 9, Vector::empty()));
    assert!(reports(&actions).is_empty());
    assert_eq!(peer.belief().get(&key(1)).unwrap().value(), newer);
}

/// An order claims a million blocks. No more of them are looked at than the limit, and once each.
#[test]
fn an_order_of_a_million_blocks_is_looked_at_in_part() {
    let count = 1_000_000;
    let same = Vector::from_values(std::iter::repeat_n(block(1, 5), count as usize));
    let (peer, actions) = show(peer(), order_of([count, 0, 0, 0], 10, same));
    assert!(reports(&actions).is_empty());
    assert!(peer.order().blocks().count() <= consensus::limits::MAX_TAIL_BLOCKS);
    let (peer, _) = step(peer, NOW + 100, Event::Tick);
    assert!(peer.order().blocks().count() <= 2 * consensus::limits::MAX_TAIL_BLOCKS);
}

/// A belief claims orders of a million peers. Only those of the peers of the state are looked up.
#[test]
fn a_belief_of_a_million_orders_costs_what_the_state_has_peers() {
    let order = order_of([1, 0, 0, 0], 10, blocks("a"));
    let entries = (0..1_000_000u64).map(|n| {
        let mut key = [9; 32];
        key[..8].copy_from_slice(&n.to_be_bytes());
        (Blob::new(&key).into(), order.clone())
    });
    let own = (Blob::new(&key(1)).into(), order.clone());
    let (peer, actions) = show(peer(), belief_of(entries.chain([own])));
    assert!(reports(&actions).is_empty());
    assert_eq!(peer.belief().count(), 1);
}

#[test]
fn what_is_absent_is_named_and_nothing_stops() {
    let long = vm_block_with_a_branch();
    let order = order_of([1, 0, 0, 0], 10, Vector::from_values([long]));
    let lone = decode::decode(&order.encoding(), Arc::new(Nowhere)).unwrap();
    let (peer, actions) = show(peer(), lone);
    let [report] = &reports(&actions)[..] else { panic!("one report") };
    assert!(report.starts_with("absent "), "{report}");
    assert!(peer.belief().is_empty() && peer.stopped().is_none());
}

/// A block whose transactions do not fit its own cell.
fn vm_block_with_a_branch() -> Value {
    let transactions = (0..40).map(|n| signer(1).sign(&Value::from(n)));
    Value::Signed(signer(1).sign(&consensus::draft::block_value(START + 1, transactions)))
}

struct Broken;

impl Store for Broken {
    fn load(&self, _: &Hash) -> Result<Option<Value>, LoadError> {
        Err(LoadError::new("the disk reports an error"))
    }
}

#[test]
fn a_store_that_fails_is_not_a_cell_that_is_absent() {
    let order = order_of([1, 0, 0, 0], 10, Vector::from_values([vm_block_with_a_branch()]));
    let lone = decode::decode(&order.encoding(), Arc::new(Broken)).unwrap();
    let (peer, actions) = show(peer(), lone);
    let [sentence] = &reports(&actions)[..] else { panic!("one report") };
    assert!(sentence.starts_with("The peer cannot go on: the cell with hash "), "{sentence}");
    assert!(sentence.ends_with(" cannot be loaded: the disk reports an error."), "{sentence}");
    assert!(peer.stopped().is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Some bytes of a message change, or its end is lost: it is no message any more, or it is
    /// refused, or it is as good as before. Nothing stops the peer.
    #[test]
    fn changed_bytes_do_no_harm(changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..6), cut in 0usize..400) {
        let held = [(1, "ab"), (2, "a"), (3, "")].map(|(number, letters)| {
            let count = letters.len() as i64;
            (number, Order::new(START + 10, [count, 0, 0, 0], blocks(letters)))
        });
        let mut bytes = message::encode(&belief(&held).value().unwrap()).unwrap();
        let length = bytes.len();
        for (place, bits) in changes {
            bytes[usize::from(place) % length] ^= bits;
        }
        bytes.truncate(length - cut.saturating_sub(200));
        if let Ok(value) = message::decode(&bytes) {
            let (peer, _) = show(peer(), value);
            prop_assert!(peer.stopped().is_none());
            prop_assert!(peer.belief().iter().all(|(key, order)| order.signer() == key && order.order().flaw().is_none()));
        }
    }
}
