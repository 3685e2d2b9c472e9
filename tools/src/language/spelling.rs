//! What is written otherwise: tokens that do not read, or read as something that nobody means.

use std::borrow::Cow;

/// How a beginning of a text that does not read is written, and why.
struct Slip {
    /// How the text begins.
    start: &'static str,
    advice: &'static str,
    /// A form that does what is meant.
    form: &'static str,
}

const SLIPS: &[Slip] = &[
    slip("#(", "a function without a name is made with `fn`", "(map (fn [x] (+ x 1)) [1 2])"),
    slip("#\"", "there are no regular expressions, but `split`", "(split \"a,b\" \",\")"),
    slip("#'", "a name without a quote stands for its value", "(map inc [1 2])"),
    slip(
        "#?",
        "there are no conditions for the reader; what is there is asked for",
        "(if (defined? 'inc) 1 2)",
    ),
    slip("#:", "keys of a map are written one by one", "{:a 1 :b 2}"),
    slip("#\\", "a character begins with a backslash alone", "[\\a \\newline]"),
    slip("#|", "a comment begins with `;`, and `#_` leaves out a form", "[1 #_2 3]"),
    slip("#true", "it is written `true`", "(if true 1 2)"),
    slip("#false", "it is written `false`", "(if false 1 2)"),
    slip("#t", "it is written `true`", "(if true 1 2)"),
    slip("#f", "it is written `false`", "(if false 1 2)"),
    slip("||", "`or` goes on until a test holds", "(or false true)"),
    slip("λ", "`fn` makes a function", "(fn [x] (inc x))"),
    slip("≤", "it is written `<=`", "(<= 1 2)"),
    slip("≥", "it is written `>=`", "(>= 2 1)"),
    slip("≠", "`not` and `=` ask whether values differ", "(not (= 1 2))"),
    slip("“", "a string stands between straight quotes", "\"text\""),
    slip("”", "a string stands between straight quotes", "\"text\""),
    slip("‘", "a quote is straight", "'name"),
    slip("’", "a quote is straight", "'name"),
    slip("–", "a minus sign is the hyphen of the keyboard", "(- 3 1)"),
    slip("−", "a minus sign is the hyphen of the keyboard", "(- 3 1)"),
];

const fn slip(start: &'static str, advice: &'static str, form: &'static str) -> Slip {
    Slip { start, advice, form }
}

/// A clause with the form that does what is meant.
fn clause(advice: &str, form: &str) -> String {
    format!("{advice}, as in `{form}`")
}

/// How the token is written that a text begins with, which does not read there.
pub fn of_unreadable(text: &str) -> Option<String> {
    if let Some(slip) = SLIPS.iter().find(|slip| text.starts_with(slip.start)) {
        return Some(clause(slip.advice, slip.form));
    }
    let (advice, form) = number(text.strip_prefix('-').unwrap_or(text))?;
    Some(clause(advice, &form))
}

/// How a number is written, of which a text begins with the digits.
fn number(text: &str) -> Option<(&'static str, Cow<'static, str>)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (whole, rest) = text.split_at(digits);
    // Longer ones are not repeated.
    if whole.is_empty() || whole.len() > 20 {
        return None;
    }
    let mut next = rest.chars();
    let is_end = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "()[]{}\",".contains(c));
    Some(match (next.next()?, next.next()) {
        ('.', after) if is_end(after) => {
            ("a double has a digit behind its point", format!("{whole}.0").into())
        }
        ('/', Some(c)) if c.is_ascii_digit() => {
            let below: String = rest[1..].chars().take_while(char::is_ascii_digit).take(20).collect();
            ("a fraction is divided", format!("(/ {whole} {below})").into())
        }
        ('+', after) if is_end(after) => ("`inc` adds one", "(inc 1)".into()),
        ('-', after) if is_end(after) => ("`dec` takes one away", "(dec 1)".into()),
        ('N' | 'M' | 'n' | 'L' | 'l' | 'u', after) if is_end(after) => {
            ("integers of any size are digits alone", whole.to_owned().into())
        }
        ('_', _) => ("digits stand together", "1000000".into()),
        ('b' | 'o' | 'r', _) if whole.len() <= 2 => {
            ("integers are decimal, and `0x` begins a blob", "(int 0xff)".into())
        }
        ('.', Some(c)) if c.is_ascii_digit() && rest.contains(['e', 'E']) => {
            ("an exponent has no plus sign", "1.5e3".into())
        }
        ('e' | 'E', Some('+')) => ("an exponent has no plus sign", "1.5e3".into()),
        _ => return None,
    })
}

/// How a name is written that is nearly a number, or names something of a host language.
pub fn of_name(name: &str) -> Option<String> {
    let (sign, rest) = match name.as_bytes().first()? {
        b'-' => ("-", &name[1..]),
        b'+' => ("", &name[1..]),
        _ => ("", name),
    };
    if let Some(special @ ("##Inf" | "##-Inf" | "##NaN")) = Some(rest).filter(|rest| *rest != name) {
        let form = if special == "##NaN" { "##NaN" } else { "##-Inf" };
        let form = if special == "##Inf" && sign.is_empty() { "##Inf" } else { form };
        return Some(clause("the sign stands behind `##`", form));
    }
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit()) && text.len() <= 40 && text.parse::<f64>().is_ok()
    };
    if rest.starts_with('.') && !rest[1..].contains('.') && is_number(&rest[1..]) {
        return Some(clause("a double has a digit before its point", &format!("{sign}0{rest}")));
    }
    if name.starts_with('+') && is_number(rest) {
        return Some(clause("a number has no plus sign", rest));
    }
    let is_word = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_method = name.strip_prefix('.').is_some_and(is_word);
    let is_constructor = name.strip_suffix('.').is_some_and(is_word);
    (is_method || is_constructor).then(|| {
        clause("there is no host language with objects: what stands first in a list is called", "(inc 1)")
    })
}

/// Functions that other languages write between their arguments.
const OPERATORS: &[&str] =
    &["+", "-", "*", "/", "<", "<=", "=", "==", ">", ">=", "!=", "and", "or", "mod", "%", "&&", "=>", "->"];

/// What to tell of a form that has an operator in its second place.
pub fn of_infix(operator: &str, is_text: bool) -> Option<&'static str> {
    OPERATORS.contains(&operator).then_some(match is_text {
        true => "the function comes first, and `str` joins texts, as in `(str \"a\" \"b\")`",
        false => "the function comes first, as in `(+ 1 2)`",
    })
}

/// What joins texts, for those who add them.
pub const JOINS_TEXTS: &str = "`str` joins texts, as in `(str \"a\" \"b\")`";

#[cfg(test)]
pub(super) fn forms() -> impl Iterator<Item = &'static str> {
    SLIPS.iter().map(|slip| slip.form)
}
