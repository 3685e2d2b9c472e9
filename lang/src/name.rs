//! Keywords and symbols: names of 1 to 128 bytes.
use crate::cell::Node;
use crate::*;
use std::sync::Arc;

/// A keyword such as `:foo`.
#[derive(Clone)]
pub struct Keyword(pub(crate) Arc<Node<Box<[u8]>>>);

/// A symbol such as `foo`.
#[derive(Clone)]
pub struct Symbol(pub(crate) Arc<Node<Box<[u8]>>>);

macro_rules! name {
    ($type:ident) => {
        impl $type {
            /// With a name of 1 to 128 bytes, else `None`.
            pub fn new(name: &[u8]) -> Option<$type> {
                (1..=limits::MAX_NAME_BYTES).contains(&name.len()).then(|| $type(Node::shared(name.into())))
            }
            /// The bytes of the name.
            pub fn name(&self) -> &[u8] {
                &self.0.body
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
