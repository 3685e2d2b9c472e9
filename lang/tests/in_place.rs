//! Changing in place gives what building anew gives, with every kept fact, and never shows in what is shared.

use dashu_int::IBig;
use dashu_int::ops::BitTest;
use lang::{BigInteger, Blob, Hash, Index, List, Map, Set, Str, Value, Vector};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Hash, memory size and length of the encoding.
fn facts(value: &Value) -> (Hash, u64, usize) {
    (value.hash(), value.memory_size().expect("all is here"), value.encoding_length())
}

/// A change of a collection: what is put at a key, or that the key is removed.
type Change = (u16, Option<i64>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop_oneof![2 => 1u16..24, 1 => 1u16..3000].prop_flat_map(|keys| {
        prop::collection::vec((0..keys, prop::option::weighted(0.7, any::<i64>())), 0..400)
    })
}

/// A key whose hash and bytes say nothing about its number, and that no other number below 3000 has. Some are long, some
/// are branches.
fn key(n: u16) -> Value {
    match n % 4 {
        0 => Value::Address(u64::from(n) << (n % 8 * 5)),
        1 => Value::string(&format!("{n}")),
        2 => Value::string(&format!("{n}{}", "-".repeat(usize::from(n) % 200))),
        _ => Blob::new(&n.to_be_bytes()[usize::from(n < 256)..]).into(),
    }
}

/// Keys of all kinds, or small ones alone, with which collections grow as drafts.
#[derive(Clone, Copy, Debug)]
enum Keys {
    All,
    Small,
}

impl Keys {
    fn key(self, n: u16) -> Value {
        match (self, n % 3) {
            (Keys::All, _) => key(n),
            (Keys::Small, 0) => Value::Address(n.into()),
            (Keys::Small, 1) => Value::Integer(i64::from(n) << (n % 2 * 40)),
            (Keys::Small, _) => Value::Character(n.into()),
        }
    }
}

fn keys() -> impl Strategy<Value = Keys> {
    prop_oneof![Just(Keys::All), Just(Keys::Small)]
}

/// Applies changes one after the other to a value, of which every `share`th state is kept and must stay as it was.
/// After each change the value must have the facts of one that is built anew.
fn check<T: Clone + Into<Value>>(
    empty: T,
    share: usize,
    changes: &[Change],
    mut apply: impl FnMut(&mut T, Change),
    mut anew: impl FnMut(Change) -> Option<Value>,
) {
    let mut value = empty;
    let mut kept: Vec<(T, (Hash, u64, usize))> = Vec::new();
    for (i, change) in changes.iter().enumerate() {
        if i % share == 0 {
            kept.push((value.clone(), facts(&value.clone().into())));
        }
        apply(&mut value, *change);
        if let Some(expected) = anew(*change) {
            assert_eq!(facts(&value.clone().into()), facts(&expected), "after {} changes", i + 1);
        }
    }
    for (value, before) in kept {
        // The facts that are kept in the nodes are those of old, so that the bytes decide.
        let value: Value = value.into();
        let bytes = lang::message::encode(&value).expect("all is here");
        let copy = lang::message::decode(&bytes).expect("it was encoded");
        assert_eq!(facts(&copy), before);
        assert_eq!(copy, value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn of_maps(changes in changes(), share in 1usize..500, keys in keys(), look in 1usize..100) {
        let (mut model, mut looks) = (BTreeMap::new(), 0);
        check(
            Map::empty(),
            share,
            &changes,
            |map, (n, value)| match value {
                Some(value) if value % 2 == 0 => map.insert(keys.key(n), value.into()).expect("all is here"),
                Some(value) => map.insert_copy(&keys.key(n), &value.into()).expect("all is here"),
                None => map.remove(&keys.key(n)).expect("all is here"),
            },
            |(n, value)| {
                match value {
                    Some(value) => model.insert(n, value),
                    None => model.remove(&n),
                };
                // A look at the facts settles a draft.
                looks += 1;
                (looks % look == 0).then(|| Map::from_entries(model.iter().map(|(n, value)| (keys.key(*n), (*value).into()))).into())
            },
        );
    }

    #[test]
    fn of_sets(changes in changes(), share in 1usize..500, keys in keys(), look in 1usize..100) {
        let (mut model, mut looks) = (BTreeMap::new(), 0);
        check(
            Set::empty(),
            share,
            &changes,
            |set, (n, value)| match value {
                Some(_) => set.insert(keys.key(n)).expect("all is here"),
                None => set.remove(&keys.key(n)).expect("all is here"),
            },
            |(n, value)| {
                match value {
                    Some(value) => model.insert(n, value),
                    None => model.remove(&n),
                };
                looks += 1;
                (looks % look == 0).then(|| Set::from_values(model.keys().map(|n| keys.key(*n))).into())
            },
        );
    }

    #[test]
    fn of_indexes(changes in changes(), share in 1usize..50) {
        // Keys are told apart by their first bytes, so that the model has them by what they are.
        let mut model: BTreeMap<Vec<u8>, (Value, i64)> = BTreeMap::new();
        let bytes = |n: u16| match key(n) {
            Value::Address(a) => a.to_be_bytes().to_vec(),
            Value::String(s) => s.to_vec().expect("it is here"),
            Value::Blob(b) => b.to_vec().expect("it is here"),
            other => panic!("{other:?} is no key"),
        };
        check(
            Index::empty(),
            share,
            &changes,
            |index, (n, value)| match value {
                Some(value) => assert!(index.insert(key(n), value.into()).expect("all is here")),
                None => index.remove(&key(n)).expect("all is here"),
            },
            |(n, value)| {
                let mut bytes = bytes(n);
                bytes.truncate(32);
                match value {
                    Some(value) => model.insert(bytes, (key(n), value)),
                    None => model.remove(&bytes),
                };
                let entries = model.values().map(|(key, value)| (key.clone(), (*value).into()));
                Index::from_entries(entries).expect("all is here").map(Value::from)
            },
        );
    }

    #[test]
    fn of_vectors(changes in changes(), share in 1usize..50, start in 0usize..700) {
        let mut model: Vec<Value> = (0..start as i64).map(Value::from).collect();
        check(
            Vector::from_values(model.clone()),
            share,
            &changes,
            |vector, (n, value)| {
                let value = value.map_or(Value::Nil, Value::from);
                if n % 3 > 0 || !vector.set(u64::from(n), value.clone()).expect("all is here") {
                    vector.push(value).expect("all is here");
                }
            },
            |(n, value)| {
                let value = value.map_or(Value::Nil, Value::from);
                match model.get_mut(usize::from(n)) {
                    Some(slot) if n % 3 == 0 => *slot = value,
                    _ => model.push(value),
                }
                Some(Vector::from_values(model.clone()).into())
            },
        );
    }

    #[test]
    fn of_lists(changes in changes(), share in 1usize..50, start in 0usize..700) {
        let mut model: Vec<Value> = (0..start as i64).map(Value::from).collect();
        check(
            List::from_reversed(Vector::from_values(model.clone())),
            share,
            &changes,
            |list, (n, value)| {
                let value = value.map_or(Value::Nil, Value::from);
                let position = list.count().wrapping_sub(u64::from(n) + 1);
                if n % 3 > 0 || !list.set(position, value.clone()).expect("all is here") {
                    list.push_front(value).expect("all is here");
                }
            },
            |(n, value)| {
                let value = value.map_or(Value::Nil, Value::from);
                match model.get_mut(usize::from(n)) {
                    Some(slot) if n % 3 == 0 => *slot = value,
                    _ => model.push(value),
                }
                Some(List::from_values(model.iter().rev().cloned()).into())
            },
        );
    }

    #[test]
    fn of_strings_and_blobs(
        sizes in prop::collection::vec(prop_oneof![8 => 0u16..3000, 1 => 4000u16..9000], 0..40),
        start in prop_oneof![1 => 0usize..5000, 1 => 60_000usize..70_000],
        share in 1usize..10,
    ) {
        let bytes: Vec<u8> = (0..500_000_u32).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
        let changes: Vec<Change> = sizes.iter().map(|size| (*size, None)).collect();
        let mut end = start;
        let mut at = start;
        check(
            Str::new(&bytes[..start]),
            share,
            &changes,
            |string, (size, _)| {
                let piece = &bytes[at..at + usize::from(size)];
                if size % 2 == 0 || !string.append_in_place(piece) {
                    string.append(piece).expect("all is here");
                }
                at += usize::from(size);
            },
            |(size, _)| {
                end += usize::from(size);
                Some(Str::new(&bytes[..end]).into())
            },
        );
        let mut blob = Blob::new(&bytes[..start]);
        blob.append(&bytes[start..end]).expect("all is here");
        prop_assert_eq!(facts(&blob.into()), facts(&Blob::new(&bytes[..end]).into()));
    }
}

/// Small factors: of few bits, of many, powers of two, and none.
fn factor() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -2_000..2_000_i64,
        4 => any::<i64>(),
        2 => (0..64_u32).prop_map(|bits| 1_i64.rotate_left(bits)),
        1 => -1..2_i64,
    ]
}

proptest! {
    #[test]
    fn products_are_those_of_whole_numbers(
        factors in prop::collection::vec((factor(), 0..8_u8), 1..60),
        power in 64..300_u32,
        ask in any::<bool>(),
    ) {
        let mut whole = IBig::from(1) << power as usize;
        let Some(Value::BigInteger(mut product)) = Value::integer(whole.clone()) else {
            panic!("{whole} has more than 64 bits");
        };
        let mut kept = Vec::new();
        for (factor, share) in factors {
            if share == 0 {
                kept.push((whole.clone(), product.clone()));
            }
            whole *= factor;
            product.multiply(factor);
            let bits = if whole < IBig::ZERO { (&whole + 1_u8).bit_len() } else { whole.bit_len() };
            prop_assert_eq!(product.signed_bits(), bits as u64);
            if ask || share == 1 {
                prop_assert_eq!(product.get(), &whole);
            }
        }
        prop_assert_eq!(Some(product.low_byte()), product.to_bytes().last().copied());
        let anew = BigInteger::product(whole.clone()).expect("it is short");
        prop_assert_eq!(facts(&product.clone().into()), facts(&anew));
        prop_assert_eq!(product.clone().into_inner(), whole.clone());
        prop_assert_eq!(product.into_inner(), whole);
        for (whole, product) in kept {
            prop_assert_eq!(product.get(), &whole);
        }
    }
}
