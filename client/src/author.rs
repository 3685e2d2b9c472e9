//! Who signs: an account, its next sequence number, and its secret key.

use crate::{Answer, Chain, Facts, Trouble};
use lang::{Signed, Value};
use node::sign;
use node::sign::SigningKey;
use vm::Transaction;

/// An account that is about to make its next transaction. The secret is wiped from memory when it
/// is dropped.
pub struct Author {
    address: u64,
    /// The number of its next transaction.
    pub sequence: i64,
    key: SigningKey,
}

impl Author {
    /// An account of which this is known, with the key that it has.
    pub fn new(address: u64, facts: &Facts, key: SigningKey) -> Author {
        Author { address, sequence: facts.sequence.saturating_add(1), key }
    }

    /// A form as the next transaction of the account, signed.
    pub fn invoke(&self, form: &Value) -> Signed {
        sign(&Transaction::invoke(self.address, self.sequence, form.clone()).value(), &self.key)
    }

    /// Runs a form as the next transaction of the account.
    ///
    /// # Errors
    /// [`Trouble`]
    pub fn run(&self, chain: &dyn Chain, form: &Value) -> Result<Answer, Trouble> {
        chain.transact(&self.invoke(form))
    }
}
