//! The Convex Virtual Machine: a function from state and code to state and result.
//!
//! Ops, expander, compiler, executor, core functions, juice, accounts, state and genesis. There is no clock,
//! file, socket, thread or random number in here; text becomes forms in [`lang`].

pub mod account;
pub mod actor;
pub mod apply;
mod binding;
pub mod block;
mod boundary;
pub mod call;
mod callables;
pub mod code;
pub mod compiler;
pub mod context;
pub mod core;
pub mod edition;
pub mod ending;
mod environment;
pub mod executor;
pub mod expander;
pub mod foreign;
pub mod genesis;
mod hand;
mod journal;
pub mod juice;
pub mod limits;
pub mod market;
pub mod observe;
pub mod peer;
mod register;
mod remembered;
pub mod signature;
mod special;
pub mod state;
pub mod symbols;
pub mod transaction;
mod variable;
pub mod view;
mod weight;
mod written;

pub use account::Account;
pub use context::Context;
pub use ending::{Ending, Run};
pub use state::State;
pub use transaction::Transaction;
