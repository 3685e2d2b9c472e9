//! What an author's program asks of a network.

use crate::{Answer, Trouble};
use lang::{Hash, Signed, Value};
use vm::State;

/// A network, through one of its nodes.
pub trait Chain {
    /// What it is, such as `the node at http://localhost:8080`.
    fn describe(&self) -> String;

    /// The name of the network: the hash of its first state.
    ///
    /// # Errors
    /// [`Trouble`]
    fn network(&self) -> Result<Hash, Trouble>;

    /// The present state, seen as an account that can pay for the question; `None` where it is too
    /// large to be sent.
    ///
    /// # Errors
    /// [`Trouble`]
    fn state(&self, origin: u64) -> Result<Option<State>, Trouble>;

    /// What came of a transaction that is final, by its hash; `None` when the node does not know it.
    ///
    /// # Errors
    /// [`Trouble`]
    fn find(&self, id: &Hash) -> Result<Option<Answer>, Trouble>;

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
