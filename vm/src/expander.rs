//! expander.
