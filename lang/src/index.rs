//! Indexes: maps ordered by the bytes of their keys, in a radix-16 tree (CAD002).

use crate::cell::{Node, Slot, body_mut};
use crate::index_key::Key;
use crate::radix::{digits, index_of, insert_slot, rank, remove_slot, until_error};
use crate::*;
use std::slice;
use std::sync::LazyLock;
use triomphe::Arc;

/// An immutable index. Keys are blobs, strings, keywords, symbols, addresses or other extension values, told
/// apart by their first 32 bytes alone.
#[derive(Clone)]
pub struct Index(pub(crate) Arc<Node<IndexBody>>);

/// The shape of an index: all keys share their first `depth` digits. The entry is that of a key which has no
/// more digits; the children hold the others by their next digit, those present marked in the mask.
#[derive(Clone)]
pub(crate) struct IndexBody {
    pub count: u64,
    pub depth: u8,
    pub entry: Option<(Slot, Slot)>,
    pub mask: u16,
    pub children: Box<[Slot]>,
}

static EMPTY: LazyLock<Index> = LazyLock::new(|| {
    Index::node(IndexBody { count: 0, depth: 0, entry: None, mask: 0, children: Box::default() })
});

impl Index {
    /// The empty index.
    pub fn empty() -> Index {
        EMPTY.clone()
    }

    /// An index of these entries; of keys with equal bytes the last counts. `None` when a value cannot be a
    /// key. O(n log n) once.
    pub fn from_entries(entries: impl IntoIterator<Item = (Value, Value)>) -> Result<Option<Index>, Missing> {
        let mut list = Vec::new();
        for (key, value) in entries {
            let Some(bytes) = Key::of(&key)? else { return Ok(None) };
            list.push((bytes, (key.into(), value.into())));
        }
        if list.is_empty() {
            return Ok(Some(Index::empty()));
        }
        list.sort_by_key(|(key, _)| *key);
        list.dedup_by(|later, earlier| {
            let equal = later.0 == earlier.0;
            if equal {
                std::mem::swap(later, earlier);
            }
            equal
        });
        let count = list.len();
        Ok(Some(build_next(&mut list.into_iter(), count)))
    }

    fn node(body: IndexBody) -> Index {
        Index(Node::shared(body))
    }

    /// An index of one entry.
    fn single(depth: u8, entry: (Slot, Slot)) -> Index {
        Index::node(IndexBody { count: 1, depth, entry: Some(entry), mask: 0, children: Box::default() })
    }

    /// The canonical index of an entry and of children that differ in the digit at `depth`, in order.
    fn assemble(depth: u8, entry: Option<(Slot, Slot)>, children: Vec<Child>) -> Result<Index, Missing> {
        match (&entry, &children[..]) {
            (None, []) => return Ok(Index::empty()),
            (None, [only]) => return part(&only.slot, depth).cloned(),
            _ => {}
        }
        let own = u64::from(entry.is_some());
        let count = children.iter().fold(own, |count, child| count.saturating_add(child.count));
        let mask = children.iter().fold(0, |mask, child| mask | 1 << child.digit);
        let children = children.into_iter().map(|child| child.slot).collect();
        Ok(Index::node(IndexBody { count, depth, entry, mask, children }))
    }

    /// Whether a value can be a key.
    pub fn is_key(key: &Value) -> bool {
        Key::is_key(key)
    }

    /// Number of entries.
    pub fn count(&self) -> u64 {
        self.0.body.count
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The value of a key; a value that cannot be a key has none.
    pub fn get(&self, key: &Value) -> Result<Option<&Value>, Missing> {
        let Some(key) = Key::of(key)? else { return Ok(None) };
        self.find(&key)?.map(|(_, value)| value.get()).transpose()
    }

    /// The entry of a key, with the key as it was last written.
    pub fn get_entry(&self, key: &Value) -> Result<Option<(&Value, &Value)>, Missing> {
        let Some(key) = Key::of(key)? else { return Ok(None) };
        self.find(&key)?.map(pair).transpose()
    }

    /// Whether there is an entry for a key.
    pub fn contains(&self, key: &Value) -> Result<bool, Missing> {
        let Some(key) = Key::of(key)? else { return Ok(false) };
        Ok(self.find(&key)?.is_some())
    }

    fn find(&self, key: &Key) -> Result<Option<&(Slot, Slot)>, Missing> {
        let mut index = self;
        loop {
            let body = &index.0.body;
            if key.digits() <= body.depth {
                return match &body.entry {
                    Some(entry) if key.digits() == body.depth && Key::of_slot(&entry.0)? == *key => {
                        Ok(Some(entry))
                    }
                    _ => Ok(None),
                };
            }
            match index_of(body.mask, key.digit(body.depth)) {
                Some(i) => index = part(&body.children[i], body.depth)?,
                None => return Ok(None),
            }
        }
    }

    /// The least key, `None` in the empty index: all keys share its first `depth` digits.
    fn first_key(&self) -> Result<Option<Key>, Missing> {
        let mut index = self;
        loop {
            let body = &index.0.body;
            match (&body.entry, body.children.first()) {
                (Some((key, _)), _) => return Key::of_slot(key).map(Some),
                (None, Some(slot)) => index = part(slot, body.depth)?,
                (None, None) => return Ok(None),
            }
        }
    }

    /// With an entry added or replaced, `None` when the value cannot be a key. The same index when nothing
    /// changes.
    pub fn assoc(&self, key: Value, value: Value) -> Result<Option<Index>, Missing> {
        let mut index = self.clone();
        Ok(index.insert(key, value)?.then_some(index))
    }

    /// Adds or replaces an entry, in place where nobody else holds the nodes of the index; answers whether the
    /// value can be a key. The same index when nothing changes.
    pub fn insert(&mut self, key: Value, value: Value) -> Result<bool, Missing> {
        let Some(bytes) = Key::of(&key)? else { return Ok(false) };
        if let Some((old_key, old_value)) = self.find(&bytes)?
            && old_key.loaded() == Some(&key)
            && old_value.loaded().is_some_and(|old| old.is_plainly(&value))
        {
            return Ok(true);
        }
        self.put(&bytes, (key.into(), value.into()), 0)?;
        Ok(true)
    }

    /// Adds or replaces an entry whose key shares its first `checked` digits with all others, and answers
    /// whether the count grew. After an error nothing has changed.
    fn put(&mut self, key: &Key, entry: (Slot, Slot), checked: u8) -> Result<bool, Missing> {
        let depth = self.0.body.depth;
        if depth > checked || self.is_empty() {
            match self.first_key()? {
                None => *self = Index::single(key.digits(), entry),
                Some(witness) if key.common_digits(&witness) < depth => {
                    *self = self.branch(key, entry, &witness)?;
                }
                Some(_) => return self.put_below(key, entry),
            }
            return Ok(true);
        }
        self.put_below(key, entry)
    }

    /// Adds or replaces an entry whose key begins as all others do.
    fn put_below(&mut self, key: &Key, entry: (Slot, Slot)) -> Result<bool, Missing> {
        let depth = self.0.body.depth;
        if key.digits() == depth {
            let body = body_mut(&mut self.0);
            let grown = body.entry.replace(entry).is_none();
            body.count += u64::from(grown);
            return Ok(grown);
        }
        let digit = key.digit(depth);
        let body = body_mut(&mut self.0);
        let grown = match index_of(body.mask, digit) {
            Some(i) => part_mut(&mut body.children[i], depth)?.put(key, entry, depth + 1)?,
            None => {
                let child = Index::single(key.digits(), entry);
                insert_slot(&mut body.children, rank(body.mask, digit), Slot::new(child.into()));
                body.mask |= 1 << digit;
                true
            }
        };
        body.count += u64::from(grown);
        Ok(grown)
    }

    /// An index of this and of an entry whose key parts from all others, of which one is given, above it.
    fn branch(&self, key: &Key, entry: (Slot, Slot), witness: &Key) -> Result<Index, Missing> {
        let shared = key.common_digits(witness);
        let old = Child::new(witness.digit(shared), self.clone());
        if shared == key.digits() {
            return Index::assemble(shared, Some(entry), vec![old]);
        }
        let new = Child::new(key.digit(shared), Index::single(key.digits(), entry));
        let children = if new.digit < old.digit { vec![new, old] } else { vec![old, new] };
        Index::assemble(shared, None, children)
    }

    /// Without an entry. The same index when nothing changes.
    pub fn dissoc(&self, key: &Value) -> Result<Index, Missing> {
        let mut index = self.clone();
        index.remove(key)?;
        Ok(index)
    }

    /// Removes an entry, in place where nobody else holds the nodes of the index. The same index when nothing
    /// changes.
    pub fn remove(&mut self, key: &Value) -> Result<(), Missing> {
        match Key::of(key)? {
            Some(key) if self.find(&key)?.is_some() => self.remove_found(&key),
            _ => Ok(()),
        }
    }

    /// Removes an entry that is there. After an error nothing has changed.
    fn remove_found(&mut self, key: &Key) -> Result<(), Missing> {
        let body = &self.0.body;
        let depth = body.depth;
        if key.digits() <= depth {
            if body.children.len() < 2 {
                *self = Index::assemble(depth, None, self.children()?)?;
            } else {
                let body = body_mut(&mut self.0);
                (body.entry, body.count) = (None, body.count.saturating_sub(1));
            }
            return Ok(());
        }
        let Some(i) = index_of(body.mask, key.digit(depth)) else { return Ok(()) };
        let goes = part(&body.children[i], depth)?.count() == 1;
        if goes && body.entry.is_none() && body.children.len() <= 2 {
            let mut rest = self.children()?;
            rest.remove(i);
            *self = Index::assemble(depth, None, rest)?;
            return Ok(());
        }
        let body = body_mut(&mut self.0);
        if goes {
            remove_slot(&mut body.children, i);
            body.mask &= !(1 << key.digit(depth));
        } else {
            part_mut(&mut body.children[i], depth)?.remove_found(key)?;
        }
        body.count = body.count.saturating_sub(1);
        Ok(())
    }

    /// The children with their digits and counts.
    fn children(&self) -> Result<Vec<Child>, Missing> {
        let body = &self.0.body;
        digits(body.mask)
            .zip(&body.children)
            .map(|(digit, slot)| {
                Ok(Child { digit, slot: slot.clone(), count: part(slot, body.depth)?.count() })
            })
            .collect()
    }

    /// The entry at a position in the order of keys, `None` when out of range.
    pub fn entry_at(&self, mut position: u64) -> Result<Option<(&Value, &Value)>, Missing> {
        let mut index = self;
        'down: loop {
            let body = &index.0.body;
            if let Some(entry) = &body.entry {
                match position.checked_sub(1) {
                    Some(rest) => position = rest,
                    None => return pair(entry).map(Some),
                }
            }
            for slot in &body.children {
                let child = part(slot, body.depth)?;
                match position.checked_sub(child.count()) {
                    Some(rest) => position = rest,
                    None => {
                        index = child;
                        continue 'down;
                    }
                }
            }
            return Ok(None);
        }
    }

    /// The entries from `start` to `end`, `None` when not within the index.
    pub fn slice(&self, start: u64, end: u64) -> Result<Option<Index>, Missing> {
        if start > end || end > self.count() {
            return Ok(None);
        }
        self.range(start, end).map(Some)
    }

    /// The entries of a range within the index.
    fn range(&self, start: u64, end: u64) -> Result<Index, Missing> {
        let body = &self.0.body;
        if start == 0 && end == body.count {
            return Ok(self.clone());
        }
        let entry = body.entry.clone().filter(|_| start == 0 && end > 0);
        let mut children = Vec::new();
        let mut first = u64::from(body.entry.is_some());
        for child in self.children()? {
            let from = start.saturating_sub(first).min(child.count);
            let to = end.saturating_sub(first).min(child.count);
            if from < to {
                children.push(Child::new(child.digit, part(&child.slot, body.depth)?.range(from, to)?));
            }
            first = first.saturating_add(child.count);
        }
        Index::assemble(body.depth, entry, children)
    }

    /// The entries in the order of keys. Stops after the first error.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&Value, &Value), Missing>> + '_ {
        until_error(Entries::new(self).map(|entry| pair(entry?)))
    }

    /// The keys in order. Stops after the first error.
    pub fn keys(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Entries::new(self).map(|entry| entry?.0.get()))
    }

    /// The values in the order of keys. Stops after the first error.
    pub fn values(&self) -> impl Iterator<Item = Result<&Value, Missing>> + '_ {
        until_error(Entries::new(self).map(|entry| entry?.1.get()))
    }

    /// The entries from a position on, in the order of keys.
    pub(crate) fn entries_from(&self, position: u64) -> Result<Entries<'_>, Missing> {
        Entries::starting_at(self, position)
    }

    pub(crate) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Slot)) {
        let body = &self.0.body;
        if let Some((key, value)) = &body.entry {
            f(key);
            f(value);
        }
        body.children.iter().for_each(f);
    }
}

fn pair((key, value): &(Slot, Slot)) -> Result<(&Value, &Value), Missing> {
    Ok((key.get()?, value.get()?))
}

/// The child in a slot of an index of depth `above`. As long as depths rise, a path has at most 65 nodes,
/// whatever strangers send.
pub(crate) fn part(slot: &Slot, above: u8) -> Result<&Index, Missing> {
    match slot.get()? {
        Value::Index(index) if index.0.body.depth > above && !index.is_empty() => Ok(index),
        _ => Err(slot.unfit()),
    }
}

/// The child in a slot of an index of depth `above`, to be changed.
fn part_mut(slot: &mut Slot, above: u8) -> Result<&mut Index, Missing> {
    part(slot, above)?;
    match slot.get_mut()? {
        Value::Index(index) => Ok(index),
        value => Err(Missing::new(value.hash())),
    }
}

/// A child of an index that is being put together.
struct Child {
    digit: usize,
    slot: Slot,
    count: u64,
}

impl Child {
    fn new(digit: usize, index: Index) -> Child {
        let count = index.count();
        Child { digit, slot: Slot::new(index.into()), count }
    }
}

/// The index of the next `count` entries, which are in the order of their keys.
fn build_next(entries: &mut std::vec::IntoIter<(Key, (Slot, Slot))>, count: usize) -> Index {
    let upcoming = &entries.as_slice()[..count];
    let depth = upcoming[0].0.common_digits(&upcoming[count - 1].0);
    let has_entry = upcoming[0].0.digits() == depth;
    let (mut mask, mut sizes) = (0, [0; 16]);
    for (key, _) in &upcoming[usize::from(has_entry)..] {
        let digit = key.digit(depth);
        mask |= 1 << digit;
        sizes[digit] += 1;
    }
    let entry = if has_entry { entries.next().map(|(_, entry)| entry) } else { None };
    let children = digits(mask).map(|digit| Slot::new(build_next(entries, sizes[digit]).into())).collect();
    Index::node(IndexBody { count: count as u64, depth, entry, mask, children })
}

/// All entries in the order of keys.
pub(crate) struct Entries<'a> {
    /// The entry of the node that was entered last.
    entry: Option<&'a (Slot, Slot)>,
    /// The children still to be entered at each level, with the depth of their parent.
    path: Vec<(slice::Iter<'a, Slot>, u8)>,
}

impl<'a> Entries<'a> {
    fn new(index: &'a Index) -> Entries<'a> {
        let mut entries = Entries { entry: None, path: Vec::new() };
        entries.enter(index);
        entries
    }

    fn starting_at(mut index: &'a Index, mut position: u64) -> Result<Entries<'a>, Missing> {
        let mut entries = Entries { entry: None, path: Vec::new() };
        'down: loop {
            let body = &index.0.body;
            if let Some(entry) = &body.entry {
                match position.checked_sub(1) {
                    Some(rest) => position = rest,
                    None => {
                        entries.entry = Some(entry);
                        entries.path.push((body.children.iter(), body.depth));
                        return Ok(entries);
                    }
                }
            }
            let mut slots = body.children.iter();
            while let Some(slot) = slots.next() {
                let child = part(slot, body.depth)?;
                match position.checked_sub(child.count()) {
                    Some(rest) => position = rest,
                    None => {
                        entries.path.push((slots, body.depth));
                        index = child;
                        continue 'down;
                    }
                }
            }
            return Ok(entries);
        }
    }

    fn enter(&mut self, index: &'a Index) {
        let body = &index.0.body;
        self.entry = body.entry.as_ref();
        self.path.push((body.children.iter(), body.depth));
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<&'a (Slot, Slot), Missing>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.entry.take() {
                return Some(Ok(entry));
            }
            let (slots, depth) = self.path.last_mut()?;
            let Some(slot) = slots.next() else {
                self.path.pop();
                continue;
            };
            match part(slot, *depth) {
                Ok(index) => self.enter(index),
                Err(missing) => {
                    self.path.clear();
                    return Some(Err(missing));
                }
            }
        }
    }
}
