//! How much is read at most. What is read is counted, since the length that a file tells may be
//! wrong: that of a pipe is 0.

use std::fmt;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The longest source that is read unless an option raises it, in bytes.
pub const MAX_SOURCE_BYTES: u64 = 16 * MIB;
/// The longest state that is read unless an option raises it, in bytes.
pub const MAX_STATE_BYTES: u64 = 4 * GIB;

const _: () = assert!(MAX_SOURCE_BYTES < MAX_STATE_BYTES);

/// How much is read of one thing, and the option that raises it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Bytes that are read at most.
    pub bytes: u64,
    /// The option, such as `--max-source`.
    pub option: &'static str,
}

/// How much is read of sources and of states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// For texts: code, projects, baselines, lines of requests.
    pub source: Limit,
    /// For states that a network begins with.
    pub state: Limit,
}

impl Limits {
    /// Limits of so many bytes.
    pub fn new(source: u64, state: u64) -> Limits {
        Limits {
            source: Limit { bytes: source, option: "--max-source" },
            state: Limit { bytes: state, option: "--max-state" },
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::new(MAX_SOURCE_BYTES, MAX_STATE_BYTES)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Size(self.bytes))
    }
}

/// A number of bytes, shown and read as `16MiB`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size(pub u64);

/// Units and their names, largest first.
const UNITS: [(u64, &str); 3] = [(GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match UNITS.iter().find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit)) {
            Some((unit, name)) => write!(f, "{}{name}", self.0 / unit),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

impl std::str::FromStr for Size {
    type Err = String;

    /// Reads a number of bytes, or one with a unit behind it: `65536`, `64KiB`, `20MiB`, `6GiB`.
    fn from_str(text: &str) -> Result<Size, String> {
        let unit = UNITS.iter().find_map(|(unit, name)| Some((text.strip_suffix(name)?, *unit)));
        let (digits, unit) = unit.unwrap_or((text, 1));
        let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u64>().ok()).flatten();
        match number.and_then(|number| number.checked_mul(unit)) {
            Some(bytes) if bytes > 0 => Ok(Size(bytes)),
            _ => Err(format!("`{text}` is not a size such as 64KiB, 20MiB or 6GiB")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_they_are_shown() {
        for (text, bytes) in
            [("1", 1), ("64KiB", 65_536), ("16MiB", MAX_SOURCE_BYTES), ("4GiB", MAX_STATE_BYTES)]
        {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
            let shown = Size(bytes).to_string();
            assert_eq!(shown.strip_suffix(" bytes").unwrap_or(&shown), text);
        }
        for text in ["", "0", "-1", "+1", "1.5MiB", "MiB", "1MB", "1 MiB", "99999999999GiB", "x"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }
}
