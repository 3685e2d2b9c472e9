//! Who signs: an account and its secret key.

use crate::{Answer, Chain, Trouble};
use lang::{Hash, Signed, Value};
use node::sign;
use node::sign::SigningKey;
use vm::Transaction;

/// An account, with the key that signs for it. The secret is wiped from memory when it is dropped.
pub struct Author {
    /// The account.
    pub address: u64,
    key: SigningKey,
}

impl Author {
    /// An account that signs with a key.
    pub fn new(address: u64, key: SigningKey) -> Author {
        Author { address, key }
    }

    /// The same key for another account.
    pub fn acting_as(&self, address: u64) -> Author {
        Author { address, key: self.key.clone() }
    }

    /// The public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// A form as the next transaction of the account, signed.
    ///
    /// # Errors
    /// [`Trouble::Unusable`] when the account is not there, or has another key.
    pub fn invoke(&self, chain: &dyn Chain, form: &Value) -> Result<Signed, Trouble> {
        self.sign_next(chain, |sequence| Transaction::invoke(self.address, sequence, form.clone()))
    }

    /// A transaction with the next sequence number of the account, signed.
    ///
    /// # Errors
    /// As [`Author::invoke`].
    pub fn sign_next(
        &self,
        chain: &dyn Chain,
        make: impl FnOnce(i64) -> Transaction,
    ) -> Result<Signed, Trouble> {
        let address = self.address;
        let unusable = |why: &str| Err(Trouble::Unusable(format!("#{address} cannot sign here: {why}")));
        let Some(facts) = chain.account(address)? else { return unusable("there is no such account") };
        match facts.key {
            None => return unusable("it is an actor"),
            Some(key) if key != self.public_key() => return unusable("it has another key"),
            Some(_) => {}
        }
        Ok(sign(&make(facts.sequence.saturating_add(1)).value(), &self.key))
    }

    /// Runs a form as the next transaction of the account; answers its hash and what came of it.
    ///
    /// # Errors
    /// [`Trouble`]
    pub fn run(&self, chain: &dyn Chain, form: &Value) -> Result<(Hash, Answer), Trouble> {
        let signed = self.invoke(chain, form)?;
        let id = Value::Signed(signed.clone()).hash();
        let answer = chain.transact(&signed)?;
        Ok((id, answer))
    }
}
