//! What a line at the prompt can be besides forms.
//!
//! A directive begins with a comma. To the reader a comma is white space, so that no form needs to begin with one and none is
//! hidden by a directive; every other mark (`:`, `.`, `/`, `!`) begins a keyword or symbol.

use tools::screen::Screen;

/// A directive that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// What can be typed.
    Help,
    /// Act as another account.
    As(u64),
    /// The accounts that can be acted as.
    Accounts,
    /// The definitions of the current account.
    Definitions,
    /// What a symbol stands for.
    Doc(String),
    /// Take back the last changes.
    Undo(usize),
    /// Run the forms of a file.
    Load(String),
    /// Run a form and tell its juice and time.
    Time(String),
    /// Run a form of which nothing stays.
    Query(String),
    /// Charge forms as the network does from now on, or no longer; the other of the two where nothing is said.
    Costs(Option<bool>),
    /// What the code of an error means.
    Explain(String),
    /// Leave.
    Quit,
}

/// A row of the table of directives.
pub struct Entry {
    /// What is typed, with its comma.
    pub name: &'static str,
    /// What follows it.
    pub argument: &'static str,
    /// What it does.
    pub about: &'static str,
    parse: fn(&str) -> Option<Directive>,
}

/// All directives, in the order of the help.
pub const TABLE: &[Entry] = &[
    Entry { name: ",help", argument: "", about: "this list", parse: |_| Some(Directive::Help) },
    Entry {
        name: ",doc",
        argument: "map",
        about: "what a symbol stands for",
        parse: |rest| (!rest.is_empty()).then(|| Directive::Doc(rest.to_owned())),
    },
    Entry {
        name: ",as",
        argument: "#13",
        about: "act as another account",
        parse: |rest| crate::cli::parse_address(rest).ok().map(|address| Directive::As(address.0)),
    },
    Entry {
        name: ",accounts",
        argument: "",
        about: "accounts with coins or a history",
        parse: |_| Some(Directive::Accounts),
    },
    Entry {
        name: ",defs",
        argument: "",
        about: "what this account defines",
        parse: |_| Some(Directive::Definitions),
    },
    Entry {
        name: ",undo",
        argument: "[2]",
        about: "take back the last form that changed something, or several",
        parse: |rest| match rest {
            "" => Some(Directive::Undo(1)),
            _ => rest.parse().ok().filter(|n| *n > 0).map(Directive::Undo),
        },
    },
    Entry {
        name: ",load",
        argument: "a.cvx",
        about: "run the forms of a file, which keep their effects",
        parse: |rest| (!rest.is_empty()).then(|| Directive::Load(rest.to_owned())),
    },
    Entry {
        name: ",time",
        argument: "(f 1)",
        about: "run a form, which keeps its effects, and tell its juice and time",
        parse: |rest| (!rest.is_empty()).then(|| Directive::Time(rest.to_owned())),
    },
    Entry {
        name: ",query",
        argument: "(f 1)",
        about: "run a form of which nothing stays; on a network without a transaction",
        parse: |rest| (!rest.is_empty()).then(|| Directive::Query(rest.to_owned())),
    },
    Entry {
        name: ",costs",
        argument: "[on]",
        about: "charge forms fees and memory as the network does, and tell them; `off` ends it",
        parse: |rest| match rest {
            "" => Some(Directive::Costs(None)),
            "on" => Some(Directive::Costs(Some(true))),
            "off" => Some(Directive::Costs(Some(false))),
            _ => None,
        },
    },
    Entry {
        name: ",explain",
        argument: "CAST",
        about: "what the code of an error means",
        parse: |rest| (!rest.is_empty()).then(|| Directive::Explain(rest.to_owned())),
    },
    Entry { name: ",quit", argument: "", about: "leave (or Ctrl-D)", parse: |_| Some(Directive::Quit) },
];

/// Whether a line is a directive: a comma and a letter. A lone comma is white space.
pub fn is_directive(line: &str) -> bool {
    line.trim_start()
        .strip_prefix(',')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// The directive that a word without a comma stands for, where it is all that is typed: what many programs understand.
pub fn word(word: &str) -> Option<Directive> {
    match word {
        "help" | "?" => Some(Directive::Help),
        "exit" | "quit" => Some(Directive::Quit),
        _ => None,
    }
}

/// The directive that a line is.
///
/// # Errors
/// A sentence for the user.
pub fn parse(line: &str) -> Result<Directive, String> {
    let line = line.trim();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let Some(entry) = TABLE.iter().find(|entry| entry.name == name) else {
        let near = tools::advice::similar(name, TABLE.iter().map(|entry| entry.name));
        let meant = near.first().map(|n| format!(" Did you mean `{n}`?")).unwrap_or_default();
        return Err(format!("there is no `{name}`.{meant} `,help` lists what there is."));
    };
    let rest = rest.trim();
    let wanted =
        || format!("write it like this: `{}`", format!("{} {}", entry.name, entry.argument).trim_end());
    if entry.argument.is_empty() && !rest.is_empty() {
        return Err(wanted());
    }
    (entry.parse)(rest).ok_or_else(wanted)
}

/// What the forms of a prompt are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transactions {
    /// Transactions on a state of their own, without fees unless that is chosen.
    Free,
    /// Signed transactions of a network.
    Signed,
}

/// The help that `,help` prints.
pub fn help(screen: Screen, transactions: Transactions) -> String {
    const NAME_COLUMNS: usize = 14;
    let indent = " ".repeat(NAME_COLUMNS + 3);
    let about = match transactions {
        Transactions::Free => "is a transaction without fees",
        Transactions::Signed => "is a signed transaction of the network, charged as there",
    };
    let lead = format!(
        "A line is Convex Lisp, such as (+ 1 2); it goes on over several lines until its brackets close.\n\
         Each form {about}: it takes effect whole, or not at all when it fails.\n\n"
    );
    let mut out = screen.wrap(&lead, 0, "").into_owned();
    for entry in TABLE {
        let typed = format!("{} {}", entry.name, entry.argument);
        let line = format!("  {typed:<NAME_COLUMNS$} {}\n", entry.about);
        out.push_str(&screen.wrap(&line, 0, &indent));
    }
    let keys = "\nTab completes, the up arrow brings back what you typed, Ctrl-C stops a form that runs, Ctrl-D leaves.\n";
    out + &screen.wrap(keys, 0, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tools::colour::Colour;

    #[test]
    fn the_table_is_sound() {
        let names: BTreeSet<&str> = TABLE.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for entry in TABLE {
            assert!(is_directive(entry.name) && !entry.about.is_empty());
            let example = entry.argument.trim_matches(['[', ']']);
            assert!(
                parse(&format!("{} {example}", entry.name)).is_ok(),
                "the example of {} parses",
                entry.name
            );
            assert!(help(Colour::Off.into(), Transactions::Free).contains(entry.name));
        }
    }

    #[test]
    fn words_of_other_programs() {
        assert_eq!(word("?"), Some(Directive::Help));
        assert_eq!(word("exit"), Some(Directive::Quit));
        assert_eq!(word("leave"), None);
    }

    #[test]
    fn lines() {
        assert_eq!(parse(",as #13"), Ok(Directive::As(13)));
        assert_eq!(parse("  ,undo "), Ok(Directive::Undo(1)));
        assert_eq!(parse(",undo 3"), Ok(Directive::Undo(3)));
        for line in [",as", ",as x", ",undo 0", ",doc", ",quit now"] {
            assert!(parse(line).is_err_and(|e| e.contains("write it like this")), "{line}");
        }
        assert!(parse(",udno").is_err_and(|e| e.contains(",undo")));
        for line in [",", ", 1", "(a)", ":help", ",(a)", ""] {
            assert!(!is_directive(line), "{line}");
        }
    }
}
