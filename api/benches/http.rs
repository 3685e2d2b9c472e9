//! How fast transactions become final when clients send them over loopback HTTP.
//!
//! `cargo bench -p cvx-api` prints a table: presigned transfers of 100 accounts, each of which has
//! a connection of its own and waits for the answer before it sends the next one, as the order of
//! its sequence numbers demands; and how long one transaction takes from request to answer in a
//! network of five peers, one at a time.

#![allow(clippy::disallowed_methods, reason = "a benchmark has a clock and sockets")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use api::{Options, Server};
use lang::{Blob, Value, message};
use node::network::{Options as NetworkOptions, local_keys, with_peers};
use node::sign::{SigningKey, sign};
use node::{Clock, Network};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};
use vm::{Account, Transaction};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SENDERS: u64 = 100;
const EACH: i64 = 200;
const SINGLE: i64 = 200;
const COPPERS: i64 = 1_000_000_000_000;

fn key(n: u64) -> SigningKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&n.to_be_bytes());
    SigningKey::from_bytes(&seed)
}

/// A network with a server, and the address of the first sender.
fn start(peers: usize) -> (Network, Server, u64) {
    let genesis = stdlib::genesis().expect("the library builds");
    let mut genesis = with_peers(&genesis, peers).expect("the peers are those of genesis");
    let first = genesis.next_address().expect("all is in memory");
    for n in 0..SENDERS {
        let key = Blob::new(&key(n).verifying_key().to_bytes());
        genesis =
            genesis.with_account(first + n, &Account::new(Some(key), COPPERS)).expect("it is in memory");
    }
    let options = NetworkOptions { genesis, keys: local_keys(peers), clock: Clock::real() };
    let network = Network::start(options).expect("there are threads");
    for node in network.nodes() {
        node.wait_beyond(peers as u64 - 1, Duration::from_secs(10));
    }
    let server = Server::start(network.nodes().to_vec(), Options { port: 0, ..Options::default() });
    (network, server.expect("there are free ports"), first)
}

/// The requests of a sender, with their heads.
fn requests(first: u64, sender: u64, count: i64) -> Vec<Vec<u8>> {
    let (key, to) = (key(sender), first + (sender + 7) % SENDERS);
    (1..=count)
        .map(|sequence| {
            let transfer = Transaction::transfer(first + sender, sequence, to, 1).value();
            let body = message::encode(&Value::Signed(sign(&transfer, &key))).expect("all is in memory");
            let mut request = format!(
                "POST /api/v1/transact HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cvx-raw\r\n\
                 Content-Length: {}\r\n\r\n",
                body.len()
            )
            .into_bytes();
            request.extend(body);
            request
        })
        .collect()
}

/// Sends requests one after the other over a connection; answers how long each took, in
/// milliseconds.
fn send(address: SocketAddr, requests: Vec<Vec<u8>>) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("it is a socket");
    let mut reader = BufReader::new(stream.try_clone().expect("it is a socket"));
    let mut times = Vec::new();
    for request in requests {
        let begun = Instant::now();
        stream.write_all(&request).expect("the server reads");
        let body = answer(&mut reader);
        assert!(body.starts_with("{\"value\":1,"), "{body}");
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times
}

/// The body of the next answer.
fn answer(reader: &mut BufReader<TcpStream>) -> String {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("the server answers");
        if let Some(digits) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = digits.trim().parse().expect("it is a number");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the server answers");
    String::from_utf8(body).expect("it is JSON")
}

fn main() {
    let (network, server, first) = start(5);
    let mut times = send(server.addresses()[0], requests(first, 0, SINGLE));
    times.sort_by(f64::total_cmp);
    println!(
        "one at a time, 5 peers: median {:.2} ms, worst {:.2} ms",
        times[times.len() / 2],
        times[times.len() - 1]
    );
    server.stop();
    network.stop();

    for peers in [1, 5] {
        let (network, server, first) = start(peers);
        let address = server.addresses()[0];
        let all: Vec<_> = (0..SENDERS).map(|sender| requests(first, sender, EACH)).collect();
        let begun = Instant::now();
        let threads: Vec<_> =
            all.into_iter().map(|requests| thread::spawn(move || send(address, requests))).collect();
        let count: usize = threads.into_iter().map(|thread| thread.join().expect("it ends").len()).sum();
        let rate = count as f64 / begun.elapsed().as_secs_f64();
        println!("{SENDERS} senders at once, {peers} peers: {count} transfers, {rate:.0} final a second");
        server.stop();
        network.stop();
    }
}
