//! Operations on maps and vectors of all sizes.
//!
//! `shared` is what an update costs when the collection before it is kept, `in place` when nobody else holds it.
//! `rehash` is an update of a hashed collection, kept, and the hash after it.

use super::Work;
use lang::{Map, Value, Vector};

/// How many elements the collections have.
const SIZES: [u64; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
/// How many operations one run does.
const OPERATIONS: u64 = 1_000;

/// Numbers below a limit that follow no pattern, always the same.
fn scattered(below: u64) -> impl Iterator<Item = u64> {
    let mut random = fastrand::Rng::with_seed(below);
    (0..OPERATIONS).map(move |_| random.u64(..below))
}

fn number(n: u64) -> Value {
    Value::Integer(n as i64)
}

fn map(size: u64) -> Map {
    Map::from_entries((0..size).map(|n| (number(n), number(n * n))))
}

fn vector(size: u64) -> Vector {
    Vector::from_values((0..size).map(number))
}

pub fn works() -> Vec<Work> {
    SIZES.into_iter().flat_map(|size| maps(size).into_iter().chain(vectors(size))).collect()
}

fn maps(size: u64) -> Vec<Work> {
    let operations = |name: &str, run: fn(&Map, u64) -> Map| {
        Work::new("maps", name, OPERATIONS, "operation", move || {
            let map = map(size);
            map.memory_size_and_hash();
            move || (run(&map, size), map)
        })
        .of_size(size)
    };
    vec![
        Work::new("maps", "build", size, "entry", move || move || map(size)).of_size(size),
        Work::new("maps", "grow by one", size, "entry", move || {
            move || {
                let mut map = Map::empty();
                (0..size).for_each(|n| map.insert(number(n), number(n)).expect("it is here"));
                map
            }
        })
        .of_size(size),
        operations("get", |map, size| {
            let found =
                scattered(size).filter(|n| map.get(&number(*n)).expect("it is here").is_some()).count();
            assert_eq!(found as u64, OPERATIONS);
            Map::empty()
        }),
        operations("update, shared", |map, size| {
            scattered(size).fold(Map::empty(), |_, n| map.assoc(number(n), Value::Nil).expect("it is here"))
        }),
        operations("add, shared", |map, size| {
            scattered(size)
                .fold(Map::empty(), |_, n| map.assoc(number(size + n), Value::Nil).expect("it is here"))
        }),
        operations("remove, shared", |map, size| {
            scattered(size).fold(Map::empty(), |_, n| map.dissoc(&number(n)).expect("it is here"))
        }),
        Work::new("maps", "update, in place", OPERATIONS, "operation", move || {
            let mut map = map(size);
            move || {
                scattered(size).for_each(|n| map.insert(number(n), Value::Nil).expect("it is here"));
                map
            }
        })
        .of_size(size),
        operations("rehash", |map, size| {
            scattered(size).fold(Map::empty(), |_, n| {
                let map = map.assoc(number(n), Value::Nil).expect("it is here");
                Value::from(map.clone()).hash();
                map
            })
        }),
        Work::new("maps", "iterate", size, "entry", move || {
            let map = map(size);
            move || (map.iter().filter(|entry| entry.is_ok()).count(), map)
        })
        .of_size(size),
    ]
}

fn vectors(size: u64) -> Vec<Work> {
    let operations = |name: &str, run: fn(&Vector, u64) -> Vector| {
        Work::new("vectors", name, OPERATIONS, "operation", move || {
            let vector = vector(size);
            vector.memory_size_and_hash();
            move || (run(&vector, size), vector)
        })
        .of_size(size)
    };
    vec![
        Work::new("vectors", "build", size, "element", move || move || vector(size)).of_size(size),
        Work::new("vectors", "grow by one", size, "element", move || {
            move || {
                let mut vector = Vector::empty();
                (0..size).for_each(|n| vector.push(number(n)).expect("it is here"));
                vector
            }
        })
        .of_size(size),
        operations("get", |vector, size| {
            let found = scattered(size).filter(|n| vector.get(*n).expect("it is here").is_some()).count();
            assert_eq!(found as u64, OPERATIONS);
            Vector::empty()
        }),
        operations("update, shared", |vector, size| {
            scattered(size).fold(Vector::empty(), |_, n| {
                vector.assoc(n, Value::Nil).expect("it is here").expect("the position exists")
            })
        }),
        operations("add, shared", |vector, size| {
            scattered(size).fold(Vector::empty(), |_, n| vector.conj(number(n)).expect("it is here"))
        }),
        Work::new("vectors", "update, in place", OPERATIONS, "operation", move || {
            let mut vector = vector(size);
            move || {
                for n in scattered(size) {
                    vector.set(n, Value::Nil).expect("it is here");
                }
                vector
            }
        })
        .of_size(size),
        operations("rehash", |vector, size| {
            scattered(size).fold(Vector::empty(), |_, n| {
                let vector = vector.assoc(n, Value::Nil).expect("it is here").expect("the position exists");
                Value::from(vector.clone()).hash();
                vector
            })
        }),
        Work::new("vectors", "iterate", size, "element", move || {
            let vector = vector(size);
            move || (vector.iter().filter(|element| element.is_ok()).count(), vector)
        })
        .of_size(size),
    ]
}

/// Finding all facts before an operation, so that only what it changes is found again.
trait Facts {
    fn memory_size_and_hash(&self);
}

impl<T: Clone + Into<Value>> Facts for T {
    fn memory_size_and_hash(&self) {
        let value: Value = self.clone().into();
        value.hash();
        value.memory_size().expect("all is here");
    }
}
