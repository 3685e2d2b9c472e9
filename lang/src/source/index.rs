//! What is kept of a text so that places in it are found without going through it: where lines
//! start, and how many characters stand before every so many bytes.

use super::LineColumn;
use std::ops::Range;

/// Characters are counted before each so many bytes.
const BLOCK_BYTES: usize = 1 << 10;

/// An index of a text, which may grow at its end.
#[derive(Clone)]
pub(super) struct Index {
    /// The offset of the first byte of each line.
    lines: Vec<usize>,
    /// The characters that start before each block.
    characters: Vec<usize>,
    /// Where the text ends but for white space.
    content_end: usize,
}

impl Default for Index {
    fn default() -> Index {
        Index { lines: vec![0], characters: vec![0], content_end: 0 }
    }
}

impl Index {
    /// Takes in what a text has from an offset on, which was its end before. O(new bytes).
    pub fn extend(&mut self, text: &str, from: usize) {
        let more = text.get(from..).unwrap_or_default();
        self.lines.extend(more.match_indices('\n').map(|(at, _)| from + at + 1));
        let blocks = text.as_bytes().chunks_exact(BLOCK_BYTES).skip(self.characters.len() - 1);
        for block in blocks {
            let before = self.characters.last().copied().unwrap_or_default();
            self.characters.push(before + starts(block));
        }
        let content = more.trim_end().len();
        if content > 0 {
            self.content_end = from + content;
        }
    }

    /// The place of an offset, which is a boundary of characters.
    pub fn position(&self, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let column =
            1 + self.characters_before(text, offset) - self.characters_before(text, self.lines[line]);
        LineColumn { line: line + 1, column }
    }

    /// The bytes of the line that an offset is in, without its end.
    pub fn line_around(&self, text: &str, offset: usize) -> Range<usize> {
        let line = self.line(offset);
        let end = self.lines.get(line + 1).map_or(text.len(), |next| next - 1);
        self.lines[line]..end
    }

    /// Where the text ends but for white space.
    pub fn content_end(&self) -> usize {
        self.content_end
    }

    /// The line of an offset, from 0. The first starts at 0, so that there is always one.
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|&start| start <= offset) - 1
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK_BYTES;
        self.characters[block] + starts(&text.as_bytes()[block * BLOCK_BYTES..offset])
    }
}

/// How many bytes of UTF-8 are the first of a character.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use crate::source::{Sources, Span, line_column};

    #[test]
    fn places_are_those_that_counting_gives() {
        let long = format!("{}\n\n{}é", "é(\u{1f600}".repeat(700), "a\r\n \u{85}".repeat(400));
        for text in ["", "\n", "é", "a\n\nb ", " \n\t", &long] {
            let mut whole = Sources::new();
            whole.add("whole", text);
            let mut grown = Sources::new();
            grown.add("grown", "");
            text.chars().for_each(|c| grown.append(0, c.encode_utf8(&mut [0; 4])));
            for offset in 0..text.len() + 2 {
                let place = Some(line_column(text, offset));
                let start = offset as u32;
                assert_eq!(whole.line_column(Span { source: 0, start, end: start }), place, "{offset}");
                assert_eq!(grown.position(0, offset), place, "{offset}");
                let line = whole.line_around(0, offset).expect("there is a text");
                assert!(line.start <= offset.min(text.len()) && offset.min(text.len()) <= line.end);
                assert!(text.is_char_boundary(line.start) && !text[line.clone()].contains('\n'));
                assert_eq!(grown.line_around(0, offset), Some(line));
            }
            for sources in [&whole, &grown] {
                assert_eq!(sources.content_end(0), Some(text.trim_end().len()), "{text:?}");
            }
        }
    }
}
