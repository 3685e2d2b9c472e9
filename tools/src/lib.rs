//! What the tools of a contract author know, for the command line and for any other program that offers them.
//!
//! - [`session`]: a state with a past, an account to act as, and the texts that were read
//! - [`history`]: what a session can take back
//! - [`report`], [`explain`], [`advice`]: what went wrong, where, and what may help
//! - [`language`]: names and marks, and what there is instead of those that are not there
//! - [`check`]: mistakes found without running
//! - [`doc`]: what a symbol stands for
//! - [`markdown`]: programs in pages
//! - [`deploy`]: what deploying a file costs, what was done, and whether an account holds its code
//! - [`project`]: what the authors of a project chose
//! - [`mod@test`]: tests in Convex Lisp
//! - [`show`], [`texts`], [`outline`], [`colour`], [`screen`]: values and styles as text, and what a stream can show
//! - [`printable`]: text without characters that do not show

#![allow(clippy::disallowed_methods, reason = "tools read files, measure time and start threads")]

pub mod advice;
pub mod check;
pub mod codes;
pub mod colour;
pub mod deploy;
pub mod doc;
pub mod explain;
pub mod history;
pub mod language;
pub mod markdown;
pub mod outline;
pub mod printable;
pub mod project;
pub mod report;
pub mod screen;
pub mod session;
pub mod show;
pub mod test;
pub mod texts;
