//! The second tier of the executor: functions and loops that run often, as code over registers.
//!
//! The first tier ([`crate::executor`]) walks ops as they are and can run anything. What is run again and again is
//! translated once into a flat routine: locals in slots, known native functions in place, juice summed over each
//! straight stretch of code. A routine leaves to the first tier whatever it has no instruction for, and a run that
//! comes near the limit of depth. Both tiers give the same values, errors, traces and juice at every point that a
//! program can observe; `vm/docs/executor.md` explains how.
//!
//! - [`instruction`]: the instructions; [`fast`] and [`access`]: native functions that have one
//! - [`routine`]: a translated function or loop with its tables; [`shape`]: what calls it must look like
//! - [`translate`]: from functions and loops to routines; [`translator`]: what code is written with; [`expressions`],
//!   [`conditions`], [`applications`] and [`scopes`]: how each op is written; [`liveness`]: which reads of a local are
//!   its last
//! - [`run`]: the loop that runs routines; [`calls`] and [`seldom`]: instructions outside of it; [`access`]: data
//!   structures in registers; [`actor_call`]: calls of actors; [`window`]: values in registers; [`lookup`]: symbols;
//!   [`callee`]: what is called; [`exact`]: what has no fast way; [`unwind`]: what happens when an instruction does not
//!   end in a value
//! - [`enter`]: how the first tier enters routines; [`repeat`]: functions that native ones call for many elements
//! - [`arena`]: the routines in use in one context, and what was last found at each of their look-ups

mod access;
mod actor_call;
mod applications;
mod arena;
mod callee;
mod calls;
mod conditions;
mod enter;
mod exact;
mod expressions;
mod fast;
mod instruction;
mod liveness;
mod lookup;
mod repeat;
mod routine;
mod run;
mod scopes;
mod seldom;
mod shape;
mod translate;
mod translator;
mod unwind;
mod window;

pub(crate) use arena::{Callee, Registers};
pub(crate) use repeat::Caller;
pub(crate) use routine::{KnownRoutine, MIN_HEAT, Tier};
