//! Each route with good and bad requests, against a network of one peer.

mod common;

use common::{Bench, hex, signed};
use serde_json::{Value as Json, json};

/// A request, the status of its answer, and parts of its body.
type Case<'a> = (&'a str, &'a str, &'a str, u16, &'a [&'a str]);

fn check(bench: &Bench, cases: &[Case]) {
    for (method, path, body, status, parts) in cases {
        let answer = bench.send(method, &format!("/api/v1{path}"), &[], body.as_bytes());
        let text = answer.text();
        assert_eq!(answer.status, *status, "{method} {path} {body}\n{text}");
        assert_eq!(answer.header("content-type"), "application/json", "{method} {path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
        answer.json();
        for part in *parts {
            assert!(text.contains(part), "{method} {path} {body}\n{text}\nhas no {part}");
        }
    }
}

#[test]
fn queries() {
    let bench = Bench::start(1);
    let deep_source = format!(r#"{{"source":"{}"}}"#, "[".repeat(300_000));
    let deep_json = "[".repeat(500_000);
    check(
        &bench,
        &[
            (
                "POST",
                "/query",
                r#"{"source":"(* 2 3)"}"#,
                200,
                &[r#""value":6,"result":"6""#, r#""juice":581"#],
            ),
            ("POST", "/query", r#"{"source":"*address*"}"#, 200, &[r##""value":11,"result":"#11""##]),
            ("POST", "/query", r##"{"source":"*address*","address":"#13"}"##, 200, &[r#""value":13"#]),
            ("POST", "/query", r#"{"source":"*address*","address":"0x0d"}"#, 200, &[r#""value":13"#]),
            ("POST", "/query", r#"{"source":"*address*","address":null}"#, 200, &[r#""value":11"#]),
            ("POST", "/query", r#"{"source":"nil"}"#, 200, &[r#""value":null,"result":"nil""#]),
            (
                "POST",
                "/query",
                r#"{"source":"{:a [1.5 :b \"x\"]}"}"#,
                200,
                &[r#""value":{"a":[1.5,"b","x"]}"#],
            ),
            (
                "POST",
                "/query",
                r#"{"source":"(count)"}"#,
                200,
                &[r#"{"errorCode":"ARITY","value":"#, r#""source":"PEER""#],
            ),
            (
                "POST",
                "/query",
                r#"{"source":"(fail :foo [1])"}"#,
                200,
                &[r#"{"errorCode":"foo","value":[1],"#],
            ),
            ("POST", "/query", r#"{"source":"1","address":999}"#, 200, &[r#"{"errorCode":"NOBODY""#]),
            ("POST", "/query", r#"{"source":"(loop [] (recur))"}"#, 200, &[r#"{"errorCode":"JUICE""#]),
            ("POST", "/query", r#"{"source":"(foo"}"#, 400, &[r#"{"error":"Line 1, column 1"#]),
            ("POST", "/query", r#"{"source":"1 2"}"#, 400, &[r#"{"error":"#]),
            ("POST", "/query", r#"{"source":""}"#, 400, &[r#"{"error":"#]),
            ("POST", "/query", r#"{"source":7}"#, 400, &["The field 'source' is 7, not a string"]),
            ("POST", "/query", "{}", 400, &["The field 'source' is missing"]),
            ("POST", "/query", r#"{"source":"1","address":-1}"#, 400, &["not an address"]),
            ("POST", "/query", r#"{"source":"1","address":{}}"#, 400, &["not an address"]),
            ("POST", "/query", "", 400, &["The body is not JSON"]),
            ("POST", "/query", "[]", 400, &["The body is an array, not a JSON object"]),
            ("POST", "/query", &deep_json, 400, &["The body is not JSON"]),
            ("POST", "/query", &deep_source, 400, &[r#"{"error":"#]),
            ("GET", "/query", "", 405, &["GET is not a method of /api/v1/query"]),
        ],
    );
    let deep = r#"{"source":"(loop [i 0 v []] (if (< i 20000) (recur (inc i) [v]) v))"}"#;
    let answer = bench.post("/api/v1/query", deep);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains(&"[".repeat(10_000)));
    // A long text is left out beside the value, and is too much where text alone is asked for.
    let long =
        json!({ "source": "(loop [i 0 v []] (if (< i 30000) (recur (inc i) (conj v i)) v))" }).to_string();
    let answer = bench.post("/api/v1/query", &long).json();
    assert_eq!((answer["value"][29_999].clone(), answer["result"].clone()), (json!(29_999), Json::Null));
    let answer = bench.send("POST", "/api/v1/query", &[("accept", "application/cvx")], long.as_bytes());
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains(":LIMIT"), "{}", answer.text());
    let large = r#"{"source":"(let [s (loop [i 0 s \"0123456789abcdef\"] (if (< i 9) (recur (inc i) (str s s)) s))] (loop [i 0 v []] (if (< i 300) (recur (inc i) (conj v s)) v)))"}"#;
    let answer = bench.post("/api/v1/query", large);
    assert_eq!(
        (answer.status, answer.json()["errorCode"].clone()),
        (413, "LIMIT".into()),
        "{}",
        answer.text()
    );
}

#[test]
fn accounts_and_coins() {
    let bench = Bench::start(1);
    let key = "D82E78594610f708ad47f666bbacbab1711760652cb88bf7515ed6c3ae84a08d";
    let created =
        bench.post("/api/v1/createAccount", &json!({ "accountKey": key, "faucet": 5000 }).to_string());
    let address = created.json()["address"].as_u64().expect("an account is made");
    let account = bench.get(&format!("/api/v1/accounts/{address}")).json();
    let expected = json!({
        "address": address, "sequence": 0, "balance": 5000, "allowance": 0,
        "memorySize": account["memorySize"], "key": format!("0x{}", key.to_lowercase()), "type": "user",
    });
    assert_eq!(account, expected);
    let unknown = format!(r#"{{"address":{address},"amount":70,"other":[null]}}"#);
    let echoed = format!(r#"{{"address":{address},"amount":70,"other":[null]}}"#);
    let capped = format!(r##"{{"address":"#{address}","amount":4000000000}}"##);
    let moved = format!(r#"{{"address":{address},"amount":1000000000}}"#);
    let negative = format!(r#"{{"address":{address},"amount":-1}}"#);
    check(
        &bench,
        &[
            ("POST", "/faucet", &unknown, 200, &[&echoed]),
            ("POST", "/faucet", &capped, 200, &[&moved]),
            ("GET", &format!("/accounts/{address}"), "", 200, &[r#""balance":1000005070"#]),
            ("POST", "/faucet", &negative, 200, &[r#""errorCode":"ARGUMENT""#]),
            ("POST", "/faucet", r#"{"address":999999,"amount":1}"#, 200, &[r#""errorCode":"NOBODY""#]),
            ("POST", "/faucet", r#"{"address":11}"#, 400, &["The field 'amount' is missing"]),
            ("POST", "/faucet", r#"{"amount":5}"#, 400, &["The field 'address' is missing"]),
            ("POST", "/faucet", r#"{"address":11,"amount":1.5}"#, 400, &["not an integer"]),
            ("POST", "/createAccount", "{}", 400, &["The field 'accountKey' is missing"]),
            ("POST", "/createAccount", r#"{"accountKey":"12"}"#, 400, &["not 32 bytes"]),
            ("POST", "/createAccount", r#"{"accountKey":12}"#, 400, &["not a string"]),
            ("GET", "/accounts/8", "", 200, &[r#""key":null,"type":"actor""#]),
            ("GET", "/accounts/%2312", "", 200, &[r#""address":12"#]),
            ("GET", "/accounts/0x0c", "", 200, &[r#""address":12"#]),
            (
                "GET",
                "/accounts/999999",
                "",
                404,
                &[r#"{"errorCode":"NOBODY","value":"There is no account #999999"}"#],
            ),
            ("GET", "/accounts/-1", "", 400, &["'-1' is not an address"]),
            ("GET", "/accounts/%ff", "", 400, &["not text in UTF-8"]),
            ("GET", "/accounts/x", "", 400, &["'x' is not an address"]),
        ],
    );
    let closed = Bench::with(1, |options| api::Options { faucet: None, ..options });
    for path in ["/api/v1/createAccount", "/api/v1/faucet"] {
        assert_eq!(closed.post(path, "{}").status, 403);
    }
}

#[test]
fn transactions_are_prepared_signed_and_submitted() {
    let bench = Bench::start(1);
    let prepared =
        bench.post("/api/v1/transaction/prepare", r#"{"address":11,"source":"(* 2 3)","sequence":null}"#);
    let hash = "d003ea0b110181031103110232012a";
    let expected = json!({ "hash": hash, "data": hash, "address": 11, "source": "(* 2 3)", "sequence": 1 });
    assert_eq!(prepared.json(), expected);
    let result = bench.submit(11, hash).json();
    let info = &result["info"];
    assert_eq!((&result["value"], &result["result"]), (&json!(6), &json!("6")));
    assert_eq!((&info["juice"], &info["fees"]), (&json!(581), &json!(13810)));
    assert_eq!(info["loc"][1], json!(0));
    let id = info["tx"].as_str().expect("it has a hash").to_owned();
    let account = bench.get("/api/v1/accounts/11").json();
    assert_eq!(account["sequence"], json!(1));
    // The same again is late; its hash finds what came of it.
    assert_eq!(bench.submit(11, hash).json()["errorCode"], "SEQUENCE");
    let found = bench.get(&format!("/api/v1/tx?hash={id}")).json();
    assert_eq!(found["position"], info["loc"]);
    assert_eq!(found["tx"]["value"], json!({ "origin": 11, "sequence": 1, "command": ["*", 2, 3] }));
    assert_eq!(found["result"]["result"], json!(6));
    // Two prepared before either is submitted have the same number.
    let two: Vec<Json> = ["(def a 1)", "(def b 2)"]
        .map(|source| {
            bench
                .post("/api/v1/transaction/prepare", &json!({ "address": 11, "source": source }).to_string())
                .json()
        })
        .into();
    assert_eq!((&two[0]["sequence"], &two[1]["sequence"]), (&json!(2), &json!(2)));
    let codes = two.iter().map(|prepared| {
        let hash = prepared["hash"].as_str().expect("it is prepared");
        bench.submit(11, hash).json()["errorCode"].clone()
    });
    assert_eq!(codes.collect::<Vec<Json>>(), [Json::Null, "SEQUENCE".into()]);
    let wrong_key = bench.post("/api/v1/transaction/prepare", r#"{"address":13,"source":"1"}"#).json();
    assert_eq!(
        bench.submit(11, wrong_key["hash"].as_str().expect("a hash")).json()["errorCode"],
        "SIGNATURE"
    );
    assert_eq!(bench.transact(11, "(fail :FOO 1)")["info"]["source"], "CODE");
}

#[test]
fn large_transactions_are_kept_or_sent_again() {
    let bench = Bench::start(1);
    // Short transactions stand for themselves, longer ones for what was kept, at every size around
    // that boundary.
    for length in (60..220).step_by(8) {
        let source = format!("(count \"{}\")", "x".repeat(length));
        assert_eq!(bench.transact(11, &source)["value"], json!(length), "{source}");
    }
    let source = format!("(count \"{}\")", "y".repeat(5_000));
    let other = Bench::start(1);
    let body = json!({ "address": 11, "source": source }).to_string();
    let prepared = other
        .post(
            "/api/v1/transaction/prepare",
            &json!({ "address": 11, "source": source, "sequence": 500 }).to_string(),
        )
        .json();
    let hash = prepared["hash"].as_str().expect("it is prepared");
    let answer = bench.submit(11, hash);
    assert_eq!((answer.status, answer.json()["errorCode"].clone()), (404, "MISSING".into()));
    // A client that sends the data needs nothing to be kept.
    let fresh = other.post("/api/v1/transaction/prepare", &body).json();
    let third = Bench::start(1);
    let hash = fresh["hash"].as_str().expect("it is prepared");
    let (key, signature) = common::signature(11, hash);
    let submit = |data: &Json| {
        let body = json!({ "hash": hash, "data": data, "accountKey": key, "sig": signature });
        third.post("/api/v1/transaction/submit", &body.to_string())
    };
    let wrong = submit(&json!("110c"));
    assert_eq!((wrong.status, wrong.json()["errorCode"].clone()), (400, "FORMAT".into()));
    assert_eq!(submit(&fresh["data"]).json()["value"], json!(5_000));
    // Later versions of the interface leave out the hash.
    let next = third.post("/api/v1/transaction/prepare", &body).json();
    let (key, signature) = common::signature(11, next["hash"].as_str().expect("it is prepared"));
    let body = json!({ "data": next["data"], "accountKey": key, "sig": signature }).to_string();
    assert_eq!(third.post("/api/v1/transaction/submit", &body).json()["value"], json!(5_000));
}

#[test]
fn bad_transactions() {
    let bench = Bench::start(1);
    let (key, sig) = ("0".repeat(64), "0".repeat(128));
    let with = |hash: &str| json!({ "hash": hash, "accountKey": key, "sig": sig }).to_string();
    let good = "d003ea0b110181031103110232012a";
    let unknown = format!("20{}", "1".repeat(64));
    check(
        &bench,
        &[
            (
                "POST",
                "/transaction/prepare",
                r#"{"address":999,"source":"1"}"#,
                200,
                &[r#"{"errorCode":"NOBODY""#],
            ),
            ("POST", "/transaction/prepare", r#"{"source":"1"}"#, 400, &["The field 'address' is missing"]),
            ("POST", "/transaction/prepare", r#"{"address":11}"#, 400, &["The field 'source' is missing"]),
            ("POST", "/transaction/prepare", r#"{"address":11,"source":"("}"#, 400, &["Line 1"]),
            ("POST", "/transaction/prepare", r#"{"address":11,"source":["x"]}"#, 400, &["not a string"]),
            (
                "POST",
                "/transaction/prepare",
                r#"{"address":11,"source":"1","sequence":[]}"#,
                400,
                &["not an integer"],
            ),
            ("POST", "/transaction/submit", "{}", 400, &["The field 'hash' is missing"]),
            ("POST", "/transaction/submit", &with("xyz"), 400, &["not hexadecimal digits"]),
            ("POST", "/transaction/submit", &with(""), 400, &["FORMAT"]),
            ("POST", "/transaction/submit", &with("110c"), 400, &[r#""errorCode":"FORMAT""#]),
            ("POST", "/transaction/submit", &with("ff"), 400, &[r#""errorCode":"FORMAT""#]),
            (
                "POST",
                "/transaction/submit",
                &with(&unknown),
                404,
                &[r#""errorCode":"MISSING""#, r#""source":"SERVER""#],
            ),
            (
                "POST",
                "/transaction/submit",
                &with(good),
                200,
                &[r#""errorCode":"SIGNATURE""#, r#""source":"PEER""#],
            ),
            (
                "POST",
                "/transaction/submit",
                &format!(r#"{{"hash":"{good}","sig":"{sig}"}}"#),
                400,
                &["'accountKey' is missing"],
            ),
            (
                "POST",
                "/transaction/submit",
                &format!(r#"{{"hash":"{good}","accountKey":"{key}"}}"#),
                400,
                &["'sig' is missing"],
            ),
            (
                "POST",
                "/transaction/submit",
                &format!(r#"{{"hash":"{good}","accountKey":"{key}","sig":"00"}}"#),
                400,
                &["not 64 bytes"],
            ),
            (
                "POST",
                "/transact",
                r#"{"address":11,"source":"1","seed":"00"}"#,
                400,
                &["'seed' is not 32 bytes"],
            ),
            (
                "POST",
                "/transact",
                r#"{"address":999,"source":"1","seed":"00"}"#,
                400,
                &["'seed' is not 32 bytes"],
            ),
        ],
    );
    let seed = hex(&node::genesis_key(0).expect("a key").to_bytes());
    for (origin, code) in
        [(11, Json::Null), (999, "NOBODY".into()), (13, "SIGNATURE".into()), (8, "STATE".into())]
    {
        let body = json!({ "address": origin, "source": "(+ 1 2)", "seed": seed }).to_string();
        let answer = bench.post("/api/v1/transact", &body);
        assert_eq!((answer.status, answer.json()["errorCode"].clone()), (200, code), "#{origin}");
    }
    let raw = |bytes: &[u8]| {
        bench.send("POST", "/api/v1/transact", &[("content-type", "application/cvx-raw")], bytes)
    };
    assert_eq!(raw(&signed(11, 2, "(* 7 6)")).json()["value"], json!(42));
    for bytes in [&b""[..], &[0x11, 0x0c], &[0xff; 100]] {
        assert_eq!(raw(bytes).status, 400);
    }
    let result = bench.send(
        "POST",
        "/api/v1/transact",
        &[("content-type", "application/cvx-raw"), ("accept", "application/cvx-raw")],
        &signed(11, 3, "(* 7 6)"),
    );
    assert_eq!(
        (result.status, result.header("content-type"), result.body[0]),
        (200, "application/cvx-raw", 0xdd)
    );
}

#[test]
fn what_the_peer_holds() {
    let bench = Bench::start(1);
    bench.transact(11, "(def x 1)");
    let status = bench.get("/api/v1/status").json();
    let peer = status["peer"].as_str().expect("a key").to_owned();
    let state = status["state"].as_str().expect("a hash").to_owned();
    assert_eq!(status.as_object().map(|map| map.len()), Some(9));
    check(
        &bench,
        &[
            ("GET", &format!("/peers/{peer}"), "", 200, &[r#""controller":12"#, r#""metadata""#]),
            ("GET", &format!("/peers/{}", "1".repeat(64)), "", 404, &[r#"{"error":"There is no peer"#]),
            ("GET", "/peers/xyz", "", 400, &["not the key of a peer"]),
            (
                "GET",
                "/blocks?limit=1",
                "",
                200,
                &[r#""offset":0,"items":[{"index":0,"timestamp":"#, r#""finalised":true"#],
            ),
            ("GET", "/blocks?offset=100000", "", 200, &[r#""items":[]"#]),
            ("GET", "/blocks/0", "", 200, &[&peer[2..]]),
            ("GET", "/blocks/100000", "", 404, &["There is no block 100000"]),
            ("GET", "/blocks/-1", "", 400, &["not the number of a block"]),
            ("GET", "/blocks?limit=0", "", 400, &["from 1 to 1000"]),
            ("GET", "/blocks?limit=1001", "", 400, &["from 1 to 1000"]),
            ("GET", "/blocks?limit=x", "", 400, &["'limit' is 'x', not a whole number"]),
            ("GET", "/blocks?offset=-1", "", 400, &["'offset' is '-1'"]),
            ("GET", "/tx", "", 400, &["The parameter 'hash' is missing"]),
            ("GET", "/tx?hash=12", "", 400, &["'12' is not a hash"]),
            ("GET", &format!("/tx?hash={}", "1".repeat(64)), "", 404, &["No final transaction"]),
            ("GET", "/data/12", "", 400, &["'12' is not a hash"]),
            ("GET", &format!("/data/{}", "1".repeat(64)), "", 400, &["holds no value"]),
            ("POST", "/peer/shutdown", "", 403, &["does not end on request"]),
            ("GET", "/nothing", "", 404, &["There is nothing at /api/v1/nothing"]),
        ],
    );
    let genesis = status["genesis"].as_str().expect("a hash");
    let answer = bench.get(&format!("/api/v1/data/{genesis}"));
    assert_eq!(answer.status, 200, "{state}");
    assert_eq!(answer.json()["globals"][2], json!(10));
}

#[test]
fn texts_and_bytes() {
    let bench = Bench::start(1);
    let json_type = [("content-type", "application/json; charset=utf-8")];
    for (data, cad3, hash) in
        [("12", "110c", "110c"), ("nil", "00", "00"), ("[]", "8000", "8000"), ("()", "8100", "8100")]
    {
        let body = json!({ "data": data }).to_string();
        let answer = bench.send("POST", "/api/v1/data/encode", &json_type, body.as_bytes());
        assert_eq!(answer.json(), json!({ "cad3": cad3, "hash": hash }));
        let raw = [("content-type", "application/cvx"), ("accept", "application/cvx-raw")];
        let answer = bench.send("POST", "/api/v1/data/encode", &raw, data.as_bytes());
        assert_eq!(hex(&answer.body), cad3);
        let body = json!({ "cad3": cad3 }).to_string();
        let answer = bench.send("POST", "/api/v1/data/decode", &json_type, body.as_bytes());
        assert_eq!(answer.json(), json!({ "cvx": data }));
    }
    for (path, headers, body) in [
        ("encode", [("content-type", "image/png")], "12"),
        ("encode", json_type, "{}"),
        ("encode", json_type, r#"{"data":"("}"#),
        ("decode", json_type, r#"{"cad3":"ff"}"#),
        (
            "decode",
            json_type,
            r#"{"cad3":"80012011111111111111111111111111111111111111111111111111111111111111111111"}"#,
        ),
        ("decode", [("content-type", "text/html")], "00"),
    ] {
        let answer = bench.send("POST", &format!("/api/v1/data/{path}"), &headers, body.as_bytes());
        assert_eq!(answer.status, 400, "{path} {body} {}", answer.text());
        answer.json();
    }
}

#[test]
fn messages_of_peers() {
    let bench = Bench::start(1);
    let cvx = [("content-type", "application/cvx")];
    let transaction = lang::message::decode(&signed(11, 1, "(* 6 7)")).expect("it is an encoding");
    let message = lang::Vector::from_values([lang::Value::keyword("TX"), 5.into(), transaction]);
    let raw = lang::message::encode(&message.into()).expect("all is in memory");
    let answer = bench.send("POST", "/api/v1/message", &[("content-type", "application/cvx-raw")], &raw);
    assert_eq!((answer.status, answer.json()["value"].clone()), (200, json!(42)), "{}", answer.text());
    for (text, status, part) in [
        ("[:Q 1 (* 2 3)]", 200, r#""value":6"#),
        ("[:Q 1 *address* #13]", 200, r#""value":13"#),
        ("[:Q 1 (count) #13]", 422, r#""errorCode":"ARITY""#),
        ("[:SR 1]", 200, r#""value":["0x"#),
        ("[:PING 1]", 200, r#""value":1"#),
        ("[:BYE]", 202, "Sent"),
        ("[:DR 1]", 400, "FORMAT"),
        ("[:DR 1 0x12]", 400, "FORMAT"),
        ("[:FOO]", 400, "FORMAT"),
        ("7", 400, "FORMAT"),
        ("[:Q", 400, "error"),
    ] {
        let answer = bench.send("POST", "/api/v1/message", &cvx, text.as_bytes());
        assert_eq!(answer.status, status, "{text} {}", answer.text());
        assert!(answer.text().contains(part), "{text} {}", answer.text());
    }
    assert_eq!(bench.post("/api/v1/message", "[:SR 1]").status, 400);
}

#[test]
fn types_are_negotiated() {
    let bench = Bench::start(1);
    for (accept, media, body) in [
        ("*/*", "application/json", r#"{"value":6,"#),
        ("application/cvx", "application/cvx", "#Result {:result 6,"),
        ("text/plain", "text/plain; charset=utf-8", "#Result {:result 6,"),
        ("text/html", "text/html; charset=utf-8", "{&quot;value&quot;:6,"),
    ] {
        let answer = bench.send("POST", "/api/v1/query", &[("accept", accept)], br#"{"source":"(* 2 3)"}"#);
        assert_eq!((answer.status, answer.header("content-type")), (200, media));
        assert!(answer.text().contains(body), "{}", answer.text());
    }
    let both = [("accept", "application/cvx"), ("content-type", "application/cvx; charset=utf-8")];
    let answer = bench.send("POST", "/api/v1/query", &both, b"{:address #13 :source (str *address* :x)}");
    assert!(answer.text().contains(r#":result "13:x""#) || answer.text().contains(":x"), "{}", answer.text());
    for body in ["[1]", "{:address #13}", "{:address :x :source 1}", "("] {
        let answer = bench.send("POST", "/api/v1/query", &both, body.as_bytes());
        assert_eq!(answer.status, 400);
        assert!(answer.text().starts_with("{:error \""), "{}", answer.text());
    }
    for (accept, start) in [("text/plain", "The body"), ("application/json", "{\"error\":")] {
        let answer = bench.send("POST", "/api/v1/query", &[("accept", accept)], b"x");
        assert!(answer.text().starts_with(start), "{}", answer.text());
    }
}
