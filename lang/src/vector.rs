//! Vectors: chunks of 16 with a tail, as the encoding defines them (CAD002).
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// An immutable sequence with fast access by position.
#[derive(Clone)]
pub struct Vector(pub(crate) Arc<Node<VectorBody>>);

/// The shape of a vector.
pub(crate) enum VectorBody {
    /// Up to 16 last elements, and all before them (a multiple of 16) as a packed vector.
    Leaf { count: u64, items: Box<[Slot]>, prefix: Option<Slot> },
    /// A packed vector of more than 16 elements: children are packed vectors, all full but the last.
    Tree { count: u64, children: Box<[Slot]> },
}

impl Vector {
    /// The empty vector.
    pub fn empty() -> Vector { todo!() }
    /// A vector of these values. O(n).
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Vector { todo!() }
    /// Number of elements.
    pub fn count(&self) -> u64 { todo!() }
    /// Whether there is no element.
    pub fn is_empty(&self) -> bool { self.count() == 0 }
    /// The element at a position, `None` when out of range. O(log n).
    pub fn get(&self, position: u64) -> Result<Option<&Value>, Missing> { todo!() }
    /// With an element replaced, `None` when out of range. O(log n).
    pub fn assoc(&self, position: u64, value: Value) -> Result<Option<Vector>, Missing> { todo!() }
    /// With an element appended. O(log n).
    pub fn conj(&self, value: Value) -> Result<Vector, Missing> { todo!() }
    /// The elements from `start` to `end`, `None` when not within the vector.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Vector>, Missing> { todo!() }
    /// This vector followed by another.
    pub fn concat(&self, other: &Vector) -> Result<Vector, Missing> { todo!() }
    /// All elements in order. Stops after the first error.
    pub fn iter(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ { std::iter::empty() }
    /// All elements in order.
    pub fn to_vec(&self) -> Result<Vec<Value>, Missing> { self.iter().map(|v| v.cloned()).collect() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
