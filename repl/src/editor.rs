//! The line editor: when input is complete, what completes a word, which brackets pair, and what a function takes.

use crate::brackets::Scan;
use crate::directive;
use lang::Value;
use lang::reader::{self, Next};
use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Result};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use tools::colour::{Colour, Style};
use tools::{doc, explain, printable};
use vm::State;

/// Longer input is not coloured: pairing is done anew at every key.
const MAX_COLOURED_BYTES: usize = 20_000;

/// What the editor knows of the session.
pub struct Assistant {
    colour: Colour,
    view: RefCell<Option<View>>,
    /// Whether the line was empty when last looked at.
    is_empty: Cell<bool>,
    /// Whether a bracket is coloured now, so that the next move must draw the line anew.
    is_marked: Cell<bool>,
}

struct View {
    state: State,
    account: u64,
}

impl Assistant {
    /// An assistant that knows nothing yet.
    pub fn new(colour: Colour) -> Assistant {
        Assistant { colour, view: RefCell::default(), is_empty: Cell::new(true), is_marked: Cell::new(false) }
    }

    /// Takes note of the present state and account.
    pub fn look(&self, state: &State, account: u64) {
        *self.view.borrow_mut() = Some(View { state: state.clone(), account });
        self.is_empty.set(true);
    }

    /// Whether the line was empty when a key was last pressed.
    pub fn is_empty(&self) -> bool {
        self.is_empty.get()
    }

    fn candidates(&self, word: &str) -> Vec<String> {
        let view = self.view.borrow();
        let Some(view) = view.as_ref() else { return Vec::new() };
        let names = match word.rsplit_once('/') {
            Some((owner, _)) => {
                view.owner(owner).and_then(|address| explain::definitions(&view.state, address).ok())
            }
            None => explain::names(&view.state, view.account).ok(),
        };
        let prefix = word.rsplit_once('/').map_or(String::new(), |(owner, _)| format!("{owner}/"));
        let full = names.unwrap_or_default().into_iter().map(|name| prefix.clone() + &name);
        // A name with characters that do not show cannot be typed, and would not be seen.
        full.filter(|name| name.starts_with(word) && !name.contains(printable::is_hidden)).collect()
    }
}

impl View {
    /// The account before the slash of a path: an address, or a symbol that stands for one.
    fn owner(&self, text: &str) -> Option<u64> {
        if text.starts_with('#') {
            return crate::cli::parse_address(text).ok().map(|address| address.0);
        }
        match self
            .state
            .account(self.account)
            .ok()??
            .definition(&Value::Symbol(lang::Symbol::new(text.as_bytes())?))
        {
            Ok(Some(Value::Address(address))) => Some(*address),
            _ => None,
        }
    }
}

/// Whether input can be run: no form of it is unfinished.
pub fn is_complete(text: &str) -> bool {
    if directive::is_directive(text) {
        return true;
    }
    let mut offset = 0;
    loop {
        match reader::next_form(text, offset, 0, None) {
            Next::Form(form) => offset = form.span.end as usize,
            Next::Incomplete(_) => return false,
            // What cannot be mended by more text is to be reported.
            Next::Bad(..) | Next::End => return true,
        }
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext) -> Result<ValidationResult> {
        let complete = is_complete(context.input());
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// Where the word before a position starts, in bytes.
fn word_start(line: &str, position: usize) -> usize {
    let ends = |c: char| c.is_whitespace() || "()[]{}\"'`~@^;\\".contains(c);
    let start =
        line[..position].rfind(ends).map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
    // A comma is white space but for the one that begins a directive.
    match line[start..position].rfind(',') {
        Some(comma) if !line[..start + comma].trim().is_empty() => start + comma + 1,
        _ => start,
    }
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> Result<(usize, Vec<String>)> {
        let start = word_start(line, position);
        let word = &line[start..position];
        let candidates = match word {
            "" => Vec::new(),
            _ if word.starts_with(',') => directive::TABLE
                .iter()
                .filter(|entry| entry.name.starts_with(word))
                .map(|entry| entry.name.to_owned())
                .collect(),
            _ => self.candidates(word),
        };
        Ok((start, candidates))
    }
}

/// A remark behind the cursor, never inserted.
pub struct Remark(String);

impl Hint for Remark {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Assistant {
    type Hint = Remark;

    /// What a function takes, as soon as its name is typed behind an opening bracket.
    fn hint(&self, line: &str, position: usize, _: &Context<'_>) -> Option<Remark> {
        self.is_empty.set(line.is_empty());
        let head = line.strip_suffix(' ').filter(|_| position == line.len())?;
        let (_, name) = head.rsplit_once('(')?;
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || "[]{})\"".contains(c)) {
            return None;
        }
        let view = self.view.borrow();
        let view = view.as_ref()?;
        let parameters = doc::parameters(&view.state, view.account, name)?;
        Some(Remark(printable::line(&parameters).into_owned()))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        match self.partner(line, position) {
            Some(at) => {
                let painted = self.colour.paint(Style::Match, &line[at..=at]);
                format!("{}{painted}{}", seen(&line[..at]), seen(&line[at + 1..])).into()
            }
            None => seen(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        self.colour.paint(Style::Bold, prompt).into_string().into()
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        self.colour.paint(Style::Dim, hint).into_string().into()
    }

    fn highlight_char(&self, line: &str, position: usize, kind: CmdKind) -> bool {
        let marks = kind != CmdKind::ForcedRefresh && self.partner(line, position).is_some();
        // Else the editor would write what is typed as it is.
        let hides = matches!(seen(line), Cow::Owned(_));
        self.is_marked.replace(marks) || marks || hides
    }
}

/// What the terminal gets of a line. Characters that do not show are left out: the editor counts no columns for them, and they
/// must not act on the terminal.
fn seen(line: &str) -> Cow<'_, str> {
    let is_seen = |c: char| !printable::is_hidden(c) || matches!(c, '\n' | '\t');
    if line.chars().all(is_seen) { line.into() } else { line.chars().filter(|c| is_seen(*c)).collect() }
}

impl Assistant {
    /// The position of the bracket that pairs with the one under or before the cursor.
    fn partner(&self, line: &str, position: usize) -> Option<usize> {
        if self.colour == Colour::Off || line.len() > MAX_COLOURED_BYTES {
            return None;
        }
        let is_bracket = |at: &usize| line.as_bytes().get(*at).is_some_and(|b| b"()[]{}".contains(b));
        let at = [Some(position), position.checked_sub(1)].into_iter().flatten().find(is_bracket)?;
        Scan::of(line).partner(at)
    }
}

impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_goes_on_until_its_forms_close() {
        for (text, complete) in [
            ("", true),
            ("1", true),
            ("(+ 1", false),
            ("(+ 1\n2)", true),
            ("1 (", false),
            ("\"a", false),
            ("'", false),
            (")", true),
            ("(]", true),
            (",doc (", true),
            ("; (", true),
        ] {
            assert_eq!(is_complete(text), complete, "{text}");
        }
    }

    #[test]
    fn words() {
        for (line, word) in [
            ("(map inc", "inc"),
            ("(ma", "ma"),
            ("'fo", "fo"),
            (",he", ",he"),
            ("a,b", "b"),
            ("(f é", "é"),
            ("drinks/ta", "drinks/ta"),
            ("", ""),
            ("(", ""),
        ] {
            assert_eq!(&line[word_start(line, line.len())..], word, "{line}");
        }
    }
}
