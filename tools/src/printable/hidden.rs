//! Which characters do not show.

/// The characters that leave no mark of their own, so that nobody sees them in a text: all that a terminal obeys, that turns
/// the direction of writing, that joins, parts or alters its neighbours, or that stands for nothing.
///
/// By the properties of Unicode 17 these are `Cc` (controls), `Zl` and `Zp` (line and paragraph separators),
/// `Default_Ignorable_Code_Point` (zero width, bidirectional controls, soft hyphen, fillers, variation selectors, tags), the
/// rest of `Cf` but for marks that are drawn around digits (`Prepended_Concatenation_Mark`), and noncharacters.
const HIDDEN: &[(char, char)] = &[
    ('\u{0}', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fdd0}', '\u{fdef}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character leaves no mark of its own. Line ends and tabs do not either: whoever wants them in a text keeps them.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let position = HIDDEN.partition_point(|(_, last)| *last < c);
    let is_listed = HIDDEN.get(position).is_some_and(|(first, _)| *first <= c);
    is_listed || is_noncharacter(c)
}

/// The last two code points of each plane are no characters.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::hir::{Class, HirKind};

    #[test]
    fn the_table_is_that_of_unicode() {
        let class = r"[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}[\p{Cf}--\p{Prepended_Concatenation_Mark}]\p{Noncharacter_Code_Point}]";
        let hir = regex_syntax::parse(class).expect("the class is one of Unicode");
        let HirKind::Class(Class::Unicode(class)) = hir.kind() else { panic!("a class of characters") };
        let listed = |c: char| class.iter().any(|range| range.start() <= c && c <= range.end());
        let wrong: Vec<char> = ('\0'..=char::MAX).filter(|c| is_hidden(*c) != listed(*c)).collect();
        assert_eq!(wrong, [], "{:x?}", wrong.iter().map(|c| u32::from(*c)).collect::<Vec<_>>());
    }

    #[test]
    fn what_shows_is_left_alone() {
        assert!(!" ~é😀\u{300}\u{600}\u{3000}\u{fffd}".chars().any(is_hidden));
    }
}
