//! Beliefs: the latest order of each peer, as far as one peer knows (CAD015).
//!
//! A dense record with tag `0xd4` and one field, an index of signed orders by the keys of their
//! peers.

use crate::Key;
use crate::order::{SignedOrder, is_newer};
use lang::{Blob, Index, Missing, Record, Value, Vector, record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The latest order of each peer, by key. Cheap to clone.
#[derive(Clone)]
pub struct Belief {
    orders: Arc<BTreeMap<Key, SignedOrder>>,
    /// The same as they stand in the value; `None` where they have to be put together anew.
    index: Option<Index>,
}

impl Default for Belief {
    fn default() -> Belief {
        Belief { orders: Arc::default(), index: Some(Index::empty()) }
    }
}

impl Belief {
    /// A belief without orders.
    pub fn empty() -> Belief {
        Belief::default()
    }

    /// A value seen as a belief; `None` for any other value. Entries that are not signed orders
    /// under a key of 32 bytes are left out.
    ///
    /// # Errors
    /// [`Missing`] when a part is a branch that is not here.
    pub fn from_value(value: &Value) -> Result<Option<Belief>, Missing> {
        let Some(index) = orders_of(value)? else { return Ok(None) };
        let mut orders = BTreeMap::new();
        for entry in index.iter() {
            let (key, value) = entry?;
            if let (Some(key), Some(order)) = (key_of(key), SignedOrder::from_value(value)?) {
                orders.insert(key, order);
            }
        }
        let whole = orders.len() as u64 == index.count();
        Ok(Some(Belief { orders: Arc::new(orders), index: whole.then_some(index) }))
    }

    /// As a value.
    ///
    /// # Errors
    /// [`Missing`] when a part is a branch that is not here.
    pub fn value(&self) -> Result<Value, Missing> {
        let index = match &self.index {
            Some(index) => index.clone(),
            None => {
                let entries = self.orders.iter().map(|(key, order)| (blob(key), order.value()));
                Index::from_entries(entries)?.unwrap_or_else(Index::empty)
            }
        };
        Ok(Record::new(record::tag::BELIEF, Vector::from_values([index.into()])).into())
    }

    /// The order of a peer.
    pub fn get(&self, key: &Key) -> Option<&SignedOrder> {
        self.orders.get(key)
    }

    /// The orders with the keys that they stand under, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &SignedOrder)> {
        self.orders.iter()
    }

    /// The number of orders.
    pub fn count(&self) -> usize {
        self.orders.len()
    }

    /// Whether there is no order.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// Holds an order for a peer, in place of the one held.
    ///
    /// # Errors
    /// [`Missing`] when a part of the index is a branch that is not here.
    pub fn insert(&mut self, key: Key, order: SignedOrder) -> Result<(), Missing> {
        if let Some(index) = &mut self.index {
            index.insert(blob(&key), order.value())?;
        }
        Arc::make_mut(&mut self.orders).insert(key, order);
        Ok(())
    }

    /// Holds an order for a peer unless the one held is as new ([`is_newer`]); returns whether it
    /// took its place.
    ///
    /// # Errors
    /// [`Missing`] when a part of the index is a branch that is not here.
    pub fn collect(&mut self, key: Key, order: &SignedOrder) -> Result<bool, Missing> {
        let takes_place = match self.get(&key) {
            None => true,
            Some(held) if held.value() == order.value() => false,
            Some(held) => is_newer(held.order(), order.order()),
        };
        if takes_place {
            self.insert(key, order.clone())?;
        }
        Ok(takes_place)
    }

    /// Only the orders for which a test holds.
    pub fn retain(&mut self, mut test: impl FnMut(&Key, &SignedOrder) -> bool) {
        let leavers: Vec<Key> =
            self.iter().filter(|(key, order)| !test(key, order)).map(|(key, _)| *key).collect();
        if !leavers.is_empty() {
            let orders = Arc::make_mut(&mut self.orders);
            leavers.iter().for_each(|key| drop(orders.remove(key)));
            let removed = |index: &mut Index| leavers.iter().try_for_each(|key| index.remove(&blob(key)));
            if self.index.as_mut().map(removed).is_some_and(|outcome| outcome.is_err()) {
                self.index = None;
            }
        }
    }
}

impl std::fmt::Debug for Belief {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.orders.values()).finish()
    }
}

/// The index of orders in a belief; `None` for a value that is not a belief.
///
/// # Errors
/// [`Missing`] when it is a branch that is not here.
pub fn orders_of(value: &Value) -> Result<Option<Index>, Missing> {
    let Value::Record(record) = value else { return Ok(None) };
    if record.tag() != record::tag::BELIEF || record.fields().count() != 1 {
        return Ok(None);
    }
    Ok(match record.fields().get(0)? {
        Some(Value::Index(index)) => Some(index.clone()),
        _ => None,
    })
}

/// The key of a peer in an index.
pub fn key_of(value: &Value) -> Option<Key> {
    let Value::Blob(blob) = value else { return None };
    blob.flat()?.try_into().ok()
}

/// The key of a peer as it stands in an index.
pub fn blob(key: &Key) -> Value {
    Blob::new(key).into()
}
