//! Where it is deployed: the network, what it is called, and the state to run ahead on.

use super::fetch::{self, Oversized};
use crate::cli::Deploy;
use crate::failure::Failure;
use crate::on_network::{self, Joined};
use crate::online::Online;
use client::{Author, Chain, Trouble};
use lang::Hash;
use lang::reader::Form;
use tools::deploy::plan::Asked;
use tools::deploy::stand_in;
use vm::{Account, State};

/// A network, or a local state on which a plan is made.
pub struct Target {
    joined: Option<Joined>,
    /// The local state, or the genesis that stands in where a network is too large.
    local: Option<State>,
    /// The name of the network.
    pub network: Option<Hash>,
    /// The node, for receipts.
    pub node: String,
}

/// A state to run ahead on.
pub struct Seen {
    /// The state.
    pub state: State,
    /// Whether it is that of the network, and not one that stands in for it.
    pub is_exact: bool,
}

/// A sentence for a trouble with a node.
pub fn told(trouble: Trouble) -> Failure {
    Failure::Usage(trouble.to_string())
}

impl Target {
    /// Finds the node, or starts the embedded network; neither for a plan on a local state.
    ///
    /// # Errors
    /// [`Failure`]
    pub fn join(
        genesis: impl FnOnce() -> Result<State, Failure>,
        request: &Deploy,
    ) -> Result<Target, Failure> {
        if !request.network.is_chosen() {
            let node = "a fresh local state".to_owned();
            return Ok(Target { joined: None, local: Some(genesis()?), network: None, node });
        }
        let joined = on_network::join(genesis, &request.network)?;
        let node = request.network.connect.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        let mut target = Target {
            joined: Some(joined),
            local: None,
            network: None,
            node: node.unwrap_or_else(|| "the embedded node".to_owned()),
        };
        if let Some(chain) = target.chain() {
            target.network = Some(chain.network().map_err(told)?);
        }
        Ok(target)
    }

    /// Ends the embedded network.
    pub fn leave(self) {
        if let Some(joined) = self.joined {
            drop(joined.ground);
            on_network::leave(joined.network, None);
        }
    }

    fn online(&self) -> Option<&Online> {
        self.joined.as_ref()?.ground.network()
    }

    /// The network; `None` for a local state.
    pub fn chain(&self) -> Option<&dyn Chain> {
        self.online().map(Online::chain)
    }

    /// Whether the network ends with this process.
    pub fn is_embedded(&self) -> bool {
        self.joined.as_ref().is_some_and(|joined| joined.network.is_some())
    }

    /// Whoever signs for an account.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is no such account or key.
    pub fn author(&self, account: u64) -> Result<Author, Failure> {
        let Some(online) = self.online() else {
            return Err(Failure::Usage("there is no network to sign for".to_owned()));
        };
        online.author(account).map_err(told)
    }

    /// A state to read texts beside: the local one, or that of genesis.
    ///
    /// # Errors
    /// [`Failure::Library`]
    pub fn genesis(&self) -> Result<State, Failure> {
        match &self.local {
            Some(state) => Ok(state.clone()),
            None => stdlib::genesis().map_err(|error| Failure::Library(error.to_string())),
        }
    }

    /// The present state, seen as an account; where it is too large to be sent, one that stands in
    /// for it, with what the forms speak of.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the node does not answer.
    pub fn state(&self, account: u64, forms: &[Form]) -> Result<Seen, Failure> {
        let Some(chain) = self.chain() else {
            return Ok(Seen { state: self.genesis()?, is_exact: true });
        };
        if chain.account(account).map_err(told)?.is_none() {
            return Err(Failure::Usage(format!("there is no account #{account} on {}", self.node)));
        }
        if let Some(state) = chain.state(account).map_err(told)? {
            return Ok(Seen { state, is_exact: true });
        }
        let known = fetch::known(chain, account, forms)?;
        let state = stand_in::of(&self.genesis()?, &known).map_err(|missing| told(missing.into()))?;
        Ok(Seen { state, is_exact: false })
    }

    /// The next address that the network gives to an account.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the node does not answer.
    pub fn next_address(&self, origin: u64) -> Result<u64, Failure> {
        fetch::next_address(self.network_of()?, origin)
    }

    /// An account of the network, to be compared; `None` where there is no such account.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the node does not answer.
    pub fn account(&self, origin: u64, address: u64) -> Result<Option<Account>, Failure> {
        fetch::account(self.network_of()?, origin, address, Oversized::Different)
    }

    fn network_of(&self) -> Result<&dyn Chain, Failure> {
        self.chain().ok_or_else(|| Failure::Usage("there is no network to ask".to_owned()))
    }

    /// What the node says that a form alone takes; `None` where it fails there.
    pub fn ask(&self, account: u64, form: &Form) -> Option<Asked> {
        let answer = self.chain()?.query(account, &form.value).ok()?;
        answer.result.ok()?;
        Some((answer.juice.and_then(|juice| juice.try_into().ok())?, answer.memory.unwrap_or(0)))
    }
}
