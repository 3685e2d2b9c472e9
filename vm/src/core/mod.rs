//! The native functions of the core account, grouped by subject.
//!
//! A native function is five lines: arity, casts, work, charge, answer, in exactly the order of the reference,
//! since the order shows in which of two errors comes first and in the juice of a failing call. Work whose size
//! the caller chooses is checked for affordability before it is done.

mod account;
mod actor;
pub(crate) mod arguments;
mod cast;
mod collection;
mod compare;
mod compile;
mod control;
mod crypto;
mod double;
mod function;
mod index;
mod integer;
mod map;
pub(crate) mod math;
mod memory;
mod number;
mod peer;
mod predicate;
mod quick;
mod record;
mod sequence;
mod set;
pub mod structure;
mod syntax;
mod table;
mod text;

pub use quick::{Quick, quick};
pub use table::{answers_last_result, native};

use crate::{Context, Run};
use lang::Value;

/// A native function. The arguments are its own: it may take one out, to change it in place where nobody else
/// holds it, once nothing can fail that records the arguments in its trace.
pub type Native = fn(&mut Context, &mut [Value]) -> Run;
