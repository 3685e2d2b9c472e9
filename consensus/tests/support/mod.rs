//! A few peers with real keys over a small state, and blocks that are named by letters.

#![allow(dead_code)]

use consensus::action::{Report, Stop};
use consensus::draft::{self, block_value};
use consensus::peer::{Record, Start};
use consensus::{
    Action, Belief, Defences, Event, Key, Order, Peer, Signatures, SignedOrder, Weights, execution, step,
};
use ed25519_dalek::{Signer, SigningKey};
use lang::{Blob, Index, Map, Signed, Value, Vector};
use std::sync::Arc;
use vm::{Account, State, signature};

/// The time that everything begins at, in milliseconds.
pub const START: i64 = 1_000_000_000_000;
/// The stake of a peer is so many coppers for each unit that a test gives it.
pub const UNIT: i64 = 1_000_000_000_000;

/// Signs with a real key.
pub struct KeyOf(pub SigningKey);

impl Signatures for KeyOf {
    fn key(&self) -> Key {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, value: &Value) -> Signed {
        let signature = self.0.sign(&signature::message(value));
        Signed::new(Some(self.key()), signature.to_bytes(), value.clone())
    }

    fn is_good(&self, signed: &Signed) -> bool {
        signature::is_good(signed)
    }
}

/// The signer of a peer by its number.
pub fn signer(number: usize) -> Arc<KeyOf> {
    Arc::new(KeyOf(SigningKey::from_bytes(&[number as u8 + 1; 32])))
}

/// The key of a peer by its number.
pub fn key(number: usize) -> Key {
    signer(number).key()
}

/// A state at [`START`] with peers of these stakes in [`UNIT`]s, whose last blocks were made just
/// then (or never), and users #0 to #9 with the keys of the peers of their numbers.
pub fn state(stakes: &[i64], last_block: i64) -> State {
    let accounts = (0..10).map(|n| {
        let account = Account::new(Some(Blob::new(&key(n))), 1_000 * UNIT).with_allowance(100_000).unwrap();
        if n == 8 { account.with_environment(core()).unwrap().value() } else { account.value() }
    });
    let mut peers = Index::empty();
    for (n, stake) in stakes.iter().enumerate() {
        let peer = vm::peer::Peer::new(n as u64, stake * UNIT);
        let peer = if last_block < 0 { peer } else { peer.with_reward(0, last_block).unwrap() };
        peers = peers.assoc(Blob::new(&key(n)).into(), peer.value()).unwrap().unwrap();
    }
    let globals = [START, 0, 10, 1_000_000, 1_000_000_000_000, -1].map(Value::Integer);
    State::new(Vector::from_values(accounts), peers, Vector::from_values(globals), Index::empty())
}

/// The native functions by their names, and no other definitions.
fn core() -> Map {
    let natives = lang::native::NATIVE.iter();
    let natives = natives.map(|(code, name)| (Value::symbol(name), Value::native(*code)));
    Map::from_entries(natives.chain([(Value::symbol("*lang*"), Value::Nil)]))
}

/// A block of the peer with a number, made so many milliseconds after [`START`].
pub fn block(author: usize, after: i64) -> Value {
    Value::Signed(signer(author).sign(&block_value(START + after, [])))
}

/// Blocks by letters: the n-th `X` is always the same block, made by peer 0.
pub fn blocks(letters: &str) -> Vector {
    let mut seen = std::collections::BTreeMap::new();
    Vector::from_values(letters.chars().map(|letter| {
        let count = seen.entry(letter).or_insert(0);
        *count += 1;
        named(letter, *count)
    }))
}

fn named(letter: char, count: i64) -> Value {
    block(0, i64::from(u32::from(letter)) * 10 + count)
}

/// The letters of blocks.
pub fn letters(blocks: &Vector) -> String {
    let letter = |value: &Value| {
        let block = vm::block::Block::from_value(value).unwrap().unwrap();
        char::from_u32(((block.timestamp - START) / 10) as u32).unwrap()
    };
    blocks.iter().map(|value| letter(value.unwrap())).collect()
}

/// An order signed by a peer.
pub fn signed_order(number: usize, order: &Order) -> SignedOrder {
    SignedOrder::of(&signer(number).sign(&order.value())).unwrap().unwrap()
}

/// A belief of orders, each signed by the peer of its number.
pub fn belief(orders: &[(usize, Order)]) -> Belief {
    let mut belief = Belief::empty();
    for (number, order) in orders {
        belief.insert(key(*number), signed_order(*number, order)).unwrap();
    }
    belief
}

/// A peer of a network.
pub struct Node {
    pub peer: Peer,
    /// How far its clock is ahead of the true time, in milliseconds.
    pub skew: i64,
    /// Whether it takes part.
    pub is_up: bool,
    /// The latest order that is durable.
    pub durable: Option<SignedOrder>,
    pub reports: Vec<Report>,
    pub stops: Vec<Stop>,
    /// The hashes of the states after each block.
    pub states: Vec<lang::Hash>,
    outbox: Vec<Value>,
}

/// Peers in one process; what they send arrives in the next round.
pub struct Network {
    pub nodes: Vec<Node>,
    pub now: i64,
    pub genesis: State,
    /// Whether a message from one peer reaches another.
    pub link: Box<dyn Fn(usize, usize) -> bool>,
}

impl Network {
    pub fn new(genesis: State, count: usize, defences: Defences) -> Network {
        let nodes = (0..count).map(|n| Node::start(n, &genesis, Record::Nothing, defences)).collect();
        Network { nodes, now: START, genesis, link: Box::new(|_, _| true) }
    }

    /// A tick of every peer, then all messages arrive; each round takes 50 ms.
    pub fn round(&mut self) {
        self.now += 50;
        for number in 0..self.nodes.len() {
            self.give(number, Event::Tick);
        }
        let sent: Vec<Vec<Value>> =
            self.nodes.iter_mut().map(|node| std::mem::take(&mut node.outbox)).collect();
        for (from, messages) in sent.into_iter().enumerate() {
            for to in
                (0..self.nodes.len()).filter(|to| *to != from && (self.link)(from, *to)).collect::<Vec<_>>()
            {
                for message in &messages {
                    self.give(to, Event::Received { from: Some(key(from)), message: message.clone() });
                }
            }
        }
    }

    pub fn rounds(&mut self, count: usize) {
        (0..count).for_each(|_| self.round());
    }

    /// Gives an event to a peer, and carries out what comes of it at once.
    pub fn give(&mut self, number: usize, event: Event) {
        let now = self.now;
        self.nodes[number].give(now, event, number);
    }

    pub fn order(&self, number: usize) -> &Order {
        self.nodes[number].peer.order()
    }

    pub fn executed(&self) -> Vec<u64> {
        self.nodes.iter().map(|node| node.peer.executed()).collect()
    }
}

impl Node {
    pub fn start(number: usize, genesis: &State, signed: Record, defences: Defences) -> Node {
        let start = Start {
            state: genesis.clone(),
            blocks: Vector::empty(),
            signed,
            belief: Belief::empty(),
            defences,
        };
        let peer = Peer::new(signer(number), start).unwrap();
        let (reports, stops, states, outbox) = Default::default();
        Node { peer, skew: 0, is_up: true, durable: None, reports, stops, states, outbox }
    }

    fn give(&mut self, now: i64, event: Event, number: usize) {
        if !self.is_up {
            return;
        }
        let now = now + self.skew;
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let (peer, actions) = step(self.peer.clone(), now, event);
            self.peer = peer;
            for action in actions {
                events.extend(self.carry_out(action, number));
            }
        }
    }

    fn carry_out(&mut self, action: Action, number: usize) -> Option<Event> {
        match action {
            Action::Persist(signed) => {
                let order = SignedOrder::of(&signed).unwrap().unwrap();
                let timestamp = order.order().timestamp();
                self.durable = Some(order);
                return Some(Event::Persisted { timestamp });
            }
            Action::Broadcast(belief) => self.outbox.push(belief),
            Action::Execute { position, block, state } => {
                let (state, _) = execution::execute(&state, &block, &*signer(number)).unwrap();
                self.states.push(state.value().hash());
                return Some(Event::Executed { position, state });
            }
            Action::Simulate(draft) => {
                return Some(Event::Simulated(draft::simulate(&draft, &*signer(number)).unwrap()));
            }
            Action::Report(report) => self.reports.push(report),
            Action::Stop(stop) => self.stops.push(stop),
        }
        None
    }
}

/// The weights of a state.
pub fn weights(state: &State) -> Weights {
    Weights::of(state).unwrap()
}
