//! What running code has changed of the state, so that it can be taken back.
//!
//! A boundary ([`crate::actor`]) opens a part of the journal. Frequent changes are made in place and noted with what
//! was there before; before any other change the whole state is noted, which makes what is in it shared, so that later
//! changes copy it once. When the boundary is left, the part is either undone or becomes part of the one around it.

use crate::{Context, Run, State};
use lang::{Missing, Symbol, Value};

/// Notes of changes, oldest first. A clone of a context begins with none.
#[derive(Default)]
pub(crate) struct Journal {
    notes: Vec<Note>,
    /// How many parts are open.
    open: usize,
    /// Where the notes of the innermost part begin.
    start: usize,
    /// Whether the innermost part has a note of the whole state, so that it needs no further ones.
    has_whole: bool,
}

/// Something that was changed, as it was before.
enum Note {
    Whole(Box<State>),
    /// A definition that an account itself had.
    Definition {
        address: u64,
        symbol: Symbol,
        value: Value,
    },
    /// Coins, in coppers.
    Balance {
        address: u64,
        coppers: i64,
    },
}

/// A part of the journal that is open, and what is to be known of the one around it.
pub(crate) struct Part {
    start: usize,
    outer_open: usize,
    outer_start: usize,
    outer_has_whole: bool,
}

/// A place in the innermost part.
#[derive(Clone, Copy)]
pub(crate) struct JournalPlace {
    notes: usize,
    has_whole: bool,
}

/// How many earlier notes are looked at for one that makes another one needless.
const LOOK_BACK: usize = 8;

impl Clone for Journal {
    fn clone(&self) -> Journal {
        Journal::default()
    }
}

impl Note {
    /// Whether this is of a definition.
    #[inline]
    fn is_of_definition(&self, of: u64, name: &Symbol) -> bool {
        matches!(self, Note::Definition { address, symbol, .. } if *address == of && symbol == name)
    }

    /// Whether this is of the coins of an account.
    #[inline]
    fn is_of_balance(&self, of: u64) -> bool {
        matches!(self, Note::Balance { address, .. } if *address == of)
    }
}

impl Journal {
    /// Whether a change in place has to be noted.
    #[inline]
    fn is_wanting(&self) -> bool {
        self.open > 0 && !self.has_whole
    }

    /// The last notes from a position on: an earlier one of the same thing makes another needless, as what was there
    /// before that is all that matters.
    #[inline]
    fn last(notes: &[Note], start: usize) -> &[Note] {
        notes.get(notes.len().saturating_sub(LOOK_BACK).max(start)..).unwrap_or_default()
    }

    /// Notes the value that a definition had, if that is needed.
    #[inline]
    pub fn note_definition(&mut self, address: u64, symbol: &Symbol, value: Value) {
        let is_of_same = |note: &Note| note.is_of_definition(address, symbol);
        if self.is_wanting() && !Journal::last(&self.notes, self.start).iter().rev().any(is_of_same) {
            self.notes.push(Note::Definition { address, symbol: symbol.clone(), value });
        }
    }

    /// Notes the coins that an account had, if that is needed.
    #[inline]
    fn note_balance(&mut self, address: u64, coppers: i64) {
        let is_of_same = |note: &Note| note.is_of_balance(address);
        if self.is_wanting() && !Journal::last(&self.notes, self.start).iter().rev().any(is_of_same) {
            self.notes.push(Note::Balance { address, coppers });
        }
    }

    /// Whether a part up to a position, whose last notes are looked at, makes a note needless.
    #[inline]
    fn is_needless(notes: &[Note], start: usize, note: &Note) -> bool {
        let mut last = Journal::last(notes, start).iter().rev();
        match note {
            Note::Definition { address, symbol, .. } => {
                last.any(|earlier| earlier.is_of_definition(*address, symbol))
            }
            Note::Balance { address, .. } => last.any(|earlier| earlier.is_of_balance(*address)),
            Note::Whole(_) => false,
        }
    }

    /// Notes the whole state, if it is needed.
    fn note_whole(&mut self, state: impl FnOnce() -> State) {
        if self.is_wanting() {
            self.notes.push(Note::Whole(Box::new(state())));
            self.has_whole = true;
        }
    }

    /// Closes a part; answers whether it had a note of the whole state.
    #[inline]
    fn close(&mut self, part: &Part) -> bool {
        (self.open, self.start) = (part.outer_open, part.outer_start);
        std::mem::replace(&mut self.has_whole, part.outer_has_whole)
    }
}

impl Context {
    /// Opens a part of the journal.
    #[inline]
    pub(crate) fn open_part(&mut self) -> Part {
        let journal = &mut self.journal;
        let part = Part {
            start: journal.notes.len(),
            outer_open: journal.open,
            outer_start: journal.start,
            outer_has_whole: journal.has_whole,
        };
        (journal.open, journal.start, journal.has_whole) = (part.outer_open + 1, part.start, false);
        part
    }

    /// Closes a part and keeps its changes, which are now changes of the part around it.
    #[inline]
    pub(crate) fn keep_part(&mut self, part: &Part) {
        let journal = &mut self.journal;
        let has_whole = journal.close(part);
        if part.outer_open == 0 || part.outer_has_whole {
            journal.notes.truncate(part.start);
            return;
        }
        journal.has_whole = has_whole;
        while let Some((outer, own)) = journal.notes.split_at_checked(part.start)
            && let Some(last) = own.last()
            && Journal::is_needless(outer, part.outer_start, last)
        {
            journal.notes.pop();
        }
    }

    /// Closes a part and undoes its changes, also those of parts within it that were not closed.
    pub(crate) fn undo_part(&mut self, part: &Part) -> Result<(), Missing> {
        while self.journal.notes.len() > part.start
            && let Some(note) = self.journal.notes.pop()
        {
            match note {
                Note::Whole(state) => self.state = *state,
                Note::Definition { address, symbol, mut value } => {
                    self.state.redefine(address, &symbol, &mut value)?;
                }
                Note::Balance { address, coppers } => {
                    self.state.change_account(address, |account| account.set_balance(coppers))?;
                }
            }
        }
        self.journal.close(part);
        Ok(())
    }

    /// The balance of an account before a part was opened, if it may have changed since; `None` within when there was no
    /// such account.
    pub(crate) fn balance_before(&self, part: &Part, of: u64) -> Result<Option<Option<i64>>, Missing> {
        for note in self.journal.notes.get(part.start..).unwrap_or_default() {
            match note {
                Note::Balance { address, coppers } if *address == of => return Ok(Some(Some(*coppers))),
                Note::Whole(state) => return state.balance(of).map(Some),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Replaces the state.
    pub(crate) fn replace_state(&mut self, state: State) {
        let old = std::mem::replace(&mut self.state, state);
        self.journal.note_whole(|| old);
    }

    /// The state, to be changed in any way.
    pub(crate) fn state_mut(&mut self) -> &mut State {
        self.journal.note_whole(|| self.state.clone());
        &mut self.state
    }

    /// Where the journal is, for [`Context::return_to`].
    pub(crate) fn place_in_journal(&self) -> JournalPlace {
        JournalPlace { notes: self.journal.notes.len(), has_whole: self.journal.has_whole }
    }

    /// Goes back to an earlier state of the same part.
    pub(crate) fn return_to(&mut self, state: State, place: JournalPlace) {
        self.state = state;
        self.journal.notes.truncate(place.notes);
        self.journal.has_whole = place.has_whole;
    }

    /// Gives a symbol that the current account itself defines another value, in place. Gives the value back when it
    /// does not define the symbol.
    #[inline]
    pub(crate) fn redefine(&mut self, symbol: &Symbol, mut value: Value) -> Run<Option<Value>> {
        let address = self.address;
        if !self.state.redefine(address, symbol, &mut value)? {
            return Ok(Some(value));
        }
        self.journal.note_definition(address, symbol, value);
        Ok(None)
    }

    /// Adds to the balance of an account, in place, wrapping. Nothing happens when there is no such account.
    pub(crate) fn add_to_balance(&mut self, address: u64, coppers: i64) -> Result<(), Missing> {
        let old = self.state.change_account(address, |account| {
            let old = account.balance()?;
            account.set_balance(old.wrapping_add(coppers))?;
            Ok(old)
        })?;
        if let Some(coppers) = old {
            self.journal.note_balance(address, coppers);
        }
        Ok(())
    }
}
