//! Hash sets: elements ordered by their hash, in a radix-16 tree.
use crate::cell::{Node, Slot};
use crate::*;
use std::sync::Arc;

/// An immutable hash set.
#[derive(Clone)]
pub struct Set(pub(crate) Arc<Node<SetBody>>);

/// The shape of a set.
pub(crate) enum SetBody {
    /// A few elements in the order of their hashes.
    Leaf(Box<[(Hash, Slot)]>),
    /// Children by the hexadecimal digit at position `shift` of the hash, those present marked in the mask.
    Tree { count: u64, shift: u8, mask: u16, children: Box<[Slot]> },
}

impl Set {
    /// The empty set.
    pub fn empty() -> Set { todo!() }
    /// A set of these values.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Set { todo!() }
    /// Number of elements.
    pub fn count(&self) -> u64 { todo!() }
    /// Whether there is no element.
    pub fn is_empty(&self) -> bool { self.count() == 0 }
    /// Whether a value is an element.
    pub fn contains(&self, value: &Value) -> Result<bool, Missing> { todo!() }
    /// With an element. The same set when nothing changes.
    pub fn include(&self, value: Value) -> Result<Set, Missing> { todo!() }
    /// Without an element. The same set when nothing changes.
    pub fn exclude(&self, value: &Value) -> Result<Set, Missing> { todo!() }
    /// Elements of either.
    pub fn union(&self, other: &Set) -> Result<Set, Missing> { todo!() }
    /// Elements of both.
    pub fn intersection(&self, other: &Set) -> Result<Set, Missing> { todo!() }
    /// Elements of this but not of the other.
    pub fn difference(&self, other: &Set) -> Result<Set, Missing> { todo!() }
    /// Whether the other has all elements of this.
    pub fn is_subset(&self, other: &Set) -> Result<bool, Missing> { todo!() }
    /// The element at a position in the order of hashes, `None` when out of range.
    pub fn get_at(&self, position: u64) -> Result<Option<&Value>, Missing> { todo!() }
    /// The elements in the order of their hashes.
    pub fn iter(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ { std::iter::empty() }
    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) { todo!() }
}
