//! Values that are hard to bear.

use lang::op::{Closure, Op};
use lang::{Blob, Coded, Index, List, Map, Record, Set, Str, Syntax, Value, Vector, native};

pub fn vector<const N: usize>(values: [Value; N]) -> Value {
    Vector::from_values(values).into()
}

pub fn nest(count: usize, first: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..count).fold(first, |value, _| wrap(value))
}

fn constant(value: Value) -> Value {
    Op::Constant(value).into_value()
}

fn function(params: &[&str], body: Value) -> Value {
    let params = Vector::from_values(params.iter().map(|name| Value::symbol(name)));
    Closure::Fn { params, env: Vector::empty(), body }.into_value()
}

/// A value of two: what it starts with, and how it is nested further.
pub type Nesting = (&'static str, fn() -> Value, fn(Value) -> Value);

fn call(name: &str, value: Value) -> Value {
    List::from_values([Value::symbol(name), value]).into()
}

fn nothing() -> Value {
    constant(Value::Nil)
}

/// How values are nested deep.
pub const DEEP: [Nesting; 26] = [
    ("deep vector", || Value::Nil, |v| vector([v])),
    ("deep list", || Value::Nil, |v| List::from_values([v]).into()),
    ("deep quote", || Value::Nil, |v| call("quote", v)),
    ("deep quasiquote", || Value::Nil, |v| call("quasiquote", v)),
    ("deep unquote", || Value::Nil, |v| call("unquote", v)),
    ("deep mix", || Value::Nil, |v| call("quasiquote", call("unquote", v))),
    ("deep do", || Value::Nil, |v| call("do", v)),
    ("deep set", || Value::Nil, |v| Set::from_values([v]).into()),
    ("deep map", || Value::Nil, |v| Map::from_entries([(Value::Nil, v)]).into()),
    ("deep key", || Value::Nil, |v| Map::from_entries([(v, Value::Nil)]).into()),
    (
        "deep index",
        || Value::Nil,
        |v| {
            Index::from_entries([(Value::keyword("k"), v)])
                .expect("all is here")
                .expect("the key is bytes")
                .into()
        },
    ),
    ("deep syntax", || Value::Nil, |v| Syntax::new(v, Map::empty()).into()),
    (
        "deep metadata",
        || Value::Nil,
        |v| Syntax::new(Value::Nil, Map::from_entries([(Value::Nil, v)])).into(),
    ),
    ("deep constant", || Value::Nil, constant),
    ("deep op", nothing, |v| Op::Do(Vector::from_values([v])).into_value()),
    ("deep call", nothing, |v| Op::Invoke(Vector::from_values([v])).into_value()),
    ("deep let", nothing, |v| {
        Op::Let { bindings: Vector::empty(), ops: Vector::from_values([v]), is_loop: true }.into_value()
    }),
    ("deep definition", nothing, |value| Op::Def { symbol: Value::symbol("x"), value }.into_value()),
    ("deep lookup", nothing, |address| Op::Lookup { address, symbol: Value::symbol("x") }.into_value()),
    ("deep set!", nothing, |value| Op::Set { position: 0, value }.into_value()),
    ("deep try", nothing, |v| Op::Try(Vector::from_values([v])).into_value()),
    ("deep lambda", nothing, |v| Op::Lambda(function(&[], v)).into_value()),
    ("deep function", || function(&[], nothing()), |v| Closure::Multi(Vector::from_values([v])).into_value()),
    ("deep body", || function(&[], nothing()), |v| function(&[], constant(v))),
    ("deep record", || Value::Nil, |v| Record::new(0xd7, Vector::from_values([v])).into()),
    ("deep coded", || Value::Nil, |v| Coded::new(0xc7, v, Value::Nil).into()),
];

/// Values of few cells, shared so often that they are larger than any memory.
pub fn huge() -> Vec<(&'static str, Value)> {
    let double = |first: &Vector| (0..50).fold(first.clone(), |v, _| v.concat(&v).expect("all is here"));
    let double_blob = |first: &Blob| (0..50).fold(first.clone(), |v, _| v.concat(&v).expect("all is here"));
    let elements = double(&Vector::from_values((0..16).map(Value::Integer)));
    let bytes = double_blob(&Blob::new(&[b'a'; 4096]));
    let symbols = double(&Vector::from_values(vec![Value::symbol("*juice*"); 16]));
    let shared = |first: Value| nest(64, first, |v| vector([v.clone(), v]));
    let ops = double(&Vector::from_values(vec![constant(Value::Nil); 16]));
    let call = constant(Value::native(native::code("vector").expect("it is there")));
    vec![
        ("huge vector", elements.clone().into()),
        ("huge list", List::from_reversed(elements).into()),
        ("huge form", List::from_reversed(symbols.clone()).into()),
        ("huge symbols", symbols.clone().into()),
        ("huge blob", bytes.clone().into()),
        ("huge string", Str::from_blob(&bytes).into()),
        ("blob of ff", double_blob(&Blob::new(&[0xff; 4096])).into()),
        ("shared vectors", shared(Value::Nil)),
        (
            "shared maps",
            nest(64, Value::Nil, |v| Map::from_entries([(Value::Nil, v.clone()), (v.clone(), v)]).into()),
        ),
        ("shared lists", nest(64, Value::Nil, |v| List::from_values([v.clone(), v]).into())),
        ("shared calls", nest(64, Value::symbol("do"), |v| List::from_values([v.clone(), v]).into())),
        ("huge do", Op::Do(ops.clone()).into_value()),
        ("huge call", Op::Invoke(double(&Vector::from_values(vec![call; 16]))).into_value()),
        ("huge cond", Op::Cond(ops.clone()).into_value()),
        ("huge query", Op::Query(ops.clone()).into_value()),
        ("huge try", Op::Try(ops.clone()).into_value()),
        ("huge let", Op::Let { bindings: symbols.clone(), ops: ops.clone(), is_loop: false }.into_value()),
        ("huge bindings", {
            let ops = Vector::from_values([constant(Value::Nil)]);
            Op::Let { bindings: symbols.clone(), ops, is_loop: true }.into_value()
        }),
        ("huge parameters", {
            let body = constant(Value::Nil);
            Closure::Fn { params: symbols.clone(), env: Vector::empty(), body }.into_value()
        }),
        ("huge environment", {
            Closure::Fn { params: Vector::empty(), env: symbols.clone(), body: constant(Value::Nil) }
                .into_value()
        }),
        ("huge lambda", {
            let function =
                Closure::Fn { params: symbols.clone(), env: symbols.clone(), body: constant(Value::Nil) };
            Op::Lambda(function.into_value()).into_value()
        }),
        ("huge function", Closure::Multi(ops.clone()).into_value()),
        (
            "shared functions",
            nest(64, function(&[], nothing()), |v| {
                Closure::Multi(Vector::from_values([v.clone(), v])).into_value()
            }),
        ),
        ("shared lambda", {
            let arities = |v: Value| Closure::Multi(Vector::from_values([v.clone(), v])).into_value();
            Op::Lambda(nest(64, function(&[], nothing()), arities)).into_value()
        }),
        ("shared bindings", {
            let names = match nest(64, Value::symbol("a"), |v| vector([v.clone(), v])) {
                Value::Vector(names) => names,
                _ => Vector::empty(),
            };
            let value = constant(names.clone().into());
            let bindings = Vector::from_values([names.into()]);
            Op::Let { bindings, ops: Vector::from_values([value]), is_loop: true }.into_value()
        }),
        ("huge record", Record::new(0xd7, ops).into()),
        ("rest of a huge vector", {
            let value = constant(symbols.into());
            let names = vector([Value::symbol("a"), Value::symbol("&"), Value::symbol("b")]);
            let bindings = Vector::from_values([names]);
            Op::Let { bindings, ops: Vector::from_values([value]), is_loop: false }.into_value()
        }),
        ("largest integer", {
            let mut bytes = [0xff; 4096];
            bytes[0] = 0x7f;
            Value::integer(dashu_int::IBig::from_be_bytes(&bytes)).expect("it is the largest")
        }),
    ]
}
