//! Which files are meant: tests, or all of a folder.

use super::suite::SUFFIX;
use std::io;
use std::path::{Path, PathBuf};

/// Folders nested deeper are not searched.
const MAX_DEPTH: usize = 64;
/// Folders of other programs.
const FOREIGN: &[&str] = &["target", "node_modules"];

/// The test files that paths name: a file is itself, a folder all test files below it, in the order of their names. Hidden
/// folders are left out.
///
/// # Errors
/// When a path cannot be read.
pub fn find(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    files(paths, SUFFIX)
}

/// The same for files whose names end in something else.
///
/// # Errors
/// When a path cannot be read.
pub fn files(paths: &[PathBuf], suffix: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            search(path, suffix, MAX_DEPTH, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    let mut unique = Vec::new();
    for path in found {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    Ok(unique)
}

fn search(folder: &Path, suffix: &str, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        // The current folder is written as nothing, so that names begin with what differs.
        let path = if folder == Path::new(".") { PathBuf::from(&name) } else { entry.path() };
        if kind.is_file() && name.ends_with(suffix) {
            found.push(path);
        } else if kind.is_dir() && depth > 0 && !name.starts_with('.') && !FOREIGN.contains(&name.as_str()) {
            search(&path, suffix, depth - 1, found)?;
        }
    }
    Ok(())
}
