//! Whether two paths are one file, whatever they are called: through symbolic links, `..`, or other
//! names of the file.

use crate::read::STDIN;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// Whether two paths are one file: one that is there, or one that would be made. `-` is standard
/// input.
pub fn is_same(a: &Path, b: &Path) -> bool {
    match (metadata(a), metadata(b)) {
        (Some(a_metadata), Some(b_metadata)) => {
            // Devices and pipes hold nothing that could be overwritten.
            a_metadata.is_file()
                && match (identity(&a_metadata), identity(&b_metadata)) {
                    (Some(a), Some(b)) => a == b,
                    _ => a.canonicalize().ok().is_some_and(|a| b.canonicalize().is_ok_and(|b| a == b)),
                }
        }
        (None, None) => place(a).is_some_and(|a| place(b) == Some(a)),
        _ => false,
    }
}

/// The first of some files that a path would overwrite.
pub fn overwritten<'a>(path: &Path, files: impl IntoIterator<Item = &'a Path>) -> Option<&'a Path> {
    files.into_iter().find(|file| is_same(path, file))
}

/// The number of the device that a file is on and its number there.
#[cfg(unix)]
pub(crate) fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
pub(crate) fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
fn metadata(path: &Path) -> Option<Metadata> {
    use std::os::fd::AsFd;
    if path != Path::new(STDIN) {
        return fs::metadata(path).ok();
    }
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    fs::File::from(stdin).metadata().ok()
}

#[cfg(not(unix))]
fn metadata(path: &Path) -> Option<Metadata> {
    fs::metadata(path).ok().filter(|_| path != Path::new(STDIN))
}

/// The folder, resolved, and name of a file that is not there.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}
