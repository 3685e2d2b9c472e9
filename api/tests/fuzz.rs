//! Requests at random, on every route: whatever comes, the answer is one of those described.

mod common;

use common::Bench;
use fastrand::Rng;
use serde_json::{Value as Json, json};

const PATHS: [(&str, &str); 19] = [
    ("POST", "/api/v1/query"),
    ("POST", "/api/v1/transaction/prepare"),
    ("POST", "/api/v1/transaction/submit"),
    ("POST", "/api/v1/transact"),
    ("POST", "/api/v1/message"),
    ("POST", "/api/v1/data/encode"),
    ("POST", "/api/v1/data/decode"),
    ("POST", "/api/v1/createAccount"),
    ("POST", "/api/v1/faucet"),
    ("POST", "/"),
    ("GET", "/api/v1/accounts/"),
    ("GET", "/api/v1/blocks"),
    ("GET", "/api/v1/blocks/"),
    ("GET", "/api/v1/tx"),
    ("GET", "/api/v1/data/"),
    ("GET", "/api/v1/peers/"),
    ("GET", "/account/"),
    ("GET", "/tx/"),
    ("GET", "/block/"),
];

const TYPES: [&str; 7] = [
    "",
    "application/json",
    "application/cvx",
    "application/cvx-raw",
    "text/plain",
    "application/octet-stream",
    "text/html",
];

const FIELDS: [&str; 12] = [
    "source",
    "address",
    "sequence",
    "hash",
    "data",
    "accountKey",
    "sig",
    "seed",
    "amount",
    "faucet",
    "cad3",
    "x",
];

const TEXTS: [&str; 22] = [
    "(+ 1 2)",
    "*state*",
    "(count",
    "#",
    "12",
    "#11",
    "0x0c",
    "",
    "[:Q 1 (+ 1 2)]",
    "[:TX 1 2]",
    "[:DR 1 0x]",
    "{:source *balance* :address #13}",
    "d003ea0b110181031103110232012a",
    "110c",
    "00",
    "80",
    "90",
    "\u{0}",
    "ð\u{202e}",
    "(loop [] (recur))",
    "9223372036854775807",
    "-1",
];

fn value(random: &mut Rng, depth: usize) -> Json {
    match random.u8(0..12) {
        0 => Json::Null,
        1 => json!(random.bool()),
        2 => json!(random.i64(..)),
        3 => json!(random.i64(-2..40)),
        4 => json!(random.f64() * 1e300),
        5 => json!("0".repeat(64)),
        6 => json!("ab".repeat(random.usize(0..80))),
        7 if depth > 0 => json!([value(random, depth - 1)]),
        8 if depth > 0 => object(random, depth - 1),
        _ => json!(TEXTS[random.usize(..TEXTS.len())]),
    }
}

fn object(random: &mut Rng, depth: usize) -> Json {
    let count = random.usize(0..6);
    (0..count).map(|_| (FIELDS[random.usize(..FIELDS.len())].to_owned(), value(random, depth))).collect()
}

fn body(random: &mut Rng) -> Vec<u8> {
    match random.u8(0..8) {
        0 => (0..random.usize(0..200)).map(|_| random.u8(..)).collect(),
        1 => TEXTS[random.usize(..TEXTS.len())].into(),
        2 => common::signed(11, random.i64(0..5), "(+ 1 2)"),
        3 => {
            let mut bytes = common::signed(11, 1, "(do [1 2 3] \"x\")");
            let place = random.usize(..bytes.len());
            bytes[place] = random.u8(..);
            bytes
        }
        4 => {
            let mut bytes = object(random, 3).to_string().into_bytes();
            bytes.truncate(random.usize(..=bytes.len()));
            bytes
        }
        _ => object(random, 3).to_string().into_bytes(),
    }
}

fn path(random: &mut Rng, start: &str) -> String {
    if start.ends_with('/') && start.len() > 1 {
        let ends = ["11", "%ff", "%23", "0", "999999999999999999999999", "-1", "x", "%2F", "..", "a%00b"];
        let digits = format!("{:064x}", random.u128(..));
        return format!("{start}{}", if random.bool() { ends[random.usize(..ends.len())] } else { &digits });
    }
    let queries = [
        "",
        "?",
        "?limit=5",
        "?limit=-1&offset=x",
        "?hash=%ff",
        "?hash=0x12",
        "?offset=9223372036854775807",
        "?&&==",
    ];
    format!("{start}{}", queries[random.usize(..queries.len())])
}

#[test]
fn every_answer_is_one_of_those_described() {
    let bench = Bench::start(1);
    let mut random = Rng::with_seed(13);
    for round in 0..20_000 {
        let (method, start) = PATHS[random.usize(..PATHS.len())];
        let path = path(&mut random, start);
        let body = if method == "POST" { body(&mut random) } else { Vec::new() };
        let (kind, accept) = (TYPES[random.usize(..TYPES.len())], TYPES[random.usize(..TYPES.len())]);
        let answer = bench.send(method, &path, &[("content-type", kind), ("accept", accept)], &body);
        let shown = String::from_utf8_lossy(&body);
        assert!(
            answer.status < 500,
            "round {round}: {method} {path} {kind} {accept}\n{shown}\n{}",
            answer.text()
        );
        if answer.header("content-type").starts_with("application/json") {
            answer.json();
        } else if matches!(accept, "" | "application/json" | "application/octet-stream") {
            assert!(!path.starts_with("/api"), "round {round}: {method} {path} {}", answer.text());
        }
    }
    assert_eq!(bench.post("/api/v1/query", r#"{"source":"(+ 1 2)"}"#).json()["value"], json!(3));
    assert!(bench.get("/metrics").text().contains("cvx_http_panics_total 0"));
}
