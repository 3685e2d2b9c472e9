//! A secret key in a file: PEM, or the form of earlier versions, which is read but no longer
//! written.
//!
//! The earlier form is a line that says what it is and a line of 64 hexadecimal digits, the seed of
//! an Ed25519 key.

use crate::key_error::{Flaw, KeyError};
use crate::passphrase::Passphrase;
use crate::pem::{self, Pem};
use crate::seed;
use crate::sign::SigningKey;
use files::{Limit, Unread, read, write};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const HEADER: &str = "cvx secret key 1: Ed25519 seed; who has it signs for its accounts";
/// A key file is far shorter. No option raises this.
pub const LIMIT: Limit = Limit { bytes: 8_000, option: "" };

/// A file of a key, read but not opened. What is secret in it is wiped when it is dropped.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Pem(Pem),
    Seed(SigningKey),
}

/// How a file keeps its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    /// PEM that a passphrase opens.
    Encrypted,
    /// PEM that anybody reads.
    Unencrypted,
    /// The form of earlier versions, which anybody reads.
    Seed,
}

/// How a key is to be kept.
#[derive(Clone, Copy, Debug)]
pub enum Seal<'a> {
    /// Encrypted, so that this passphrase opens it.
    Passphrase(&'a Passphrase),
    /// Not encrypted.
    Unencrypted,
}

impl Seal<'_> {
    /// A key as PEM text.
    ///
    /// # Errors
    /// [`KeyError::Random`], [`KeyError::Encoding`]
    pub fn text(self, key: &SigningKey) -> Result<Zeroizing<String>, KeyError> {
        Ok(match self {
            Seal::Passphrase(passphrase) => pem::encrypted(key, passphrase)?,
            Seal::Unencrypted => pem::unencrypted(key)?,
        })
    }

    /// Writes a key to a new file that only its owner can read.
    ///
    /// # Errors
    /// [`KeyError::Io`] when it cannot be made, also when there is such a file.
    pub fn write(self, path: &Path, key: &SigningKey) -> Result<(), KeyError> {
        let text = self.text(key)?;
        write::create_private(path, text.as_bytes()).map_err(|error| KeyError::Io(path.to_owned(), error))
    }
}

impl KeyFile {
    /// The key in a file or pipe anywhere. Others may be able to read it only where it is
    /// encrypted, as other programs write it.
    ///
    /// # Errors
    /// [`KeyError::Io`], [`KeyError::File`], [`KeyError::Open`]
    pub fn open(path: &Path) -> Result<KeyFile, KeyError> {
        let file = KeyFile::parse(path, &read::secret(path, LIMIT).map_err(|why| unread(path, why))?)?;
        match fs::metadata(path) {
            Ok(facts) if file.protection() != Protection::Encrypted && !is_private(&facts) => {
                Err(KeyError::Open(path.to_owned()))
            }
            _ => Ok(file),
        }
    }

    /// The key in a regular file that only its owner can read, as those of a store have to be.
    ///
    /// # Errors
    /// [`KeyError::Io`], [`KeyError::File`], [`KeyError::Open`]
    pub fn open_private(path: &Path) -> Result<KeyFile, KeyError> {
        let facts = fs::metadata(path).map_err(|error| KeyError::Io(path.to_owned(), error))?;
        match facts.is_file() {
            false => Err(KeyError::File(path.to_owned(), Flaw::NotAFile)),
            true if !is_private(&facts) => Err(KeyError::Open(path.to_owned())),
            true => KeyFile::open(path),
        }
    }

    /// The key in the bytes of a file.
    ///
    /// # Errors
    /// [`KeyError::File`]
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<KeyFile, KeyError> {
        let form = form(bytes).map_err(|flaw| KeyError::File(path.to_owned(), flaw))?;
        Ok(KeyFile { path: path.to_owned(), form })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it keeps its key.
    pub fn protection(&self) -> Protection {
        match &self.form {
            Form::Pem(pem) if pem.is_encrypted() => Protection::Encrypted,
            Form::Pem(_) => Protection::Unencrypted,
            Form::Seed(_) => Protection::Seed,
        }
    }

    /// The public key. Where the file is encrypted it is what the file tells, and
    /// [`KeyFile::unlock`] shows whether it is true.
    ///
    /// # Errors
    /// [`KeyError::NoPublicKey`] when it is encrypted and does not tell it.
    pub fn public(&self) -> Result<[u8; seed::BYTES], KeyError> {
        match &self.form {
            Form::Pem(pem) => pem.public.ok_or_else(|| KeyError::NoPublicKey(self.path.clone())),
            Form::Seed(key) => Ok(key.verifying_key().to_bytes()),
        }
    }

    /// The key, by its passphrase where it is encrypted.
    ///
    /// # Errors
    /// [`KeyError::File`] when the passphrase is missing or does not open it, or the public key is
    /// not as told.
    pub fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<SigningKey, KeyError> {
        match &self.form {
            Form::Pem(pem) => pem.unlock(passphrase).map_err(|flaw| KeyError::File(self.path.clone(), flaw)),
            Form::Seed(key) => Ok(key.clone()),
        }
    }
}

fn form(bytes: &[u8]) -> Result<Form, Flaw> {
    let text = std::str::from_utf8(bytes).map_err(|_| Flaw::NotText)?;
    let mut lines = text.lines();
    if lines.next() == Some(HEADER) {
        return lines.next().and_then(seed::parse).map(Form::Seed).ok_or(Flaw::Seed);
    }
    Pem::parse(text).map(Form::Pem)
}

/// Why a file is not read, as the error of a key.
pub fn unread(path: &Path, why: Unread) -> KeyError {
    let flaw = match why {
        Unread::Io(error) => return KeyError::Io(path.to_owned(), error),
        Unread::TooLong(_) => Flaw::TooLong,
        Unread::NotText(_) => Flaw::NotText,
        Unread::Folder | Unread::Device | Unread::NotRegular | Unread::Outside(_) => Flaw::NotAFile,
    };
    KeyError::File(path.to_owned(), flaw)
}

#[cfg(unix)]
fn is_private(facts: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    // A pipe is read by this process alone, whatever its permissions are.
    !facts.is_file() || facts.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}

/// Whether there is no such file.
pub(crate) fn is_absent(error: &KeyError) -> bool {
    matches!(error, KeyError::Io(_, error) if error.kind() == io::ErrorKind::NotFound)
}
