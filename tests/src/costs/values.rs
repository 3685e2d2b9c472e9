//! Arguments: values of every kind, as large as the rules let them be or as the table goes.

use lang::{Blob, Double, Index, Keyword, List, Map, Set, Str, Symbol, Syntax, Value, Vector};
use vm::Context;

/// How many elements large collections have.
const ELEMENTS: i64 = 65_536;
/// How many bytes large strings, blobs and integers have.
const BYTES: usize = 4_096;
/// How deep nested values are.
const DEPTH: usize = 1_000;

/// A value and what it is called in the table.
#[derive(Clone)]
pub struct Named {
    pub name: &'static str,
    pub value: Value,
}

/// Values of all kinds. What programs write, such as functions, is made by a machine.
pub fn all(context: &mut Context) -> Vec<Named> {
    let mut run = |text: &str| super::measure::run(context, text);
    let closure = run("(let [x 1] (fn [& xs] x))");
    let failing = run("(fn [& xs] (fail :NO 1))");
    let code = run("'(fn [x] (let [y (+ x 1)] (cond (< y 2) [x y] {x y})))");
    let named = |name, value: Value| Named { name, value };
    let integer = run(&format!("(int 0x7f{})", "a7".repeat(BYTES - 1)));
    let half = run(&format!("(int 0x7f{})", "a7".repeat(BYTES / 2 - 1)));
    let mut values = vec![
        named("nil", Value::Nil),
        named("true", Value::TRUE),
        named("0", Value::Integer(0)),
        named("1", Value::Integer(1)),
        named("long", Value::Integer(i64::MAX)),
        named("position", Value::Integer(ELEMENTS / 2)),
        named("count", Value::Integer(ELEMENTS)),
        named("double", Double::new(1.5e300).into()),
        named("character", Value::Character('x'.into())),
        named("account", Value::Address(11)),
        named("keyword", Keyword::new(&[b'k'; 128]).expect("128 bytes are a name").into()),
        named("symbol", Symbol::new(&[b's'; 128]).expect("128 bytes are a name").into()),
        named("integer", integer),
        named("half as long integer", half),
        named("string", Str::new(&[b'x'; BYTES]).into()),
        named("digits", Str::new(&[b'7'; BYTES]).into()),
        named("blob", Blob::new(&[0xab; BYTES]).into()),
        named("key", Blob::new(&[0xab; 32]).into()),
        named("native function", lang::native::function("vector").expect("it is in the table")),
        named("closure", closure),
        named("failing function", failing),
        named("code", code),
        named("nested vector", nested()),
    ];
    values.extend(collections(ELEMENTS));
    let vector = |name| values.iter().find(|named| named.name == name).map(|named| named.value.clone());
    let large = vector("vector").unwrap_or_default();
    values.push(named("syntax", Syntax::new(large, Map::empty()).into()));
    values
}

fn nested() -> Value {
    (0..DEPTH).fold(Value::Nil, |inner, _| Vector::from_values([inner]).into())
}

fn collections(count: i64) -> Vec<Named> {
    let named = |name, value: Value| Named { name, value };
    let numbers = || (0..count).map(Value::Integer);
    let pair = |n: Value| Value::from(Vector::from_values([n.clone(), n]));
    let word = |n: Value| Value::string(&format!("{n:?}"));
    let nothing = |n: Value| (Value::string(&format!("{n:?}")), n);
    let bad = numbers().map(pair).chain([Value::Nil]);
    vec![
        named("vector", Vector::from_values(numbers()).into()),
        named("small vector", Vector::from_values([1, 2].map(Value::Integer)).into()),
        named("vector of pairs", Vector::from_values(numbers().map(pair)).into()),
        named("pairs, then nil", Vector::from_values(bad).into()),
        named("vector of strings", Vector::from_values(numbers().map(word)).into()),
        named("list", List::from_values(numbers()).into()),
        named("map", Map::from_entries(numbers().map(|n| (n.clone(), n))).into()),
        named("other map", Map::from_entries(numbers().map(|n| (n.clone(), Value::Nil))).into()),
        named("set", Set::from_values(numbers()).into()),
        named("other set", Set::from_values((1..=count).map(Value::Integer)).into()),
        named(
            "index",
            Index::from_entries(numbers().map(nothing))
                .expect("all is in memory")
                .expect("strings are keys")
                .into(),
        ),
    ]
}
