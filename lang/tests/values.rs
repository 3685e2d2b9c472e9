//! Laws of all values: encoding and decoding undo each other, equality is that of encodings, memory size is a
//! sum over cells, and depth costs no stack.

use dashu_int::IBig;
use lang::decode::{decode, decode_alone};
use lang::store::{LoadError, Nowhere, Store};
use lang::*;
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Values that stand in place, at the edges of their ranges, and short bytes.
fn atom() -> impl Strategy<Value = Value> {
    let bytes =
        prop_oneof![prop::collection::vec(any::<u8>(), 0..20), Just(vec![7; 137]), Just(vec![8; 138])];
    prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Boolean),
        (2..16u8).prop_map(Value::Flag),
        (any::<i64>(), 0..64u32).prop_map(|(n, shift)| Value::Integer(n >> shift)),
        (any::<i128>(), 0..2_000u32).prop_map(|(n, shift)| big(n, shift)),
        any::<u64>().prop_map(|bits| Value::Double(Double::from_bits(bits))),
        (0..0x11_0000u32, 0..21u32).prop_map(|(c, shift)| Value::Character(c >> shift)),
        (0xe0..0xf0u8, any::<u64>(), 1..64u32).prop_map(|(tag, code, shift)| Value::extension(
            tag,
            code >> shift
        )
        .unwrap()),
        bytes.clone().prop_map(|b| Value::String(Str::new(&b))),
        bytes.clone().prop_map(|b| Value::Blob(Blob::new(&b))),
        prop::collection::vec(any::<u8>(), 1..128).prop_map(|b| Value::Keyword(Keyword::new(&b).unwrap())),
        "[a-z]{1,9}".prop_map(|name| Value::symbol(&name)),
        (4_000..20_000usize).prop_map(|n| Value::Blob(Blob::new(&vec![n as u8; n]))),
        (4_000..20_000usize).prop_map(|n| Value::String(Str::new(&vec![n as u8; n]))),
    ]
}

proptest! {
    #[test]
    fn integers_are_rounded_to_the_nearest_double(n: i64, cut in 0..64_u32, shift in 0..1100_usize, by in -1..2_i8) {
        let n = (IBig::from(n >> cut) << shift) + by;
        let nearest: f64 = n.to_string().parse().expect("it is a number");
        prop_assert_eq!(lang::nearest_double(&n).to_bits(), nearest.to_bits(), "{}", n);
    }
}

#[test]
fn integers_above_the_middle_of_two_doubles_are_rounded_up() {
    for (text, bits) in [
        ("2854495385411916830674558911118499311639330816", 0x495f_ffff_ffff_fff7_u64),
        ("38911522209597423865538035064436081164288", 0x485c_9671_a527_2981),
    ] {
        let n: IBig = text.parse().expect("it is a number");
        assert_eq!(lang::nearest_double(&n).to_bits(), bits, "{text}");
    }
}

fn big(n: i128, shift: u32) -> Value {
    Value::integer(IBig::from(n) << shift as usize).unwrap()
}

fn value() -> impl Strategy<Value = Value> {
    atom().prop_recursive(5, 400, 40, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..40);
        let pairs = prop::collection::vec((inner.clone(), inner.clone()), 0..24);
        let keyed = prop::collection::vec((prop::collection::vec(0..4u8, 0..40), inner.clone()), 0..24);
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            many.clone().prop_map(|v| Value::Vector(Vector::from_values(v))),
            many.clone().prop_map(|v| Value::List(List::from_values(v))),
            many.clone().prop_map(|v| Value::Set(Set::from_values(v))),
            pairs.clone().prop_map(|v| Value::Map(Map::from_entries(v))),
            keyed.prop_map(|v| {
                let entries = v.into_iter().map(|(key, value)| (Value::Blob(Blob::new(&key)), value));
                Value::Index(Index::from_entries(entries).unwrap().unwrap())
            }),
            (inner.clone(), pairs).prop_map(|(datum, meta)| {
                Value::Syntax(Syntax::new(datum, Map::from_entries(meta.into_iter().take(3))))
            }),
            inner.prop_map(|v| Value::Signed(Signed::new(Some([1; 32]), [2; 64], v))),
            (0xc0..0xd0u8, pair).prop_map(|(tag, (a, b))| Value::Coded(Coded::new(tag, a, b))),
            (0xd0..0xe0u8, many).prop_map(|(tag, v)| Value::Record(Record::new(tag, Vector::from_values(v)))),
        ]
    })
}

/// The branches in the encoding of a cell, and the cells that stand embedded in it.
fn parts(value: &Value) -> (Vec<Value>, Vec<Value>) {
    let (mut branches, mut embedded) = (Vec::new(), Vec::new());
    value.for_each_child(&mut |slot| {
        let child = slot.get().unwrap().clone();
        if child.is_embedded() { embedded.push(child) } else { branches.push(child) }
    });
    (branches, embedded)
}

/// A store that holds encodings and decodes them anew at every touch.
#[derive(Default)]
struct Encodings(Mutex<HashMap<Hash, Vec<u8>>>, std::sync::Weak<Encodings>);

impl Encodings {
    fn of(value: &Value) -> Arc<Encodings> {
        let store = Arc::new_cyclic(|me| Encodings(Mutex::default(), me.clone()));
        let mut stack = vec![value.clone()];
        while let Some(value) = stack.pop() {
            store.0.lock().unwrap().insert(value.hash(), value.encoding());
            let (branches, embedded) = parts(&value);
            stack.extend(branches.into_iter().chain(embedded));
        }
        store
    }
}

impl Store for Encodings {
    fn load(&self, hash: &Hash) -> Result<Option<Value>, LoadError> {
        let bytes = self.0.lock().unwrap().get(hash).cloned();
        Ok(bytes.zip(self.1.upgrade()).and_then(|(bytes, me)| decode(&bytes, me).ok()))
    }
}

/// Memory size by its definition, without any cache.
fn memory(value: &Value) -> u64 {
    let (branches, embedded) = parts(value);
    let below: u64 = branches.iter().chain(&embedded).map(memory).sum();
    let length = value.encoding().len() as u64;
    if length <= 140 { below } else { below + length + 64 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_encoded_decodes_to_the_same(value in value()) {
        let bytes = value.encoding();
        prop_assert_eq!(bytes.len(), value.encoding_length());
        prop_assert_eq!(bytes[0], value.tag());
        prop_assert!(value.hash() == Hash::of(&bytes));
        prop_assert_eq!(value.is_embedded(), bytes.len() <= 140);
        prop_assert_eq!(value.memory_size().unwrap(), memory(&value));

        let message = message::encode(&value).unwrap();
        let copy = message::decode(&message).unwrap();
        prop_assert!(copy == value && copy.hash() == value.hash());
        prop_assert!(message::encode(&copy).unwrap() == message);
        prop_assert_eq!(copy.memory_size().unwrap(), value.memory_size().unwrap());
        prop_assert_eq!(copy.kind(), value.kind());

        let lazy = decode(&bytes, Encodings::of(&value)).unwrap();
        prop_assert!(lazy == value && lazy.encoding() == bytes);
        prop_assert_eq!(lazy.memory_size().unwrap(), value.memory_size().unwrap());

        let torn = decode(&bytes, Arc::new(Nowhere)).unwrap();
        prop_assert!(torn == value && torn.hash() == value.hash());
        prop_assert_eq!(torn.memory_size().is_ok(), message.len() == bytes.len());
        prop_assert_eq!(decode_alone(&bytes).is_ok(), message.len() == bytes.len());
    }

    #[test]
    fn values_are_equal_when_their_encodings_are(a in value(), b in value()) {
        let copies = [&a, &b].map(|v| message::decode(&message::encode(v).unwrap()).unwrap());
        for x in [&a, &b, &copies[0], &copies[1]] {
            for y in [&a, &b, &copies[0], &copies[1]] {
                prop_assert_eq!(x == y, x.encoding() == y.encoding());
            }
        }
    }

    #[test]
    fn what_decodes_encodes_to_the_same_bytes(
        value in value(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 0..4),
    ) {
        let whole = message::encode(&value).unwrap();
        let mut bytes = value.encoding();
        let mut message = whole.clone();
        for (at, byte, kind) in changes {
            for bytes in [&mut bytes, &mut message] {
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] ^= byte,
                    1 => bytes.insert(at, byte),
                    _ if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => {}
                }
            }
        }
        match decode(&bytes, Arc::new(Nowhere)) {
            Ok(value) => {
                prop_assert_eq!(value.encoding(), bytes.clone());
                let _ = (value.kind(), value.hash(), value.memory_size(), format!("{value:?}"));
            }
            Err(error) => prop_assert!(error.offset <= bytes.len()),
        }
        match message::decode(&message) {
            Ok(value) => {
                let _ = (value.hash(), value.memory_size(), message::encode(&value), format!("{value:?}"));
            }
            Err(error) => prop_assert!(error.offset <= message.len()),
        }
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    for i in 0..200_000 {
        let mut bytes: Vec<u8> = (0..i % 40).map(|_| next() & 0x9f).collect();
        bytes.insert(0, [0x80, 0x82, 0x83, 0x84, 0x88, 0xc0, 0xdf, 0x31][i % 8]);
        if let Ok(value) = decode_alone(&bytes) {
            assert_eq!(value.encoding(), bytes);
        }
        let _ = message::decode(&bytes);
    }
}

/// How deep the values below are nested.
const DEPTH: usize = 1_000_000;

fn deep(wrap: fn(Value) -> Value) -> Value {
    (0..DEPTH).fold(Value::Integer(0), |value, _| wrap(value))
}

#[test]
fn depth_costs_no_stack() {
    let wraps: [fn(Value) -> Value; 6] = [
        |v| Value::Vector(Vector::from_values([v])),
        |v| Value::List(List::from_values([v, Value::Nil])),
        |v| Value::Map(Map::from_entries([(Value::Nil, v)])),
        |v| Value::Syntax(Syntax::new(v, Map::empty())),
        |v| Value::Coded(Coded::new(0xc1, Value::Nil, v)),
        |v| Value::Record(Record::new(0xda, Vector::from_values([v]))),
    ];
    for wrap in wraps {
        let (a, b) = (deep(wrap), deep(wrap));
        assert!(a == b);
        assert!(a.encoding() == b.encoding());
        assert_eq!(a.memory_size(), b.memory_size());
        let bytes = message::encode(&a).unwrap();
        let copy = message::decode(&bytes).unwrap();
        assert!(copy == a && copy != wrap(a.clone()));
        assert_eq!(copy.memory_size(), a.memory_size());
    }
}

#[test]
fn depth_costs_no_stack_in_keys() {
    // Here every level is hashed while it is built.
    let set = (0..DEPTH / 10).fold(Value::Nil, |value, _| Value::Set(Set::from_values([value])));
    assert_eq!(message::decode(&message::encode(&set).unwrap()).unwrap(), set);
}

#[test]
fn sharing_keeps_work_linear() {
    // A tree of 2^64 leaves in 64 cells, twice.
    let wide = || {
        let seed = Value::Blob(Blob::new(&[1; 200]));
        (0..64).fold(seed, |v, _| Value::Vector(Vector::from_values([v.clone(), v])))
    };
    let (a, b) = (wide(), wide());
    assert!(a == b);
    assert!(a.memory_size().unwrap() == i64::MAX as u64);
    let bytes = message::encode(&a).unwrap();
    assert!(bytes.len() < 10_000);
    let copy = message::decode(&bytes).unwrap();
    assert!(copy == a);
    assert_eq!(copy.memory_size(), a.memory_size());
}
