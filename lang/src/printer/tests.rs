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
fn doubles_print_in_full() {
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
        (2e22, "2.0E22"),
        (2e23, "2.0E23"),
        (f64::MAX, "1.7976931348623157E308"),
        (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
        (5e-324, "4.9E-324"),
        (1e23, "1.0E23"),
        (f64::NEG_INFINITY, "##-Inf"),
        (f64::NAN, "##NaN"),
    ];
    for (n, text) in cases {
        assert_eq!(printed(&Value::Double(Double::new(*n))), *text);
    }
    assert_eq!(printed(&Value::Double(Double::from_bits(0x7ff8_0000_0000_0001))), "#[1d7ff8000000000001]");
}

/// Doubles at the edges of the rules: of few bits, whole and near 2^53 to 2^63, next to powers of ten, halfway
/// between short texts.
#[test]
fn doubles_print_with_the_digits_of_the_reference() {
    let cases: &[(u64, &str)] = &[
        (0x0000_0000_0000_0001, "4.9E-324"),
        (0x0000_0000_0000_0002, "9.9E-324"),
        (0x0000_0000_0000_0014, "9.9E-323"),
        (0x0000_0000_0000_00ca, "1.0E-321"),
        (0x000f_ffff_ffff_ffff, "2.225073858507201E-308"),
        (0x0010_0000_0000_0000, "2.2250738585072014E-308"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157E308"),
        (0x0a80_0000_0000_0000, "4.162494831859795E-258"),
        (0x7f00_0000_0000_0000, "5.486124068793689E303"),
        (0x8100_0000_0000_0000, "-7.291122019556398E-304"),
        (0x3f50_624d_d2f1_a9fc, "0.001"),
        (0x3f50_624d_d2f1_a9fb, "9.999999999999998E-4"),
        (0x3fb9_9999_9999_999a, "0.1"),
        (0x3fd3_3333_3333_3334, "0.30000000000000004"),
        (0x4163_12d0_0000_0000, "1.0E7"),
        (0x4197_d784_0000_0000, "1.0E8"),
        (0x4310_0000_0000_0001, "1.1258999068426242E15"),
        (0x4310_0000_0000_0003, "1.1258999068426248E15"),
        (0x433f_ffff_ffff_ffff, "9.007199254740991E15"),
        (0x4350_0000_0000_0001, "1.8014398509481988E16"),
        (0x434f_ffff_ffff_ffff, "1.8014398509481982E16"),
        (0x438f_c384_2bd1_f071, "2.8610229492187498E17"),
        (0x43ab_c16d_674e_c7ff, "9.999999999999999E17"),
        (0x43d0_0000_0000_0001, "4.611686018427389E18"),
        (0x43df_ffff_ffff_ffff, "9.223372036854775E18"),
        (0x43e0_0000_0000_0000, "9.223372036854776E18"),
        (0x43e0_3760_67e5_9ca7, "9.348069021408639E18"),
        (0x44b5_2d02_c7e1_4af6, "1.0E23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001E23"),
        (0x44be_ddaa_59d2_6c09, "1.4575999999999999E23"),
        (0x4531_0000_0000_0000, "2.0551738933448696E25"),
        (0x4534_adf4_b732_0295, "2.4999999999999314E25"),
        (0x4554_6d18_7a59_c670, "9.87748235083163E25"),
        (0x4615_b83f_de1f_3369, "4.3020346646855676E29"),
        (0x4407_e79e_3c27_8f67, "5.5120619638126076E19"),
        (0x44c5_2d02_c7e1_4af6, "2.0E23"),
        (0x447c_7e83_209e_90b2, "8.41E21"),
        (0x4446_cb9c_1a18_73c2, "8.41E20"),
        (0x0000_0000_0000_002d, "2.2E-322"),
        (0x7be0_0000_0000_0000, "4.8726570057E288"),
    ];
    for (bits, text) in cases {
        assert_eq!(printed(&Value::Double(Double::from_bits(*bits))), *text);
    }
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
