//! A passphrase, which opens an encrypted key.

use std::fmt;
use zeroize::Zeroizing;

/// The bytes of a passphrase, UTF-8 where it was typed. They are wiped from memory when it is
/// dropped, and never shown.
#[derive(PartialEq, Eq)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// The passphrase of these bytes, which the caller should have kept nowhere else.
    pub fn new(bytes: Vec<u8>) -> Passphrase {
        Passphrase(Zeroizing::new(bytes))
    }

    /// Whether it has no bytes, and so protects nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_shown() {
        let shown = format!("{:?}", Passphrase::new(b"open sesame".to_vec()));
        assert_eq!(shown, "Passphrase(…)");
    }
}
