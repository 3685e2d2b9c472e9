//! A peer among four that is shown anything. A signature is good when its first byte is 0, so that
//! fuzzing gets behind that check.

use consensus::peer::{Record, Start};
use consensus::{Action, Belief, Defences, Event, Key, Order, Peer, SignedOrder, Signatures, execution, step};
use lang::{Blob, Index, Signed, Value, Vector};
use std::sync::Arc;
use vm::{Account, State};

/// The time that all begins at, in milliseconds.
pub const START: i64 = 1_000_000_000_000;
const COPPERS: i64 = 10_000_000_000_000;

struct Lenient;

impl Signatures for Lenient {
    fn key(&self) -> Key {
        key(0)
    }

    fn sign(&self, value: &Value) -> Signed {
        Signed::new(Some(key(0)), [0; 64], value.clone())
    }

    fn is_good(&self, signed: &Signed) -> bool {
        signed.key().is_some() && signed.signature()[0] == 0
    }
}

/// The key of a peer by its number.
pub fn key(number: u8) -> Key {
    [number + 1; 32]
}

/// A value signed by a peer, well or not.
pub fn signed(number: u8, is_good: bool, value: Value) -> Value {
    Value::Signed(Signed::new(Some(key(number)), [u8::from(!is_good); 64], value))
}

/// A peer of four at the start.
pub fn peer() -> Peer {
    let accounts = (0..5).map(|n| Account::new(Some(Blob::new(&key(n))), COPPERS).value());
    let peers = (0..4u8).map(|n| (Blob::new(&key(n)).into(), vm::peer::Peer::new(n.into(), COPPERS).value()));
    let peers = Index::from_entries(peers).expect("all is in memory").expect("blobs are keys");
    let globals = [START, 0, 10, 1_000_000, 1_000_000_000_000, -1].map(Value::Integer);
    let state = State::new(Vector::from_values(accounts), peers, Vector::from_values(globals), Index::empty());
    let (blocks, belief, defences) = (Vector::empty(), Belief::empty(), Defences::all());
    let start = Start { state, blocks, signed: Record::Nothing, belief, defences };
    Peer::new(Arc::new(Lenient), start).expect("a peer starts")
}

/// Shows a peer a message, and lets it work until it rests. What it does is carried out at once.
pub fn show(mut peer: Peer, now: i64, message: Value) -> Peer {
    let mut events = vec![Event::Tick, Event::Received { from: Some(key(1)), message }];
    // No message makes more work than this.
    for _ in 0..10_000 {
        let Some(event) = events.pop() else { break };
        let (next, actions) = step(peer, now, event);
        peer = next;
        events.extend(actions.into_iter().filter_map(carry_out));
    }
    assert!(events.is_empty(), "the work for a message is bounded");
    assert!(peer.aside() <= 16 && peer.proofs().count() <= 4);
    assert!(peer.order().flaw().is_none());
    assert!(peer.belief().iter().all(|(key, order)| order.signer() == key));
    peer
}

fn carry_out(action: Action) -> Option<Event> {
    match action {
        Action::Persist(signed) => {
            let order = SignedOrder::of(&signed).ok().flatten().expect("an own order is one");
            Some(Event::Persisted { timestamp: order.order().timestamp() })
        }
        Action::Execute { position, block, state } => {
            let (state, _) = execution::execute(&state, &block, &Lenient).expect("what is final is whole");
            Some(Event::Executed { position, state })
        }
        Action::Stop(stop) => {
            // Liars that hold three quarters of the stake can fork it; nothing else may stop it.
            assert!(matches!(stop, consensus::action::Stop::Fork { .. }), "{stop}");
            None
        }
        _ => None,
    }
}

/// An order made of a few bytes: points and time that may fit the blocks or not.
pub fn order(bytes: &[u8], blocks: Vector) -> Order {
    let byte = |i: usize| i64::from(bytes.get(i).copied().unwrap_or(0));
    let count = blocks.count() as i64;
    let point = |i: usize| if byte(i) < 250 { byte(i).min(count) } else { byte(i) - 252 };
    let first = if byte(0) < 250 { count } else { byte(0) };
    let time = match byte(4) {
        255 => i64::MAX,
        254 => i64::MIN,
        n => START + n * byte(5) - 100,
    };
    Order::new(time, [first, point(1), point(2).min(point(1)), point(3).min(point(2)).min(point(1))], blocks)
}
