//! Plain sentences for error codes, and hints on what to do.

/// What a code of the machine means (CAD011), by its name without the colon; `None` for codes that programs make up.
pub fn sentence(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(name, _)| *name == code).map(|(_, sentence)| *sentence)
}

/// The codes of the machine.
const CODES: &[(&str, &str)] = &[
    ("ARGUMENT", "the value of an argument does not do"),
    ("ARITY", "this is not how many arguments it takes"),
    ("ASSERT", "an assertion does not hold"),
    ("BOUNDS", "there is no element at this position"),
    ("CAST", "an argument has the wrong type"),
    ("COMPILE", "this form does not compile"),
    ("DEPTH", "the code is nested too deeply, or calls itself too often"),
    ("EXCEPTION", "a control form stands where nothing receives it"),
    ("EXPAND", "a macro could not expand this form"),
    ("FUNDS", "there are not enough coins"),
    ("INTERRUPTED", "you interrupted the run"),
    ("JUICE", "the juice of the transaction is used up"),
    ("MEMORY", "there is not enough memory allowance"),
    ("MISSING", "a part of a value is not to be had here"),
    ("NOBODY", "there is no such account"),
    ("SEQUENCE", "the sequence number is not the next one"),
    ("SIGNATURE", "the signature does not fit"),
    ("STATE", "the state of things does not allow this"),
    ("SYNTAX", "this is not how the form is written"),
    ("TRUST", "the account may not do this"),
    ("UNDECLARED", "a symbol has no definition"),
];

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
    fn codes_are_unique_and_sorted() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(sentence("CAST").is_some() && sentence("MINE").is_none());
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
