//! The routines in use in one context.

use super::actor_call::ActorCalls;
use super::routine::Routine;
use crate::edition::Edition;
use crate::environment::Asked;
use crate::variable::Variable;
use crate::{Ending, Run};
use lang::Value;

use std::collections::BTreeMap;

use std::sync::{Arc, OnceLock};

/// A routine, by its position in the arena of a context.
pub type Handle = u32;

/// A routine in use.
pub struct Installed {
    pub routine: Arc<Routine>,
    /// The op that was translated.
    pub root: Value,
    /// Where the sites of this routine begin among all sites of the context.
    pub first_site: usize,
}

/// The capacity of the first part of an arena; each further part has twice that of the one before.
const FIRST_PART: usize = 64;
/// How many parts an arena can have.
const MAX_PARTS: usize = 12;

type Part = Box<[OnceLock<Installed>]>;

/// Routines that are added and never removed, so that references to them stay good while more are added.
#[derive(Default)]
pub struct Arena {
    parts: [OnceLock<Part>; MAX_PARTS],
}

/// The part and the place in it of a handle.
#[inline]
fn place(handle: Handle) -> (usize, usize) {
    if (handle as usize) < FIRST_PART {
        return (0, handle as usize);
    }
    let n = handle as usize / FIRST_PART + 1;
    let part = n.ilog2() as usize;
    (part, handle as usize - ((1 << part) - 1) * FIRST_PART)
}

impl Arena {
    /// The routine of a handle that [`Registers::install`] gave.
    #[inline]
    pub fn get(&self, handle: Handle) -> Option<&Installed> {
        let (part, at) = place(handle);
        self.parts.get(part)?.get()?.get(at)?.get()
    }

    fn add(&self, handle: Handle, installed: Installed) -> bool {
        let (part, at) = place(handle);
        let Some(part_cell) = self.parts.get(part) else { return false };
        let cells = part_cell.get_or_init(|| (0..FIRST_PART << part).map(|_| OnceLock::new()).collect());
        cells.get(at).is_some_and(|cell| cell.set(installed).is_ok())
    }
}

/// What was last found at a look-up.
pub struct Found {
    /// The definitions that it was found among; [`Edition::NEVER`] for what has to be looked at each time.
    pub stamp: Edition,
    /// The accounts that were asked for it; while they define the same, it would be found again.
    pub asked: Option<Asked>,
    /// The account it was looked up for, when that is the current one.
    pub address: Option<u64>,
    pub value: Value,
    /// Whether the value is newer than those that the accounts were asked for.
    pub is_newer: bool,
    /// Where the present value stands, if it is one that changes often.
    pub variable: Option<Variable>,
    /// Whether it is to be called.
    pub is_called: bool,
    /// The routine of the function it is, if that takes a known number of arguments.
    pub callee: Option<Callee>,
}

/// A function that can be called by pushing a frame.
#[derive(Clone, Copy)]
pub struct Callee {
    pub routine: Handle,
    pub arity: u32,
}

/// Windows of registers and the frames of the routines that use them, for one run of the second tier.
pub struct Stack {
    pub values: Vec<Value>,
    pub frames: Vec<Frame>,
    /// The calls of actors that frames wait for.
    pub calls: ActorCalls,
    /// The arena of the context, when the stack is not in use.
    pub arena: Option<Arc<Arena>>,
}

impl Stack {
    /// A stack for routines of an arena.
    pub fn of(arena: &Arc<Arena>) -> Stack {
        Stack {
            values: Vec::new(),
            frames: Vec::new(),
            calls: ActorCalls::default(),
            arena: Some(arena.clone()),
        }
    }

    /// Gives up what a run has left. A routine that returns has emptied its registers, and so has one that is left by a
    /// control result.
    #[inline]
    pub fn settle<T>(&mut self, outcome: &Run<T>) {
        if !matches!(outcome, Ok(_) | Err(Ending::Control(_))) {
            self.values.clear();
            self.frames.clear();
        }
    }
}

/// A routine that waits for the one it called.
pub struct Frame {
    /// The routine, and whether it waits for the function of an actor: see [`super::actor_call`].
    pub routine: Handle,
    /// Its next instruction.
    pub next: u32,
    /// Where its registers begin.
    pub base: usize,
    /// The depth of ops where it began.
    pub depth: u32,
    /// The register that takes the result of the call.
    pub to: u16,
    /// Whether its registers may hold cells.
    pub has_cells: bool,
}

/// What a context keeps for the second tier. A clone of a context begins with nothing.
#[derive(Default)]
pub struct Registers {
    pub arena: Arc<Arena>,
    pub sites: Vec<Option<Found>>,
    /// Stacks that are not in use.
    pub spare: Vec<Stack>,
    /// Handles by the identity of routines, which the arena keeps alive.
    known: BTreeMap<usize, Handle>,
    /// Those used last, each in the place that its identity leads to.
    recent: Vec<(usize, Handle)>,
}

const RECENT: usize = 64;

impl Clone for Registers {
    fn clone(&self) -> Registers {
        Registers::default()
    }
}

impl Registers {
    /// Number of routines, all of which are kept alive.
    pub fn routines(&self) -> usize {
        self.known.len()
    }

    /// The handle of a routine, which is added when it is new; `None` when there is no more room.
    pub fn install(&mut self, routine: &Arc<Routine>, root: &Value) -> Option<Handle> {
        let identity = Arc::as_ptr(routine) as usize;
        let place = (identity >> 6) % RECENT;
        if self.recent.is_empty() {
            self.recent = vec![(0, 0); RECENT];
        }
        if self.recent[place].0 == identity {
            return Some(self.recent[place].1);
        }
        let handle = match self.known.get(&identity) {
            Some(handle) => *handle,
            None => self.add(routine, root)?,
        };
        self.recent[place] = (identity, handle);
        Some(handle)
    }

    fn add(&mut self, routine: &Arc<Routine>, root: &Value) -> Option<Handle> {
        let first_site = self.sites.len();
        let handle = Handle::try_from(self.known.len()).ok()?;
        let installed = Installed { routine: routine.clone(), root: root.clone(), first_site };
        if !self.arena.add(handle, installed) {
            return None;
        }
        self.sites.resize_with(first_site + routine.sites.len(), || None);
        self.known.insert(Arc::as_ptr(routine) as usize, handle);
        Some(handle)
    }

    /// A stack that is not in use.
    #[inline]
    pub fn stack(&mut self) -> Stack {
        match self.spare.pop() {
            Some(stack) => stack,
            None => Stack::of(&self.arena),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_fill_parts_without_gaps() {
        let mut expected = Vec::new();
        for part in 0..4 {
            expected.extend((0..FIRST_PART << part).map(|at| (part, at)));
        }
        let places: Vec<_> = (0..expected.len() as Handle).map(place).collect();
        assert_eq!(places, expected);
    }
}
