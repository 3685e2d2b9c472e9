//! Collections against simple models, and their hashes against the reference's.

use lang::decode::decode;
use lang::store::{LoadError, Missing, Store};
use lang::{Hash, Index, List, Map, Set, Str, Value, Vector};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

fn int(n: i64) -> Value {
    Value::Integer(n)
}

fn text(text: impl ToString) -> Value {
    Value::String(Str::new(text.to_string().as_bytes()))
}

fn range(from: i64, to: i64) -> Vector {
    Vector::from_values((from..to).map(int))
}

fn ints<'a>(values: impl Iterator<Item = Result<&'a Value, Missing>>) -> Vec<i64> {
    values
        .map(|value| match value {
            Ok(Value::Integer(n)) => *n,
            other => panic!("not an integer: {other:?}"),
        })
        .collect()
}

/// What a change left alone is the same cell, not a copy.
fn same(a: impl Into<Value>, b: impl Into<Value>) -> bool {
    a.into().identity() == b.into().identity()
}

/// Keys of which many share the first digits of their hashes, so that trees branch late and leaves overflow deep.
static CLOSE_KEYS: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let close = (0..150_000).filter(|&n| int(n).hash().as_bytes()[..2] <= [0x00, 0x3f][..]);
    close.chain(0..20).collect()
});

#[derive(Debug, Clone)]
enum Change {
    Add(u16, i64),
    Remove(u16),
    AddMany(Vec<(u16, i64)>),
    Keep(u16, u16),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        6 => (any::<u16>(), 0..3i64).prop_map(|(k, v)| Change::Add(k, v)),
        4 => any::<u16>().prop_map(Change::Remove),
        1 => prop::collection::vec((any::<u16>(), 0..3i64), 0..60).prop_map(Change::AddMany),
        1 => (any::<u16>(), any::<u16>()).prop_map(|(a, b)| Change::Keep(a, b)),
    ];
    prop::collection::vec(change, 0..60)
}

/// How the numbers of a test become keys.
fn keys() -> impl Strategy<Value = fn(u16) -> i64> {
    let few: fn(u16) -> i64 = |n| i64::from(n % 40);
    let many: fn(u16) -> i64 = |n| i64::from(n % 5000);
    let close: fn(u16) -> i64 = |n| CLOSE_KEYS[usize::from(n) % CLOSE_KEYS.len()];
    prop_oneof![Just(few), Just(many), Just(close)]
}

/// The positions from and to, in order, within a count.
fn within(a: u16, b: u16, count: u64) -> (u64, u64) {
    let (a, b) = (u64::from(a) % (count + 1), u64::from(b) % (count + 1));
    (a.min(b), a.max(b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn maps_behave_like_their_model(changes in changes(), key in keys(), in_place in any::<bool>()) {
        let mut model = BTreeMap::new();
        let mut map = Map::empty();
        for change in changes {
            let before = map.clone();
            let hash = Value::from(before.clone()).hash();
            match change {
                Change::Add(k, v) => {
                    let old = model.insert(key(k), v);
                    if in_place {
                        drop(before);
                        map.insert(int(key(k)), int(v)).unwrap();
                        continue;
                    }
                    map = map.assoc(int(key(k)), int(v)).unwrap();
                    prop_assert_eq!(same(map.clone(), before.clone()), old == Some(v));
                }
                Change::Remove(k) => {
                    let old = model.remove(&key(k));
                    if in_place {
                        drop(before);
                        map.remove(&int(key(k))).unwrap();
                        continue;
                    }
                    map = map.dissoc(&int(key(k))).unwrap();
                    prop_assert_eq!(same(map.clone(), before.clone()), old.is_none());
                }
                Change::AddMany(list) => {
                    let other = Map::from_entries(list.iter().map(|&(k, v)| (int(key(k)), int(v))));
                    let no_news = list.iter().map(|&(k, v)| (key(k), v)).collect::<BTreeMap<_, _>>()
                        .iter().all(|(k, v)| model.get(k) == Some(v));
                    model.extend(list.iter().map(|&(k, v)| (key(k), v)));
                    map = map.merge(&other).unwrap();
                    prop_assert!(!no_news || same(map.clone(), before.clone()));
                }
                Change::Keep(a, b) => {
                    let (start, end) = within(a, b, map.count());
                    let keys = ints(map.keys());
                    map = map.slice(start, end).unwrap().unwrap();
                    model.retain(|k, _| keys[start as usize..end as usize].contains(k));
                }
            }
            prop_assert_eq!(Value::from(before).hash(), hash);
        }
        let bulk = Map::from_entries(model.iter().map(|(&k, &v)| (int(k), int(v))));
        prop_assert_eq!(Value::from(map.clone()).encoding(), Value::from(bulk.clone()).encoding());
        prop_assert_eq!(Value::from(map.clone()).hash(), Value::from(bulk).hash());
        prop_assert_eq!(map.count(), model.len() as u64);
        let keys = ints(map.keys());
        prop_assert!(keys.is_sorted_by(|&a, &b| int(a).hash() < int(b).hash()));
        for (i, (k, v)) in keys.iter().zip(ints(map.values())).enumerate() {
            prop_assert_eq!(model.get(k), Some(&v));
            prop_assert_eq!(map.get(&int(*k)).unwrap(), Some(&int(v)));
            prop_assert_eq!(map.entry_at(i as u64).unwrap(), Some((&int(*k), &int(v))));
        }
        prop_assert_eq!(map.entry_at(map.count()).unwrap(), None);
        prop_assert_eq!(map.get(&int(-1)).unwrap(), None);
    }

    #[test]
    fn sets_behave_like_their_model(
        a in prop::collection::vec(any::<u16>(), 0..400),
        b in prop::collection::vec(any::<u16>(), 0..400),
        key in keys(),
        other_key in keys(),
        cut in (any::<u16>(), any::<u16>()),
    ) {
        let (a, b): (Vec<i64>, Vec<i64>) = (a.into_iter().map(key).collect(), b.into_iter().map(other_key).collect());
        let (mut one, mut two) = (Set::empty(), Set::empty());
        for n in &a {
            one.insert(int(*n)).unwrap();
            let more = one.include(int(*n)).unwrap();
            prop_assert!(same(more, one.clone()));
        }
        for n in &b {
            two = two.include(int(*n)).unwrap();
        }
        let bulk = |elements: &BTreeSet<i64>| Set::from_values(elements.iter().copied().map(int));
        let (x, y): (BTreeSet<i64>, BTreeSet<i64>) = (a.iter().copied().collect(), b.iter().copied().collect());
        let check = |set: Set, model: BTreeSet<i64>| {
            prop_assert_eq!(ints(set.iter()).into_iter().collect::<BTreeSet<_>>(), model.clone());
            prop_assert_eq!(set.count(), model.len() as u64);
            prop_assert_eq!(Value::from(set.clone()).hash(), Value::from(bulk(&model)).hash());
            Ok(())
        };
        check(one.clone(), x.clone())?;
        for (set, model) in [
            (one.union(&two).unwrap(), &x | &y),
            (one.intersection(&two).unwrap(), &x & &y),
            (one.difference(&two).unwrap(), &x - &y),
        ] {
            prop_assert!(model != x || x.is_empty() || same(set.clone(), one.clone()));
            check(set, model)?;
        }
        prop_assert_eq!(one.is_subset(&two).unwrap(), x.is_subset(&y));
        prop_assert!(one.is_subset(&one.union(&two).unwrap()).unwrap());
        prop_assert!(one.intersection(&two).unwrap().is_subset(&two).unwrap());
        let mut rest = one.union(&two).unwrap();
        for n in &b {
            rest = rest.exclude(&int(*n)).unwrap();
            prop_assert!(!rest.contains(&int(*n)).unwrap());
        }
        check(rest, &x - &y)?;
        let (start, end) = within(cut.0, cut.1, one.count());
        let part: Vec<i64> = ints(one.iter())[start as usize..end as usize].to_vec();
        let slice = one.slice(start, end).unwrap().unwrap();
        prop_assert!(part.len() > 15 || ints(slice.iter()) == part);
        check(slice.clone(), ints(slice.iter()).into_iter().collect())?;
        for (i, n) in ints(one.iter()).into_iter().enumerate() {
            prop_assert_eq!(one.get_at(i as u64).unwrap(), Some(&int(n)));
        }
    }

    #[test]
    fn indexes_behave_like_their_model(changes in changes(), width in prop_oneof![Just(7u16), Just(50), Just(5000)]) {
        let key = |n: u16| "ab".repeat(usize::from(n % width % 3)) + &(n % width).to_string() + &"x".repeat(usize::from(n % 2 * 40));
        let bytes = |key: &str| key.as_bytes()[..key.len().min(32)].to_vec();
        let mut model: BTreeMap<Vec<u8>, (String, i64)> = BTreeMap::new();
        let mut index = Index::empty();
        for change in changes {
            let before = index.clone();
            let hash = Value::from(before.clone()).hash();
            match change {
                Change::Add(k, v) => {
                    let new = (key(k), v);
                    let old = model.insert(bytes(&new.0), new.clone());
                    index = index.assoc(text(&new.0), int(v)).unwrap().unwrap();
                    prop_assert_eq!(same(index.clone(), before.clone()), old == Some(new));
                }
                Change::Remove(k) => {
                    let old = model.remove(&bytes(&key(k)));
                    index = index.dissoc(&text(key(k))).unwrap();
                    prop_assert_eq!(same(index.clone(), before.clone()), old.is_none());
                }
                Change::AddMany(list) => {
                    for (k, v) in list {
                        model.insert(bytes(&key(k)), (key(k), v));
                        index = index.assoc(text(key(k)), int(v)).unwrap().unwrap();
                    }
                }
                Change::Keep(a, b) => {
                    let (start, end) = within(a, b, index.count());
                    index = index.slice(start, end).unwrap().unwrap();
                    model = model.into_iter().take(end as usize).skip(start as usize).collect();
                }
            }
            prop_assert_eq!(Value::from(before).hash(), hash);
        }
        let bulk = Index::from_entries(model.values().map(|(k, v)| (text(k), int(*v)))).unwrap().unwrap();
        prop_assert_eq!(Value::from(index.clone()).hash(), Value::from(bulk).hash());
        prop_assert_eq!(index.count(), model.len() as u64);
        let entries: Vec<_> = index.iter().map(Result::unwrap).map(|(k, v)| (k.clone(), v.clone())).collect();
        let expected: Vec<_> = model.values().map(|(k, v)| (text(k), int(*v))).collect();
        prop_assert_eq!(&entries, &expected);
        for (i, (k, v)) in entries.iter().enumerate() {
            prop_assert_eq!(index.get(k).unwrap(), Some(v));
            prop_assert_eq!(index.entry_at(i as u64).unwrap(), Some((k, v)));
        }
        prop_assert_eq!(index.get(&text("absent")).unwrap(), None);
    }

    #[test]
    fn vectors_behave_like_their_model(
        steps in prop::collection::vec((0..7u8, any::<u16>(), any::<u16>(), 0..300i64), 0..40),
        in_place in any::<bool>(),
    ) {
        let mut model: Vec<i64> = Vec::new();
        let mut vector = Vector::empty();
        for (step, a, b, n) in steps {
            let before = vector.clone();
            let hash = Value::from(before.clone()).hash();
            let (start, end) = within(a, b, vector.count());
            match step {
                0 if in_place => {
                    drop(before);
                    (0..n).for_each(|i| vector.push(int(i)).unwrap());
                    model.extend(0..n);
                    continue;
                }
                0 | 1 => {
                    (0..n).for_each(|i| vector = vector.conj(int(i)).unwrap());
                    model.extend(0..n);
                }
                2 => {
                    let changed = vector.assoc(start, int(n)).unwrap();
                    prop_assert_eq!(changed.is_some(), (start as usize) < model.len());
                    if let Some(changed) = changed {
                        let old = std::mem::replace(&mut model[start as usize], n);
                        prop_assert_eq!(same(changed.clone(), before.clone()), old == n);
                        vector = changed;
                    }
                }
                3 => {
                    vector = vector.slice(start, end).unwrap().unwrap();
                    model = model[start as usize..end as usize].to_vec();
                }
                4 => {
                    vector = vector.slice(start / 16 * 16, end).unwrap().unwrap();
                    model = model[start as usize / 16 * 16..end as usize].to_vec();
                }
                5 if model.len() < 20_000 => {
                    vector = vector.concat(&vector).unwrap();
                    model.extend_from_within(..);
                }
                _ if model.len() < 20_000 => {
                    let other = vector.slice(start, end).unwrap().unwrap().concat(&range(0, n)).unwrap();
                    vector = vector.concat(&other).unwrap();
                    model.extend_from_within(start as usize..end as usize);
                    model.extend(0..n);
                }
                _ => {}
            }
            prop_assert_eq!(Value::from(before).hash(), hash);
        }
        let bulk = Vector::from_values(model.iter().copied().map(int));
        prop_assert_eq!(Value::from(vector.clone()).hash(), Value::from(bulk).hash());
        prop_assert_eq!(vector.count(), model.len() as u64);
        prop_assert_eq!(&ints(vector.iter()), &model);
        prop_assert!(ints(vector.iter().rev()).iter().rev().eq(&model));
        for i in [0, 1, 15, 16, 255, model.len() / 2, model.len().wrapping_sub(1), model.len()] {
            prop_assert_eq!(vector.get(i as u64).unwrap().cloned(), model.get(i).map(|n| int(*n)));
        }
        let list = List::from_reversed(vector.clone());
        prop_assert!(ints(list.iter()).iter().rev().eq(&model));
        prop_assert_eq!(list.first().unwrap(), vector.last().unwrap());
        let rest = list.rest().unwrap().map(|rest| ints(rest.iter()));
        prop_assert_eq!(rest, (!model.is_empty()).then(|| model.iter().rev().skip(1).copied().collect()));
        let both: Vec<i64> = model.iter().rev().copied().chain(0..20).collect();
        let joined = list.concat(&List::from_values((0..20).map(int))).unwrap();
        prop_assert_eq!(ints(joined.iter()), both.clone());
        let bulk = List::from_values(both.iter().copied().map(int));
        prop_assert_eq!(Value::from(joined).hash(), Value::from(bulk).hash());
    }
}

/// A store that lacks some cells, or one that answers every request with the same, mostly wrong, value.
enum Odd {
    Patchy { cells: BTreeMap<Hash, Vec<u8>>, lacks: u8 },
    Stubborn(Mutex<Option<Value>>),
}

/// The store in the form in which values hold it.
#[derive(Clone)]
struct OddStore(Arc<Odd>);

impl Store for OddStore {
    fn load(&self, hash: &Hash) -> Result<Option<Value>, LoadError> {
        Ok(match &*self.0 {
            Odd::Patchy { lacks, .. } if hash.0[31] < *lacks => None,
            Odd::Patchy { cells, .. } => {
                cells.get(hash).and_then(|bytes| decode(bytes, Arc::new(self.clone())).ok())
            }
            Odd::Stubborn(value) => value.lock().unwrap().clone(),
        })
    }
}

/// The encodings of all branches below a value, by hash.
fn branches(value: &Value, cells: &mut BTreeMap<Hash, Vec<u8>>) {
    cells.insert(value.hash(), value.encoding());
    value.for_each_child(&mut |slot| branches(slot.get().unwrap(), cells));
}

/// What a program may do with a collection: its results as hashes.
fn exercise(value: &Value) -> Vec<Result<Option<Hash>, Missing>> {
    let long = text("x".repeat(150));
    fn hash(result: Result<impl Into<Value>, Missing>) -> Result<Option<Hash>, Missing> {
        result.map(|value| Some(value.into().hash()))
    }
    fn maybe(result: Result<Option<impl Into<Value>>, Missing>) -> Result<Option<Hash>, Missing> {
        result.map(|value| value.map(|value| value.into().hash()))
    }
    fn found(result: Result<Option<&Value>, Missing>) -> Result<Option<Hash>, Missing> {
        result.map(|value| value.map(Value::hash))
    }
    fn all<'a>(values: impl Iterator<Item = Result<&'a Value, Missing>>) -> Result<Option<Hash>, Missing> {
        Vector::try_from_values(values.map(|value| value.cloned())).map(|v| Some(Value::from(v).hash()))
    }
    let mut results = Vec::new();
    match value {
        Value::Map(map) => {
            let other = Map::from_entries((90..400).map(|i| (int(i), int(0))));
            results.extend([
                hash(map.merge(&other)),
                hash(other.merge(map)),
                maybe(map.slice(7, map.count() - 7)),
            ]);
            results.extend([all(map.keys()), all(map.values())]);
            for key in (0..120).map(int).chain([long]) {
                results.push(found(map.get(&key)));
                results.push(hash(map.assoc(key.clone(), int(-1))));
                results.push(hash(map.dissoc(&key)));
            }
            for i in 0..map.count() {
                results.push(found(map.entry_at(i).map(|entry| entry.map(|entry| entry.0))));
            }
        }
        Value::Set(set) => {
            let other = Set::from_values((90..400).map(int));
            results.extend([
                hash(set.union(&other)),
                hash(set.intersection(&other)),
                hash(set.difference(&other)),
            ]);
            results.extend([hash(other.union(set)), hash(other.difference(set)), all(set.iter())]);
            results.push(set.is_subset(&other).map(|_| None));
            results.push(other.is_subset(set).map(|_| None));
            results.push(maybe(set.slice(7, set.count() - 7)));
            for key in (0..120).map(int).chain([long]) {
                results.push(set.contains(&key).map(|has| has.then(|| key.hash())));
                results.push(hash(set.include(key.clone())));
                results.push(hash(set.exclude(&key)));
            }
        }
        Value::Index(index) => {
            results.extend([
                all(index.keys()),
                all(index.values()),
                maybe(index.slice(7, index.count() - 7)),
            ]);
            for key in (0..120).map(text).chain([long, text("")]) {
                results.push(found(index.get(&key)));
                results.push(maybe(index.assoc(key.clone(), int(-1))));
                results.push(hash(index.dissoc(&key)));
            }
        }
        Value::Vector(vector) => {
            results.extend([hash(vector.concat(vector)), hash(vector.conj(int(1))), all(vector.iter())]);
            for i in (0..vector.count()).step_by(7) {
                results.push(found(vector.get(i)));
                results.push(maybe(vector.assoc(i, int(-1))));
                results.push(maybe(vector.slice(i, vector.count())));
                results.push(maybe(vector.slice(i / 16 * 16, vector.count() - 1)));
            }
            results.extend([all(vector.iter().rev()), hash(range(0, 16).concat(vector))]);
        }
        _ => panic!("not a collection: {value:?}"),
    }
    results
}

fn large_collections() -> [Value; 5] {
    let long = |i: i64| text("y".repeat(150) + &i.to_string());
    [
        Map::from_entries((0..300).map(|i| (int(i), long(i))).chain([(long(1), int(1))])).into(),
        Set::from_values((0..3000).map(int).chain([long(1)])).into(),
        Index::from_entries((0..300).map(|i| (text(i), long(i)))).unwrap().unwrap().into(),
        range(0, 5000).into(),
        Vector::from_values((0..500).map(long)).into(),
    ]
}

#[test]
fn missing_data_is_an_error_and_all_else_is_right() {
    for value in large_collections() {
        let expected = exercise(&value);
        let mut cells = BTreeMap::new();
        branches(&value, &mut cells);
        for lacks in [0, 20, 120, 255] {
            let store = OddStore(Arc::new(Odd::Patchy { cells: cells.clone(), lacks }));
            let mut missing = 0;
            // Twice: freshly decoded for each step, and with what earlier steps have fetched.
            let value = decode(&value.encoding(), Arc::new(store)).unwrap();
            for _ in 0..2 {
                for (result, expected) in exercise(&value).into_iter().zip(&expected) {
                    match result {
                        Ok(result) => assert_eq!(Ok(&result), expected.as_ref()),
                        Err(error) => {
                            missing += 1;
                            assert!(error.hash().0[31] < lacks);
                        }
                    }
                }
            }
            assert!(missing == 0 || lacks > 0);
            assert!(missing > 0 || lacks < 120, "lacking {lacks}");
        }
    }
}

#[test]
fn wrong_children_are_as_good_as_missing() {
    let [map, set, index, vector, _] = large_collections();
    for value in [&map, &set, &index, &vector] {
        for wrong in [&map, &set, &index, &vector, &int(1), &Vector::empty().into(), &Map::empty().into()] {
            let odd = Arc::new(Odd::Stubborn(Mutex::new(None)));
            let store = Arc::new(OddStore(odd.clone()));
            let value = decode(&value.encoding(), store.clone()).unwrap();
            let Odd::Stubborn(answer) = &*odd else { unreachable!() };
            // The answer has the same wrong children in turn, without end.
            *answer.lock().unwrap() = Some(decode(&wrong.encoding(), store).unwrap());
            assert!(exercise(&value).iter().any(Result::is_err));
            answer.lock().unwrap().take();
        }
    }
}

/// The numbers that drive a walk, the same as in the program that the reference ran.
fn walk(seed: i64, steps: i64, mut step: impl FnMut(i64, i64)) {
    let mut x = seed;
    for i in 0..steps {
        x = (x * 1_103_515_245 + 12_345) % 2_147_483_648;
        step(i, x / 65_536);
    }
}

fn add_or_remove(y: i64, width: i64) -> bool {
    y / width % 8 < 5
}

fn vector_walk(seed: i64, steps: i64) -> Vector {
    let mut v = Vector::empty();
    walk(seed, steps, |i, y| {
        let n = v.count();
        let k = (y / 8) as u64 % (n + 1);
        let one = Vector::from_values([int(i)]);
        let slice = |from, to| v.slice(from, to).unwrap().unwrap();
        v = match y % 8 {
            0..3 => v.conj(int(i)).unwrap(),
            3 => v.assoc(k, int(i)).unwrap().unwrap_or_else(|| v.clone()),
            4 if n < 2000 => v.concat(&v).unwrap().concat(&one).unwrap(),
            4 => v.clone(),
            5 if n < 2000 => slice(0, k).concat(&v).unwrap(),
            5 => slice(k, n),
            6 => slice(k / 9, n),
            _ => v.concat(&Vector::from_values([int(i), int(i), int(i)])).unwrap(),
        };
    });
    v
}

/// Builds what a line of the table describes.
fn build(kind: &str, n: &[i64]) -> Value {
    let set = |from: i64, to: i64| Set::from_values((from..to).map(int));
    let squares = |to: i64| Map::from_entries((0..to).map(|i| (int(i), int(i * i))));
    let marked = |from: i64, to: i64| Map::from_entries((from..to).map(|i| (int(i), int(from))));
    let indexed = |to: i64, key: fn(i64) -> Value| {
        (0..to).fold(Index::empty(), |index, i| index.assoc(key(i), int(i)).unwrap().unwrap())
    };
    match kind {
        "vector" => range(0, n[0]).into(),
        "list" => List::from_reversed(range(0, n[0])).into(),
        "map" => squares(n[0]).into(),
        "set" => set(0, n[0]).into(),
        "index" => indexed(n[0], |i| text(i * i)).into(),
        "addresses" => indexed(n[0], |i| Value::Address((i * i * i) as u64)).into(),
        "concat" => range(0, n[0]).concat(&range(0, n[1])).unwrap().into(),
        "lists" => {
            let lists = n.iter().map(|&n| List::from_reversed(range(0, n)));
            lists.reduce(|a, b| a.concat(&b).unwrap()).unwrap().into()
        }
        "slice" => range(0, n[0]).slice(n[1] as u64, n[2] as u64).unwrap().unwrap().into(),
        "map-slice" => squares(n[0]).slice(n[1] as u64, n[2] as u64).unwrap().unwrap().into(),
        "set-slice" => set(0, n[0]).slice(n[1] as u64, n[2] as u64).unwrap().unwrap().into(),
        "dissoc" => (0..n[1]).fold(squares(n[0]), |map, i| map.dissoc(&int(i)).unwrap()).into(),
        "disj" => (0..n[1]).fold(set(0, n[0]), |set, i| set.exclude(&int(i)).unwrap()).into(),
        "union" => set(n[0], n[1]).union(&set(n[2], n[3])).unwrap().into(),
        "intersection" => set(n[0], n[1]).intersection(&set(n[2], n[3])).unwrap().into(),
        "difference" => set(n[0], n[1]).difference(&set(n[2], n[3])).unwrap().into(),
        "merge" => marked(n[0], n[1]).merge(&marked(n[2], n[3])).unwrap().into(),
        "vector-walk" => vector_walk(n[0], n[1]).into(),
        "map-walk" => {
            let mut map = Map::empty();
            walk(n[0], n[1], |i, y| {
                let key = int(y % n[2]);
                let add = add_or_remove(y, n[2]);
                map = if add { map.assoc(key, int(i)) } else { map.dissoc(&key) }.unwrap();
            });
            map.into()
        }
        "set-walk" => {
            let mut set = Set::empty();
            walk(n[0], n[1], |_, y| {
                let key = int(y % n[2]);
                set = if add_or_remove(y, n[2]) { set.include(key) } else { set.exclude(&key) }.unwrap();
            });
            set.into()
        }
        "index-walk" => {
            let mut index = Index::empty();
            walk(n[0], n[1], |i, y| {
                let key = text(y % n[2]);
                index = if add_or_remove(y, n[2]) {
                    index.assoc(key, int(i)).unwrap().unwrap()
                } else {
                    index.dissoc(&key).unwrap()
                };
            });
            index.into()
        }
        _ => panic!("unknown kind {kind}"),
    }
}

/// Each line of the table: a kind, its numbers, and the first digits of the hash that the reference gives.
#[test]
fn hashes_are_those_of_the_reference() {
    let mut wrong = Vec::new();
    for line in include_str!("collections.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let numbers: Vec<i64> = fields[1].split(' ').map(|n| n.parse().unwrap()).collect();
        let hash = build(fields[0], &numbers).hash().to_string();
        if !hash.starts_with(fields[2]) {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
