//! Serves peers of a local network: `serve PEERS PORT`. For trying the API; `cvx node` is the program for people.

use node::Clock;
use node::network::{Network, Options, local_keys, with_peers};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let peers = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let port = arguments.next().map_or(Ok(8080), |text| text.parse())?;
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).init();
    let genesis = with_peers(&stdlib::genesis()?, peers)?;
    let network = Network::start(Options { genesis, keys: local_keys(peers), clock: Clock::real() })?;
    let (sender, receiver) = std::sync::mpsc::channel();
    let options = api::Options {
        port,
        faucet: Some(1_000_000_000_000),
        shutdown: Some(std::sync::Arc::new(move || {
            // Once is enough: the receiver may be gone.
            let _ = sender.send(());
        })),
        ..api::Options::default()
    };
    let server = api::Server::start(network.nodes().to_vec(), options)?;
    receiver.recv()?;
    server.stop();
    network.stop();
    Ok(())
}
