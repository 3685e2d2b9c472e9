//! Names that other Lisps have, and what to write instead.

/// Functions and values.
const FUNCTIONS: &[(&str, &str)] = &[
    ("atom", "state is a definition: `(def x 1)`"),
    ("concatv", "`(vec (concat …))`"),
    ("contains?", "`contains-key?`"),
    ("deref", "state is a definition, and its name is its value"),
    ("drop", "`slice`"),
    ("even?", "`(zero? (mod n 2))`"),
    ("false?", "`not`"),
    ("neg?", "`(< n 0)`"),
    ("not=", "`(not (= …))`"),
    ("odd?", "`(== 1 (mod n 2))`"),
    ("pos?", "`(> n 0)`"),
    ("println", "`log` adds to the log of the transaction; the value of a form is printed"),
    ("reset!", "state is a definition: `(def x 1)` gives it another value"),
    ("rest", "`next`, which gives `nil` where nothing is left"),
    ("seq", "`(empty? …)` asks whether there are elements; `vec` makes a vector of them"),
    ("some?", "`(not (nil? …))`"),
    ("string?", "`str?`"),
    ("substring", "`slice`"),
    ("swap!", "state is a definition: `(def x (inc x))` gives it another value"),
    ("take", "`slice`"),
    ("throw", "`fail`"),
    ("true?", "`boolean`"),
    ("vals", "`values`"),
];

/// Forms whose parts are not simply evaluated.
const FORMS: &[(&str, &str)] = &[
    ("->", "calls are nested, or their values named with `let`"),
    ("->>", "calls are nested, or their values named with `let`"),
    ("begin", "`do` evaluates expressions in order"),
    ("case", "`switch`"),
    ("catch", "`(try a b)` evaluates `b` when `a` fails; `*result*` is then the code of the error"),
    ("comment", "`#_` leaves out the form behind it"),
    ("defconstant", "`def`, perhaps with the metadata `^:static`"),
    ("defn-", "`defn`: other accounts can call only what is `^:callable`"),
    ("defonce", "`def`"),
    ("defun", "`defn`"),
    ("doseq", "`for`"),
    ("if-not", "`(if (not …) …)`"),
    ("if-some", "`if-let`"),
    ("lambda", "`fn`"),
    ("letfn", "`let` with `fn`"),
    ("ns", "an account is a namespace: `import` gives another one a name"),
    ("require", "`import`"),
    ("setq", "`def` for definitions, `set!` for locals"),
    ("when-some", "`when-let`"),
    ("while", "`loop` with `recur`"),
];

/// What to write instead of a name of another Lisp.
pub fn instead(name: &str) -> Option<&'static str> {
    let find = |table: &'static [(&str, &'static str)]| {
        table.binary_search_by_key(&name, |entry| entry.0).ok().map(|found| table[found].1)
    };
    find(FUNCTIONS).or_else(|| find(FORMS))
}

/// Whether a name is that of a form of another Lisp, which may bind names in its parts.
pub fn is_form(name: &str) -> bool {
    FORMS.binary_search_by_key(&name, |entry| entry.0).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        for table in [FUNCTIONS, FORMS] {
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        assert_eq!(instead("case"), Some("`switch`"));
    }
}
