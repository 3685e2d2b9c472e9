//! Forms of the compiler and marks of the reader (CAD008, CAD032) that have no definition to
//! document them.

/// Forms that the compiler knows by their words, whatever is defined.
pub const SPECIAL_FORMS: &[&str] = &[
    "cond",
    "def",
    "do",
    "fn",
    "let",
    "lookup",
    "loop",
    "query",
    "quasiquote",
    "quote",
    "set!",
    "try",
    "unquote",
];

/// A form or mark.
pub struct Word {
    /// How it is written.
    pub name: &'static str,
    /// What it is.
    pub kind: &'static str,
    /// How it is used, in one line.
    pub usage: &'static str,
    /// What it does.
    pub about: &'static str,
    /// A form that shows it, and the text of its value.
    pub example: (&'static str, &'static str),
}

const FORM: &str = "special form";
const MARK: &str = "syntax of the reader";

const fn row(
    name: &'static str,
    kind: &'static str,
    usage: &'static str,
    about: &'static str,
    example: (&'static str, &'static str),
) -> Word {
    Word { name, kind, usage, about, example }
}

const WORDS: &[Word] = &[
    row(
        "try",
        FORM,
        "(try & forms)",
        "Gives the value of the first form that does not fail. What a failed form did is undone, \
         and `*result*` is then the code of its error. An error of the last form is that of the \
         whole.",
        ("(try (fail :X \"no\") *result*)", ":X"),
    ),
    row(
        "unquote",
        FORM,
        "(unquote form)",
        "In a template, the value of a form; `~form` is short for it. Outside of templates the \
         form runs while the code is compiled.",
        ("(quasiquote (+ 1 (unquote (inc 1))))", "(+ 1 2)"),
    ),
    row(
        "'",
        MARK,
        "'form",
        "The form as data, not evaluated; short for `(quote form)`.",
        ("'(+ 1 2)", "(+ 1 2)"),
    ),
    row(
        "`",
        MARK,
        "`form",
        "A template: the form as data, but for what stands behind `~`; short for `(quasiquote \
         form)`.",
        ("`(+ 1 ~(inc 1))", "(+ 1 2)"),
    ),
    row(
        "~",
        MARK,
        "~form",
        "In a template, the value of a form; short for `(unquote form)`. Outside of templates the \
         form runs while the code is compiled.",
        ("`[1 ~(inc 1)]", "[1 2]"),
    ),
    row(
        "~@",
        MARK,
        "~@form",
        "Reads as `(unquote-splicing form)`, which nothing fills in: build the list with `cons` \
         and `concat`.",
        ("(cons '+ (concat '(1) '(2)))", "(+ 1 2)"),
    ),
    row(
        "@",
        MARK,
        "@name",
        "The account that a name of the name system stands for; short for `(resolve name)`.",
        ("@convex.fungible", "#64"),
    ),
    row(
        "#",
        MARK,
        "#13  #{1 2}  #_form  ##Inf  #[hex]  #tag form",
        "Begins an address, a set, a form that is left out, a special double, a value by its \
         encoding, or a tag, which is ignored.",
        ("(address 13)", "#13"),
    ),
    row("#{", MARK, "#{& elements}", "A set.", ("(contains-key? #{1 2} 1)", "true")),
    row("#_", MARK, "#_form", "Leaves out the form behind it.", ("[1 #_2 3]", "[1 3]")),
    row("##", MARK, "##Inf  ##-Inf  ##NaN", "The doubles that are no finite numbers.", ("(/ 1 0)", "##Inf")),
    row("#[", MARK, "#[hex]", "The value that an encoding stands for (CAD003).", ("#[1101]", "1")),
    row(
        "^",
        MARK,
        "^:key form  ^{:key value} form",
        "Gives a form metadata, such as `^:callable` to a definition that other accounts may call.",
        ("(do (def ^:static limit 10) (:static (lookup-meta 'limit)))", "true"),
    ),
    row(";", MARK, "; text", "A comment, up to the end of the line.", ("(+ 1 2) ; adds", "3")),
    row("(", MARK, "(function & arguments)", "A list: a call, or data behind a quote.", ("(+ 1 2)", "3")),
    row("()", MARK, "()", "The empty list, which is not `nil`.", ("(nil? ())", "false")),
    row("[", MARK, "[& elements]", "A vector of the values of its elements.", ("[1 (inc 1)]", "[1 2]")),
    row(
        "{",
        MARK,
        "{& keys-and-values}",
        "A map of the values of its keys and values.",
        ("(get {:a 1} :a)", "1"),
    ),
    row("\"", MARK, "\"text\"", "A string.", ("(count \"text\")", "4")),
    row("\\", MARK, "\\a  \\newline  \\u0041", "A character.", ("(int \\a)", "97")),
    row(
        ":",
        MARK,
        ":name",
        "A keyword, which stands for itself and looks itself up in a map.",
        ("(:a {:a 1})", "1"),
    ),
    row(
        ",",
        MARK,
        ",",
        "White space. At the prompt, a line that begins with a comma and a word is a directive.",
        ("[1, 2]", "[1 2]"),
    ),
    row(
        "&",
        MARK,
        "[x & more]",
        "In parameters and bindings, the name behind it gets the elements that the others leave.",
        ("(let [[x & more] [1 2 3]] more)", "[2 3]"),
    ),
    row(
        "_",
        MARK,
        "_",
        "A name like others, by custom that of a value without a use.",
        ("(let [_ 1] 2)", "2"),
    ),
    row("nil", "value", "nil", "No value; with `false` all that counts as false.", ("(if nil 1 2)", "2")),
    row("true", "value", "true", "The truth.", ("(and true 1)", "1")),
    row(
        "false",
        "value",
        "false",
        "The untruth; with `nil` all that counts as false.",
        ("(if false 1 2)", "2"),
    ),
];

/// A form or mark by what is written, its closing bracket allowed.
pub fn word(name: &str) -> Option<&'static Word> {
    let find = |name: &str| WORDS.iter().find(|word| word.name == name);
    find(name).or_else(|| find(name.strip_suffix([')', ']', '}', '"'])?))
}

#[cfg(test)]
pub(super) fn forms() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|word| word.example.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{GENESIS_ACCOUNT, Session};
    use crate::show;

    #[test]
    fn examples_give_what_is_said() {
        let state = stdlib::genesis().expect("the library builds");
        for Word { name, example: (text, expected), .. } in WORDS {
            let mut session = Session::new(state.clone(), GENESIS_ACCOUNT).expect("there is #11");
            let source = session.add_text("example", *text);
            let form = session.read_one(source).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
            let value = session.run(&form).result.map(|value| show::brief(&value, 100));
            assert_eq!(value.as_deref().ok(), Some(*expected), "{name}: {text}");
        }
        assert!(word("[]").is_some_and(|word| word.name == "["));
        assert!(word("map").is_none());
    }
}
