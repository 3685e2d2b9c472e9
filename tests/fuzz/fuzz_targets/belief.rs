//! Beliefs of any bytes: messages as they come, and indexes of orders under right and wrong keys,
//! with cells left out.

#![no_main]

use cvx_fuzz::build;
use cvx_fuzz::peer::{START, key, order, peer, show, signed};
use lang::{Blob, Index, Record, Value, Vector, decode, message, record, store};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|input: &[u8]| {
    let Some(([way, cut], input)) = input.split_first_chunk() else { return };
    if way % 4 == 0 {
        if let Ok(value) = message::decode(input) {
            show(peer(), START + 50, value);
        }
        return;
    }
    let mut entries = Vec::new();
    for part in input.chunks(12).take(64) {
        let (&kind, rest) = part.split_first().expect("chunks are not empty");
        let place = Value::from(Blob::new(&key(kind % 6)));
        let blocks = match build(rest).value {
            Value::Vector(blocks) => blocks,
            value => Vector::from_values([signed(kind % 4, kind < 200, block(value))]),
        };
        let signer = if kind < 230 { kind % 6 } else { kind % 5 };
        let value = signed(signer, kind < 240, order(rest, blocks).value());
        entries.push((if kind == 255 { Value::from(7) } else { place }, value));
    }
    let entries = entries.into_iter().filter(|(key, _)| Index::is_key(key));
    let Ok(Some(index)) = Index::from_entries(entries) else { return };
    let belief = Value::from(Record::new(record::tag::BELIEF, Vector::from_values([index.into()])));
    let Ok(bytes) = message::encode(&belief) else { return };
    // A message may lack cells at its end, and a lone cell lacks all others.
    let value = match way % 4 {
        1 => message::decode(&bytes).ok(),
        2 => message::decode(&bytes[..bytes.len() - usize::from(*cut) % bytes.len()]).ok(),
        _ => decode::decode(&belief.encoding(), Arc::new(store::Nowhere)).ok(),
    };
    if let Some(value) = value {
        let peer = show(peer(), START + 50, value.clone());
        show(peer, START + 10_000, value);
    }
});

fn block(value: Value) -> Value {
    let transactions = match value {
        Value::Vector(transactions) => transactions,
        other => Vector::from_values([other]),
    };
    Record::new(record::tag::BLOCK, Vector::from_values([Value::from(START + 10), transactions.into()])).into()
}
