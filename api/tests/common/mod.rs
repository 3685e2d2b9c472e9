//! A network of one peer with its API, and a plain client.

#![allow(dead_code, reason = "each test file uses a part")]

use node::network::{Network, Options, local_keys, with_peers};
use node::{Clock, sign};
use serde_json::Value as Json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use ureq::{Agent, Body, http};

/// A running network with its API.
pub struct Bench {
    pub network: Option<Network>,
    pub server: Option<api::Server>,
    agent: Agent,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is text"))
    }
}

impl Bench {
    pub fn start(peers: usize) -> Bench {
        Bench::with(peers, |options| options)
    }

    pub fn with(peers: usize, change: impl FnOnce(api::Options) -> api::Options) -> Bench {
        let genesis = stdlib::genesis().expect("the library builds");
        let genesis = with_peers(&genesis, peers).expect("the peers are those of genesis");
        let options = Options { genesis, keys: local_keys(peers), clock: Clock::real() };
        let network = Network::start(options).expect("there are threads");
        let options = api::Options { port: 0, faucet: Some(1_000_000_000), ..api::Options::default() };
        let server = api::Server::start(network.nodes().to_vec(), change(options)).expect("ports are free");
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        Bench { network: Some(network), server: Some(server), agent }
    }

    pub fn address(&self) -> SocketAddr {
        self.server.as_ref().expect("it runs").addresses()[0]
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[], body.as_bytes())
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = http::Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = match method {
            "POST" => self.agent.run(request.body(body).expect("a request")),
            _ => self.agent.run(request.body(()).expect("a request")),
        };
        answer(response.expect("the server answers"))
    }

    /// Prepares a form, signs it with a key of genesis, and submits it.
    pub fn transact(&self, origin: u64, source: &str) -> Json {
        let body = serde_json::json!({ "address": origin, "source": source });
        let prepared = self.post("/api/v1/transaction/prepare", &body.to_string()).json();
        let hash = prepared["hash"].as_str().expect("it is prepared");
        self.submit(origin, hash).json()
    }

    /// Signs what `prepare` gave with the key of #11 and #12, or of #13 on, and submits it.
    pub fn submit(&self, origin: u64, hash: &str) -> Answer {
        let (key, signature) = signature(origin, hash);
        let body = serde_json::json!({ "hash": hash, "accountKey": key, "sig": signature });
        self.post("/api/v1/transaction/submit", &body.to_string())
    }

    /// Writes bytes to a connection of its own, and reads until it is closed or quiet for a time.
    pub fn raw(&self, bytes: &[u8], quiet: Duration) -> String {
        let mut stream = TcpStream::connect(self.address()).expect("it listens");
        stream.set_read_timeout(Some(quiet)).expect("it is a socket");
        // A server that refuses may close before all is written.
        let _ = stream.write_all(bytes);
        let mut all = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            all.extend_from_slice(&buffer[..count]);
        }
        String::from_utf8_lossy(&all).into_owned()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        if let Some(network) = self.network.take() {
            network.stop();
        }
    }
}

/// The public key and signature, in digits, of a key of genesis for what is to be signed.
pub fn signature(origin: u64, hash: &str) -> (String, String) {
    use ed25519_dalek::Signer;
    let key = node::genesis_key(origin.saturating_sub(12) as usize).expect("there is such a key");
    let message: Vec<u8> = (0..hash.len() / 2)
        .map(|i| u8::from_str_radix(&hash[2 * i..2 * i + 2], 16).expect("digits"))
        .collect();
    (hex(&key.verifying_key().to_bytes()), hex(&key.sign(&message).to_bytes()))
}

/// A signed transaction of #11 or another account of genesis, as its encoding.
pub fn signed(origin: u64, sequence: i64, source: &str) -> Vec<u8> {
    let form = lang::reader::read_one(source, 0).expect("it can be read").value;
    let key = node::genesis_key(origin.saturating_sub(12) as usize).expect("there is such a key");
    let signed = sign(&vm::Transaction::invoke(origin, sequence, form).value(), &key);
    lang::message::encode(&signed.into()).expect("all is in memory")
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn answer(response: http::Response<Body>) -> Answer {
    let (parts, mut body) = response.into_parts();
    let body = body.with_config().limit(64 << 20).read_to_vec().expect("the body arrives");
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}
