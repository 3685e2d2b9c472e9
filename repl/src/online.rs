//! Forms as signed transactions of a network: of a node in this process, or of one elsewhere.

use crate::failure::Failure;
use client::answer::Refusal;
use client::{Answer, Author, Chain, Embedded, Remote, Trouble};
use lang::Value;
use lang::reader::Form;
use node::network::{Options, local_keys, with_peers};
use node::sign::SigningKey;
use node::{Clock, Network, Node};
use std::time::{Duration, Instant};
use tools::printable;
use tools::report::Problem;
use tools::session::{Outcome, Session};
use vm::State;

/// Messages of errors are looked into as far as this.
const MAX_MESSAGE_BYTES: usize = 1_000;

/// A network that forms run on.
pub struct Online {
    chain: Box<dyn Chain>,
    keys: Vec<SigningKey>,
    /// Where the node is in this process, and so its state is at hand.
    node: Option<Node>,
}

/// What came of a form on a network.
pub struct Ran {
    /// The value, or the report.
    pub outcome: Outcome,
    /// What came of its transaction or query, unless none was sent.
    pub sent: Option<Sent>,
}

/// A transaction or query that was answered.
pub struct Sent {
    /// What the network answered.
    pub answer: Answer,
    /// From submission to the answer.
    pub latency: Duration,
    /// Whether it was a query, which costs nothing.
    pub is_query: bool,
}

/// Refuses an address whose port is none: another one must not be taken in its place.
fn check_port(url: &str) -> Result<(), Failure> {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next();
    let port = authority.and_then(|authority| authority.rsplit_once(':')).map(|(_, port)| port);
    match port.filter(|port| !port.ends_with(']')) {
        Some(port) if port.parse::<u16>().is_err() => Err(Failure::Usage(format!(
            "`{}` is not a port: write --connect http://HOST:PORT",
            printable::line(port)
        ))),
        _ => Ok(()),
    }
}

/// Starts a network in this process.
///
/// # Errors
/// [`Failure`] when it cannot begin with a state, or has no threads.
pub fn start(genesis: &State, peers: usize, clock: Clock) -> Result<Network, Failure> {
    let failed = |error: node::network::StartError| Failure::Usage(error.to_string());
    let genesis = with_peers(genesis, peers).map_err(failed)?;
    Network::start(Options { genesis, keys: local_keys(peers), clock }).map_err(failed)
}

impl Online {
    /// Through a node in this process, whose test keys sign for their accounts.
    pub fn embedded(node: &Node) -> Online {
        let keys = local_keys(node::genesis_keys::COUNT);
        Online { chain: Box::new(Embedded::new(node.clone())), keys, node: Some(node.clone()) }
    }

    /// Through a node elsewhere, with a key to sign with where there is one.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is no such node.
    pub fn elsewhere(url: &str, key: Option<SigningKey>) -> Result<Online, Failure> {
        check_port(url)?;
        let remote = Remote::new(url);
        remote.check().map_err(|trouble| Failure::Usage(trouble.to_string()))?;
        Ok(Online { chain: Box::new(remote), keys: key.into_iter().collect(), node: None })
    }

    /// What the network is, for people.
    pub fn describe(&self) -> String {
        self.chain.describe()
    }

    /// The network, through its node.
    pub fn chain(&self) -> &dyn Chain {
        &*self.chain
    }

    /// Whether the state of the network is at hand.
    pub fn has_state(&self) -> bool {
        self.node.is_some()
    }

    /// Whether forms can run as an account; a sentence why not.
    ///
    /// # Errors
    /// The sentence.
    pub fn admits(&self, account: u64) -> Result<(), String> {
        self.author(account).map(|_| ()).map_err(|trouble| trouble.to_string())
    }

    /// Goes on with the state of the network, as far as it is at hand.
    pub fn refresh(&self, session: &mut Session) {
        if let Some(node) = &self.node
            && let Err(missing) = session.follow(&node.state())
        {
            tracing::warn!(%missing, "the state of the node cannot be shown");
        }
    }

    /// Runs a form as a transaction of the session's account.
    ///
    /// Where the state is at hand it runs here first: what goes wrong is explained by that run, and
    /// what the user stops while it runs here is not sent.
    pub fn run(&self, session: &mut Session, form: &Form) -> Ran {
        self.refresh(session);
        let rehearsal = self.node.is_some().then(|| session.rehearse(form));
        let rehearsal = match rehearsal {
            Some((outcome, None)) => return Ran { outcome, sent: None },
            Some((outcome, Some(_))) => Some(outcome),
            None => None,
        };
        let begun = Instant::now();
        let answer = self.author(session.account()).and_then(|author| author.run(&*self.chain, &form.value));
        let latency = begun.elapsed();
        self.refresh(session);
        self.finish(session, form, rehearsal, answer, latency)
    }

    /// Runs a form as a query: nothing of it stays.
    pub fn query(&self, session: &mut Session, form: &Form) -> Ran {
        self.refresh(session);
        if self.node.is_some() {
            return Ran { outcome: session.ask(form), sent: None };
        }
        let begun = Instant::now();
        let answer = self.chain.query(session.account(), &form.value);
        let mut ran = self.finish(session, form, None, answer, begun.elapsed());
        if let Some(sent) = &mut ran.sent {
            sent.is_query = true;
        }
        ran
    }

    fn finish(
        &self,
        session: &mut Session,
        form: &Form,
        rehearsal: Option<Outcome>,
        answer: Result<Answer, Trouble>,
        latency: Duration,
    ) -> Ran {
        let answer = match answer {
            Ok(answer) => answer,
            Err(trouble) => {
                let problem =
                    Problem { message: trouble.to_string(), place: Some(form.span), ..Problem::default() };
                return Ran { outcome: Outcome { result: Err(problem), juice: 0 }, sent: None };
            }
        };
        let juice = answer.juice.and_then(|juice| u64::try_from(juice).ok()).unwrap_or(0);
        let result = match (&answer.result, rehearsal) {
            // The same, with functions whose texts are known.
            (Ok(value), Some(Outcome { result: Ok(ours), .. })) if *value == ours => Ok(ours),
            (Ok(value), _) => Ok(value.clone()),
            (Err(refusal), Some(Outcome { result: Err(problem), .. }))
                if problem.code == code(&refusal.code) =>
            {
                Err(problem)
            }
            (Err(refusal), _) => {
                let (code, message) = (refusal.code.clone(), refusal.message.clone());
                let mut problem = session.failed_elsewhere(form, code, message, &refusal.trace);
                if lacks_coins(refusal) {
                    problem.hints = vec![format!(
                        "#{} has too few coins: have some sent to it, or ask the faucet of a test network",
                        session.account()
                    )];
                }
                Err(problem)
            }
        };
        Ran { outcome: Outcome { result, juice }, sent: Some(Sent { answer, latency, is_query: false }) }
    }

    /// An account with the key that signs for it.
    ///
    /// # Errors
    /// [`Trouble::Unusable`] when there is no such account, or no key for it.
    pub fn author(&self, account: u64) -> Result<Author, Trouble> {
        let unusable = |why: String| Err(Trouble::Unusable(format!("#{account} cannot sign here: {why}")));
        let Some(facts) = self.chain.account(account)? else {
            return unusable("there is no such account".to_owned());
        };
        let Some(wanted) = facts.key else { return unusable("it is an actor".to_owned()) };
        let mut keys = self.keys.iter();
        match keys.find(|key| key.verifying_key().to_bytes() == wanted) {
            Some(key) => Ok(Author::new(account, &facts, key.clone())),
            None if self.keys.is_empty() => unusable("no key was given (--key)".to_owned()),
            None => {
                let wanted = tools::show::hex(&wanted);
                unusable(format!(
                    "its key is 0x{wanted}, which is not here; act as an account of your key (--as, `,as`)"
                ))
            }
        }
    }
}

impl Sent {
    /// Block, latency, finality and costs, in a sentence.
    pub fn remark(&self) -> String {
        let milliseconds = self.latency.as_secs_f64() * 1e3;
        let answer = &self.answer;
        let place = match answer.place {
            Some((block, _)) => format!("final in block {block} after {milliseconds:.1} ms"),
            None => format!("answered after {milliseconds:.1} ms"),
        };
        let mut costs = Vec::new();
        costs.extend(answer.juice.map(|juice| format!("{juice} juice")));
        costs.extend(
            answer.memory.filter(|bytes| *bytes != 0).map(|bytes| format!("{bytes:+} bytes of memory")),
        );
        costs.extend(answer.fees.map(|fees| format!("{fees} coppers")));
        if answer.is_left_out {
            costs.push("its value is too large to be sent".to_owned());
        }
        if costs.is_empty() { place } else { format!("{place}: {}", costs.join(", ")) }
    }
}

/// Whether an account could not pay for a transaction, or for any juice at all.
fn lacks_coins(refusal: &Refusal) -> bool {
    let is_juice = refusal.code == Value::keyword("JUICE");
    is_juice && tools::show::plain(&refusal.message, MAX_MESSAGE_BYTES).contains("balance")
}

/// A code as reports show it.
fn code(code: &Value) -> Option<String> {
    Some(tools::show::brief(code, tools::show::MAX_TEXT_BYTES))
}
