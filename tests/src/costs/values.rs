//! Arguments: values of every kind and of several sizes.

use lang::{Blob, Double, Index, Keyword, List, Map, Set, Str, Symbol, Syntax, Value, Vector};
use vm::Context;

/// How many elements collections have. Of each size there are strings, blobs and integers too, of as many bytes or the
/// most that an integer can have.
pub const SIZES: [i64; 4] = [16, 256, 4_096, 65_536];
/// How many bytes strings, blobs and integers have at most.
const MAX_BYTES: i64 = 4_096;
/// How deep nested values are.
const DEPTH: usize = 1_000;

/// A value and what it is called in the table.
#[derive(Clone)]
pub struct Named {
    pub name: &'static str,
    /// How many elements or bytes it has, where there are others like it of other sizes.
    pub size: Option<i64>,
    pub value: Value,
}

impl Named {
    fn of(name: &'static str, value: Value) -> Named {
        Named { name, size: None, value }
    }

    fn of_size(size: i64, name: &'static str, value: Value) -> Named {
        Named { name, size: Some(size), value }
    }
}

/// Values of all kinds that are not among [`sized`]. What programs write, such as functions, is made by a machine.
pub fn plain(context: &mut Context) -> Vec<Named> {
    let mut run = |text: &str| super::measure::run(context, text);
    let closure = run("(let [x 1] (fn [& xs] x))");
    let failing = run("(fn [& xs] (fail :NO 1))");
    let code = run("'(fn [x] (let [y (+ x 1)] (cond (< y 2) [x y] {x y})))");
    let native = |name| lang::native::function(name).expect("it is in the table");
    let named = Named::of;
    vec![
        named("nil", Value::Nil),
        named("true", Value::TRUE),
        named("0", Value::Integer(0)),
        named("1", Value::Integer(1)),
        named("long", Value::Integer(i64::MAX)),
        named("double", Double::new(1.5e300).into()),
        named("character", Value::Character('x'.into())),
        named("account", Value::Address(11)),
        named("keyword", Keyword::new(&[b'k'; 128]).expect("128 bytes are a name").into()),
        named("symbol", Symbol::new(&[b's'; 128]).expect("128 bytes are a name").into()),
        named("small vector", Vector::from_values([1, 2].map(Value::Integer)).into()),
        named("key", Blob::new(&[0xab; 32]).into()),
        named("native function", native("vector")),
        named("initial expander", native("*initial-expander*")),
        named("closure", closure),
        named("failing function", failing),
        named("code", code),
        named("nested vector", nested()),
    ]
}

/// Values of a size.
pub fn sized(context: &mut Context, size: i64) -> Vec<Named> {
    let named = |name, value: Value| Named::of_size(size, name, value);
    let bytes = size.min(MAX_BYTES) as usize;
    let mut digits = fastrand::Rng::with_seed(3);
    let mut values = vec![
        named("position", Value::Integer(size / 2)),
        named("count", Value::Integer(size)),
        named("integer", integer(context, &mut digits, bytes)),
        named("half as long integer", integer(context, &mut digits, bytes / 2)),
        named("string", Str::new(&vec![b'x'; bytes]).into()),
        named("digits", Str::new(&vec![b'7'; bytes]).into()),
        named("blob", Blob::new(&vec![0xab; bytes]).into()),
    ];
    values.extend(collections(size));
    values
}

/// A positive integer of so many bytes, without pattern.
pub fn integer(context: &mut Context, digits: &mut fastrand::Rng, bytes: usize) -> Value {
    // The first bit is the sign, and the next one keeps the length.
    let byte = |i: usize| if i == 0 { digits.u8(0x40..0x80) } else { digits.u8(..) };
    let digits: String = (0..bytes).map(byte).map(|byte| format!("{byte:02x}")).collect();
    super::measure::run(context, &format!("(int 0x{digits})"))
}

fn nested() -> Value {
    (0..DEPTH).fold(Value::Nil, |inner, _| Vector::from_values([inner]).into())
}

fn collections(count: i64) -> Vec<Named> {
    let named = |name, value: Value| Named::of_size(count, name, value);
    let numbers = || (0..count).map(Value::Integer);
    let pair = |n: Value| Value::from(Vector::from_values([n.clone(), n]));
    let word = |n: Value| Value::string(&format!("{n:?}"));
    let nothing = |n: Value| (Value::string(&format!("{n:?}")), n);
    let vector = Vector::from_values(numbers());
    let bad = numbers().map(pair).chain([Value::Nil]);
    vec![
        named("vector", vector.clone().into()),
        named("syntax", Syntax::new(Value::from(vector), Map::empty()).into()),
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
