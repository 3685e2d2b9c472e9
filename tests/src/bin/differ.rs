//! Differential runs.
fn main() {}
