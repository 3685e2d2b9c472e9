//! Orders of any bytes, one after the other from several peers: conflicting, stale, dated ahead,
//! with points that lie. What a peer holds stays bounded and sound.

#![no_main]

use cvx_fuzz::build;
use cvx_fuzz::peer::{START, order, peer, show, signed};
use lang::{Record, Value, Vector, record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut peer = peer();
    let mut now = START + 100;
    for part in input.chunks(16).take(48) {
        let (&kind, rest) = part.split_first().expect("chunks are not empty");
        let count = rest.first().copied().unwrap_or(0) % 8;
        let named = (0..count).map(|n| block(rest.get(usize::from(n) + 6).copied().unwrap_or(n)));
        let blocks = match kind {
            250.. => match build(rest).value {
                Value::Vector(blocks) => blocks,
                _ => Vector::empty(),
            },
            _ => Vector::from_values(named),
        };
        let value = signed(kind % 5, kind % 32 != 31, order(rest, blocks).value());
        now += i64::from(kind);
        peer = show(peer, now, value);
        if peer.stopped().is_some() {
            break;
        }
    }
});

/// One of a few blocks, some of them with bad signatures or dated ahead.
fn block(name: u8) -> Value {
    let time = START + i64::from(name % 16) * if name > 240 { 1_000_000 } else { 1 };
    let fields = [Value::from(time), Vector::empty().into()];
    signed(name % 4, name != 255, Record::new(record::tag::BLOCK, Vector::from_values(fields)).into())
}
