//! Classes of values that programs tell apart.

use lang::kind::Kind;

/// Values that are never equal to those of another class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Class {
    Nil,
    Boolean,
    Integer,
    Double,
    /// An integer or a double.
    Number,
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
    Function,
}

impl Class {
    /// The class of a kind, where it has one.
    pub fn of(kind: Kind) -> Option<Class> {
        Some(match kind {
            Kind::Nil => Class::Nil,
            Kind::Boolean => Class::Boolean,
            Kind::Integer => Class::Integer,
            Kind::Double => Class::Double,
            Kind::Character => Class::Character,
            Kind::String => Class::String,
            Kind::Blob => Class::Blob,
            Kind::Keyword => Class::Keyword,
            Kind::Symbol => Class::Symbol,
            Kind::Address => Class::Address,
            Kind::Vector => Class::Vector,
            Kind::List => Class::List,
            Kind::Map => Class::Map,
            Kind::Set => Class::Set,
            Kind::Function => Class::Function,
            _ => return None,
        })
    }

    /// Whether these are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Class::Integer | Class::Double | Class::Number)
    }

    /// Whether some value of one class may equal one of another.
    pub fn may_equal(self, other: Class) -> bool {
        let is_open = |class| class == Class::Number;
        self == other || (self.is_number() && other.is_number() && (is_open(self) || is_open(other)))
    }

    /// Such a value, in words.
    pub fn phrase(self) -> &'static str {
        match self {
            Class::Nil => "nil",
            Class::Boolean => "a boolean",
            Class::Integer => "an integer",
            Class::Double => "a double",
            Class::Number => "a number",
            Class::Character => "a character",
            Class::String => "a string",
            Class::Blob => "a blob",
            Class::Keyword => "a keyword",
            Class::Symbol => "a symbol",
            Class::Address => "an address",
            Class::Vector => "a vector",
            Class::List => "a list",
            Class::Map => "a map",
            Class::Set => "a set",
            Class::Function => "a function",
        }
    }
}
