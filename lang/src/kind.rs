//! Kinds of values, by the names the reference gives them.
use crate::*;

/// The kind of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Nil,
    Boolean,
    Integer,
    Double,
    Character,
    String,
    Blob,
    Keyword,
    Symbol,
    Address,
    Vector,
    List,
    Map,
    Set,
    Index,
    Syntax,
    Function,
    Op,
    Record,
    Transaction,
    Cad3,
    Any,
}

impl Kind {
    /// The name, such as `Integer`; `CAD3` for values the machine does not understand.
    pub fn name(self) -> &'static str {
        todo!()
    }
}

impl Value {
    /// The kind of this value.
    pub fn kind(&self) -> Kind {
        todo!()
    }
}
