//! Hexadecimal digits, as requests, files and answers have them.

/// The bytes that digits of either case stand for, with or without `0x`. `None` when they are no
/// digits, or an odd number of them.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text).as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// As [`decode`], for exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// The digits of bytes, in lower case, without `0x`.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn digit(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_either_case_are_bytes() {
        for (text, expected) in [
            ("", Some(vec![])),
            ("0x", Some(vec![])),
            ("0xAb01", Some(vec![0xab, 1])),
            ("fF", Some(vec![255])),
            ("f", None),
            ("0xg0", None),
            ("é", None),
            ("+1", None),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
        assert_eq!(decode_array::<2>("0102"), Some([1, 2]));
        assert_eq!(decode_array::<2>("010203"), None);
        assert_eq!(encode(&[0, 0xab]), "00ab");
    }
}
