//! Tests in Convex Lisp: read, run, judged.
//!
//! - [`suite`], [`step`]: what a test file says
//! - [`fork`], [`player`]: running it in a state of its own
//! - [`runner`]: many files, on several threads
//! - [`property`], [`generator`], [`choices`]: steps for random values, and simpler ones when they fail
//! - [`invariant`], [`call`]: assertions after random calls
//! - [`failure`], [`difference`], [`trace`]: what is shown of what failed
//! - [`report`], [`json`]: what came of it, for people and for programs
//! - [`coverage`]: which code the tests run
//! - [`costs`], [`baseline`]: juice, memory and coins, now and before
//! - [`mutate`], [`mutation`]: whether tests notice changes of the code
//! - [`find`]: which files are tests

pub mod baseline;
pub mod call;
pub mod choices;
pub mod costs;
pub mod coverage;
pub mod difference;
pub mod eyes;
pub mod failure;
pub mod find;
pub mod fork;
pub mod generator;
pub mod invariant;
pub mod json;
pub mod mutate;
pub mod mutation;
pub mod player;
pub mod property;
pub mod report;
pub mod runner;
pub mod step;
pub mod suite;
pub mod trace;
