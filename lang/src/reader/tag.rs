//! Tagged forms and metadata: forms that make one value of two.

use super::literal::shown;
use crate::*;

/// What came of joining two forms: a value, or what is wrong.
type Joined = Result<Value, String>;

/// The value of a tagged form; an unknown tag is left out.
pub(super) fn tagged(tag: &str, value: Value) -> Joined {
    match tag {
        "Index" | "Result" | "Signed" => {
            let Value::Map(map) = &value else {
                return Err(format!("`#{tag}` must be followed by a map, as in `#{tag} {{…}}`"));
            };
            let built = match tag {
                "Index" => index(map),
                "Result" => result(map),
                _ => signed(map),
            };
            built.map_err(missing)?
        }
        _ => Ok(value),
    }
}

fn missing(missing: Missing) -> String {
    format!("{missing}: a value in `#[…]` must come with all of its branches")
}

fn index(map: &Map) -> Result<Joined, Missing> {
    let mut index = Index::empty();
    for entry in map.iter() {
        let (key, value) = entry?;
        match index.assoc(key.clone(), value.clone())? {
            Some(next) => index = next,
            None => {
                return Ok(Err(
                    "the keys of an `#Index` must be blobs, strings, keywords, symbols or addresses".into(),
                ));
            }
        }
    }
    Ok(Ok(Value::Index(index)))
}

/// A field of a map by the name of its keyword; nil where there is none.
fn field(map: &Map, name: &str) -> Result<Value, Missing> {
    Ok(map.get(&Value::keyword(name))?.cloned().unwrap_or(Value::Nil))
}

const BAD_INFO: &str = "the `:info` of a `#Result` must be a hash map: write `{…}`";

fn result(map: &Map) -> Result<Joined, Missing> {
    let id = match field(map, "id")? {
        id @ Value::Integer(_) => id,
        _ => Value::Nil,
    };
    let log = match field(map, "log")? {
        log @ Value::Vector(_) => log,
        _ => Value::Nil,
    };
    let info = match field(map, "info")? {
        info @ Value::Map(_) => info,
        // Maps of other kinds are refused, what is no map is left out.
        Value::Index(_) => return Ok(Err(BAD_INFO.into())),
        info if printer::entries(&info)?.is_some() => return Ok(Err(BAD_INFO.into())),
        _ => Value::Nil,
    };
    let fields = Vector::from_values([id, field(map, "result")?, field(map, "error")?, log, info]);
    Ok(Ok(Value::Record(Record::new(record::tag::RESULT, fields))))
}

fn signed(map: &Map) -> Result<Joined, Missing> {
    let key = match field(map, "public-key")? {
        Value::Blob(blob) => blob.to_vec()?,
        Value::String(text) => key_bytes(&text.to_text()?),
        _ => Vec::new(),
    };
    let signature = match field(map, "signature")? {
        Value::Blob(blob) => blob.to_vec()?,
        _ => Vec::new(),
    };
    let (Ok(key), Ok(signature)) = (<[u8; 32]>::try_from(key), <[u8; 64]>::try_from(signature)) else {
        return Ok(Err("`#Signed` needs a `:public-key` of 32 bytes and a `:signature` of 64".into()));
    };
    Ok(Ok(Value::Signed(Signed::new(Some(key), signature, field(map, "value")?))))
}

/// The public key that a text begins with, in hexadecimal; nothing if there is none.
fn key_bytes(text: &str) -> Vec<u8> {
    let digits = text.trim_matches(|c| c <= ' ');
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let byte = |i: usize| u8::from_str_radix(digits.get(i..i + 2).filter(|d| !d.starts_with('+'))?, 16).ok();
    (0..64).step_by(2).map_while(byte).collect()
}

/// A form with metadata. Of two metadata on one form the outer wins.
pub(super) fn with_meta(meta: &Value, datum: Value) -> Joined {
    let join = || {
        let meta = metadata(meta)?;
        Ok(match &datum {
            Value::Syntax(inner) => {
                let meta = inner.meta().merge(&meta)?;
                Value::Syntax(Syntax::new(inner.datum()?.clone(), meta))
            }
            _ => Value::Syntax(Syntax::new(datum.clone(), meta)),
        })
    };
    join().map_err(missing)
}

/// The metadata that a form after `^` means: a map is itself, a keyword is true, anything else is the tag.
fn metadata(form: &Value) -> Result<Map, Missing> {
    Ok(match unwrap_all(form)? {
        Value::Map(map) => map,
        keyword @ Value::Keyword(_) => Map::from_entries([(keyword, Value::TRUE)]),
        other => Map::from_entries([(Value::keyword("tag"), other)]),
    })
}

/// A collection that is being rebuilt.
struct Rebuild {
    kind: Shape,
    /// Elements still to be unwrapped, the next last.
    rest: Vec<Value>,
    done: Vec<Value>,
}

enum Shape {
    List,
    Vector,
    Set,
    Map,
}

/// A form without the metadata of anything in it. Indexes and records become hash maps thereby.
fn unwrap_all(form: &Value) -> Result<Value, Missing> {
    let mut open: Vec<Rebuild> = Vec::new();
    let mut next = form.clone();
    loop {
        if let Value::Syntax(syntax) = &next {
            next = syntax.datum()?.clone();
        }
        let mut finished = match Rebuild::of(&next)? {
            Some(rebuild) => {
                open.push(rebuild);
                None
            }
            None => Some(next),
        };
        loop {
            let Some(top) = open.last_mut() else { return Ok(finished.unwrap_or(Value::Nil)) };
            top.done.extend(finished.take());
            if let Some(element) = top.rest.pop() {
                next = element;
                break;
            }
            finished = open.pop().map(Rebuild::finish);
        }
    }
}

impl Rebuild {
    /// The parts of a collection; `None` for anything else.
    fn of(value: &Value) -> Result<Option<Rebuild>, Missing> {
        let (kind, mut rest): (_, Vec<Value>) = match value {
            Value::List(list) => (Shape::List, list.to_vec()?),
            Value::Vector(vector) => (Shape::Vector, vector.to_vec()?),
            Value::Set(set) => (Shape::Set, set.iter().map(|v| v.cloned()).collect::<Result<_, _>>()?),
            Value::Map(map) => (Shape::Map, flat(map.iter())?),
            Value::Index(index) => (Shape::Map, flat(index.iter())?),
            Value::Record(_) | Value::Signed(_) => match printer::entries(value)? {
                Some(entries) => (Shape::Map, entries.into_iter().flat_map(|(k, v)| [k, v]).collect()),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        rest.reverse();
        let done = Vec::with_capacity(rest.len());
        Ok(Some(Rebuild { kind, rest, done }))
    }

    fn finish(self) -> Value {
        match self.kind {
            Shape::List => List::from_values(self.done).into(),
            Shape::Vector => Vector::from_values(self.done).into(),
            Shape::Set => Set::from_values(self.done).into(),
            Shape::Map => Map::from_entries(pairs(self.done)).into(),
        }
    }
}

fn flat<'a>(
    entries: impl Iterator<Item = Result<(&'a Value, &'a Value), Missing>>,
) -> Result<Vec<Value>, Missing> {
    let mut values = Vec::new();
    for entry in entries {
        let (key, value) = entry?;
        values.extend([key.clone(), value.clone()]);
    }
    Ok(values)
}

/// Keys and values, alternating, as entries.
pub(super) fn pairs(values: impl IntoIterator<Item = Value>) -> impl Iterator<Item = (Value, Value)> {
    let mut values = values.into_iter();
    std::iter::from_fn(move || Some((values.next()?, values.next()?)))
}

/// The symbol that continues a path, given the text of its token with the slash.
pub(super) fn path_step(start: Value, text: &str) -> Joined {
    if start.is_nil() {
        return Err(format!(
            "`nil` cannot start the path to `{}`: start with an address or a symbol",
            shown(text)
        ));
    }
    let step = super::literal::symbol(&text[1..])?;
    Ok(Value::List(List::from_values([Value::symbol("lookup"), start, step])))
}
