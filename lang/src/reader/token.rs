//! Tokens: the longest match at each place; of equally long ones the kind listed first here.

use logos::{Lexer, Logos};
use std::ops::Range;

/// What a token is; its text tells the rest.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(skip r"[ \n\r\t,]+")]
#[logos(skip(r";[^\r\n]*", allow_greedy = true))]
pub enum Token {
    /// `#_`, which leaves out the next form.
    #[token("#_")]
    Comment,
    /// `(`.
    #[token("(")]
    OpenList,
    /// `)`.
    #[token(")")]
    CloseList,
    /// `[`.
    #[token("[")]
    OpenVector,
    /// `]`.
    #[token("]")]
    CloseVector,
    /// `#{`.
    #[token("#{")]
    OpenSet,
    /// `{`.
    #[token("{")]
    OpenMap,
    /// Ends a map or set.
    #[token("}")]
    CloseBrace,
    /// `^`.
    #[token("^")]
    Meta,
    /// `nil`.
    #[token("nil", priority = 50)]
    Nil,
    /// `true`.
    #[token("true", priority = 50)]
    True,
    /// `false`.
    #[token("false", priority = 50)]
    False,
    /// A double, perhaps with one more character that does not end a number.
    #[regex(r"-?[0-9]+(\.[0-9]+([eE]-?[0-9]+)?|[eE]-?[0-9]+)[^ \t\n\r,;()\[\]{}]?", priority = 40)]
    Double,
    /// `#12`.
    #[regex(r"#[0-9]+")]
    Address,
    /// `##NaN` and the like.
    #[regex(r"##[a-zA-Z.*+!\-_?$%&=<>][a-zA-Z.*+!\-_?$%&=<>0-9:#]*")]
    Special,
    /// `#%name`, a symbol of a core definition.
    #[regex(r"#%[a-zA-Z.*+!\-_?$%&=<>][a-zA-Z.*+!\-_?$%&=<>0-9:#]*")]
    Intrinsic,
    /// `#name`.
    #[regex(r"#[a-zA-Z][a-zA-Z0-9.]*")]
    Tag,
    /// `#[hex]`, the encoding of any value.
    #[regex(r"#\[([0-9a-fA-F][0-9a-fA-F])*\]")]
    Encoded,
    /// `@name`.
    #[regex(r"@[a-zA-Z.*+!\-_?$%&=<>][a-zA-Z.*+!\-_?$%&=<>0-9:#]*")]
    Resolve,
    /// `0x12ab`.
    #[regex(r"0x[0-9a-fA-F]*", priority = 35)]
    Blob,
    /// An integer, perhaps with one more character that does not end a number.
    #[regex(r"-?[0-9]+[^ \t\n\r,;()\[\]{}]?", priority = 30)]
    Integer,
    /// `"text"`.
    #[regex(r#""([^"\\]|\\([btnfr"'\\0-7]|u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]))*""#)]
    String,
    /// `'`.
    #[token("'")]
    Quote,
    /// A backquote.
    #[token("`")]
    Quasiquote,
    /// `~`.
    #[token("~")]
    Unquote,
    /// `~@`.
    #[token("~@")]
    UnquoteSplicing,
    /// `:name`.
    #[regex(r":+(/|[a-zA-Z.*+!\-_?$%&=<>][a-zA-Z.*+!\-_?$%&=<>0-9:#]*)")]
    Keyword,
    /// `name`.
    #[regex(r"/|[a-zA-Z.*+!\-_?$%&=<>][a-zA-Z.*+!\-_?$%&=<>0-9:#]*", priority = 10)]
    Symbol,
    /// `/name`, which continues a path.
    #[regex(r"/(/|[a-zA-Z.*+!\-_?$%&=<>][a-zA-Z.*+!\-_?$%&=<>0-9:#]*)")]
    Path,
    /// `\a`, `\newline` and the like.
    #[regex(r"\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]", priority = 20)]
    #[regex(r"\\(?s:.)", priority = 15)]
    #[regex(r"\\(newline|return|space|tab|formfeed|backspace)", priority = 20)]
    Character,
}

/// What stands at a place of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lexeme {
    /// The kind of token, or what is wrong.
    pub token: Result<Token, Fault>,
    /// Its bytes.
    pub range: Range<usize>,
}

/// Why no token starts at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A string without its closing quote.
    OpenString,
    /// A string with an escape there is not; the bytes are those of the escape, the lexer goes on after the string.
    Escape,
    /// A backslash at the end of the text.
    OpenCharacter,
    /// A sharp sign that starts nothing known.
    Sharp,
    /// A colon, at sign or slash without a name.
    Nameless,
    /// Any other character.
    Unexpected,
}

impl Fault {
    /// What to tell of it, given the text at fault.
    pub(super) fn message(self, text: &str) -> String {
        match self {
            Fault::OpenString => "this string has no end: add the closing `\"`".to_string(),
            Fault::OpenCharacter => {
                "a character must follow the backslash, as in `\\a` or `\\newline`".to_string()
            }
            Fault::Escape => format!(
                "`{text}` is no escape of a string: there are \\b \\t \\n \\f \\r \\\" \\' \\\\, octal ones and \\uXXXX"
            ),
            Fault::Sharp => format!(
                "`{text}` means nothing: `#` starts an address `#12`, a set `#{{…}}`, a tag, `#_`, `##NaN` or `#[hex]`"
            ),
            Fault::Nameless => {
                format!("a name must follow `{text}`, starting with a letter or one of .*+!-_?$%&=<>")
            }
            Fault::Unexpected => format!("`{text}` starts no form: remove it"),
        }
    }
}

/// The tokens of a text.
pub struct Tokens<'t> {
    text: &'t str,
    /// Where the text of `lexer` starts.
    base: usize,
    lexer: Lexer<'t, Token>,
    peeked: Option<Option<Lexeme>>,
    /// Behind the last token taken.
    taken: usize,
}

impl<'t> Tokens<'t> {
    /// The tokens of a text from an offset on, which must be a character boundary.
    pub fn new(text: &'t str, offset: usize) -> Tokens<'t> {
        Tokens {
            text,
            base: offset,
            lexer: Token::lexer(text.get(offset..).unwrap_or("")),
            peeked: None,
            taken: offset,
        }
    }

    /// The next token, which stays the next.
    pub fn peek(&mut self) -> Option<&Lexeme> {
        if self.peeked.is_none() {
            self.peeked = Some(self.advance());
        }
        self.peeked.as_ref().and_then(Option::as_ref)
    }

    /// The offset behind the last token taken.
    pub fn offset(&self) -> usize {
        self.taken
    }

    fn advance(&mut self) -> Option<Lexeme> {
        let result = self.lexer.next()?;
        let span = self.lexer.span();
        let range = self.base + span.start..self.base + span.end;
        match result {
            Ok(token) => Some(Lexeme { token: Ok(token), range }),
            Err(()) => Some(self.fault(range.start)),
        }
    }

    /// Says what is wrong where no token starts, and goes on behind it.
    fn fault(&mut self, start: usize) -> Lexeme {
        let rest = &self.text[start..];
        let one = rest.chars().next().map_or(0, char::len_utf8);
        let (fault, range, next) = match rest.as_bytes().first() {
            Some(b'"') => string_fault(rest),
            Some(b'\\') => (Fault::OpenCharacter, 0..one, one),
            Some(b'#') => {
                let next = sharp_length(rest);
                (Fault::Sharp, 0..next, next)
            }
            Some(b':' | b'@' | b'/') => (Fault::Nameless, 0..one, one),
            _ => (Fault::Unexpected, 0..one, one),
        };
        self.base = start + next;
        self.lexer = Token::lexer(&self.text[self.base..]);
        Lexeme { token: Err(fault), range: start + range.start..start + range.end }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        let lexeme = match self.peeked.take() {
            Some(lexeme) => lexeme,
            None => self.advance(),
        };
        self.taken = lexeme.as_ref().map_or(self.text.len(), |lexeme| lexeme.range.end);
        lexeme
    }
}

/// What is wrong with a string that does not read: the fault, its bytes, and where to go on.
fn string_fault(rest: &str) -> (Fault, Range<usize>, usize) {
    let bytes = rest.as_bytes();
    let mut escape = None;
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let range = escape.unwrap_or(0..1);
                return (Fault::Escape, range, at + 1);
            }
            b'\\' => {
                let length = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
                if escape.is_none() && !is_escape(&bytes[at + 1..]) {
                    escape = Some(at..at + 1 + length);
                }
                at += 1 + length;
            }
            _ => at += 1,
        }
    }
    match escape {
        Some(range) if range.end < bytes.len() => (Fault::Escape, range, bytes.len()),
        _ => (Fault::OpenString, 0..1, bytes.len()),
    }
}

/// Whether what follows a backslash is an escape of a string.
fn is_escape(rest: &[u8]) -> bool {
    match rest.first() {
        Some(b'b' | b't' | b'n' | b'f' | b'r' | b'"' | b'\'' | b'\\' | b'0'..=b'7') => true,
        Some(b'u') => rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_hexdigit),
        _ => false,
    }
}

/// The length of what belongs to a sharp sign that starts nothing: up to the end of an encoding in brackets, or
/// of a name.
fn sharp_length(rest: &str) -> usize {
    let (from, brackets) = if rest.starts_with("#[") { (2, "") } else { (1, "[]") };
    let ends = |c: char| c.is_whitespace() || ",;(){}\"]".contains(c) || brackets.contains(c);
    match rest[from..].find(ends) {
        Some(i) if from == 2 && rest[from + i..].starts_with(']') => from + i + 1,
        Some(i) => from + i,
        None => rest.len(),
    }
}
