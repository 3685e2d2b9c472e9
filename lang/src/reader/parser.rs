//! The parser: from tokens to forms, with an explicit stack, so that nesting is limited by memory alone.

use super::Form;
use super::error::ReadError;
use super::literal::{self, shown};
use super::tag;
use super::token::{Fault, Lexeme, Token, Tokens};
use crate::source::{Positions, Span, line_column};
use crate::*;
use std::ops::Range;

/// So many errors are kept; further ones are counted.
pub const MAX_ERRORS: usize = 100;

/// How much of a text is read again, in bytes, to go on behind forms that nothing closes.
const MAX_REREAD_BYTES: usize = 2 << 20;

/// Texts have about one form with a cell for so many bytes, or fewer.
const BYTES_PER_FORM: usize = 8;

/// What a frame of the stack will become.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    List,
    Vector,
    Set,
    Map,
    /// `'x` and its like, by the symbol that stands for it.
    Quote(&'static str),
    /// `#tag x`.
    Tag,
    /// `^meta x`.
    Meta,
    /// `#_x`.
    Comment,
}

impl Part {
    fn is_bracket(self) -> bool {
        matches!(self, Part::List | Part::Vector | Part::Set | Part::Map)
    }

    /// The token that ends a collection.
    fn closer(self) -> Option<Token> {
        match self {
            Part::List => Some(Token::CloseList),
            Part::Vector => Some(Token::CloseVector),
            Part::Set | Part::Map => Some(Token::CloseBrace),
            _ => None,
        }
    }
}

/// Something begun and not ended.
struct Frame {
    part: Part,
    /// The token that began it.
    opener: Span,
    /// How many forms were finished before it.
    base: usize,
}

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One form, so that `#_` may stand in collections only.
    Form,
    /// Forms as they come; the text may end anywhere.
    Stream,
    /// A whole file. A list that starts in the first column is taken for the next definition where nothing else
    /// ends the one before.
    File,
}

/// What the parser met.
pub enum Outcome {
    /// A form.
    Form(Form),
    /// A form or character that could not be read; the errors say why.
    Bad,
    /// The end of the text. If something was open, there is an error.
    End,
}

/// Reads the forms of one text, one after the other.
pub struct Parser<'t, 'p> {
    text: &'t str,
    source: u32,
    tokens: Tokens<'t>,
    kind: Kind,
    positions: Option<&'p mut Positions>,
    frames: Vec<Frame>,
    /// Finished forms of the frames: those of the innermost last.
    values: Vec<Value>,
    spans: Vec<Span>,
    errors: Vec<ReadError>,
    /// How many errors there were besides.
    more_errors: usize,
    /// How much of the text has been read again, in bytes.
    reread: usize,
    /// Whether the form being read has had an error.
    is_bad: bool,
    /// The first list that starts in the first column although something is open: where to go on if nothing
    /// closes it.
    restart: Option<usize>,
}

impl<'t, 'p> Parser<'t, 'p> {
    /// A parser of a text from an offset on, which must be a character boundary.
    pub fn new(
        text: &'t str,
        offset: usize,
        source: u32,
        kind: Kind,
        positions: Option<&'p mut Positions>,
    ) -> Parser<'t, 'p> {
        let tokens = Tokens::new(text, offset);
        let (frames, values, spans) = (Vec::new(), Vec::new(), Vec::new());
        let (errors, more_errors, reread) = (Vec::new(), 0, 0);
        let (is_bad, restart) = (false, None);
        let mut positions = positions;
        if let Some(positions) = positions.as_deref_mut() {
            positions.reserve(text.len().saturating_sub(offset) / BYTES_PER_FORM);
        }
        Parser {
            text,
            source,
            tokens,
            kind,
            positions,
            frames,
            values,
            spans,
            errors,
            more_errors,
            reread,
            is_bad,
            restart,
        }
    }

    /// The next form, or that there is none.
    pub fn next_form(&mut self) -> Outcome {
        loop {
            let Some(Lexeme { token, range }) = self.tokens.next() else {
                return self.end_of_text();
            };
            let span = self.span(&range);
            let done = match token {
                Ok(token) => self.token(token, span),
                Err(fault) => self.fault(fault, span),
            };
            if self.frames.is_empty() {
                self.restart = None;
                if std::mem::take(&mut self.is_bad) {
                    self.abandon();
                    return Outcome::Bad;
                }
                if let Some(form) = done {
                    return Outcome::Form(form);
                }
            }
        }
    }

    /// The offset behind the last token taken.
    pub fn offset(&self) -> usize {
        self.tokens.offset()
    }

    /// The errors met so far.
    pub fn errors(&self) -> &[ReadError] {
        &self.errors
    }

    /// How many errors were met besides.
    pub fn more_errors(&self) -> usize {
        self.more_errors
    }

    /// The errors met.
    pub fn into_errors(self) -> Vec<ReadError> {
        self.errors
    }

    /// Goes on behind a form that nothing closes, where the next seems to start. `false` if no such place is known.
    pub fn recover(&mut self) -> bool {
        let Some(offset) = self.restart.filter(|_| !self.is_full()) else { return false };
        if self.reread > MAX_REREAD_BYTES {
            return false;
        }
        self.reread += self.text.len() - offset;
        self.abandon();
        // What is wrong behind the place will be found again.
        self.errors.retain(|error| (error.span.start as usize) < offset);
        self.tokens = Tokens::new(self.text, offset);
        true
    }

    fn abandon(&mut self) {
        self.frames.clear();
        self.values.clear();
        self.spans.clear();
        self.restart = None;
        self.is_bad = false;
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span { source: self.source, start: range.start as u32, end: range.end as u32 }
    }

    fn text_of(&self, span: Span) -> &'t str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        if self.is_full() {
            self.more_errors += 1;
        } else {
            self.errors.push(ReadError { span, message: message.into(), incomplete: false });
        }
        self.is_bad = true;
    }

    /// Whether further errors are only counted.
    fn is_full(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
    }

    /// Takes one token; gives the form of the whole text that it completes.
    fn token(&mut self, token: Token, span: Span) -> Option<Form> {
        let part = match token {
            Token::OpenList => Part::List,
            Token::OpenVector => Part::Vector,
            Token::OpenSet => Part::Set,
            Token::OpenMap => Part::Map,
            Token::Quote => Part::Quote("quote"),
            Token::Quasiquote => Part::Quote("quasiquote"),
            Token::Unquote => Part::Quote("unquote"),
            Token::UnquoteSplicing => Part::Quote("unquote-splicing"),
            Token::Tag => Part::Tag,
            Token::Meta => Part::Meta,
            Token::Comment => {
                self.check_comment(span);
                Part::Comment
            }
            Token::CloseList | Token::CloseVector | Token::CloseBrace => return self.close(token, span),
            Token::Path => {
                let text = shown(self.text_of(span));
                self.error(
                    span,
                    format!("the path `{text}` has no start: put an address or symbol before it"),
                );
                return None;
            }
            _ => return self.literal(token, span),
        };
        self.open(part, span);
        None
    }

    fn open(&mut self, part: Part, opener: Span) {
        let start = opener.start as usize;
        let is_first_column = start == 0 || self.text.as_bytes()[start - 1] == b'\n';
        if self.kind == Kind::File
            && part == Part::List
            && is_first_column
            && !self.frames.is_empty()
            && self.restart.is_none()
        {
            self.restart = Some(start);
        }
        self.frames.push(Frame { part, opener, base: self.values.len() });
    }

    fn check_comment(&mut self, span: Span) {
        let message = match self.frames.last() {
            Some(frame) if frame.part.is_bracket() => return,
            None if self.kind != Kind::Form => return,
            None => "`#_` is no form by itself: it leaves out a form inside of a list, vector, map or set",
            Some(_) => {
                "`#_` cannot stand here: a form was expected; it works between the elements of a collection"
            }
        };
        self.error(span, message);
    }

    fn literal(&mut self, token: Token, span: Span) -> Option<Form> {
        let value = match literal::value(token, self.text_of(span)) {
            Ok(value) => value,
            Err(message) => {
                self.error(span, message);
                Value::Nil
            }
        };
        self.record(&value, span);
        if token == Token::Resolve
            && let Value::List(list) = &value
        {
            // The symbol starts behind the at sign.
            if let Ok(Some(name)) = list.get(1) {
                let name = name.clone();
                self.record(&name, Span { start: span.start + 1, ..span });
            }
        }
        self.primary(value, span)
    }

    /// Takes a form that may start a path, with the path that follows.
    fn primary(&mut self, mut value: Value, mut span: Span) -> Option<Form> {
        let mut is_start = true;
        while let Some(Lexeme { token: Ok(Token::Path), range }) = self.tokens.peek() {
            let range = range.clone();
            let step = self.span(&range);
            self.tokens.next();
            if std::mem::take(&mut is_start) && self.is_under_metadata() {
                self.error(
                    step,
                    "a path cannot stand last under metadata: write `(lookup a b)` for `a/b` there",
                );
            }
            let whole = span.to(step);
            match tag::path_step(value, self.text_of(step)) {
                Ok(list) => {
                    self.record_form(&list, whole, [step, span, step]);
                    value = list;
                }
                Err(message) => {
                    self.error(step, message);
                    value = Value::Nil;
                }
            }
            span = whole;
        }
        self.reduce(value, span)
    }

    /// Whether what is read next ends a form with metadata. No path can stand there: the whole form with
    /// metadata would be taken for its start, and then have no continuation.
    fn is_under_metadata(&self) -> bool {
        for frame in self.frames.iter().rev() {
            match frame.part {
                Part::Quote(_) | Part::Tag => {}
                Part::Meta => return self.values.len() > frame.base,
                _ => return false,
            }
        }
        false
    }

    /// Takes a finished form: ends what was only waiting for it.
    fn reduce(&mut self, mut value: Value, mut span: Span) -> Option<Form> {
        loop {
            let Some(&Frame { part, opener, base }) = self.frames.last() else {
                return Some(Form { value, span });
            };
            let waits = !part.is_bracket() && (part != Part::Meta || self.values.len() > base);
            if !waits {
                self.values.push(value);
                self.spans.push(span);
                return None;
            }
            self.frames.pop();
            let whole = opener.to(span);
            let joined = match part {
                Part::Comment => return None,
                Part::Quote(name) => {
                    let list = Value::List(List::from_values([Value::symbol(name), value]));
                    self.record_form(&list, whole, [opener, span, span]);
                    Ok(list)
                }
                Part::Tag => tag::tagged(&self.text_of(opener)[1..], value),
                _ => {
                    self.spans.pop();
                    tag::with_meta(&self.values.pop().unwrap_or(Value::Nil), value)
                }
            };
            value = match joined {
                Ok(value) => value,
                Err(message) => {
                    self.error(opener, message);
                    Value::Nil
                }
            };
            if part == Part::Meta || part == Part::Tag {
                self.record_new(&value, whole);
            }
            span = whole;
        }
    }

    /// Takes a closing bracket.
    fn close(&mut self, token: Token, span: Span) -> Option<Form> {
        self.drop_unfinished_prefixes(span);
        let Some(frame) = self.frames.last() else {
            let closer = self.text_of(span);
            self.error(
                span,
                format!("`{closer}` closes nothing: remove it, or add the bracket it should close"),
            );
            return None;
        };
        if frame.part.closer() != Some(token) {
            self.mismatch(token, span)?;
        }
        let Frame { part, opener, base } = self.frames.pop()?;
        let whole = opener.to(span);
        let is_flat = matches!(part, Part::List | Part::Vector)
            && self.values[base..].iter().any(|v| v.identity().is_none());
        if part == Part::Map && !(self.values.len() - base).is_multiple_of(2) {
            self.error(whole, "a map needs an even number of forms: the last key has no value");
        }
        let values = self.values.drain(base..);
        let value = match part {
            Part::List => List::from_reversed(Vector::from_values(values.rev())).into(),
            Part::Vector => Vector::from_values(values).into(),
            Part::Set => Set::from_values(values).into(),
            _ => Map::from_entries(tag::pairs(values)).into(),
        };
        if let Some(positions) = self.positions.as_deref_mut().filter(|_| is_unshared(&value)) {
            match is_flat {
                true => positions.record_children(&value, whole, self.spans[base..].into()),
                false => positions.record(&value, whole),
            }
        }
        self.spans.truncate(base);
        self.primary(value, whole)
    }

    /// Reports prefixes such as quotes that no form follows before a closing bracket.
    fn drop_unfinished_prefixes(&mut self, closer: Span) {
        while let Some(frame) = self.frames.last().filter(|frame| !frame.part.is_bracket()) {
            let (opener, base) = (frame.opener, frame.base);
            let prefix = shown(self.text_of(opener));
            let closer = self.text_of(closer);
            self.error(opener, format!("`{prefix}` needs a form after it, but `{closer}` follows"));
            self.values.truncate(base);
            self.spans.truncate(base);
            self.frames.pop();
        }
    }

    /// Reports a closing bracket of another kind than the one open. Goes back to the bracket it fits, else
    /// leaves it out by giving `None`.
    fn mismatch(&mut self, token: Token, span: Span) -> Option<()> {
        if self.is_full() {
            // To find the places would take quadratic time where there are very many.
            self.error(span, String::new());
            return None;
        }
        let opener = self.frames.last()?.opener;
        let place = line_column(self.text, opener.start as usize);
        let (open, close) = (self.text_of(opener), self.text_of(span));
        self.error(
            span,
            format!("`{close}` does not close the `{open}` of line {}, column {}", place.line, place.column),
        );
        let fitting = self.frames.iter().rposition(|frame| frame.part.closer() == Some(token))?;
        let inner = self.frames.get(fitting + 1)?;
        self.values.truncate(inner.base);
        self.spans.truncate(inner.base);
        self.frames.truncate(fitting + 1);
        Some(())
    }

    fn fault(&mut self, fault: Fault, span: Span) -> Option<Form> {
        let is_counted = self.is_full();
        let message = fault.message(&shown(self.text_of(span)));
        self.error(span, message);
        if let Some(error) = self.errors.last_mut().filter(|_| !is_counted) {
            error.incomplete = matches!(fault, Fault::OpenString | Fault::OpenCharacter);
        }
        match fault {
            Fault::Unexpected => None,
            _ => self.reduce(Value::Nil, span), // Something stands there, if nobody knows what.
        }
    }

    /// Reports what is still open.
    fn end_of_text(&mut self) -> Outcome {
        let Some(first) = self.frames.first().map(|frame| frame.opener.start) else { return Outcome::End };
        let limit = self.restart.unwrap_or(usize::MAX);
        // A wrong bracket or a string without an end is reported; what it left open needs no further word.
        let is_of_form = |start: u32| first <= start && (start as usize) < limit;
        if self.is_full() || self.errors.iter().any(|error| is_of_form(error.span.start)) {
            return Outcome::End;
        }
        let frame = self.frames.iter().rev().find(|frame| (frame.opener.start as usize) < limit);
        let Some(&Frame { part, opener, .. }) = frame else { return Outcome::End };
        let text = shown(self.text_of(opener));
        let message = match part.closer() {
            None => format!("`{text}` needs a form after it, but the text ends"),
            Some(closer) => {
                let closer = match closer {
                    Token::CloseList => ")",
                    Token::CloseVector => "]",
                    _ => "}",
                };
                match self.restart {
                    None => format!("this `{text}` is never closed: add `{closer}`"),
                    Some(_) => {
                        format!("this `{text}` is not closed before the next definition: add `{closer}`")
                    }
                }
            }
        };
        self.errors.push(ReadError { span: opener, message, incomplete: self.restart.is_none() });
        Outcome::End
    }

    fn record(&mut self, value: &Value, span: Span) {
        if let Some(positions) = self.positions.as_deref_mut().filter(|_| is_unshared(value)) {
            positions.record(value, span);
        }
    }

    /// Records a value unless it has a position already.
    fn record_new(&mut self, value: &Value, span: Span) {
        if let Some(positions) = self.positions.as_deref_mut()
            && positions.span_of(value).is_none()
            && is_unshared(value)
        {
            positions.record(value, span);
        }
    }

    /// Records a list that stands for other syntax, with its symbols.
    fn record_form(&mut self, value: &Value, span: Span, children: [Span; 3]) {
        let (Some(positions), Value::List(list)) = (self.positions.as_deref_mut(), value) else { return };
        for (child, span) in list.iter().flatten().zip(children) {
            if positions.span_of(child).is_none() {
                positions.record(child, span);
            }
        }
        let count = list.count() as usize;
        positions.record_children(value, span, children.into_iter().take(count).collect());
    }
}

/// Whether a cell was made for one occurrence: an empty collection may be the same cell everywhere.
fn is_unshared(value: &Value) -> bool {
    value.is_last_owner()
}
