//! The history of the prompt, in a file: one line an entry, added as soon as it is entered and by
//! one write, so that nothing is lost however a session ends, and several sessions can share it.
//!
//! The form of the file is that of the line editor (rustyline), which would write the whole file
//! anew now and then, in place: the first line is `#V2`; in an entry `\\` stands for a backslash
//! and `\n` for the end of a line.

use files::{Limit, append, read, write};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const HEADER: &str = "#V2";
/// Earlier entries are not read.
const MAX_ENTRIES: usize = 10_000;
/// A file that is longer is not read. No option raises this.
const LIMIT: Limit = Limit { bytes: 64 << 20, option: "" };

/// The file of the history: `CVX_HISTORY` (empty for none), else in the user's folder for data.
pub fn path() -> Option<PathBuf> {
    match env::var_os("CVX_HISTORY") {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => {
            let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
            let data = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")))?;
            Some(data.join("cvx/history"))
        }
    }
}

/// The last entries of a history, oldest first. One that cannot be read, as there is none the first
/// time, is empty. When the file has twice as many it is written anew with these.
pub fn load(path: &Path) -> Vec<String> {
    let Ok(text) = read::regular(path, None, LIMIT) else { return Vec::new() };
    let is_escaped = text.text.starts_with(HEADER);
    let lines: Vec<&str> = text.text.lines().skip(usize::from(is_escaped)).collect();
    let last = &lines[lines.len().saturating_sub(MAX_ENTRIES)..];
    let entry = |line: &&str| if is_escaped { unescaped(line) } else { (*line).to_owned() };
    let entries: Vec<String> = last.iter().map(entry).collect();
    if !is_escaped && !lines.is_empty() || lines.len() > 2 * MAX_ENTRIES {
        let lines: String = entries.iter().map(|entry| escaped(entry) + "\n").collect();
        // The file stays as it is where it cannot be written, and is tried again the next time.
        let _ = write::replace(path, format!("{HEADER}\n{lines}").as_bytes());
    }
    entries
}

/// Adds an entry to the end of a history.
///
/// # Errors
/// When it cannot be written; the history is then as before.
pub fn add(path: &Path, entry: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let is_new = fs::metadata(path).map_or(true, |metadata| metadata.len() == 0);
    let header = if is_new { format!("{HEADER}\n") } else { String::new() };
    append::append(path, format!("{header}{}\n", escaped(entry)).as_bytes())
}

fn escaped(entry: &str) -> String {
    entry.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescaped(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => out.extend(rest.next().map(|c| if c == 'n' { '\n' } else { c })),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_kept() {
        let folder = env::temp_dir().join(format!("cvx-history-{}", std::process::id()));
        let path = folder.join("new/history");
        let entries = ["(+ 1 2)", "(str \"a\\n\")\n  b", "\\\\n", "é", "#V2"];
        assert!(load(&path).is_empty());
        for entry in entries {
            add(&path, entry).expect("there is room");
        }
        assert_eq!(load(&path), entries);
        let many: String = (0..2 * MAX_ENTRIES + 1).map(|n| format!("{n}\n")).collect();
        fs::write(&path, format!("{HEADER}\n{many}")).expect("there is room");
        assert_eq!(load(&path).len(), MAX_ENTRIES);
        assert_eq!(fs::read_to_string(&path).expect("it is text").lines().count(), MAX_ENTRIES + 1);
        // A history of plain lines, from before there was a header.
        fs::write(&path, "(a \\n)\nb\n").expect("there is room");
        assert_eq!(load(&path), ["(a \\n)", "b"]);
        add(&path, "c").expect("there is room");
        assert_eq!(load(&path), ["(a \\n)", "b", "c"]);
        fs::remove_dir_all(&folder).expect("it was made here");
    }
}
