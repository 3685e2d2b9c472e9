//! Rests of collections against a simple model: whatever is done to them, they are what a copy would be.

use lang::decode::decode;
use lang::store::{LoadError, Missing, Store};
use lang::{Hash, Index, List, Map, Set, Value, Vector};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// A vector or list with its elements.
#[derive(Clone)]
struct Pair {
    value: Value,
    model: Vec<Value>,
}

#[derive(Debug, Clone)]
enum Step {
    /// A new vector of some length.
    Vector(u16),
    /// All entries or elements of a new map, set or index of some length.
    Walk(u8, u16),
    /// All but the first elements.
    Next(u16, u8),
    /// A part, in permille of the length.
    View(u16, u16, u16),
    Slice(u16, u16, u16),
    /// A list of the elements of a vector, and the other way round.
    Turn(u16),
    /// The same, read from its end.
    Reverse(u16),
    Push(u16, u8),
    Set(u16, u16),
    Concat(u16, u16),
    /// Ask for something that makes the tree.
    Hash(u16),
    Encode(u16),
    Size(u16),
    Compare(u16, u16),
    /// Put into a vector as an element.
    Nest(u16, u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = any::<u16>;
    let step = prop_oneof![
        2 => (0..1200u16).prop_map(Step::Vector),
        3 => (0..3u8, 0..600u16).prop_map(|(kind, n)| Step::Walk(kind, n)),
        6 => (which(), 1..5u8).prop_map(|(a, n)| Step::Next(a, n)),
        4 => (which(), 0..1001u16, 0..1001u16).prop_map(|(a, from, to)| Step::View(a, from, to)),
        1 => (which(), 0..1001u16, 0..1001u16).prop_map(|(a, from, to)| Step::Slice(a, from, to)),
        3 => which().prop_map(Step::Turn),
        3 => which().prop_map(Step::Reverse),
        6 => (which(), 1..40u8).prop_map(|(a, n)| Step::Push(a, n)),
        4 => (which(), 0..1000u16).prop_map(|(a, at)| Step::Set(a, at)),
        1 => (which(), which()).prop_map(|(a, b)| Step::Concat(a, b)),
        1 => which().prop_map(Step::Hash),
        1 => which().prop_map(Step::Encode),
        1 => which().prop_map(Step::Size),
        2 => (which(), which()).prop_map(|(a, b)| Step::Compare(a, b)),
        1 => (which(), which()).prop_map(|(a, b)| Step::Nest(a, b)),
    ];
    prop::collection::vec(step, 1..60)
}

/// A vector that is built from its elements.
fn plain(model: &[Value]) -> Vector {
    Vector::from_values(model.iter().cloned())
}

impl Pair {
    fn new(value: impl Into<Value>, model: Vec<Value>) -> Pair {
        Pair { value: value.into(), model }
    }

    fn eager(&self) -> Value {
        match &self.value {
            Value::List(_) => List::from_values(self.model.iter().cloned()).into(),
            _ => plain(&self.model).into(),
        }
    }

    fn with(&self, model: Vec<Value>, change: impl FnOnce(&Value) -> Value) -> Pair {
        Pair { value: change(&self.value), model }
    }

    fn range(&self, from: u16, to: u16) -> (usize, usize) {
        let at = |permille: u16| self.model.len() * usize::from(permille) / 1000;
        (at(from.min(to)), at(from.max(to)))
    }

    /// Checks what can be read without making the tree.
    fn check_reading(&self) {
        let n = self.model.len();
        match &self.value {
            Value::Vector(v) => {
                assert_eq!(v.count(), n as u64);
                for at in [0, 1, n / 3, n / 2, n.saturating_sub(1), n] {
                    assert_eq!(v.get(at as u64).expect("all is here"), self.model.get(at));
                }
            }
            Value::List(l) => {
                assert_eq!(l.count(), n as u64);
                for at in [0, 1, n / 3, n / 2, n.saturating_sub(1), n] {
                    assert_eq!(l.get(at as u64).expect("all is here"), self.model.get(at));
                }
            }
            other => panic!("neither a vector nor a list: {other:?}"),
        }
    }

    /// Checks iteration from both ends and from the middle.
    fn check_order(&self) {
        let (forth, back): (Vec<_>, Vec<_>) = match &self.value {
            Value::Vector(v) => {
                let middle = self.model.len() / 2;
                let rest: Vec<Value> =
                    v.iter_from(middle as u64).map(|e| e.expect("all is here").clone()).collect();
                assert_eq!(rest, self.model[middle..]);
                (v.iter().collect(), v.iter().rev().collect())
            }
            Value::List(l) => (l.iter().collect(), l.iter().rev().collect()),
            other => panic!("neither a vector nor a list: {other:?}"),
        };
        assert!(forth.into_iter().map(|e| e.expect("all is here")).eq(&self.model));
        assert!(back.into_iter().map(|e| e.expect("all is here")).eq(self.model.iter().rev()));
    }

    /// Checks everything that makes the tree.
    fn check_all(&self) {
        self.check_reading();
        self.check_order();
        let eager = self.eager();
        assert!(self.value == eager, "a rest is equal to its copy");
        assert!(eager == self.value, "a copy is equal to its rest");
        assert_eq!(self.value.memory_size(), eager.memory_size());
        assert_eq!(self.value.encoding(), eager.encoding());
        assert_eq!(self.value.hash(), eager.hash());
        assert!(self.value == eager, "a rest is equal to its copy");
        assert!(eager == self.value, "a copy is equal to its rest");
    }
}

/// Numbers whose differences from other numbers show where elements went astray.
struct Numbers(i64);

impl Numbers {
    fn next(&mut self) -> Value {
        self.0 += 1;
        Value::Integer(self.0 * 3 + if self.0 % 2 == 0 { 1 << 40 } else { 0 })
    }

    fn some(&mut self, n: u16) -> Vec<Value> {
        (0..n).map(|_| self.next()).collect()
    }
}

fn walk(kind: u8, n: u16, numbers: &mut Numbers) -> Pair {
    let entry = |(k, v): (&Value, &Value)| Value::from(Vector::from_values([k.clone(), v.clone()]));
    let keys: Vec<Value> = (0..n).map(|i| Value::string(&format!("{i}"))).collect();
    let entries = keys.iter().cloned().zip(numbers.some(n));
    let (collection, model): (Value, Vec<Value>) = match kind {
        0 => {
            let map = Map::from_entries(entries);
            let model = map.iter().map(|e| entry(e.expect("all is here"))).collect();
            (map.into(), model)
        }
        1 => {
            let set = Set::from_values(keys);
            let model = set.iter().map(|e| e.expect("all is here").clone()).collect();
            (set.into(), model)
        }
        _ => {
            let index = Index::from_entries(entries).expect("all is here").expect("strings are keys");
            let model = index.iter().map(|e| entry(e.expect("all is here"))).collect();
            (index.into(), model)
        }
    };
    Pair::new(Vector::view_of(&collection).expect("all is here").expect("it has elements"), model)
}

fn run(steps: Vec<Step>) -> Vec<Pair> {
    let mut numbers = Numbers(0);
    let mut pairs = vec![Pair::new(plain(&numbers.some(100)), Vec::new())];
    pairs[0].model = match &pairs[0].value {
        Value::Vector(v) => v.to_vec().expect("all is here"),
        _ => Vec::new(),
    };
    for step in steps {
        let new = take_step(step, &pairs, &mut numbers);
        new.check_reading();
        pairs.push(new);
    }
    pairs
}

fn take_step(step: Step, pairs: &[Pair], numbers: &mut Numbers) -> Pair {
    let pair = |which: u16| &pairs[usize::from(which) % pairs.len()];
    match step {
        Step::Vector(n) => {
            let model = numbers.some(n);
            Pair::new(plain(&model), model)
        }
        Step::Walk(kind, n) => walk(kind, n, numbers),
        Step::Next(a, n) => {
            let from = pair(a);
            let first = usize::from(n).min(from.model.len());
            part(from, first, from.model.len(), true)
        }
        Step::View(a, from, to) => {
            let (start, end) = pair(a).range(from, to);
            part(pair(a), start, end, true)
        }
        Step::Slice(a, from, to) => {
            let (start, end) = pair(a).range(from, to);
            part(pair(a), start, end, false)
        }
        Step::Turn(a) => pair(a).with(pair(a).model.clone(), |value| match value {
            Value::List(_) => Vector::view_of(value).expect("all is here").expect("it has elements").into(),
            Value::Vector(v) => List::view_of(v).expect("all is here").into(),
            other => other.clone(),
        }),
        Step::Reverse(a) => {
            let model = pair(a).model.iter().rev().cloned().collect();
            pair(a).with(model, |value| match value {
                Value::Vector(v) => v.reversed().expect("all is here").into(),
                Value::List(l) => List::from_reversed(l.reversed().reversed().expect("all is here")).into(),
                other => other.clone(),
            })
        }
        Step::Push(a, n) => push(pair(a), n, numbers),
        Step::Set(a, at) => {
            let from = pair(a);
            let at = from.model.len() * usize::from(at) / 1000;
            let (value, mut model) = (numbers.next(), from.model.clone());
            if let Some(element) = model.get_mut(at) {
                *element = value.clone();
            }
            from.with(model, |old| match old {
                Value::Vector(v) => {
                    v.assoc(at as u64, value).expect("all is here").unwrap_or(v.clone()).into()
                }
                Value::List(l) => l.assoc(at as u64, value).expect("all is here").unwrap_or(l.clone()).into(),
                other => other.clone(),
            })
        }
        Step::Concat(a, b) => {
            let (a, b) = (pair(a), pair(b));
            let model: Vec<Value> = a.model.iter().chain(&b.model).cloned().collect();
            if model.len() > 5000 {
                return a.clone();
            }
            let value: Value = match (&a.value, &b.value) {
                (Value::Vector(a), Value::Vector(b)) => a.concat(b).expect("all is here").into(),
                (Value::List(a), Value::List(b)) => a.concat(b).expect("all is here").into(),
                _ => return a.clone(),
            };
            Pair::new(value, model)
        }
        Step::Hash(a) => {
            assert_eq!(pair(a).value.hash(), pair(a).eager().hash());
            pair(a).clone()
        }
        Step::Encode(a) => {
            assert_eq!(pair(a).value.encoding(), pair(a).eager().encoding());
            pair(a).clone()
        }
        Step::Size(a) => {
            assert_eq!(pair(a).value.memory_size(), pair(a).eager().memory_size());
            pair(a).clone()
        }
        Step::Compare(a, b) => {
            let (a, b) = (pair(a), pair(b));
            let is_list = |pair: &Pair| matches!(pair.value, Value::List(_));
            assert_eq!(a.value == b.value, a.model == b.model && is_list(a) == is_list(b));
            a.clone()
        }
        Step::Nest(a, b) => {
            let (a, b) = (pair(a), pair(b));
            let mut model = a.model.clone();
            let Value::Vector(vector) = &a.value else { return a.clone() };
            model.push(b.value.clone());
            Pair::new(vector.conj(b.value.clone()).expect("all is here"), model)
        }
    }
}

fn part(from: &Pair, start: usize, end: usize, as_view: bool) -> Pair {
    let model = from.model[start..end].to_vec();
    let (start, end) = (start as u64, end as u64);
    from.with(model, |value| match value {
        Value::Vector(v) if as_view => v.view(start, end).expect("all is here").expect("in range").into(),
        Value::Vector(v) => v.slice(start, end).expect("all is here").expect("in range").into(),
        Value::List(l) if as_view && start == 1 && end == l.count() => {
            l.rest().expect("all is here").expect("in range").into()
        }
        Value::List(l) => l.slice(start, end).expect("all is here").expect("in range").into(),
        other => other.clone(),
    })
}

/// Puts elements in one after the other, the first into what others hold and the rest in place.
fn push(from: &Pair, n: u8, numbers: &mut Numbers) -> Pair {
    let mut pair = from.clone();
    for _ in 0..n {
        let element = numbers.next();
        match &mut pair.value {
            Value::Vector(v) => {
                v.push(element.clone()).expect("all is here");
                pair.model.push(element);
            }
            Value::List(l) => {
                l.push_front(element.clone()).expect("all is here");
                pair.model.insert(0, element);
            }
            other => panic!("neither a vector nor a list: {other:?}"),
        }
    }
    pair
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn a_rest_is_what_a_copy_would_be(steps in steps()) {
        for pair in run(steps) {
            pair.check_all();
        }
    }
}

/// Every suffix of a vector, one from another.
#[test]
fn every_suffix() {
    let mut numbers = Numbers(0);
    let mut pair = Pair::new(plain(&numbers.some(1500)), Vec::new());
    pair.model = Vector::view_of(&pair.value).unwrap().unwrap().to_vec().unwrap();
    while !pair.model.is_empty() {
        pair = part(&pair, 1, pair.model.len(), true);
        pair.check_reading();
        if pair.model.len().is_multiple_of(97) {
            let copy = Pair { value: pair.value.clone(), model: pair.model.clone() };
            copy.check_order();
        }
    }
    assert_eq!(pair.value, Value::from(Vector::empty()));
}

/// A million elements put before a vector one after the other, taken away again and dropped.
#[test]
fn long_chains_do_not_overflow() {
    let vector = Vector::from_values((0..1000).map(Value::Integer));
    let mut list = List::view_of(&vector).unwrap();
    for i in 0..1_000_000 {
        list = list.cons(Value::Integer(i)).unwrap();
    }
    assert_eq!(list.count(), 1_001_000);
    for _ in 0..1_000_500 {
        list = list.rest().unwrap().unwrap();
    }
    assert_eq!(list.first().unwrap(), Some(&Value::Integer(500)));
    let mut nested = Value::from(vector);
    for _ in 0..100_000 {
        let outer = Vector::from_values((0..20).map(Value::Integer).chain([nested]));
        nested = outer.view(1, 21).unwrap().unwrap().into();
    }
    drop(nested);
}

/// Cells by their hashes, some of which can be withheld.
#[derive(Default)]
struct Cells {
    encodings: Mutex<HashMap<Hash, Vec<u8>>>,
    withheld: Mutex<bool>,
}

struct Shop(Arc<Cells>);

impl Store for Shop {
    fn load(&self, hash: &Hash) -> Result<Option<Value>, LoadError> {
        if *self.0.withheld.lock().unwrap() {
            return Ok(None);
        }
        let encodings = self.0.encodings.lock().unwrap();
        Ok(encodings.get(hash).and_then(|bytes| decode(bytes, Arc::new(Shop(self.0.clone()))).ok()))
    }
}

fn put(cells: &Cells, value: &Value) {
    cells.encodings.lock().unwrap().insert(value.hash(), value.encoding());
    value.for_each_child(&mut |slot| put(cells, slot.get().unwrap()));
}

/// A collection that is only in a store gives the same rests, or says what is missing and then gives them.
#[test]
fn what_is_missing_can_come_later() {
    let keys = || (0..700).map(|i| Value::string(&format!("{i}")));
    let entries = || keys().map(|key| (key, Value::Integer(7)));
    let vector: Value = Vector::from_values(keys()).into();
    let all: [Value; 5] = [
        vector.clone(),
        List::from_values(keys()).into(),
        Map::from_entries(entries()).into(),
        Set::from_values(keys()).into(),
        Index::from_entries(entries()).unwrap().unwrap().into(),
    ];
    for value in all {
        let cells = Arc::new(Cells::default());
        put(&cells, &value);
        let store: Arc<dyn Store> = Arc::new(Shop(cells.clone()));
        let stored = decode(&value.encoding(), store.clone()).unwrap();
        let rest = |value: &Value| -> Result<Value, Missing> {
            let view = Vector::view_of(value)?.unwrap();
            Ok(view.view(1, view.count())?.unwrap().into())
        };
        let turned = |value: &Value| -> Result<Value, Missing> {
            Ok(List::view_of(&Vector::view_of(value)?.unwrap())?.into())
        };
        *cells.withheld.lock().unwrap() = true;
        assert!(rest(&stored).is_err() && turned(&stored).is_err(), "{:?}", value.kind());
        assert!(rest(&stored).is_err(), "{:?}", value.kind());
        *cells.withheld.lock().unwrap() = false;
        assert_eq!(rest(&stored).unwrap().hash(), rest(&value).unwrap().hash(), "{:?}", value.kind());
        assert_eq!(turned(&stored).unwrap().hash(), turned(&value).unwrap().hash(), "{:?}", value.kind());
        // Now that all is in memory, nothing is missing, nor copied.
        *cells.withheld.lock().unwrap() = true;
        assert_eq!(rest(&stored).unwrap(), rest(&value).unwrap());
    }
}

/// A rest of few elements does not keep a large vector alive.
#[test]
fn a_short_rest_lets_go() {
    let freed = Arc::new(Cells::default());
    let store: Arc<dyn Store> = Arc::new(Shop(freed.clone()));
    // The first element is the only one that refers to the store.
    let long = Value::string(&"x".repeat(300));
    let holder = decode(&Value::from(Vector::from_values([long])).encoding(), store.clone()).unwrap();
    let mut rest = Vector::from_values(std::iter::once(holder).chain((0..1000).map(Value::Integer)));
    drop(store);
    assert!(Arc::strong_count(&freed) > 1);
    for _ in 0..900 {
        rest = rest.view(1, rest.count()).unwrap().unwrap();
    }
    assert_eq!(rest.count(), 101);
    assert_eq!(Arc::strong_count(&freed), 1);
}
