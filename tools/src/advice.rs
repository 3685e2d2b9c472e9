//! Plain sentences for error codes, and hints on what to do.

use crate::{codes, language};

/// What a code of the machine means (CAD011), by its name without the colon: part of a sentence. `None` for codes that
/// programs make up.
pub fn sentence(code: &str) -> Option<String> {
    let sentence = codes::PAGES.iter().find(|page| page.code == code)?.sentence();
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect())
}

/// Advice for a code, where there is any that is always good.
pub fn hint(code: &str) -> Option<&'static str> {
    match code {
        "JUICE" => Some("a loop that does not end? A transaction has 10,000,000 units of juice"),
        "DEPTH" => Some("calls nest up to 256 deep; `loop` with `recur` repeats without nesting"),
        "BOUNDS" => Some("positions count from 0, so the last is one less than the count"),
        "TRUST" => Some("at the prompt, `,as #13` acts as another account; for scripts there is `--as`"),
        "NOBODY" => Some("at the prompt, `,accounts` lists accounts"),
        "EXCEPTION" => Some("`recur` belongs at the end of `loop` or a function, `reduced` inside `reduce`"),
        _ => None,
    }
}

/// The names nearest to a mistyped one, best first, at most three. Only names that a slip of the finger or two can explain.
pub fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let length = name.chars().count();
    // The work for one name is the product of the two lengths; names have at most 128 bytes.
    let allowed = match length {
        0..=2 => 1,
        3..=6 => 2,
        _ => 3,
    };
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|other| *other != name && other.chars().count().abs_diff(length) <= allowed)
        .map(|other| (distance(name, other), other))
        .filter(|(d, other)| *d <= allowed && *d < length.max(other.chars().count()))
        .collect();
    near.sort();
    near.dedup();
    let best = near.first().map_or(0, |(d, _)| *d);
    near.into_iter().filter(|(d, _)| *d == best).take(3).map(|(_, other)| other).collect()
}

/// What there is instead of a name without a definition, unless it is a slip for one of the names of
/// the program.
pub fn instead(name: &str, definitions: &[String], locals: &[String]) -> Option<String> {
    /// Shorter names are like too many others.
    const LEAST_CHARACTERS: usize = 5;
    let is_slip = |own: &&String| {
        let length = own.chars().count();
        let is_near = length.abs_diff(name.chars().count()) <= 1;
        length >= LEAST_CHARACTERS && is_near && distance(name, own) == 1
    };
    match definitions.iter().chain(locals).find(is_slip) {
        Some(own) => Some(format!("did you mean `{own}`?")),
        None => language::instead(name),
    }
}

/// Edits (of one character, or a swap of neighbours) that turn one name into another.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_sentences() {
        assert_eq!(sentence("CAST").as_deref(), Some("an argument has the wrong type"));
        assert_eq!(sentence("MINE"), None);
    }

    #[test]
    fn names_of_the_program_come_first() {
        let own = ["tokens".to_owned(), "fun".to_owned()];
        assert_eq!(instead("token", &own, &[]).as_deref(), Some("did you mean `tokens`?"));
        assert_eq!(instead("token", &[], &own).as_deref(), Some("did you mean `tokens`?"));
        assert_eq!(instead("func", &own, &[]), language::instead("func"));
        assert_eq!(instead("qwertz", &own, &[]), None);
    }

    #[test]
    fn suggests_what_was_meant() {
        let known = ["map", "mapcat", "reduce", "filter", "inc", "+", "first", "fist"];
        for (typed, expected) in [
            ("mpa", &["map"][..]),
            ("redcue", &["reduce"]),
            ("frist", &["first", "fist"]),
            ("filtre", &["filter"]),
            ("xyzzy", &[]),
            ("", &[]),
            ("-", &[]),
        ] {
            assert_eq!(similar(typed, known), expected, "{typed}");
        }
    }
}
