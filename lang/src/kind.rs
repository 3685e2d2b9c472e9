//! Kinds of values, by the names the reference gives them.
use crate::op::{Closure, Op};
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
        match self {
            Kind::Nil => "Nil",
            Kind::Boolean => "Boolean",
            Kind::Integer => "Integer",
            Kind::Double => "Double",
            Kind::Character => "Character",
            Kind::String => "String",
            Kind::Blob => "Blob",
            Kind::Keyword => "Keyword",
            Kind::Symbol => "Symbol",
            Kind::Address => "Address",
            Kind::Vector => "Vector",
            Kind::List => "List",
            Kind::Map => "Map",
            Kind::Set => "Set",
            Kind::Index => "Index",
            Kind::Syntax => "Syntax",
            Kind::Function => "Function",
            Kind::Op => "Op",
            Kind::Record => "Record",
            Kind::Transaction => "Transaction",
            Kind::Cad3 => "CAD3",
            Kind::Any => "Any",
        }
    }
}

impl Value {
    /// The kind of this value. A record whose fields do not fit its tag is of the kind `CAD3`, and so is one of
    /// which a field that decides is not here.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil => Kind::Nil,
            Value::Boolean(_) => Kind::Boolean,
            Value::Flag(_) => Kind::Any,
            Value::Integer(_) | Value::BigInteger(_) => Kind::Integer,
            Value::Double(_) => Kind::Double,
            Value::Character(_) => Kind::Character,
            Value::Address(_) => Kind::Address,
            Value::Extension { tag: extension::CORE, code } if native::name(*code).is_some() => {
                Kind::Function
            }
            Value::Extension { .. } | Value::Coded(_) if Op::is_op(self) == Ok(true) => Kind::Op,
            Value::Extension { .. } | Value::Coded(_) => Kind::Any,
            Value::String(_) => Kind::String,
            Value::Blob(_) => Kind::Blob,
            Value::Keyword(_) => Kind::Keyword,
            Value::Symbol(_) => Kind::Symbol,
            Value::Vector(_) => Kind::Vector,
            Value::List(_) => Kind::List,
            Value::Map(_) => Kind::Map,
            Value::Set(_) => Kind::Set,
            Value::Index(_) => Kind::Index,
            Value::Syntax(_) => Kind::Syntax,
            Value::Signed(_) => Kind::Record,
            Value::Record(_) if Op::is_op(self) == Ok(true) => Kind::Op,
            Value::Record(_) if Closure::is_closure(self) == Ok(true) => Kind::Function,
            Value::Record(record) => record.kind(),
        }
    }
}
