//! Laws of all native functions, whatever they are given: each ends in a value, an error or a control result,
//! within its juice, and a higher limit changes neither the outcome nor the juice.

use dashu_int::IBig;
use lang::{Blob, Double, Index, Keyword, List, Map, Set, Str, Symbol, Syntax, Value, Vector, native};
use proptest::prelude::*;
use std::sync::LazyLock;
use vm::{Context, Ending, Run};

const ACCOUNT: u64 = 11;
const HIGH_LIMIT: u64 = 1_000_000;

static GENESIS: LazyLock<Context> = LazyLock::new(|| {
    let state = stdlib::genesis().expect("genesis can be built");
    Context::new(state, ACCOUNT, HIGH_LIMIT).expect("the account exists")
});

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Boolean),
        (2_u8..16).prop_map(Value::Flag),
        any::<i64>().prop_map(Value::Integer),
        (-3_i64..20).prop_map(Value::Integer),
        (any::<i128>(), 0_usize..40).prop_map(|(n, p)| integer(IBig::from(n).pow(p))),
        any::<f64>().prop_map(|d| Value::Double(Double::new(d))),
        (0_u32..0x11_0000).prop_map(Value::Character),
        (0_u64..200).prop_map(Value::Address),
        (0_u64..600).prop_map(|code| Value::Extension { tag: 0xed, code }),
        (0_u8..16, 0_u64..30).prop_map(|(tag, code)| match Value::extension(0xe0 + tag, code) {
            Some(value) => value,
            None => Value::Nil,
        }),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|b| Str::new(&b).into()),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|b| Blob::new(&b).into()),
        "[a-c*?-]{1,6}".prop_map(|name| Keyword::new(name.as_bytes()).map_or(Value::Nil, Value::Keyword)),
        "(inc|count|a|b|check-trusted\\?)"
            .prop_map(|name| { Symbol::new(name.as_bytes()).map_or(Value::Nil, Value::Symbol) }),
    ]
}

fn integer(n: IBig) -> Value {
    Value::integer(n).unwrap_or(Value::Nil)
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 40, 6, |inner| {
        let many = proptest::collection::vec(inner.clone(), 0..20);
        let pairs = proptest::collection::vec((inner.clone(), inner.clone()), 0..12);
        prop_oneof![
            many.clone().prop_map(|v| Vector::from_values(v).into()),
            many.clone().prop_map(|v| List::from_values(v).into()),
            many.clone().prop_map(|v| Set::from_values(v).into()),
            pairs.clone().prop_map(|v| Map::from_entries(v).into()),
            pairs.prop_map(|v| {
                let add =
                    |index: Index, (key, value)| index.assoc(key, value).ok().flatten().unwrap_or(index);
                v.into_iter().fold(Index::empty(), add).into()
            }),
            inner.prop_map(|v| Syntax::new(v, Map::empty()).into()),
            (0_u8..16, many)
                .prop_map(|(tag, v)| { lang::Record::new(0xd0 + tag, Vector::from_values(v)).into() }),
        ]
    })
}

fn call(limit: u64, function: &Value, args: &[Value]) -> (Run, u64) {
    let mut ctx = GENESIS.clone().with_juice_limit(limit);
    let outcome = ctx.invoke(function, &mut args.to_vec());
    (outcome, ctx.juice())
}

/// What tells two outcomes apart.
fn summary(outcome: &Run) -> String {
    match outcome {
        Ok(value) => value.hash().to_string(),
        Err(Ending::Error(error)) => format!("error {}", error.code.hash()),
        Err(Ending::Control(_)) => "control".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_native_function_is_total(args in proptest::collection::vec(value(), 0..5), cut in 0.0..1.0) {
        for (code, name) in native::NATIVE {
            let function = Value::native(*code);
            let (outcome, juice) = call(HIGH_LIMIT, &function, &args);
            prop_assert!(!matches!(outcome, Err(Ending::Missing(_) | Ending::Interrupted)), "{name}");
            let ran_out = matches!(outcome, Err(Ending::OutOfJuice));
            prop_assert!(juice <= HIGH_LIMIT, "{name} used {juice}");
            // Recursion that only juice ends, and text as long as the juice allows, do depend on the limit.
            if ran_out {
                continue;
            }
            let (higher, again) = call(HIGH_LIMIT * 2, &function, &args);
            prop_assert_eq!((summary(&higher), again), (summary(&outcome), juice), "{} again", name);
            let too_little = (juice as f64 * cut) as u64;
            if too_little < juice {
                let (lower, used) = call(too_little, &function, &args);
                prop_assert!(used <= too_little, "{} used {} of {}", name, used, too_little);
                prop_assert!(lower.is_err(), "{name} went on with {too_little} of {juice}");
            }
        }
    }
}
