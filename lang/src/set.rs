//! Hash sets: elements ordered by their hash, in a radix-16 tree (CAD002).

use crate::cell::{Node, Slot};
use crate::draft::Loose;
use crate::limits::MAX_MAP_LEAF_ENTRIES;
use crate::radix::{self, Form, Item, Items, Root, until_error};
use crate::radix_merge::{self, Wins};
use crate::radix_parts;
use crate::*;
use std::sync::LazyLock;
use triomphe::Arc;

/// An immutable hash set.
#[derive(Clone)]
pub struct Set(pub(crate) Arc<Node<Form<(Hash, Slot)>>>);

/// The shape of a set. In a leaf each element stands with its hash.
pub(crate) type SetBody = radix::Body<(Hash, Slot)>;

impl Loose for Value {
    fn key(&self) -> &Value {
        self
    }

    fn is_same(&self, _: &Value) -> bool {
        true
    }
}

impl Item for (Hash, Slot) {
    type Loose = Value;

    fn tied(element: Value, hash: Hash) -> (Hash, Slot) {
        (hash, element.into())
    }

    fn loose(&self) -> Option<Value> {
        self.1.held().cloned()
    }

    fn hash(&self) -> &Hash {
        &self.0
    }

    fn is_same(&self, _: &(Hash, Slot)) -> bool {
        true
    }

    fn collection(root: Root<(Hash, Slot)>) -> Value {
        Value::Set(Set(root))
    }

    fn root(value: &Value) -> Option<&Root<(Hash, Slot)>> {
        if let Value::Set(set) = value { Some(radix::settled(&set.0)) } else { None }
    }

    fn root_mut(value: &mut Value) -> Result<&mut Root<(Hash, Slot)>, &mut Value> {
        if let Value::Set(set) = value { Ok(&mut set.0) } else { Err(value) }
    }
}

static EMPTY: LazyLock<Set> = LazyLock::new(|| Set(radix::leaf([])));

impl Set {
    /// The empty set.
    pub fn empty() -> Set {
        EMPTY.clone()
    }

    /// A set of these values. O(n log n) once.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Set {
        let mut elements: Vec<(Hash, Slot)> = values.into_iter().map(|v| (v.hash(), v.into())).collect();
        if elements.is_empty() {
            return Set::empty();
        }
        radix::sort(&mut elements);
        Set(radix::build(elements))
    }

    /// The canonical tree.
    fn tree(&self) -> &Root<(Hash, Slot)> {
        radix::settled(&self.0)
    }

    /// Number of elements.
    pub fn count(&self) -> u64 {
        self.0.body.count()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Whether a value is an element. In a small set the elements are compared, in a large one their hashes.
    pub fn contains(&self, value: &Value) -> Result<bool, Missing> {
        if let Form::Draft(draft) = &self.0.body
            && let Ok(found) = draft.find(value)
        {
            return Ok(found.is_some());
        }
        if let SetBody::Leaf(elements) = self.0.body.shape() {
            return Ok(match value.facts().and_then(|facts| facts.hash()) {
                Some(hash) => elements.iter().any(|element| element.0 == *hash),
                None => elements.iter().any(|(hash, slot)| match slot.loaded() {
                    Some(own) => own == value,
                    None => !value.is_embedded() && *hash == value.hash(),
                }),
            });
        }
        Ok(radix::find(self.tree(), &value.hash())?.is_some())
    }

    /// With an element. The same set when nothing changes.
    pub fn include(&self, value: Value) -> Result<Set, Missing> {
        let mut set = self.clone();
        set.insert(value)?;
        Ok(set)
    }

    /// Adds an element, in place where nobody else holds the nodes of the set. The same set when nothing
    /// changes.
    pub fn insert(&mut self, value: Value) -> Result<(), Missing> {
        if matches!(self.0.body, Form::Settled(SetBody::Leaf(_))) && self.contains(&value)? {
            return Ok(());
        }
        radix::put(&mut self.0, value)
    }

    /// Without an element. The same set when nothing changes.
    pub fn exclude(&self, value: &Value) -> Result<Set, Missing> {
        let mut set = self.clone();
        set.remove(value)?;
        Ok(set)
    }

    /// Removes an element, in place where nobody else holds the nodes of the set. The same set when nothing
    /// changes.
    pub fn remove(&mut self, value: &Value) -> Result<(), Missing> {
        radix::remove(&mut self.0, &value.hash())
    }

    /// Elements of either. The same set when the other adds nothing.
    pub fn union(&self, other: &Set) -> Result<Set, Missing> {
        let both = radix_merge::union(self.tree(), other.tree(), Wins::First)?;
        Ok(Set(radix::same_or(&self.0, radix::same_or(&other.0, both))))
    }

    /// Elements of both. The same set when the other has all elements.
    pub fn intersection(&self, other: &Set) -> Result<Set, Missing> {
        radix_merge::intersection(self.tree(), other.tree()).map(|tree| Set(radix::same_or(&self.0, tree)))
    }

    /// Elements of this but not of the other. The same set when the other has none of them.
    pub fn difference(&self, other: &Set) -> Result<Set, Missing> {
        radix_merge::difference(self.tree(), other.tree()).map(|tree| Set(radix::same_or(&self.0, tree)))
    }

    /// Whether the other has all elements of this.
    pub fn is_subset(&self, other: &Set) -> Result<bool, Missing> {
        radix_merge::is_subset(self.tree(), other.tree())
    }

    /// The element at a position in the order of hashes, `None` when out of range.
    pub fn get_at(&self, position: u64) -> Result<Option<&Value>, Missing> {
        radix::item_at(self.tree(), position)?.map(|(_, slot)| slot.get()).transpose()
    }

    /// The elements at the positions from `start` to `end`, `None` when not within the set. Keeps more than
    /// that where the reference does: when more than 15 elements are asked for and all of them stand in the
    /// last child of a tree, then of that child only its own first child is cut.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Set>, Missing> {
        if start > end || end > self.count() {
            return Ok(None);
        }
        slice(self.tree(), start, end).map(|tree| Some(Set(radix::same_or(&self.0, tree))))
    }

    /// The elements in the order of their hashes. Stops after the first error.
    pub fn iter(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Items::new(self.tree()).map(|element| element?.1.get()))
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        match self.0.body.shape() {
            SetBody::Leaf(elements) => elements.iter().for_each(|(_, slot)| f(slot)),
            SetBody::Tree { children, .. } => children.iter().for_each(f),
        }
    }
}

/// The elements of a range within a set or a part of one, cut as [`Set::slice`] tells.
fn slice(root: &Root<(Hash, Slot)>, start: u64, end: u64) -> Result<Root<(Hash, Slot)>, Missing> {
    let tree = match root.body.shape() {
        SetBody::Tree { shift, children, .. } if end - start > MAX_MAP_LEAF_ENTRIES as u64 => {
            Some((shift, children))
        }
        _ => None,
    };
    let Some((shift, children)) = tree else { return radix_parts::slice(root, start, end) };
    if start == 0 && end == root.body.count() {
        return Ok(root.clone());
    }
    if let Some(slot) = children.last()
        && let last = radix::child::<(Hash, Slot)>(slot, *shift)?
        && let Some(first) = root.body.count().checked_sub(last.body.count())
        && start >= first
        && let SetBody::Tree { shift, .. } = last.body.shape()
    {
        let mut parts = radix_parts::parts(last)?;
        let cut = radix_parts::cut(parts.remove(0), *shift, start - first, end - first, slice)?;
        return radix_parts::assemble(*shift, cut.into_iter().chain(parts).collect());
    }
    radix_parts::slice_with(root, start, end, slice)
}
