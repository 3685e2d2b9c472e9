//! A host: the process of one peer, its clock, its disk, and what it has promised to do.

use crate::fault::{Fault, Place};
use crate::keys::{Keys, Own};
use crate::liar::Liar;
use consensus::peer::{Record, Start};
use consensus::{Belief, Defences, Key, Peer, SignedOrder};
use lang::Vector;
use std::sync::Arc;
use vm::State;

/// One participant of a run: an honest peer has one core, a liar may have two with one key.
pub struct Host {
    /// Its position in the run.
    pub place: Place,
    /// Its key.
    pub key: Key,
    /// The peers behind the key; `None` while the process is down.
    pub cores: Vec<Option<Peer>>,
    /// How it lies, if it does.
    pub liar: Option<Liar>,
    /// Grows with each start, so that what an earlier process began is not taken for the work of this one.
    pub life: u64,
    /// What would be there after a crash now.
    pub disk: Disk,
    /// Earlier contents of the disk, with the time each was written.
    pub copies: Vec<(i64, Disk)>,
    /// How far the clock is off when nothing is wrong, in milliseconds.
    pub skew: i64,
    /// Whether it sends on what it learns.
    pub relays: bool,
    keys: Keys,
    defences: Defences,
}

/// What is durable.
#[derive(Clone)]
pub struct Disk {
    /// The latest own order.
    pub order: Option<SignedOrder>,
    /// A state, with the blocks that made it.
    pub state: State,
    /// Those blocks.
    pub blocks: Vector,
}

impl Host {
    /// A host that has not started.
    pub fn new(
        place: Place,
        key: Key,
        keys: &Keys,
        genesis: &State,
        skew: i64,
        liar: Option<Liar>,
        defences: Defences,
    ) -> Host {
        let cores = liar.as_ref().map_or(1, Liar::cores);
        let disk = Disk { order: None, state: genesis.clone(), blocks: Vector::empty() };
        Host {
            place,
            key,
            cores: vec![None; cores],
            liar,
            life: 0,
            copies: vec![(0, disk.clone())],
            disk,
            skew,
            relays: false,
            keys: keys.clone(),
            defences,
        }
    }

    /// Whether it follows the rules.
    pub fn is_honest(&self) -> bool {
        self.liar.is_none()
    }

    /// The peer of an honest host that runs.
    pub fn peer(&self) -> Option<&Peer> {
        self.cores.first().and_then(Option::as_ref)
    }

    /// Starts the process from what is on the disk.
    ///
    /// # Errors
    /// Why the peer stopped at once, in a sentence.
    pub fn start(&mut self, remembers: bool) -> Result<(), String> {
        self.life += 1;
        let record = match (&self.disk.order, remembers) {
            (Some(order), true) => Record::Latest(order.clone()),
            (None, true) => Record::Nothing,
            (order, false) => Record::Unknown(order.clone()),
        };
        for core in &mut self.cores {
            let signatures = Own { keys: self.keys.clone(), key: self.key };
            let start = Start {
                state: self.disk.state.clone(),
                blocks: self.disk.blocks.clone(),
                signed: record.clone(),
                belief: Belief::empty(),
                defences: if self.liar.is_some() { Defences::none() } else { self.defences },
            };
            let peer = Peer::new(Arc::new(signatures), start).map_err(|stop| stop.to_string())?;
            *core = Some(if self.relays { peer.relaying() } else { peer });
        }
        Ok(())
    }

    /// Ends the process: all that is not on the disk is gone.
    pub fn stop(&mut self) {
        self.life += 1;
        self.cores.fill(None);
    }

    /// Makes an own order durable.
    pub fn sync_order(&mut self, time: i64, order: &SignedOrder) {
        self.disk.order = Some(order.clone());
        self.copies.push((time, self.disk.clone()));
    }

    /// Keeps the executed blocks and the state after them.
    pub fn sync_executed(&mut self) {
        let Some(peer) = self.peer() else { return };
        if let Ok(Some(blocks)) = peer.order().blocks().slice(0, peer.executed()) {
            let state = peer.state().clone();
            self.disk = Disk { order: self.disk.order.clone(), state, blocks };
        }
    }

    /// Puts back what was on the disk at a time.
    pub fn restore(&mut self, time: i64) {
        let copy = self.copies.iter().rev().find(|(written, _)| *written <= time);
        if let Some((_, disk)) = copy {
            self.disk = disk.clone();
        }
    }

    /// Empties the disk.
    pub fn lose(&mut self, genesis: &State) {
        self.disk = Disk { order: None, state: genesis.clone(), blocks: Vector::empty() };
    }

    /// How far its clock is off at a time.
    pub fn clock_error(&self, faults: &[Fault], time: i64) -> i64 {
        let jump = |fault: &Fault| match fault {
            Fault::Clock { place, by, window } if *place == self.place && window.holds(time) => *by,
            _ => 0,
        };
        let lie = self.liar.as_ref().map_or(0, Liar::clock_error);
        self.skew + lie + faults.iter().map(jump).sum::<i64>()
    }
}
