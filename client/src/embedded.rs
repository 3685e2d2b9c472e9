//! A node in this process.

use crate::chain::{Chain, Facts};
use crate::{Answer, Trouble};
use lang::{Blob, Hash, Missing, Signed, Value};
use node::Node;
use std::sync::mpsc::channel;
use std::time::Duration;
use vm::{Account, State};

/// How long a transaction may take. In one process only a stopped node takes so long.
const LONGEST: Duration = Duration::from_secs(60);

/// A node in this process.
pub struct Embedded {
    node: Node,
}

impl Embedded {
    /// Through a node.
    pub fn new(node: Node) -> Embedded {
        Embedded { node }
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.node
    }
}

impl Chain for Embedded {
    fn describe(&self) -> String {
        "the embedded node".to_owned()
    }

    fn network(&self) -> Result<Hash, Trouble> {
        Ok(self.node.genesis())
    }

    fn state(&self, _: u64) -> Result<Option<State>, Trouble> {
        Ok(Some(self.node.state()))
    }

    fn find(&self, id: &Hash) -> Result<Option<Answer>, Trouble> {
        Ok(self.node.find(id)?.map(|(_, outcome)| Answer::of_outcome(&outcome)))
    }

    fn account(&self, address: u64) -> Result<Option<Facts>, Trouble> {
        Ok(self.node.state().account(address)?.map(|account| facts(&account)).transpose()?)
    }

    fn query(&self, origin: u64, form: &Value) -> Result<Answer, Trouble> {
        Ok(Answer::of_outcome(&node::query(&self.node.state(), origin, form)?))
    }

    fn transact(&self, signed: &Signed) -> Result<Answer, Trouble> {
        let id = Value::Signed(signed.clone()).hash();
        let (sender, receiver) = channel();
        let reply = move |outcome| {
            // Whoever waited may have given up.
            let _ = sender.send(outcome);
        };
        self.node
            .submit_waiting(signed.clone(), reply)
            .map_err(|_| Trouble::Refused("it has stopped".to_owned()))?;
        match receiver.recv_timeout(LONGEST) {
            Ok(outcome) => Ok(Answer::of_outcome(&outcome)),
            Err(_) => {
                let reason = self.node.unready().unwrap_or_else(|| "it took too long".to_owned());
                Err(Trouble::Unknown { id, reason })
            }
        }
    }
}

fn facts(account: &Account) -> Result<Facts, Missing> {
    Ok(Facts {
        sequence: account.sequence()?,
        balance: account.balance()?,
        allowance: account.allowance()?,
        key: account.key()?.and_then(Blob::flat).and_then(|key| key.try_into().ok()),
    })
}
