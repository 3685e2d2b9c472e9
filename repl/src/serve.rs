//! `cvx node`: a network of peers in this process, for clients over HTTP.

use crate::cli::{LogLevel, NodeOptions};
use crate::failure::Failure;
use crate::on_network::clock;
use crate::online;
use api::{Options, Server};
use node::{Network, Node};
use std::io::IsTerminal;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tools::colour::Colour;
use tools::show;
use tracing::level_filters::LevelFilter;
use vm::State;

/// What the network is told to be lost by.
pub const LOST: &str = "It is in memory only: all of it is lost when this process ends.";
/// How long the first blocks may take before that is told.
const FIRST_BLOCKS: Duration = Duration::from_secs(10);
/// How often signals are looked for.
const PAUSE: Duration = Duration::from_millis(100);

/// Starts a network, tells how to reach it, and serves it until a signal or a request ends it.
///
/// # Errors
/// [`Failure::Usage`] when there is no such network, or a port is not free.
pub fn serve(genesis: &State, request: &NodeOptions) -> Result<(), Failure> {
    log(request.log, request.log_json);
    let clock = clock(genesis, request.genesis_time)?;
    let (end, ended) = channel();
    let is_terminated = watch_signals(end.clone())?;
    let network = online::start(genesis, usize::from(request.peers), clock)?;
    let server = match listen(network.nodes().to_vec(), options(request, end)) {
        Ok(server) => server,
        Err(failure) => {
            network.stop();
            return Err(failure);
        }
    };
    show::say(introduction(&network, &server, request))?;
    wait_for_first_blocks(&network);
    loop {
        match ended.recv_timeout(PAUSE) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if is_terminated.load(Ordering::Relaxed) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    let counts = network.nodes()[0].counts();
    show::tell("Stopping: requests on their way are answered first.\n");
    server.stop();
    network.stop();
    show::tell(format!(
        "Stopped after {} blocks with {} transactions. The network was in memory only, and is lost.\n",
        counts.blocks, counts.finished
    ));
    Ok(())
}

/// Opens the ports.
///
/// # Errors
/// [`Failure::Usage`] when one is not free.
pub fn listen(nodes: Vec<Node>, options: Options) -> Result<Server, Failure> {
    Server::start(nodes, options).map_err(|error| {
        let sentence = error.to_string();
        let mut letters = sentence.chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
        Failure::Usage(first + letters.as_str() + " (--port)")
    })
}

fn options(request: &NodeOptions, end: Sender<()>) -> Options {
    let end = Mutex::new(end);
    let shutdown = move || {
        // Where nobody receives it the process is ending.
        let _ = end.lock().unwrap_or_else(std::sync::PoisonError::into_inner).send(());
    };
    Options {
        host: request.host,
        port: request.port,
        faucet: request.faucet.then_some(request.faucet_max),
        shutdown: Some(Arc::new(shutdown)),
        note: LOST.to_owned(),
        ..Options::default()
    }
}

/// Ctrl-C ends the node, a second one the process. The flag tells of a signal to terminate.
fn watch_signals(end: Sender<()>) -> Result<Arc<AtomicBool>, Failure> {
    let is_ending = AtomicBool::new(false);
    let interrupted = move || {
        if is_ending.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // Where nobody receives it the process is ending.
        let _ = end.send(());
    };
    ctrlc::set_handler(interrupted)
        .map_err(|error| Failure::Usage(format!("cannot receive Ctrl-C: {error}")))?;
    let is_terminated = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGTERM, is_terminated.clone())
        .map_err(|source| Failure::Io { what: "cannot receive signals".to_owned(), source })?;
    Ok(is_terminated)
}

/// Writes logs to standard error, from a level on.
fn log(level: LogLevel, is_json: bool) {
    let filter = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let builder = tracing_subscriber::fmt().with_max_level(filter).with_writer(std::io::stderr);
    if is_json {
        builder.json().init();
    } else {
        builder.with_ansi(std::io::stderr().is_terminal() && Colour::of_stderr() == Colour::On).init();
    }
}

/// Peers with their keys, accounts and URLs, and what else a user should know at once.
fn introduction(network: &Network, server: &Server, request: &NodeOptions) -> String {
    let nodes = network.nodes();
    let count = if nodes.len() == 1 { "1 peer".to_owned() } else { format!("{} peers", nodes.len()) };
    let version = env!("CARGO_PKG_VERSION");
    let mut out = format!("cvx {version}: a network of {count} in this process. {LOST}\n\n");
    for (node, address) in nodes.iter().zip(server.addresses()) {
        let account = node.controller().map(|account| format!("#{account}")).unwrap_or_default();
        out.push_str(&format!("  http://{address}  peer of {account}  key 0x{}\n", show::hex(node.key())));
    }
    out.push_str(&format!("\n  network   0x{}\n", nodes[0].genesis()));
    let time = if request.genesis_time { "begins at genesis (prices are those of genesis)" } else { "real" };
    out.push_str(&format!("  clock     {time}\n"));
    let faucet = match request.faucet {
        true => format!("on, up to {} coppers a request", request.faucet_max),
        false => "off; --faucet turns it on".to_owned(),
    };
    out.push_str(&format!("  faucet    {faucet}\n"));
    let address = server.addresses()[0];
    out.push_str(&format!(
        "\nIn a browser: http://{address}/   At a prompt: cvx repl --connect http://{address} --key NAME --as ACCOUNT\n\
         The keys of these peers and of their accounts are public: use them for tests only. Ctrl-C stops the network.\n"
    ));
    if !is_loopback(request.host) {
        out.push_str("Other machines can connect: anyone who reaches a port may use it.\n");
    }
    out
}

fn is_loopback(host: IpAddr) -> bool {
    host.is_loopback()
}

/// Each peer begins with a block of its own; where that takes long, it is told.
fn wait_for_first_blocks(network: &Network) {
    let peers = network.nodes().len() as u64;
    for node in network.nodes() {
        if node.wait_beyond(peers - 1, FIRST_BLOCKS) < peers {
            show::tell("The first blocks take long; the network may be slow.\n");
            return;
        }
    }
    tracing::info!(peers, "the first blocks are final");
}
