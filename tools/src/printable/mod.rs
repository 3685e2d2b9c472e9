//! Text that can be shown to people: what does not show in it is written as `\uXXXX`.
//!
//! Values, messages, names of symbols and files, and texts of programs may hold any character. Some are orders to a terminal,
//! some turn the direction of what follows, some are not seen at all. In whatever is made for people they are written as the
//! reader takes them back within strings: in units of UTF-16, two for a character beyond the Basic Multilingual Plane.
//!
//! [`Printable`] is the type of such text. What goes to a terminal or into a report passes through it, and every string that is
//! turned into one, or written to one, is made to show; only the colours of [`Colour`](crate::colour::Colour) are added as they
//! are. To do it twice changes nothing.

mod hidden;

pub use hidden::is_hidden;
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Text for people without hidden characters but line ends and tabs. The only control sequences in it are our own colours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printable(String);

impl Printable {
    /// No text yet. More is added by [`fmt::Write`], which makes it show, or by [`Printable::append`].
    pub fn new() -> Printable {
        Printable::default()
    }

    /// Text that was put together of nothing but printable parts and our own colours.
    pub(crate) fn trusted(text: String) -> Printable {
        Printable(text)
    }

    /// Adds text.
    pub fn push(&mut self, more: &str) {
        self.0.push_str(&text(more));
    }

    /// Adds printable text with its colours.
    pub fn append(&mut self, more: &Printable) {
        self.0.push_str(&more.0);
    }

    /// The text, no longer known to be printable.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<&str> for Printable {
    fn from(from: &str) -> Printable {
        Printable(text(from).into_owned())
    }
}

impl From<&String> for Printable {
    fn from(from: &String) -> Printable {
        Printable::from(from.as_str())
    }
}

impl From<String> for Printable {
    fn from(from: String) -> Printable {
        match text(&from) {
            Cow::Borrowed(_) => Printable(from),
            Cow::Owned(shown) => Printable(shown),
        }
    }
}

impl From<&Printable> for Printable {
    fn from(from: &Printable) -> Printable {
        from.clone()
    }
}

impl Deref for Printable {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Write for Printable {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.push(more);
        Ok(())
    }
}

/// A text whose hidden characters show; line ends and tabs stay.
pub fn text(text: &str) -> Cow<'_, str> {
    shown(text, |c| matches!(c, '\n' | '\t'))
}

/// A text that must stay on one line, such as a name: line ends and tabs show as well.
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, |_| false)
}

/// JSON whose strings hold no hidden character as it is: an escape stands for the same. Blanks between its parts stay.
pub fn json(json: &str) -> Cow<'_, str> {
    text(json)
}

fn shown(text: &str, is_kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') || byte.is_ascii() && is_kept(char::from(byte));
    if text.bytes().all(is_plain) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_hidden(c) || is_kept(c) {
            out.push(c);
            continue;
        }
        // A lone backslash makes a character of what follows, as in `\a`: then it is that of the escape.
        let backslashes = out.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 1 {
            out.pop();
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::{Value, printer, reader};
    use std::fmt::Write;

    #[test]
    fn hidden_characters_show() {
        for (hidden, shown) in [
            ("", ""),
            ("a\tb\né😀", "a\tb\né😀"),
            ("\u{1b}]0;pwn\u{7}", "\\u001b]0;pwn\\u0007"),
            ("\r\n\u{7f}\u{9b}", "\\u000d\n\\u007f\\u009b"),
            ("a\u{202e}b\u{2066}c\u{200b}\u{feff}", "a\\u202eb\\u2066c\\u200b\\ufeff"),
            ("\u{e0041}\u{2028}", "\\udb40\\udc41\\u2028"),
            ("\\\u{1b}", "\\u001b"),
            ("\\\\\u{1b}", "\\\\\\u001b"),
        ] {
            assert_eq!(text(hidden), shown);
            assert_eq!(text(shown), shown, "a second time nothing changes");
            assert!(!line(hidden).chars().any(is_hidden), "{hidden:?}");
        }
        assert_eq!(line("a\nb\tc"), "a\\u000ab\\u0009c");
    }

    #[test]
    fn the_reader_takes_strings_and_characters_back() {
        let printed = |value: &Value| {
            let bytes = printer::print(value, 1_000).expect("all is in memory").expect("it is short");
            String::from_utf8(bytes).expect("the printer writes text")
        };
        for c in ('\0'..=char::MAX).filter(|c| is_hidden(*c)) {
            let mut values = vec![Value::string(&format!("a{c}\\{c}\"{c}"))];
            // A character beyond the Basic Multilingual Plane has no escape of its own.
            if u32::from(c) <= 0xffff {
                values.push(Value::Character(c.into()));
            }
            for value in values {
                let text = line(&printed(&value)).into_owned();
                let read = reader::read_one(&text, 0).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
                assert_eq!(read.value, value, "{text}");
            }
        }
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({"a\u{202e}": ["\u{1b}\\\u{7f}\u{e0041}", "é\n"]});
        for written in [value.to_string(), format!("{value:#}")] {
            let shown = json(&written);
            assert!(!shown.chars().any(|c| is_hidden(c) && c != '\n'), "{shown}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).ok().as_ref(), Some(&value));
        }
    }

    #[test]
    fn nothing_but_colours_gets_in() {
        let mut out = Printable::from("\u{1b}[31m");
        let _ = write!(out, "\u{1b}[0m");
        out.append(&crate::colour::Colour::On.paint(crate::colour::Style::Bold, "\u{1b}c"));
        assert_eq!(&*out, "\\u001b[31m\\u001b[0m\u{1b}[1m\\u001bc\u{1b}[0m");
    }
}
