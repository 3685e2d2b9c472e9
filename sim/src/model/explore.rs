//! Every state that three peers can reach, with the real core beside the model.

use super::rule::{Facts, Letter, Opinion, Vote};
use crate::done::Done;
use crate::keys::Own;
use crate::stage::Stage;
use consensus::{Defences, Event, Key, Level, Order, Peer};
use lang::{Value, Vector};
use std::collections::{HashSet, VecDeque};

/// What is explored.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Weights of the three peers. Peers 0 and 1 each make a block.
    pub weights: [u32; 3],
    /// Orders that peer 2 sends if it is a liar, in the order of their times; `None` for an honest
    /// one.
    pub lies: Option<[Vote; 3]>,
    /// The most states to visit.
    pub most: usize,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// States, counted once each.
    pub states: usize,
    /// Steps of the core that were compared with the model.
    pub steps: usize,
    /// Whether states were left out because there are too many.
    pub is_cut: bool,
    /// States in which an honest peer has executed both blocks.
    pub finished: usize,
    /// What went wrong first, with the steps that led there.
    pub fault: Option<Fault>,
}

/// Something that must not be.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What it is.
    pub what: String,
    /// The steps that led there.
    pub path: Vec<Step>,
}

/// A step of the model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// An order of a peer, by its number, reaches another, which then looks at what it holds. All
    /// before it are lost.
    Deliver {
        /// The sender.
        from: usize,
        /// The receiver.
        to: usize,
        /// The number of the order, from 0.
        number: usize,
    },
    /// So much time passes that no proposal need be kept.
    Wait,
}

/// A state: what each peer knows, and which orders were signed.
#[derive(Clone)]
struct World {
    opinions: Vec<Opinion>,
    peers: Vec<Peer>,
    /// Orders of each peer, and the messages that carry them.
    signed: Vec<Vec<(Vote, Value)>>,
    /// The number of the order of each peer (second index) that each (first) holds, plus 1; 0 for
    /// none.
    holds: Vec<Vec<usize>>,
    now: i64,
    path: Vec<Step>,
}

/// What makes two states the same.
type Signature = (Vec<Opinion>, Vec<Vec<Vote>>, Vec<Vec<usize>>);

/// Longer than a proposal is kept.
const WAIT_MS: i64 = consensus::limits::STEADY_PROPOSAL_MS + 1;
/// Coppers for a weight of 1.
const UNIT: i64 = 30_000_000_000_000;

/// Goes through all states of a setting.
pub fn explore(setting: &Setting) -> Explored {
    let explorer = Explorer::new(setting);
    let mut found = Explored::default();
    let first = explorer.first();
    let mut seen: HashSet<Signature> = HashSet::from([first.signature()]);
    let mut open = VecDeque::from([first]);
    while let Some(world) = open.pop_front() {
        found.states += 1;
        found.finished += usize::from(world.opinions.iter().any(|opinion| opinion.executed == 2));
        for step in explorer.steps(&world) {
            found.steps += 1;
            match explorer.take(&world, step) {
                Ok(next) if seen.contains(&next.signature()) => {}
                Ok(_) if seen.len() >= setting.most => found.is_cut = true,
                Ok(next) => {
                    seen.insert(next.signature());
                    open.push_back(next);
                }
                Err(what) => {
                    let path = world.path.iter().copied().chain([step]).collect();
                    found.fault = Some(Fault { what, path });
                    return found;
                }
            }
        }
    }
    found
}

struct Explorer<'a> {
    setting: &'a Setting,
    stage: Stage,
    /// Blocks before those of the model.
    prefix: Vector,
    /// The two blocks, the older one first.
    blocks: [Value; 2],
}

impl<'a> Explorer<'a> {
    /// Peers that have all made a block lately, so that their weights are their stakes. Then peers
    /// 0 and 1 each make one more, and hear of nothing else.
    fn new(setting: &'a Setting) -> Explorer<'a> {
        let stakes: Vec<i64> = setting.weights.iter().map(|weight| i64::from(*weight) * UNIT).collect();
        let mut stage = Stage::new(&stakes, Defences::all());
        stage.rounds(&[0, 1, 2], 8);
        let prefix = stage.peer(0).order().blocks().clone();
        let rests = (0..3).all(|place| stage.finality(place) == prefix.count() as i64);
        assert!(rests, "the model starts at rest");
        let blocks = [0, 1].map(|place| {
            stage.now += 10;
            stage.submit(place, place, "1");
            let own = stage.peer(place).order().blocks();
            assert_eq!(own.count(), prefix.count() + 1, "a peer has made its block");
            own.last().expect("cells are in memory").expect("there is a block").clone()
        });
        Explorer { setting, stage, prefix, blocks }
    }

    fn base(&self) -> u64 {
        self.prefix.count()
    }

    fn honest(&self) -> usize {
        if self.setting.lies.is_some() { 2 } else { 3 }
    }

    fn key(&self, place: usize) -> Key {
        self.stage.list[place]
    }

    fn first(&self) -> World {
        let opinion = |place: usize| {
            let letters = if place < 2 { vec![place as Letter] } else { Vec::new() };
            let own = Vote { letters, points: [0; 3] };
            let mut held = vec![Some(Vote::default()); 3];
            held[place] = Some(own.clone());
            Opinion { own, held, executed: 0, signs: true, is_fresh: false }
        };
        let mut world = World {
            opinions: (0..self.honest()).map(opinion).collect(),
            peers: (0..self.honest()).map(|place| self.stage.peer(place).clone()).collect(),
            signed: vec![Vec::new(); 3],
            holds: vec![vec![0; 3]; 3],
            now: self.stage.now + 5,
            path: Vec::new(),
        };
        for place in 0..2 {
            let order = self.own_order(&world.peers[place], place);
            world.signed[place].push((world.opinions[place].own.clone(), order));
        }
        for (number, vote) in self.setting.lies.iter().flatten().enumerate() {
            let message = self.message(2, vote, world.now + number as i64);
            world.signed[2].push((vote.clone(), message));
        }
        world.now += 5;
        world
    }

    /// The order that a peer has signed, as a message.
    fn own_order(&self, peer: &Peer, place: usize) -> Value {
        peer.belief().get(&self.key(place)).expect("a peer holds its own order").value()
    }

    /// Moves a peer. Disks and executions take no time.
    fn drive(&self, place: usize, peer: Peer, now: i64, event: Event) -> Peer {
        let own = Own { keys: self.stage.keys.clone(), key: self.key(place) };
        let (mut peer, actions) = consensus::step(peer, now, event);
        let mut actions = VecDeque::from(actions);
        while let Some(action) = actions.pop_front() {
            let Some(done) = Done::of(&action, &own) else { continue };
            let (next, more) = consensus::step(peer, now, done.event());
            peer = next;
            actions.extend(more);
        }
        peer
    }

    fn message(&self, place: usize, vote: &Vote, time: i64) -> Value {
        let mut blocks = self.prefix.clone();
        for letter in &vote.letters {
            blocks = blocks.conj(self.blocks[usize::from(*letter)].clone()).expect("cells are in memory");
        }
        let count = blocks.count() as i64;
        let points = vote.points.map(|point| (self.base() as usize + point) as i64);
        self.stage.signed(place, &Order::new(time, [count, points[0], points[1], points[2]], blocks))
    }

    fn steps(&self, world: &World) -> Vec<Step> {
        let mut steps = Vec::new();
        for to in 0..self.honest() {
            for from in (0..3).filter(|from| *from != to) {
                for number in world.holds[to][from]..world.signed[from].len() {
                    steps.push(Step::Deliver { from, to, number });
                }
            }
        }
        if world.opinions.iter().any(|opinion| opinion.is_fresh) {
            steps.push(Step::Wait);
        }
        steps
    }

    /// The state after a step.
    fn take(&self, world: &World, step: Step) -> Result<World, String> {
        let mut next = world.clone();
        next.path.push(step);
        match step {
            Step::Wait => {
                next.now += WAIT_MS;
                for place in 0..self.honest() {
                    next.opinions[place].is_fresh = false;
                    self.tick(&mut next, place)?;
                }
            }
            Step::Deliver { from, to, number } => {
                next.now += 1;
                next.holds[to][from] = number + 1;
                let (vote, message) = next.signed[from][number].clone();
                next.opinions[to].held[from] = Some(vote);
                let received = Event::Received { from: Some(self.key(from)), message };
                next.peers[to] = self.drive(to, next.peers[to].clone(), next.now, received);
                self.tick(&mut next, to)?;
            }
        }
        self.check(&next)?;
        Ok(next)
    }

    /// A peer looks at what it holds, in the model and in the core; both must come to the same.
    fn tick(&self, world: &mut World, place: usize) -> Result<(), String> {
        let before = world.opinions[place].clone();
        let facts = Facts {
            place,
            weights: &self.setting.weights,
            zero_is_lower: self.blocks[0].hash() < self.blocks[1].hash(),
        };
        let fork = facts.tick(&mut world.opinions[place]);
        let peer = self.drive(place, world.peers[place].clone(), world.now, Event::Tick);
        if let Err(position) = fork {
            return Err(format!("peer {place} finds a fork at {position}"));
        }
        self.compare(place, &world.opinions[place], &peer)?;
        let opinion = &world.opinions[place];
        if opinion.signs && opinion.own != before.own {
            let order = self.own_order(&peer, place);
            world.signed[place].push((opinion.own.clone(), order));
        }
        world.peers[place] = peer;
        Ok(())
    }

    fn compare(&self, place: usize, opinion: &Opinion, peer: &Peer) -> Result<(), String> {
        if let Some(stop) = peer.stopped() {
            return Err(format!("peer {place} stopped: {stop}"));
        }
        let vote = self.vote(peer.order());
        let executed = (peer.executed() - self.base()) as usize;
        if vote == opinion.own && executed == opinion.executed && peer.observing().is_none() == opinion.signs
        {
            return Ok(());
        }
        Err(format!(
            "peer {place} has {vote:?} and executed {executed}, the model {:?} and {}",
            opinion.own, opinion.executed
        ))
    }

    fn vote(&self, order: &Order) -> Vote {
        let letter = |block: &Value| Letter::from(*block == self.blocks[1]);
        let letters =
            order.blocks().iter_from(self.base()).map(|block| letter(block.expect("cells are in memory")));
        let point = |level| (order.point(level) - self.base() as i64) as usize;
        Vote {
            letters: letters.collect(),
            points: [point(Level::Proposal), point(Level::Consensus), point(Level::Finality)],
        }
    }

    /// No two honest peers have executed different blocks at a position.
    fn check(&self, world: &World) -> Result<(), String> {
        for a in &world.opinions {
            for b in &world.opinions {
                let both = a.executed.min(b.executed);
                if a.own.letters[..both] != b.own.letters[..both] {
                    return Err(format!("a fork: {:?} and {:?}", a.own, b.own));
                }
            }
        }
        Ok(())
    }
}

impl World {
    /// Orders that all hold already, or newer ones, do not matter any more.
    fn signature(&self) -> Signature {
        let honest = self.opinions.len();
        let oldest = |from: usize| {
            (0..honest).filter(|to| *to != from).map(|to| self.holds[to][from]).min().unwrap_or(0)
        };
        let signed =
            |from: usize| self.signed[from][oldest(from)..].iter().map(|(vote, _)| vote.clone()).collect();
        let holds = |to: usize| {
            (0..3).filter(|from| *from != to).map(|from| self.holds[to][from] - oldest(from)).collect()
        };
        (self.opinions.clone(), (0..3).map(signed).collect(), (0..honest).map(holds).collect())
    }
}
