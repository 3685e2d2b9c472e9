//! Networks of one to eight peers in this process, with real time.

use lang::{Hash, Signed, Value, reader};
use node::network::{Options, local_keys, with_peers};
use node::{Clock, Network, Node, Outcome, sign};
use std::sync::mpsc::channel;
use std::time::Duration;
use vm::Transaction;

const LONG: Duration = Duration::from_secs(30);

fn network(peers: usize) -> Network {
    let genesis = stdlib::genesis().expect("the library builds");
    let genesis = with_peers(&genesis, peers).expect("the peers are those of genesis");
    let options = Options { genesis, keys: local_keys(peers), clock: Clock::real() };
    Network::start(options).expect("there are threads")
}

/// A form signed by the key of #11 and #12, or of #13 on.
fn signed(origin: u64, sequence: i64, text: &str) -> Signed {
    let form = reader::read_one(text, 0).expect("it can be read").value;
    let key = node::genesis_key(origin.saturating_sub(12) as usize).expect("there is such a key");
    sign(&Transaction::invoke(origin, sequence, form).value(), &key)
}

fn submit(node: &Node, transaction: Signed) -> Outcome {
    let (sender, receiver) = channel();
    let sent = node.submit(transaction, move |outcome| sender.send(outcome).expect("the test waits"));
    assert!(sent.is_ok());
    receiver.recv_timeout(LONG).expect("an answer comes")
}

fn code(outcome: &Outcome) -> Option<Value> {
    outcome.applied.result.as_ref().err().map(|failure| failure.error.code.clone())
}

/// State hash and number of blocks of each node, as soon as the numbers are the same.
fn common(nodes: &[Node]) -> Vec<(Hash, u64)> {
    for _ in 0..100 {
        let latest: Vec<_> = nodes.iter().map(Node::latest).collect();
        let farthest = latest.iter().map(|(_, executed)| *executed).max().unwrap_or(0);
        if latest.iter().all(|(_, executed)| *executed == farthest) {
            return latest.iter().map(|(state, executed)| (state.value().hash(), *executed)).collect();
        }
        for node in nodes {
            node.wait_beyond(farthest - 1, LONG);
        }
    }
    panic!("the peers never stand at the same block");
}

#[test]
fn transactions_become_final_at_all_peers() {
    for peers in [1, 2, 5, 8] {
        let network = network(peers);
        let nodes = network.nodes();
        let outcome = submit(&nodes[0], signed(11, 1, "(def x (* 6 7))"));
        assert!(outcome.applied.result.as_ref().is_ok_and(|value| *value == 42.into()), "{peers} peers");
        assert!(outcome.place.is_some() && outcome.applied.fees > 0);
        let state = nodes[0].state();
        assert_eq!(state.account(11).ok().flatten().and_then(|account| account.sequence().ok()), Some(1));
        let last = nodes.last().expect("there is one");
        let outcome = submit(last, signed(13, 1, "(transfer #14 100)"));
        assert_eq!(code(&outcome), None, "{peers} peers");
        let latest = common(nodes);
        assert!(latest.iter().all(|state| *state == latest[0]), "{peers} peers agree on the state");
        let id = outcome.id.expect("it has one");
        let found = nodes[0].find(&id).expect("all is in memory");
        assert!(found.is_some_and(|(signed, found)| {
            Value::Signed(signed).hash() == id && found.place == outcome.place
        }));
        network.stop();
    }
}

#[test]
fn what_cannot_be_taken_is_refused_with_a_reason() {
    let network = network(1);
    let node = &network.nodes()[0];
    let forged = {
        let good = signed(11, 1, "1");
        let other = signed(11, 1, "2");
        Signed::new(good.key().copied(), *other.signature(), good.value().expect("it is here").clone())
    };
    let key = node::genesis_key(0).expect("there is such a key");
    for (transaction, expected) in [
        (forged, "SIGNATURE"),
        (signed(11, 0, "1"), "SEQUENCE"),
        (signed(11, 9, "1"), "SEQUENCE"),
        (sign(&Transaction::invoke(13, 1, 1.into()).value(), &key), "SIGNATURE"),
        (sign(&Transaction::invoke(9_999, 1, 1.into()).value(), &key), "NOBODY"),
        (sign(&Transaction::invoke(8, 1, 1.into()).value(), &key), "STATE"),
        (sign(&1.into(), &key), "FORMAT"),
    ] {
        let outcome = submit(node, transaction);
        assert_eq!(code(&outcome), Some(Value::keyword(expected)));
        assert_eq!((outcome.place, outcome.applied.fees), (None, 0));
    }
    assert_eq!(code(&submit(node, signed(11, 1, "(nope)"))), Some(Value::keyword("UNDECLARED")));
    assert_eq!(node.state().account(11).ok().flatten().and_then(|account| account.sequence().ok()), Some(1));
    network.stop();
}

/// Many at once from the account of the peer: each has its own number, and all succeed.
#[test]
fn the_controller_acts_many_times_at_once() {
    let network = network(1);
    let node = &network.nodes()[0];
    assert_eq!(node.controller(), Some(12));
    let (sender, receiver) = channel();
    let count = 50;
    for _ in 0..count {
        let sender = sender.clone();
        let make = |origin, sequence| Transaction::transfer(origin, sequence, 13, 1);
        let acted = node.act(make, move |outcome| sender.send(outcome).expect("the test waits"));
        assert!(acted.is_ok());
    }
    for _ in 0..count {
        let outcome = receiver.recv_timeout(LONG).expect("an answer comes");
        assert_eq!(code(&outcome), None);
    }
    let account = node.state().account(12).ok().flatten().expect("there is such an account");
    assert_eq!(account.sequence(), Ok(count));
    // Another program with the same key takes a number; the next act finds it.
    let taken = Transaction::invoke(12, count + 1, 1.into()).value();
    assert_eq!(code(&submit(node, node.sign(&taken))), None);
    let (sender, receiver) = channel();
    let make = |origin, sequence| Transaction::invoke(origin, sequence, 1.into());
    assert!(node.act(make, move |outcome| sender.send(outcome).expect("the test waits")).is_ok());
    assert_eq!(code(&receiver.recv_timeout(LONG).expect("an answer comes")), None);
    network.stop();
}

#[test]
fn a_transaction_handed_in_twice_is_executed_once() {
    let network = network(1);
    let node = &network.nodes()[0];
    let transaction = signed(11, 1, "(def x 1)");
    let (sender, receiver) = channel();
    for _ in 0..2 {
        let sender = sender.clone();
        let reply = move |outcome: Outcome| sender.send(outcome).expect("the test waits");
        assert!(node.submit(transaction.clone(), reply).is_ok());
    }
    let outcomes: Vec<Outcome> = (0..2).map(|_| receiver.recv_timeout(LONG).expect("it comes")).collect();
    assert!(outcomes.iter().any(|outcome| code(outcome).is_none()));
    assert_eq!(node.state().account(11).ok().flatten().and_then(|account| account.sequence().ok()), Some(1));
    network.stop();
}

#[test]
fn transfers_and_endless_loops_end() {
    let network = network(1);
    let node = &network.nodes()[0];
    let key = node::genesis_key(0).expect("there is such a key");
    let transfer = Transaction::transfer(11, 1, 13, 5);
    let outcome = submit(node, sign(&transfer.value(), &key));
    assert!(outcome.applied.result.is_ok_and(|value| value == 5.into()));
    let outcome = submit(node, signed(11, 2, "(loop [] (recur))"));
    assert_eq!(code(&outcome), Some(Value::keyword("JUICE")));
    network.stop();
}

/// Accounts, coins and allowances stay, and so does all stake; only who holds it differs.
#[test]
fn stake_is_shared_by_the_peers_that_run() {
    let genesis = stdlib::genesis().expect("the library builds");
    let stakes = |state: &vm::State| -> Vec<(Option<u64>, i64)> {
        let peers = state.peers().expect("all is in memory");
        let peer = |value| vm::peer::Peer::from_value(value).expect("it is a peer");
        let facts = |peer: vm::peer::Peer| {
            let controller = peer.controller().expect("all is in memory");
            (controller, peer.own_stake().expect("all is in memory"))
        };
        let mut all: Vec<_> =
            peers.iter().map(|entry| facts(peer(entry.expect("all is in memory").1))).collect();
        all.sort();
        all
    };
    let all: i64 = stakes(&genesis).iter().map(|(_, stake)| stake).sum();
    for peers in 1..=8_usize {
        let state = with_peers(&genesis, peers).expect("there are so many");
        let stakes = stakes(&state);
        assert_eq!(stakes.len(), peers);
        assert_eq!(stakes.iter().map(|(_, stake)| stake).sum::<i64>(), all);
        let part = all / peers as i64;
        for (number, (controller, stake)) in stakes.iter().enumerate() {
            assert_eq!(*controller, Some(12 + number as u64));
            let remainder = if number == 0 { all % peers as i64 } else { 0 };
            assert_eq!(*stake, part + remainder);
        }
        assert_eq!(state.accounts().map(Value::Vector).ok(), genesis.accounts().map(Value::Vector).ok());
    }
    assert!(with_peers(&genesis, 0).is_err() && with_peers(&genesis, 9).is_err());
}
