//! Reading, printing, encoding, decoding and hashing.

use super::Work;
use lang::source::Positions;
use lang::{Map, Value, Vector, message, printer, reader};
use std::rc::Rc;

/// About as many bytes of definitions are read and printed.
const TEXT_BYTES: usize = 1_500_000;
/// The elements of the collections that are encoded and hashed.
const ELEMENTS: i64 = 200_000;

/// Definitions of all kinds, always the same.
fn definitions() -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = String::new();
    for i in 0.. {
        if text.len() >= TEXT_BYTES {
            break;
        }
        text += &match i % 6 {
            0 => {
                let pairs: Vec<String> =
                    (0..8).map(|j| format!(":key-{j} {}", random.u32(..1_000_000))).collect();
                format!("(def table-{i} {{{}}})\n\n", pairs.join(" "))
            }
            1 => format!(
                "(defn add-{i} ^{{:callable true :doc {{:description \"Adds {i}.\"}}}} [x y]\n  ;; about {i}\n  \
                 (let [z (+ x y {i})]\n    (if (> z 100) (* z 2) [z x y])))\n\n"
            ),
            2 => format!(
                "(defn loop-{i} [n]\n  (loop [i 0 acc []]\n    (if (< i n)\n      (recur (inc i) \
                 (conj acc (* i {i})))\n      acc)))\n\n"
            ),
            3 => format!("(def text-{i} \"line {i}\\nwith \\\"quotes\\\" and tabs\\t\" )\n\n"),
            4 => format!(
                "(def bytes-{i} [0x{:064x} #{i} \\a -{i}.25e3 nil true {}])\n\n",
                random.u128(..),
                random.u128(..)
            ),
            _ => format!("(defmacro when-{i} [test & body] `(if ~test (do ~body) nil))\n\n"),
        };
    }
    text
}

fn map() -> Map {
    Map::from_entries((0..ELEMENTS).map(|n| (n.into(), (n * n).into())))
}

/// The same map, filled entry by entry.
fn grown_map() -> Map {
    let mut map = Map::empty();
    (0..ELEMENTS).for_each(|n| map.insert(n.into(), (n * n).into()).expect("all is here"));
    map
}

pub fn works() -> Vec<Work> {
    let text: Rc<str> = definitions().into();
    let (forms, errors) = reader::read_all(&text, 0, &mut Positions::new());
    assert!(errors.is_empty(), "{errors:?}");
    let forms: Value = Vector::from_values(forms.into_iter().map(|form| form.value)).into();
    let printed =
        printer::print(&forms, usize::MAX).expect("all is here").map_or(0, |text| text.len() as u64);
    let whole: Value = map().into();
    let bytes: Rc<[u8]> = message::encode(&whole).expect("all is here").into();
    let size = bytes.len() as u64;
    let source = text.clone();
    vec![
        Work::new("texts", "read definitions", text.len() as u64, "byte", move || {
            let text = source.clone();
            move || {
                let mut positions = Positions::new();
                (reader::read_all(&text, 0, &mut positions), positions)
            }
        }),
        Work::new("texts", "print definitions", printed, "byte", move || {
            let forms = forms.clone();
            move || printer::print(&forms, usize::MAX)
        }),
        Work::new("encodings", "build a map", ELEMENTS as u64, "entry", || map),
        Work::new("encodings", "hash a map", ELEMENTS as u64, "entry", || {
            let map = Value::from(map());
            move || (map.hash(), map)
        }),
        Work::new("encodings", "grow a map", ELEMENTS as u64, "entry", || grown_map),
        Work::new("encodings", "hash a grown map", ELEMENTS as u64, "entry", || {
            let map = Value::from(grown_map());
            move || (map.hash(), map)
        }),
        Work::new("encodings", "memory size of a map", ELEMENTS as u64, "entry", || {
            let map = Value::from(map());
            map.hash();
            move || (map.memory_size(), map)
        }),
        Work::new("encodings", "encode a map", size, "byte", move || {
            let map = whole.clone();
            move || message::encode(&map)
        }),
        Work::new("encodings", "decode a map", size, "byte", move || {
            let bytes = bytes.clone();
            move || message::decode(&bytes)
        }),
    ]
}
