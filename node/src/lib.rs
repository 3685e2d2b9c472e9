//! Stores and peers.
