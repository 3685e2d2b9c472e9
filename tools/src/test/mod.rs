//! Tests in Convex Lisp: read, run, judged.
//!
//! - [`suite`], [`step`]: what a test file says
//! - [`fork`], [`player`]: running it in a state of its own
//! - [`runner`]: many files, on several threads
//! - [`property`], [`generator`], [`choices`]: steps for random values, and simpler ones when they fail
//! - [`invariant`], [`call`]: assertions after random calls
//! - [`failure`], [`difference`], [`trace`]: what is shown of what failed
//! - [`report`], [`json`]: what came of it, for people and for programs
//! - [`find`]: which files are tests

pub mod call;
pub mod choices;
pub mod difference;
pub mod failure;
pub mod find;
pub mod fork;
pub mod generator;
pub mod invariant;
pub mod json;
pub mod player;
pub mod property;
pub mod report;
pub mod runner;
pub mod step;
pub mod suite;
pub mod trace;
