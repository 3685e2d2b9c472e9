//! Requests and clients that are too much, too slow or not what they should be.

#![allow(clippy::disallowed_methods, reason = "clients have clocks and threads")]

mod common;

use common::{Bench, signed};
use serde_json::{Value as Json, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const QUERY: &str = "POST /api/v1/query HTTP/1.1\r\nHost: x\r\n";

#[test]
fn bodies_have_a_limit() {
    let bench = Bench::start(1);
    let padded = |length: usize| {
        let start = r#"{"source":"(+ 1 2)"}"#;
        format!("{start}{}", " ".repeat(length - start.len()))
    };
    assert_eq!(bench.post("/api/v1/query", &padded(1_000_000)).json()["value"], json!(3));
    for path in ["/api/v1/query", "/api/v1/transaction/submit", "/api/v1/faucet", "/api/v1/data/encode", "/"]
    {
        let answer = bench.post(path, &padded(1_000_001));
        assert_eq!(answer.status, 413, "{path}");
        assert!(answer.json()["error"].as_str().is_some_and(|text| text.contains("1000000 bytes")));
    }
    // In chunks, of which none tells how long the whole is.
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, " ".repeat(100_000));
    let chunked = format!(
        "{QUERY}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(11)
    );
    let answer = bench.raw(chunked.as_bytes(), Duration::from_secs(5));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(bench.post("/api/v1/query", r#"{"source":"1"}"#).status, 200);
}

#[test]
fn what_is_not_http_is_refused() {
    let bench = Bench::start(1);
    let second = Duration::from_secs(1);
    let long = format!("{} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "A".repeat(33));
    for (request, start) in [
        ("\x01\x02\x03\r\n\r\n", "HTTP/1.1 400 "),
        ("get /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 501 "),
        ("G-T /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 501 "),
        (&long, "HTTP/1.1 501 "),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 204 "),
        ("HEAD /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 "),
        ("POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "),
    ] {
        let answer = bench.raw(request.as_bytes(), second);
        assert!(answer.starts_with(start), "{request}\n{answer}");
    }
    let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(1 << 20));
    let answer = bench.raw(endless.as_bytes(), second);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(bench.get("/health").status, 200);
}

#[test]
fn requests_may_come_before_the_answers_to_those_before_them() {
    let bench = Bench::start(1);
    let request = |source: &str, more: &str| {
        let body = json!({ "source": source }).to_string();
        format!("{QUERY}Content-Length: {}\r\n{more}\r\n{body}", body.len())
    };
    let mut all: String = (0..20).map(|i| request(&format!("(+ 1000 {i})"), "")).collect();
    all.push_str(&request(":last", "Connection: close\r\n"));
    let answers = bench.raw(all.as_bytes(), Duration::from_secs(10));
    let places: Vec<usize> =
        (0..20).map(|i| answers.find(&format!("\"value\":{}", 1000 + i)).expect("it is answered")).collect();
    assert!(places.is_sorted());
    assert!(answers.contains("\"value\":\"last\""));
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let bench = Bench::start(1);
    let start = Instant::now();
    let request = format!("{QUERY}Content-Length: 100\r\n\r\n{{\"source\":");
    let answer = bench.raw(request.as_bytes(), Duration::from_secs(20));
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!((9..15).contains(&start.elapsed().as_secs()));
}

#[test]
fn a_thousand_connections_are_served() {
    let bench = Bench::start(1);
    let mut open = Vec::new();
    for _ in 0..1_000 {
        let stream = TcpStream::connect(bench.address()).expect("it is accepted");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("it is a socket");
        open.push(stream);
    }
    let body = r#"{"source":"(+ 1 2)"}"#;
    let request = format!("{QUERY}Content-Length: {}\r\n\r\n{body}", body.len());
    for stream in &mut open {
        stream.write_all(request.as_bytes()).expect("it is open");
    }
    for stream in &mut open {
        let mut buffer = [0; 1024];
        let count = stream.read(&mut buffer).expect("an answer comes");
        let answer = String::from_utf8_lossy(&buffer[..count]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"value\":3"), "{answer}");
    }
    drop(open);
    assert_eq!(bench.post("/api/v1/query", body).json()["value"], json!(3));
}

#[test]
fn transactions_are_served_while_queries_fill_the_pool() {
    let bench = Arc::new(Bench::start(1));
    let busy = Arc::new(AtomicUsize::new(0));
    let heavy = r#"{"source":"(loop [i 0] (if (< i 100000) (recur (inc i)) i))"}"#;
    let clients: Vec<_> = (0..600)
        .map(|_| {
            let (bench, busy) = (bench.clone(), busy.clone());
            thread::Builder::new()
                .stack_size(256 << 10)
                .spawn(move || {
                    let answer = bench.post("/api/v1/query", heavy);
                    if answer.status == 503 {
                        assert_eq!(answer.header("retry-after"), "1");
                        busy.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_eq!(answer.status, 200);
                    }
                })
                .expect("there are threads")
        })
        .collect();
    let raw = [("content-type", "application/cvx-raw")];
    for sequence in 1..=5 {
        let start = Instant::now();
        let answer = bench.send("POST", "/api/v1/transact", &raw, &signed(11, sequence, "*sequence*"));
        assert_eq!(
            (answer.status, answer.json()["errorCode"].clone()),
            (200, Json::Null),
            "{}",
            answer.text()
        );
        assert!(start.elapsed() < Duration::from_secs(8));
    }
    for client in clients {
        client.join().expect("it is answered");
    }
    assert_eq!(bench.get("/health").status, 200);
}

#[test]
fn effects_are_seen_as_soon_as_there_is_an_answer() {
    let bench = Arc::new(Bench::start(2));
    let clients: Vec<_> = (0..12)
        .map(|client| {
            let bench = bench.clone();
            thread::spawn(move || {
                for round in 0..5 {
                    let key = format!("{client:032x}{round:032x}");
                    let body = json!({ "accountKey": key, "faucet": 100 }).to_string();
                    let created = bench.post("/api/v1/createAccount", &body).json();
                    let address = created["address"].as_u64().unwrap_or_else(|| panic!("{created}"));
                    let path = format!("/api/v1/accounts/{address}");
                    assert_eq!(bench.get(&path).json()["balance"], json!(100));
                    let body = json!({ "address": address, "amount": 5 }).to_string();
                    assert_eq!(bench.post("/api/v1/faucet", &body).json()["amount"], json!(5));
                    let body = json!({ "source": format!("(balance #{address})") }).to_string();
                    assert_eq!(bench.post("/api/v1/query", &body).json()["value"], json!(105));
                }
            })
        })
        .collect();
    for client in clients {
        client.join().expect("every effect is seen");
    }
    // The second port comes to see them soon.
    let second = bench.server.as_ref().expect("it runs").addresses()[1];
    let url = format!("http://{second}/api/v1/accounts/150");
    let seen = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(20));
        ureq::get(&url).call().is_ok_and(|response| response.status() == 200)
    });
    assert!(seen);
}

#[test]
fn a_busy_port_is_named() {
    let bench = Bench::start(1);
    let port = bench.address().port();
    let nodes = bench.network.as_ref().expect("it runs").nodes().to_vec();
    let options = api::Options { port, ..api::Options::default() };
    let error = api::Server::start(nodes.clone(), options).err().expect("the port is taken").to_string();
    assert_eq!(error, format!("Port {port} is in use: end the program that uses it, or choose another port"));
    let options = api::Options { port: 65_535, ..api::Options::default() };
    let many = vec![nodes[0].clone(), nodes[0].clone()];
    assert!(api::Server::start(many, options).is_err());
}

#[test]
fn a_server_that_stops_answers_what_it_has_begun() {
    let mut bench = Bench::start(1);
    let address = bench.address();
    let heavy = r#"{"source":"(loop [i 0] (if (< i 100000) (recur (inc i)) i))"}"#;
    let mut stream = TcpStream::connect(address).expect("it listens");
    let idle = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(format!("{QUERY}Content-Length: {}\r\n\r\n{heavy}", heavy.len()).as_bytes())
        .expect("it is open");
    thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    bench.server.take().expect("it runs").stop();
    assert!(start.elapsed() < Duration::from_secs(10));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is answered and closed");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(TcpStream::connect(address).is_err());
    drop(idle);
}

#[test]
fn a_peer_is_ended_only_from_its_machine_and_by_no_page() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let shutdown: api::Shutdown = Arc::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let bench = Bench::with(1, |options| api::Options { shutdown: Some(shutdown), ..options });
    let path = "/api/v1/peer/shutdown";
    assert_eq!(bench.send("POST", path, &[("origin", "http://example.com")], b"").status, 401);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert_eq!(bench.post(path, "").status, 200);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
