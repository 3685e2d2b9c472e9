//! What came of a transaction or of a query.

use lang::{Hash, Map, Missing, Record, Value, Vector, record};
use node::Outcome;
use std::fmt;

/// The longest text of a code or message, in bytes.
const MAX_TEXT_BYTES: usize = 1_000;

/// What came of a transaction or of a query.
#[derive(Clone)]
pub struct Answer {
    /// The value, or why it failed.
    pub result: Result<Value, Refusal>,
    /// The log.
    pub log: Vector,
    /// Juice used by execution.
    pub juice: Option<i64>,
    /// What was paid for juice and memory, in coppers.
    pub fees: Option<i64>,
    /// By how many bytes the state grew.
    pub memory: Option<i64>,
    /// The position of the block in the order of blocks, and of the transaction in the block, both
    /// from 0.
    pub place: Option<(u64, u64)>,
    /// The hash of the signed transaction.
    pub id: Option<Hash>,
    /// Whether the value is too large to be sent; `nil` stands in its place.
    pub is_left_out: bool,
}

/// An error as results carry it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Usually a keyword.
    pub code: Value,
    /// Usually a string.
    pub message: Value,
    /// Where it comes from: `CODE`, `CVM`, `PEER`, `SERVER`, as far as known.
    pub source: Option<String>,
    /// Where it passed on its way out, innermost first.
    pub trace: Vec<String>,
    /// The account that it happened in.
    pub address: Option<u64>,
}

impl Answer {
    /// What a node in this process answered.
    pub fn of_outcome(outcome: &Outcome) -> Answer {
        let applied = &outcome.applied;
        let result = applied.result.clone().map_err(|failure| Refusal {
            code: failure.error.code.clone(),
            message: failure.error.message.clone(),
            source: failure.source.name().map(str::to_owned),
            trace: Vec::new(),
            address: failure.error.address,
        });
        Answer {
            result,
            log: applied.log.clone(),
            juice: i64::try_from(applied.juice).ok(),
            fees: Some(applied.fees),
            memory: Some(applied.memory_used),
            place: outcome.place,
            id: outcome.id,
            is_left_out: false,
        }
    }

    /// A result as a record (CAD015): id, value or message, error code, log, information. `None`
    /// for another value.
    ///
    /// # Errors
    /// [`Missing`] when a part is not in the message.
    pub fn of_record(value: &Value) -> Result<Option<Answer>, Missing> {
        let Value::Record(result) = value else { return Ok(None) };
        if result.tag() != record::tag::RESULT || result.fields().count() != 5 {
            return Ok(None);
        }
        let value = field(result, 1)?;
        let code = field(result, 2)?;
        let Value::Vector(log) = or_empty(field(result, 3)?) else { return Ok(None) };
        let info = match field(result, 4)? {
            Value::Map(info) => info,
            _ => Map::empty(),
        };
        let info = Info(&info);
        let result = match code {
            Value::Nil => Ok(value),
            code => Err(Refusal {
                code,
                message: value,
                source: info.name("source")?,
                trace: info.texts("trace")?,
                address: info.address("eaddr")?,
            }),
        };
        Ok(Some(Answer {
            result,
            log,
            juice: info.integer("juice")?,
            fees: info.integer("fees")?,
            memory: info.integer("mem")?,
            place: info.place("loc")?,
            id: None,
            is_left_out: false,
        }))
    }

    /// The same answer, where a transaction that is in a block is said to have failed only because
    /// what came of it is too large to be sent: then it is final, and all its effects are there.
    pub(crate) fn without_large_value(self) -> Answer {
        let is_left_out = self.failed_with("LIMIT") && self.place.is_some() && self.is_of_peer();
        if is_left_out { Answer { result: Ok(Value::Nil), is_left_out, ..self } } else { self }
    }

    /// Whether it failed, and not in the code that ran.
    fn is_of_peer(&self) -> bool {
        self.result.as_ref().is_err_and(|refusal| refusal.source.as_deref() == Some("PEER"))
    }

    /// Whether it failed with a code, given by its name without the colon.
    pub fn failed_with(&self, code: &str) -> bool {
        self.result.as_ref().is_err_and(|refusal| refusal.code == Value::keyword(code))
    }
}

impl fmt::Display for Refusal {
    /// Code and message, as `:CODE: message`, cut where they are long.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = text(&self.code);
        match &self.message {
            Value::Nil => f.write_str(&code),
            Value::String(message) => write!(f, "{code}: {}", message.to_text().unwrap_or_default()),
            message => write!(f, "{code}: {}", text(message)),
        }
    }
}

/// The text of a value that is short.
fn text(value: &Value) -> String {
    match lang::printer::print(value, MAX_TEXT_BYTES) {
        Ok(Some(text)) => String::from_utf8_lossy(&text).into_owned(),
        _ => format!("<{}>", value.kind().name()),
    }
}

fn field(record: &Record, position: u64) -> Result<Value, Missing> {
    Ok(record.fields().get(position)?.cloned().unwrap_or(Value::Nil))
}

fn or_empty(value: Value) -> Value {
    if value == Value::Nil { Vector::empty().into() } else { value }
}

/// Information that results carry; a value of another kind than expected counts as absent.
struct Info<'a>(&'a Map);

impl Info<'_> {
    fn get(&self, name: &str) -> Result<Option<Value>, Missing> {
        Ok(self.0.get(&Value::keyword(name))?.cloned())
    }

    fn integer(&self, name: &str) -> Result<Option<i64>, Missing> {
        Ok(match self.get(name)? {
            Some(Value::Integer(integer)) => Some(integer),
            _ => None,
        })
    }

    fn address(&self, name: &str) -> Result<Option<u64>, Missing> {
        Ok(match self.get(name)? {
            Some(Value::Address(address)) => Some(address),
            _ => None,
        })
    }

    fn name(&self, name: &str) -> Result<Option<String>, Missing> {
        Ok(match self.get(name)? {
            Some(Value::Keyword(keyword)) => String::from_utf8(keyword.name().to_vec()).ok(),
            Some(Value::String(text)) => text.to_text().ok(),
            _ => None,
        })
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, Missing> {
        let Some(Value::Vector(lines)) = self.get(name)? else { return Ok(Vec::new()) };
        let mut texts = Vec::new();
        for line in lines.iter() {
            if let Value::String(text) = line? {
                texts.extend(text.to_text().ok());
            }
        }
        Ok(texts)
    }

    fn place(&self, name: &str) -> Result<Option<(u64, u64)>, Missing> {
        let Some(Value::Vector(place)) = self.get(name)? else { return Ok(None) };
        Ok(match (place.get(0)?, place.get(1)?) {
            (Some(Value::Integer(block)), Some(Value::Integer(index))) => {
                u64::try_from(*block).ok().zip(u64::try_from(*index).ok())
            }
            _ => None,
        })
    }
}
