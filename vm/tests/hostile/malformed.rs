//! Ops, functions and records whose parts are not what their tag requires, spliced into programs by `#[hex]`.

use crate::{ACCOUNT, machine, outcome};
use lang::reader::read_one;
use proptest::prelude::*;
use vm::{Context, Run};

/// Programs and what the reference answers: a value or an error code. Where it crashes, as it does when it runs
/// what cannot be run, the answer is `:EXCEPTION`.
const ANSWERS: &str = include_str!("malformed.tsv");

fn evaluate(source: &str) -> String {
    let Ok(form) = read_one(source, 0) else { return "read error".to_owned() };
    let op = match machine(1_000_000).expand_compile(&form.value) {
        Ok(op) => op,
        error => return outcome(&error),
    };
    outcome(&machine(1_000_000).run(&op))
}

#[test]
fn malformed_code_answers_as_on_the_network() {
    let mut wrong = Vec::new();
    for line in ANSWERS.lines() {
        let (source, expected) = line.split_once('\t').expect("a program and an answer");
        let answer = evaluate(source);
        if answer != expected {
            wrong.push(format!("{source}\n  {answer}, but on the network {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Encodings of cells: bytes that are no cell are mostly avoided, so that much of it is run.
fn cell() -> impl Strategy<Value = Vec<u8>> {
    let atom = prop_oneof![
        Just(vec![0x00]),
        Just(vec![0xb0]),
        Just(vec![0xb1]),
        (0..128u8).prop_map(|n| vec![0x11, n]),
        (0..4u8).prop_map(|n| vec![0xe6, n]),
        (0..27u8).prop_map(|n| vec![0xe5, n]),
        (any::<u8>(), 0..128u8).prop_map(|(a, b)| vec![0xed, 0x81 + a % 2, b]),
        (0..128u8).prop_map(|n| vec![0xed, n]),
        (b'a'..b'e').prop_map(|name| vec![0x32, 1, name]),
        Just(vec![0x32, 1, b'&']),
        (8..16u8).prop_map(|n| vec![0xea, n]),
        Just(vec![0x33, 1, b'k']),
    ];
    atom.prop_recursive(5, 40, 5, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..5);
        let counted = |tag: u8, parts: &[Vec<u8>]| {
            let mut bytes = vec![tag, parts.len() as u8];
            bytes.extend(parts.concat());
            bytes
        };
        let code = prop_oneof![
            Just(vec![0xb0]),
            Just(vec![0xba]),
            Just(vec![0xbb]),
            Just(vec![0xbf]),
            Just(vec![0x10])
        ];
        prop_oneof![
            many.clone().prop_map(move |parts| counted(0x80, &parts)),
            (prop_oneof![Just(0xda), Just(0xdb), Just(0xdc), Just(0xdf), 0xd0..0xe0u8], many.clone())
                .prop_map(move |(tag, parts)| counted(tag, &parts)),
            (code, inner.clone()).prop_map(|(code, value)| [vec![0xc0], code, value].concat()),
            (prop_oneof![Just(0xc1), Just(0xc2), Just(0xc3), Just(0xcd)], inner.clone(), inner.clone())
                .prop_map(|(tag, a, b)| [vec![tag], a, b].concat()),
            (many.clone(), many.clone(), any::<bool>()).prop_map(move |(names, ops, is_loop)| {
                [vec![0xc2 + u8::from(is_loop)], counted(0x80, &names), counted(0x80, &ops)].concat()
            }),
            (many, inner).prop_map(move |(params, body)| {
                [vec![0xdf, 4, 0xb0], counted(0x80, &params), vec![0x00], body].concat()
            }),
        ]
    })
}

fn leaves_no_trace(work: impl FnOnce(&mut Context) -> Run) {
    let mut ctx = machine(100_000);
    let run = work(&mut ctx);
    assert!(ctx.juice() <= ctx.juice_limit().max(100_000));
    assert_eq!(ctx.depth(), 0);
    outcome(&run);
    assert!(ctx.state().value().memory_size().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn random_cells_can_be_run(bytes in cell()) {
        let Ok(value) = lang::message::decode(&bytes) else { return Ok(()) };
        prop_assert_eq!(value.encoding(), bytes);
        let one = lang::Value::Integer(1);
        leaves_no_trace(|ctx| ctx.run(&value));
        leaves_no_trace(|ctx| ctx.execute(&value));
        leaves_no_trace(|ctx| ctx.eval(&value));
        leaves_no_trace(|ctx| ctx.invoke(&value, &mut []));
        leaves_no_trace(|ctx| ctx.invoke(&value, &mut [one.clone()]));
        leaves_no_trace(|ctx| ctx.deploy(std::slice::from_ref(&value)));
        leaves_no_trace(|ctx| ctx.eval_as(ACCOUNT, &value));
    }
}
