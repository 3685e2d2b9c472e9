//! Transactions that were prepared and may come back signed.
//!
//! A transaction is known by what is signed for it. Few bytes stand for themselves; what they refer
//! to is kept here as encodings, the oldest of which are forgotten when there are too many.

use crate::limits::{MAX_PREPARED, MAX_PREPARED_BYTES};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Prepared transactions: multi-cell encodings by what is signed for them.
#[derive(Default)]
pub struct Prepared(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    encodings: HashMap<Arc<[u8]>, Arc<[u8]>>,
    /// The keys of the encodings, the oldest first.
    order: VecDeque<Arc<[u8]>>,
    bytes: usize,
}

impl Prepared {
    /// Keeps a transaction.
    pub fn keep(&self, message: &[u8], encoding: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.encodings.contains_key(message) {
            return;
        }
        let key: Arc<[u8]> = message.into();
        kept.bytes += key.len() + encoding.len();
        kept.encodings.insert(key.clone(), encoding.into());
        kept.order.push_back(key);
        while kept.order.len() > MAX_PREPARED || kept.bytes > MAX_PREPARED_BYTES {
            let Some(oldest) = kept.order.pop_front() else { break };
            if let Some(encoding) = kept.encodings.remove(&oldest) {
                kept.bytes -= oldest.len() + encoding.len();
            }
        }
    }

    /// The encoding of a transaction, unless it is forgotten.
    pub fn find(&self, message: &[u8]) -> Option<Arc<[u8]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).encodings.get(message).cloned()
    }

    /// How many are kept, and how many bytes they take.
    pub fn size(&self) -> (usize, usize) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.order.len(), kept.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten() {
        let prepared = Prepared::default();
        for i in 0..=MAX_PREPARED {
            prepared.keep(&i.to_be_bytes(), &[0; 10]);
        }
        assert_eq!(prepared.size(), (MAX_PREPARED, MAX_PREPARED * 18));
        assert!(prepared.find(&0usize.to_be_bytes()).is_none());
        assert!(prepared.find(&1usize.to_be_bytes()).is_some());
        prepared.keep(b"large", &vec![0; MAX_PREPARED_BYTES - 30]);
        assert_eq!(prepared.size().0, 2);
        prepared.keep(b"too large", &vec![0; MAX_PREPARED_BYTES]);
        assert_eq!(prepared.size(), (0, 0));
    }
}
