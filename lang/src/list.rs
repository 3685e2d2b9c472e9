//! Lists: sequences that grow at the front; a vector in reverse order inside.

use crate::cell::{Node, Slot, body_mut};
use crate::*;
use std::sync::LazyLock;
use triomphe::Arc;

/// An immutable list.
#[derive(Clone)]
pub struct List(pub(crate) Arc<Node<Vector>>);

static EMPTY: LazyLock<List> = LazyLock::new(|| List(Node::shared(Vector::empty())));

impl List {
    /// The empty list.
    pub fn empty() -> List {
        EMPTY.clone()
    }

    /// A list of these values in this order. O(n).
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> List {
        let mut values: Vec<Value> = values.into_iter().collect();
        values.reverse();
        List::from_reversed(Vector::from_values(values))
    }

    /// The list whose elements are those of a vector in reverse order. O(1).
    pub fn from_reversed(vector: Vector) -> List {
        if vector.is_empty() { List::empty() } else { List(Node::shared(vector)) }
    }

    /// The vector of the elements in reverse order, which is how the list is held and encoded. O(1).
    pub fn reversed(&self) -> &Vector {
        &self.0.body
    }

    /// Number of elements.
    pub fn count(&self) -> u64 {
        self.reversed().count()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The place in the reversed vector of a position; out of range for one that is out of range.
    fn mirror(&self, position: u64) -> u64 {
        self.count().wrapping_sub(position).wrapping_sub(1)
    }

    /// The element at a position, `None` when out of range.
    pub fn get(&self, position: u64) -> Result<Option<&Value>, Missing> {
        self.reversed().get(self.mirror(position))
    }

    /// The first element, `None` when there is none.
    pub fn first(&self) -> Result<Option<&Value>, Missing> {
        self.reversed().last()
    }

    /// The list without its first element, `None` when there is none. O(log n).
    pub fn rest(&self) -> Result<Option<List>, Missing> {
        let Some(left) = self.count().checked_sub(1) else { return Ok(None) };
        Ok(self.reversed().view(0, left)?.map(List::from_reversed))
    }

    /// With an element replaced, `None` when out of range.
    pub fn assoc(&self, position: u64, value: Value) -> Result<Option<List>, Missing> {
        let mut list = self.clone();
        Ok(list.set(position, value)?.then_some(list))
    }

    /// Replaces an element, in place when nobody else holds the list; answers whether the position is in range.
    /// The same list when nothing changes.
    pub fn set(&mut self, position: u64, value: Value) -> Result<bool, Missing> {
        let position = self.mirror(position);
        let Some(old) = self.reversed().get(position)? else { return Ok(false) };
        if *old != value {
            body_mut(&mut self.0).set(position, value)?;
        }
        Ok(true)
    }

    /// With an element put in front.
    pub fn cons(&self, value: Value) -> Result<List, Missing> {
        let mut list = self.clone();
        list.push_front(value)?;
        Ok(list)
    }

    /// Puts an element in front, in place when nobody else holds the list.
    pub fn push_front(&mut self, value: Value) -> Result<(), Missing> {
        body_mut(&mut self.0).push(value)
    }

    /// The elements from `start` to `end`, `None` when not within the list.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<List>, Missing> {
        let count = self.count();
        if start > end || end > count {
            return Ok(None);
        }
        if start == 0 && end == count {
            return Ok(Some(self.clone()));
        }
        Ok(self.reversed().slice(count - end, count - start)?.map(List::from_reversed))
    }

    /// This list followed by another.
    pub fn concat(&self, other: &List) -> Result<List, Missing> {
        if other.is_empty() {
            return Ok(self.clone());
        }
        if self.is_empty() {
            return Ok(other.clone());
        }
        other.reversed().concat(self.reversed()).map(List::from_reversed)
    }

    /// All elements in order. Stops after the first error.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Result<&Value, Missing>> + '_ {
        self.reversed().iter().rev()
    }

    /// All elements in order.
    pub fn to_vec(&self) -> Result<Vec<Value>, Missing> {
        self.iter().map(|v| v.cloned()).collect()
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        self.reversed().for_each_child(f);
    }
}
