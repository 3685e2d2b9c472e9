//! The inbox of a peer: what has happened since it last looked.
//!
//! Beliefs of a peer replace its earlier ones, and transactions are bounded by intake, so that an
//! inbox is bounded.

use consensus::{Event, Key};
use lang::{Signed, Value};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What waits for a peer. Shared between threads.
#[derive(Default)]
pub struct Inbox {
    content: Mutex<Content>,
    changed: Condvar,
}

#[derive(Default)]
struct Content {
    /// Completions of what the peer wanted done.
    done: Vec<Event>,
    /// The latest belief of each peer.
    beliefs: BTreeMap<Key, Value>,
    transactions: Vec<Signed>,
    is_closed: bool,
}

impl Content {
    fn is_empty(&self) -> bool {
        self.done.is_empty() && self.beliefs.is_empty() && self.transactions.is_empty()
    }
}

impl Inbox {
    /// An action of the peer was carried out, or failed.
    pub fn done(&self, event: Event) {
        self.lock().done.push(event);
        self.changed.notify_one();
    }

    /// A belief came from a peer.
    pub fn belief(&self, from: Key, belief: Value) {
        self.lock().beliefs.insert(from, belief);
        self.changed.notify_one();
    }

    /// Transactions were taken.
    pub fn transactions(&self, transactions: Vec<Signed>) {
        self.lock().transactions.extend(transactions);
        self.changed.notify_one();
    }

    /// Nothing more is to be done.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// What has happened, in the order in which it is to be handled, as soon as there is something;
    /// after a time also nothing. `None` when the inbox is closed.
    pub fn wait(&self, longest: Duration) -> Option<Vec<Event>> {
        let deadline = Instant::now() + longest;
        let mut content = self.lock();
        while content.is_empty() && !content.is_closed {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Some(Vec::new());
            }
            content = self.changed.wait_timeout(content, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        if content.is_closed {
            return None;
        }
        let mut events = std::mem::take(&mut content.done);
        let beliefs = std::mem::take(&mut content.beliefs);
        let received = |(from, message)| Event::Received { from: Some(from), message };
        events.extend(beliefs.into_iter().map(received));
        if !content.transactions.is_empty() {
            events.push(Event::Transactions(std::mem::take(&mut content.transactions)));
        }
        Some(events)
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_beliefs_replace_earlier_ones() {
        let inbox = Inbox::default();
        inbox.belief([1; 32], 1.into());
        inbox.belief([2; 32], 2.into());
        inbox.belief([1; 32], 3.into());
        inbox.done(Event::Persisted { timestamp: 4 });
        let events = inbox.wait(Duration::ZERO).expect("it is open");
        assert!(matches!(&events[0], Event::Persisted { timestamp: 4 }));
        let messages: Vec<&Value> = events
            .iter()
            .filter_map(|event| match event {
                Event::Received { message, .. } => Some(message),
                _ => None,
            })
            .collect();
        assert_eq!(messages, [&Value::from(3), &Value::from(2)]);
        assert!(inbox.wait(Duration::ZERO).is_some_and(|events| events.is_empty()));
        inbox.close();
        assert!(inbox.wait(Duration::from_secs(60)).is_none());
    }
}
