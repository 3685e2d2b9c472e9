//! What there is to know about deploying a file: what it will cost, what was done, and whether an
//! account holds its code.
//!
//! - `parts`: values taken apart and put together, without recursion
//! - [`plan`]: forms run ahead of time, with what each takes and makes
//! - [`stand_in`]: a state to run them on where that of a network is too large to be brought here
//! - [`receipt`]: what was sent and what came of it, kept beside the source
//! - [`renaming`]: addresses here and there that stand for one another
//! - [`mod@compare`]: two accounts, definition by definition

pub mod compare;
mod parts;
pub mod plan;
pub mod receipt;
pub mod renaming;
pub mod stand_in;

pub use compare::{Difference, How, compare};
pub use plan::{Basis, Plan, Step, Stop};
pub use receipt::{Receipt, Sent, Source, Status};
pub use renaming::Renaming;
