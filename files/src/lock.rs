//! One program at a time: a lock beside a file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A file that no other program works with until this is dropped. The system takes the lock back
/// however the program ends.
pub struct Lock {
    path: PathBuf,
    _held: File,
}

impl Lock {
    /// Locks a file, which need not be there, by one beside it; `None` while another program holds
    /// the lock.
    ///
    /// # Errors
    /// When the file beside it cannot be made or locked.
    pub fn try_hold(file: &Path) -> io::Result<Option<Lock>> {
        let mut name = file.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let held = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        match held.try_lock() {
            Ok(()) => Ok(Some(Lock { path, _held: held })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where it stays, the next program locks it all the same.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_it_leaves_nothing() {
        let file = std::env::temp_dir().join(format!("cvx-lock-{}", std::process::id()));
        let held = Lock::try_hold(&file).expect("there is room");
        assert!(held.is_some());
        assert!(Lock::try_hold(&file).is_ok_and(|second| second.is_none()));
        drop(held);
        assert!(Lock::try_hold(&file).is_ok_and(|third| third.is_some()));
        assert!(!file.with_extension("lock").exists());
    }
}
