//! Definitions of an account that were given other values lately.

use lang::{Map, Missing, Symbol, Value};

/// More than this are written into the map of definitions.
pub(crate) const MAX_WRITTEN: usize = 8;

/// Definitions with newer values than the map of definitions has, which has all of their symbols.
#[derive(Clone, Default)]
pub(crate) struct Written(Vec<(Symbol, Value)>);

impl Written {
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_WRITTEN
    }

    /// The newer value of a symbol.
    #[inline]
    pub fn get(&self, symbol: &Symbol) -> Option<&Value> {
        self.0.iter().find(|(own, _)| own == symbol).map(|(_, value)| value)
    }

    /// The place of the newer value of a symbol.
    #[inline]
    pub fn position(&self, symbol: &Symbol) -> Option<usize> {
        self.0.iter().position(|(own, _)| own == symbol)
    }

    /// The newer value at a place.
    #[inline]
    pub fn at(&self, position: usize) -> Option<&Value> {
        self.0.get(position).map(|(_, value)| value)
    }

    /// The newer value at a place, to be changed.
    #[inline]
    pub fn at_mut(&mut self, position: usize) -> Option<&mut Value> {
        self.0.get_mut(position).map(|(_, value)| value)
    }

    /// Adds the newer value of a symbol that has none here.
    pub fn push(&mut self, symbol: Symbol, value: Value) {
        self.0.push((symbol, value));
    }

    /// Writes all into the map.
    pub fn write_into(self, map: &mut Map) -> Result<(), Missing> {
        self.0.into_iter().try_for_each(|(symbol, value)| map.insert(Value::Symbol(symbol), value))
    }
}
