//! A stage for stories: a few peers, moved by hand, with no time passing but what the script says.
//! Disks and executions take no time, and messages go where the script sends them.

use crate::done::Done;
use crate::keys::{Keys, Own};
use crate::start;
use consensus::action::{Action, Report, Stop};
use consensus::draft::block_value;
use consensus::peer::{Record, Start};
use consensus::{Belief, Defences, Event, Key, Level, Order, Peer, SignedOrder};
use lang::{Hash, Signed, Value, Vector, reader};
use std::sync::Arc;
use vm::state::Global;
use vm::{State, Transaction};

/// The peers of a story and what happened to them.
pub struct Stage {
    /// The peers, `None` while a process is down.
    pub peers: Vec<Option<Peer>>,
    /// Their keys.
    pub list: Vec<Key>,
    /// The keys to sign with.
    pub keys: Keys,
    /// Milliseconds since 1970, the same for all clocks unless a script says otherwise.
    pub now: i64,
    /// How far each clock is off, in milliseconds.
    pub clocks: Vec<i64>,
    /// Blocks executed by each peer, by their hashes, over all its lives.
    pub finals: Vec<Vec<Hash>>,
    /// The latest order that reached each disk.
    pub disks: Vec<Option<SignedOrder>>,
    /// What peers reported, with who did.
    pub reports: Vec<(usize, Report)>,
    /// Peers whose disks write nothing for now.
    pub slow_disks: Vec<usize>,
    /// Peers that take long to execute: until [`Stage::finish_executions`].
    pub slow_machines: Vec<usize>,
    /// Executions that are not finished, with the peers that asked for them.
    unfinished: Vec<(usize, Action)>,
    /// Why peers stopped.
    pub stops: Vec<(usize, Stop)>,
    genesis: State,
    defences: Defences,
    /// The latest belief that each peer wanted sent.
    outbox: Vec<Option<Value>>,
}

impl Stage {
    /// Peers with stakes in coppers, fresh from genesis, a second later.
    ///
    /// # Panics
    /// If the stakes are more than the coins of a network.
    pub fn new(stakes: &[i64], defences: Defences) -> Stage {
        let (keys, list) = Keys::of(stakes.len());
        let genesis = start::state(&list, stakes).expect("the stakes of a story make a genesis");
        let first = genesis.global(Global::Timestamp).expect("genesis is in memory");
        let mut stage = Stage {
            peers: vec![None; stakes.len()],
            keys,
            now: first + 1_000,
            clocks: vec![0; stakes.len()],
            finals: vec![Vec::new(); stakes.len()],
            disks: vec![None; stakes.len()],
            reports: Vec::new(),
            slow_disks: Vec::new(),
            slow_machines: Vec::new(),
            unfinished: Vec::new(),
            stops: Vec::new(),
            outbox: vec![None; stakes.len()],
            genesis,
            defences,
            list,
        };
        (0..stakes.len()).for_each(|place| stage.start(place, Record::Nothing));
        stage
    }

    /// Starts a peer from genesis, with what it knows of its own orders.
    ///
    /// # Panics
    /// If the order contradicts genesis.
    pub fn start(&mut self, place: usize, signed: Record) {
        let start = Start {
            state: self.genesis.clone(),
            blocks: Vector::empty(),
            signed,
            belief: Belief::empty(),
            defences: self.defences,
        };
        let own = Own { keys: self.keys.clone(), key: self.list[place] };
        self.finals[place].clear();
        self.peers[place] = Some(Peer::new(Arc::new(own), start).expect("a peer starts from genesis"));
    }

    /// Starts a peer again with what is on its disk.
    pub fn restart(&mut self, place: usize) {
        let record = self.disks[place].clone().map_or(Record::Nothing, Record::Latest);
        self.start(place, record);
    }

    /// A peer of the story that runs.
    ///
    /// # Panics
    /// If it is down.
    pub fn peer(&self, place: usize) -> &Peer {
        self.peers[place].as_ref().expect("the script asks running peers")
    }

    /// A peer looks at what it holds.
    pub fn tick(&mut self, place: usize) {
        self.step(place, Event::Tick);
    }

    /// Moves a peer by an event, and carries out what it wants, but for sending.
    pub fn step(&mut self, place: usize, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let Some(peer) = self.peers[place].take() else { return };
            let (peer, actions) = consensus::step(peer, self.now + self.clocks[place], event);
            self.peers[place] = Some(peer);
            for action in actions {
                events.extend(self.act(place, action));
            }
        }
    }

    fn act(&mut self, place: usize, action: Action) -> Option<Event> {
        match action {
            Action::Persist(_) if self.slow_disks.contains(&place) => {}
            Action::Execute { .. } if self.slow_machines.contains(&place) => {
                self.unfinished.push((place, action));
            }
            Action::Broadcast(belief) => self.outbox[place] = Some(belief),
            Action::Report(report) => self.reports.push((place, report)),
            Action::Stop(stop) => self.stops.push((place, stop)),
            asked => return self.carry_out(place, &asked),
        }
        None
    }

    /// What a core asks of its disk or machine is done at once.
    fn carry_out(&mut self, place: usize, asked: &Action) -> Option<Event> {
        let done = Done::of(asked, &Own { keys: self.keys.clone(), key: self.list[place] })?;
        match &done {
            Done::Persisted(order) => self.disks[place] = Some(order.clone()),
            Done::Executed(executed) => {
                self.finals[place].truncate(executed.position as usize);
                self.finals[place].push(executed.block.hash());
            }
            Done::Simulated(_) => {}
        }
        Some(done.event())
    }

    /// Machines are quick again, and what they were at is done.
    pub fn finish_executions(&mut self) {
        self.slow_machines.clear();
        for (place, asked) in std::mem::take(&mut self.unfinished) {
            if let Some(event) = self.carry_out(place, &asked) {
                self.step(place, event);
            }
        }
    }

    /// A user hands a transaction to a peer: of the account that controls a peer, which code to
    /// run.
    ///
    /// # Panics
    /// If the code cannot be read, or the peer is down.
    pub fn submit(&mut self, place: usize, origin: usize, code: &str) {
        let form = reader::read_one(code, 0).expect("the code of a story can be read").value;
        let account =
            self.peer(place).state().account(start::controller(origin)).expect("cells are in memory");
        let sequence = account.map_or(0, |account| account.sequence().unwrap_or(0)) + 1;
        let transaction = Transaction::invoke(start::controller(origin), sequence, form).value();
        self.submit_signed(place, self.keys.sign(&self.list[origin], &transaction));
    }

    /// A user hands a signed transaction to a peer.
    pub fn submit_signed(&mut self, place: usize, transaction: Signed) {
        self.step(place, Event::Transactions(vec![transaction]));
    }

    /// What one peer sent last reaches another.
    pub fn deliver(&mut self, from: usize, to: usize) {
        if let Some(message) = self.outbox[from].clone() {
            self.hand(from, to, message);
        }
    }

    /// A message reaches a peer over the connection of another.
    pub fn hand(&mut self, from: usize, to: usize, message: Value) {
        let from = Some(self.list[from]);
        self.step(to, Event::Received { from, message });
    }

    /// A round among some peers: each looks at what it holds, then each message reaches all the
    /// others. A third of a second passes.
    pub fn round(&mut self, places: &[usize]) {
        self.now += 320;
        places.iter().for_each(|place| self.tick(*place));
        for from in places {
            places.iter().filter(|to| *to != from).for_each(|to| self.deliver(*from, *to));
        }
    }

    /// Some rounds.
    pub fn rounds(&mut self, places: &[usize], count: usize) {
        (0..count).for_each(|_| self.round(places));
    }

    /// An order signed by a peer: a liar may sign any.
    pub fn signed(&self, place: usize, order: &Order) -> Value {
        self.keys.sign(&self.list[place], &order.value()).into()
    }

    /// A block of a peer at a time, with transactions.
    pub fn block(&self, place: usize, timestamp: i64, transactions: Vec<Signed>) -> Value {
        self.keys.sign(&self.list[place], &block_value(timestamp, transactions)).into()
    }

    /// How many blocks are final for a peer.
    pub fn finality(&self, place: usize) -> i64 {
        self.peer(place).order().point(Level::Finality)
    }

    /// The first position at which two of the peers executed different blocks.
    pub fn fork(&self, places: &[usize]) -> Option<usize> {
        let longest = places.iter().map(|place| self.finals[*place].len()).max()?;
        (0..longest).find(|position| {
            let mut blocks = places.iter().filter_map(|place| self.finals[*place].get(*position));
            let first = blocks.next();
            blocks.any(|block| Some(block) != first)
        })
    }

    /// The share of decayed weight that a peer has, as another sees it, in percent.
    pub fn weight(&self, seen_by: usize, place: usize) -> f64 {
        let weights = self.peer(seen_by).weights();
        100.0 * weights.get(&self.list[place]).decayed / weights.total().decayed
    }
}
