//! A network of peers in one process: the real core of consensus under a simulated network, clocks,
//! disks and users, with faults and liars drawn from a seed.
//!
//! The same seed gives the same run, event by event. After every event a judge compares what the
//! peers hold for final.

pub mod attack;
pub mod batch;
pub mod chart;
pub mod done;
pub mod event;
pub mod fault;
pub mod host;
pub mod keys;
pub mod liar;
pub mod log;
pub mod measure;
pub mod mint;
pub mod mix;
pub mod model;
pub mod network;
pub mod oracle;
pub mod picture;
pub mod random;
pub mod rounds;
pub mod run;
pub mod shrink;
pub mod stage;
pub mod start;
mod svg;
pub mod tally;
pub mod workload;
pub mod world;

pub use mix::Mix;
pub use run::{Liveness, Outcome, run};
pub use world::World;
