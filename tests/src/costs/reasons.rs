//! Why what costs more than the goal cannot cost less: what the rules of the network force.

/// The names of functions or forms, and the reason.
const REASONS: &[(&[&str], &str)] = &[];

/// The reason for the cost of a function or form, if there is one.
pub fn reason(name: &str) -> Option<&'static str> {
    REASONS.iter().find(|(names, _)| names.contains(&name)).map(|(_, reason)| *reason)
}
