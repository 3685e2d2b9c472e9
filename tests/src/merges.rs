//! Random merges of beliefs: peers of varied stake and age that propose, exchange and lie.
//!
//! No two blocks of a script share a time and no stakes add up to the same, because there the
//! reference leaves the outcome to chance.

use consensus::merge::{Setting, merge};
use consensus::{Belief, Key, Order, SignedOrder, Weights};
use fastrand::Rng;
use lang::{Blob, Record, Value, Vector, message, record};
use node::sign::SigningKey;
use node::{genesis_key, genesis_keys};
use serde_json::{Value as Json, json};
use vm::State;
use vm::block::{self, Block};
use vm::state::Global;

/// How many merges a script has.
pub const MERGES: usize = 5;
/// The least stake of its own with which a peer counts, in coppers.
const ENOUGH: i64 = vm::limits::MIN_EFFECTIVE_STAKE_COPPERS;
/// The account that controls the first peer; those of the others follow.
const FIRST_CONTROLLER: u64 = 12;

/// Makes scripts from a seed; the same seed always gives the same scripts.
pub struct Merges {
    rng: Rng,
    genesis: State,
    keys: Vec<SigningKey>,
}

/// A network in which a script plays.
struct Scene<'a> {
    rng: &'a mut Rng,
    keys: &'a [SigningKey],
    state: State,
    weights: Weights,
    beliefs: Vec<Belief>,
    now: i64,
    /// The time of the latest block.
    block_time: i64,
    /// Blocks that have been made.
    made: Vec<Value>,
}

impl Merges {
    /// A source of scripts.
    ///
    /// # Panics
    /// When the genesis state that the library embeds is broken.
    pub fn new(seed: u64) -> Merges {
        let keys = (0..genesis_keys::COUNT).filter_map(genesis_key).collect();
        let genesis = stdlib::genesis().expect("the library embeds a genesis state");
        Merges { rng: Rng::with_seed(seed), genesis, keys }
    }

    /// The next script: `{"setup": […], "merges": […]}`.
    ///
    /// # Panics
    /// When a cell of a value built here is absent.
    pub fn script(&mut self) -> Json {
        let (setup, state) = self.setup();
        let count = self.rng.usize(3..=self.keys.len());
        let mut scene = Scene {
            weights: Weights::of(&state).expect("all is in memory"),
            now: state.global(Global::Timestamp).expect("all is in memory") + self.rng.i64(1..5_000),
            block_time: state.global(Global::Timestamp).expect("all is in memory"),
            beliefs: Vec::new(),
            made: Vec::new(),
            keys: &self.keys[..count],
            rng: &mut self.rng,
            state,
        };
        scene.begin();
        let mut merges = Vec::new();
        while merges.len() < MERGES {
            merges.extend(scene.turn());
        }
        json!({ "setup": setup, "merges": merges })
    }

    /// Blocks that give the peers stakes and ages, and the state after them.
    fn setup(&mut self) -> (Vec<String>, State) {
        let mut state = self.genesis.clone();
        let mut time = state.global(Global::Timestamp).expect("all is in memory");
        let first =
            state.peer(&Blob::new(&self.keys[0].verifying_key().to_bytes())).expect("all is in memory");
        let stakes = first.expect("there is a first peer").own_stake().expect("all is in memory");
        let mut sequences = vec![0i64; self.keys.len()];
        let mut messages = Vec::new();
        for number in 0..self.rng.usize(4..16) {
            time += self.rng.i64(1..200_000);
            let author = self.rng.usize(..self.keys.len());
            // At first all stakes change, as they are equal at genesis.
            let changes: Vec<usize> = match number {
                0 => (0..self.keys.len()).collect(),
                _ => (0..self.rng.usize(..3)).map(|_| self.rng.usize(..self.keys.len())).collect(),
            };
            let transactions = changes.into_iter().map(|peer| {
                sequences[peer] += 1;
                let stake = match self.rng.u8(..8) {
                    0 => self.rng.i64(0..ENOUGH),
                    _ => self.rng.i64(ENOUGH..stakes),
                };
                self.stake_change(peer, sequences[peer], stake)
            });
            let transactions = Vector::from_values(transactions.collect::<Vec<_>>());
            let value = signed_block(&self.keys[author], time, transactions);
            messages.push(hex(&value));
            let block = Block::from_value(&value).expect("all is in memory").expect("it is a block");
            let result = block::apply(&state, &block, &vm::signature::is_good).expect("all is in memory");
            state = result.state;
        }
        (messages, state)
    }

    /// A transaction by which the controller of a peer sets its stake.
    fn stake_change(&self, peer: usize, sequence: i64, stake: i64) -> Value {
        let origin = FIRST_CONTROLLER + peer as u64;
        let key = Blob::new(&self.keys[peer].verifying_key().to_bytes());
        let form = lang::List::from_values([Value::symbol("set-peer-stake"), key.into(), stake.into()]);
        let fields = [Value::Address(origin), sequence.into(), form.into()];
        let invoke = Record::new(record::tag::INVOKE, Vector::from_values(fields));
        node::sign(&invoke.into(), &self.keys[peer]).into()
    }
}

impl Scene<'_> {
    fn key(&self, peer: usize) -> Key {
        self.keys[peer].verifying_key().to_bytes()
    }

    /// Every peer holds its own empty order, and some know those of others.
    fn begin(&mut self) {
        let orders: Vec<(Key, SignedOrder)> =
            (0..self.keys.len()).map(|peer| (self.key(peer), self.sign(peer, &Order::empty()))).collect();
        for (own, _) in &orders {
            let mut belief = Belief::empty();
            for (key, order) in &orders {
                if key == own || self.rng.bool() {
                    belief.insert(*key, order.clone()).expect("all is in memory");
                }
            }
            self.beliefs.push(belief);
        }
    }

    fn sign(&self, peer: usize, order: &Order) -> SignedOrder {
        let signed = node::sign(&order.value(), &self.keys[peer]);
        SignedOrder::of(&signed).expect("all is in memory").expect("it is an order")
    }

    /// Something happens; the question about a merge if it was one.
    fn turn(&mut self) -> Option<Json> {
        self.now += self.rng.i64(1..150);
        match self.rng.u8(..10) {
            0..=2 => {
                self.propose();
                None
            }
            _ => Some(self.merge()),
        }
    }

    fn propose(&mut self) {
        let peer = self.rng.usize(..self.keys.len());
        let block = self.block(peer);
        let key = self.key(peer);
        let own = self.beliefs[peer].get(&key).expect("each holds its own").order();
        let blocks = own.blocks().conj(block).expect("all is in memory");
        let order = own.with_blocks(blocks).with_timestamp(self.now);
        let order = self.sign(peer, &order);
        self.beliefs[peer].insert(key, order).expect("all is in memory");
    }

    /// A block of a peer at a time that no other block has.
    fn block(&mut self, peer: usize) -> Value {
        self.block_time = match self.rng.u8(..10) {
            // Some are dated back so far that they are refused, and some far ahead.
            0 => self.block_time + 1_000_000 + self.rng.i64(0..1_000),
            _ => self.block_time.max(self.now - 20) + 1,
        };
        let time = if self.rng.u8(..12) == 0 { self.block_time - 2_000_000 } else { self.block_time };
        let author = if self.rng.u8(..12) == 0 { self.rng.usize(..self.keys.len()) } else { peer };
        let block = signed_block(&self.keys[author], time, Vector::empty());
        self.made.push(block.clone());
        block
    }

    fn merge(&mut self) -> Json {
        let peer = self.rng.usize(..self.keys.len());
        let own = self.beliefs[peer].clone();
        let mut incoming = Vec::new();
        for _ in 0..self.rng.usize(1..self.keys.len() + 3) {
            let from = self.rng.usize(..self.keys.len());
            let mut belief = self.beliefs[from].clone();
            if self.rng.u8(..3) == 0 {
                self.lie(&mut belief);
            }
            incoming.push(belief);
        }
        let key = self.key(peer);
        let setting = Setting { key: &key, now: self.now, state: &self.state, weights: &self.weights };
        let merged = merge(&own, &incoming, &setting, |value| node::sign(value, &self.keys[peer]));
        self.beliefs[peer] = merged.expect("all is in memory, and each holds its own order");
        let hex = |belief: &Belief| hex(&belief.value().expect("all is in memory"));
        json!({
            "key": peer,
            "now": self.now,
            "belief": hex(&own),
            "incoming": incoming.iter().map(hex).collect::<Vec<_>>(),
        })
    }

    /// Puts an order that no honest peer would sign, or that stands where it should not, into a
    /// belief.
    fn lie(&mut self, belief: &mut Belief) {
        let liar = self.rng.usize(..self.keys.len());
        let held = belief.get(&self.key(liar)).map_or_else(Order::empty, |held| held.order().clone());
        let mut blocks: Vec<Value> = held.blocks().to_vec().expect("all is in memory");
        match self.rng.u8(..6) {
            0 => self.rng.shuffle(&mut blocks),
            1 => drop(blocks.pop()),
            2 => blocks.extend(self.rng.choice(&self.made).cloned()),
            3 => blocks = self.rng.choose_multiple(self.made.iter().cloned(), 5),
            4 => blocks.insert(self.rng.usize(..=blocks.len()), self.block(liar)),
            _ => {}
        }
        let mut points = [blocks.len() as i64; 4];
        for level in 1..4 {
            let beyond = i64::from(self.rng.u8(..8) == 0);
            points[level] = self.rng.i64(0..=points[level - 1] + beyond);
        }
        let time = match self.rng.u8(..4) {
            0 => held.timestamp(),
            1 => self.now + self.rng.i64(0..300),
            2 => self.now,
            _ => held.timestamp().max(self.now - self.rng.i64(0..200)),
        };
        let order = self.sign(liar, &Order::new(time, points, Vector::from_values(blocks)));
        let place = if self.rng.u8(..10) == 0 { self.rng.usize(..self.keys.len()) } else { liar };
        belief.insert(self.key(place), order).expect("all is in memory");
    }
}

fn signed_block(author: &SigningKey, time: i64, transactions: Vector) -> Value {
    let fields = [time.into(), transactions.into()];
    let block = Record::new(record::tag::BLOCK, Vector::from_values(fields));
    node::sign(&block.into(), author).into()
}

fn hex(value: &Value) -> String {
    let bytes = message::encode(value).expect("all is in memory");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
