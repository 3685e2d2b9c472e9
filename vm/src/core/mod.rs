//! The native functions of the core account, grouped by subject.

use crate::{Context, Run};
use lang::Value;

/// A native function: arity, casts, work, charge, in exactly the order of the reference, since the order
/// shows in the juice of a failing call.
pub type Native = fn(&mut Context, &[Value]) -> Run;

/// The native function with a code of [`lang::native::NATIVE`].
pub fn native(code: u64) -> Option<Native> {
    todo!()
}
