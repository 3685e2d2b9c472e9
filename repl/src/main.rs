//! The cvx binary.
fn main() {}
