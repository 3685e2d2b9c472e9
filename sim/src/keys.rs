//! Keys and signatures of a run. They are quick and no cryptography: who knows a secret can sign,
//! all others cannot, and a signature is the same each time. Real ones would take most of the time
//! of a run and prove nothing more of consensus.

use consensus::{Key, Signatures};
use lang::{Signed, Value};
use sha3::{Digest, Sha3_256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The secrets of all who take part. Peers hold it to verify; only [`Keys::sign`] for a key of
/// one's own is signing.
#[derive(Clone, Default)]
pub struct Keys(Arc<BTreeMap<Key, [u8; 32]>>);

impl Keys {
    /// The keys of so many peers.
    pub fn of(peers: usize) -> (Keys, Vec<Key>) {
        let pairs: Vec<(Key, [u8; 32])> = (0..peers as u64).map(pair).collect();
        let list = pairs.iter().map(|(key, _)| *key).collect();
        (Keys(Arc::new(pairs.into_iter().collect())), list)
    }

    /// A value signed with a key.
    ///
    /// # Panics
    /// If the key is not one of the run.
    pub fn sign(&self, key: &Key, value: &Value) -> Signed {
        let secret = self.0.get(key).expect("only keys of the run sign");
        Signed::new(Some(*key), signature(secret, &vm::signature::message(value)), value.clone())
    }

    /// Whether a signature is good.
    pub fn is_good(&self, signed: &Signed) -> bool {
        let (Some(key), Ok(value)) = (signed.key(), signed.value()) else { return false };
        let Some(secret) = self.0.get(key) else { return false };
        *signed.signature() == signature(secret, &vm::signature::message(value))
    }
}

/// The signatures of one peer: it signs with its own key only.
pub struct Own {
    /// The keys of the run.
    pub keys: Keys,
    /// The peer's key.
    pub key: Key,
}

impl Signatures for Own {
    fn key(&self) -> Key {
        self.key
    }

    fn sign(&self, value: &Value) -> Signed {
        self.keys.sign(&self.key, value)
    }

    fn is_good(&self, signed: &Signed) -> bool {
        self.keys.is_good(signed)
    }
}

fn pair(number: u64) -> (Key, [u8; 32]) {
    let digest = |purpose: &[u8]| -> [u8; 32] {
        Sha3_256::new().chain_update(purpose).chain_update(number.to_be_bytes()).finalize().into()
    };
    (digest(b"public"), digest(b"secret"))
}

fn signature(secret: &[u8; 32], message: &[u8]) -> [u8; 64] {
    let half: [u8; 32] = Sha3_256::new().chain_update(secret).chain_update(message).finalize().into();
    let mut whole = [0; 64];
    whole[..32].copy_from_slice(&half);
    whole[32..].copy_from_slice(&half);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_and_value_alone() {
        let (keys, list) = Keys::of(2);
        let signed = keys.sign(&list[0], &Value::from(1));
        assert!(keys.is_good(&signed));
        let forged = Signed::new(Some(list[1]), *signed.signature(), Value::from(1));
        assert!(!keys.is_good(&forged));
        let changed = Signed::new(Some(list[0]), *signed.signature(), Value::from(2));
        assert!(!keys.is_good(&changed));
    }
}
