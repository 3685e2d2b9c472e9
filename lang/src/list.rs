//! Lists: sequences that grow at the front; a vector in reverse order inside.
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// An immutable list.
#[derive(Clone)]
pub struct List(pub(crate) Arc<Node<Vector>>);

impl List {
    /// The empty list.
    pub fn empty() -> List { todo!() }
    /// A list of these values in this order. O(n).
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> List { todo!() }
    /// The list whose elements are those of a vector in reverse order. O(1).
    pub fn from_reversed(vector: Vector) -> List { todo!() }
    /// The vector of the elements in reverse order, which is how the list is held and encoded. O(1).
    pub fn reversed(&self) -> &Vector { &self.0.body }
    /// Number of elements.
    pub fn count(&self) -> u64 { todo!() }
    /// Whether there is no element.
    pub fn is_empty(&self) -> bool { self.count() == 0 }
    /// The element at a position, `None` when out of range.
    pub fn get(&self, position: u64) -> Result<Option<&Value>, Missing> { todo!() }
    /// With an element replaced, `None` when out of range.
    pub fn assoc(&self, position: u64, value: Value) -> Result<Option<List>, Missing> { todo!() }
    /// With an element put in front.
    pub fn cons(&self, value: Value) -> Result<List, Missing> { todo!() }
    /// The elements from `start` to `end`, `None` when not within the list.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<List>, Missing> { todo!() }
    /// This list followed by another.
    pub fn concat(&self, other: &List) -> Result<List, Missing> { todo!() }
    /// All elements in order.
    pub fn iter(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ { std::iter::empty() }
    /// All elements in order.
    pub fn to_vec(&self) -> Result<Vec<Value>, Missing> { self.iter().map(|v| v.cloned()).collect() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
