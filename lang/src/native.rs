//! Native functions of the core: codes and names. What they do is the machine's business.

/// Codes and names of all native functions, in the order of their names.
pub const NATIVE: &[(u64, &str)] = &[];
/// The name of a native function.
pub fn name(code: u64) -> Option<&'static str> {
    todo!()
}
/// The code of a native function.
pub fn code(name: &str) -> Option<u64> {
    todo!()
}
