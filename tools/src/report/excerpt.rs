//! What a report shows of a text.

use crate::printable;
use lang::source::{Sources, Span};
use std::ops::Range;

/// What a report shows of a text: the line where the form at fault begins, or a stretch of it when it is very long.
pub(super) struct Excerpt {
    /// The line behind as many empty ones as it has lines before it, so that its number is right.
    pub text: String,
    /// The form at fault, up to the end of its first line.
    pub range: Range<usize>,
    /// Where that begins in the text itself.
    pub start: Span,
    /// Whether the line is shown in part, so that its columns are not those of the excerpt.
    pub is_part: bool,
}

/// Longer lines are shown in part.
const MAX_LINE_BYTES: usize = 240;
/// How much of a long line is shown, in bytes.
const PART_BYTES: usize = 100;

impl Excerpt {
    pub fn of(sources: &Sources, place: Span) -> Option<Excerpt> {
        let text = sources.text(place.source)?;
        let range = visible(text, place.start as usize..place.end as usize);
        let line_start = text[..range.start].rfind('\n').map_or(0, |p| p + 1);
        let line_end = text[range.start..].find('\n').map_or(text.len(), |p| range.start + p);
        // A carriage return before it belongs to the end of the line.
        let is_pair = line_end > range.start && text[..line_end].ends_with('\r');
        let line_end = line_end - usize::from(is_pair && line_end < text.len());
        let (mut from, mut to) = (line_start, line_end);
        if line_end - line_start > MAX_LINE_BYTES {
            from = floor(text, range.start.saturating_sub(PART_BYTES / 2).max(line_start));
            to = floor(text, (from + PART_BYTES).min(line_end));
        }
        let lead = if from > line_start { "… " } else { "" };
        let trail = if to < line_end { " …" } else { "" };
        let at = |offset: usize| Some(Span { start: u32::try_from(offset).ok()?, ..place });
        let last = line_start + text[line_start..line_end].trim_end().len().saturating_sub(1);
        let start_in_text = at(floor(text, range.start.min(last)))?;
        let padding = "\n".repeat(sources.line_column(at(from)?)?.line - 1) + lead;
        // Hidden characters show, and the range is that of what they became.
        let shown = |part: Range<usize>| printable::text(&text[part]);
        let (start, end) = (range.start.clamp(from, to), range.end.clamp(from, to));
        let (before, fault, behind) = (shown(from..start), shown(start..end), shown(end..to));
        let start = padding.len() + before.len();
        let range = start..start + fault.len();
        let text = format!("{padding}{before}{fault}{behind}{trail}");
        let range = visible(&text, range);
        Some(Excerpt { text, range, start: start_in_text, is_part: to - from < line_end - line_start })
    }
}

/// A range that lies within the text, on borders of characters, and is not empty where the text is not: there must be something
/// to point at.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    let start = floor(text, range.start.min(text.trim_end().len().saturating_sub(1)));
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
