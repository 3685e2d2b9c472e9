//! The radix-16 tree that maps and sets share: items in the order of their hashes (CAD003).
//!
//! Up to 15 items are one leaf. More of them are a tree, which branches at the first hexadecimal digit in
//! which their hashes differ. So the shape depends on the items alone, whatever the history.

use crate::cell::{Node, Slot, body_mut};
use crate::draft::{self, Draft, Loose};
use crate::limits::MAX_MAP_LEAF_ENTRIES;
use crate::{Hash, Missing, Value};
use std::slice;
use triomphe::Arc;

/// The shape of a map or set.
pub(crate) enum Body<I> {
    /// A few items in the order of their hashes.
    Leaf(Vec<I>),
    /// Children by the hexadecimal digit at position `shift` of the hash, those present marked in the mask.
    Tree { count: u64, shift: u8, mask: u16, children: Box<[Slot]> },
}

/// A map or set, or a part of one.
pub(crate) type Root<I> = Arc<Node<Form<I>>>;

/// The canonical shape of a map or set, or what will become of it once somebody asks. No part of a tree is a draft.
pub(crate) enum Form<I: Item> {
    Settled(Body<I>),
    Draft(Box<Draft<I>>),
}

impl<I: Item> Form<I> {
    /// The canonical shape. A draft is settled if that was not done yet.
    #[inline]
    pub fn shape(&self) -> &Body<I> {
        match self {
            Form::Settled(body) => body,
            Form::Draft(draft) => draft.settled().body.shape(),
        }
    }

    /// Number of items.
    pub fn count(&self) -> u64 {
        match self {
            Form::Settled(body) => body.count(),
            Form::Draft(draft) => draft.count() as u64,
        }
    }
}

impl<I: Item> Clone for Form<I> {
    fn clone(&self) -> Form<I> {
        Form::Settled(self.shape().clone())
    }
}

impl<I: Item> From<Body<I>> for Form<I> {
    fn from(body: Body<I>) -> Form<I> {
        Form::Settled(body)
    }
}

/// The tree itself: that of a draft, or this one.
#[inline]
pub(crate) fn settled<I: Item>(root: &Root<I>) -> &Root<I> {
    match &root.body {
        Form::Settled(_) => root,
        Form::Draft(draft) => draft.settled(),
    }
}

/// What a leaf holds: the entry of a map or the element of a set.
pub(crate) trait Item: Clone {
    /// The same without the hash.
    type Loose: Loose;
    /// The hash of the key or element.
    fn hash(&self) -> &Hash;
    /// An item with the hash of its key or element.
    fn tied(loose: Self::Loose, hash: Hash) -> Self;
    /// An item without its hash, `None` when its parts are not in memory.
    fn loose(&self) -> Option<Self::Loose>;
    /// Whether an item of equal hash is no different.
    fn is_same(&self, other: &Self) -> bool;
    /// The map or set with this root.
    fn collection(root: Root<Self>) -> Value;
    /// The root of a map or set, settled.
    fn root(value: &Value) -> Option<&Root<Self>>;
    /// The root of a part of a map or set, to be changed; any other value is handed back.
    fn root_mut(value: &mut Value) -> Result<&mut Root<Self>, &mut Value>;
}

impl<I: Item> Clone for Body<I> {
    fn clone(&self) -> Body<I> {
        match self {
            Body::Leaf(items) => Body::Leaf(items.clone()),
            Body::Tree { count, shift, mask, children } => {
                let children = children.iter().map(share::<I>).collect();
                Body::Tree { count: *count, shift: *shift, mask: *mask, children }
            }
        }
    }
}

/// A clone of the slot of a child. Updates spend much of their time here, so the kind of the child is tried
/// first.
fn share<I: Item>(slot: &Slot) -> Slot {
    match slot.held().and_then(I::root) {
        Some(root) => Slot::new(I::collection(root.clone())),
        None => slot.clone(),
    }
}

impl<I> Body<I> {
    /// Number of items.
    pub fn count(&self) -> u64 {
        match self {
            Body::Leaf(items) => items.len() as u64,
            Body::Tree { count, .. } => *count,
        }
    }

    /// Whether this can be a child of a tree that branches at a position. As long as positions rise, a path
    /// has at most 64 nodes, whatever strangers send.
    #[inline]
    fn is_below(&self, above: u8) -> bool {
        match self {
            Body::Leaf(items) => !items.is_empty(),
            Body::Tree { shift, .. } => *shift > above && *shift < 64,
        }
    }
}

/// The child in a slot of a tree that branches at position `above`.
#[inline]
pub(crate) fn child<I: Item>(slot: &Slot, above: u8) -> Result<&Root<I>, Missing> {
    match I::root(slot.get()?) {
        Some(root) if root.body.shape().is_below(above) => Ok(root),
        _ => Err(slot.unfit()),
    }
}

/// The child in a slot of a tree that branches at position `above`, to be changed.
#[inline]
fn child_mut<I: Item>(slot: &mut Slot, above: u8) -> Result<&mut Root<I>, Missing> {
    child::<I>(slot, above)?;
    I::root_mut(slot.get_mut()?).map_err(|value| Missing::new(value.hash()))
}

/// The place of a digit among the children, `None` when the mask lacks it.
#[inline]
pub(crate) fn index_of(mask: u16, digit: usize) -> Option<usize> {
    (mask >> digit & 1 == 1).then(|| rank(mask, digit))
}

/// The number of digits in the mask below this one.
#[inline]
pub(crate) fn rank(mask: u16, digit: usize) -> usize {
    (mask & ((1 << digit) - 1)).count_ones() as usize
}

/// The digits in a mask, in order.
pub(crate) fn digits(mask: u16) -> impl Iterator<Item = usize> {
    (0..16).filter(move |digit| mask >> digit & 1 == 1)
}

/// The place in a leaf of the item with this hash, or where it would stand.
#[inline]
fn position<I: Item>(items: &[I], hash: &Hash) -> Result<usize, usize> {
    let start = first_bytes(hash);
    let at = items.partition_point(|item| first_bytes(item.hash()) < start);
    match items.get(at) {
        Some(item) if item.hash() == hash => Ok(at),
        Some(item) if first_bytes(item.hash()) == start => {
            items.binary_search_by(|item| item.hash().cmp(hash))
        }
        _ => Err(at),
    }
}

/// The first eight bytes of a hash, which nearly always decide an order.
#[inline]
fn first_bytes(hash: &Hash) -> u64 {
    hash.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// The item with this hash.
pub(crate) fn find<'a, I: Item>(mut root: &'a Root<I>, hash: &Hash) -> Result<Option<&'a I>, Missing> {
    loop {
        match root.body.shape() {
            Body::Leaf(items) => return Ok(position(items, hash).ok().map(|i| &items[i])),
            Body::Tree { shift, mask, children, .. } => match index_of(*mask, hash.digit((*shift).into())) {
                Some(i) => root = child(&children[i], *shift)?,
                None => return Ok(None),
            },
        }
    }
}

/// The least hash, `None` when there is no item.
pub(crate) fn first_hash<I: Item>(mut root: &Root<I>) -> Result<Option<&Hash>, Missing> {
    loop {
        match root.body.shape() {
            Body::Leaf(items) => return Ok(items.first().map(I::hash)),
            Body::Tree { shift, children, .. } => root = child(&children[0], *shift)?,
        }
    }
}

/// A leaf of items that are in order, 15 at most.
pub(crate) fn leaf<I: Item>(items: impl IntoIterator<Item = I>) -> Root<I> {
    Node::shared(Body::Leaf(items.into_iter().collect()).into())
}

/// The map or set of items in the order of their hashes, no two of them equal. O(n).
pub(crate) fn build<I: Item>(items: Vec<I>) -> Root<I> {
    let count = items.len();
    Node::shared(build_next(&mut items.into_iter(), count).into())
}

/// The body of the next `count` items.
fn build_next<I: Item>(items: &mut std::vec::IntoIter<I>, count: usize) -> Body<I> {
    if count <= MAX_MAP_LEAF_ENTRIES {
        return Body::Leaf(items.by_ref().take(count).collect());
    }
    let upcoming = &items.as_slice()[..count];
    let shift = upcoming[0].hash().common_digits(upcoming[count - 1].hash());
    let (mut mask, mut sizes) = (0, [0; 16]);
    for item in upcoming {
        let digit = item.hash().digit(shift);
        mask |= 1 << digit;
        sizes[digit] += 1;
    }
    let children = digits(mask)
        .map(|digit| Slot::new(I::collection(Node::shared(build_next(items, sizes[digit]).into()))))
        .collect();
    Body::Tree { count: count as u64, shift: shift as u8, mask, children }
}

/// Sorts numbers in place of items, which are large. Items whose hashes begin alike keep their order.
fn sort_by_first_bytes<I: Item>(items: &mut Vec<I>) {
    const FEW: usize = 32;
    if items.len() <= FEW {
        return items.sort_by_key(|item| first_bytes(item.hash()));
    }
    let key = |(i, item): (usize, &I)| u128::from(first_bytes(item.hash())) << 64 | i as u128;
    let mut order: Vec<u128> = items.iter().enumerate().map(key).collect();
    order.sort_unstable();
    let mut unsorted: Vec<Option<I>> = std::mem::take(items).into_iter().map(Some).collect();
    items.reserve_exact(order.len());
    items.extend(order.into_iter().filter_map(|key| unsorted.get_mut(key as u64 as usize)?.take()));
}

/// Puts items in order; of those with equal hashes the last stays.
pub(crate) fn sort<I: Item>(items: &mut Vec<I>) {
    sort_by_first_bytes(items);
    let first = |item: &I| first_bytes(item.hash());
    if items.windows(2).any(|pair| first(&pair[0]) == first(&pair[1])) {
        items.sort_by(|a, b| a.hash().cmp(b.hash()));
    }
    items.dedup_by(|later, earlier| {
        let equal = later.hash() == earlier.hash();
        if equal {
            std::mem::swap(later, earlier);
        }
        equal
    });
}

/// Where a hash leaves the path to a tree, above that tree.
#[derive(Clone, Copy)]
struct Fork {
    /// The digits that the hash shares with all hashes of the tree.
    shared: u8,
    /// Their digit at that position.
    digit: usize,
}

/// What stands where an item belongs.
enum Place<'a, I> {
    /// An item of equal hash.
    Taken(&'a I),
    /// Nothing.
    Free,
    /// Nothing, for its hash leaves the path above some node.
    Fork(Fork),
}

/// Where a hash that shares the first `checked` digits with all of a tree leaves the path to it, if it does.
fn fork<I: Item>(children: &[Slot], shift: u8, hash: &Hash, checked: u8) -> Result<Option<Fork>, Missing> {
    if shift <= checked {
        return Ok(None);
    }
    let Some(slot) = children.first() else { return Ok(None) };
    let Some(witness) = first_hash::<I>(child(slot, shift)?)? else { return Ok(None) };
    let shared = hash.common_digits(witness);
    let leaves = shared < shift.into();
    Ok(leaves.then(|| Fork { shared: shared as u8, digit: witness.digit(shared) }))
}

/// Finds where an item with this hash, which shares the first `checked` digits with all others, belongs. Fetches
/// all nodes on its path.
fn place<'a, I: Item>(mut root: &'a Root<I>, hash: &Hash, mut checked: u8) -> Result<Place<'a, I>, Missing> {
    loop {
        let (shift, mask, children) = match root.body.shape() {
            Body::Tree { shift, mask, children, .. } => (*shift, *mask, children),
            Body::Leaf(items) => {
                return Ok(position(items, hash).map_or(Place::Free, |i| Place::Taken(&items[i])));
            }
        };
        if let Some(fork) = fork::<I>(children, shift, hash, checked)? {
            return Ok(Place::Fork(fork));
        }
        let Some(i) = index_of(mask, hash.digit(shift.into())) else { return Ok(Place::Free) };
        root = child(&children[i], shift)?;
        checked = shift + 1;
    }
}

/// What adding an item came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    Replaced,
    Added,
}

/// Adds an item whose hash is not known, or replaces the one with its key; in place where nobody else holds the
/// nodes, and without finding hashes as long as the whole can be a draft. After an error nothing has changed.
pub(crate) fn put<I: Item>(root: &mut Root<I>, item: I::Loose) -> Result<(), Missing> {
    if let Form::Draft(draft) = &root.body
        && Arc::strong_count(root) > 1
    {
        if let Ok(Some(old)) = draft.find(item.key())
            && old.is_same(&item)
        {
            return Ok(());
        }
        if let Some(copy) = draft.copy() {
            *root = Node::shared(Form::Draft(Box::new(copy)));
        }
    }
    let item = match Arc::get_mut(root) {
        Some(node) => match put_into_draft(node, item) {
            Some(item) => item,
            None => return Ok(()),
        },
        None => item,
    };
    settle(root);
    let hash = item.key().hash();
    insert(root, I::tied(item, hash))
}

/// Puts an item into a draft, which a full leaf becomes if it can; hands it back where there is none.
fn put_into_draft<I: Item>(node: &mut Node<Form<I>>, item: I::Loose) -> Option<I::Loose> {
    if let Form::Settled(Body::Leaf(items)) = &node.body
        && items.len() == MAX_MAP_LEAF_ENTRIES
        && draft::is_small(item.key())
        && let Some(items) = items.iter().map(I::loose).collect::<Option<Vec<_>>>()
        && let Some(draft) = Draft::of(items)
    {
        node.body = Form::Draft(Box::new(draft));
    }
    let Form::Draft(draft) = &mut node.body else { return Some(item) };
    let rest = draft.put(item).err();
    if rest.is_none() {
        node.facts.forget();
    }
    rest
}

/// The map or set of a tree that was made of this one: this one when the tree is its own.
pub(crate) fn same_or<I: Item>(root: &Root<I>, tree: Root<I>) -> Root<I> {
    if Arc::ptr_eq(settled(root), &tree) { root.clone() } else { tree }
}

/// Puts the tree in the place of a draft.
fn settle<I: Item>(root: &mut Root<I>) {
    if let Form::Draft(draft) = &root.body {
        *root = draft.settled().clone();
    }
}

/// Adds an item, or replaces the one with its hash unless it is the same; in place where nobody else holds the
/// nodes. After an error nothing has changed.
pub(crate) fn insert<I: Item>(root: &mut Root<I>, item: I) -> Result<(), Missing> {
    insert_below(root, item, 0).map(drop)
}

/// Adds an item below a node all of whose items share the first `checked` digits with it.
fn insert_below<I: Item>(root: &mut Root<I>, item: I, checked: u8) -> Result<Change, Missing> {
    let Some(node) = Arc::get_mut(root) else { return insert_shared(root, item, checked) };
    let change = match &mut node.body {
        Form::Draft(_) => return insert_shared(root, item, checked),
        Form::Settled(Body::Leaf(items)) => insert_into_own(items, item),
        Form::Settled(Body::Tree { count, shift, mask, children }) => {
            if let Some(fork) = fork::<I>(children, *shift, item.hash(), checked)? {
                let count = *count;
                *root = branch(fork, root, count, item);
                return Ok(Change::Added);
            }
            let digit = item.hash().digit((*shift).into());
            let change = match index_of(*mask, digit) {
                Some(i) => insert_below(child_mut(&mut children[i], *shift)?, item, *shift + 1)?,
                None => {
                    insert_slot(children, rank(*mask, digit), Slot::new(I::collection(leaf([item]))));
                    *mask |= 1 << digit;
                    Change::Added
                }
            };
            *count += u64::from(change == Change::Added);
            change
        }
    };
    if let Form::Settled(Body::Leaf(items)) = &mut node.body
        && items.len() > MAX_MAP_LEAF_ENTRIES
    {
        let items = std::mem::take(items);
        node.body = build_next(&mut items.into_iter(), MAX_MAP_LEAF_ENTRIES + 1).into();
    }
    if change != Change::Nothing {
        node.facts.forget();
    }
    Ok(change)
}

/// Adds an item to a leaf that nobody else holds.
fn insert_into_own<I: Item>(items: &mut Vec<I>, item: I) -> Change {
    match position(items, item.hash()) {
        Ok(at) if items[at].is_same(&item) => Change::Nothing,
        Ok(at) => {
            items[at] = item;
            Change::Replaced
        }
        Err(at) => {
            insert_item(items, at, item);
            Change::Added
        }
    }
}

/// Adds an item below a node that others hold: the nodes on its path are copied if there is a change at all.
fn insert_shared<I: Item>(root: &mut Root<I>, item: I, checked: u8) -> Result<Change, Missing> {
    let fork = match place(root, item.hash(), checked)? {
        Place::Taken(old) if old.is_same(&item) => return Ok(Change::Nothing),
        Place::Taken(_) | Place::Free => None,
        Place::Fork(fork) => Some(fork),
    };
    insert_at(root, item, fork).map(|grown| if grown { Change::Added } else { Change::Replaced })
}

/// Adds an item below a node and answers whether the count grew.
fn insert_at<I: Item>(root: &mut Root<I>, item: I, fork: Option<Fork>) -> Result<bool, Missing> {
    if let Body::Leaf(items) = root.body.shape() {
        let place = position(items, item.hash());
        insert_into_leaf(root, item, place);
        return Ok(place.is_err());
    }
    if let (Body::Tree { count, shift, .. }, Some(fork)) = (root.body.shape(), fork)
        && fork.shared < *shift
    {
        *root = branch(fork, root, *count, item);
        return Ok(true);
    }
    let Form::Settled(Body::Tree { count, shift, mask, children }) = body_mut(root) else { return Ok(false) };
    let digit = item.hash().digit((*shift).into());
    let grown = match index_of(*mask, digit) {
        Some(i) => insert_at(child_mut(&mut children[i], *shift)?, item, fork)?,
        None => {
            insert_slot(children, rank(*mask, digit), Slot::new(I::collection(leaf([item]))));
            *mask |= 1 << digit;
            true
        }
    };
    *count += u64::from(grown);
    Ok(grown)
}

/// Puts a copy with an item in the place of a leaf.
fn insert_into_leaf<I: Item>(root: &mut Root<I>, item: I, place: Result<usize, usize>) {
    let (Ok(at) | Err(at)) = place;
    if let Body::Leaf(items) = root.body.shape() {
        let mut list = Vec::with_capacity(items.len() + 1);
        list.extend_from_slice(&items[..at]);
        list.push(item);
        list.extend_from_slice(&items[at + usize::from(place.is_ok())..]);
        *root = build(list);
    }
}

/// A tree of an item and a node that part above that node.
fn branch<I: Item>(fork: Fork, node: &Root<I>, count: u64, item: I) -> Root<I> {
    let digit = item.hash().digit(fork.shared.into());
    let old = Slot::new(I::collection(node.clone()));
    let new = Slot::new(I::collection(leaf([item])));
    let children = if digit < fork.digit { [new, old] } else { [old, new] };
    let mask = 1 << digit | 1 << fork.digit;
    let children = Box::new(children);
    Node::shared(Body::Tree { count: count + 1, shift: fork.shared, mask, children }.into())
}

/// Inserts into a leaf. Most leaves of a large tree stay small and the leaf of a small one grows, so that room is
/// made for one item at first and then for several.
fn insert_item<I>(items: &mut Vec<I>, at: usize, item: I) {
    const SMALL: usize = 4;
    if items.len() == items.capacity() {
        items.reserve_exact(if items.len() < SMALL { 1 } else { SMALL });
    }
    items.insert(at, item);
}

pub(crate) fn insert_slot<T>(slots: &mut Box<[T]>, at: usize, slot: T) {
    let mut list = std::mem::take(slots).into_vec();
    list.reserve_exact(1);
    list.insert(at, slot);
    *slots = list.into_boxed_slice();
}

pub(crate) fn remove_slot<T>(slots: &mut Box<[T]>, at: usize) {
    let mut list = std::mem::take(slots).into_vec();
    list.remove(at);
    *slots = list.into_boxed_slice();
}

/// Removes the item with this hash, if there is one; in place where nobody else holds the nodes. After an
/// error nothing has changed.
pub(crate) fn remove<I: Item>(root: &mut Root<I>, hash: &Hash) -> Result<(), Missing> {
    if find(root, hash)?.is_none() {
        return Ok(());
    }
    settle(root);
    remove_found(root, hash)
}

/// Removes an item that is there.
fn remove_found<I: Item>(root: &mut Root<I>, hash: &Hash) -> Result<(), Missing> {
    let Body::Tree { count, shift, mask, children } = root.body.shape() else {
        if let Form::Settled(Body::Leaf(items)) = body_mut(root)
            && let Ok(at) = position(items, hash)
        {
            items.remove(at);
        }
        return Ok(());
    };
    if *count <= MAX_MAP_LEAF_ENTRIES as u64 + 1 {
        let mut items = Vec::with_capacity(MAX_MAP_LEAF_ENTRIES + 1);
        gather(root, &mut items)?;
        items.retain(|item| item.hash() != hash);
        *root = leaf(items);
        return Ok(());
    }
    let digit = hash.digit((*shift).into());
    let Some(i) = index_of(*mask, digit) else { return Ok(()) };
    if child::<I>(&children[i], *shift)?.body.count() > 1 {
        if let Form::Settled(Body::Tree { count, shift, children, .. }) = body_mut(root) {
            remove_found(child_mut::<I>(&mut children[i], *shift)?, hash)?;
            *count -= 1;
        }
    } else if children.len() == 2 {
        *root = child(&children[1 - i], *shift)?.clone();
    } else if let Form::Settled(Body::Tree { count, mask, children, .. }) = body_mut(root) {
        remove_slot(children, i);
        *mask &= !(1 << digit);
        *count -= 1;
    }
    Ok(())
}

/// Adds the items below a node to a list until it holds one more than fits a leaf, which is more than there
/// are below a node whose count is true.
pub(crate) fn gather<I: Item>(root: &Root<I>, items: &mut Vec<I>) -> Result<(), Missing> {
    for item in Items::new(root).take(MAX_MAP_LEAF_ENTRIES + 1 - items.len()) {
        items.push(item?.clone());
    }
    Ok(())
}

/// The item at a position in the order of hashes, `None` when out of range.
pub(crate) fn item_at<I: Item>(mut root: &Root<I>, mut position: u64) -> Result<Option<&I>, Missing> {
    loop {
        match root.body.shape() {
            Body::Leaf(items) => return Ok(usize::try_from(position).ok().and_then(|i| items.get(i))),
            Body::Tree { count, .. } if position >= *count => return Ok(None),
            Body::Tree { shift, children, .. } => {
                let mut slots = children.iter();
                root = loop {
                    let Some(slot) = slots.next() else { return Ok(None) };
                    let child = child::<I>(slot, *shift)?;
                    match position.checked_sub(child.body.count()) {
                        Some(rest) => position = rest,
                        None => break child,
                    }
                };
            }
        }
    }
}

/// All items in the order of their hashes. Stops after the first error.
pub(crate) struct Items<'a, I> {
    /// The rest of the leaf at hand.
    leaf: slice::Iter<'a, I>,
    /// The children still to be entered at each level above it, with the position at which they branch.
    path: Vec<(slice::Iter<'a, Slot>, u8)>,
}

impl<'a, I: Item> Items<'a, I> {
    /// The items of a map or set.
    pub fn new(root: &'a Root<I>) -> Items<'a, I> {
        let mut items = Items { leaf: [].iter(), path: Vec::new() };
        items.enter(root);
        items
    }

    /// The items from a position on.
    pub fn starting_at(mut root: &'a Root<I>, mut position: u64) -> Result<Items<'a, I>, Missing> {
        let mut items = Items { leaf: [].iter(), path: Vec::new() };
        'down: loop {
            let (shift, mut slots) = match root.body.shape() {
                Body::Leaf(leaf) => {
                    items.leaf = leaf.get(position as usize..).unwrap_or_default().iter();
                    return Ok(items);
                }
                Body::Tree { shift, children, .. } => (*shift, children.iter()),
            };
            while let Some(slot) = slots.next() {
                let child = child::<I>(slot, shift)?;
                match position.checked_sub(child.body.count()) {
                    Some(rest) => position = rest,
                    None => {
                        items.path.push((slots, shift));
                        root = child;
                        continue 'down;
                    }
                }
            }
            return Ok(items);
        }
    }

    fn enter(&mut self, root: &'a Root<I>) {
        match root.body.shape() {
            Body::Leaf(items) => self.leaf = items.iter(),
            Body::Tree { shift, children, .. } => self.path.push((children.iter(), *shift)),
        }
    }
}

impl<'a, I: Item> Iterator for Items<'a, I> {
    type Item = Result<&'a I, Missing>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.leaf.next() {
                return Some(Ok(item));
            }
            let (slots, shift) = self.path.last_mut()?;
            let Some(slot) = slots.next() else {
                self.path.pop();
                continue;
            };
            match child(slot, *shift) {
                Ok(root) => self.enter(root),
                Err(missing) => {
                    self.path.clear();
                    return Some(Err(missing));
                }
            }
        }
    }
}

/// Ends an iteration after its first error.
pub(crate) fn until_error<T>(
    items: impl Iterator<Item = Result<T, Missing>>,
) -> impl Iterator<Item = Result<T, Missing>> {
    let mut failed = false;
    items.take_while(move |item| !std::mem::replace(&mut failed, item.is_err()))
}
