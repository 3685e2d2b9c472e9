//! What all heap cells share: cached facts, children that may be elsewhere, and shallow drops.

use crate::store::{Missing, Store};
use crate::walk::Walk;
use crate::{Hash, Value};
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use triomphe::Arc;

/// A heap cell: a body, and what is computed of it once, lazily. The body stands first, so that one line of the
/// processor's cache has all that a search or an update in place looks at.
#[repr(C)]
pub struct Node<B> {
    /// The contents.
    pub body: B,
    /// Facts about the cell, filled in on demand.
    pub facts: Facts,
}

impl<B> Node<B> {
    /// A shared node whose facts are not yet known.
    pub fn shared(body: B) -> Arc<Node<B>> {
        Arc::new(Node { facts: Facts::default(), body })
    }
}

impl<B: Clone> Clone for Node<B> {
    /// A copy that may be changed, so none of its facts are known.
    fn clone(&self) -> Node<B> {
        Node { facts: Facts::default(), body: self.body.clone() }
    }
}

/// The body of a node to be changed: in place when nobody else holds the node, else in a copy that takes its
/// place.
pub(crate) fn body_mut<B: Clone>(node: &mut Arc<Node<B>>) -> &mut B {
    let node = Arc::make_mut(node);
    node.facts.forget();
    &mut node.body
}

/// Facts about a cell that cost time to find: its hash, the length of its encoding, its memory size.
#[derive(Default)]
#[repr(C)]
pub struct Facts {
    /// The length, and marks.
    length: AtomicU32,
    hash: OnceLock<Hash>,
    memory: AtomicU64,
}

/// Set in the word of the length when no hash is lacking to encode the cell inside a parent.
const SETTLED: u32 = 1 << 31;
/// Set in the word of the length when the memory size is known.
const SIZED: u32 = 1 << 30;
/// Set in the word of the length when all parts of the collection are known to be in memory.
const WHOLE: u32 = 1 << 29;
/// The bits of the length itself.
const LENGTH: u32 = WHOLE - 1;

// Relaxed ordering is enough below: each fact is a pure function of the immutable body, so that a racing
// thread writes the same number, and a fact that is not seen yet is computed again.
impl Facts {
    /// The hash, if known.
    pub fn hash(&self) -> Option<&Hash> {
        self.hash.get()
    }

    /// Remembers the hash.
    pub fn set_hash(&self, hash: Hash) {
        let _ = self.hash.set(hash);
    }

    /// The length of the encoding in bytes, if known.
    pub fn length(&self) -> Option<usize> {
        match self.length.load(Ordering::Relaxed) & LENGTH {
            0 => None,
            n => Some(n as usize),
        }
    }

    /// Remembers the length of the encoding, which is neither 0 nor more than a few thousand bytes.
    pub fn set_length(&self, bytes: usize) {
        self.length.fetch_or(bytes as u32 & LENGTH, Ordering::Relaxed);
    }

    /// Whether a parent's encoding can be written without computing anything below this cell: its length is
    /// known, and its hash if it is a branch, else the hashes of all branches in its encoding.
    pub(crate) fn is_settled(&self) -> bool {
        self.length.load(Ordering::Relaxed) & SETTLED != 0
    }

    /// Remembers that the cell is settled.
    pub(crate) fn set_settled(&self) {
        self.length.fetch_or(SETTLED, Ordering::Relaxed);
    }

    /// Whether all parts of the collection are known to be in memory.
    pub(crate) fn is_whole(&self) -> bool {
        self.length.load(Ordering::Relaxed) & WHOLE != 0
    }

    /// Remembers that all parts of the collection are in memory.
    pub(crate) fn set_whole(&self) {
        self.length.fetch_or(WHOLE, Ordering::Relaxed);
    }

    /// The memory size in bytes (CAD006), if known.
    pub fn memory(&self) -> Option<u64> {
        match self.memory.load(Ordering::Relaxed) {
            0 => None,
            n => Some(n - 1),
        }
    }

    /// Remembers the memory size.
    pub fn set_memory(&self, bytes: u64) {
        self.memory.store(bytes.saturating_add(1), Ordering::Relaxed);
        self.length.fetch_or(SIZED, Ordering::Relaxed);
    }

    /// Remembers what is known about a cell of the same encoding.
    pub(crate) fn take_over(&self, known: &Facts) {
        if let Some(hash) = known.hash() {
            self.set_hash(*hash);
        }
        if let Some(length) = known.length() {
            self.set_length(length);
        }
        if let Some(bytes) = known.memory() {
            self.set_memory(bytes);
        }
        if known.is_settled() {
            self.set_settled();
        }
    }

    /// Forgets everything, of a cell that has changed. Touches no more than the word of the length and the state of
    /// the hash when there is nothing to forget.
    pub(crate) fn forget(&mut self) {
        if *self.length.get_mut() != 0 || self.hash.get().is_some() {
            *self = Facts::default();
        }
    }
}

/// A child of a cell: a value in memory, a branch known by its hash and fetched when touched, or a part of a
/// collection that is made when touched.
#[derive(Clone)]
pub struct Slot(Inner);

#[derive(Clone)]
enum Inner {
    Here(Value),
    Away(Arc<Away>),
}

/// A child that may not be in memory yet. Both kinds share one variant of a slot, since most slots hold values, and
/// telling two variants apart is quicker.
enum Away {
    There(Branch),
    Later(Walk),
}

/// A branch that may not have been fetched yet.
struct Branch {
    hash: Hash,
    value: OnceLock<Value>,
    store: std::sync::Arc<dyn Store>,
}

const _: () = assert!(size_of::<Slot>() == 16);

impl Slot {
    /// A child that is in memory.
    pub fn new(value: Value) -> Slot {
        Slot(Inner::Here(value))
    }

    /// A branch to be fetched from a store when it is first touched.
    pub fn branch(hash: Hash, store: std::sync::Arc<dyn Store>) -> Slot {
        Slot(Inner::Away(Arc::new(Away::There(Branch { hash, value: OnceLock::new(), store }))))
    }

    /// A part of a collection that is made when it is first touched.
    pub(crate) fn later(walk: Walk) -> Slot {
        Slot(Inner::Away(Arc::new(Away::Later(walk))))
    }

    /// The part that is made when it is touched, if this is one.
    pub(crate) fn walk(&self) -> Option<&Walk> {
        match &self.0 {
            Inner::Away(away) => match &**away {
                Away::Later(walk) => Some(walk),
                Away::There(_) => None,
            },
            Inner::Here(_) => None,
        }
    }

    /// The child, fetched or made if need be.
    #[inline]
    pub fn get(&self) -> Result<&Value, Missing> {
        match &self.0 {
            Inner::Here(value) => Ok(value),
            Inner::Away(away) => away.get(),
        }
    }

    /// The child if it is in memory, without fetching.
    #[inline]
    pub fn loaded(&self) -> Option<&Value> {
        match &self.0 {
            Inner::Here(value) => Some(value),
            Inner::Away(away) => away.loaded(),
        }
    }

    /// The child if it was built in memory; `None` for one that was given by its hash, fetched or not.
    #[inline]
    pub(crate) fn held(&self) -> Option<&Value> {
        match &self.0 {
            Inner::Here(value) => Some(value),
            Inner::Away(away) => away.held(),
        }
    }

    /// The child if it was built in memory before it was asked for.
    #[inline]
    pub(crate) fn built(&self) -> Option<&Value> {
        if let Inner::Here(value) = &self.0 { Some(value) } else { None }
    }

    /// The child, to be changed in place, if it was built in memory before it was asked for.
    #[inline]
    pub(crate) fn built_mut(&mut self) -> Option<&mut Value> {
        if let Inner::Here(value) = &mut self.0 { Some(value) } else { None }
    }

    /// The hash of a child that was given by its hash; `None` for one that was built in memory.
    pub fn branch_hash(&self) -> Option<&Hash> {
        match &self.0 {
            Inner::Here(_) => None,
            Inner::Away(away) => away.branch().map(|branch| &branch.hash),
        }
    }

    /// The child to be changed in place, fetched if need be.
    #[inline]
    pub(crate) fn get_mut(&mut self) -> Result<&mut Value, Missing> {
        if let Inner::Away(_) = &self.0 {
            self.take_here()?;
        }
        match &mut self.0 {
            Inner::Here(value) => Ok(value),
            Inner::Away(away) => Err(Missing::new(away.hash())),
        }
    }

    /// Puts the child itself in the place of what leads to it.
    #[cold]
    fn take_here(&mut self) -> Result<(), Missing> {
        *self = Slot::new(self.get()?.clone());
        Ok(())
    }

    /// The answer for a child that is not what its parent needs, say a number in place of a part of a map:
    /// strangers can send such cells, and the right child is as good as missing.
    pub(crate) fn unfit(&self) -> Missing {
        match &self.0 {
            Inner::Here(value) => Missing::new(value.hash()),
            Inner::Away(away) => Missing::new(away.hash()),
        }
    }

    /// Supplies the child that was given by its hash, which the caller vouches for. Nothing happens to one that
    /// is there already.
    pub(crate) fn fill(&self, value: Value) {
        if let Inner::Away(away) = &self.0
            && let Some(branch) = away.branch()
        {
            let _ = branch.value.set(value);
        }
    }

    /// The child itself.
    ///
    /// # Errors
    /// [`Missing`] when it is a branch that the store does not hold.
    pub fn into_value(self) -> Result<Value, Missing> {
        self.get().cloned()
    }
}

impl From<Value> for Slot {
    fn from(value: Value) -> Slot {
        Slot::new(value)
    }
}

impl Away {
    #[inline]
    fn get(&self) -> Result<&Value, Missing> {
        match self {
            Away::There(branch) => branch.fetch(),
            Away::Later(walk) => Ok(walk.part()),
        }
    }

    fn loaded(&self) -> Option<&Value> {
        match self {
            Away::There(branch) => branch.value.get(),
            Away::Later(walk) => Some(walk.part()),
        }
    }

    fn held(&self) -> Option<&Value> {
        match self {
            Away::There(_) => None,
            Away::Later(walk) => Some(walk.part()),
        }
    }

    fn branch(&self) -> Option<&Branch> {
        if let Away::There(branch) = self { Some(branch) } else { None }
    }

    #[cold]
    fn hash(&self) -> Hash {
        match self {
            Away::There(branch) => branch.hash,
            Away::Later(walk) => walk.part().hash(),
        }
    }
}

impl Branch {
    #[cold]
    fn fetch(&self) -> Result<&Value, Missing> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = match self.store.load(&self.hash) {
            Ok(value) => value.ok_or_else(|| Missing::new(self.hash))?,
            Err(error) => return Err(Missing::failed(self.hash, error)),
        };
        Ok(self.value.get_or_init(|| value))
    }
}

/// Drops nested deeper than this are put off, so that the stack stays shallow however deep a value is.
const MAX_DROP_DEPTH: u32 = 64;

thread_local! {
    static DROP_DEPTH: Cell<u32> = const { Cell::new(0) };
    static PUT_OFF: RefCell<Vec<Inner>> = const { RefCell::new(Vec::new()) };
}

impl Drop for Slot {
    #[inline]
    fn drop(&mut self) {
        match &self.0 {
            Inner::Here(value) if !value.is_cell() => {}
            _ => self.drop_cell(),
        }
    }
}

impl Slot {
    #[inline(never)]
    fn drop_cell(&mut self) {
        if let Inner::Here(value) = &self.0
            && !value.is_last_owner()
        {
            return;
        }
        let inner = std::mem::replace(&mut self.0, Inner::Here(Value::Nil));
        let depth = DROP_DEPTH.try_with(Cell::get).unwrap_or(0);
        if depth >= MAX_DROP_DEPTH {
            let mut inner = Some(inner);
            let _ = PUT_OFF.try_with(|list| list.borrow_mut().extend(inner.take()));
            return; // When the thread is ending and the list is gone, `inner` is dropped in place.
        }
        let _ = DROP_DEPTH.try_with(|d| d.set(depth + 1));
        drop(inner);
        if depth == 0 {
            while let Some(next) = PUT_OFF.try_with(|list| list.borrow_mut().pop()).ok().flatten() {
                drop(next);
            }
        }
        let _ = DROP_DEPTH.try_with(|d| d.set(depth));
    }
}
