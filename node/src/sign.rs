//! Signing: who holds a secret key makes signed values with it.

use ed25519_dalek::Signer;
use lang::{Signed, Value};
use vm::signature;

pub use ed25519_dalek::SigningKey;

/// A value signed with a key (CAD015).
pub fn sign(value: &Value, key: &SigningKey) -> Signed {
    let signature = key.sign(&signature::message(value));
    Signed::new(Some(key.verifying_key().to_bytes()), signature.to_bytes(), value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_good_and_the_same_each_time() {
        let key = SigningKey::from_bytes(&[7; 32]);
        for value in [Value::Nil, Value::from(1), Value::string(&"x".repeat(1_000))] {
            let signed = sign(&value, &key);
            assert!(signature::is_good(&signed));
            assert_eq!(signed.signature(), sign(&value, &key).signature());
            let other = Signed::new(signed.key().copied(), *signed.signature(), Value::from(2));
            assert!(!signature::is_good(&other));
        }
    }
}
