//! Why keys cannot be used.

use crate::key_store::{MAX_NAME_BYTES, VARIABLE};
use crate::pem::{Flaw, Unwritten};
use std::path::PathBuf;
use std::{fmt, io};

/// Why a key cannot be used. No sentence tells a secret.
#[derive(Debug)]
pub enum KeyError {
    /// There is no folder: neither `CVX_KEYS` nor a home.
    NoFolder,
    /// A name that no key can have.
    Name(String),
    /// There is such a key already.
    Exists(String),
    /// There is no such key.
    Unknown(String),
    /// No key has the public key that was given.
    UnknownPublicKey,
    /// Two files have this name.
    Twice(String),
    /// A file that is not a usable key.
    File(PathBuf, Flaw),
    /// Others can read the file.
    Open(PathBuf),
    /// An encrypted file does not tell its public key.
    NoPublicKey(PathBuf),
    /// The random source of the system fails.
    Random(getrandom::Error),
    /// A key cannot be encrypted.
    Encoding(String),
    /// A file or folder cannot be used.
    Io(PathBuf, io::Error),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::NoFolder => write!(f, "there is no folder for keys: set {VARIABLE}"),
            KeyError::Name(name) => {
                // What is longer may be a secret that was put into the wrong place.
                let shown = if name.len() < MAX_NAME_BYTES { format!("`{name}`") } else { "this".to_owned() };
                write!(
                    f,
                    "{shown} is not a name of a key: 1 to {MAX_NAME_BYTES} letters, digits, hyphens or underscores"
                )
            }
            KeyError::Exists(name) => write!(f, "there is a key `{name}` already"),
            KeyError::Unknown(name) => write!(f, "there is no key `{name}`; `cvx key list` lists them"),
            KeyError::UnknownPublicKey => {
                f.write_str("there is no key with this public key; `cvx key list` lists them")
            }
            KeyError::Twice(name) => {
                write!(f, "two files are the key `{name}`, `{name}.pem` and `{name}.key`: rename one")
            }
            KeyError::File(path, flaw) => write!(f, "{} is not a usable key: {flaw}", path.display()),
            KeyError::Open(path) => {
                write!(f, "others can read {path}; restrict it: chmod 600 {path}", path = path.display())
            }
            KeyError::NoPublicKey(path) => write!(
                f,
                "{path} is encrypted and does not tell its public key; `cvx key import {path}` keeps it with that",
                path = path.display()
            ),
            KeyError::Random(error) => write!(f, "the random source of the system fails: {error}"),
            KeyError::Encoding(why) => write!(f, "the key cannot be encrypted: {why}"),
            KeyError::Io(path, error) => write!(f, "cannot use {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for KeyError {}

impl From<Unwritten> for KeyError {
    fn from(unwritten: Unwritten) -> KeyError {
        match unwritten {
            Unwritten::Random(error) => KeyError::Random(error),
            Unwritten::Encoding(error) => KeyError::Encoding(error.to_string()),
        }
    }
}
