//! What running code has changed of the state, so that it can be taken back.
//!
//! A boundary ([`crate::boundary`]) opens a part of the journal. Frequent changes are made in place and noted with what
//! was there before; before any other change the whole state is noted, which makes what is in it shared, so that later
//! changes copy it once. When the boundary is left, the part is either undone or becomes part of the one around it.

use crate::{Context, Run, State};
use lang::{Missing, Symbol, Value};

/// Notes of changes, oldest first. A clone of a context begins with none.
#[derive(Default)]
pub(crate) struct Journal {
    /// The notes, and room for others behind them: the same things are noted again and again.
    notes: Vec<Note>,
    /// How many notes there are.
    count: usize,
    /// How many parts are open.
    open: usize,
    /// Where the notes of the innermost part begin.
    start: usize,
    /// Whether the innermost part has a note of the whole state, so that it needs no further ones.
    has_whole: bool,
}

/// What a note is of.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Subject {
    /// Nothing: room for a note.
    #[default]
    Nothing,
    /// The whole state.
    Whole,
    /// A definition that an account itself had.
    Definition,
    /// The coins of an account.
    Balance,
}

/// Something that was changed, as it was before.
#[derive(Default)]
struct Note {
    subject: Subject,
    /// The account, for all but the whole state.
    address: u64,
    coppers: i64,
    /// The symbol of a definition; in room for a note that of an earlier one.
    symbol: Option<Symbol>,
    value: Value,
    state: Option<Box<State>>,
}

/// A part of the journal that is open, and what is to be known of the one around it.
#[derive(Default)]
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
    /// Whether this is surely of a definition.
    #[inline]
    fn is_of_definition(&self, address: u64, symbol: &Symbol) -> bool {
        self.subject == Subject::Definition && self.address == address && self.has_symbol(symbol)
    }

    #[inline]
    fn has_symbol(&self, symbol: &Symbol) -> bool {
        self.symbol.as_ref().is_some_and(|own| own.is_identical(symbol))
    }

    /// Whether this is of the coins of an account.
    #[inline]
    fn is_of_balance(&self, address: u64) -> bool {
        self.subject == Subject::Balance && self.address == address
    }

    /// Gives up what was noted.
    #[inline]
    fn clear(&mut self) {
        if self.value.is_cell() {
            self.value = Value::Nil;
        }
        if self.subject == Subject::Whole {
            self.state = None;
        }
    }
}

impl Journal {
    /// Whether a change in place has to be noted.
    #[inline]
    fn is_wanting(&self) -> bool {
        self.open > 0 && !self.has_whole
    }

    /// The last notes between two positions, the last one first: an earlier one of the same thing makes another needless,
    /// as what was there before that is all that matters.
    #[inline]
    fn last(&self, start: usize, end: usize) -> impl Iterator<Item = &Note> {
        let first = end.saturating_sub(LOOK_BACK).max(start);
        self.notes.get(first..end).unwrap_or_default().iter().rev()
    }

    /// The last notes of the innermost part, as [`Journal::last`] has them.
    #[inline]
    fn last_own(&self) -> impl Iterator<Item = &Note> {
        self.last(self.start, self.count)
    }

    /// Room for another note.
    #[inline(always)]
    fn next(&mut self) -> &mut Note {
        if self.count == self.notes.len() {
            self.notes.push(Note::default());
        }
        self.count += 1;
        &mut self.notes[self.count - 1]
    }

    /// A note of a definition, without its value, if one is needed.
    #[inline(always)]
    fn next_of_definition(&mut self, address: u64, symbol: &Symbol) -> Option<&mut Note> {
        if !self.is_wanting() || self.last_own().any(|note| note.is_of_definition(address, symbol)) {
            return None;
        }
        let note = self.next();
        (note.subject, note.address) = (Subject::Definition, address);
        if !note.has_symbol(symbol) {
            note.symbol = Some(symbol.clone());
        }
        Some(note)
    }

    /// Notes the value that a definition had, if that is needed.
    #[inline(never)]
    pub fn note_definition(&mut self, address: u64, symbol: &Symbol, value: Value) {
        if let Some(note) = self.next_of_definition(address, symbol) {
            note.value = value;
        }
    }

    /// Notes the integer that a definition was, if that is needed.
    #[inline(never)]
    pub fn note_long(&mut self, address: u64, symbol: &Symbol, long: i64) {
        if let Some(note) = self.next_of_definition(address, symbol) {
            match &mut note.value {
                Value::Integer(n) => *n = long,
                other => *other = Value::Integer(long),
            }
        }
    }

    /// Notes the coins that an account had, if that is needed.
    #[inline]
    fn note_balance(&mut self, address: u64, coppers: i64) {
        if !self.is_wanting() {
            return;
        }
        // Coins mostly go between the same two accounts.
        if let Some([.., earlier, last]) = self.notes.get(self.start..self.count)
            && (last.is_of_balance(address) || earlier.is_of_balance(address))
        {
            return;
        }
        self.note_other_balance(address, coppers);
    }

    #[inline(never)]
    fn note_other_balance(&mut self, address: u64, coppers: i64) {
        if !self.last_own().any(|note| note.is_of_balance(address)) {
            let note = self.next();
            (note.subject, note.address, note.coppers) = (Subject::Balance, address, coppers);
        }
    }

    /// Notes the whole state, if it is needed.
    fn note_whole(&mut self, state: impl FnOnce() -> State) {
        if self.is_wanting() {
            let note = self.next();
            (note.subject, note.state) = (Subject::Whole, Some(Box::new(state())));
            self.has_whole = true;
        }
    }

    /// Gives up all notes from a position on.
    #[inline(always)]
    fn truncate(&mut self, count: usize) {
        while self.count > count {
            self.count -= 1;
            self.notes[self.count].clear();
        }
    }

    /// Whether the part around one has a note of the same thing.
    #[inline]
    fn is_needless(&self, note: &Note, part: &Part) -> bool {
        let mut outer = self.last(part.outer_start, part.start);
        match (note.subject, &note.symbol) {
            (Subject::Definition, Some(symbol)) => {
                outer.any(|earlier| earlier.is_of_definition(note.address, symbol))
            }
            (Subject::Balance, _) => outer.any(|earlier| earlier.is_of_balance(note.address)),
            _ => false,
        }
    }

    /// Gives up the last notes of a part that the part around it makes needless.
    #[inline(never)]
    fn forget_needless(&mut self, part: &Part) {
        while self.count > part.start {
            if !self.is_needless(&self.notes[self.count - 1], part) {
                return;
            }
            self.count -= 1;
            self.notes[self.count].clear();
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
    pub(crate) fn open_part(&mut self, part: &mut Part) {
        let journal = &mut self.journal;
        (part.start, part.outer_start) = (journal.count, journal.start);
        (part.outer_open, part.outer_has_whole) = (journal.open, journal.has_whole);
        (journal.open, journal.start, journal.has_whole) = (part.outer_open + 1, part.start, false);
    }

    /// Closes a part and keeps its changes, which are now changes of the part around it.
    #[inline]
    pub(crate) fn keep_part(&mut self, part: &Part) {
        let journal = &mut self.journal;
        let has_whole = journal.close(part);
        if part.outer_open == 0 || part.outer_has_whole {
            journal.truncate(part.start);
            return;
        }
        journal.has_whole = has_whole;
        journal.forget_needless(part);
    }

    /// Closes a part and undoes its changes, also those of parts within it that were not closed.
    pub(crate) fn undo_part(&mut self, part: &Part) -> Result<(), Missing> {
        while self.journal.count > part.start {
            self.journal.count -= 1;
            let note = &mut self.journal.notes[self.journal.count];
            let address = note.address;
            match (note.subject, note.state.take(), &note.symbol) {
                (Subject::Whole, Some(state), _) => self.state = *state,
                (Subject::Definition, _, Some(symbol)) => {
                    self.state.redefine(address, symbol, &mut note.value)?;
                    note.clear();
                }
                (Subject::Balance, ..) => {
                    if let Some(balance) = self.state.balance_mut(address)? {
                        *balance = note.coppers;
                    }
                }
                _ => {}
            }
        }
        self.journal.close(part);
        Ok(())
    }

    /// The balance of an account before a part was opened, if it may have changed since; `None` within when there was no
    /// such account.
    #[inline]
    pub(crate) fn balance_before(&self, part: &Part, of: u64) -> Result<Option<Option<i64>>, Missing> {
        for note in self.journal.notes.get(part.start..self.journal.count).unwrap_or_default() {
            match (note.subject, &note.state) {
                (Subject::Balance, _) if note.address == of => return Ok(Some(Some(note.coppers))),
                (Subject::Whole, Some(state)) => return state.balance(of).map(Some),
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
        JournalPlace { notes: self.journal.count, has_whole: self.journal.has_whole }
    }

    /// Goes back to an earlier state of the same part.
    pub(crate) fn return_to(&mut self, state: State, place: JournalPlace) {
        self.state = state;
        self.journal.truncate(place.notes);
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
        let Some(balance) = self.state.balance_mut(address)? else { return Ok(()) };
        let old = *balance;
        *balance = old.wrapping_add(coppers);
        self.journal.note_balance(address, old);
        Ok(())
    }
}
