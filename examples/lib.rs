//! Actors and scripts that teach one thing each. Every folder beside this file is an example; the test run executes them.
//!
//! | example | teaches |
//! |---|---|
//! | `vote-counter` | an actor with rules that nobody can change, and its use from several accounts |
//! | `escrow` | coins, time, who calls, and tests of all kinds |
