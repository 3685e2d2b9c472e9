//! Rests: what is left of a collection after its first elements, with elements put before and after it, without a
//! copy of what is left.
//!
//! Taking the rest of a collection and putting an element before it cost the same whatever its size, so that neither
//! may copy it. A rest refers to a stretch of a vector, read in either direction, between two vectors of elements that
//! were put to its ends. Its own tree is made when something other than reading and changing single elements asks for it:
//! anew for the encoding, the hash and the memory size, which are kept without it (`passing.rs`), once and for good where
//! its cells are gone through, as when they are stored. No value, order or size that can be observed depends on whether
//! there was a rest.

use crate::cell::{Node, Slot};
use crate::packing::{Packing, child_size};
use crate::vector::{CHUNK, Repr, Slots, VectorBody, part};
use crate::walk;
use crate::whole::is_whole_vector;
use crate::{List, Missing, Value, Vector};
use std::sync::OnceLock;

/// A stretch of fewer elements than the vector that it belongs to, divided by this, gets a smaller vector, so that it
/// does not keep the whole of a much larger one alive.
const MAX_KEPT: u64 = 4;

/// More than 16 elements: those before the stretch, the stretch, and those after it. None of the three vectors is
/// itself a rest, all of their parts are in memory, and the stretch is not empty.
pub(crate) struct Rest {
    /// The elements before the stretch, from the last to the first.
    front: Vector,
    stretch: Stretch,
    /// The elements after the stretch.
    back: Vector,
    /// The vector of all these elements, when it was asked for.
    tree: OnceLock<Vector>,
    /// See [`Rest::content`].
    content: OnceLock<Box<[u8]>>,
}

/// The elements of a vector from `start` to `end`.
#[derive(Clone)]
struct Stretch {
    base: Vector,
    start: u64,
    end: u64,
    /// Whether they are read from the end to the start.
    is_reversed: bool,
    /// The set, map or index of which the vector has parts that are made later, if it is such a one.
    source: Option<Slot>,
}

impl Stretch {
    /// All elements of a vector.
    fn whole(base: Vector) -> Stretch {
        let end = base.count();
        Stretch { base, start: 0, end, is_reversed: false, source: None }
    }

    fn count(&self) -> u64 {
        self.end - self.start
    }

    /// The place in the vector of an element of the stretch.
    fn place(&self, position: u64) -> u64 {
        if self.is_reversed { self.end - 1 - position } else { self.start + position }
    }

    /// The elements of the stretch from one position to another.
    fn cut(&self, from: u64, to: u64) -> Stretch {
        let (start, end) = match self.is_reversed {
            true => (self.end - to, self.end - from),
            false => (self.start + from, self.start + to),
        };
        Stretch { start, end, ..self.clone() }
    }

    /// The same elements of a vector that is not much longer. Whole parts are shared, so that this takes few steps.
    fn narrowed(self) -> Result<Stretch, Missing> {
        let count = self.count();
        if count.saturating_mul(MAX_KEPT) >= self.base.count() {
            return Ok(self);
        }
        let unit = 1 << (count.max(CHUNK as u64).ilog2() / 4 * 4);
        let first = self.start - self.start % unit;
        let last = self.end.next_multiple_of(CHUNK as u64).min(self.base.count());
        let mut packing = Packing::default();
        packing.extend(&self.base, first, last)?;
        let base = packing.finish()?;
        Ok(Stretch { base, start: self.start - first, end: self.end - first, ..self })
    }

    /// All slots in order. Parts that are not made yet are made for the caller alone.
    fn fresh_slots(&self) -> Result<Vec<Slot>, Missing> {
        let mut slots = Vec::with_capacity(self.count() as usize);
        gather(&self.base, self.start, self.end, &mut slots)?;
        if self.is_reversed {
            slots.reverse();
        }
        Ok(slots)
    }
}

/// Adds the slots of a vector from `start` to `end`, a range within it, to others. Parts that are not made yet are made
/// for this alone.
fn gather(vector: &Vector, start: u64, end: u64, slots: &mut Vec<Slot>) -> Result<(), Missing> {
    match vector.body() {
        VectorBody::Leaf { count, items, prefix } => {
            let before = count - items.len() as u64;
            if let Some(prefix) = prefix
                && start < before
            {
                gather_part(prefix, before, start, end.min(before), slots)?;
            }
            let range = start.saturating_sub(before) as usize..end.saturating_sub(before) as usize;
            slots.extend_from_slice(&items[range]);
        }
        VectorBody::Tree { count, children } => {
            let size = child_size(*count);
            for (first, child) in (0..*count).step_by(size as usize).zip(children) {
                let length = size.min(count - first);
                let (from, to) = (start.saturating_sub(first), end.saturating_sub(first).min(length));
                if from < to {
                    gather_part(child, length, from, to, slots)?;
                }
            }
        }
    }
    Ok(())
}

fn gather_part(slot: &Slot, count: u64, start: u64, end: u64, slots: &mut Vec<Slot>) -> Result<(), Missing> {
    match slot.walk().and_then(|walk| walk.fresh_slots(start, end)) {
        Some(fresh) => slots.extend(fresh),
        None => gather(part(slot, count)?, start, end, slots)?,
    }
    Ok(())
}

impl Rest {
    /// The vector of these elements: a rest, or a plain one where that is as short or as near.
    fn vector(front: Vector, stretch: Stretch, back: Vector) -> Result<Vector, Missing> {
        let stretch = stretch.narrowed()?;
        let rest = Rest { front, stretch, back, tree: OnceLock::new(), content: OnceLock::new() };
        if rest.count() <= CHUNK as u64 {
            return Ok(Vector::from_slots(
                rest.slots(0).map(|slot| slot.cloned()).collect::<Result<_, _>>()?,
            ));
        }
        let Stretch { base, is_reversed, source, .. } = &rest.stretch;
        if !is_reversed
            && source.is_none()
            && rest.count() == base.count()
            && rest.stretch.count() == base.count()
        {
            return Ok(base.clone());
        }
        Ok(Vector(Node::shared(Repr::Rest(Box::new(rest)))))
    }

    /// A copy to be changed.
    pub fn copy(&self) -> Rest {
        let (front, stretch, back) = (self.front.clone(), self.stretch.clone(), self.back.clone());
        Rest { front, stretch, back, tree: OnceLock::new(), content: OnceLock::new() }
    }

    /// Number of elements.
    pub fn count(&self) -> u64 {
        self.front.count() + self.stretch.count() + self.back.count()
    }

    /// The vector of all elements, if it was asked for.
    pub fn made(&self) -> Option<&Vector> {
        self.tree.get()
    }

    /// The vector of all elements, which is made once.
    pub fn tree(&self) -> &Vector {
        self.tree.get_or_init(|| self.fresh_tree())
    }

    /// A vector of all elements, which nothing keeps.
    pub fn fresh_tree(&self) -> Vector {
        let mut packing = Packing::default();
        let packed = self.pack(&mut packing, 0, self.count()).and_then(|()| packing.finish());
        packed.expect("all parts of the vectors of a rest are in memory")
    }

    /// What stands after the tag in the encoding of the vector of all elements, if that is short and was found.
    pub fn content(&self) -> Option<&[u8]> {
        self.content.get().map(|bytes| &**bytes)
    }

    /// Forgets what was found, of a rest that is to be changed. It has no tree.
    pub fn forget(&mut self) {
        self.content.take();
    }

    /// Remembers what stands after the tag in a short encoding.
    pub fn set_content(&self, bytes: &[u8]) {
        let _ = self.content.set(bytes.into());
    }

    /// Calls a function with cells that hold all that the elements hold: the elements, or the collection that has them.
    pub fn for_each_holder<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        let Stretch { base, start, end, source, .. } = &self.stretch;
        // The parts of all three vectors are in memory.
        self.front.slots(0, self.front.count()).flatten().for_each(&mut *f);
        match source {
            Some(collection) => f(collection),
            None => base.slots(*start, *end).flatten().for_each(&mut *f),
        }
        self.back.slots(0, self.back.count()).flatten().for_each(f);
    }

    /// Appends the elements from `start` to `end` to what is being packed.
    pub fn pack(&self, packing: &mut Packing, start: u64, end: u64) -> Result<(), Missing> {
        let (before, stretched) = (self.front.count(), self.stretch.count());
        let within = |first: u64, count: u64| {
            (start.saturating_sub(first).min(count), end.saturating_sub(first).min(count))
        };
        let (from, to) = within(0, before);
        for slot in self.front.slots(before - to, before - from).rev() {
            packing.push(slot?.clone());
        }
        let (from, to) = within(before, stretched);
        let cut = self.stretch.cut(from, to);
        if cut.is_reversed || cut.source.is_some() {
            cut.fresh_slots()?.into_iter().for_each(|slot| packing.push(slot));
        } else {
            packing.extend(&cut.base, cut.start, cut.end)?;
        }
        let (from, to) = within(before + stretched, self.back.count());
        packing.extend(&self.back, from, to)
    }

    /// Which vector holds the element at a position, and where.
    fn place(&self, position: u64) -> (Part, u64) {
        let (before, stretched) = (self.front.count(), self.stretch.count());
        if position < before {
            (Part::Front, before - 1 - position)
        } else if position - before < stretched {
            (Part::Stretch, self.stretch.place(position - before))
        } else {
            (Part::Back, position - before - stretched)
        }
    }

    pub fn slot(&self, position: u64) -> Result<Option<&Slot>, Missing> {
        match self.place(position) {
            (Part::Front, place) => self.front.slot(place),
            (Part::Stretch, place) => self.stretch.base.slot(place),
            (Part::Back, place) => self.back.slot(place),
        }
    }

    /// The vector that holds the element at a position, to be changed, and where it is.
    pub fn place_mut(&mut self, position: u64) -> (&mut Vector, u64) {
        match self.place(position) {
            (Part::Front, place) => (&mut self.front, place),
            (Part::Stretch, place) => (&mut self.stretch.base, place),
            (Part::Back, place) => (&mut self.back, place),
        }
    }

    /// Appends an element.
    pub fn push(&mut self, value: Value) -> Result<(), Missing> {
        self.back.push(value)
    }

    /// All elements and then those of a vector that is no rest, all parts of which are in memory.
    pub fn followed_by(&self, other: &Vector) -> Result<Vector, Missing> {
        let back = self.back.concat(other)?;
        Rest::vector(self.front.clone(), self.stretch.clone(), back)
    }

    /// The elements from `start` to `end`, more than none.
    fn cut(&self, start: u64, end: u64) -> Result<Vector, Missing> {
        let (before, stretched) = (self.front.count(), self.stretch.count());
        let until_back = before + stretched;
        let none = Vector::empty;
        if end <= before {
            let front = Stretch { is_reversed: true, ..Stretch::whole(self.front.clone()) };
            return Rest::vector(none(), front.cut(start, end), none());
        }
        if start >= until_back {
            let back = Stretch::whole(self.back.clone());
            return Rest::vector(none(), back.cut(start - until_back, end - until_back), none());
        }
        let stretch = self.stretch.cut(start.saturating_sub(before), end.min(until_back) - before);
        let front = self.front.prefix(before - start.min(before))?;
        Rest::vector(front, stretch, self.back.prefix(end.max(until_back) - until_back)?)
    }

    /// The slots from a position on.
    pub fn slots(&self, start: u64) -> RestSlots<'_> {
        let (before, stretched) = (self.front.count(), self.stretch.count());
        let front = self.front.slots(0, before - start.min(before));
        let stretch = self.stretch.cut_slots(start.saturating_sub(before).min(stretched));
        let back = self.back.slots(start.saturating_sub(before + stretched), self.back.count());
        RestSlots([Run { slots: front, is_reversed: true }, stretch, Run { slots: back, is_reversed: false }])
    }

    /// Whether this and another have the same elements for certain, because they are the same stretches.
    pub fn is_same(&self, other: &Rest) -> bool {
        let (a, b) = (&self.stretch, &other.stretch);
        (a.start, a.end, a.is_reversed) == (b.start, b.end, b.is_reversed)
            && [(&self.front, &other.front), (&a.base, &b.base), (&self.back, &other.back)]
                .iter()
                .all(|(a, b)| triomphe::Arc::ptr_eq(&a.0, &b.0) || a.is_empty() && b.is_empty())
    }

    /// The vectors of two rests that are nothing but the same stretch of vectors of the same length, and that stretch.
    pub fn aligned<'a>(&'a self, other: &'a Rest) -> Option<(&'a Vector, &'a Vector, u64, u64)> {
        let (a, b) = (&self.stretch, &other.stretch);
        let is_bare = |rest: &Rest| rest.front.is_empty() && rest.back.is_empty();
        let is_aligned = (a.start, a.end, a.is_reversed) == (b.start, b.end, b.is_reversed)
            && a.base.count() == b.base.count();
        (is_aligned && is_bare(self) && is_bare(other)).then_some((&a.base, &b.base, a.start, a.end))
    }
}

/// Which part of a rest.
enum Part {
    Front,
    Stretch,
    Back,
}

impl Stretch {
    fn cut_slots(&self, from: u64) -> Run<'_> {
        let (start, end) = match self.is_reversed {
            true => (self.start, self.end - from),
            false => (self.start + from, self.end),
        };
        Run { slots: self.base.slots(start, end), is_reversed: self.is_reversed }
    }
}

/// Slots of a vector in either direction.
struct Run<'a> {
    slots: Slots<'a>,
    is_reversed: bool,
}

impl<'a> Iterator for Run<'a> {
    type Item = Result<&'a Slot, Missing>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_reversed { self.slots.next_back() } else { self.slots.next() }
    }
}

impl DoubleEndedIterator for Run<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.is_reversed { self.slots.next() } else { self.slots.next_back() }
    }
}

/// The slots of a rest in order.
pub(crate) struct RestSlots<'a>([Run<'a>; 3]);

impl<'a> Iterator for RestSlots<'a> {
    type Item = Result<&'a Slot, Missing>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.iter_mut().find_map(Run::next)
    }
}

impl DoubleEndedIterator for RestSlots<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.iter_mut().rev().find_map(Run::next_back)
    }
}

impl Vector {
    /// The elements from `start` to `end`, `None` when not within the vector: what [`Vector::slice`] gives, without a
    /// copy of them. O(log n), unless parts of the vector are not in memory.
    pub fn view(&self, start: u64, end: u64) -> Result<Option<Vector>, Missing> {
        let count = self.count();
        if start > end || end > count {
            return Ok(None);
        }
        let view = match self.plain_or_rest() {
            _ if start == 0 && end == count => return Ok(Some(self.clone())),
            _ if start == end => Vector::empty(),
            Err(rest) => rest.cut(start, end)?,
            Ok(plain) if start == 0 || end - start <= CHUNK as u64 || !is_whole_vector(plain) => {
                return plain.slice(start, end);
            }
            Ok(plain) => {
                let stretch = Stretch::whole(plain.clone()).cut(start, end);
                Rest::vector(Vector::empty(), stretch, Vector::empty())?
            }
        };
        Ok(Some(view))
    }

    /// The elements in the opposite order, without a copy of them. O(1), unless parts of the vector are not in memory.
    pub fn reversed(&self) -> Result<Vector, Missing> {
        match self.plain_or_rest() {
            Err(rest) => {
                let stretch = Stretch { is_reversed: !rest.stretch.is_reversed, ..rest.stretch.clone() };
                Rest::vector(rest.back.clone(), stretch, rest.front.clone())
            }
            Ok(plain) if plain.count() <= CHUNK as u64 || !is_whole_vector(plain) => {
                let slots = plain.slots(0, plain.count()).rev();
                Ok(Vector::from_slots(slots.map(|slot| slot.cloned()).collect::<Result<_, _>>()?))
            }
            Ok(plain) => {
                let stretch = Stretch { is_reversed: true, ..Stretch::whole(plain.clone()) };
                Rest::vector(Vector::empty(), stretch, Vector::empty())
            }
        }
    }

    /// The elements of a vector, list or set, or the entries of a map or index as vectors of two, without a copy of
    /// them; `None` for any other value. O(log n), unless parts of the collection are not in memory.
    pub fn view_of(collection: &Value) -> Result<Option<Vector>, Missing> {
        Ok(match collection {
            Value::Vector(vector) => Some(vector.clone()),
            Value::List(list) => Some(list.reversed().reversed()?),
            _ => match walk::vector_of(collection)? {
                Some((vector, true)) => {
                    let source = Some(Slot::new(collection.clone()));
                    let stretch = Stretch { source, ..Stretch::whole(vector) };
                    Some(Rest::vector(Vector::empty(), stretch, Vector::empty())?)
                }
                other => other.map(|(vector, _)| vector),
            },
        })
    }

    /// A vector that is no rest: this one, or the one that the rest has become; else the rest.
    fn plain_or_rest(&self) -> Result<&Vector, &Rest> {
        match &self.0.body {
            Repr::Rest(rest) => rest.made().ok_or(rest),
            Repr::Whole(_) => Ok(self),
        }
    }

    /// A vector of these elements that is no rest.
    pub(crate) fn plain(&self) -> &Vector {
        self.plain_or_rest().unwrap_or_else(Rest::tree)
    }

    /// The first elements of a vector that is no rest. Shares all that it can.
    fn prefix(&self, count: u64) -> Result<Vector, Missing> {
        self.slice(0, count).map(Option::unwrap_or_default)
    }

    /// The rest that this is, if its own tree was not made yet.
    pub(crate) fn rest(&self) -> Option<&Rest> {
        self.plain_or_rest().err()
    }
}

impl List {
    /// A list of the elements of a vector, without a copy of them. O(1), unless parts of the vector are not in memory.
    pub fn view_of(vector: &Vector) -> Result<List, Missing> {
        vector.reversed().map(List::from_reversed)
    }
}
