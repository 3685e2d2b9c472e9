//! A node elsewhere that is late, breaks off, is busy or is no node at all: what a client makes of it.

#![allow(clippy::disallowed_methods, reason = "tests have sockets")]

use client::{Chain, Remote, Trouble};
use lang::{Map, Record, Signed, Value, Vector, message, reader, record};
use node::sign;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use vm::Transaction;

/// What a scripted node does with one request.
enum Does {
    /// Answers with a status and a body.
    Answers(u16, Vec<u8>),
    /// Reads it and closes the connection.
    Vanishes,
}

/// A node that follows a script, and the first lines of the requests that it got.
fn scripted(script: Vec<Does>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (requests, received) = channel();
    thread::spawn(move || {
        for does in script {
            let (mut stream, _) = listener.accept().expect("the client connects");
            requests.send(read(&stream)).expect("the test waits");
            if let Does::Answers(status, body) = does {
                let head = format!(
                    "HTTP/1.1 {status} Any\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all(&[head.as_bytes(), &body].concat()).expect("the client reads");
            }
        }
    });
    (url, received)
}

/// Reads a request; answers its first line.
fn read(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).expect("the client sends");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("the client sends");
        if let Some(digits) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = digits.trim().parse().expect("it is a number");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).expect("the client sends");
    first
}

fn result(value: Value, code: Value) -> Value {
    let info = Map::from_entries([(Value::keyword("juice"), 581.into())]);
    let fields = [Value::Nil, value, code, Value::Nil, info.into()];
    Record::new(record::tag::RESULT, Vector::from_values(fields)).into()
}

fn raw(value: &Value) -> Vec<u8> {
    message::encode(value).expect("all is in memory")
}

fn late() -> Does {
    Does::Answers(200, raw(&result(Value::string("late"), Value::keyword("TIMEOUT"))))
}

fn found() -> Does {
    let entry = [(Value::string("result"), result(6.into(), Value::Nil))];
    Does::Answers(200, raw(&Map::from_entries(entry).into()))
}

fn unknown() -> Does {
    Does::Answers(404, b"{\"error\":\"Transaction not found\"}".to_vec())
}

fn transaction() -> Signed {
    let form = reader::read_one("(* 2 3)", 0).expect("it can be read").value;
    let key = node::genesis_key(0).expect("there is such a key");
    sign(&Transaction::invoke(11, 1, form).value(), &key)
}

/// What comes of a transaction at a node with a script, and how often it was sent.
fn transact(script: Vec<Does>) -> (Result<client::Answer, Trouble>, usize) {
    let (url, requests) = scripted(script);
    let remote = Remote::new(&url).searching(Duration::from_millis(1_200));
    let outcome = remote.transact(&transaction());
    let sent = requests.try_iter().filter(|line| line.starts_with("POST /api/v1/transact ")).count();
    (outcome, sent)
}

#[test]
fn a_transaction_without_an_answer_is_looked_up_and_not_sent_again() {
    for script in [
        vec![late(), found()],
        vec![late(), unknown(), found()],
        vec![Does::Vanishes, found()],
        vec![Does::Answers(502, b"<html>bad gateway</html>".to_vec()), found()],
        vec![Does::Vanishes, Does::Vanishes, unknown(), found()],
    ] {
        let (outcome, sent) = transact(script);
        let answer = outcome.unwrap_or_else(|trouble| panic!("{trouble}"));
        assert!(answer.result.is_ok_and(|value| value == 6.into()));
        assert_eq!(answer.juice, Some(581));
        assert_eq!(sent, 1);
    }
}

#[test]
fn what_is_never_found_stays_unknown() {
    let id = Value::Signed(transaction()).hash();
    let (outcome, sent) = transact((0..10).map(|n| if n == 0 { late() } else { unknown() }).collect());
    let trouble = outcome.err().expect("nothing is known");
    assert!(trouble.to_string().contains(&id.to_string()), "{trouble}");
    assert!(matches!(trouble, Trouble::Unknown { id: named, .. } if named == id));
    assert_eq!(sent, 1);
}

#[test]
fn other_troubles_say_what_happened() {
    let load = result(Value::string("full"), Value::keyword("LOAD"));
    for (script, part) in [
        (vec![Does::Answers(200, raw(&load))], "too much to do"),
        (vec![Does::Answers(503, b"{\"error\":\"Server busy\"}".to_vec())], "Server busy"),
        (vec![Does::Answers(200, b"<html>hello</html>".to_vec()), unknown()], "not known what came of"),
        (vec![Does::Answers(200, Vec::new()), unknown()], "not known what came of"),
        (vec![Does::Answers(504, b"gateway".to_vec()), unknown()], "not known what came of"),
        (vec![Does::Answers(403, b"{\"error\":\"no\"}".to_vec())], "status 403: no"),
    ] {
        let (outcome, _) = transact(script);
        let sentence = outcome.err().expect("there is no answer").to_string();
        assert!(sentence.contains(part), "{sentence}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
    let outcome = Remote::new(&format!("http://{nobody}")).transact(&transaction());
    assert!(outcome.err().is_some_and(|trouble| trouble.to_string().contains("nothing was sent")));
}
