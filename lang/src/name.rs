//! Keywords and symbols: names of 1 to 128 bytes.
use crate::cell::Node;
use crate::*;
use triomphe::Arc;

/// A keyword such as `:foo`.
#[derive(Clone)]
pub struct Keyword(pub(crate) Arc<Node<Name>>);

/// A symbol such as `foo`.
#[derive(Clone)]
pub struct Symbol(pub(crate) Arc<Node<Name>>);

/// The longest name that stands in the cell itself, as nearly all do.
const SHORT_BYTES: usize = 22;

/// The bytes of a name.
pub(crate) enum Name {
    /// Their number, and as many of these.
    Short(u8, [u8; SHORT_BYTES]),
    Long(Box<[u8]>),
}

impl Name {
    fn new(name: &[u8]) -> Name {
        let mut bytes = [0; SHORT_BYTES];
        match bytes.get_mut(..name.len()) {
            Some(start) => {
                start.copy_from_slice(name);
                Name::Short(name.len() as u8, bytes)
            }
            None => Name::Long(name.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Name::Short(length, bytes) => &bytes[..usize::from(*length)],
            Name::Long(bytes) => bytes,
        }
    }
}

macro_rules! name {
    ($type:ident) => {
        impl $type {
            /// With a name of 1 to 128 bytes, else `None`.
            pub fn new(name: &[u8]) -> Option<$type> {
                (1..=limits::MAX_NAME_BYTES)
                    .contains(&name.len())
                    .then(|| $type(Node::shared(Name::new(name))))
            }
            /// Whether this is the very same cell, which says more than that the names are equal.
            #[inline]
            pub fn is_identical(&self, other: &$type) -> bool {
                Arc::ptr_eq(&self.0, &other.0)
            }
            /// The identity of the cell, as [`Value::identity`] has it.
            #[inline]
            pub fn identity(&self) -> usize {
                std::ptr::from_ref(&self.0.facts) as usize
            }
            /// The bytes of the name.
            pub fn name(&self) -> &[u8] {
                self.0.body.bytes()
            }
        }
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0) || self.name() == other.name()
            }
        }
        impl Eq for $type {}
        impl std::hash::Hash for $type {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.name().hash(state);
            }
        }
    };
}
name!(Keyword);
name!(Symbol);
