//! What was found by account and symbol, remembered in few places.

use lang::Symbol;

/// How many findings are remembered.
const PLACES: usize = 64;

/// Findings by account and symbol. A new one may take the place of any other. A clone has none.
pub(crate) struct Remembered<T>(Vec<Option<Entry<T>>>);

struct Entry<T> {
    address: u64,
    /// Held so that no other symbol can have its identity.
    symbol: Symbol,
    finding: T,
}

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered(Vec::new())
    }
}

impl<T> Clone for Remembered<T> {
    fn clone(&self) -> Remembered<T> {
        Remembered::default()
    }
}

#[inline]
fn place(address: u64, symbol: &Symbol) -> usize {
    ((symbol.identity() >> 4) ^ address as usize) % PLACES
}

impl<T> Remembered<T> {
    /// What was found for this very symbol.
    #[inline]
    pub fn get(&self, address: u64, symbol: &Symbol) -> Option<&T> {
        let entry = self.0.get(place(address, symbol))?.as_ref()?;
        let is_it = entry.address == address && entry.symbol.is_identical(symbol);
        is_it.then_some(&entry.finding)
    }

    /// Remembers what was found.
    pub fn set(&mut self, address: u64, symbol: &Symbol, finding: T) {
        if self.0.is_empty() {
            self.0.resize_with(PLACES, || None);
        }
        self.0[place(address, symbol)] = Some(Entry { address, symbol: symbol.clone(), finding });
    }
}
