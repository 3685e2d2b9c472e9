//! What the costliest uses of every core function take in time and memory, beside what they pay in juice.

mod measure;
mod reasons;
mod report;
mod subjects;
mod values;

pub use measure::{Cost, Meter, Worst, worst};
pub use report::report;
