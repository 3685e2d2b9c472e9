//! Where forms came from, also those that macros made and the ops that all are compiled to.

use super::{Span, Written};
use crate::*;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Where forms came from: by identity while they are kept here, and lists by hash as well, for code whose forms
/// were built anew from the same text.
///
/// A list built anew from a template has the cell of its first element in common with it, and so its position. While
/// a form is expanded or compiled it is entered, and what has no position of its own gets that of the innermost form
/// entered: what a macro makes stands where the macro was used. Where code stands outside of that, as that of a
/// macro's template does, its ops remember from which use they came.
#[derive(Default)]
pub struct Positions {
    /// Places known beforehand, shared with others.
    pub(super) base: Option<Arc<Positions>>,
    places: Vec<Place>,
    by_identity: HashMap<usize, u32, BuildHasherDefault<IdentityHasher>>,
    by_hash: HashMap<Hash, Span>,
    /// Lists that were read, by the source and start of their first element, as [`start_of`] has them.
    by_head: HashMap<u64, Span, BuildHasherDefault<IdentityHasher>>,
    /// The places up to here have been entered in `by_hash`.
    hashed: usize,
    /// The forms entered, outermost first.
    pub(super) entered: Vec<Entered>,
    /// The uses of macros that ops came from.
    uses: Vec<Use>,
    /// The functions that were compiled.
    pub(super) functions: Vec<Written>,
    /// Which of them a cell belongs to.
    pub(super) by_function: HashMap<usize, u32, BuildHasherDefault<IdentityHasher>>,
}

/// Where one form came from.
struct Place {
    /// Held so that no other cell can have its address.
    value: Value,
    span: Span,
    /// The spans of its elements, where some element has no identity.
    children: Option<Box<[Span]>>,
    origin: Origin,
    /// The use of a macro that it came from, where its span tells nothing of it.
    site: Option<u32>,
    /// The form entered when it got its position, for one that was made.
    around: Option<Span>,
    /// Where a macro was used last that gave this very form, which was read elsewhere.
    used: Option<Span>,
}

/// How a form got its position.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It was read there.
    Read,
    /// It was made from what was read there.
    Made,
}

/// A form that is being expanded or compiled.
#[derive(Clone, Copy)]
pub(super) struct Entered {
    pub(super) span: Span,
    site: Option<u32>,
}

/// A use of a macro, and the use that it came from itself.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Use {
    span: Span,
    outer: Option<u32>,
}

impl Positions {
    /// No positions.
    pub fn new() -> Positions {
        Positions::default()
    }

    /// No positions but those of others, which stay as they are: many can add to the same ones, each their own.
    pub fn over(base: Arc<Positions>) -> Positions {
        Positions { base: Some(base), ..Positions::default() }
    }

    /// Makes room for so many forms.
    pub(crate) fn reserve(&mut self, forms: usize) {
        self.places.reserve(forms);
        self.by_identity.reserve(forms);
    }

    /// Remembers where a form came from. A value without identity is not remembered.
    pub fn record(&mut self, value: &Value, span: Span) {
        self.insert(value, span, Origin::Read);
        if let Value::List(list) = value
            && let Ok(Some(head)) = list.first()
            && let Some(head) = self.span_of(head)
        {
            self.by_head.insert(start_of(head), span);
        }
    }

    /// Remembers where a list or vector came from, and where each of its elements did.
    pub fn record_children(&mut self, value: &Value, span: Span, children: Box<[Span]>) {
        if let (Value::List(_), Some(head)) = (value, children.first()) {
            self.by_head.insert(start_of(*head), span);
        }
        if let Some(place) = self.insert(value, span, Origin::Read) {
            place.children = Some(children);
        }
    }

    /// Where the list was read that a new one was built from: it begins with the same cell.
    fn template_of(&self, form: &Value) -> Option<Span> {
        let Value::List(list) = form else { return None };
        let head = self.place(list.first().ok()??).filter(|head| head.origin == Origin::Read)?.span;
        let mut layer = Some(self);
        while let Some(positions) = layer {
            if let Some(span) = positions.by_head.get(&start_of(head)) {
                return Some(*span);
            }
            layer = positions.base.as_deref();
        }
        None
    }

    fn insert(&mut self, value: &Value, span: Span, origin: Origin) -> Option<&mut Place> {
        let identity = value.identity()?;
        let next = u32::try_from(self.places.len()).ok()?;
        let index = match self.by_identity.entry(identity) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(next);
                let value = value.clone();
                let place =
                    Place { value, span, children: None, origin, site: None, around: None, used: None };
                self.places.push(place);
                next
            }
        };
        let place = self.places.get_mut(index as usize)?;
        (place.span, place.origin) = (span, origin);
        Some(place)
    }

    /// Where a form came from, and the layer that knows it.
    fn find(&self, value: &Value) -> Option<(&Positions, &Place)> {
        let identity = value.identity()?;
        let mut layer = self;
        loop {
            match (layer.by_identity.get(&identity), &layer.base) {
                (Some(index), _) => return layer.places.get(*index as usize).map(|place| (layer, place)),
                (None, Some(base)) => layer = base,
                (None, None) => return None,
            }
        }
    }

    fn place(&self, value: &Value) -> Option<&Place> {
        self.find(value).map(|(_, place)| place)
    }

    /// Where a form came from, if this very cell was read, or inherited a position.
    pub fn span_of(&self, value: &Value) -> Option<Span> {
        self.place(value).map(|place| place.span)
    }

    /// Where the element at a position of a list or vector that was read came from.
    pub fn child_span(&self, parent: &Value, position: usize) -> Option<Span> {
        let place = self.place(parent)?;
        if let Some(children) = &place.children {
            return children.get(position).copied();
        }
        let position = position as u64;
        let child = match parent {
            Value::List(list) => list.get(position),
            Value::Vector(vector) => vector.get(position),
            _ => return None,
        };
        self.span_of(child.ok()??)
    }

    /// Gives a new form the position of an old one, as when a macro call is replaced by its expansion, and what is
    /// new within it too. A new form that has a position keeps it.
    pub fn inherit(&mut self, new: &Value, old: &Value) {
        let Some((span, used)) = self.place(old).map(|place| (place.span, place.used)) else { return };
        if self.place(new).is_none() {
            self.adopt(new, span, |place| place.is_none());
        }
        let around = self.entered.last().map(|entered| entered.span);
        let index = new.identity().and_then(|identity| self.by_identity.get(&identity));
        let Some(place) = index.and_then(|index| self.places.get_mut(*index as usize)) else { return };
        match place.origin {
            Origin::Read if !span.contains(place.span) => place.used = Some(span),
            Origin::Read => place.used = place.used.or(used),
            // Its position holds within the form that is entered now.
            Origin::Made => {
                place.around = around;
                place.used = if span.contains(place.span) { used } else { Some(span) };
            }
        }
    }

    /// Gives a form and what is within it a position, as far as it should have it in place of the one it has. What was
    /// built from a template stands there.
    fn adopt(&mut self, form: &Value, span: Span, is_wanting: impl Fn(Option<&Place>) -> bool) {
        let mut open = vec![form.clone()];
        while let Some(form) = open.pop() {
            if form.identity().is_none() || !is_wanting(self.place(&form)) {
                continue;
            }
            if let Some(span) = self.template_of(&form) {
                self.insert(&form, span, Origin::Read);
                continue;
            }
            if let Some(place) = self.insert(&form, span, Origin::Made) {
                place.around = Some(span);
            }
            if is_collection(&form) {
                // What is not at hand was not made just now.
                form.for_each_child(&mut |slot| open.extend(slot.held().cloned()));
            }
        }
    }

    /// Enters a form that is to be expanded or compiled. Answers what to [`Positions::leave`] with.
    pub fn enter(&mut self, form: &Value) -> usize {
        let depth = self.entered.len();
        let around = self.entered.last().copied();
        if self.place(form).is_none()
            && let Some(span) = self.template_of(form)
        {
            self.insert(form, span, Origin::Read);
        }
        let entered = match (self.place(form), around) {
            (Some(place), None) => Some(Entered { span: place.span, site: None }),
            (Some(place), Some(around)) if place.holds_within(around.span) => {
                let span = place.span;
                Some(self.entry(form, span, around))
            }
            (_, Some(around)) => {
                // A form that a macro made, perhaps a constant that it makes each time it is used.
                self.adopt(form, around.span, |place| {
                    place.is_none_or(|place| !place.holds_within(around.span))
                });
                Some(around)
            }
            (None, None) => None,
        };
        self.entered.extend(entered);
        depth
    }

    /// What entering a form that was read amounts to.
    fn entry(&mut self, form: &Value, span: Span, around: Entered) -> Entered {
        if let Some(outer) = self.entered.iter().rev().find(|entered| entered.span.contains(span)) {
            return Entered { span, site: outer.site };
        }
        let used = self.place(form).and_then(|place| place.used).filter(|used| around.span.contains(*used));
        let last_use = Use { span: used.unwrap_or(around.span), outer: around.site };
        if self.uses.last() != Some(&last_use) {
            self.uses.push(last_use);
        }
        Entered { span, site: u32::try_from(self.uses.len() - 1).ok() }
    }

    /// Leaves the form that was entered last.
    pub fn leave(&mut self, entered: usize) {
        self.entered.truncate(entered);
    }

    /// Gives an op the position of the form entered last, unless it has one.
    pub fn compiled(&mut self, op: &Value) {
        let Some(&Entered { span, site }) = self.entered.last() else { return };
        if self.place(op).is_none()
            && let Some(place) = self.insert(op, span, Origin::Made)
        {
            place.site = site;
        }
    }

    /// Where the macros were used that an op came from, when it stands in a macro's template itself: innermost first.
    pub fn uses_of(&self, op: &Value) -> Vec<Span> {
        let Some((layer, place)) = self.find(op) else { return Vec::new() };
        let mut site = place.site;
        let mut spans = Vec::new();
        // A use is always kept after the one that it came from.
        while let Some(found) = site.and_then(|site| layer.uses.get(site as usize)) {
            spans.push(found.span);
            site = found.outer;
        }
        spans
    }

    /// Where the macro was used last that gave this form, which stands elsewhere.
    pub fn use_of(&self, form: &Value) -> Option<Span> {
        self.place(form).and_then(|place| place.used)
    }

    /// Where a list equal to this one was read last. Hashes all lists read since it was last asked.
    pub fn span_by_hash(&mut self, value: &Value) -> Option<Span> {
        for place in self.places[self.hashed..].iter().filter(|place| place.is_read_list()) {
            self.by_hash.insert(place.value.hash(), place.span);
        }
        self.hashed = self.places.len();
        let hash = value.hash();
        let mut found = self.by_hash.get(&hash).copied();
        let mut base = self.base.as_deref();
        while let (None, Some(layer)) = (found, base) {
            let is_equal = |place: &&Place| place.is_read_list() && place.value.hash() == hash;
            found = layer.places.iter().rev().find(is_equal).map(|place| place.span);
            base = layer.base.as_deref();
        }
        found
    }

    /// Number of forms whose position is known, not counting those of others.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no position is known but those of others.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl Place {
    /// Whether the position still holds where another form was entered: one that was made holds within it, and where
    /// it was made.
    fn holds_within(&self, around: Span) -> bool {
        self.origin == Origin::Read || around.contains(self.span) || self.around == Some(around)
    }

    fn is_read_list(&self) -> bool {
        matches!(self.value, Value::List(_)) && self.origin == Origin::Read
    }
}

/// Whether a form is one that forms are within.
fn is_collection(form: &Value) -> bool {
    matches!(form, Value::List(_) | Value::Vector(_) | Value::Map(_) | Value::Set(_) | Value::Syntax(_))
}

/// A number for the source and start of a form.
fn start_of(span: Span) -> u64 {
    u64::from(span.source) << 32 | u64::from(span.start)
}

/// Hashes addresses of cells, and starts of forms, so that neighbours stand beside each other in a table: forms are
/// read in the order of the text, and their cells allocated in about that order.
#[derive(Default)]
pub(super) struct IdentityHasher(u64);

/// The multiplier of Fibonacci hashing: 2^64 divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// The bits by which a table tells entries at one place apart; the others lead to the place.
const TAG: u64 = 0xfe << 56;
/// Cells are larger than so many bytes, as a power of two.
const CELL_BITS: u32 = 6;

impl IdentityHasher {
    fn set(&mut self, place: u64, number: u64) {
        self.0 = place & !TAG | number.wrapping_mul(GOLDEN) & TAG;
    }
}

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.set(address as u64 >> CELL_BITS, address as u64);
    }

    fn write_u64(&mut self, start: u64) {
        // Many sources may have forms that start alike.
        let source = (start >> 32).wrapping_mul(GOLDEN) >> 24;
        self.set((start & u64::from(u32::MAX)).wrapping_add(source), start);
    }
}
