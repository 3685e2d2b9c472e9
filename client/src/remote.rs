//! A node elsewhere, over its HTTP API: ours or the reference's.

use crate::chain::{Chain, Facts};
use crate::wire::{RAW, Reply, Silence, TEXT, Wire};
use crate::{Answer, Trouble};
use lang::{Hash, Map, Missing, Signed, Value, hex, message};
use serde_json::Value as Json;
use std::thread::sleep;
use std::time::{Duration, Instant};
use vm::State;

/// How long a transaction is looked for after the node gave no answer, and how often.
const SEARCH: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(500);

/// Nodes take no longer requests.
const MAX_QUERY_BYTES: usize = 1_000_000;

/// A node elsewhere.
pub struct Remote {
    wire: Wire,
    /// How long a transaction without an answer is looked for.
    search: Duration,
}

impl Remote {
    /// The node with an address such as `http://localhost:8080`. Nothing is asked yet.
    pub fn new(url: &str) -> Remote {
        Remote { wire: Wire::new(url), search: SEARCH }
    }

    /// As [`Remote::new`], looking for a transaction without an answer for so long.
    pub fn searching(self, search: Duration) -> Remote {
        Remote { search, ..self }
    }

    /// Whether there is a node that takes transactions.
    ///
    /// # Errors
    /// [`Trouble`]
    pub fn check(&self) -> Result<(), Trouble> {
        let reply = self.get("/api/v1/status", "application/json")?;
        match reply.status {
            200 => Ok(()),
            _ => Err(refusal(&reply)),
        }
    }

    fn get(&self, path: &str, accept: &str) -> Result<Reply, Trouble> {
        self.wire.get(path, accept).map_err(|silence| self.wire.trouble(silence))
    }

    /// Looks for a transaction of which the node has not told what came of it. It is never sent
    /// again: it may have arrived.
    fn search(&self, id: Hash, reason: String) -> Result<Answer, Trouble> {
        let begun = Instant::now();
        loop {
            if let Ok(Some(answer)) = self.find(&id) {
                return Ok(answer);
            }
            if begun.elapsed() >= self.search {
                return Err(Trouble::Unknown { id, reason });
            }
            sleep(PAUSE.min(self.search));
        }
    }
}

impl Chain for Remote {
    fn describe(&self) -> String {
        format!("the node at {}", self.wire.url)
    }

    fn network(&self) -> Result<Hash, Trouble> {
        let reply = self.get("/api/v1/status", "application/json")?;
        if reply.status != 200 {
            return Err(refusal(&reply));
        }
        let json: Json = serde_json::from_slice(&reply.body).map_err(|_| no_answer(&reply))?;
        json["genesis"].as_str().and_then(hex::decode_array).map(Hash).ok_or_else(|| no_answer(&reply))
    }

    fn state(&self, origin: u64) -> Result<Option<State>, Trouble> {
        // The register of the machine that holds the state: a program can read it, and so can a
        // query.
        match self.query(origin, &Value::symbol("*state*"))?.result {
            Ok(value) => Ok(State::from_value(&value)),
            Err(refusal) if refusal.code == Value::keyword("LIMIT") => Ok(None),
            Err(refusal) => Err(Trouble::Refused(refusal.to_string())),
        }
    }

    fn find(&self, id: &Hash) -> Result<Option<Answer>, Trouble> {
        let reply = self.get(&format!("/api/v1/tx?hash={id}"), RAW)?;
        match reply.status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(refusal(&reply)),
        }
        let value = decode(&reply)?;
        let Value::Map(found) = &value else { return Err(no_answer(&reply)) };
        let result = entry(found, "result")?;
        let answer = Answer::of_record(&result)?.ok_or_else(|| no_answer(&reply))?;
        Ok(Some(Answer { id: Some(*id), ..answer }))
    }

    fn account(&self, address: u64) -> Result<Option<Facts>, Trouble> {
        let reply = self.get(&format!("/api/v1/accounts/{address}"), "application/json")?;
        match reply.status {
            200 => {}
            404 => return Ok(None),
            _ => return Err(refusal(&reply)),
        }
        let json: Json = serde_json::from_slice(&reply.body).map_err(|_| no_answer(&reply))?;
        if json["errorCode"] == "NOBODY" {
            return Ok(None);
        }
        let integer = |name: &str| json[name].as_i64().ok_or_else(|| no_answer(&reply));
        Ok(Some(Facts {
            sequence: integer("sequence")?,
            balance: integer("balance")?,
            allowance: integer("allowance")?,
            key: json["key"].as_str().and_then(hex::decode_array),
        }))
    }

    fn query(&self, origin: u64, form: &Value) -> Result<Answer, Trouble> {
        let request = Map::from_entries([
            (Value::keyword("address"), Value::Address(origin)),
            (Value::keyword("source"), form.clone()),
        ]);
        let text = lang::printer::print(&Value::Map(request), MAX_QUERY_BYTES)?;
        let text = text.ok_or_else(|| Trouble::Unusable("the form is too long for a query".to_owned()))?;
        let reply = self.wire.post("/api/v1/query", TEXT, RAW, &text);
        let reply = reply.map_err(|silence| self.wire.trouble(silence))?;
        answer(&reply)
    }

    fn transact(&self, signed: &Signed) -> Result<Answer, Trouble> {
        let value = Value::Signed(signed.clone());
        let id = value.hash();
        let message = message::encode(&value)?;
        let answer = match self.wire.post("/api/v1/transact", RAW, RAW, &message) {
            Ok(reply) => match answer(&reply) {
                Ok(answer) => answer.without_large_value(),
                // What stands between may have passed it on.
                Err(trouble) if is_unclear(reply.status) => return self.search(id, trouble.to_string()),
                Err(trouble) => return Err(trouble),
            },
            Err(silence @ Silence::Unsent(_)) => return Err(self.wire.trouble(silence)),
            Err(Silence::Sent(reason)) => return self.search(id, reason),
        };
        if answer.failed_with("TIMEOUT") {
            return self.search(id, "it was not final in time".to_owned());
        }
        if answer.failed_with("LOAD") {
            return Err(Trouble::Busy("its queue is full".to_owned()));
        }
        Ok(Answer { id: Some(id), ..answer })
    }
}

/// Whether a status leaves open what became of a request: successes that are no answers, time that
/// ran out, and failures of what stands between. A node that is busy answers 503.
fn is_unclear(status: u16) -> bool {
    matches!(status, 200..=299 | 408 | 500 | 502 | 504..=599)
}

/// The answer in a reply: results of all statuses are answers.
fn answer(reply: &Reply) -> Result<Answer, Trouble> {
    let value = decode(reply)?;
    Answer::of_record(&value)?.ok_or_else(|| refusal(reply))
}

fn decode(reply: &Reply) -> Result<Value, Trouble> {
    message::decode(&reply.body).map_err(|_| refusal(reply))
}

/// The entry of a map with a name as a keyword or as a string.
fn entry(map: &Map, name: &str) -> Result<Value, Missing> {
    let found = match map.get(&Value::keyword(name))? {
        Some(value) => Some(value),
        None => map.get(&Value::string(name))?,
    };
    Ok(found.cloned().unwrap_or(Value::Nil))
}

/// What a node says that refuses a request.
fn refusal(reply: &Reply) -> Trouble {
    let text = String::from_utf8_lossy(&reply.body);
    let json: Option<Json> = serde_json::from_str(&text).ok();
    let field = |name: &str| json.as_ref().and_then(|json| json[name].as_str());
    let said = field("error").or_else(|| field("value")).unwrap_or(&text);
    let said: String = said.chars().take(300).collect();
    let status = reply.status;
    match status {
        429 | 503 => Trouble::Busy(format!("status {status}: {said}")),
        _ => Trouble::Refused(format!("status {status}: {said}")),
    }
}

fn no_answer(reply: &Reply) -> Trouble {
    Trouble::Refused(format!("its answer of status {} is not that of a Convex node", reply.status))
}
