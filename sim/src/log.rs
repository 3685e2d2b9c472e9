//! The log of a run: every event leaves a line, and the digest of all lines tells whether two runs
//! were the same.

use sha3::{Digest, Sha3_256};
use std::collections::VecDeque;
use std::fmt;

/// What happened so far: a digest of everything, and the last lines in full.
pub struct Log {
    digest: Sha3_256,
    lines: u64,
    last: VecDeque<String>,
    kept: usize,
}

impl Log {
    /// An empty log that keeps so many of the last lines.
    pub fn keeping(lines: usize) -> Log {
        Log { digest: Sha3_256::new(), lines: 0, last: VecDeque::new(), kept: lines }
    }

    /// Adds a line. The text is made only where lines are kept; the digest takes the same bytes
    /// either way.
    pub fn note(&mut self, time: i64, line: fmt::Arguments) {
        struct Feed<'a>(&'a mut Sha3_256);
        impl fmt::Write for Feed<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.update(text.as_bytes());
                Ok(())
            }
        }
        // Writing into a digest cannot fail.
        let _ = fmt::Write::write_fmt(&mut Feed(&mut self.digest), format_args!("{time} {line}\n"));
        self.lines += 1;
        if self.kept > 0 {
            if self.last.len() == self.kept {
                self.last.pop_front();
            }
            self.last.push_back(format!("{time:>7} {line}"));
        }
    }

    /// How many lines there were.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The digest of all lines.
    pub fn digest(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }

    /// The last lines, oldest first.
    pub fn last(&self) -> impl Iterator<Item = &str> {
        self.last.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_does_not_depend_on_what_is_kept() {
        let (mut long, mut short) = (Log::keeping(10), Log::keeping(0));
        for time in 0..20 {
            long.note(time, format_args!("tick {time}"));
            short.note(time, format_args!("tick {time}"));
        }
        assert_eq!(long.digest(), short.digest());
        assert_eq!((long.last().count(), short.last().count()), (10, 0));
        assert_eq!(long.last().next(), Some("     10 tick 10"));
    }
}
