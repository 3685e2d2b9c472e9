//! `cvx deploy` against a network that the test serves over HTTP: plans, receipts, failures in the
//! middle, and the code of accounts compared with sources.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files and start programs")]

mod common;
#[path = "common/terminal.rs"]
#[allow(dead_code, reason = "other tests ask for more")]
mod terminal;

use common::{Folder, Left, cvx};
use node::key_file::Seal;
use node::network::{Network, Options, local_keys, with_peers};
use node::{Clock, Node};
use serde_json::Value as Json;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use terminal::Terminal;

/// A network of one peer, served on a port of its own, and a folder with sources and a key for
/// `#13`.
struct Bench {
    network: Option<Network>,
    server: Option<api::Server>,
    folder: Folder,
    url: String,
}

impl Bench {
    fn start(name: &str, files: &[(&str, &str)]) -> Bench {
        let genesis = stdlib::genesis().expect("the library builds");
        let genesis = with_peers(&genesis, 1).expect("the peers are those of genesis");
        let options = Options { genesis, keys: local_keys(1), clock: Clock::real() };
        let network = Network::start(options).expect("there are threads");
        let options = api::Options { port: 0, ..api::Options::default() };
        let server = api::Server::start(network.nodes()[..1].to_vec(), options).expect("a port is free");
        let url = format!("http://{}", server.addresses()[0]);
        let folder = Folder::new(name, files);
        // The key of #13 is that of the second peer of genesis, which is public.
        fs::create_dir_all(folder.0.join("keys")).expect("there is room");
        let key = folder.0.join("keys/genesis.key");
        Seal::Unencrypted.write(&key, &local_keys(2)[1]).expect("there is room");
        Bench { network: Some(network), server: Some(server), folder, url }
    }

    fn node(&self) -> &Node {
        &self.network.as_ref().expect("it runs").nodes()[0]
    }

    /// Runs `cvx deploy` with the key of #13.
    fn deploy(&self, args: &[&str]) -> Left {
        let mut all = vec!["deploy"];
        all.extend(args);
        all.extend(["--connect", &self.url]);
        cvx(&self.folder, &all, "")
    }

    /// Deploys as #13 without asking.
    fn send(&self, args: &[&str]) -> Left {
        let mut all = vec!["--key", "keys/genesis.key", "--as", "#13", "--yes"];
        all.extend(args);
        self.deploy(&all)
    }

    fn receipt(&self, name: &str) -> Json {
        let text = fs::read_to_string(self.folder.0.join(name)).expect("there is a receipt");
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// How many transactions an account has made.
    fn sequence(&self, address: u64) -> i64 {
        let account = self.node().state().account(address).expect("all is here").expect("it is there");
        account.sequence().expect("all is here")
    }

    fn balance(&self, address: u64) -> i64 {
        self.node().state().balance(address).expect("all is here").expect("it is there")
    }

    /// Runs a form as #13, beside what is deployed.
    fn run(&self, form: &str) -> String {
        let args = ["eval", "--connect", &self.url, "--key", "keys/genesis.key", "--as", "#13", form];
        let left = cvx(&self.folder, &args, "");
        assert_eq!(left.code, Some(0), "{form}: {}", left.err);
        left.out.trim().to_owned()
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

/// The vote counter of the examples, with a vote on some drinks.
fn vote() -> String {
    include_str!("../../examples/vote-counter/actor.cvx").to_owned()
        + "\n(def drinks (new-vote [:tea :coffee]))\n"
}

const TOKEN: &str = "(import convex.fungible :as fungible)
(def token (deploy (fungible/build-token {:supply 1000000})))
(fungible/transfer token #14 250)
";

/// Two actors, one of which knows the other, and who deployed them.
const PAIR: &str = "(def till (deploy '(do (def owner *caller*) (defn ^:callable put [n] (def sum n)))))
(def shop (deploy `(defn ^:callable sell [n]
  (cond (= *caller* ~*address*) (call ~till (put n)) (fail :TRUST \"Only the owner sells\")))))
";

fn figure<'a>(json: &'a Json, path: &str) -> &'a Json {
    json.pointer(path).unwrap_or_else(|| panic!("no {path} in {json:#}"))
}

#[test]
fn a_plan_is_what_happens_and_the_receipt_tells_it() {
    let bench = Bench::start("deploy-vote", &[("vote.cvx", &vote()), ("token.cvx", TOKEN)]);
    for source in ["vote.cvx", "token.cvx"] {
        let dry = bench.deploy(&[source, "--as", "#13", "--dry-run", "--json"]);
        assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
        let dry: Json = serde_json::from_str(&dry.out).expect("it is JSON");
        assert_eq!((figure(&dry, "/exact"), figure(&dry, "/deployed")), (&true.into(), &false.into()));
        let (before, sequence) = (bench.balance(13), bench.sequence(13));
        assert_eq!(figure(&dry, "/plan/balance"), &Json::from(before));
        assert!(!bench.folder.0.join(format!("{source}.receipt.json")).exists(), "a dry run leaves nothing");

        let left = bench.send(&[source]);
        assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
        let receipt = bench.receipt(&format!("{source}.receipt.json"));
        let forms = figure(&dry, "/plan/forms").as_array().expect("it is an array").len();
        assert_eq!(bench.sequence(13), sequence + forms as i64, "one transaction for each form");
        let mut fees = 0;
        for number in 0..forms {
            let (planned, sent) = (format!("/plan/forms/{number}"), format!("/transactions/{number}"));
            let is = |a: &str, b: &str| {
                assert_eq!(
                    figure(&dry, &format!("{planned}{a}")),
                    figure(&receipt, &format!("{sent}{b}")),
                    "{a}"
                );
            };
            is("/form", "/form");
            is("/place", "/place");
            is("/juice", "/juice");
            is("/accounts", "/accounts");
            // Results tell of growth alone.
            if receipt.pointer(&format!("{sent}/memory")).is_some() {
                is("/memory", "/memory");
            }
            assert_eq!(figure(&receipt, &format!("{sent}/status")), "done");
            fees += figure(&receipt, &format!("{sent}/fees")).as_i64().expect("it is a number");
        }
        assert_eq!(bench.balance(13), before - fees);
        // The pool grows while time passes, and a byte becomes a little cheaper.
        let planned = figure(&dry, "/plan/fees").as_i64().expect("it is a number");
        assert!(fees <= planned && fees > planned - planned / 1000 - 10, "{fees} {planned}");
        assert_eq!(figure(&receipt, "/accounts").as_array().map(Vec::len), Some(1));
        assert!(figure(&receipt, "/transactions/1/memory").as_i64() > Some(0));
        let network = format!("0x{}", bench.node().genesis());
        assert_eq!(figure(&receipt, "/network"), &Json::from(network));

        // A second time there is nothing to do.
        let again = bench.send(&[source]);
        assert!(
            again.code == Some(0) && again.out.contains("All is done already"),
            "{}{}",
            again.out,
            again.err
        );
        assert_eq!(bench.sequence(13), sequence + forms as i64);
        let verified = bench.deploy(&[source, "--verify"]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
        assert!(verified.out.contains("equals"), "{}", verified.out);
    }
    let token = bench.receipt("token.cvx.receipt.json");
    let address = figure(&token, "/accounts/0");
    assert_eq!(bench.run(&format!("(@convex.asset/balance #{address} #14)")), "250");
}

#[test]
fn a_failure_in_the_middle_is_gone_on_from() {
    // The second form succeeds in the rehearsal only: between it and the transaction the account
    // has made another one.
    let source = "(def a (deploy '(def x 1)))\n\
                  (cond (= *sequence* 1) (def b 2) (fail :LATE \"too late\"))\n(def c 3)\n";
    let bench = Bench::start("deploy-middle", &[("three.cvx", source)]);
    let fails = bench.send(&["three.cvx", "--from", "2"]);
    assert_eq!(fails.code, Some(1), "{}", fails.out);
    assert!(fails.err.contains("LATE") && fails.err.contains("three.cvx:2:"), "{}", fails.err);
    assert!(fails.err.contains("nothing was sent"), "{}", fails.err);
    assert_eq!(bench.sequence(13), 0);

    assert_eq!(bench.send(&["three.cvx"]).code, Some(0));
    let receipt = bench.receipt("three.cvx.receipt.json");
    assert_eq!(figure(&receipt, "/transactions/2/status"), "done");

    // A receipt that stops in the middle: what it tells is done is not done again.
    let mut half = receipt.clone();
    half["transactions"].as_array_mut().expect("it is an array").truncate(1);
    fs::write(bench.folder.0.join("three.cvx.receipt.json"), half.to_string()).expect("there is room");
    let left = bench.send(&["three.cvx"]);
    assert_eq!(left.code, Some(1), "the second form is too late now: {}", left.out);
    assert!(left.err.contains("form 2 of 3 would fail"), "{}", left.err);
    assert_eq!(bench.sequence(13), 3);
    // The file is changed, and it goes on with the second form.
    let changed = source.replace("(= *sequence* 1)", "true");
    fs::write(bench.folder.0.join("three.cvx"), changed).expect("there is room");
    let refused = bench.send(&["three.cvx"]);
    assert!(refused.code == Some(2) && refused.err.contains("--from K"), "{}", refused.err);
    let left = bench.send(&["three.cvx", "--from", "2"]);
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert_eq!((bench.sequence(13), bench.run("[b c]").as_str()), (5, "[2 3]"));
    let receipt = bench.receipt("three.cvx.receipt.json");
    let forms: Vec<u64> = figure(&receipt, "/transactions")
        .as_array()
        .expect("it is an array")
        .iter()
        .map(|sent| sent["form"].as_u64().expect("it is a number"))
        .collect();
    assert_eq!(forms, [1, 2, 3]);
}

#[test]
fn a_transaction_that_fails_on_the_network_stops_the_rest() {
    // What the third form finds depends on time, which the rehearsal does not move: it fails only
    // when it is sent.
    let source = "(def a 1)\n(def seen *timestamp*)\n\
                  (cond (= seen *timestamp*) :same (fail :TIME \"later\"))\n(def d 4)\n";
    let bench = Bench::start("deploy-network", &[("time.cvx", source)]);
    let left = bench.send(&["time.cvx"]);
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
    assert!(left.err.contains("TIME") && left.err.contains("form 3 of 4 failed"), "{}", left.err);
    assert!(left.err.contains("forms 1 to 2 are done, forms 3 to 4 are not"), "{}", left.err);
    let receipt = bench.receipt("time.cvx.receipt.json");
    assert_eq!(figure(&receipt, "/transactions/2/status"), "failed");
    assert_eq!(receipt.pointer("/transactions/3"), None);
    assert_eq!(bench.sequence(13), 3);
    let left = bench.send(&["time.cvx", "--from", "4"]);
    assert_eq!((left.code, bench.run("d").as_str()), (Some(0), "4"), "{}", left.err);
}

#[test]
fn what_is_not_known_is_looked_up_before_anything_is_sent() {
    let bench = Bench::start("deploy-unknown", &[("two.cvx", "(def a (deploy nil))\n(def b 2)\n")]);
    assert_eq!(bench.send(&["two.cvx"]).code, Some(0));
    let path = bench.folder.0.join("two.cvx.receipt.json");
    let mut receipt = bench.receipt("two.cvx.receipt.json");
    let whole = receipt.clone();

    // As after a process that ended while it waited: the hash is known, the outcome is not.
    let unknown = |sent: &Json| {
        let mut sent = sent.clone();
        let object = sent.as_object_mut().expect("it is an object");
        object.retain(|name, _| ["form", "place", "hash", "sequence"].contains(&name.as_str()));
        object.insert("status".to_owned(), "unknown".into());
        sent
    };
    receipt["transactions"][1] = unknown(&whole["transactions"][1]);
    fs::write(&path, receipt.to_string()).expect("there is room");
    let left = bench.send(&["two.cvx"]);
    assert!(left.code == Some(0) && left.out.contains("All is done already"), "{}{}", left.out, left.err);
    assert_eq!(bench.sequence(13), 2, "nothing was sent twice");
    assert_eq!(figure(&bench.receipt("two.cvx.receipt.json"), "/transactions/1/status"), "done");

    // One that never arrived is sent: with its own number, so that it can be final only once.
    let mut receipt = whole.clone();
    receipt["transactions"][1] = unknown(&whole["transactions"][1]);
    receipt["transactions"][1]["hash"] = format!("0x{}", "ab".repeat(32)).into();
    receipt["transactions"][1]["sequence"] = 3.into();
    fs::write(&path, receipt.to_string()).expect("there is room");
    let left = bench.send(&["two.cvx"]);
    assert_eq!((left.code, bench.sequence(13)), (Some(0), 3), "{}{}", left.out, left.err);

    // One of which nothing can be told is not sent.
    receipt["transactions"][1]["sequence"] = 2.into();
    fs::write(&path, receipt.to_string()).expect("there is room");
    let left = bench.send(&["two.cvx"]);
    assert!(left.code == Some(2) && left.err.contains("it is not known what came of form 2"), "{}", left.err);
    assert_eq!(bench.sequence(13), 3);

    // A network that has begun anew, and one that is another.
    receipt["transactions"] = serde_json::json!([whole["transactions"][0].clone()]);
    receipt["transactions"][0]["sequence"] = 99.into();
    fs::write(&path, receipt.to_string()).expect("there is room");
    let left = bench.send(&["two.cvx"]);
    assert!(left.code == Some(2) && left.err.contains("begun anew"), "{}", left.err);
    receipt["network"] = format!("0x{}", "cd".repeat(32)).into();
    fs::write(&path, receipt.to_string()).expect("there is room");
    let left = bench.send(&["two.cvx"]);
    assert!(left.code == Some(2) && left.err.contains("another network"), "{}", left.err);
    assert_eq!(bench.sequence(13), 3);
    let left = bench.send(&["two.cvx", "--force"]);
    assert_eq!((left.code, bench.sequence(13)), (Some(0), 5), "{}{}", left.out, left.err);
}

#[test]
fn code_is_compared_with_its_source() {
    let other = vote().replace("This account has voted", "You have voted");
    let files = [("vote.cvx", vote()), ("other.cvx", other), ("pair.cvx", PAIR.to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let bench = Bench::start("deploy-verify", &files);
    assert_eq!(bench.send(&["vote.cvx"]).code, Some(0));
    let address = figure(&bench.receipt("vote.cvx.receipt.json"), "/accounts/0").to_string();
    let at = format!("#{address}");
    let verify = |args: &[&str]| bench.deploy(args);

    let left = verify(&["vote.cvx", "--verify", &at, "--as", "#13"]);
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert!(!left.out.contains("state"), "nothing has changed: {}", left.out);

    // Votes change the state, and not the code.
    bench.run(&format!("(call {at} (vote :tea))"));
    let left = verify(&["vote.cvx", "--verify", &at, "--as", "#13"]);
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert!(left.out.contains("state, different: tally, voters"), "{}", left.out);

    // Another source.
    let left = verify(&["other.cvx", "--verify", &at, "--as", "#13", "--json"]);
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
    let json: Json = serde_json::from_str(&left.out).expect("it is JSON");
    assert_eq!(figure(&json, "/equal"), &Json::from(false));
    assert_eq!(figure(&json, "/accounts/0/code"), &serde_json::json!([{"name": "vote", "how": "different"}]));

    // An account that was made by something else.
    let actor =
        bench.run("(deploy '(do (defn ^:callable steal [] (transfer *caller* *balance*)) (def tally {})))");
    let left = verify(&["vote.cvx", "--verify", &actor, "--as", "#13"]);
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
    assert!(left.out.contains("code, only there: steal"), "{}", left.out);
    assert!(left.out.contains("code, only here: close, vote"), "{}", left.out);

    // The other accounts that a source makes, and the account that deploys, may be others here and
    // there.
    assert_eq!(bench.send(&["pair.cvx"]).code, Some(0));
    let shop = figure(&bench.receipt("pair.cvx.receipt.json"), "/accounts/1").to_string();
    bench.run("(deploy nil)");
    let left = verify(&["pair.cvx", "--verify", &format!("#{shop}")]);
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert!(left.out.matches("equals").count() == 2, "the till is compared too: {}", left.out);
    assert!(left.out.contains("#13 stands there where the account that deploys stands"), "{}", left.out);
    // Who deploys is part of the code where it is told.
    let left = verify(&["pair.cvx", "--verify", &format!("#{shop}"), "--as", "#14"]);
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
    let left = verify(&["pair.cvx", "--verify", "--receipt", "pair.cvx.receipt.json"]);
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);

    // A shop that pays into the till of somebody else.
    let thief = bench.run("(deploy '(defn ^:callable put [n] (def mine n)))");
    let source = format!(
        "(deploy `(defn ^:callable sell [n] (cond (= *caller* ~*address*) (call {thief} (put n)) \
         (fail :TRUST \"Only the owner \
         sells\"))))"
    );
    let trap = bench.run(&source);
    let left = verify(&["pair.cvx", "--verify", &trap, "--as", "#13"]);
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
}

#[test]
fn each_misuse_gets_one_sentence() {
    let files = [
        ("good.cvx", "(def x 1)\n"),
        ("bad.cvx", "(def x\n"),
        ("fails.cvx", "(def x 1)\n(inc :a)\n"),
        ("empty.cvx", "; nothing\n"),
        ("big.cvx", "(def x 1)\n(transfer #11 900000000000000)\n"),
    ];
    let bench = Bench::start("deploy-misuse", &files);
    for (args, code, said) in [
        (&["good.cvx", "--as", "#13"][..], 2, "no key was given"),
        (&["good.cvx", "--as", "#12", "--key", "keys/genesis.key", "--yes"], 2, "its key is 0x"),
        (&["good.cvx", "--as", "#99999", "--key", "keys/genesis.key", "--yes"], 2, "no such account"),
        (&["good.cvx", "--as", "#13", "--key", "keys/genesis.key"], 2, "--yes sends without asking"),
        (&["good.cvx", "--as", "#13", "--key", "no-such-key", "--yes"], 1, "no-such-key"),
        (&["bad.cvx", "--as", "#13", "--key", "keys/genesis.key", "--yes"], 1, "bad.cvx"),
        (&["empty.cvx", "--as", "#13", "--dry-run"], 2, "no form"),
        (&["absent.cvx", "--as", "#13", "--dry-run"], 2, "absent.cvx"),
        (&["fails.cvx", "--as", "#13", "--dry-run"], 1, "fails.cvx:2:"),
        (&["big.cvx", "--as", "#13", "--key", "keys/genesis.key", "--yes"], 1, "#13 lacks"),
        (&["good.cvx", "--as", "#13", "--dry-run", "--from", "2"], 2, "only 1 forms"),
        (&["--verify", "good.cvx"], 2, "put FILE before --verify"),
        (&["good.cvx", "--verify", "#13", "--yes"], 2, "cannot be used with"),
        (&["good.cvx", "--verify"], 2, "there is no receipt"),
        (&["good.cvx", "--verify", "#99999"], 2, "makes no account"),
    ] {
        let left = bench.deploy(args);
        assert_eq!(left.code, Some(code), "{args:?}: {}{}", left.out, left.err);
        assert!(left.err.contains(said), "{args:?}: {}", left.err);
    }
    assert_eq!(bench.sequence(13), 0, "nothing was sent");
    let left =
        cvx(&bench.folder, &["deploy", "good.cvx", "--connect", "http://127.0.0.1:1", "--dry-run"], "");
    assert!(left.code == Some(2) && left.err.contains("cannot be reached"), "{}", left.err);
    assert_eq!(left.err.lines().count(), 1, "{}", left.err);
}

#[test]
fn without_a_network_there_is_a_plan() {
    let folder = Folder::new("deploy-local", &[("token.cvx", TOKEN)]);
    let left = cvx(&folder, &["deploy", "token.cvx"], "");
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(left.out.contains("Nothing was sent") && left.out.contains("makes"), "{}", left.out);
    let left = cvx(&folder, &["deploy", "token.cvx", "--node", "--yes", "--json"], "");
    assert_eq!(left.code, Some(0), "{}", left.err);
    let json: Json = serde_json::from_str(&left.out).expect("it is JSON");
    assert_eq!(figure(&json, "/deployed"), &Json::from(true));
    assert_eq!(figure(&json, "/receipt/transactions/2/status"), "done");
    assert!(!folder.0.join("token.cvx.receipt.json").exists(), "the network is gone, so no receipt is kept");
}

#[test]
fn a_person_is_asked() {
    let bench = Bench::start("deploy-asked", &[("one.cvx", "(def x 1)\n")]);
    let args = ["deploy", "one.cvx", "--connect", &bench.url, "--key", "keys/genesis.key", "--as", "#13"];
    for (answer, code, sequence) in [("n", 1, 0), ("", 1, 0), ("y", 0, 1)] {
        let terminal = Terminal::run(&bench.folder.0, &args, 100, &[]);
        terminal.sees("Deploy? [y/N]");
        assert_eq!(bench.sequence(13), 0);
        terminal.types(&format!("{answer}\r"));
        let (shown, left) = terminal.ends();
        assert_eq!((left, bench.sequence(13)), (Some(code), sequence), "{shown}");
        assert_eq!(shown.contains("form 1 of 1"), code == 0, "progress: {shown}");
    }
}

#[test]
fn a_state_too_large_to_be_sent_is_stood_in_for() {
    let bench = Bench::start("deploy-large", &[("pair.cvx", PAIR)]);
    let doubled =
        "(count (def big (loop [s \"0123456789abcdef\" n 0] (if (< n 16) (recur (str s s) (inc n)) s))))";
    assert_eq!(bench.run(doubled), "1048576");
    let other = bench.run("(deploy '(defn ^:callable f [] 7))");
    // The last form needs what is too large to be sent: the node alone can run it.
    let source = format!("{PAIR}(call {other} (f))\n(def size (count big))\n");
    fs::write(bench.folder.0.join("more.cvx"), source).expect("there is room");
    let dry = bench.deploy(&["more.cvx", "--as", "#13", "--dry-run", "--json"]);
    assert_eq!(dry.code, Some(0), "{}{}", dry.out, dry.err);
    let dry: Json = serde_json::from_str(&dry.out).expect("it is JSON");
    assert_eq!(figure(&dry, "/exact"), &Json::from(false));
    let basis: Vec<&str> = (0..4)
        .map(|form| figure(&dry, &format!("/plan/forms/{form}/basis")).as_str().expect("it is text"))
        .collect();
    assert_eq!(basis, ["estimate", "estimate", "estimate", "node"]);
    let shown = bench.deploy(&["more.cvx", "--as", "#13", "--dry-run"]);
    assert!(shown.out.contains("estimates") && shown.out.contains("more.cvx:5:1 ?"), "{}", shown.out);

    let left = bench.send(&["more.cvx"]);
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    let receipt = bench.receipt("more.cvx.receipt.json");
    for form in 0..4 {
        for name in ["juice", "accounts"] {
            let (planned, sent) =
                (format!("/plan/forms/{form}/{name}"), format!("/transactions/{form}/{name}"));
            assert_eq!(figure(&dry, &planned), figure(&receipt, &sent), "{form} {name}");
        }
    }
    let fees: i64 = (0..4)
        .map(|form| figure(&receipt, &format!("/transactions/{form}/fees")).as_i64().expect("it is a number"))
        .sum();
    let planned = figure(&dry, "/plan/fees").as_i64().expect("it is a number");
    assert!((fees - planned).abs() <= planned / 100, "{fees} {planned}");
    // The account that deploys has a definition that is not sent; those that were made have none.
    let verified = bench.deploy(&["pair.cvx", "--verify", "--receipt", "more.cvx.receipt.json"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
}

/// A way to a node on which what comes of transactions is lost: they arrive, and no answer comes
/// back. Answers its URL, and the receipt as it was when each transaction was on its way.
fn lossy(node: std::net::SocketAddr, receipt: std::path::PathBuf) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it has an address"));
    let (seen, receipts) = channel();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.expect("it connects");
            let request = request(&mut client);
            let text = String::from_utf8_lossy(&request).into_owned();
            if text.starts_with("GET /api/v1/tx?") {
                continue;
            }
            let is_transaction = text.starts_with("POST /api/v1/transact ");
            if is_transaction {
                // The test may have ended.
                let _ = seen.send(fs::read_to_string(&receipt).unwrap_or_default());
            }
            let mut server = TcpStream::connect(node).expect("the node listens");
            server.write_all(&request).expect("the node reads");
            let mut reply = Vec::new();
            server.read_to_end(&mut reply).expect("the node answers");
            if !is_transaction {
                let _ = client.write_all(&reply);
            }
        }
    });
    (url, receipts)
}

/// A whole request, which asks for the connection to be closed.
fn request(client: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = client.read(&mut part).expect("it is sent");
        bytes.extend_from_slice(&part[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            assert!(count > 0, "a request has a head");
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().expect("it is a number"));
        if bytes.len() >= end + 4 + length {
            let line = bytes.windows(2).position(|two| two == b"\r\n").expect("it has a first line") + 2;
            bytes.splice(line..line, b"Connection: close\r\n".iter().copied());
            return bytes;
        }
    }
}

#[test]
fn an_answer_that_is_lost_is_found_by_the_next_run() {
    let bench = Bench::start("deploy-lost", &[("two.cvx", "(def a (deploy nil))\n(def b 2)\n")]);
    let path = bench.folder.0.join("two.cvx.receipt.json");
    let node = bench.server.as_ref().expect("it runs").addresses()[0];
    let (url, receipts) = lossy(node, path);
    let args = ["deploy", "two.cvx", "--connect", &url, "--key", "keys/genesis.key", "--as", "#13", "--yes"];
    let left = cvx(&bench.folder, &args, "");
    assert_eq!(left.code, Some(1), "{}{}", left.out, left.err);
    assert!(left.err.contains("form 1 of 2 was not finished: it is not known"), "{}", left.err);
    let before: Json = serde_json::from_str(&receipts.recv().expect("one was sent")).expect("it is JSON");
    let after = bench.receipt("two.cvx.receipt.json");
    for receipt in [&before, &after] {
        assert_eq!(figure(receipt, "/transactions/0/status"), "unknown", "{receipt}");
        assert!(receipt.pointer("/transactions/1").is_none());
    }
    assert_eq!(bench.sequence(13), 1, "it arrived");

    let left = bench.send(&["two.cvx"]);
    assert_eq!((left.code, bench.sequence(13)), (Some(0), 2), "{}{}", left.out, left.err);
    let receipt = bench.receipt("two.cvx.receipt.json");
    assert_eq!(figure(&receipt, "/transactions/0/hash"), figure(&before, "/transactions/0/hash"));
    assert_eq!(figure(&receipt, "/accounts").as_array().map(Vec::len), Some(1));
    let verified = bench.deploy(&["two.cvx", "--verify"]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    for form in 0..2 {
        assert_eq!(figure(&receipt, &format!("/transactions/{form}/status")), "done");
    }
}

#[test]
fn two_deployments_do_not_share_a_receipt() {
    let bench = Bench::start("deploy-two", &[("x.cvx", "(def x 1)\n")]);
    let receipt = bench.folder.0.join("x.cvx.receipt.json");
    let other = files::Lock::try_hold(&receipt).expect("there is room");
    let refused = bench.send(&["x.cvx"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("another deployment uses x.cvx.receipt.json"), "{}", refused.err);
    assert_eq!(bench.sequence(13), 0);
    drop(other);
    assert_eq!(bench.send(&["x.cvx"]).code, Some(0));
    assert_eq!(bench.sequence(13), 1);
}

/// What comes of it is larger than an answer may be; it is final all the same, and not sent again.
#[test]
fn a_value_too_large_to_be_sent_is_done_once() {
    let large = "(do (def landed 1)
  (loop [i 0 f 0] (if (< i 60) (recur (inc i) [f f]) f)))\n";
    let bench = Bench::start("deploy-large", &[("large.cvx", large)]);
    let first = bench.send(&["large.cvx"]);
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    assert_eq!(figure(&bench.receipt("large.cvx.receipt.json"), "/transactions/0/status"), "done");
    assert_eq!(bench.send(&["large.cvx"]).code, Some(0));
    assert_eq!(bench.sequence(13), 1);
    assert_eq!(bench.run("landed"), "1");
}
