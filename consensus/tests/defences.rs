//! Each defence, with and without: what it is for.

mod support;

use consensus::action::{Observing, Report, Stop};
use consensus::draft::block_value;
use consensus::peer::{Record, Start};
use consensus::{
    Action, Belief, Defence, Defences, Event, Level, Order, Peer, Signatures, SignedOrder, limits, step,
};
use lang::{List, Record as Cell, Signed, Value, Vector, record};
use support::*;

/// Everything but empty blocks, so that a test knows which blocks there are.
fn quiet() -> Defences {
    Defences::all().without(Defence::Heartbeat)
}

fn empty(points: [i64; 4], time: i64, blocks: Vector) -> Order {
    Order::new(START + time, points, blocks)
}

/// A peer alone with what a test tells it.
struct Alone(Network);

impl Alone {
    fn new(stakes: &[i64], defences: Defences) -> Alone {
        Alone(Network::new(state(stakes, START), 1, defences))
    }

    /// Shows the peer an order of another one.
    fn show(&mut self, number: usize, order: &Order) {
        let message = signed_order(number, order).value();
        self.0.give(0, Event::Received { from: Some(key(number)), message });
    }

    fn show_all(&mut self, numbers: std::ops::Range<usize>, order: &Order) {
        numbers.for_each(|number| self.show(number, order));
    }

    fn tick(&mut self, millis: i64) -> &Peer {
        self.0.now += millis;
        self.0.give(0, Event::Tick);
        &self.0.nodes[0].peer
    }

    fn letters(&self) -> String {
        letters(self.0.order(0).blocks())
    }
}

#[test]
fn block_authors_a_block_in_the_name_of_another_is_refused() {
    let good = block(1, 10);
    let Value::Signed(signed) = &good else { panic!("blocks are signed") };
    let forged = Signed::new(Some(key(1)), *signed.signature(), block_value(START + 20, []));
    let order = empty([1, 0, 0, 0], 30, Vector::from_values([forged.into()]));
    for (defences, count) in [(quiet(), 0), (quiet().without(Defence::BlockAuthors), 1)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.0.now = START + 100;
        alone.show(3, &order);
        assert_eq!(alone.tick(1).order().blocks().count(), count);
    }
}

#[test]
fn simulation_what_voids_blocks_of_the_reference_is_left_out() {
    let [none, function] = [Value::from(Vector::empty()), Value::symbol("f")];
    let fields = [Value::Address(0), 1.into(), Value::Address(9), 0.into(), function, none];
    let call = Cell::new(record::tag::CALL, Vector::from_values(fields));
    let call = signer(0).sign(&call.into());
    let late = transfer(0, 7, 1);
    let good = transfer(0, 1, 1);
    let mut alone = Alone::new(&[10; 4], quiet());
    alone.tick(20);
    alone.0.give(0, Event::Transactions(vec![call, good.clone(), late]));
    let order = alone.0.order(0).clone();
    let block = vm::block::Block::from_value(order.blocks().get(0).unwrap().unwrap()).unwrap().unwrap();
    assert_eq!(block.transactions.to_vec().unwrap(), [Value::Signed(good)]);
    let left_out = |report: &&Report| matches!(report, Report::LeftOut { .. });
    assert_eq!(alone.0.nodes[0].reports.iter().filter(left_out).count(), 2);
}

fn transfer(from: usize, sequence: i64, amount: i64) -> Signed {
    let fields = [Value::Address(from as u64), sequence.into(), Value::Address(9), amount.into()];
    signer(from).sign(&Cell::new(record::tag::TRANSFER, Vector::from_values(fields)).into())
}

#[test]
fn forward_blocks_a_block_dated_ahead_waits_behind_the_others() {
    let ahead = block(3, 40 * 60 * 1000);
    let soon = block(2, 100);
    for (defences, waits) in [(quiet(), true), (quiet().without(Defence::ForwardBlocks), false)] {
        let mut network = Network::new(state(&[10; 4], START), 4, defences);
        network.round();
        let order = Order::new(network.now, [2, 0, 0, 0], Vector::from_values([ahead.clone(), soon.clone()]));
        for number in 0..3 {
            let message = signed_order(3, &order).value();
            network.give(number, Event::Received { from: None, message });
        }
        network.nodes[3].is_up = false;
        network.rounds(20);
        let blocks = network.order(0).blocks().to_vec().unwrap();
        if waits {
            assert_eq!(blocks, [soon.clone(), ahead.clone()]);
            assert_eq!(network.executed()[..3], [1; 3]);
            // When its time has come, it is as good as any.
            network.now += 40 * 60 * 1000;
            network.rounds(20);
            assert_eq!(network.executed()[..3], [2; 3]);
        } else {
            // Its author has all the weight from then on, and the blocks of the others are too old.
            assert_eq!(blocks[0], ahead);
            let weights = network.nodes[0].peer.weights();
            assert!(weights.get(&key(3)).decayed > 0.99 * weights.total().decayed);
            assert_eq!(network.executed()[..3], [1; 3]);
        }
    }
}

#[test]
fn orders_aside_an_order_dated_ahead_counts_when_it_is_due() {
    let order = empty([1, 0, 0, 0], limits::FORWARD_MS + 600, blocks("a"));
    for (defences, kept) in [(quiet(), 1), (quiet().without(Defence::OrdersAside), 0)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(100);
        alone.show(1, &order);
        assert_eq!(alone.tick(1).aside(), kept);
        assert_eq!(alone.letters(), "");
        alone.tick(1_000);
        assert_eq!(alone.letters(), if kept == 1 { "a" } else { "" });
    }
}

#[test]
fn orders_aside_are_bounded_and_the_earliest_stay() {
    let mut alone = Alone::new(&[10; 4], quiet());
    alone.tick(1);
    for time in 1..1_000 {
        alone.show(1, &empty([0; 4], limits::FORWARD_MS + 100 + time, Vector::empty()));
        alone.show(2, &empty([0; 4], limits::FORWARD_MS + 2_000 - time, Vector::empty()));
    }
    alone.show(3, &empty([0; 4], 24 * 60 * 60 * 1000, Vector::empty()));
    assert_eq!(alone.tick(1).aside(), 8);
    let held =
        |peer: &Peer, number: usize| peer.belief().get(&key(number)).map(|o| o.order().timestamp() - START);
    let peer = alone.tick(102);
    assert_eq!(held(peer, 1), Some(limits::FORWARD_MS + 103));
    let peer = alone.tick(900);
    assert_eq!(held(peer, 2), Some(limits::FORWARD_MS + 1_003));
}

/// The clock of a peer jumps an hour ahead, it signs, and the clock goes back. Its orders keep
/// rising times, so the others put them aside for that hour, and go on without it; then it counts
/// again.
#[test]
fn a_clock_jumps_ahead_and_back() {
    const HOUR: i64 = 60 * 60 * 1000;
    let mut network = Network::new(state(&[10; 4], START), 4, quiet());
    network.rounds(2);
    network.nodes[3].skew = HOUR;
    network.give(3, Event::Transactions(vec![transfer(3, 1, 5)]));
    network.rounds(4);
    network.nodes[3].skew = 0;
    for sequence in 1..=5 {
        network.give(0, Event::Transactions(vec![transfer(0, sequence, 5)]));
        network.rounds(8);
    }
    assert_eq!(network.executed(), [5; 4], "three of four are enough, and the fourth follows");
    assert!(network.nodes[0].peer.aside() <= 4);
    let times: Vec<i64> =
        network.nodes.iter().map(|node| node.durable.as_ref().unwrap().order().timestamp()).collect();
    assert!(times[3] > START + HOUR, "its times rise");
    network.now += HOUR;
    network.rounds(10);
    let held = network.nodes[0].peer.belief().get(&key(3)).unwrap().order().timestamp();
    assert!(held > START + HOUR, "and it counts again");
    assert!(network.nodes.iter().all(|node| node.stops.is_empty() && node.peer.observing().is_none()));
}

#[test]
fn ratchets_consensus_does_not_go_back() {
    for (defences, point) in [(quiet(), 1), (quiet().without(Defence::Ratchets), 0)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(10);
        alone.show_all(1..4, &empty([1, 1, 0, 0], 5, blocks("a")));
        assert_eq!(alone.tick(1).order().point(Level::Consensus), 1);
        alone.show_all(1..4, &empty([1, 0, 0, 0], 6, blocks("a")));
        assert_eq!(alone.tick(1).order().point(Level::Consensus), point);
    }
}

#[test]
fn steady_proposals_are_kept_for_a_second() {
    let all = quiet();
    for (defences, kept) in [(all, 1_000), (all.without(Defence::SteadyProposals), 100)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(10);
        alone.show_all(1..4, &empty([1, 0, 0, 0], 5, blocks("b")));
        assert_eq!(alone.tick(1).order().point(Level::Proposal), 1);
        alone.show_all(1..4, &empty([1, 0, 0, 0], 6, blocks("a")));
        alone.tick(kept);
        assert_eq!(alone.letters(), "b");
        alone.tick(1);
        assert_eq!(alone.letters(), "ab");
    }
}

#[test]
fn rising_time_two_orders_never_share_a_time() {
    for (defences, rises) in [(quiet(), true), (quiet().without(Defence::RisingTime), false)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(10);
        let first = alone.0.nodes[0].durable.clone().unwrap();
        alone.show(1, &empty([1, 0, 0, 0], 5, blocks("a")));
        alone.tick(0);
        let second = alone.0.nodes[0].durable.clone().unwrap();
        let step = second.order().timestamp() - first.order().timestamp();
        assert_eq!(step, i64::from(rises));
        assert_ne!(first.value(), second.value());
    }
}

#[test]
fn durable_orders_nothing_is_sent_before_it_is_on_the_disk() {
    for (defences, waits) in [(quiet(), true), (quiet().without(Defence::DurableOrders), false)] {
        let peer = Node::start(0, &state(&[10; 4], START), Record::Nothing, defences).peer;
        let (peer, actions) = step(peer, START + 10, Event::Tick);
        let is_sent =
            |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Broadcast(_)));
        let persisted = actions.iter().find_map(|action| match action {
            Action::Persist(signed) => SignedOrder::of(signed).unwrap(),
            _ => None,
        });
        let timestamp = persisted.expect("the first order is signed").order().timestamp();
        assert_eq!((is_sent(&actions), peer.belief().is_empty()), (!waits, waits));
        let (peer, actions) = step(peer, START + 11, Event::Persisted { timestamp });
        assert_eq!((is_sent(&actions), peer.belief().count()), (waits, 1));
    }
}

/// A peer whose store is gone signs nothing until enough of the others have shown it their beliefs,
/// and then goes on from the latest order that they knew.
#[test]
fn amnesia_who_lost_its_store_observes_first() {
    let genesis = state(&[10; 5], START);
    let mut network = Network::new(genesis.clone(), 5, quiet());
    network.rounds(2);
    network.give(0, Event::Transactions(vec![transfer(0, 1, 5)]));
    network.rounds(10);
    let latest = network.nodes[0].durable.clone().unwrap();
    network.nodes[0] = Node::start(0, &genesis, Record::Unknown(None), quiet());
    assert_eq!(network.nodes[0].peer.observing(), Some(Observing::Amnesia));
    network.link = Box::new(|from, _| from < 4);
    network.rounds(20);
    assert_eq!(network.nodes[0].peer.observing(), Some(Observing::Amnesia), "three of five are not enough");
    assert!(network.nodes[0].durable.is_none());
    assert_eq!(network.nodes[0].peer.executed(), 1, "it follows, though");
    network.link = Box::new(|_, _| true);
    network.rounds(20);
    assert_eq!(network.nodes[0].peer.observing(), None);
    network.give(0, Event::Transactions(vec![transfer(0, 2, 5)]));
    network.rounds(10);
    assert_eq!(network.executed(), [2; 5]);
    assert!(network.nodes[0].durable.as_ref().unwrap().order().timestamp() > latest.order().timestamp());
    assert!(network.nodes.iter().all(|node| node.peer.proofs().count() == 0));
}

/// A store was put back that is older than what the key has signed since: others show it.
#[test]
fn amnesia_an_old_store_is_found_out() {
    let genesis = state(&[10; 4], START);
    for (defences, expected) in
        [(quiet(), Some(Observing::UnknownOrder)), (quiet().without(Defence::Amnesia), None)]
    {
        let mut network = Network::new(genesis.clone(), 4, defences);
        network.rounds(2);
        let old = network.nodes[0].durable.clone().unwrap();
        network.give(0, Event::Transactions(vec![transfer(0, 1, 5)]));
        network.rounds(10);
        network.nodes[0] = Node::start(0, &genesis, Record::Latest(old), defences);
        let shown = network.nodes[1].peer.belief().value().unwrap();
        network.give(0, Event::Received { from: Some(key(1)), message: shown });
        assert_eq!(network.nodes[0].peer.observing(), expected);
    }
}

/// Five equal peers, fresh from genesis: the first author's weight does not decay any more once its
/// block is applied, and the weights of the others are 0.001 of their stakes.
#[test]
fn undecayed_stake_the_first_author_does_not_finalise_alone() {
    for (defences, executed) in [(quiet(), 1), (quiet().without(Defence::UndecayedStake), 2)] {
        let mut network = Network::new(state(&[10; 5], -1), 5, defences);
        network.rounds(2);
        network.give(0, Event::Transactions(vec![transfer(0, 1, 5)]));
        network.rounds(10);
        assert_eq!(network.executed(), [1; 5], "all together they may");
        network.link = Box::new(|_, _| false);
        network.give(0, Event::Transactions(vec![transfer(0, 2, 5)]));
        network.rounds(20);
        assert_eq!(network.nodes[0].peer.executed(), executed);
        assert_eq!(network.order(0).point(Level::Proposal), executed as i64, "nor propose");
    }
}

/// The first block moves stake: the weights after it judge the second.
#[test]
fn exact_weights_finality_is_judged_block_by_block() {
    let set_stake = Value::symbol("set-peer-stake");
    let form = List::from_values([set_stake, lang::Blob::new(&key(3)).into(), Value::Integer(200 * UNIT)]);
    let invoke =
        Cell::new(record::tag::INVOKE, Vector::from_values([Value::Address(3), 1.into(), form.into()]));
    let first = Value::Signed(signer(1).sign(&block_value(START + 1, [signer(3).sign(&invoke.into())])));
    let two = Vector::from_values([first, block(2, 2)]);
    for (defences, executed) in [(quiet(), 1), (quiet().without(Defence::ExactWeights), 2)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(10);
        alone.show_all(1..3, &empty([2, 2, 2, 0], 5, two.clone()));
        for _ in 0..5 {
            alone.tick(50);
        }
        let peer = alone.tick(50);
        assert_eq!(peer.executed(), executed);
        assert!(peer.weights().get(&key(3)).undecayed > 100.0 * UNIT as f64, "the stake has moved");
        // With the one who has the stake now, the second block is final too.
        alone.show(3, &empty([2, 2, 2, 0], 6, two.clone()));
        assert_eq!(alone.tick(50).executed(), 2);
    }
}

#[test]
fn heartbeat_an_idle_peer_makes_an_empty_block() {
    for (defences, blocks) in [(Defences::all(), 1), (quiet(), 0)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(1_000);
        assert_eq!(alone.0.order(0).blocks().count(), 0);
        assert_eq!(alone.tick(119_500).order().blocks().count(), blocks);
        assert_eq!(alone.tick(1_000).order().blocks().count(), blocks);
    }
}

#[test]
fn equivocation_is_proved_and_shown() {
    let first = empty([1, 1, 1, 0], 5, blocks("a"));
    let second = empty([1, 1, 1, 0], 6, blocks("b"));
    for (defences, proofs) in [(quiet(), 1), (quiet().without(Defence::EquivocationProofs), 0)] {
        let mut alone = Alone::new(&[10; 4], defences);
        alone.tick(10);
        alone.show(1, &first);
        alone.show(1, &empty([0; 4], 6, Vector::empty()));
        alone.show(1, &second);
        alone.show(1, &second);
        let peer = alone.tick(1);
        assert_eq!(peer.proofs().count(), proofs);
        for proof in peer.proofs() {
            assert_eq!((proof.key(), proof.position()), (&key(1), 0));
            assert!(proof.orders().iter().all(|order| signer(0).is_good(order.signed())));
        }
        let shown = |report: &&Report| matches!(report, Report::Equivocation(_));
        assert_eq!(alone.0.nodes[0].reports.iter().filter(shown).count(), proofs);
    }
}

/// Equal times and points that recede prove nothing against a reference peer: they are reported,
/// and the vote counts.
#[test]
fn what_proves_nothing_is_only_reported() {
    let mut alone = Alone::new(&[10; 4], quiet());
    alone.tick(10);
    alone.show(1, &empty([1, 1, 1, 0], 5, blocks("a")));
    alone.show(1, &empty([2, 0, 0, 0], 5, blocks("ab")));
    let peer = alone.tick(1);
    assert_eq!(letters(peer.order().blocks()), "ab");
    assert_eq!(peer.proofs().count(), 0);
    let reports = &alone.0.nodes[0].reports;
    assert!(reports.iter().any(|report| matches!(report, Report::SameTime { .. })));
    assert!(reports.iter().any(|report| matches!(report, Report::Receded { .. })));
}

/// We are in consensus on a, and all the others on b: we follow them, and sign no more.
#[test]
fn a_stranded_peer_follows_without_signing() {
    let mut alone = Alone::new(&[10; 5], quiet());
    alone.tick(10);
    alone.show_all(1..5, &empty([1, 1, 0, 0], 5, blocks("a")));
    assert_eq!(alone.tick(1).order().point(Level::Consensus), 1);
    let signed = alone.0.nodes[0].durable.clone().unwrap();
    alone.show_all(1..5, &empty([1, 1, 1, 0], 6, blocks("b")));
    for _ in 0..4 {
        alone.tick(200);
    }
    let peer = alone.tick(1).clone();
    assert_eq!(peer.observing(), Some(Observing::Stranded { position: 0 }));
    assert_eq!((letters(peer.order().blocks()).as_str(), peer.executed()), ("b", 1));
    assert_eq!(alone.0.nodes[0].durable.clone().unwrap().value(), signed.value(), "it signed nothing since");
    // Nor does it after a restart.
    let start = Start {
        state: peer.state().clone(),
        blocks: peer.order().blocks().clone(),
        signed: Record::Latest(signed),
        belief: Belief::empty(),
        defences: quiet(),
    };
    let again = Peer::new(signer(0), start).unwrap();
    assert_eq!(again.observing(), Some(Observing::Stranded { position: 0 }));
}

/// The others are in consensus on another block than the one that is executed here: no honest
/// network comes to this.
#[test]
fn a_fork_stops_the_peer() {
    let mut alone = Alone::new(&[10; 5], quiet());
    alone.tick(10);
    alone.show_all(1..5, &empty([1, 1, 1, 1], 5, blocks("a")));
    (0..3).for_each(|_| drop(alone.tick(200).clone()));
    assert_eq!(alone.0.nodes[0].peer.executed(), 1);
    alone.show_all(1..5, &empty([1, 1, 1, 1], 6, blocks("b")));
    let peer = alone.tick(200);
    assert_eq!(peer.stopped(), Some(&Stop::Fork { position: 0 }));
    assert_eq!(alone.0.nodes[0].stops.len(), 1);
    let (_, actions) = step(alone.0.nodes[0].peer.clone(), alone.0.now, Event::Tick);
    assert!(actions.is_empty(), "nothing comes of it any more");
}

#[test]
fn a_failure_stops_the_peer_with_a_sentence() {
    let peer = Node::start(0, &state(&[10; 4], START), Record::Nothing, quiet()).peer;
    let reason = "the disk is full".to_owned();
    let (peer, actions) = step(peer, START, Event::Failed { reason });
    let [Action::Stop(stop)] = &actions[..] else { panic!("one action") };
    assert_eq!(stop.to_string(), "The peer cannot go on: the disk is full.");
    assert!(peer.stopped().is_some());
}
