//! A run: the network, the hosts and the clock, moved by one queue of events.

use crate::done::{Done, Executed};
use crate::event::{Happening, Queue};
use crate::fault::{Fault, Place, Window};
use crate::host::Host;
use crate::keys::{Keys, Own};
use crate::liar::Liar;
use crate::log::Log;
use crate::mix::Mix;
use crate::network::Network;
use crate::oracle::{Broken, Oracle};
use crate::random;
use crate::start;
use crate::tally::Tally;
use crate::workload::Workload;
use consensus::action::{Action, Observing, Report};
use consensus::event::Event;
use consensus::{Defence, Defences, Key, Level, SignedOrder, limits};
use fastrand::Rng;
use lang::{Signed, Value};
use vm::State;
use vm::state::Global;

/// How often a host looks at what it holds when nothing happens, in milliseconds.
const TICK_MS: i64 = 30;
/// How soon a host looks at what has arrived or been done, in milliseconds: at all that came until
/// then.
const LOOK_MS: i64 = 10;
/// How long writing to a disk takes at most, in milliseconds.
const DISK_MS: i64 = 12;
/// How long a block takes to execute at most, in milliseconds.
const EXECUTION_MS: i64 = 8;

/// Everything in a run.
pub struct World {
    pub(crate) mix: Mix,
    pub(crate) now: i64,
    pub(crate) hosts: Vec<Host>,
    pub(crate) oracle: Oracle,
    pub(crate) log: Log,
    pub(crate) tally: Tally,
    pub(crate) broken: Option<Broken>,
    genesis: State,
    /// Milliseconds since 1970 at the start of the run.
    epoch: i64,
    queue: Queue,
    network: Network,
    workload: Workload,
    /// The luck of disks and executions.
    machines: Rng,
    keys: Keys,
    /// To whom each peer sends.
    connections: Vec<Vec<Place>>,
    defences: Defences,
    /// Whether each host is about to look at what has arrived.
    will_look: Vec<bool>,
    /// Points of consensus and finality, as last seen of each host.
    points: Vec<[i64; 2]>,
}

impl World {
    /// A run before its first event. Honest peers have these defences; of the log, so many lines
    /// are kept.
    ///
    /// # Panics
    /// If the stakes are more than the coins of a network.
    pub fn new(mix: &Mix, defences: Defences, lines: usize) -> World {
        let (keys, list) = Keys::of(mix.peers());
        let genesis = start::state(&list, &mix.stakes).expect("the stakes of a run make a genesis");
        let epoch = epoch(mix, &genesis);
        let host = |place: Place| {
            let liar = mix.lie(place).map(|lie| Liar::new(*lie, mix.seed, place, &keys, &list));
            let mut host = Host::new(place, list[place], &keys, &genesis, mix.skew[place], liar, defences);
            host.relays = mix.fan_out.is_some_and(|fan_out| fan_out + 1 < mix.peers());
            host
        };
        let mut world = World {
            mix: mix.clone(),
            now: 0,
            hosts: (0..mix.peers()).map(host).collect(),
            oracle: Oracle::new(&genesis).expect("genesis is in memory"),
            log: Log::keeping(lines),
            tally: Tally::default(),
            broken: None,
            epoch,
            queue: Queue::default(),
            network: Network::new(mix.seed, mix.peers(), mix.latency),
            workload: Workload::new(mix, keys.clone(), list),
            machines: random::stream(mix.seed, "machines", &[]),
            keys,
            connections: connections(mix),
            defences,
            will_look: vec![false; mix.peers()],
            points: vec![[0, 0]; mix.peers()],
            genesis,
        };
        world.plan_all();
        world
    }

    fn plan_all(&mut self) {
        for place in 0..self.hosts.len() {
            self.start(place, true);
            self.queue.plan(self.machines.i64(0..TICK_MS), Happening::Tick(place));
        }
        for (number, fault) in self.mix.faults.iter().enumerate() {
            let Window { start, end } = fault.window();
            self.queue.plan(start, Happening::FaultBegins(number));
            self.queue.plan(end, Happening::FaultEnds(number));
        }
        let first = self.workload.pause();
        self.queue.plan(first, Happening::Work);
    }

    /// Runs up to a time, or until a rule is broken.
    pub fn run_until(&mut self, end: i64) {
        while self.broken.is_none() {
            let Some((time, happening)) = self.queue.next_before(end) else { break };
            self.now = time;
            self.tally.events += 1;
            self.happen(happening);
        }
        self.tally.messages = self.network.counts;
    }

    /// What the clock of a host shows.
    pub fn clock(&self, place: Place) -> i64 {
        self.epoch + self.now + self.hosts[place].clock_error(&self.mix.faults, self.now)
    }

    fn happen(&mut self, happening: Happening) {
        if let Some(until) = self.paused(&happening) {
            return self.queue.plan(until, happening);
        }
        match happening {
            Happening::Tick(place) => self.tick(place),
            Happening::Look(place) => {
                self.will_look[place] = false;
                self.look(place);
            }
            Happening::Arrival { from, to, message } => self.arrive(from, to, message),
            Happening::Done { place, core, life, what } => self.finish(place, core, life, what),
            Happening::Work => self.work(),
            Happening::FaultBegins(number) => self.begin(number),
            Happening::FaultEnds(number) => self.end(number),
        }
    }

    /// Until when something waits because its host stands still.
    fn paused(&self, happening: &Happening) -> Option<i64> {
        let host = match happening {
            Happening::Tick(place) | Happening::Look(place) | Happening::Done { place, .. } => *place,
            Happening::Arrival { to, .. } => *to,
            _ => return None,
        };
        self.mix.faults.iter().find_map(|fault| match fault {
            Fault::Pause { place, window } if *place == host && window.holds(self.now) => Some(window.end),
            _ => None,
        })
    }

    fn tick(&mut self, place: Place) {
        self.queue.plan(self.now + TICK_MS, Happening::Tick(place));
        let forgets = self.hosts[place].liar.as_mut().is_some_and(Liar::forgets_now);
        if forgets {
            let genesis = self.genesis.clone();
            self.hosts[place].lose(&genesis);
            self.start(place, true);
        }
        self.look(place);
    }

    /// A host looks at all that has come.
    fn look(&mut self, place: Place) {
        for core in 0..self.hosts[place].cores.len() {
            self.step(place, core, Event::Tick);
        }
    }

    /// Something has come to a host: it looks at it soon.
    fn stir(&mut self, place: Place) {
        if !std::mem::replace(&mut self.will_look[place], true) {
            self.queue.plan(self.now + LOOK_MS, Happening::Look(place));
        }
    }

    fn arrive(&mut self, from: Place, to: Place, message: Value) {
        self.log.note(self.now, format_args!("{from} -> {to} {}", message.hash()));
        let core = self.hosts[to].liar.as_ref().map_or(0, |liar| liar.core_for(from));
        let from = Some(self.hosts[from].key);
        self.step(to, core, Event::Received { from, message });
        self.stir(to);
    }

    fn finish(&mut self, place: Place, core: usize, life: u64, what: Done) {
        if self.hosts[place].life != life {
            return;
        }
        match &what {
            Done::Persisted(order) => {
                self.log.note(self.now, format_args!("{place} persisted"));
                self.watch_order(place, order);
                self.hosts[place].sync_order(self.now, order);
            }
            Done::Executed(executed) => {
                let Executed { position, block, before, after, minted } = &**executed;
                self.log.note(self.now, format_args!("{place} executed {position} {}", after.value().hash()));
                if self.hosts[place].is_honest() {
                    let verdict = self.oracle.executed(place, *position, block, before, after, *minted);
                    self.judge(verdict);
                    self.watch_time(*position, after);
                }
            }
            Done::Simulated(_) => {}
        }
        self.step(place, core, what.event());
        self.stir(place);
        if matches!(what, Done::Executed(_)) && self.machines.f64() < 0.3 {
            self.hosts[place].sync_executed();
        }
    }

    fn work(&mut self) {
        let pause = self.workload.pause();
        self.queue.plan(self.now + pause, Happening::Work);
        let place = self.workload.entry();
        let Some(peer) = self.hosts[place].peer() else { return };
        let transaction = self.workload.transaction(peer.state()).expect("the states of a run are in memory");
        self.log
            .note(self.now, format_args!("{place} takes in {}", Value::Signed(transaction.clone()).hash()));
        self.tally.transactions += 1;
        self.step(place, 0, Event::Transactions(vec![transaction]));
    }

    fn begin(&mut self, number: usize) {
        let fault = self.mix.faults[number].clone();
        self.log.note(self.now, format_args!("{fault} begins"));
        self.tally.faults += 1;
        if let Some(place) = fault.stops() {
            self.hosts[place].stop();
        }
    }

    fn end(&mut self, number: usize) {
        let fault = self.mix.faults[number].clone();
        self.log.note(self.now, format_args!("{fault} ends"));
        let Some(place) = fault.stops() else { return };
        match fault {
            Fault::StoreLost { .. } => self.hosts[place].lose(&self.genesis),
            Fault::OldStore { copied, .. } => self.hosts[place].restore(copied),
            _ => {}
        }
        self.start(place, fault.forgets().is_none());
    }

    fn start(&mut self, place: Place, remembers: bool) {
        if let Err(reason) = self.hosts[place].start(remembers) {
            self.judge(Err(Broken::Stopped { place, reason }));
        }
        self.points[place] = self.points_of(place).unwrap_or_default();
    }

    fn step(&mut self, place: Place, core: usize, event: Event) {
        let Some(peer) = self.hosts[place].cores[core].take() else { return };
        let (peer, actions) = consensus::step(peer, self.clock(place), event);
        self.hosts[place].cores[core] = Some(peer);
        for action in actions {
            self.act(place, core, action);
        }
        self.watch_points(place);
    }

    fn act(&mut self, place: Place, core: usize, action: Action) {
        match action {
            Action::Broadcast(belief) => self.broadcast(place, core, &belief),
            Action::Report(report) => self.report(place, &report),
            Action::Stop(_) if !self.hosts[place].is_honest() => self.start(place, true),
            Action::Stop(stop) => self.judge(Err(Broken::Stopped { place, reason: stop.to_string() })),
            asked => self.carry_out(place, core, &asked),
        }
    }

    /// What a core asks of its disk or machine is done some time later.
    fn carry_out(&mut self, place: Place, core: usize, asked: &Action) {
        let own = Own { keys: self.keys.clone(), key: self.hosts[place].key };
        let Some(what) = Done::of(asked, &own) else { return };
        let most = if matches!(what, Done::Persisted(_)) { DISK_MS } else { EXECUTION_MS };
        self.tally.executions += u64::from(matches!(what, Done::Executed(_)));
        let time = self.now + self.machines.i64(1..=most) * self.slowness(place);
        let life = self.hosts[place].life;
        self.queue.plan(time, Happening::Done { place, core, life, what });
    }

    fn slowness(&self, host: Place) -> i64 {
        let factor = |fault: &Fault| match fault {
            Fault::Slow { place, factor, window } if *place == host && window.holds(self.now) => *factor,
            _ => 1,
        };
        self.mix.faults.iter().map(factor).max().unwrap_or(1)
    }

    fn broadcast(&mut self, place: Place, core: usize, belief: &Value) {
        self.watch_sending(place);
        let now = self.clock(place);
        for to in self.connections[place].clone() {
            let Some(message) = self.outgoing(place, core, to, now, belief) else { continue };
            for time in self.network.deliveries(&self.mix.faults, self.now, place, to) {
                let arrival = Happening::Arrival { from: place, to, message: message.clone() };
                self.queue.plan(time, arrival);
            }
        }
    }

    /// What a host sends in place of a belief: an honest one the belief itself.
    fn outgoing(&mut self, place: Place, core: usize, to: Place, now: i64, belief: &Value) -> Option<Value> {
        let Host { liar, cores, .. } = &mut self.hosts[place];
        let (Some(liar), Some(peer)) = (liar, &cores[core]) else { return Some(belief.clone()) };
        if liar.core_for(to) != core {
            return None;
        }
        liar.tamper(now, peer, belief, to).expect("the cells of a run are in memory")
    }

    fn report(&mut self, place: Place, report: &Report) {
        self.tally.count(report);
        if !self.hosts[place].is_honest() {
            return;
        }
        if let Report::Equivocation(proof) = report {
            let accused = self.hosts.iter().position(|host| host.key == *proof.key());
            let forgot =
                |accused: Place| self.mix.faults.iter().any(|fault| fault.forgets() == Some(accused));
            self.log.note(self.now, format_args!("{place} proves an equivocation of {accused:?}"));
            if let Some(accused) = accused.filter(|accused| self.mix.is_honest(*accused) && !forgot(*accused))
            {
                self.judge(Err(Broken::Accused { place, accused }));
            }
        }
    }

    /// Notes the first rule that is broken; later ones may follow from it.
    fn judge(&mut self, verdict: Result<(), Broken>) {
        if let Err(broken) = verdict
            && self.broken.is_none()
        {
            self.log.note(self.now, format_args!("{broken}"));
            self.broken = Some(broken);
        }
    }

    /// The points of an honest host that must not retreat: consensus unless it is stranded, and
    /// finality.
    fn points_of(&self, place: Place) -> Option<[i64; 2]> {
        let peer = self.hosts[place].peer().filter(|_| self.hosts[place].is_honest())?;
        Some([peer.order().point(Level::Consensus), peer.order().point(Level::Finality)])
    }

    /// Without ratchets points may retreat; then a fork shows what that leads to.
    fn watch_points(&mut self, place: Place) {
        let Some(points) = self.points_of(place).filter(|_| self.defences.has(Defence::Ratchets)) else {
            return;
        };
        let observing = self.hosts[place].peer().and_then(|peer| peer.observing());
        let stranded = matches!(observing, Some(Observing::Stranded { .. }));
        let before = self.points[place];
        for (level, (old, new)) in before.into_iter().zip(points).enumerate() {
            if new < old && !(stranded && level == 0) {
                self.judge(Err(Broken::Retreat { place, from: old, to: new }));
            }
        }
        self.points[place] = points;
    }

    /// Orders of an honest peer are dated one after the other.
    fn watch_order(&mut self, place: Place, order: &SignedOrder) {
        let last = self.hosts[place].disk.order.as_ref();
        let rises = last.is_none_or(|last| last.order().timestamp() < order.order().timestamp());
        if !rises && self.hosts[place].is_honest() && self.defences.has(Defence::RisingTime) {
            self.judge(Err(Broken::Undated { place }));
        }
    }

    /// An honest peer that has lost nothing sends no own order before its disk holds it.
    fn watch_sending(&mut self, place: Place) {
        let host = &self.hosts[place];
        let forgets = self.mix.faults.iter().any(|fault| fault.forgets() == Some(place));
        let Some(peer) = host.peer().filter(|_| host.is_honest() && !forgets) else { return };
        let time = |order: Option<&SignedOrder>| order.map_or(-1, |order| order.order().timestamp());
        let (sent, synced) = (peer.belief().get(&host.key), host.disk.order.as_ref());
        if time(sent) > time(synced) && self.defences.has(Defence::DurableOrders) {
            self.judge(Err(Broken::Unsynced { place }));
        }
    }

    /// The time of a final state is not ahead of what the clock of some honest peer may have shown,
    /// and a block may be dated ahead of it.
    fn watch_time(&mut self, position: u64, state: &State) {
        let jump = |fault: &Fault| if let Fault::Clock { by, .. } = fault { *by } else { 0 };
        let jump = self.mix.faults.iter().map(jump).max().unwrap_or(0).max(0);
        let skew = self.mix.skew.iter().max().copied().unwrap_or(0);
        let most = self.epoch + self.now + jump + skew + limits::FORWARD_MS;
        let by = state.global(Global::Timestamp).expect("the states of a run are in memory") - most;
        if by > 0 && self.defences.has(Defence::ForwardBlocks) {
            self.judge(Err(Broken::Ahead { position: position + 1, by }));
        }
    }

    /// The hosts, by position.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The keys of the hosts, in order.
    pub fn list(&self) -> Vec<Key> {
        self.hosts.iter().map(|host| host.key).collect()
    }

    /// A value signed with the key of a host.
    pub fn sign(&self, place: Place, value: &Value) -> Signed {
        self.keys.sign(&self.hosts[place].key, value)
    }

    /// A transaction handed to a peer from outside the workload.
    pub fn submit(&mut self, place: Place, transaction: Signed) {
        self.step(place, 0, Event::Transactions(vec![transaction]));
    }
}

/// To whom each peer sends: all others, or some drawn from the seed. The next one is always among
/// them, so that everything reaches everybody.
fn connections(mix: &Mix) -> Vec<Vec<Place>> {
    let mut rng = random::stream(mix.seed, "connections", &[]);
    let peers = mix.peers();
    let of = |place: Place| {
        let mut others: Vec<Place> = (1..peers).map(|step| (place + step) % peers).collect();
        if let Some(fan_out) = mix.fan_out.filter(|fan_out| *fan_out < others.len()) {
            rng.shuffle(&mut others[1..]);
            others.truncate(fan_out);
        }
        others
    };
    (0..peers).map(of).collect()
}

/// When the run starts: at the time of genesis, an hour or two years after it.
fn epoch(mix: &Mix, genesis: &State) -> i64 {
    let mut rng = random::stream(mix.seed, "epoch", &[]);
    let first = genesis.global(Global::Timestamp).expect("genesis is in memory");
    first + [1_000, 3_600_000, 2 * 365 * 24 * 3_600_000][rng.usize(..3)]
}
