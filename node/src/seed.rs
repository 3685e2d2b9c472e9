//! The seed of an Ed25519 key: the 32 bytes that all of it is made from.

use crate::sign::SigningKey;
use zeroize::Zeroizing;

/// The bytes of a seed, and of a public key.
pub const BYTES: usize = 32;

/// A key from the random source of the system.
///
/// # Errors
/// When the source fails.
pub fn random() -> Result<SigningKey, getrandom::Error> {
    let mut seed = Zeroizing::new([0; BYTES]);
    getrandom::fill(seed.as_mut_slice())?;
    Ok(SigningKey::from_bytes(&seed))
}

/// The key with the seed in 64 hexadecimal digits, in either case, `0x` in front allowed.
pub fn parse(text: &str) -> Option<SigningKey> {
    unhex(text).map(|seed| SigningKey::from_bytes(&seed))
}

/// The 32 bytes of 64 hexadecimal digits, in either case, `0x` in front allowed. They are wiped,
/// since they may be a seed.
pub(crate) fn unhex(text: &str) -> Option<Zeroizing<[u8; BYTES]>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text).as_bytes();
    if digits.len() != 2 * BYTES {
        return None;
    }
    let mut bytes = Zeroizing::new([0; BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let digit = char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())?;
            *byte = *byte << 4 | digit;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read() {
        let bytes: [u8; BYTES] = std::array::from_fn(|i| i as u8 * 8);
        let digits = lang::hex::encode(&bytes);
        for text in [&digits, &digits.to_uppercase(), &format!("0x{digits}")] {
            assert_eq!(unhex(text).as_deref(), Some(&bytes), "{text}");
        }
        for text in
            ["", "0x", &digits[1..], &digits.replace('8', "g"), &format!("{digits}0"), &"é".repeat(32)]
        {
            assert!(unhex(text).is_none(), "{text}");
        }
    }
}
