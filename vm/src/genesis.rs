//! genesis.
