//! Translated code with its tables, and how it is decided what to translate.

use super::actor_call::ActorSite;
use super::instruction::{Instruction, Label, Register};
use super::{shape::Shape, translate};
use crate::code::{Arity, Code, Kind, Operand};
use crate::core::{Native, Quick};
use lang::cell::Slot;
use lang::{Map, Missing, Symbol, Value};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Runs of a function, or turns of a loop, in the first tier before it is translated, unless a context says otherwise.
pub const MIN_HEAT: u32 = 4;

/// A function of one arity or a loop, as code over registers.
///
/// Arguments are in the first registers; captured locals, locals of the code and intermediate values follow.
pub struct Routine {
    /// What calls it must look like.
    pub shape: Shape,
    /// The code; a function begins at 0, and so does the first turn of a loop.
    pub code: Box<[Instruction]>,
    /// For each instruction the juice, since the last payment, of all before it.
    pub unpaid: Box<[u32]>,
    /// For each instruction the innermost op that it belongs to.
    pub nodes_of: Box<[u32]>,
    /// The ops of the routine; the first is the one that was translated.
    pub nodes: Box<[Node]>,
    /// How many registers there are.
    pub registers: usize,
    /// How deep ops are nested at most, counted from where the routine begins.
    pub depth: u32,
    /// Captured locals that are used, by position, and their registers.
    pub captured: Box<[(usize, Register)]>,
    /// For parameters that are taken apart: the registers of the locals they bind.
    pub bound: Box<[Register]>,
    pub constants: Box<[Value]>,
    pub natives: Box<[NativeEntry]>,
    pub actor_calls: Box<[ActorSite]>,
    pub slow: Box<[Slow]>,
    pub sites: Box<[Site]>,
    /// For each instruction with a fast way among the arguments of a call: the site that comes before it, where what is
    /// called is looked up when the call is made.
    pub waiting: Box<[(Label, u16)]>,
    pub definitions: Box<[Definition]>,
    pub lambdas: Box<[Lambda]>,
    pub patterns: Box<[Pattern]>,
    pub leaves: Box<[Leave]>,
    pub loops: Box<[Loop]>,
}

/// An op of a routine, for traces.
pub struct Node {
    /// The op; `None` for the one that was translated, which would else hold itself alive.
    pub op: Option<Value>,
    /// The op around it, by position; that of the first is itself.
    pub parent: u32,
    /// Whether it is a call.
    pub is_call: bool,
}

/// A native function that is called.
pub struct NativeEntry {
    pub function: Value,
    pub native: Native,
    pub quick: Option<Quick>,
}

/// How an instruction with a fast way goes the exact one: the native function it stands for.
pub struct Slow {
    pub at: Label,
    pub native: u16,
    /// The juice that the fast way pays for the native function.
    pub cost: u32,
    pub args: [Given; 2],
    /// Which of them are registers whose values are needed no more.
    pub is_last: [bool; 2],
    pub count: usize,
}

/// What the native function is given.
#[derive(Clone, Copy)]
pub enum Given {
    Register(Register),
    Long(i32),
    /// A constant by its position in the table.
    Constant(u16),
}

impl From<Arg> for Given {
    fn from(arg: Arg) -> Given {
        match arg {
            Arg::Register(register) => Given::Register(register),
            Arg::Long(long) => Given::Long(long),
        }
    }
}

/// An argument of an instruction with a fast way.
#[derive(Clone, Copy)]
pub enum Arg {
    Register(Register),
    Long(i32),
}

/// A symbol that is looked up.
pub struct Site {
    /// In which account; `None` for the current one.
    pub address: Option<u64>,
    pub symbol: Symbol,
    /// The juice, since the last payment, of all before it.
    pub unpaid: u32,
    /// The op that looks it up.
    pub node: u32,
}

/// A symbol that is defined.
pub struct Definition {
    pub symbol: Symbol,
    /// Where it is kept at which place its value stands.
    pub site: u16,
    pub metadata: Option<Map>,
}

/// A function to be made over the present locals.
pub struct Lambda {
    pub function: Value,
    pub locals: Box<[Register]>,
}

/// A form that a value is taken apart by, and the registers of the names in it.
pub struct Pattern {
    pub form: Slot,
    /// Its place among the bindings of a `let` or `loop`.
    pub position: usize,
    pub names: Box<[Register]>,
}

/// An op for the first tier.
pub struct Leave {
    pub operand: Operand,
    pub locals: Box<[Register]>,
}

/// A loop: `recur` anywhere between its first instruction and its end goes back to it.
pub struct Loop {
    pub start: Label,
    pub end: Label,
    /// The first of the registers that hold its variables.
    pub first: Register,
    /// How many variables it has.
    pub count: u16,
    /// The op.
    pub node: u32,
}

/// The place in the code of an op where its routine is kept.
#[derive(Default)]
pub struct Tier {
    heat: AtomicU32,
    routine: OnceLock<Option<Arc<Routine>>>,
}

/// The routine of a function, once it is known that it does for the parameters.
#[derive(Default)]
pub struct KnownRoutine(OnceLock<Arc<Routine>>);

impl KnownRoutine {
    /// The routine for functions with a number of captured locals.
    #[inline]
    pub fn get_for(&self, captured: usize) -> Option<&Arc<Routine>> {
        self.0.get().filter(|routine| routine.shape.captured() == Some(captured))
    }

    /// Keeps the routine of a function whose layout it has.
    pub fn keep(&self, routine: &Arc<Routine>) {
        let _ = self.0.set(routine.clone());
    }
}

impl Tier {
    /// Counts one more run; answers whether there have been enough before it to translate the code.
    #[inline]
    fn is_hot(&self, min_heat: u32) -> bool {
        // A count that is lost between threads only puts the translation off.
        let heat = self.heat.load(Ordering::Relaxed);
        if heat < min_heat {
            self.heat.store(heat + 1, Ordering::Relaxed);
        }
        heat >= min_heat
    }

    /// The routine of a function whose body this code is, once it has run often enough.
    #[inline]
    pub fn function(&self, arity: Arity, min_heat: u32) -> Option<&Arc<Routine>> {
        if !self.is_hot(min_heat) {
            return None;
        }
        let kept = self.routine.get_or_init(|| found(translate::function(arity)));
        kept.as_ref().filter(|routine| routine.shape.fits(&arity.params, arity.env.len()))
    }

    /// The routine of the loop whose code this is, once it has turned often enough, for a number of locals in scope.
    #[inline]
    pub fn repeated(&self, code: &Code, locals: usize, min_heat: u32) -> Option<&Arc<Routine>> {
        if !self.is_hot(min_heat) {
            return None;
        }
        let Kind::Let { bindings, operands, is_loop: true } = &code.kind else { return None };
        let kept = self.routine.get_or_init(|| found(translate::repeated(bindings, operands, locals)));
        kept.as_ref().filter(|routine| routine.shape.is_of_locals(locals))
    }
}

/// What cannot be translated now stays in the first tier.
fn found(routine: Result<Option<Routine>, Missing>) -> Option<Arc<Routine>> {
    routine.ok().flatten().map(Arc::new)
}

impl Routine {
    /// The exact way of an instruction with a fast one.
    pub fn slow(&self, at: usize) -> Option<&Slow> {
        self.slow.binary_search_by_key(&at, |slow| slow.at as usize).ok().map(|i| &self.slow[i])
    }

    /// The site whose look-up comes before an instruction but was put off.
    pub fn waiting(&self, at: usize) -> Option<u16> {
        self.waiting.binary_search_by_key(&at, |(at, _)| *at as usize).ok().map(|i| self.waiting[i].1)
    }

    /// What an instruction that only compares and jumps pays.
    pub fn cost_of_test(&self, at: Label) -> u32 {
        match self.code.get(at as usize) {
            Some(Instruction::JumpUnlessLess { cost, .. } | Instruction::JumpUnlessBelow { cost, .. }) => {
                *cost
            }
            _ => 0,
        }
    }

    /// The innermost loop around an instruction.
    pub fn loop_around(&self, at: usize) -> Option<&Loop> {
        let at = at as Label;
        self.loops.iter().filter(|l| l.start <= at && at < l.end).min_by_key(|l| l.end - l.start)
    }
}
