//! What crosses crates: conformance with recorded answers of the reference, and differential runs.
//!
//! Both talk to programs that speak the machine forms (one JSON object a line, answers in the same order), so
//! the same code judges `cvx` and any other implementation.

// Programs are started and files are read here: that is how the outside world is asked.
#![allow(clippy::disallowed_methods)]

pub mod answer;
pub mod client;
pub mod conformance;
pub mod costs;
pub mod forms;
pub mod hot;
pub mod literals;
pub mod merges;
pub mod scenes;
pub mod scripts;
pub mod shrink;
pub mod signatures;
pub mod suite;
pub mod tiers;
