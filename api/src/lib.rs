//! The HTTP API of a node, and its page for people.
//!
//! One [`Server`] listens on one port for each node. Requests are read and answered on a few
//! threads that never execute, hash or print: that is done on pools with bounded queues. Nothing in
//! here prints; logs go through [`tracing`]. What a request means follows the REST interface of the
//! Convex network, which the public SDKs speak.

mod app;
mod connection;
mod guard;
mod html;
mod input;
mod json;
pub mod limits;
mod metrics;
mod negotiate;
mod openapi;
mod options;
mod page;
mod prepared;
mod read;
mod refusal;
mod reply;
mod request;
mod result;
mod routes;
mod server;

pub use options::{DEFAULT_PORT, Options, Shutdown};
pub use server::{Server, StartError};
