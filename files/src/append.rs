//! Adding to the end of a file, by one write, so that what several processes add is never mixed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Adds to the end of a file, or makes it.
///
/// # Errors
/// When not all could be written; the file is then as before.
pub fn append(path: &Path, contents: &[u8]) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    match file.lock() {
        // Some file systems know no locks. The write is one all the same.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        locked => locked?,
    }
    let before = file.metadata()?;
    let written = match file.write(contents) {
        Ok(count) if count == contents.len() => return Ok(()),
        Ok(_) => Err(io::Error::new(io::ErrorKind::StorageFull, "there is room for a part only")),
        Err(error) => Err(error),
    };
    if is_new && before.len() == 0 && before.is_file() {
        let _ = fs::remove_file(path);
    } else if before.is_file() {
        let _ = file.set_len(before.len());
    }
    written
}
