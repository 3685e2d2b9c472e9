//! The formatter: text to text, in one style (described, with examples, in `lang/docs/format.md`).
//!
//! Only whitespace between tokens changes, so the text reads as before; comments stay, and so do groups of lines
//! set apart by blank ones. Formatting is linear in the length of the text and its result, nesting is limited by
//! memory only, and formatting again changes nothing.

mod layout;
mod rules;
mod tree;
mod writer;

use crate::reader::{self, ReadErrors};
use crate::source::Positions;

/// What an author may choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// The column, in characters, that lines should not cross. What cannot be broken may.
    pub width: usize,
}

/// The width of lines unless something else is asked for.
pub const DEFAULT_WIDTH: usize = 100;

impl Default for Style {
    fn default() -> Style {
        Style { width: DEFAULT_WIDTH }
    }
}

/// The text of a file, formatted. `source` is the number of the text in the spans of errors.
///
/// # Errors
/// All that keeps the text from being read, in order of place.
pub fn format(text: &str, source: u32, style: Style) -> Result<String, ReadErrors> {
    let (_, errors) = reader::read_all(text, source, &mut Positions::new());
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(layout::layout(&tree::Tree::of(text), style))
}
