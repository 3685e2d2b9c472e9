//! The reader: text to forms (CAD026, CAD032).
//!
//! Reading is linear in the length of the text, and nesting is limited by memory only. Every form that has a heap
//! cell gets a cell of its own, so that [`Positions`] can tell equal forms of different places apart.

mod error;
mod literal;
mod parser;
mod tag;
#[cfg(test)]
mod tests;
pub mod token;

pub use error::{ReadError, ReadErrors};
pub use parser::MAX_ERRORS;

use crate::Value;
use crate::source::{Positions, Span};
use parser::{Kind, Outcome, Parser};

/// A form and where it stands.
#[derive(Clone)]
pub struct Form {
    /// The form.
    pub value: Value,
    /// Its text, paths and prefixes included.
    pub span: Span,
}

/// The longest text, in bytes, that positions can count.
const MAX_TEXT_BYTES: usize = u32::MAX as usize;

/// Reads a text that is exactly one form.
///
/// # Errors
/// All that is wrong, in order of place; none or several forms are an error too.
pub fn read_one(text: &str, source: u32) -> Result<Form, Vec<ReadError>> {
    read_single(text, source, None)
}

/// Reads a text that is exactly one form, and remembers where its parts stand.
///
/// # Errors
/// As [`read_one`].
pub fn read_one_at(text: &str, source: u32, positions: &mut Positions) -> Result<Form, Vec<ReadError>> {
    read_single(text, source, Some(positions))
}

fn read_single(text: &str, source: u32, positions: Option<&mut Positions>) -> Result<Form, Vec<ReadError>> {
    check_length(text, source).map_err(|error| vec![error])?;
    let mut parser = Parser::new(text, 0, source, Kind::Form, positions);
    let mut only = None;
    let mut second = None;
    loop {
        match parser.next_form() {
            Outcome::End => break,
            Outcome::Bad => {}
            Outcome::Form(form) if only.is_none() => only = Some(form),
            Outcome::Form(form) => second = second.or(Some(form.span)),
        }
    }
    let mut errors = parser.into_errors();
    let incomplete = false;
    match (only, second) {
        (Some(form), None) if errors.is_empty() => return Ok(form),
        (_, Some(span)) => {
            let message = "one form was expected, and here starts another: wrap them in `(do …)`".to_string();
            errors.push(ReadError { span, message, incomplete });
        }
        (None, None) if errors.is_empty() => {
            let end = text.len() as u32;
            let message = "a form was expected, but there is none: write one".to_string();
            errors.push(ReadError { span: Span { source, start: end, end }, message, incomplete });
        }
        _ => {}
    }
    errors.sort_by_key(|error| error.span.start);
    Err(errors)
}

/// Reads all forms of a text, and remembers where they and their parts stand. Forms that cannot be read are left
/// out; the first [`MAX_ERRORS`] places are reported in order, and the others counted.
pub fn read_all(text: &str, source: u32, positions: &mut Positions) -> (Vec<Form>, ReadErrors) {
    if let Err(error) = check_length(text, source) {
        return (Vec::new(), ReadErrors::new(vec![error], 0));
    }
    let mut parser = Parser::new(text, 0, source, Kind::File, Some(positions));
    let mut forms = Vec::new();
    loop {
        match parser.next_form() {
            Outcome::Form(form) => forms.push(form),
            Outcome::Bad => {}
            Outcome::End if parser.recover() => {}
            Outcome::End => break,
        }
    }
    let more = parser.more_errors();
    let mut errors = parser.into_errors();
    errors.sort_by_key(|error| error.span.start);
    (forms, ReadErrors::new(errors, more))
}

/// What [`next_form`] found.
pub enum Next {
    /// A complete form; the text after it starts at the end of its span.
    Form(Form),
    /// A form that cannot be read, however the text goes on. Reading may go on at the offset.
    Bad(ReadErrors, usize),
    /// The text ends within a form, for the reasons given.
    Incomplete(ReadErrors),
    /// Only whitespace and comments are left.
    End,
}

/// Reads the first form of a text from an offset on, for input that is run as it comes. The text should end with
/// a whole line, since a name or number at its very end counts as complete.
///
/// An offset inside of a character, or behind the text, finds nothing.
pub fn next_form(text: &str, offset: usize, source: u32, positions: Option<&mut Positions>) -> Next {
    if let Err(error) = check_length(text, source) {
        return Next::Bad(ReadErrors::new(vec![error], 0), text.len());
    }
    let mut parser = Parser::new(text, offset, source, Kind::Stream, positions);
    let outcome = parser.next_form();
    let rest = parser.offset();
    let is_incomplete = parser.more_errors() == 0 && parser.errors().iter().all(|error| error.incomplete);
    let more = parser.more_errors();
    let errors = ReadErrors::new(parser.into_errors(), more);
    match outcome {
        Outcome::Form(form) => Next::Form(form),
        Outcome::End if errors.is_empty() => Next::End,
        _ if is_incomplete => Next::Incomplete(errors),
        Outcome::Bad => Next::Bad(errors, rest),
        Outcome::End => Next::Bad(errors, text.len()),
    }
}

fn check_length(text: &str, source: u32) -> Result<(), ReadError> {
    if text.len() <= MAX_TEXT_BYTES {
        return Ok(());
    }
    let message = format!("the text is longer than {MAX_TEXT_BYTES} bytes: split it");
    Err(ReadError { span: Span { source, start: 0, end: 0 }, message, incomplete: false })
}
