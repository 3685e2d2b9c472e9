//! Examples that run.
