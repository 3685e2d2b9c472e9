//! Why keys cannot be used.

use crate::key_store::{MAX_NAME_BYTES, VARIABLE};
use crate::pem::{ENCRYPTED, MAX_ROUNDS, UNENCRYPTED, Unwritten};
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
                    "{shown} is not a name of a key: 1 to {MAX_NAME_BYTES} letters, digits, hyphens or \
                     underscores"
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
                "{path} is encrypted and does not tell its public key; `cvx key import {path}` keeps it \
                 with that",
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

/// Why a text is not a key, or does not give it. Nothing in here is secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// There is nothing in it.
    Empty,
    /// It is neither PEM nor a file of earlier versions.
    Unknown,
    /// It is not UTF-8.
    NotText,
    /// It is longer than any key.
    TooLong,
    /// It is a folder, a device or something else that is not a file.
    NotAFile,
    /// A file of earlier versions whose second line is not a seed.
    Seed,
    /// PEM of something else, which is named.
    Label(String),
    /// PEM whose block does not decode.
    Damaged,
    /// It is encrypted by a method that is not read, which is named.
    Method(String),
    /// PBKDF2 with no rounds or with too many.
    Rounds(u32),
    /// It is a key of another kind than Ed25519.
    NotEd25519,
    /// The public key that it tells is not that of the key.
    PublicKey,
    /// It is encrypted, and no passphrase was given.
    Locked,
    /// The passphrase does not open it.
    Passphrase,
}

impl fmt::Display for Flaw {
    /// The end of a sentence that begins with `FILE is not a usable key: `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Empty => f.write_str("it is empty"),
            Flaw::Unknown => {
                write!(f, "it has no PEM block `{ENCRYPTED}` or `{UNENCRYPTED}`")
            }
            Flaw::NotText => f.write_str("it is not text"),
            Flaw::TooLong => f.write_str("it is too long"),
            Flaw::NotAFile => f.write_str("it is not a regular file"),
            Flaw::Seed => f.write_str("its second line is not 64 hexadecimal digits"),
            Flaw::Label(label) => write!(
                f,
                "its PEM block is `{label}`, not `{ENCRYPTED}` or `{UNENCRYPTED}`; `openssl pkcs8 -topk8` \
                 converts keys"
            ),
            Flaw::Damaged => f.write_str("its PEM block is damaged, or of a form that is not read"),
            Flaw::Method(method) => write!(
                f,
                "it is encrypted by {method}, not by PBES2 with PBKDF2 and AES; `openssl pkcs8 -topk8 \
                 -v2 aes-256-cbc` encrypts a key anew"
            ),
            Flaw::Rounds(rounds) => {
                write!(f, "its passphrase takes {rounds} rounds of PBKDF2, and 1 to {MAX_ROUNDS} are read")
            }
            Flaw::NotEd25519 => f.write_str("it is a key of another kind than Ed25519"),
            Flaw::PublicKey => f.write_str("the public key that it tells is not that of the key"),
            Flaw::Locked => f.write_str("it is encrypted, and no passphrase was given"),
            Flaw::Passphrase => f.write_str("the passphrase does not open it, or it is damaged"),
        }
    }
}

impl std::error::Error for Flaw {}
