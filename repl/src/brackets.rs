//! Brackets in text that may not be finished: enough of the reader's rules to pair them and to see that something is open.

/// What a scan of text has met so far. Text can be fed in pieces.
#[derive(Default, Clone)]
pub struct Scan {
    open: Vec<(u8, usize)>,
    pairs: Vec<(usize, usize)>,
    mode: Mode,
    /// Where the last string began.
    string: usize,
    position: usize,
    /// Whether a closing bracket had no partner: nothing that follows can mend the text.
    is_broken: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Mode {
    #[default]
    Plain,
    Comment,
    String,
    /// After a backslash in a string: any one byte.
    Escape,
    /// After a backslash outside of strings: one character, whatever it is.
    Character,
}

impl Scan {
    /// A scan of a whole text.
    pub fn of(text: &str) -> Scan {
        let mut scan = Scan::default();
        scan.feed(text);
        scan
    }

    /// Goes on with more text.
    pub fn feed(&mut self, text: &str) {
        for byte in text.bytes() {
            self.step(byte);
            self.position += 1;
        }
    }

    fn step(&mut self, byte: u8) {
        self.mode = match (self.mode, byte) {
            (Mode::Comment, b'\n') => Mode::Plain,
            (Mode::String, b'\\') => Mode::Escape,
            (Mode::String, b'"') | (Mode::Character, _) => Mode::Plain,
            (Mode::Escape, _) => Mode::String,
            (Mode::Comment | Mode::String, _) => self.mode,
            (Mode::Plain, b';') => Mode::Comment,
            (Mode::Plain, b'"') => {
                self.string = self.position;
                Mode::String
            }
            (Mode::Plain, b'\\') => Mode::Character,
            (Mode::Plain, b'(' | b'[' | b'{') => {
                self.open.push((byte, self.position));
                Mode::Plain
            }
            (Mode::Plain, b')' | b']' | b'}') => {
                match self.open.pop() {
                    Some((opener, start)) if closer(opener) == byte => {
                        self.pairs.push((start, self.position))
                    }
                    _ => self.is_broken = true,
                }
                Mode::Plain
            }
            (Mode::Plain, _) => Mode::Plain,
        };
    }

    /// The position of the outermost bracket or string that is still open, so that more text can and must follow.
    pub fn outermost(&self) -> Option<usize> {
        let string = matches!(self.mode, Mode::String | Mode::Escape).then_some(self.string);
        let bracket = self.open.first().map(|&(_, start)| start);
        bracket.or(string).filter(|_| !self.is_broken)
    }

    /// The position of the bracket that pairs with the one at a position, both in bytes from 0.
    pub fn partner(&self, position: usize) -> Option<usize> {
        self.pairs.iter().find_map(|&(start, end)| match position {
            p if p == start => Some(end),
            p if p == end => Some(start),
            _ => None,
        })
    }
}

fn closer(opener: u8) -> u8 {
    match opener {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_what_is_open() {
        for (text, outermost) in [
            ("", None),
            ("(", Some(0)),
            (" [()(", Some(1)),
            ("()", None),
            ("[(]", None),
            ("1 \"(", Some(2)),
            ("(\"", Some(0)),
            ("\"(\"", None),
            ("; (", None),
            ("\\(", None),
            ("\"\\\"", Some(0)),
            ("\"\\\\\"", None),
            ("#{[1 2]", Some(1)),
            ("(; )\n", Some(0)),
            (")", None),
        ] {
            assert_eq!(Scan::of(text).outermost(), outermost, "{text}");
        }
    }

    #[test]
    fn pairs_brackets_outside_of_strings() {
        let scan = Scan::of("(a \")\" [\\]])");
        assert_eq!(
            (scan.partner(0), scan.partner(11), scan.partner(7), scan.partner(4)),
            (Some(11), Some(0), Some(10), None)
        );
    }
}
