//! Vectors: chunks of 16 with a tail, as the encoding defines them (CAD002).

use crate::cell::{Node, Slot, body_mut};
use crate::packing::{Packing, append_chunk, child_bits, child_size, is_full, pack};
use crate::rest::{Rest, RestSlots};
use crate::whole::is_whole_vector;
use crate::*;
use std::sync::LazyLock;
use triomphe::Arc;

/// The elements in one chunk, and the most children of a tree (CAD003).
pub(crate) const CHUNK: usize = 16;

/// An immutable sequence with fast access by position.
#[derive(Clone)]
pub struct Vector(pub(crate) Arc<Node<Repr>>);

/// A vector, or what will become one once its tree is needed. No part of a tree is a rest.
pub(crate) enum Repr {
    Whole(VectorBody),
    Rest(Box<Rest>),
}

const _: () = assert!(size_of::<Repr>() == size_of::<VectorBody>());

impl Repr {
    /// The tree. That of a rest is made if that was not done yet.
    #[inline]
    fn body(&self) -> &VectorBody {
        match self {
            Repr::Whole(body) => body,
            Repr::Rest(rest) => Repr::body_of(rest),
        }
    }

    #[cold]
    fn count_of(rest: &Rest) -> u64 {
        rest.count()
    }

    #[cold]
    fn body_of(rest: &Rest) -> &VectorBody {
        rest.tree().body()
    }

    /// The tree to be changed.
    #[inline]
    fn body_mut(&mut self) -> &mut VectorBody {
        match self {
            Repr::Whole(body) => body,
            rest => rest.made_mut(),
        }
    }

    #[cold]
    fn made_mut(&mut self) -> &mut VectorBody {
        *self = self.clone();
        self.body_mut()
    }
}

impl Clone for Repr {
    fn clone(&self) -> Repr {
        Repr::Whole(self.body().clone())
    }
}

/// The shape of a vector.
pub(crate) enum VectorBody {
    /// Up to 16 last elements, and all before them (a multiple of 16) as a packed vector.
    Leaf { count: u64, items: Vec<Slot>, prefix: Option<Slot> },
    /// A packed vector of more than 16 elements: children are packed vectors, all full but the last.
    Tree { count: u64, children: Vec<Slot> },
}

impl Clone for VectorBody {
    fn clone(&self) -> VectorBody {
        match self {
            VectorBody::Leaf { count, items, prefix } => {
                VectorBody::Leaf { count: *count, items: items.clone(), prefix: prefix.clone() }
            }
            VectorBody::Tree { count, children } => {
                VectorBody::Tree { count: *count, children: children.iter().map(share).collect() }
            }
        }
    }
}

/// A clone of the slot of a part. Updates spend much of their time here, so the kind of the child is tried
/// first.
fn share(slot: &Slot) -> Slot {
    match slot.built() {
        Some(Value::Vector(vector)) => Slot::new(Value::Vector(vector.clone())),
        _ => slot.clone(),
    }
}

static EMPTY: LazyLock<Vector> = LazyLock::new(|| Vector::leaf(0, Vec::new(), None));

impl Default for Vector {
    fn default() -> Vector {
        Vector::empty()
    }
}

impl Vector {
    /// The empty vector.
    pub fn empty() -> Vector {
        EMPTY.clone()
    }

    /// A vector of these values. O(n).
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Vector {
        pack(values.into_iter().map(Slot::new).collect())
    }

    pub(crate) fn from_slots(slots: Vec<Slot>) -> Vector {
        pack(slots)
    }

    /// A vector of these values, or the first error among them. O(n).
    pub fn try_from_values<E>(values: impl IntoIterator<Item = Result<Value, E>>) -> Result<Vector, E> {
        Ok(pack(values.into_iter().map(|value| value.map(Slot::new)).collect::<Result<_, E>>()?))
    }

    pub(crate) fn leaf(count: u64, items: Vec<Slot>, prefix: Option<Slot>) -> Vector {
        Vector(Node::shared(Repr::Whole(VectorBody::Leaf { count, items, prefix })))
    }

    pub(crate) fn tree(count: u64, children: Vec<Slot>) -> Vector {
        Vector(Node::shared(Repr::Whole(VectorBody::Tree { count, children })))
    }

    pub(crate) fn of_body(body: VectorBody) -> Vector {
        Vector(Node::shared(Repr::Whole(body)))
    }

    /// The tree.
    #[inline]
    pub(crate) fn body(&self) -> &VectorBody {
        self.0.body.body()
    }

    /// The tree to be changed: in place when nobody else holds the vector, else in a copy that takes its place.
    #[inline]
    pub(crate) fn body_mut(&mut self) -> &mut VectorBody {
        body_mut(&mut self.0).body_mut()
    }

    /// The rest that this is, to be changed; `None` when it is a plain vector, or becomes one, as its tree is there.
    #[inline]
    fn rest_mut(&mut self) -> Option<&mut Rest> {
        if matches!(self.0.body, Repr::Whole(_)) { None } else { self.rest_to_change() }
    }

    #[cold]
    fn rest_to_change(&mut self) -> Option<&mut Rest> {
        let Repr::Rest(rest) = &self.0.body else { return None };
        if let Some(tree) = rest.made() {
            *self = tree.clone();
            return None;
        }
        if !self.0.is_unique() {
            *self = Vector(Node::shared(Repr::Rest(Box::new(rest.copy()))));
        }
        let node = Arc::get_mut(&mut self.0)?;
        node.facts.forget();
        match &mut node.body {
            Repr::Rest(rest) => {
                rest.forget();
                Some(rest)
            }
            Repr::Whole(_) => None,
        }
    }

    /// Number of elements.
    #[inline]
    pub fn count(&self) -> u64 {
        match &self.0.body {
            Repr::Whole(VectorBody::Leaf { count, .. } | VectorBody::Tree { count, .. }) => *count,
            Repr::Rest(rest) => Repr::count_of(rest),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The slots of a vector of at most 16 elements, none of any other.
    pub(crate) fn few_slots(&self) -> &[Slot] {
        match &self.0.body {
            Repr::Whole(VectorBody::Leaf { items, prefix: None, .. }) => items,
            _ => &[],
        }
    }

    /// The element at a position, `None` when out of range. O(log n).
    #[inline]
    pub fn get(&self, position: u64) -> Result<Option<&Value>, Missing> {
        self.slot(position)?.map(Slot::get).transpose()
    }

    /// The first element, `None` when there is none. O(log n).
    pub fn first(&self) -> Result<Option<&Value>, Missing> {
        self.get(0)
    }

    /// The last element, `None` when there is none. O(log n).
    pub fn last(&self) -> Result<Option<&Value>, Missing> {
        self.get(self.count().wrapping_sub(1))
    }

    #[inline]
    pub(crate) fn slot(&self, position: u64) -> Result<Option<&Slot>, Missing> {
        match &self.0.body {
            Repr::Whole(VectorBody::Leaf { items, prefix: None, .. }) => {
                Ok(usize::try_from(position).ok().and_then(|position| items.get(position)))
            }
            _ => self.slot_below(position),
        }
    }

    fn slot_below(&self, position: u64) -> Result<Option<&Slot>, Missing> {
        if position >= self.count() {
            return Ok(None);
        }
        if let Some(rest) = self.rest() {
            return rest.slot(position);
        }
        Ok(self.chunk(position)?.get(position as usize % CHUNK))
    }

    /// The chunk that holds a position below the count.
    pub(crate) fn chunk(&self, mut position: u64) -> Result<&[Slot], Missing> {
        let mut vector = self;
        loop {
            match &vector.0.body {
                Repr::Whole(VectorBody::Leaf { count, items, prefix }) => {
                    let before = count - items.len() as u64;
                    match prefix {
                        Some(slot) if position < before => vector = part(slot, before)?,
                        _ => return Ok(items),
                    }
                }
                Repr::Whole(VectorBody::Tree { count, children }) => {
                    let (i, start, length) = child_of(*count, position);
                    vector = part(&children[i], length)?;
                    position -= start;
                }
                Repr::Rest(rest) => vector = rest.tree(),
            }
        }
    }

    /// With an element replaced, `None` when out of range. O(log n).
    pub fn assoc(&self, position: u64, value: Value) -> Result<Option<Vector>, Missing> {
        let mut vector = self.clone();
        Ok(vector.set(position, value)?.then_some(vector))
    }

    /// Replaces an element, in place when nobody else holds the vector; answers whether the position is in
    /// range. O(log n).
    pub fn set(&mut self, position: u64, value: Value) -> Result<bool, Missing> {
        let Some(slot) = self.slot(position)? else { return Ok(false) };
        if !slot.loaded().is_some_and(|own| own.is_plainly(&value)) {
            self.replace(position, value)?;
        }
        Ok(true)
    }

    fn replace(&mut self, position: u64, value: Value) -> Result<(), Missing> {
        if let Some(rest) = self.rest_mut() {
            let (vector, place) = rest.place_mut(position);
            return vector.replace(place, value);
        }
        match self.body_mut() {
            VectorBody::Leaf { count, items, prefix } => {
                let before = *count - items.len() as u64;
                match prefix {
                    Some(slot) if position < before => part_mut(slot, before)?.replace(position, value),
                    _ => {
                        items[(position - before) as usize] = Slot::new(value);
                        Ok(())
                    }
                }
            }
            VectorBody::Tree { count, children } => {
                let (i, start, length) = child_of(*count, position);
                part_mut(&mut children[i], length)?.replace(position - start, value)
            }
        }
    }

    /// An element to be changed, in place where nobody else holds the vector; `None` when out of range. O(log n).
    pub fn get_mut(&mut self, position: u64) -> Result<Option<&mut Value>, Missing> {
        if position >= self.count() {
            return Ok(None);
        }
        match self.body_mut() {
            VectorBody::Leaf { count, items, prefix } => {
                let before = *count - items.len() as u64;
                match prefix {
                    Some(slot) if position < before => part_mut(slot, before)?.get_mut(position),
                    _ => items[(position - before) as usize].get_mut().map(Some),
                }
            }
            VectorBody::Tree { count, children } => {
                let (i, start, length) = child_of(*count, position);
                part_mut(&mut children[i], length)?.get_mut(position - start)
            }
        }
    }

    /// With an element appended. O(log n).
    pub fn conj(&self, value: Value) -> Result<Vector, Missing> {
        let mut vector = self.clone();
        vector.push(value)?;
        Ok(vector)
    }

    /// Appends an element, in place when nobody else holds the vector. O(log n).
    #[inline]
    pub fn push(&mut self, value: Value) -> Result<(), Missing> {
        if let Some(node) = Arc::get_mut(&mut self.0)
            && let Repr::Whole(VectorBody::Leaf { count, items, .. }) = &mut node.body
            && items.len() < CHUNK - 1
        {
            items.push(Slot::new(value));
            *count += 1;
            node.facts.forget();
            return Ok(());
        }
        self.push_generally(value)
    }

    fn push_generally(&mut self, value: Value) -> Result<(), Missing> {
        if let Some(rest) = self.rest_mut() {
            return rest.push(value);
        }
        match self.body() {
            VectorBody::Leaf { items, prefix: Some(prefix), .. } if items.len() == CHUNK - 1 => {
                let prefix = prefix.clone();
                return self.complete_chunk(prefix, value);
            }
            VectorBody::Leaf { items, .. } if items.len() < CHUNK => self.push_item(value),
            _ => {
                let mut items = Vec::with_capacity(CHUNK);
                items.push(value.into());
                let longer = Vector::leaf(self.count() + 1, items, None);
                let prefix = std::mem::replace(self, longer);
                if let VectorBody::Leaf { prefix: slot, .. } = self.body_mut() {
                    *slot = Some(Slot::new(prefix.into()));
                }
            }
        }
        Ok(())
    }

    /// Appends to a leaf that stays one.
    fn push_item(&mut self, value: Value) {
        if let Some(node) = Arc::get_mut(&mut self.0)
            && let Repr::Whole(VectorBody::Leaf { count, items, .. }) = &mut node.body
        {
            items.push(value.into());
            *count += 1;
            node.facts.forget();
        } else if let VectorBody::Leaf { count, items, prefix } = self.body() {
            let mut list = Vec::with_capacity(items.len() + 1);
            list.extend_from_slice(items);
            list.push(value.into());
            *self = Vector::leaf(count + 1, list, prefix.clone());
        }
    }

    /// Appends the element that makes the last items a whole chunk, which joins the packed vector before them.
    fn complete_chunk(&mut self, prefix: Slot, value: Value) -> Result<(), Missing> {
        let before = self.count() + 1 - CHUNK as u64;
        if is_full(before) {
            self.split_off_chunk(value);
            let chunk = Slot::new(self.clone().into());
            *self = Vector::tree(before + CHUNK as u64, vec![prefix, chunk]);
            return Ok(());
        }
        let packed = part(&prefix, before)?.clone();
        drop(prefix);
        reach_end(&packed)?;
        self.split_off_chunk(value);
        let chunk = std::mem::replace(self, packed);
        append_chunk(self, chunk)
    }

    /// Turns a leaf into a chunk of its items and one more.
    fn split_off_chunk(&mut self, value: Value) {
        if let VectorBody::Leaf { count, items, prefix } = self.body_mut() {
            items.push(value.into());
            (*count, *prefix) = (CHUNK as u64, None);
        }
    }

    /// The elements from `start` to `end`, `None` when not within the vector. Whole chunks are shared when
    /// `start` is a multiple of 16; else O(`end - start`).
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Vector>, Missing> {
        let count = self.count();
        if start > end || end > count {
            return Ok(None);
        }
        if start == end {
            return Ok(Some(Vector::empty()));
        }
        if start == 0 && end == count {
            return Ok(Some(self.clone()));
        }
        if let Repr::Whole(VectorBody::Leaf { items, prefix, .. }) = &self.0.body {
            let before = count - items.len() as u64;
            if start >= before {
                let items = &items[(start - before) as usize..(end - before) as usize];
                return Ok(Some(Vector::leaf(end - start, items.to_vec(), None)));
            }
            if start == 0 && end > before {
                return Ok(Some(Vector::leaf(
                    end,
                    items[..(end - before) as usize].to_vec(),
                    prefix.clone(),
                )));
            }
        }
        let mut packing = Packing::default();
        packing.extend(self, start, end)?;
        packing.finish().map(Some)
    }

    /// This vector followed by another. O(elements of the other); whole chunks of it are shared when this has a
    /// multiple of 16 elements.
    pub fn concat(&self, other: &Vector) -> Result<Vector, Missing> {
        if other.is_empty() {
            return Ok(self.clone());
        }
        if self.is_empty() {
            return Ok(other.clone());
        }
        if i64::try_from(self.count().saturating_add(other.count())).is_err() {
            // Only parts shared many times over add up to this; their elements cannot all be had.
            return Err(Missing::new(Value::from(other.clone()).hash()));
        }
        if let Some(rest) = self.rest()
            && is_whole_vector(other.plain())
        {
            return rest.followed_by(other.plain());
        }
        let mut packing = Packing::default();
        packing.extend(self, 0, self.count())?;
        packing.extend(other, 0, other.count())?;
        packing.finish()
    }

    /// All elements in order. Stops after the first error.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Result<&Value, Missing>> + '_ {
        self.iter_from(0)
    }

    /// The elements from a position on, in order. Stops after the first error.
    #[inline]
    pub fn iter_from(&self, start: u64) -> impl DoubleEndedIterator<Item = Result<&Value, Missing>> + '_ {
        Iter { slots: self.all_slots(start) }
    }

    /// The slots from a position on.
    #[inline]
    pub(crate) fn all_slots(&self, start: u64) -> Slots<'_> {
        let mut slots = self.slots(start, self.count());
        if matches!(self.0.body, Repr::Rest(_)) {
            slots.rest = self.rest_slots(start);
        }
        slots
    }

    #[cold]
    fn rest_slots(&self, start: u64) -> Option<Box<RestSlots<'_>>> {
        self.rest().map(|rest| Box::new(rest.slots(start)))
    }

    /// The slots from `start` to `end`, a range within the vector, which is no rest or has become one with its tree.
    #[inline]
    pub(crate) fn slots(&self, start: u64, end: u64) -> Slots<'_> {
        let left = end.saturating_sub(start);
        Slots { vector: self, rest: None, left, front: start, front_chunk: &[], back_chunk: &[] }
    }

    /// All elements in order.
    pub fn to_vec(&self) -> Result<Vec<Value>, Missing> {
        self.iter().map(|v| v.cloned()).collect()
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        match self.body() {
            VectorBody::Leaf { items, prefix, .. } => items.iter().chain(prefix).for_each(f),
            VectorBody::Tree { children, .. } => children.iter().for_each(f),
        }
    }
}

/// The number of the child of a tree of `count` elements that holds a position, where it starts, and its length.
#[inline]
fn child_of(count: u64, position: u64) -> (usize, u64, u64) {
    let bits = child_bits(count);
    let start = position >> bits << bits;
    ((position >> bits) as usize, start, (1 << bits).min(count - start))
}

/// A child that must be a vector with a given number of elements.
#[inline]
pub(crate) fn part(slot: &Slot, count: u64) -> Result<&Vector, Missing> {
    match slot.get()? {
        Value::Vector(vector) if vector.count() == count => Ok(vector),
        _ => Err(slot.unfit()),
    }
}

/// A child to be changed that must be a vector with a given number of elements.
pub(crate) fn part_mut(slot: &mut Slot, count: u64) -> Result<&mut Vector, Missing> {
    part(slot, count)?;
    match slot.get_mut()? {
        Value::Vector(vector) => Ok(vector),
        value => Err(Missing::new(value.hash())),
    }
}

/// Fetches all nodes at the end of a packed vector, to which a chunk can then be appended.
fn reach_end(mut packed: &Vector) -> Result<(), Missing> {
    while let VectorBody::Tree { count, children } = packed.body()
        && let rest = count % child_size(*count)
        && rest > 0
        && let Some(last) = children.last()
    {
        packed = part(last, rest)?;
    }
    Ok(())
}

/// The slots of a range from both ends, a chunk at a time.
pub(crate) struct Slots<'a> {
    vector: &'a Vector,
    /// Where the slots of a rest come from, of which no chunk is ever at hand: so what is asked first, and often, is the
    /// same for all vectors.
    rest: Option<Box<RestSlots<'a>>>,
    /// How many are still to come.
    left: u64,
    /// The position after those at hand at the front.
    front: u64,
    front_chunk: &'a [Slot],
    back_chunk: &'a [Slot],
}

impl<'a> Slots<'a> {
    #[cold]
    fn next_chunk(&mut self) -> Option<Result<&'a Slot, Missing>> {
        if self.rest.is_some() {
            return self.rest_next();
        }
        Some(self.vector.chunk(self.front).map(|chunk| {
            let chunk = &chunk[self.front as usize % CHUNK..];
            self.front += chunk.len() as u64;
            self.front_chunk = &chunk[1..];
            &chunk[0]
        }))
    }

    #[cold]
    fn rest_next(&mut self) -> Option<Result<&'a Slot, Missing>> {
        self.rest.as_mut()?.next()
    }

    #[cold]
    fn rest_next_back(&mut self) -> Option<Result<&'a Slot, Missing>> {
        self.rest.as_mut()?.next_back()
    }

    #[cold]
    fn next_chunk_back(&mut self) -> Option<Result<&'a Slot, Missing>> {
        if self.rest.is_some() {
            return self.rest_next_back();
        }
        // None are at hand at the back, and so many are left before the last one.
        let last = self.front - self.front_chunk.len() as u64 + self.left;
        let offset = last as usize % CHUNK;
        Some(self.vector.chunk(last).map(|chunk| {
            self.back_chunk = &chunk[..offset];
            &chunk[offset]
        }))
    }
}

impl<'a> Iterator for Slots<'a> {
    type Item = Result<&'a Slot, Missing>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match self.front_chunk.split_first() {
            Some((slot, rest)) => {
                self.front_chunk = rest;
                Some(Ok(slot))
            }
            None => self.next_chunk(),
        }
    }
}

impl DoubleEndedIterator for Slots<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match self.back_chunk.split_last() {
            Some((slot, rest)) => {
                self.back_chunk = rest;
                Some(Ok(slot))
            }
            None => self.next_chunk_back(),
        }
    }
}

/// Elements from both ends; nothing follows an error.
struct Iter<'a> {
    slots: Slots<'a>,
}

impl<'a> Iter<'a> {
    #[inline]
    fn value_in(&mut self, slot: Result<&'a Slot, Missing>) -> Option<Result<&'a Value, Missing>> {
        let value = slot.and_then(Slot::get);
        if value.is_err() {
            self.slots.left = 0;
        }
        Some(value)
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Result<&'a Value, Missing>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next()?;
        self.value_in(slot)
    }
}

impl DoubleEndedIterator for Iter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next_back()?;
        self.value_in(slot)
    }
}
