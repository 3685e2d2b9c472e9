//! What is typed while forms run.
//!
//! Between two entries the line editor gives the terminal back in the mode in which it was. In the usual mode the kernel
//! would edit lines itself: it drops what goes beyond 4,095 bytes of a line, eats an end of input, shows everything twice, and
//! forgets all that is waiting when a form is interrupted. So while the prompt is open the terminal is in a mode that keeps each
//! byte for the editor; only Ctrl-C and Ctrl-\ still act at once, so that a form that runs can be stopped.

#[cfg(unix)]
pub use keeping::TypeAhead;

#[cfg(unix)]
mod keeping {
    use rustix::process::{Signal, kill_current_process_group};
    use rustix::termios::{
        InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use std::io::{IsTerminal, stdin};

    /// Terminals that cannot edit lines, where the kernel has to: those that the line editor does not support.
    const DUMB: &[&str] = &["dumb", "cons25", "emacs"];

    /// A terminal that keeps what is typed ahead, until this is dropped.
    pub struct TypeAhead {
        before: Termios,
    }

    impl TypeAhead {
        /// Begins to keep what is typed ahead; `None` where standard input is no terminal, or one that cannot edit lines.
        pub fn begin() -> Option<TypeAhead> {
            let is_dumb = |term: String| DUMB.iter().any(|dumb| dumb.eq_ignore_ascii_case(&term));
            if !stdin().is_terminal() || std::env::var("TERM").is_ok_and(is_dumb) {
                return None;
            }
            let keeper = TypeAhead { before: tcgetattr(stdin()).ok()? };
            keeper.keep();
            Some(keeper)
        }

        /// Goes on after the line editor, which may have found another mode when it began.
        pub fn keep(&self) {
            let mut mode = self.before.clone();
            mode.input_modes -= InputModes::ICRNL
                | InputModes::INLCR
                | InputModes::IGNCR
                | InputModes::ISTRIP
                | InputModes::IXON;
            mode.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
            // An interrupt does not take along what waits.
            mode.local_modes |= LocalModes::ISIG | LocalModes::NOFLSH;
            // To suspend waits for the prompt, which puts the terminal back before.
            mode.special_codes[SpecialCodeIndex::VSUSP] = 0;
            mode.special_codes[SpecialCodeIndex::VMIN] = 1;
            mode.special_codes[SpecialCodeIndex::VTIME] = 0;
            // Where it fails, the terminal is gone, as the line editor will tell.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &mode);
        }

        /// Suspends the process, with the terminal as it was before, until the user comes back.
        pub fn suspend(&self) {
            let _ = tcsetattr(stdin(), OptionalActions::Drain, &self.before);
            let _ = kill_current_process_group(Signal::TSTP);
            self.keep();
        }
    }

    impl Drop for TypeAhead {
        fn drop(&mut self) {
            let _ = tcsetattr(stdin(), OptionalActions::Drain, &self.before);
        }
    }
}

/// Where there is no such terminal, nothing need be done.
#[cfg(not(unix))]
pub struct TypeAhead;

#[cfg(not(unix))]
impl TypeAhead {
    /// Nothing to keep.
    pub fn begin() -> Option<TypeAhead> {
        None
    }

    /// Does nothing.
    pub fn keep(&self) {}

    /// Does nothing.
    pub fn suspend(&self) {}
}
