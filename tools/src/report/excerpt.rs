//! What a report shows of a text.

use crate::printable;
use lang::source::{LineColumn, Sources, Span};
use std::ops::Range;

/// What a report shows of a text: the line where the form at fault begins, or a stretch of it when it is very long.
pub(super) struct Excerpt {
    /// The line.
    pub text: String,
    /// The form at fault, up to the end of the line.
    pub range: Range<usize>,
    /// Where it begins in the whole text.
    pub start: LineColumn,
    /// Whether the line is shown in part, so that its columns are not those of the excerpt.
    pub is_part: bool,
}

/// Longer lines are shown in part.
const MAX_LINE_BYTES: usize = 240;
/// How much of a long line is shown, in bytes.
const PART_BYTES: usize = 100;

impl Excerpt {
    /// The excerpt at a place. Its cost does not grow with the length of the text.
    pub fn of(sources: &Sources, place: Span) -> Option<Excerpt> {
        let text = sources.text(place.source)?;
        let content_end = sources.content_end(place.source)?;
        let range = visible(text, content_end, place.start as usize..place.end as usize);
        let mut line = sources.line_around(place.source, range.start)?;
        // A carriage return before it belongs to the end of the line.
        let is_pair = line.end > range.start && line.end < text.len() && text[..line.end].ends_with('\r');
        line.end -= usize::from(is_pair);
        let (mut from, mut to) = (line.start, line.end);
        if line.len() > MAX_LINE_BYTES {
            from = floor(text, range.start.saturating_sub(PART_BYTES / 2).max(line.start));
            to = floor(text, (from + PART_BYTES).min(line.end));
        }
        let lead = if from > line.start { "… " } else { "" };
        let trail = if to < line.end { " …" } else { "" };
        // Blanks at the end of a line are nothing to point at.
        let last = line.start + text[line.clone()].trim_end().len().saturating_sub(1);
        let start = sources.position(place.source, range.start.min(last))?;
        // Hidden characters show, and the range is that of what they became.
        let shown = |part: Range<usize>| printable::text(&text[part]);
        let (first, end) = (range.start.clamp(from, to), range.end.clamp(from, to));
        let (before, fault, behind) = (shown(from..first), shown(first..end), shown(end..to));
        let first = lead.len() + before.len();
        let range = first..first + fault.len();
        let text = format!("{lead}{before}{fault}{behind}{trail}");
        let range = visible(&text, text.trim_end().len(), range);
        Some(Excerpt { text, range, start, is_part: to - from < line.len() })
    }
}

/// A range that lies within the text, on borders of characters, and is not empty where the text is not: there must be something
/// to point at.
fn visible(text: &str, content_end: usize, range: Range<usize>) -> Range<usize> {
    let start = floor(text, range.start.min(content_end.saturating_sub(1)));
    let mut end = range.end.clamp((start + 1).min(text.len()), text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The nearest border of characters at or before a position within a text.
fn floor(text: &str, position: usize) -> usize {
    (0..=position).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
