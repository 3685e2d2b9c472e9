//! Where it is deployed: the network, what it is called, and the state to run ahead on.

use crate::cli::Deploy;
use crate::failure::Failure;
use crate::on_network::{self, Joined};
use crate::online::Online;
use client::{Author, Chain, Trouble};
use lang::reader::{self, Form};
use lang::{Hash, Map, Value};
use tools::deploy::plan::{self, Asked};
use tools::deploy::stand_in::{self, Known};
use vm::{Account, State};

/// Accounts of the network that a stand-in for its state has at most.
const MAX_KNOWN: usize = 64;

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

    /// The present state, seen as an account; where it is too large to be sent, one that stands in for it, with what the forms
    /// speak of.
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
        let known = self.known(chain, account, forms)?;
        let state = stand_in::of(&self.genesis()?, &known).map_err(|missing| told(missing.into()))?;
        Ok(Seen { state, is_exact: false })
    }

    fn known(&self, chain: &dyn Chain, account: u64, forms: &[Form]) -> Result<Known, Failure> {
        let mut wanted = vec![account];
        for form in forms {
            wanted.extend(plan::addresses(&form.value).map_err(|missing| told(missing.into()))?);
        }
        wanted.sort_unstable();
        wanted.dedup();
        // The core and the standard actors are those of genesis.
        wanted.retain(|address| *address == account || *address >= FIRST_MADE);
        let accounts = wanted.into_iter().take(MAX_KNOWN);
        let accounts = accounts
            .map(|address| Ok(self.account(account, address)?.map(|found| (address, found))))
            .collect::<Result<Vec<_>, Failure>>()?;
        let Value::Vector(globals) = ask(chain, account, "(:globals *state*)")? else {
            return Err(no_state());
        };
        Ok(Known {
            globals,
            next: self.next_address(account)?,
            accounts: accounts.into_iter().flatten().collect(),
        })
    }

    /// The next address that the network gives to an account.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the node does not answer.
    pub fn next_address(&self, origin: u64) -> Result<u64, Failure> {
        let Some(chain) = self.chain() else { return Err(no_state()) };
        match ask(chain, origin, "(count (:accounts *state*))")? {
            Value::Integer(count) => u64::try_from(count).map_err(|_| no_state()),
            _ => Err(no_state()),
        }
    }

    /// An account of the network, whole; `None` where there is no such account. One that is too large for one answer is put together
    /// of its definitions.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the node does not answer, or a definition is too large for an answer.
    pub fn account(&self, origin: u64, address: u64) -> Result<Option<Account>, Failure> {
        let Some(chain) = self.chain() else {
            return self.genesis()?.account(address).map_err(|missing| told(missing.into()));
        };
        match chain.query(origin, &read(&format!("(account #{address})"))).map_err(told)?.result {
            Ok(Value::Nil) => Ok(None),
            Ok(value) => Account::from_value(&value).map(Some).ok_or_else(no_state),
            Err(refusal) if refusal.code == Value::keyword("LIMIT") => {
                self.account_in_parts(chain, origin, address).map(Some)
            }
            Err(refusal) => Err(Failure::Usage(format!("the node does not show #{address}: {refusal}"))),
        }
    }

    fn account_in_parts(&self, chain: &dyn Chain, origin: u64, address: u64) -> Result<Account, Failure> {
        let part = |name: &str| ask(chain, origin, &format!("({name} (account #{address}))"));
        let Value::Vector(names) =
            ask(chain, origin, &format!("(vec (keys (:environment (account #{address}))))"))?
        else {
            return Err(no_state());
        };
        let mut environment = Map::empty();
        for name in names.iter() {
            let name = name.map_err(|missing| told(missing.into()))?;
            let text = tools::show::brief(name, 1_000);
            let value = ask(chain, origin, &format!("(get (:environment (account #{address})) '{text})"))?;
            environment.insert(name.clone(), value).map_err(|missing| told(missing.into()))?;
        }
        let metadata = match part(":metadata")? {
            Value::Map(metadata) => metadata,
            _ => Map::empty(),
        };
        let key = match part(":key")? {
            Value::Blob(key) => Some(key),
            _ => None,
        };
        let integer = |value: Value| if let Value::Integer(n) = value { n } else { 0 };
        let (balance, sequence) = (integer(part(":balance")?), integer(part(":sequence")?));
        let account = Account::new(key, balance).with_controller(part(":controller")?);
        let parent = match part(":parent")? {
            Value::Address(parent) => Some(parent),
            _ => None,
        };
        account
            .and_then(|account| account.with_environment(environment)?.with_metadata(metadata))
            .and_then(|account| account.with_parent(parent)?.with_sequence(sequence))
            .map_err(|missing| told(missing.into()))
    }

    /// What the node says that a form alone takes; `None` where it fails there.
    pub fn ask(&self, account: u64, form: &Form) -> Option<Asked> {
        let answer = self.chain()?.query(account, &form.value).ok()?;
        answer.result.ok()?;
        Some((answer.juice.and_then(|juice| juice.try_into().ok())?, answer.memory.unwrap_or(0)))
    }
}

/// The first address of accounts that are made after genesis.
const FIRST_MADE: u64 = 128;

/// The value of a form that the node runs as a query.
fn ask(chain: &dyn Chain, origin: u64, text: &str) -> Result<Value, Failure> {
    let answer = chain.query(origin, &read(text)).map_err(told)?;
    answer.result.map_err(|refusal| Failure::Usage(format!("the node does not answer {text}: {refusal}")))
}

/// A form of ours.
fn read(text: &str) -> Value {
    reader::read_one(text, 0).map_or(Value::Nil, |form| form.value)
}

fn no_state() -> Failure {
    Failure::Usage("the node does not show its state".to_owned())
}
