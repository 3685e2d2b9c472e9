//! The second tier of the executor: functions and loops that run often, as code over registers.
//!
//! The first tier ([`crate::executor`]) walks ops as they are and can run anything. What is run again and again is
//! translated once into a flat routine: locals in slots, known native functions in place, juice summed over each
//! straight stretch of code. A routine leaves to the first tier whatever it has no instruction for, and a run that
//! comes near the limit of depth. Both tiers give the same values, errors, traces and juice at every point that a
//! program can observe; `vm/docs/executor.md` explains how.
//!
//! - [`instruction`]: the instructions
//! - [`routine`]: a translated function or loop with its tables
//! - [`translate`]: from ops to a routine; [`liveness`]: which reads of a local are its last
//! - [`run`]: the loop that runs routines; [`unwind`]: what happens when an instruction does not end in a value
//! - [`repeat`]: functions that native ones call for many elements
//! - [`arena`]: the routines in use in one context, and what was last found at each of their look-ups

mod arena;
mod fast;
mod instruction;
mod liveness;
mod repeat;
mod routine;
mod run;
mod shape;
mod translate;
mod unwind;

pub(crate) use arena::{Callee, Registers};
pub(crate) use repeat::Caller;
pub(crate) use routine::Tier;
