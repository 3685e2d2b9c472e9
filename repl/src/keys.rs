//! The keys that end an entry without running it.
//!
//! The line editor would answer them with an error, and lose what was typed behind them. So they end the line as Enter does,
//! and leave a note.

use rustyline::{Cmd, ConditionalEventHandler, Event, EventContext, KeyEvent, RepeatCount};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A key that ends an entry without running it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Key {
    /// Ctrl-C: the entry is given up.
    Interrupt = 1,
    /// Ctrl-Z: the user leaves for a while, and then goes on with the entry.
    Suspend,
}

/// The note which key ended the last line, if not Enter.
#[derive(Clone, Default)]
pub struct Pressed(Arc<AtomicU8>);

impl Pressed {
    /// The keys, with what they do in the line editor.
    pub fn bindings(&self) -> [(KeyEvent, Binding); 2] {
        let binding = |key| Binding { key, pressed: self.clone() };
        [(KeyEvent::ctrl('C'), binding(Key::Interrupt)), (KeyEvent::ctrl('Z'), binding(Key::Suspend))]
    }

    /// The key that ended the line, if not Enter; once.
    pub fn take(&self) -> Option<Key> {
        match self.0.swap(0, Ordering::Relaxed) {
            1 => Some(Key::Interrupt),
            2 => Some(Key::Suspend),
            _ => None,
        }
    }
}

/// What such a key does in the line editor.
pub struct Binding {
    key: Key,
    pressed: Pressed,
}

impl ConditionalEventHandler for Binding {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext) -> Option<Cmd> {
        self.pressed.0.store(self.key as u8, Ordering::Relaxed);
        Some(Cmd::AcceptLine)
    }
}
