//! Blocks of any bytes that three of four peers agree on: they are executed, or refused before.

#![no_main]

use cvx_fuzz::build;
use cvx_fuzz::peer::{START, peer, show, signed};
use consensus::Order;
use lang::{Record, Value, Vector, message, record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(([way, author, time], input)) = input.split_first_chunk() else { return };
    let inner = match way % 2 {
        0 => message::decode(input).unwrap_or_default(),
        _ => build(input).value,
    };
    let block = if way % 8 < 2 { inner } else { block(*author, *time, inner) };
    let blocks = Vector::from_values([block]);
    let mut peer = peer();
    for number in 1..4 {
        let order = Order::new(START + 50, [1, 1, 1, 1], blocks.clone());
        peer = show(peer, START + 100, signed(number, true, order.value()));
    }
    peer = show(peer, START + 200, Value::Nil);
    assert!(peer.executed() <= 2, "there are two blocks at most, one of them our own");
    assert!(peer.stopped().is_none());
});

fn block(author: u8, time: u8, value: Value) -> Value {
    let transactions = match value {
        Value::Vector(transactions) => transactions,
        other => Vector::from_values([signed(author % 5, true, other)]),
    };
    let time = START + i64::from(time) * 100;
    let fields = [Value::from(time), transactions.into()];
    signed(author % 6, author < 200, Record::new(record::tag::BLOCK, Vector::from_values(fields)).into())
}
