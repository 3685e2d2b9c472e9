//! What the costliest uses of every core function take in time and memory, beside what they pay in juice.

mod growth;
mod measure;
mod reasons;
mod report;
mod stopwatch;
mod subjects;
mod values;

pub use growth::{Growth, Hashing, division, growth, hashing};
pub use measure::{Cost, Meter, Worst, worst};
pub use report::{Aside, report};
