//! The text of leaves: bytes, strings, characters.

/// Appends bytes in hexadecimal.
pub(super) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]]);
    }
}

/// Appends a byte of a string as it stands between quotes.
fn escaped(out: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\t' => b't',
        0x8 => b'b',
        b'\n' => b'n',
        b'\r' => b'r',
        0xc => b'f',
        _ => return out.push(byte),
    };
    out.extend([b'\\', letter]);
}

/// Appends bytes of a long string from the start up to `end`, as they are but for escapes.
pub(super) fn escape_bytes(out: &mut Vec<u8>, bytes: &[u8], end: usize) {
    bytes.iter().take(end).for_each(|&byte| escaped(out, byte));
}

/// Appends the characters of a short string that start before `end`. Where none starts, a replacement character
/// stands for that byte and the next.
pub(super) fn escape_text(out: &mut Vec<u8>, bytes: &[u8], end: usize) {
    let mut at = 0;
    while at < end {
        let byte = bytes[at];
        if byte.is_ascii() {
            escaped(out, byte);
            at += 1;
            continue;
        }
        match code_point(&bytes[at..]) {
            Some(code) => {
                let length = utf8_length(code);
                let end = bytes.len().min(at + length);
                out.extend_from_slice(&bytes[at..end]);
                at += length;
            }
            None => {
                out.extend_from_slice("\u{fffd}".as_bytes());
                at += 2;
            }
        }
    }
}

/// The code point that a non-ASCII byte starts, in more bytes than needed perhaps, or a surrogate.
fn code_point(bytes: &[u8]) -> Option<u32> {
    let first = bytes[0];
    let length = match first {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return None,
    };
    let mut code = u32::from(first) & (0x7f >> length);
    for i in 1..length {
        let byte = *bytes.get(i)?;
        if byte & 0xc0 != 0x80 {
            return None;
        }
        code = code << 6 | u32::from(byte & 0x3f);
    }
    (code <= 0x10_ffff).then_some(code)
}

/// The number of bytes that a code point takes at least.
fn utf8_length(code: u32) -> usize {
    match code {
        0..=0x7f => 1,
        0x80..=0x7ff => 2,
        0x800..=0xffff => 3,
        _ => 4,
    }
}

/// Appends the bytes of a code point, surrogates included.
pub(super) fn utf8(out: &mut Vec<u8>, code: u32) {
    let tail = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match utf8_length(code) {
        1 => out.push(code as u8),
        2 => out.extend([0xc0 | (code >> 6) as u8, tail(0)]),
        3 => out.extend([0xe0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (code >> 18 & 7) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Replaces what is no UTF-8: each longest start of a character, or wrong byte, by one replacement character, and
/// an encoded surrogate by a single one.
pub(super) fn repair(bytes: Vec<u8>) -> Vec<u8> {
    if std::str::from_utf8(&bytes).is_ok() {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let Err(error) = std::str::from_utf8(rest) else {
            out.extend_from_slice(rest);
            break;
        };
        let (good, bad) = rest.split_at(error.valid_up_to());
        out.extend_from_slice(good);
        out.extend_from_slice("\u{fffd}".as_bytes());
        let skip = match bad {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
            [0xed, 0xa0..=0xbf, ..] => 2,
            _ => error.error_len().unwrap_or(bad.len()),
        };
        rest = &bad[skip..];
    }
    out
}
