//! Tests of the reader: what reads as what, what does not read and where, depth, and laws over random text.

use super::{Form, Next, next_form, read_all, read_one, read_one_at};
use crate::printer::print;
use crate::source::{Positions, line_column};
use crate::*;
use proptest::prelude::*;

fn read(text: &str) -> Value {
    read_one(text, 0).unwrap_or_else(|errors| panic!("{text}: {errors:?}")).value
}

fn printed(value: &Value) -> String {
    let text = print(value, usize::MAX).expect("nothing is missing").expect("there is no limit");
    String::from_utf8(text).expect("the text is UTF-8")
}

#[test]
fn forms_read_as_the_reference_reads_them() {
    let cases: &[(&str, &str)] = &[
        // Whitespace and comments.
        (" , a ; b\n", "a"),
        ("[1 #_2 3 #_ ^:a b]", "[1 3]"),
        ("(#_a)", "()"),
        // Numbers.
        ("-0", "0"),
        ("9223372036854775808", "9223372036854775808"),
        ("-00000000000000000000012", "-12"),
        ("1\u{663}", "13"),
        ("1.5d", "1.5"),
        ("-1e-3", "-0.001"),
        ("1e400", "##Inf"),
        ("1e7", "1.0E7"),
        ("4.9e-324", "4.9E-324"),
        ("2e22", "2.0E22"),
        ("0.1", "0.1"),
        ("123456.7", "123456.7"),
        ("[+7 .25 -##Inf -5ab -0x12]", "[+7 .25 -##Inf -5ab -0x12]"),
        // Names.
        ("[nilx :nil ::a :/ / a#b:c]", "[nilx :nil ::a :/ / a#b:c]"),
        ("#%count", "#%count"),
        ("a/b/c", "(lookup (lookup a b) c)"),
        ("[#12 /a]", "[(lookup #12 a)]"),
        ("[a// @x/y]", "[(lookup a /) (lookup (resolve x) y)]"),
        ("'a/b", "(quote (lookup a b))"),
        ("`(~a ~@b)", "(quasiquote ((unquote a) (unquote-splicing b)))"),
        // Strings and characters.
        (r#""\0001\377\400\u00e9\ud83d\ude00\ud83d""#, "\"\u{1}ÿ 0é😀?\""),
        (r#""\b\t\n\f\r\"\'\\""#, r#""\b\t\n\f\r\"'\\""#),
        (r"[\a \newline \u0041 \space \\ \ü \formfeed]", "[\\a \\newline \\A \\space \\\\ \\ü \\\u{c}]"),
        // Collections, tags, metadata.
        ("{1 2 1 3}", "{1 3}"),
        ("#{1 1}", "#{1}"),
        ("#foo #bar 1", "1"),
        ("#Index {:a 1}", "#Index {:a 1}"),
        ("#Result {:id 1.5 :result 2}", "#Result {:result 2}"),
        ("^:a ^:b c", "^{:b true,:a true} c"),
        ("^{:a 1} ^{:a 2} b", "^{:a 1} b"),
        ("^[x ^:y z #Index {}] a", "^{:tag [x z {}]} a"),
        ("^^:a :b c", "^{:b true} c"),
        ("#[80021101b1]", "[1 true]"),
        ("[0xAb ##NaN ##-Inf #[b2]]", "[0xab ##NaN ##-Inf #[b2]]"),
    ];
    for (text, expected) in cases {
        let value = read(text);
        // Maps of two entries print in the order of hashes.
        assert_eq!(value.hash(), read(expected).hash(), "{text}");
        assert!(
            printed(&value) == *expected || matches!(value, Value::Syntax(_)),
            "{text} gives {}, not {expected}",
            printed(&value)
        );
    }
}

#[test]
fn errors_say_where() {
    // Text, offset of the first error, whether more text could cure all.
    let cases: &[(&str, u32, bool)] = &[
        ("", 0, false),
        ("a b", 2, false),
        ("(a", 0, true),
        ("(a [b", 3, true),
        ("(a \"b", 3, true),
        ("(a \\", 3, true),
        ("'", 0, true),
        ("^:a", 0, true),
        (")", 0, false),
        ("(a ]", 3, false),
        ("(a ')", 3, false),
        ("{1}", 0, false),
        ("#_a b", 0, false),
        ("(a ^:b #_c d)", 7, false),
        ("1.", 0, false),
        ("[1/2]", 1, false),
        ("1.5e+3", 0, false),
        ("12abc", 0, false),
        ("0xabc", 0, false),
        ("\"a\\qb\"", 2, false),
        ("\\ud800", 0, false),
        ("##Nan", 0, false),
        ("#[110]", 0, false),
        ("#[]", 0, false),
        ("#9223372036854775808", 0, false),
        ("#Index [1]", 0, false),
        ("#Index {1 2}", 0, false),
        ("nil/a", 3, false),
        ("(/a)", 1, false),
        ("^:a b/c", 5, false),
        ("^:a 'b/c", 6, false),
        ("é a", 0, false),
        ("@ a", 0, false),
    ];
    for (text, offset, incomplete) in cases {
        let Err(errors) = read_one(text, 7) else { panic!("{text} reads") };
        assert_eq!(errors[0].span.start, *offset, "{text}: {errors:?}");
        assert_eq!(errors.iter().all(|e| e.incomplete), *incomplete, "{text}: {errors:?}");
        assert_eq!(errors[0].span.source, 7);
    }
    let long = format!(":{}", "a".repeat(129));
    assert!(read_one(&long, 0).is_err() && read_one(&long[..129], 0).is_ok());
    assert!(read_one(&"9".repeat(9864), 0).is_err() && read_one(&"9".repeat(9863), 0).is_ok());
}

#[test]
fn one_bad_form_does_not_hide_the_others() {
    let text = "(def a 1)\n(def b ]\n  2)\n(def c \"\\q\" 1x)\n)\n(def d (inc 1)\n(def e 5)\n(def f [1 2)\n(def g 7)";
    let mut positions = Positions::new();
    let (forms, errors) = read_all(text, 0, &mut positions);
    let forms: Vec<String> = forms.iter().map(|form| printed(&form.value)).collect();
    assert_eq!(forms, ["(def a 1)", "(def e 5)", "(def g 7)"]);
    let lines: Vec<_> = errors.iter().map(|e| e.line_column(text)).map(|at| (at.line, at.column)).collect();
    assert_eq!(lines, [(2, 8), (4, 9), (4, 13), (5, 1), (6, 1), (8, 12)]);
    assert!(errors.iter().all(|e| !e.incomplete));
}

#[test]
fn forms_come_one_by_one() {
    let text = "1 #_x (a\n b) ; c\n [x";
    let mut offset = 0;
    let mut seen = Vec::new();
    loop {
        match next_form(text, offset, 0, None) {
            Next::Form(Form { value, span }) => {
                seen.push(printed(&value));
                offset = span.end as usize;
            }
            Next::Incomplete(errors) => {
                assert_eq!(errors[0].span.start, 18);
                break;
            }
            Next::Bad(..) | Next::End => panic!("the text is good, but incomplete"),
        }
    }
    assert_eq!(seen, ["1", "(a b)"]);
    assert!(matches!(next_form("(do\n(a", 0, 0, None), Next::Incomplete(_)));
    assert!(matches!(next_form(" ; a", 0, 0, None), Next::End));
    assert!(matches!(next_form("a ] b", 1, 0, None), Next::Bad(_, 3)));
}

#[test]
fn what_templates_make_stands_in_them() {
    let text = "(do (m 1) (f (g 2) 3))";
    let mut positions = Positions::new();
    let form = read_one_at(text, 0, &mut positions).expect("it reads");
    let slice = |span: Option<crate::source::Span>| span.map(|s| &text[s.start as usize..s.end as usize]);
    let Value::List(list) = &form.value else { panic!("a list was read") };
    let (used, template) = (list.get(1).unwrap().unwrap(), list.get(2).unwrap().unwrap());
    let Value::List(parts) = template else { panic!("a list was read") };
    // As the template `(f (g 2) 3)` would be filled in, with something new in a place of its own.
    let fresh: Value = List::from_values([Value::from(7)]).into();
    let head = parts.first().unwrap().unwrap().clone();
    let filled: Value = List::from_values([head, fresh.clone()]).into();
    let entered = positions.enter(used);
    let inner = positions.enter(&filled);
    positions.enter(&fresh);
    assert_eq!(slice(positions.span_of(&filled)), Some("(f (g 2) 3)"));
    assert_eq!(slice(positions.span_of(&fresh)), Some("(f (g 2) 3)"), "it stands where it was made");
    let op: Value = List::from_values([Value::Nil]).into();
    positions.leave(inner + 1);
    positions.compiled(&op);
    assert_eq!(positions.uses_of(&op), [positions.span_of(used).expect("it was read")]);
    positions.leave(entered);
}

#[test]
fn positions_tell_equal_forms_apart() {
    let text = "(def a [x 1 x 'y/z \"é\"] b)";
    let mut positions = Positions::new();
    let form = read_one_at(text, 3, &mut positions).expect("it reads");
    let slice = |span: Option<source::Span>| span.map(|s| &text[s.start as usize..s.end as usize]);
    let Value::List(list) = &form.value else { panic!("a list is read") };
    let vector = list.get(2).expect("it is here").expect("it exists").clone();
    assert_eq!(slice(positions.span_of(&form.value)), Some(text));
    assert_eq!(slice(positions.span_of(&vector)), Some("[x 1 x 'y/z \"é\"]"));
    assert_eq!(slice(positions.child_span(&vector, 1)), Some("1"));
    assert_eq!(slice(positions.child_span(&vector, 3)), Some("'y/z"));
    let starts: Vec<_> = [0, 2].map(|i| positions.child_span(&vector, i).map(|s| s.start)).to_vec();
    assert_eq!(starts, [Some(8), Some(12)]);
    // Bytes are counted in spans, characters in columns.
    let last = positions.child_span(&form.value, 3).expect("it has a position");
    assert_eq!((last.start, line_column(text, 25).column), (25, 25));
    assert_eq!(line_column("a\n é b", 6), source::LineColumn { line: 2, column: 4 });

    let again = read(text);
    assert_eq!(positions.span_of(&again), None);
    assert_eq!(slice(positions.span_by_hash(&again)), Some(text));
    let new = Value::string("new");
    positions.inherit(&new, &vector);
    assert_eq!(positions.span_of(&new), positions.span_of(&vector));
}

#[test]
fn nesting_is_limited_by_memory_only() {
    const DEPTH: usize = 1_000_000;
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, inner, close, depth) in
        [("(", "", ")", DEPTH), ("#{[", "1", "]}", DEPTH / 10), ("{a ", "b", "}", DEPTH / 10)]
    {
        let text = nested(open, inner, close, depth);
        assert_eq!(printed(&read(&text)), text);
    }
    for (open, inner, close) in [("'", "a", ""), ("^[", "x", "] y"), ("#a ^:b ", "c", ""), ("a/", "", "b")] {
        let _ = read_one(&nested(open, inner, close, DEPTH / 4), 0).map(|form| printed(&form.value).len());
    }
    for (open, close) in [("([", ")"), ("(", "]"), ("(\n", ""), ("\"\\q\" ", ""), ("#_", ""), ("^", "")] {
        let (_, errors) = read_all(&nested(open, "", close, DEPTH / 4), 0, &mut Positions::new());
        assert!((1..=super::MAX_ERRORS + 1).contains(&errors.len()));
    }
}

/// Pieces of text that make tokens, and break them.
const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", "#{", "#_", "'", "`", "~", "~@", "^", "@x", "a", ":k", "/b", "/", "#",
    "#12", "#foo ", "#Index", "#Signed", "#Result", "{:a 1}", "1", "-", "1.5", "e", "0x", "ab", "\"", "\\",
    "\\u0041", "u", "\\q", "##NaN", "#[", "11", "01", "nil", "true", " ", ",", "\n", ";", "é", "😀", "\u{0}",
    ".", "%", "&",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(|n| Value::Double(Double::new(n))),
        any::<char>().prop_map(|c| Value::Character(c.into())),
        (0..u64::MAX / 2).prop_map(Value::Address),
        (2u8..16).prop_map(Value::Flag),
        (0u64..400).prop_map(|code| Value::extension(0xe1, code).expect("the code is small")),
        any::<String>().prop_map(|text| Value::string(&text)),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Blob::new(&bytes).into()),
        "[a-z*+!?<>=.-]([a-z*+:#-][a-z0-9*+:#-]{0,7})?[a-z]".prop_map(|name| Value::symbol(&name)),
        "[a-z][a-z0-9:-]{0,8}".prop_map(|name| Value::keyword(&name)),
        "-?[1-9][0-9]{20,60}"
            .prop_map(|digits| Value::integer(digits.parse().expect("digits")).expect("short")),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 64, 8, |inner| {
        let many = || prop::collection::vec(inner.clone(), 0..8);
        let pairs = prop::collection::vec((inner.clone(), inner.clone()), 0..6);
        let index = prop::collection::vec((any::<String>(), inner.clone()), 0..5).prop_map(|entries| {
            let index = entries.into_iter().fold(Index::empty(), |index, (key, value)| {
                index
                    .assoc(Value::string(&key), value)
                    .expect("nothing is missing")
                    .expect("strings are keys")
            });
            Value::Index(index)
        });
        prop_oneof![
            many().prop_map(|values| Vector::from_values(values).into()),
            many().prop_map(|values| List::from_values(values).into()),
            many().prop_map(|values| Set::from_values(values).into()),
            pairs.prop_map(|entries| Map::from_entries(entries).into()),
            index,
            ("[a-z]{1,5}", inner.clone()).prop_filter_map("syntax is never nested", |(key, datum)| {
                let meta = Map::from_entries([(Value::keyword(&key), Value::TRUE)]);
                (!matches!(datum, Value::Syntax(_))).then(|| Syntax::new(datum, meta).into())
            }),
            (any::<[u8; 32]>(), any::<[u8; 32]>(), inner.clone()).prop_map(|(key, half, value)| {
                let signature = [half, half].concat().try_into().expect("64 bytes");
                Signed::new(Some(key), signature, value).into()
            }),
        ]
    })
}

proptest! {
    /// What prints reads back as the same value.
    #[test]
    fn printed_values_read_back(value in value()) {
        let text = printed(&value);
        let back = read_one(&text, 0).map_err(|errors| TestCaseError::fail(format!("{text}: {errors:?}")))?;
        prop_assert_eq!(back.value.hash(), value.hash(), "{}", text);
        prop_assert_eq!(back.span.end as usize, text.len());
    }

    /// A limit below the length of the text gives nothing, one from there on the text.
    #[test]
    fn the_limit_is_exact(value in value(), limit in 0usize..200) {
        let text = printed(&value);
        let limited = print(&value, limit).expect("nothing is missing");
        prop_assert_eq!(limited.is_some(), text.len() <= limit);
    }

    /// Any text gives forms or errors, each at a place within it, and the ways of reading agree.
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![soup(), any::<String>()]) {
        let mut positions = Positions::new();
        let (forms, errors) = read_all(&text, 0, &mut positions);
        let one = read_one(&text, 0);
        let spans = forms.iter().map(|form| form.span).chain(errors.iter().map(|error| error.span));
        for span in spans.chain(one.iter().map(|form| form.span)) {
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
        }
        if let Ok(form) = &one {
            prop_assert!(errors.is_empty());
            prop_assert_eq!(forms.len(), 1);
            prop_assert_eq!(form.value.hash(), forms[0].value.hash());
        }
        for form in &forms {
            prop_assert_eq!(positions.span_of(&form.value).is_some(), form.value.identity().is_some() && !is_empty(&form.value));
        }
    }
}

/// Whether a value may be a cell that is shared by all of its kind.
fn is_empty(value: &Value) -> bool {
    matches!(printed(value).as_str(), "()" | "[]" | "{}" | "#{}" | "#Index {}")
}
