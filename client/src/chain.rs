//! What an author's program asks of a network.

use crate::{Answer, Trouble};
use lang::{Signed, Value};

/// A network, through one of its nodes.
pub trait Chain {
    /// What it is, such as `the node at http://localhost:8080`.
    fn describe(&self) -> String;

    /// What is known of an account; `None` when there is no such account.
    ///
    /// # Errors
    /// [`Trouble`]
    fn account(&self, address: u64) -> Result<Option<Facts>, Trouble>;

    /// Runs a form as an account and keeps nothing of it.
    ///
    /// # Errors
    /// [`Trouble`]
    fn query(&self, origin: u64, form: &Value) -> Result<Answer, Trouble>;

    /// Hands in a signed transaction once, and waits until it is final.
    ///
    /// # Errors
    /// [`Trouble`]; after [`Trouble::Unknown`] it may still become final.
    fn transact(&self, signed: &Signed) -> Result<Answer, Trouble>;
}

/// What is known of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// How many transactions it has made.
    pub sequence: i64,
    /// In coppers.
    pub balance: i64,
    /// Memory that it need not buy, in bytes.
    pub allowance: i64,
    /// Its public key; `None` for an actor.
    pub key: Option<[u8; 32]>,
}
