//! juice.
