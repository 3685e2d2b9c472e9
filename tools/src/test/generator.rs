//! Generators: random values of every type.

use super::choices::Choices;
use lang::op::{Closure, Op};
use lang::{
    Blob, Double, Index, Keyword, List, Map, Record, Set, Str, Symbol, Syntax, Value, Vector, native, reader,
    record, special,
};

/// Collections inside of collections inside of `:any` are not nested deeper.
const MAX_DEPTH: u32 = 3;
/// Generators inside of generators are not nested deeper.
const MAX_NESTING: u32 = 20;

/// What kind of values to make.
#[derive(Clone, Debug)]
pub enum Generator {
    /// Values of a type by its name.
    Type(Type),
    /// `[:vector G]`
    Vector(Box<Generator>),
    /// `[:list G]`
    List(Box<Generator>),
    /// `[:set G]`
    Set(Box<Generator>),
    /// `[:map K V]`
    Map(Box<Generator>, Box<Generator>),
    /// `[:index V]`, its keys blobs
    Index(Box<Generator>),
    /// `[:tuple G …]`: vectors of one value each
    Tuple(Vec<Generator>),
    /// `[:one-of G …]`
    OneOf(Vec<Generator>),
    /// `[:elements V …]`: these values
    Elements(Vec<Value>),
    /// `[:between LEAST GREATEST]`: integers
    Between(i64, i64),
}

/// Types whose values are made without further ado.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Type {
    Nil,
    Boolean,
    Long,
    Integer,
    Double,
    Character,
    String,
    Blob,
    Keyword,
    Symbol,
    Address,
    Account,
    Function,
    Op,
    Syntax,
    /// Values that the machine does not understand: flags, extension values, records whose fields do not fit.
    Foreign,
    Any,
}

/// The names of types.
const TYPES: &[(&str, Type)] = &[
    ("nil", Type::Nil),
    ("boolean", Type::Boolean),
    ("long", Type::Long),
    ("integer", Type::Integer),
    ("double", Type::Double),
    ("character", Type::Character),
    ("string", Type::String),
    ("blob", Type::Blob),
    ("keyword", Type::Keyword),
    ("symbol", Type::Symbol),
    ("address", Type::Address),
    ("account", Type::Account),
    ("function", Type::Function),
    ("op", Type::Op),
    ("syntax", Type::Syntax),
    ("foreign", Type::Foreign),
    ("any", Type::Any),
];

/// Integers at which things tend to break.
const EDGES: &[i64] = &[1, -1, 255, 256, i32::MAX as i64, i32::MIN as i64, i64::MAX, i64::MIN, 4096, 1 << 53];
/// The same for doubles.
const EDGE_DOUBLES: &[f64] =
    &[0.5, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, 1e-320];
/// A tag of extension values that nothing is known to use.
const FOREIGN_EXTENSION: u8 = 0xe1;
/// Native functions of one argument that take anything.
const FUNCTIONS: &[&str] = &["vector", "list", "str", "nil?", "hash"];

impl Generator {
    /// The generator that a form describes.
    ///
    /// # Errors
    /// A sentence, when it describes none.
    pub fn read(form: &Value) -> Result<Generator, String> {
        Generator::read_at(form, 0)
    }

    fn read_at(form: &Value, depth: u32) -> Result<Generator, String> {
        if depth > MAX_NESTING {
            return Err("generators are nested too deep".to_owned());
        }
        let text = || crate::show::brief(form, 100);
        match form {
            Value::Keyword(keyword) => {
                let known = TYPES.iter().find(|(name, _)| name.as_bytes() == keyword.name());
                if let Some((_, kind)) = known {
                    return Ok(Generator::Type(*kind));
                }
                let any = || Box::new(Generator::Type(Type::Any));
                match keyword.name() {
                    b"vector" => Ok(Generator::Vector(any())),
                    b"list" => Ok(Generator::List(any())),
                    b"set" => Ok(Generator::Set(any())),
                    b"map" => Ok(Generator::Map(any(), any())),
                    b"index" => Ok(Generator::Index(any())),
                    _ => {
                        let names = TYPES
                            .iter()
                            .map(|(name, _)| *name)
                            .chain(["vector", "list", "set", "map", "index"]);
                        let name = String::from_utf8_lossy(keyword.name()).into_owned();
                        let near = crate::advice::similar(&name, names);
                        let meant = near.first().map(|n| format!("; did you mean :{n}?")).unwrap_or_default();
                        Err(format!("{} is no generator{meant}", text()))
                    }
                }
            }
            Value::Vector(vector) => {
                let parts = vector.to_vec().map_err(|missing| missing.to_string())?;
                let Some((Value::Keyword(head), rest)) = parts.split_first() else {
                    return Err(format!("{} is no generator: it should begin with a keyword", text()));
                };
                let all = || {
                    rest.iter().map(|form| Generator::read_at(form, depth + 1)).collect::<Result<Vec<_>, _>>()
                };
                let one = |form: &Value| Ok::<_, String>(Box::new(Generator::read_at(form, depth + 1)?));
                match (head.name(), rest) {
                    (b"vector", [g]) => Ok(Generator::Vector(one(g)?)),
                    (b"list", [g]) => Ok(Generator::List(one(g)?)),
                    (b"set", [g]) => Ok(Generator::Set(one(g)?)),
                    (b"map", [k, v]) => Ok(Generator::Map(one(k)?, one(v)?)),
                    (b"index", [v]) => Ok(Generator::Index(one(v)?)),
                    (b"tuple", _) => Ok(Generator::Tuple(all()?)),
                    (b"one-of", [_, ..]) => Ok(Generator::OneOf(all()?)),
                    (b"elements", [_, ..]) => Ok(Generator::Elements(rest.to_vec())),
                    (b"between", [Value::Integer(a), Value::Integer(b)]) if a <= b => {
                        Ok(Generator::Between(*a, *b))
                    }
                    _ => Err(format!("{} is no generator", text())),
                }
            }
            _ => {
                Err(format!("{} is no generator: write a keyword such as :long, or [:vector :long]", text()))
            }
        }
    }

    /// A value.
    pub fn draw(&self, choices: &mut Choices) -> Value {
        self.draw_at(choices, 0)
    }

    fn draw_at(&self, choices: &mut Choices, depth: u32) -> Value {
        match self {
            Generator::Type(kind) => kind.draw(choices, depth),
            Generator::Vector(each) => Vector::from_values(several(each, choices, depth)).into(),
            Generator::List(each) => List::from_values(several(each, choices, depth)).into(),
            Generator::Set(each) => Set::from_values(several(each, choices, depth)).into(),
            Generator::Map(key, value) => {
                let mut entries = Vec::new();
                while choices.more() {
                    entries.push((key.draw_at(choices, depth + 1), value.draw_at(choices, depth + 1)));
                }
                Map::from_entries(entries).into()
            }
            Generator::Index(value) => {
                let mut entries = Vec::new();
                while choices.more() {
                    entries.push((Value::Blob(blob(choices)), value.draw_at(choices, depth + 1)));
                }
                // Blobs are keys of an index.
                Index::from_entries(entries).ok().flatten().unwrap_or_else(Index::empty).into()
            }
            Generator::Tuple(each) => {
                Vector::from_values(each.iter().map(|g| g.draw_at(choices, depth + 1)).collect::<Vec<_>>())
                    .into()
            }
            Generator::OneOf(any) => any[choices.below(any.len() as u64) as usize].draw_at(choices, depth),
            Generator::Elements(values) => values[choices.below(values.len() as u64) as usize].clone(),
            Generator::Between(least, greatest) => {
                // The number nearest to 0 is the simplest.
                let start = 0.clamp(*least, *greatest);
                let (up, down) = (greatest.abs_diff(start), start.abs_diff(*least));
                let goes_down = down > 0 && (up == 0 || choices.below(2) == 1);
                let range = if goes_down { down } else { up };
                let distance = magnitude(choices, range);
                Value::Integer(if goes_down {
                    start.wrapping_sub_unsigned(distance)
                } else {
                    start.wrapping_add_unsigned(distance)
                })
            }
        }
    }
}

fn several(each: &Generator, choices: &mut Choices, depth: u32) -> Vec<Value> {
    let mut values = Vec::new();
    while choices.more() {
        values.push(each.draw_at(choices, depth + 1));
    }
    values
}

/// A number up to the greatest, small ones as likely as great ones.
fn magnitude(choices: &mut Choices, greatest: u64) -> u64 {
    let bits = 64 - u64::from(greatest.leading_zeros());
    let bits = choices.below(bits + 1);
    let bound = if bits >= 64 { u64::MAX } else { 1 << bits };
    choices.below(bound).min(greatest)
}

fn long(choices: &mut Choices) -> i64 {
    if choices.rarely(10) {
        return EDGES[choices.below(EDGES.len() as u64) as usize];
    }
    let magnitude = magnitude(choices, i64::MAX as u64) as i64;
    if choices.below(2) == 1 { -magnitude } else { magnitude }
}

fn character(choices: &mut Choices) -> char {
    match choices.rarely(6) {
        false => char::from(b'a' + choices.below(26) as u8),
        true => char::from_u32(choices.below(0x11_0000) as u32).unwrap_or('\u{fffd}'),
    }
}

fn string(choices: &mut Choices) -> String {
    let mut text = String::new();
    while choices.more() {
        text.push(character(choices));
    }
    text
}

/// A name that reads back.
fn name(choices: &mut Choices) -> String {
    let mut text = String::from(char::from(b'a' + choices.below(26) as u8));
    while choices.more() {
        const MORE: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-?!*";
        text.push(char::from(MORE[choices.below(MORE.len() as u64) as usize]));
    }
    text
}

fn blob(choices: &mut Choices) -> Blob {
    let mut bytes = Vec::new();
    while choices.more() {
        bytes.push(choices.below(256) as u8);
    }
    Blob::new(&bytes)
}

impl Type {
    fn draw(self, choices: &mut Choices, depth: u32) -> Value {
        match self {
            Type::Nil => Value::Nil,
            Type::Boolean => Value::Boolean(choices.below(2) == 1),
            Type::Long => Value::Integer(long(choices)),
            Type::Integer => integer(choices),
            Type::Double => Value::Double(Double::new(match choices.below(4) {
                0 => magnitude(choices, 1 << 53) as f64,
                1 => -(magnitude(choices, 1 << 53) as f64) / 8.0,
                2 => EDGE_DOUBLES[choices.below(EDGE_DOUBLES.len() as u64) as usize],
                _ => f64::from_bits(choices.below(u64::MAX)),
            })),
            Type::Character => Value::Character(u32::from(character(choices))),
            Type::String => Value::String(Str::new(string(choices).as_bytes())),
            Type::Blob => Value::Blob(blob(choices)),
            // Names of these lengths are names.
            Type::Keyword => Keyword::new(name(choices).as_bytes()).map_or(Value::Nil, Value::Keyword),
            Type::Symbol => Symbol::new(name(choices).as_bytes()).map_or(Value::Nil, Value::Symbol),
            Type::Address => Value::Address(magnitude(choices, i64::MAX as u64)),
            Type::Account => Value::Address(choices.below(choices.accounts())),
            Type::Function => function(choices, depth),
            Type::Op => op(choices, depth),
            Type::Foreign => match choices.below(3) {
                0 => Value::Flag(2 + choices.below(14) as u8),
                1 => Value::Extension { tag: FOREIGN_EXTENSION, code: magnitude(choices, i64::MAX as u64) },
                _ => {
                    let field = Type::Any.draw(choices, depth + 1);
                    Value::Record(Record::new(record::tag::TRANSFER, Vector::from_values([field])))
                }
            },
            Type::Syntax => {
                let meta = Map::from_entries([(Value::keyword("test"), Value::TRUE)]);
                Syntax::new(Type::Any.draw(choices, depth + 1), meta).into()
            }
            Type::Any => any(choices, depth),
        }
    }
}

/// A native function, or one that answers the same whatever it is given.
fn function(choices: &mut Choices, depth: u32) -> Value {
    match choices.below(FUNCTIONS.len() as u64 + 1) as usize {
        i if i < FUNCTIONS.len() => native::code(FUNCTIONS[i]).map_or(Value::Nil, Value::native),
        _ => {
            let params = Vector::from_values([Value::symbol("&"), Value::symbol("args")]);
            let body = Op::Constant(Type::Any.draw(choices, depth + 1)).into_value();
            Closure::Fn { params, env: Vector::empty(), body }.into_value()
        }
    }
}

/// An op that can be run anywhere.
fn op(choices: &mut Choices, depth: u32) -> Value {
    let constant = |choices: &mut Choices| Op::Constant(Type::Any.draw(choices, depth + 1)).into_value();
    match choices.below(4) {
        0 => constant(choices),
        1 => Op::Special(choices.below(special::SPECIAL.len() as u64)).into_value(),
        2 => Op::Do(Vector::from_values([constant(choices)])).into_value(),
        _ => {
            let ops = [Type::Function.draw(choices, depth + 1), constant(choices)];
            Op::Invoke(Vector::from_values(ops)).into_value()
        }
    }
}

fn integer(choices: &mut Choices) -> Value {
    if !choices.rarely(4) {
        return Value::Integer(long(choices));
    }
    let mut digits = String::from(if choices.below(2) == 1 { "-1" } else { "1" });
    for _ in 0..20 + choices.below(60) {
        digits.push(char::from(b'0' + choices.below(10) as u8));
    }
    // Digits read as an integer.
    reader::read_one(&digits, 0).map_or(Value::Nil, |form| form.value)
}

fn any(choices: &mut Choices, depth: u32) -> Value {
    const SCALARS: &[Type] = &[
        Type::Nil,
        Type::Long,
        Type::Boolean,
        Type::Keyword,
        Type::String,
        Type::Address,
        Type::Blob,
        Type::Double,
        Type::Character,
        Type::Symbol,
        Type::Integer,
        Type::Function,
        Type::Foreign,
    ];
    let count = SCALARS.len() as u64;
    let choice = choices.below(if depth < MAX_DEPTH { count + 7 } else { count });
    let inner = || Box::new(Generator::Type(Type::Any));
    let collection = match choice.checked_sub(count) {
        None => return SCALARS[choice as usize].draw(choices, depth),
        Some(0) => Generator::Vector(inner()),
        Some(1) => Generator::List(inner()),
        Some(2) => Generator::Map(inner(), inner()),
        Some(3) => Generator::Set(inner()),
        Some(4) => Generator::Index(inner()),
        Some(5) => Generator::Type(Type::Op),
        Some(_) => Generator::Type(Type::Syntax),
    };
    collection.draw_at(choices, depth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;
    use lang::kind::Kind;

    fn read(text: &str) -> Value {
        reader::read_one(text, 0).expect("it reads").value
    }

    #[test]
    fn values_are_of_their_type() {
        for (form, kinds) in [
            (":nil", &[Kind::Nil][..]),
            (":boolean", &[Kind::Boolean]),
            (":long", &[Kind::Integer]),
            (":integer", &[Kind::Integer]),
            (":double", &[Kind::Double]),
            (":character", &[Kind::Character]),
            (":string", &[Kind::String]),
            (":blob", &[Kind::Blob]),
            (":keyword", &[Kind::Keyword]),
            (":symbol", &[Kind::Symbol]),
            (":address", &[Kind::Address]),
            (":account", &[Kind::Address]),
            (":function", &[Kind::Function]),
            (":op", &[Kind::Op]),
            (":syntax", &[Kind::Syntax]),
            (":foreign", &[Kind::Any, Kind::Cad3]),
            ("[:vector :long]", &[Kind::Vector]),
            (":list", &[Kind::List]),
            ("[:set :any]", &[Kind::Set]),
            ("[:map :keyword :any]", &[Kind::Map]),
            ("[:index :any]", &[Kind::Index]),
            ("[:tuple :long :nil]", &[Kind::Vector]),
            ("[:one-of :nil :long]", &[Kind::Nil, Kind::Integer]),
            ("[:elements :a 2]", &[Kind::Keyword, Kind::Integer]),
            ("[:between -3 3]", &[Kind::Integer]),
        ] {
            let generator = Generator::read(&read(form)).expect("it is a generator");
            let mut seen = Vec::new();
            for seed in 0..300 {
                let mut choices = Choices::random(Rng::with_seed(seed), seed % 30, 20);
                let value = generator.draw(&mut choices);
                assert!(kinds.contains(&value.kind()), "{form}: {}", crate::show::brief(&value, 100));
                seen.push(value.kind());
                let again = generator.draw(&mut Choices::replay(&choices.made(), seed % 30, 20));
                assert_eq!(again, value, "{form}");
            }
            assert!(kinds.iter().all(|kind| seen.contains(kind)), "{form}");
            // No choices at all make the simplest value.
            generator.draw(&mut Choices::replay(&[], 1, 20));
        }
    }

    #[test]
    fn bounds_hold() {
        for (least, greatest) in [(-3, 3), (5, 9), (-9, -5), (i64::MIN, i64::MAX), (7, 7)] {
            for seed in 0..300 {
                let mut choices = Choices::random(Rng::with_seed(seed), 5, 20);
                let value = Generator::Between(least, greatest).draw(&mut choices);
                assert!(matches!(value, Value::Integer(n) if (least..=greatest).contains(&n)));
            }
        }
    }

    #[test]
    fn what_is_no_generator_is_said() {
        for (form, part) in [
            (":lnog", ":long"),
            ("[:vector]", "no generator"),
            ("[1]", "keyword"),
            ("x", "no generator"),
            ("[:between 3 1]", "no"),
        ] {
            let error = Generator::read(&read(form)).expect_err("it is none");
            assert!(error.contains(part), "{form}: {error}");
        }
    }
}
