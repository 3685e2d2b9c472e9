//! A line that is typed at the terminal and not shown.
//!
//! Crates for this write their prompt before they stop the echo, so that what is typed quickly
//! shows, or leave the terminal without echo after Ctrl-C. Here the echo stops before the prompt,
//! and comes back whatever ends the line.

#[cfg(unix)]
pub use unix::Silent;

#[cfg(unix)]
mod unix {
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
    use std::fs::{File, OpenOptions};
    use std::io::{self, IsTerminal, Read, Write};
    use zeroize::Zeroizing;

    /// A longer line ends with an error.
    const MAX_BYTES: usize = 1_024;

    const END_OF_TEXT: u8 = 0x03;
    const END_OF_INPUT: u8 = 0x04;
    const BACKSPACE: u8 = 0x08;
    const CLEAR: u8 = 0x15;
    const DELETE: u8 = 0x7f;

    /// The terminal of the process, without echo until this is dropped.
    pub struct Silent {
        terminal: File,
        before: Termios,
    }

    impl Silent {
        /// Stops the echo; `None` where there is no terminal, or neither standard input nor
        /// standard error is one, so that no person can be there.
        ///
        /// # Errors
        /// When the terminal cannot be used.
        pub fn begin() -> io::Result<Option<Silent>> {
            if !io::stdin().is_terminal() && !io::stderr().is_terminal() {
                return Ok(None);
            }
            let Ok(terminal) = OpenOptions::new().read(true).write(true).open("/dev/tty") else {
                return Ok(None);
            };
            let before = tcgetattr(&terminal)?;
            let mut mode = before.clone();
            // Byte by byte, keys for signals too: the kernel neither ends the process here nor
            // forgets what waits.
            mode.local_modes -= LocalModes::ECHO
                | LocalModes::ECHONL
                | LocalModes::ICANON
                | LocalModes::ISIG
                | LocalModes::IEXTEN;
            mode.special_codes[SpecialCodeIndex::VMIN] = 1;
            mode.special_codes[SpecialCodeIndex::VTIME] = 0;
            let silent = Silent { terminal, before };
            tcsetattr(&silent.terminal, OptionalActions::Now, &mode)?;
            Ok(Some(silent))
        }

        /// What is typed behind a prompt, without the end of the line.
        ///
        /// # Errors
        /// [`io::ErrorKind::Interrupted`] after Ctrl-C, [`io::ErrorKind::UnexpectedEof`] after
        /// Ctrl-D, or when the terminal fails.
        pub fn line(&self, prompt: &str) -> io::Result<Zeroizing<Vec<u8>>> {
            let mut terminal = &self.terminal;
            terminal.write_all(prompt.as_bytes())?;
            let typed = read(terminal);
            terminal.write_all(b"\n")?;
            typed
        }
    }

    impl Drop for Silent {
        fn drop(&mut self) {
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
        }
    }

    fn read(mut keys: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut typed = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
        let mut key = Zeroizing::new([0]);
        loop {
            if keys.read(key.as_mut_slice())? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match key[0] {
                b'\r' | b'\n' => return Ok(typed),
                END_OF_TEXT => return Err(io::ErrorKind::Interrupted.into()),
                END_OF_INPUT if typed.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
                BACKSPACE | DELETE => erase(&mut typed),
                CLEAR => typed.clear(),
                byte if byte.is_ascii_control() => {}
                _ if typed.len() == MAX_BYTES => {
                    return Err(io::Error::other(format!("it is longer than {MAX_BYTES} bytes")));
                }
                byte => typed.push(byte),
            }
        }
    }

    /// Takes back the last character, whose bytes after the first begin with the bits 10.
    fn erase(typed: &mut Vec<u8>) {
        while typed.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn lines_are_edited() {
            for (keys, typed) in [
                ("open sesame\r", "open sesame"),
                ("x\n", "x"),
                ("\r", ""),
                ("abc\x7f\x7f\x7f\x7fde\x08\r", "d"),
                ("aé✓\x7f\x7fb\r", "ab"),
                ("wrong\x15right\r", "right"),
                ("a\x1b\x04\tb\r", "ab"),
            ] {
                let line = read(keys.as_bytes()).map(|line| String::from_utf8_lossy(&line).into_owned());
                assert_eq!(line.ok().as_deref(), Some(typed), "{keys:?}");
            }
        }

        #[test]
        fn lines_are_given_up() {
            for (keys, kind) in [
                ("a\x03b\r".to_owned(), io::ErrorKind::Interrupted),
                ("\x04".to_owned(), io::ErrorKind::UnexpectedEof),
                ("no end".to_owned(), io::ErrorKind::UnexpectedEof),
                ("x".repeat(MAX_BYTES + 1), io::ErrorKind::Other),
            ] {
                assert_eq!(read(keys.as_bytes()).map_err(|error| error.kind()).err(), Some(kind), "{keys:?}");
            }
            assert!(read(("x".repeat(MAX_BYTES) + "\r").as_bytes()).is_ok());
        }
    }
}

/// Where there is no such terminal, nobody can be asked.
#[cfg(not(unix))]
pub enum Silent {}

#[cfg(not(unix))]
impl Silent {
    /// No terminal.
    pub fn begin() -> std::io::Result<Option<Silent>> {
        Ok(None)
    }

    /// Never happens.
    pub fn line(&self, _: &str) -> std::io::Result<zeroize::Zeroizing<Vec<u8>>> {
        match *self {}
    }
}
