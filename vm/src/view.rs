//! Reading accounts where they are: in the tree, or at hand.

use crate::account::{CONTROLLER, ENVIRONMENT, HOLDINGS, KEY, METADATA, PARENT};
use crate::symbols;
use crate::written::Written;
use lang::{Blob, Index, Map, Missing, Record, Symbol, Value};

/// An account to be read, which costs nothing to get.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) record: &'a Record,
    /// The definitions where they are newer than those in the record.
    pub(crate) environment: Option<&'a Map>,
    /// Newer values of some of them.
    pub(crate) written: Option<&'a Written>,
}

impl<'a> View<'a> {
    #[inline]
    fn field(&self, position: u64) -> Result<&'a Value, Missing> {
        Ok(self.record.fields().get(position)?.unwrap_or(&Value::Nil))
    }

    /// The public key; an account without one is an actor.
    pub fn key(&self) -> Result<Option<&'a Blob>, Missing> {
        Ok(match self.field(KEY)? {
            Value::Blob(key) => Some(key),
            _ => None,
        })
    }

    /// Whether nobody can sign for this account.
    #[inline]
    pub fn is_actor(&self) -> Result<bool, Missing> {
        Ok(self.field(KEY)?.is_nil())
    }

    /// Values that other accounts hold for this one, by their address; `None` is the same as empty.
    pub fn holdings(&self) -> Result<Option<&'a Index>, Missing> {
        Ok(match self.field(HOLDINGS)? {
            Value::Index(index) => Some(index),
            _ => None,
        })
    }

    /// Who controls the account: `nil`, an address, or a scoped actor.
    pub fn controller(&self) -> Result<&'a Value, Missing> {
        self.field(CONTROLLER)
    }

    /// Definitions by symbol; `None` is the same as empty.
    pub fn environment(&self) -> Result<Option<Map>, Missing> {
        let Some(map) = self.map()? else { return Ok(None) };
        let mut map = map.clone();
        if let Some(written) = self.written {
            written.clone().write_into(&mut map)?;
        }
        Ok(Some(map))
    }

    /// The map of definitions, without newer values.
    fn map(&self) -> Result<Option<&'a Map>, Missing> {
        if let Some(environment) = self.environment {
            return Ok(Some(environment));
        }
        Ok(match self.field(ENVIRONMENT)? {
            Value::Map(map) => Some(map),
            _ => None,
        })
    }

    /// Metadata of definitions by symbol; `None` is the same as empty.
    pub fn metadata(&self) -> Result<Option<&'a Map>, Missing> {
        Ok(match self.field(METADATA)? {
            Value::Map(map) => Some(map),
            _ => None,
        })
    }

    /// The account whose definitions stand behind those of this one; the core when there is none.
    pub fn parent(&self) -> Result<Option<u64>, Missing> {
        Ok(match self.field(PARENT)? {
            Value::Address(parent) => Some(*parent),
            _ => None,
        })
    }

    /// Whether look-ups that begin here go on to the core at once: nothing is defined, and there is no parent.
    pub(crate) fn is_transparent(&self) -> Result<bool, Missing> {
        // Newer values are of symbols that the map has too.
        Ok(self.map()?.is_none_or(Map::is_empty) && self.parent()?.is_none())
    }

    /// The value that this account itself defines.
    pub fn definition(&self, symbol: &Value) -> Result<Option<&'a Value>, Missing> {
        if let (Some(written), Value::Symbol(symbol)) = (self.written, symbol)
            && let Some(value) = written.get(symbol)
        {
            return Ok(Some(value));
        }
        match self.map()? {
            Some(map) => map.get(symbol),
            None => Ok(None),
        }
    }

    /// The metadata of a definition; `None` when there is none, which counts as an empty map.
    pub fn definition_metadata(&self, symbol: &Value) -> Result<Option<&'a Map>, Missing> {
        Ok(match self.metadata()? {
            Some(map) => match map.get(symbol)? {
                Some(Value::Map(metadata)) => Some(metadata),
                _ => None,
            },
            None => None,
        })
    }

    /// The function that other accounts may call by a name: a definition that is a function (native or made by
    /// a program) and whose metadata has a true `:callable`.
    pub fn callable(&self, symbol: &Symbol) -> Result<Option<&'a Value>, Missing> {
        let symbol = Value::Symbol(symbol.clone());
        let Some(function) = self.definition(&symbol)? else { return Ok(None) };
        if !crate::call::is_function(function)? {
            return Ok(None);
        }
        let is_callable = match self.definition_metadata(&symbol)? {
            Some(metadata) => metadata.get(&symbols::CALLABLE)?.is_some_and(Value::is_truthy),
            None => false,
        };
        Ok(is_callable.then_some(function))
    }
}
