//! Any bytes: what is accepted encodes to the same bytes, and can be used whatever is missing.

#![no_main]

use lang::decode::{decode, decode_alone};
use lang::store::Nowhere;
use lang::{Hash, Value, message, printer};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let alone = decode_alone(bytes);
    match decode(bytes, Arc::new(Nowhere)) {
        Ok(value) => {
            assert_eq!(value.encoding(), bytes);
            assert_eq!(value.hash(), Hash::of(bytes));
            if let Ok(alone) = alone {
                assert!(alone == value);
                assert!(message::encode(&value).is_ok_and(|message| message == bytes));
            }
            use_up(&value);
        }
        Err(error) => {
            assert!(error.offset <= bytes.len());
            assert!(alone.is_err());
        }
    }
    if let Ok(value) = message::decode(bytes) {
        use_up(&value);
        if let Ok(message) = message::encode(&value) {
            let copy = message::decode(&message).expect("what was encoded decodes");
            assert!(copy == value);
        }
    }
});

/// Everything that reads a whole value: no outcome is wrong, but a panic is.
fn use_up(value: &Value) {
    assert!(value.clone() == *value);
    let _ = value.memory_size();
    let _ = value.storage_size();
    let _ = printer::print(value, 100_000);
    let _ = printer::print_str(value);
    match value {
        Value::Vector(v) => drop(v.iter().take(1_000).collect::<Vec<_>>()),
        Value::List(v) => drop(v.iter().take(1_000).collect::<Vec<_>>()),
        Value::Map(v) => drop(v.iter().take(1_000).collect::<Vec<_>>()),
        Value::Set(v) => drop(v.iter().take(1_000).collect::<Vec<_>>()),
        Value::Index(v) => drop(v.iter().take(1_000).collect::<Vec<_>>()),
        _ => {}
    }
}
