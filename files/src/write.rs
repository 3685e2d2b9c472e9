//! Whole files. The new text is written beside the old one, brought to the disk, and renamed, so
//! that a file always holds either all of the old or all of the new, and a write that fails leaves
//! what was there and nothing else.
//!
//! What is kept: a symbolic link (the file that it leads to is replaced), permissions, and owner
//! and group as far as the user may give them. Access lists are lost, and other names of the file
//! (hard links) go on to have the old text. Devices and pipes hold no text that could be lost: they
//! are written to directly.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// Symbolic links followed one after the other, as the kernel of Linux counts them.
const MAX_LINKS: usize = 40;
/// What the name of a file begins with that is not whole yet.
const PREFIX: &str = ".cvx-";

/// Gives a file new contents, or makes it.
///
/// # Errors
/// When it cannot be written; it is then as before.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(old) if old.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => OpenOptions::new().write(true).open(path)?.write_all(contents),
        Ok(old) => {
            if let Some(stdout) = stdout_on(&old) {
                return into_stdout(stdout, contents);
            }
            let target = path.canonicalize()?;
            // A file that its owner made read-only stays as it is, though its folder would let it
            // be replaced.
            OpenOptions::new().write(true).open(&target)?;
            swap(&target, contents, Some(&old))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => swap(&end_of_links(path)?, contents, None),
        Err(error) => Err(error),
    }
}

/// Makes a file that only its owner can read; never replaces one.
///
/// # Errors
/// When there is such a file already ([`io::ErrorKind::AlreadyExists`]), or none can be made.
pub fn create_private(path: &Path, contents: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let file = filled(folder, contents, 0o600)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    sync(folder);
    Ok(())
}

fn swap(target: &Path, contents: &[u8], old: Option<&Metadata>) -> io::Result<()> {
    let folder = folder_of(target);
    // Until it has the permissions of the old one, nobody else can read it.
    let file = filled(folder, contents, if old.is_some() { 0o600 } else { 0o666 })?;
    if let Some(old) = old {
        keep_permissions(file.as_file(), old)?;
    }
    file.as_file().sync_all()?;
    file.persist(target)?;
    sync(folder);
    Ok(())
}

/// A file with contents that is deleted unless it gets its name. The permissions are those that the
/// user's mask leaves.
fn filled(folder: &Path, contents: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let file = builder.tempfile_in(folder).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("no file can be made beside it, in {}: {}", folder.display(), cause(&error)),
        )
    })?;
    // The path in the errors of the other is that of a file that will be gone.
    file.as_file().write_all(contents)?;
    Ok(file)
}

/// The error of the system within one that tells the path of a file that will be gone.
fn cause(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => error.kind().to_string(),
    }
}

/// Brings the new name of a file to the disk. Not every system can do that for folders, and the
/// file is whole without it.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Where a path leads whose last part is not there: through symbolic links that lead to nothing
/// yet.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(unix)]
fn keep_permissions(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let new = file.metadata()?;
    let mut mode = old.permissions().mode() & 0o7777;
    if (new.uid(), new.gid()) != (old.uid(), old.gid())
        && fchown(file, Some(old.uid()), Some(old.gid())).is_err()
    {
        // Only the administrator may give files away; a group of the user's own can be kept all the
        // same.
        let _ = fchown(file, None, Some(old.gid()));
        mode &= 0o777;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_permissions(file: &File, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())
}

/// Standard output, if it is this file: what is printed would be lost if the file were replaced.
#[cfg(unix)]
fn stdout_on(file: &Metadata) -> Option<File> {
    use std::os::fd::AsFd;
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    let metadata = stdout.metadata().ok()?;
    (crate::same::identity(&metadata) == crate::same::identity(file)).then_some(stdout)
}

#[cfg(not(unix))]
fn stdout_on(_: &Metadata) -> Option<File> {
    None
}

fn into_stdout(mut stdout: File, contents: &[u8]) -> io::Result<()> {
    io::stdout().flush()?;
    stdout.write_all(contents)
}
