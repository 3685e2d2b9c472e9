//! A network of peers in one process, without a disk: it is lost when the process ends.

use crate::Verdicts;
use crate::cells::Cells;
use crate::clock::Clock;
use crate::driver::Driver;
use crate::durable::{Durable, InMemory};
use crate::executions::Executions;
use crate::genesis_keys::{self, genesis_key};
use crate::link::{InProcess, Link};
use crate::node::{Node, Shared};
use crate::pool::spawn;
use crate::sign::SigningKey;
use crate::signer::Signer;
use crate::worker::{Executor, simulate_all};
use crate::{queue, worker};
use consensus::peer::{Record, Start};
use consensus::{Belief, Defences, Peer};
use lang::{Blob, Index, Missing, Value, Vector};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::available_parallelism;
use vm::State;

/// The most peers in one process.
pub const MAX_PEERS: usize = genesis_keys::COUNT;

/// What a network begins with.
pub struct Options {
    /// Its first state. Its peers are those of the keys, see [`with_peers`].
    pub genesis: State,
    /// The secret keys of the peers to run, at most [`MAX_PEERS`].
    pub keys: Vec<SigningKey>,
    /// The clock of all of them.
    pub clock: Clock,
}

/// A network that runs.
pub struct Network {
    nodes: Vec<Node>,
}

/// Why a network cannot start.
#[derive(Debug)]
pub enum StartError {
    /// There must be at least one peer and at most [`MAX_PEERS`].
    PeerCount(usize),
    /// A peer cannot begin with the state.
    State(String),
    /// The system gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::PeerCount(count) => write!(f, "a network has 1 to {MAX_PEERS} peers, not {count}"),
            StartError::State(reason) => write!(f, "a network cannot begin with this state: {reason}"),
            StartError::Thread(error) => write!(f, "the system gives no thread: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<Missing> for StartError {
    fn from(missing: Missing) -> StartError {
        StartError::State(missing.to_string())
    }
}

impl From<std::io::Error> for StartError {
    fn from(error: std::io::Error) -> StartError {
        StartError::Thread(error)
    }
}

/// The public test keys of the first peers of a local genesis.
pub fn local_keys(peers: usize) -> Vec<SigningKey> {
    (0..peers).filter_map(genesis_key).collect()
}

/// A state of a local network whose stake is all that of its first peers: equal parts, of which the
/// first takes the remainder. Accounts, balances and allowances stay.
///
/// # Errors
/// [`StartError`] when there are fewer peers in the state.
pub fn with_peers(state: &State, peers: usize) -> Result<State, StartError> {
    let old = state.peers()?;
    if peers == 0 || peers as u64 > old.count() || peers > MAX_PEERS {
        return Err(StartError::PeerCount(peers));
    }
    let keys: Vec<Blob> =
        local_keys(peers).iter().map(|key| Blob::new(&key.verifying_key().to_bytes())).collect();
    let mut stake = 0i64;
    for entry in old.iter() {
        let peer = vm::peer::Peer::from_value(entry?.1);
        stake = stake.saturating_add(peer.map_or(Ok(0), |peer| peer.own_stake())?);
    }
    let part = stake / peers as i64;
    let mut entries = Vec::with_capacity(peers);
    for (number, key) in keys.iter().enumerate() {
        let controller = state.peer(key)?.map(|peer| peer.controller()).transpose()?.flatten();
        let controller = controller
            .ok_or_else(|| StartError::State(format!("genesis key {number} is not that of a peer")))?;
        let own = if number == 0 { stake - part * (peers as i64 - 1) } else { part };
        entries.push((Value::Blob(key.clone()), vm::peer::Peer::new(controller, own).value()));
    }
    Ok(state.with_peers(Index::from_entries(entries)?.unwrap_or_else(Index::empty))?)
}

impl Network {
    /// Starts the peers of some keys.
    ///
    /// # Errors
    /// [`StartError`]
    pub fn start(options: Options) -> Result<Network, StartError> {
        let count = options.keys.len();
        if !(1..=MAX_PEERS).contains(&count) {
            return Err(StartError::PeerCount(count));
        }
        let genesis = options.genesis.value().hash();
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let verdicts = Arc::new(Verdicts::new(threads));
        let executions = Arc::new(Executions::default());
        let (cells, archive) = Cells::start(options.genesis.value())?;
        let archive = Arc::new(archive);
        let mut network = Network { nodes: Vec::new() };
        let mut parts = Vec::new();
        for key in options.keys {
            let signer = Arc::new(Signer::new(key, verdicts.clone()));
            let peer = first_peer(signer.clone(), &options.genesis)?;
            let shared = Arc::new(Shared::new(signer, &peer, genesis, options.clock, cells.clone()));
            parts.push((shared, peer));
        }
        let inboxes: Vec<_> = parts.iter().map(|(shared, _)| shared.inbox.clone()).collect();
        for (place, (shared, peer)) in parts.into_iter().enumerate() {
            let others = inboxes.iter().enumerate().filter(|(other, _)| *other != place);
            let links =
                others.map(|(_, inbox)| Box::new(InProcess(inbox.clone())) as Box<dyn Link>).collect();
            let executor =
                Executor { shared, executions: executions.clone(), archive: archive.clone(), name: genesis };
            network.add(peer, executor, links, Arc::new(InMemory))?;
        }
        Ok(network)
    }

    /// Starts the threads of a peer.
    fn add(
        &mut self,
        peer: Peer,
        executor: Executor,
        links: Vec<Box<dyn Link>>,
        durable: Arc<dyn Durable>,
    ) -> Result<(), StartError> {
        let shared = executor.shared.clone();
        let name = self.nodes.len();
        let (queue, submissions) = sync_channel(queue::ROOM);
        let (executions, jobs): (Sender<worker::Execution>, Receiver<_>) = channel();
        let (drafts, to_simulate) = channel();
        self.nodes.push(Node { shared: shared.clone(), queue });
        let intake = shared.clone();
        let simulator = shared.clone();
        let driver = Driver { shared, links, durable, executions, drafts };
        spawn(&format!("intake-{name}"), move || queue::run(&intake, &submissions))?;
        spawn(&format!("execute-{name}"), move || executor.run(&jobs))?;
        let simulate = move || simulate_all(&simulator, &to_simulate);
        spawn(&format!("simulate-{name}"), simulate)?;
        spawn(&format!("peer-{name}"), move || driver.run(peer))?;
        Ok(())
    }

    /// Its nodes, in the order of their keys.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Stops all peers. Their threads end when what they are at is done and no other handle to a
    /// node is left; transactions on their way are not answered.
    pub fn stop(self) {
        for node in &self.nodes {
            node.shared.stop("The node is shutting down".to_owned());
            node.shared.inbox.close();
        }
        drop(self.nodes);
    }
}

/// A peer at the beginning of a network.
fn first_peer(signer: Arc<Signer>, genesis: &State) -> Result<Peer, StartError> {
    let start = Start {
        state: genesis.clone(),
        blocks: Vector::empty(),
        signed: Record::Nothing,
        belief: Belief::empty(),
        defences: Defences::all(),
    };
    Peer::new(signer, start).map_err(|stop| StartError::State(stop.to_string()))
}
