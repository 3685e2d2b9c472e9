//! Whether to colour what is written.

use crate::printable::{self, Printable};
use std::env;
use std::io::IsTerminal;

/// Whether a stream gets colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    /// Colours.
    On,
    /// Plain text.
    Off,
}

impl Colour {
    /// For standard error, where reports go.
    pub fn of_stderr() -> Colour {
        Colour::decide(
            |name| env::var_os(name).map(|v| v.to_string_lossy().into_owned()),
            std::io::stderr().is_terminal(),
        )
    }

    /// For standard output, where reports of tests go.
    pub fn of_stdout() -> Colour {
        Colour::decide(
            |name| env::var_os(name).map(|v| v.to_string_lossy().into_owned()),
            std::io::stdout().is_terminal(),
        )
    }

    /// The rule (see <https://no-color.org> and <https://bixense.com/clicolors>): a non-empty `NO_COLOR` turns colours off,
    /// else a `CLICOLOR_FORCE` other than `0` turns them on, else a terminal has them unless it is dumb.
    fn decide(variable: impl Fn(&str) -> Option<String>, is_terminal: bool) -> Colour {
        let is_set = |name| variable(name).is_some_and(|v| !v.is_empty());
        let forced = variable("CLICOLOR_FORCE").is_some_and(|v| !v.is_empty() && v != "0");
        let capable = is_terminal && variable("TERM").is_none_or(|term| term != "dumb");
        match (is_set("NO_COLOR"), forced, capable) {
            (true, _, _) => Colour::Off,
            (_, true, _) | (_, _, true) => Colour::On,
            _ => Colour::Off,
        }
    }

    /// The text, made to show, between the codes for a style.
    pub fn paint(self, style: Style, text: &str) -> Printable {
        let shown = printable::text(text);
        match self {
            Colour::On => Printable::trusted(format!("\x1b[{}m{shown}\x1b[0m", style.code())),
            Colour::Off => Printable::trusted(shown.into_owned()),
        }
    }
}

/// What text can look like.
#[derive(Clone, Copy)]
pub enum Style {
    /// Stands back: hints and remarks.
    Dim,
    /// Stands out: the prompt.
    Bold,
    /// The partner of a bracket.
    Match,
    /// A first step towards something good.
    Begun,
    /// A further step.
    Near,
    /// Something good.
    Good,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Dim => "2",
            Style::Bold => "1",
            Style::Match => "1;36",
            Style::Begun => "36",
            Style::Near => "34",
            Style::Good => "1;32",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides() {
        use Colour::{Off, On};
        for (variables, is_terminal, expected) in [
            (&[][..], true, On),
            (&[], false, Off),
            (&[("NO_COLOR", "1")], true, Off),
            (&[("NO_COLOR", "")], true, On),
            (&[("CLICOLOR_FORCE", "1")], false, On),
            (&[("CLICOLOR_FORCE", "0")], false, Off),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], true, Off),
            (&[("TERM", "dumb")], true, Off),
        ] {
            let lookup = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string());
            assert_eq!(Colour::decide(lookup, is_terminal), expected, "{variables:?} {is_terminal}");
        }
    }
}
