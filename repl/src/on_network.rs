//! `cvx repl`, `run` and `eval` where forms are transactions of a network.

use crate::cli::{Expression, OnNetwork, Repl, Run};
use crate::failure::Failure;
use crate::ground::{Ground, Told};
use crate::jsonl::Object;
use crate::key::signing_key;
use crate::online::{self, Online};
use crate::output::Output;
use crate::{pipe, repl, run as scripts, serve};
use api::{Options, Server};
use files::Limit;
use lang::Value;
use lang::reader::Form;
use node::{Clock, Network};
use std::io::{IsTerminal, stdin};
use tools::session::Session;
use tools::{explain, show};
use vm::State;
use vm::state::Global;

/// A network that forms run on, and, where it is embedded, the network itself.
pub struct Joined {
    pub ground: Ground,
    pub network: Option<Network>,
    server: Option<Server>,
    about: String,
}

/// The prompt, or forms from a pipe.
///
/// # Errors
/// [`Failure`]
pub fn repl(
    genesis: impl FnOnce() -> Result<State, Failure>,
    request: &Repl,
    limit: Limit,
) -> Result<(), Failure> {
    let mut joined = join(genesis, &request.network)?;
    if let Some(network) = &joined.network {
        let server = listen(network, request.network.port)?;
        joined.about += &format!(", also at http://{}", server.addresses()[0]);
        joined.server = Some(server);
    }
    let session = session(&joined, request.who.account.0)?;
    let is_prompt = request.interactive || !request.json && stdin().is_terminal();
    let outcome = match is_prompt {
        true => repl::online(session, joined.ground, &joined.about, limit),
        false => pipe::converse(session, &joined.ground, Output::of(request.json), limit),
    };
    leave(joined.network, joined.server);
    outcome
}

/// The forms of files, each a transaction.
///
/// # Errors
/// [`Failure`]
pub fn run(
    genesis: impl FnOnce() -> Result<State, Failure>,
    request: &Run,
    limit: Limit,
) -> Result<(), Failure> {
    let joined = join(genesis, &request.network)?;
    let mut session = session(&joined, request.who.account.0)?;
    let output = Output::of(request.json);
    session.show_functions(output.functions());
    let forms = scripts::read_forms(&mut session, &request.files, output, limit)?;
    let outcome = each(&joined.ground, &mut session, &forms, output);
    leave(joined.network, None);
    outcome
}

fn each(ground: &Ground, session: &mut Session, forms: &[Form], output: Output) -> Result<(), Failure> {
    let mut last = None;
    for form in forms {
        let (outcome, told) = ground.run(session, form);
        match outcome.result {
            Ok(value) => last = Some((value, told)),
            Err(problem) => {
                output.problem_with(&problem, session.sources(), told.fields())?;
                return Err(Failure::Program);
            }
        }
    }
    last.map_or(Ok(()), |(value, told)| output.value_with(&value, told.fields()))
}

/// One expression: a transaction, or a query where that is asked for.
///
/// # Errors
/// [`Failure`]
pub fn eval(genesis: impl FnOnce() -> Result<State, Failure>, request: &Expression) -> Result<(), Failure> {
    let Some(source) = &request.source else {
        return Err(Failure::Usage("--jsonl answers on a local state only".to_owned()));
    };
    let joined = join(genesis, &request.network)?;
    let mut session = session(&joined, request.who.account.0)?;
    let output = Output::of(request.json);
    session.show_functions(output.functions());
    let text = session.add_text("expression", source.as_str());
    let outcome = match session.read_one(text) {
        Ok(form) => {
            let (outcome, told) = match request.query {
                true => joined.ground.query(&mut session, &form),
                false => joined.ground.run(&mut session, &form),
            };
            answer(&session, outcome.result, &told, output)
        }
        Err(errors) => {
            for error in &errors {
                output.problem(&explain::unreadable(error, session.sources()), session.sources())?;
            }
            Err(Failure::Program)
        }
    };
    leave(joined.network, None);
    outcome
}

fn answer(
    session: &Session,
    result: Result<Value, tools::report::Problem>,
    told: &Told,
    output: Output,
) -> Result<(), Failure> {
    match result {
        Ok(value) => output.value_with(&value, told.fields()),
        Err(problem) => {
            output.problem_with(&problem, session.sources(), Object::new())?;
            Err(Failure::Program)
        }
    }
}

/// Starts the embedded network, or finds the node elsewhere.
///
/// # Errors
/// [`Failure`]
pub fn join(
    genesis: impl FnOnce() -> Result<State, Failure>,
    network: &OnNetwork,
) -> Result<Joined, Failure> {
    if let Some(url) = &network.connect {
        let key = network.key.as_deref().map(signing_key).transpose()?;
        let online = Online::elsewhere(url, key)?;
        let about = online.describe();
        return Ok(Joined { ground: Ground::Network(Box::new(online)), network: None, server: None, about });
    }
    let genesis = genesis()?;
    let clock = clock(&genesis, network.genesis_time)?;
    let peers = usize::from(network.peers);
    let started = online::start(&genesis, peers, clock)?;
    let online = Online::embedded(&started.nodes()[0]);
    let count = if peers == 1 { "1 peer".to_owned() } else { format!("{peers} peers") };
    let about = format!("an embedded node ({count}, in memory: lost when you leave)");
    Ok(Joined { ground: Ground::Network(Box::new(online)), network: Some(started), server: None, about })
}

/// The real clock, or one that begins with the state.
///
/// # Errors
/// [`Failure::Library`] when the state does not tell its time.
pub fn clock(genesis: &State, begins_with_state: bool) -> Result<Clock, Failure> {
    if !begins_with_state {
        return Ok(Clock::real());
    }
    let time = genesis.global(Global::Timestamp).map_err(|missing| Failure::Library(missing.to_string()))?;
    Ok(Clock::beginning_at(time))
}

/// A session for an account of a network. Where the state is elsewhere, names are those of a fresh
/// local one.
fn session(joined: &Joined, account: u64) -> Result<Session, Failure> {
    let state = match &joined.network {
        Some(network) => network.nodes()[0].state(),
        None => stdlib::genesis().map_err(|error| Failure::Library(error.to_string()))?,
    };
    let mut session = Session::new(state, tools::session::GENESIS_ACCOUNT).map_err(Failure::Usage)?;
    session.act_as(account);
    Ok(session)
}

/// Opens a port for the embedded node: the one that was asked for, else the usual one or, where
/// that is in use, a free one.
fn listen(network: &Network, port: Option<u16>) -> Result<Server, Failure> {
    let open = |port| serve::listen(network.nodes()[..1].to_vec(), Options { port, ..Options::default() });
    match port {
        Some(port) => open(port),
        None => open(api::DEFAULT_PORT).or_else(|_| open(0)),
    }
}

/// Ends the embedded network, where there is one.
pub fn leave(network: Option<Network>, server: Option<Server>) {
    let Some(network) = network else { return };
    if let Some(server) = server {
        server.stop();
    }
    network.stop();
    if stdin().is_terminal() {
        show::tell("The embedded network has ended; its state was in memory only.\n");
    }
}
