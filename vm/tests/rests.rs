//! Chains of functions over the rests of collections give the values and juice that copies of them would give.

use lang::{Index, List, Map, Set, Value, Vector, reader};
use proptest::prelude::*;
use std::sync::LazyLock;
use vm::{Context, Ending};

const ACCOUNT: u64 = 11;
const LIMIT: u64 = 10_000_000;

static GENESIS: LazyLock<Context> = LazyLock::new(|| {
    let state = stdlib::genesis().expect("genesis can be built");
    Context::new(state, ACCOUNT, LIMIT).expect("the account exists")
});

/// Functions of a collection `a`, another one `b` and a number `n`.
const FORMS: &[&str] = &[
    "(next a)",
    "(next (next (next a)))",
    "(cons n a)",
    "(cons n b (next a))",
    "(conj a n)",
    "(conj (next a) n b)",
    "(let [[x & y] a] y)",
    "(let [[x y & z] a] (conj z x y))",
    "(let [[& y x] a] y)",
    "(let [[x & y z] a] y)",
    "((fn [[x & y] & z] [y z]) a b n)",
    "(reverse a)",
    "(reverse (cons n (next a)))",
    "(concat a b)",
    "(into a b)",
    "(into (empty a) (next b))",
    "(vec a)",
    "(set (next a))",
    "(assoc a n :x)",
    "(assoc (next a) 0 n)",
    "(slice a 1)",
    "(slice a n (count a))",
    "(first a)",
    "(second (next a))",
    "(last a)",
    "(nth a n)",
    "(get a n)",
    "(a n)",
    "(count (next a))",
    "(empty? (next a))",
    "(= a b)",
    "(= (next a) (next a))",
    "(= (vec (next a)) (next (vec a)))",
    "(contains-key? a n)",
    "(hash (encoding (next a)))",
    "(str (next a))",
    "(map (fn [x] [x n]) (next a))",
    "(reduce (fn [x y] (+ x 1)) 0 (next a))",
    "(reduce (fn [x y] (cond (= x n) (reduced y) (+ x 1))) 0 (next a))",
    "(apply vector (next a))",
    "(apply (fn [x & y] y) (next a))",
    "(loop [v a i 0] (cond (< i n) (recur (next v) (inc i)) v))",
    "(loop [v a i 0] (cond (< i n) (recur (conj (next v) i) (inc i)) v))",
    "(loop [v a i 0] (cond (< i n) (recur (reverse (cons i (next v))) (inc i)) v))",
    "(hash-map a b)",
    "(get {a 1} a)",
    "#{a b}",
    "[a (next b)]",
    "(do (def x (next a)) (conj x (first x)))",
];

static FUNCTIONS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let compiled = FORMS.iter().map(|form| {
        let mut context = GENESIS.clone();
        let form = reader::read_one(&format!("(fn [a b n] {form})"), 0).expect("it is one form").value;
        let op = context.expand_compile(&form).expect("it compiles");
        context.run(&op).expect("it is a function")
    });
    compiled.collect()
});

/// A value that may share and put off what it is made of, and one that does not.
#[derive(Clone)]
struct Twins {
    value: Value,
    copy: Value,
}

/// The same value, built from its elements.
fn copied(value: &Value) -> Value {
    let elements = |vector: &Vector| -> Vec<Value> {
        vector.iter().map(|element| copied(element.expect("all is in memory"))).collect()
    };
    match value {
        Value::Vector(v) => Vector::from_values(elements(v)).into(),
        Value::List(l) => List::from_reversed(Vector::from_values(elements(l.reversed()))).into(),
        other => other.clone(),
    }
}

fn collection() -> impl Strategy<Value = Value> {
    let entry = |n: i64| (Value::string(&format!("{n}")), Value::Integer(n));
    (0..5_u8, prop_oneof![0..30_i64, 30..700_i64]).prop_map(move |(kind, n)| match kind {
        0 => Vector::from_values((0..n).map(Value::Integer)).into(),
        1 => List::from_values((0..n).map(Value::Integer)).into(),
        2 => Map::from_entries((0..n).map(entry)).into(),
        3 => Set::from_values((0..n).map(Value::Integer)).into(),
        _ => {
            let index = Index::from_entries((0..n).map(entry));
            index.expect("all is in memory").expect("strings are keys").into()
        }
    })
}

/// What a function gives: the value or what was wrong, and the juice.
fn outcome(function: &Value, args: [&Value; 3]) -> (Result<Value, String>, u64) {
    let mut context = GENESIS.clone();
    let mut args = args.map(Value::clone);
    let result = match context.invoke(function, &mut args) {
        Ok(value) => Ok(value),
        Err(Ending::Error(error)) => Err(format!("{:?} {:?}", error.code, error.message)),
        Err(other) => Err(format!("{other:?}")),
    };
    (result, context.juice())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn chains_give_what_copies_give(
        collections in prop::collection::vec(collection(), 1..4),
        steps in prop::collection::vec((0..FORMS.len(), any::<u16>(), any::<u16>(), 0..40_i64), 1..40),
    ) {
        let mut twins: Vec<Twins> =
            collections.into_iter().map(|value| Twins { copy: copied(&value), value }).collect();
        for (form, a, b, n) in steps {
            let pick = |i: u16| &twins[usize::from(i) % twins.len()];
            let (a, b, n) = (pick(a), pick(b), Value::Integer(n));
            let function = &FUNCTIONS[form];
            let (given, juice) = outcome(function, [&a.value, &b.value, &n]);
            let (expected, same_juice) = outcome(function, [&a.copy, &b.copy, &n]);
            prop_assert_eq!(juice, same_juice, "juice of {}", FORMS[form]);
            match (given, expected) {
                (Ok(value), Ok(copy)) => twins.push(Twins { value, copy: copied(&copy) }),
                (given, expected) => prop_assert_eq!(given, expected, "{}", FORMS[form]),
            }
        }
        for Twins { value, copy } in twins {
            prop_assert_eq!(&value, &copy);
            prop_assert_eq!(value.memory_size(), copy.memory_size());
            prop_assert_eq!(value.hash(), copy.hash());
        }
    }
}

/// Ten million juice over 65,536 elements, which would take minutes if each step copied what is left.
#[test]
fn no_step_copies_what_is_left() {
    let numbers = || (0..65_536).map(Value::Integer);
    let entries = || numbers().map(|n| (Value::string(&format!("{n:?}")), n));
    let collections: [Value; 5] = [
        Vector::from_values(numbers()).into(),
        List::from_values(numbers()).into(),
        Map::from_entries(entries()).into(),
        Set::from_values(numbers()).into(),
        Index::from_entries(entries()).expect("all is in memory").expect("strings are keys").into(),
    ];
    let steps = [
        "(next v)",
        "(let [[x & y] v] y)",
        "(next (next (cons i v)))",
        "(conj (next v) (first v))",
        "(into (next v) [i])",
    ];
    for collection in &collections {
        for step in steps {
            let form =
                format!("(fn [a] (loop [v a i 0] (cond (< i 20000) (recur {step} (inc i)) (count v))))");
            let mut context = GENESIS.clone();
            let form = reader::read_one(&form, 0).expect("it is one form").value;
            let op = context.expand_compile(&form).expect("it compiles");
            let function = context.run(&op).expect("it is a function");
            let left = match step {
                "(conj (next v) (first v))" | "(into (next v) [i])" => 65_536,
                _ => 45_536,
            };
            let value = context.invoke(&function, &mut [collection.clone()]).expect("it runs");
            assert_eq!(value, Value::Integer(left), "{step} on a {}", collection.kind().name());
        }
    }
}
