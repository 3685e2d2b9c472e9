//! Tests of the printer where the reader does not reach: `str`, doubles, functions and ops, texts that are cut.

use super::{STR_LIMIT_BYTES, print, print_str};
use crate::op::{Closure, Op};
use crate::*;

fn printed(value: &Value) -> String {
    let text = print(value, usize::MAX).expect("nothing is missing").expect("there is no limit");
    String::from_utf8(text).expect("the text is UTF-8")
}

fn string(value: &Value) -> Vec<u8> {
    print_str(value).expect("nothing is missing")
}

fn vector(values: impl IntoIterator<Item = Value>) -> Vector {
    Vector::from_values(values)
}

#[test]
fn doubles_print_shortest() {
    let cases: &[(f64, &str)] = &[
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (100.0, "100.0"),
        (0.001, "0.001"),
        (0.00099, "9.9E-4"),
        (9_999_999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (-12_345.678, "-12345.678"),
        (1.0 / 3.0, "0.3333333333333333"),
        (2e23, "2.0E23"),
        (f64::MAX, "1.7976931348623157E308"),
        (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
        (5e-324, "4.9E-324"),
        (1e-323, "9.9E-324"),
        (f64::NEG_INFINITY, "##-Inf"),
        (f64::NAN, "##NaN"),
    ];
    for (n, text) in cases {
        assert_eq!(printed(&Value::Double(Double::new(*n))), *text);
    }
    assert_eq!(printed(&Value::Double(Double::from_bits(0x7ff8_0000_0000_0001))), "#[1d7ff8000000000001]");
}

#[test]
fn code_prints_as_what_it_stands_for() {
    let constant = |n: i64| Op::Constant(Value::Integer(n)).into_value();
    let x = || Value::symbol("x");
    let body = Op::Local(0).into_value();
    let function = Closure::Fn { params: vector([x()]), env: Vector::empty(), body }.into_value();
    let name = Syntax::new(x(), Map::from_entries([(Value::keyword("static"), Value::TRUE)])).into();
    let cases = [
        (Op::Lookup { address: Value::Nil, symbol: x() }, "x"),
        (Op::Lookup { address: Op::Constant(Value::Address(8)).into_value(), symbol: x() }, "#8/x"),
        (Op::Special(0), "*juice*"),
        (Op::Def { symbol: name, value: constant(1) }, "(def ^{:static true} x 1)"),
        (Op::Do(vector([constant(1), Value::Nil])), "(do 1 nil)"),
        (Op::Cond(vector([constant(1)])), "(cond 1)"),
        (Op::Invoke(vector([Value::native(native::code("+").unwrap_or(0)), constant(2)])), "(+ 2)"),
        (
            Op::Let { bindings: vector([x()]), ops: vector([constant(1), constant(2)]), is_loop: false },
            "(let [x 1 ]  2)",
        ),
        (Op::Let { bindings: vector([]), ops: vector([]), is_loop: true }, "(loop [] )"),
        (Op::Query(vector([constant(1)])), "(query 1)"),
        (Op::Try(vector([])), "(try)"),
        (Op::Set { position: 3, value: constant(1) }, "(set! %3 1)"),
        (Op::Lambda(function.clone()), "(fn [x] %0)"),
    ];
    for (op, text) in cases {
        assert_eq!(printed(&op.into_value()), text);
    }
    let multi = Closure::Multi(vector([function.clone(), Value::TRUE])).into_value();
    assert_eq!(printed(&multi), "(fn ([x] %0) nil)");
    let nested = Closure::Multi(vector([multi, function])).into_value();
    assert_eq!(printed(&nested), "(fn (([x] %0) nil) ([x] %0))");
    // What has the tag of an op, but not its parts, prints as its encoding.
    assert_eq!(printed(&Value::Coded(Coded::new(op::LOOKUP, Value::Nil, Value::Nil))), "#[c10000]");
}

#[test]
fn str_is_raw_at_the_top_and_cuts() {
    let text = Value::string("a\"é");
    assert_eq!(string(&text), "a\"é".as_bytes());
    assert_eq!(string(&vector([text]).into()), "[\"a\\\"é\"]".as_bytes());
    assert_eq!(string(&Value::Character(0xe9)), "é".as_bytes());
    assert_eq!(string(&Value::Character(0xd800)), b"?");
    assert_eq!(string(&Blob::new(&[0xab, 1]).into()), b"ab01");
    assert_eq!(string(&vector([Blob::new(&[0xab, 1]).into()]).into()), b"[0xab01]");
    // A surrogate inside is replaced once, and of bytes that start no character the next is lost too.
    assert_eq!(string(&vector([Value::Character(0xd800)]).into()), "[\\\u{fffd}]".as_bytes());
    assert_eq!(string(&vector([Value::String(Str::new(b"a\xffbc"))]).into()), "[\"a\u{fffd}c\"]".as_bytes());

    let mark = "<<Print limit exceeded>>";
    let long = "a".repeat(STR_LIMIT_BYTES);
    let cut = string(&vector([Value::string(&long), Value::Integer(1)]).into());
    assert_eq!(cut.len(), STR_LIMIT_BYTES - 1 + mark.len() + 1);
    assert!(cut.starts_with(b"[\"aaa") && cut.ends_with(format!("a{mark}").as_bytes()));
    // A function goes on to its closing bracket.
    let body = Op::Constant(Value::string(&long)).into_value();
    let function = Closure::Fn { params: vector([]), env: vector([]), body }.into_value();
    assert!(string(&vector([function]).into()).ends_with(format!("a){mark}").as_bytes()));
}
