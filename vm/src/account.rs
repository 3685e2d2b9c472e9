//! Accounts (CAD004).
use lang::Record;

/// An account (a record, tag `0xd8`).
#[derive(Clone)]
pub struct Account(Record);
