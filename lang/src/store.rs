//! The seam through which cells that are not in memory arrive.

use crate::{Hash, Value};
use std::fmt;

/// A place that cells can be fetched from by their hash. Called with no lock held; may be slow.
pub trait Store: Send + Sync {
    /// The cell with this hash, its own branches reached lazily through the same store, or `None`
    /// when the store does not hold it. A store that knows the hash or the memory size of the cell
    /// sets them in its facts: without the size, finding it would fetch all that is below.
    ///
    /// # Errors
    /// [`LoadError`] when the store could not find out, or holds the cell and cannot read it. That
    /// is never the same as a cell that is absent.
    fn load(&self, hash: &Hash) -> Result<Option<Value>, LoadError>;
}

/// The store that holds nothing.
pub struct Nowhere;

impl Store for Nowhere {
    fn load(&self, _: &Hash) -> Result<Option<Value>, LoadError> {
        Ok(None)
    }
}

/// Why a store failed, in a sentence without a full stop, such as "the disk reports an error".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadError(Box<str>);

impl LoadError {
    /// A failure of a store for this reason.
    pub fn new(reason: impl Into<Box<str>>) -> LoadError {
        LoadError(reason.into())
    }

    /// The reason.
    pub fn reason(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LoadError {}

/// A cell was needed that is not available here: absent, or its store failed. Neither a panic nor
/// an on-chain error.
#[derive(Clone, PartialEq, Eq)]
pub struct Missing(Box<(Hash, Option<LoadError>)>);

impl Missing {
    /// A cell with this hash is absent.
    pub fn new(hash: Hash) -> Missing {
        Missing(Box::new((hash, None)))
    }

    /// The store of a cell with this hash failed.
    pub fn failed(hash: Hash, error: LoadError) -> Missing {
        Missing(Box::new((hash, Some(error))))
    }

    /// The hash of the missing cell.
    pub fn hash(&self) -> &Hash {
        &self.0.0
    }

    /// How the store failed; `None` when the cell is absent.
    pub fn failure(&self) -> Option<&LoadError> {
        self.0.1.as_ref()
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure() {
            Some(error) => write!(f, "the cell with hash {} cannot be loaded: {error}", self.hash()),
            None => write!(f, "the cell with hash {} is not here", self.hash()),
        }
    }
}

impl fmt::Debug for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure() {
            Some(error) => write!(f, "Missing({}: {error})", self.hash()),
            None => write!(f, "Missing({})", self.hash()),
        }
    }
}

impl std::error::Error for Missing {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Slot;
    use std::sync::Arc;

    struct Broken;

    impl Store for Broken {
        fn load(&self, _: &Hash) -> Result<Option<Value>, LoadError> {
            Err(LoadError::new("the disk reports an error"))
        }
    }

    #[test]
    fn a_failure_is_told_from_absence() {
        let hash = Hash([7; 32]);
        let absent = Slot::branch(hash, Arc::new(Nowhere)).into_value().expect_err("there is nothing");
        assert_eq!((absent.hash(), absent.failure()), (&hash, None));
        assert_eq!(absent.to_string(), format!("the cell with hash {hash} is not here"));
        let failed = Slot::branch(hash, Arc::new(Broken)).into_value().expect_err("the store fails");
        assert_eq!(failed.failure().map(LoadError::reason), Some("the disk reports an error"));
        assert_eq!(
            failed.to_string(),
            format!("the cell with hash {hash} cannot be loaded: the disk reports an error")
        );
        assert_ne!(failed, absent);
    }
}
