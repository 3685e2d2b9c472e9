//! Blobs and strings against plain bytes.
use lang::{Blob, Str, Value};
use proptest::prelude::*;

/// Bytes in lengths around the edges of chunks and trees.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![
        0..300usize,
        4_090..4_100usize,
        8_190..8_195usize,
        Just(16 * 4_096),
        (16 * 4_096 - 2)..(16 * 4_096 + 3usize),
        0..200_000usize,
        Just(17 * 4_096),
        Just(256 * 4_096),
    ];
    (length, any::<u8>())
        .prop_map(|(n, seed)| (0..n).map(|i| (i / 7) as u8 ^ (i % 251) as u8 ^ seed).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_blob_is_its_bytes(a in bytes(), b in bytes(), x in any::<u64>(), y in any::<u64>()) {
        let (p, q) = (Blob::new(&a), Blob::new(&b));
        prop_assert_eq!(p.count(), a.len() as u64);
        prop_assert_eq!(p.to_vec().unwrap(), a.clone());

        let joined = [&a[..], &b[..]].concat();
        let whole = Value::from(Blob::new(&joined));
        prop_assert!(Value::from(p.concat(&q).unwrap()).hash() == whole.hash());
        let text = Str::new(&a).concat(&Str::new(&b)).unwrap();
        prop_assert!(Value::from(text.clone()).hash() == Value::from(Str::new(&joined)).hash());
        prop_assert!(Value::from(text.to_blob()).hash() == whole.hash());
        prop_assert!(Value::from(Str::from_blob(&p.concat(&q).unwrap())).hash() == Value::from(text).hash());

        let n = joined.len() as u64 + 1;
        let (start, end) = ((x % n).min(y % n), (x % n).max(y % n));
        for start in [start, start / 4_096 * 4_096] {
            let part = &joined[start as usize..end as usize];
            let slice = Blob::new(&joined).slice(start, end).unwrap().unwrap();
            prop_assert_eq!(slice.to_vec().unwrap(), part);
            prop_assert!(Value::from(slice.clone()) == Value::from(Blob::new(part)));
            prop_assert!(Value::from(slice).hash() == Value::from(Blob::new(part)).hash());
        }
        prop_assert!(p.slice(0, a.len() as u64 + 1).unwrap().is_none());
        prop_assert!(p.slice(1, 0).unwrap().is_none());
        for i in [0, start, end, n - 1] {
            prop_assert_eq!(Blob::new(&joined).get(i).unwrap(), joined.get(i as usize).copied());
        }
    }
}
