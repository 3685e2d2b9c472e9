//! Secret keys in a folder: one file a key, for its owner alone.
//!
//! A file is a line that says what it is and a line of 64 hexadecimal digits, the seed of an Ed25519 key. Its name
//! is that of the key with `.key` behind.

#![allow(clippy::disallowed_methods, reason = "keys are kept in files")]

use crate::sign::SigningKey;
use files::{Limit, Unread, read, write};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fmt};

/// The variable of the environment that names the folder.
pub const VARIABLE: &str = "CVX_KEYS";

const HEADER: &str = "cvx secret key 1: Ed25519 seed; who has it signs for its accounts";
const EXTENSION: &str = "key";
const MAX_NAME_BYTES: usize = 64;
/// A key file is far shorter. No option raises this.
const LIMIT: Limit = Limit { bytes: 1_000, option: "" };

/// A folder of secret keys.
#[derive(Clone, Debug)]
pub struct KeyStore {
    folder: PathBuf,
}

/// A key and its name. The secret is wiped from memory when it is dropped.
pub struct NamedKey {
    /// Its name.
    pub name: String,
    /// The pair of secret and public key.
    pub key: SigningKey,
}

/// Why a key is not to be had.
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
    /// A file that is no key; a sentence says why.
    File(PathBuf, &'static str),
    /// Others can read the file.
    Open(PathBuf),
    /// The random source of the system fails.
    Random(getrandom::Error),
    /// A file or folder cannot be used.
    Io(PathBuf, io::Error),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::NoFolder => write!(f, "there is no folder for keys: set {VARIABLE}"),
            KeyError::Name(name) => write!(
                f,
                "`{name}` is no name of a key: 1 to {MAX_NAME_BYTES} letters, digits, hyphens or underscores"
            ),
            KeyError::Exists(name) => write!(f, "there is a key `{name}` already"),
            KeyError::Unknown(name) => write!(f, "there is no key `{name}`; `cvx key list` lists them"),
            KeyError::File(path, why) => write!(f, "{} is no key: {why}", path.display()),
            KeyError::Open(path) => {
                write!(f, "others can read {path}; restrict it: chmod 600 {path}", path = path.display())
            }
            KeyError::Random(error) => write!(f, "the random source of the system fails: {error}"),
            KeyError::Io(path, error) => write!(f, "cannot use {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for KeyError {}

impl KeyStore {
    /// The keys in a folder, which need not be there yet.
    pub fn at(folder: impl Into<PathBuf>) -> KeyStore {
        KeyStore { folder: folder.into() }
    }

    /// The keys of the user: in the folder that `CVX_KEYS` names, else `cvx/keys` in that for data.
    ///
    /// # Errors
    /// [`KeyError::NoFolder`]
    pub fn of_user() -> Result<KeyStore, KeyError> {
        if let Some(folder) = env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
            return Ok(KeyStore::at(folder));
        }
        let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let data = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")));
        Ok(KeyStore::at(data.ok_or(KeyError::NoFolder)?.join("cvx/keys")))
    }

    /// The files of all keys, in the order of their names.
    ///
    /// # Errors
    /// [`KeyError::Io`]
    pub fn paths(&self) -> Result<Vec<PathBuf>, KeyError> {
        self.names()?.iter().map(|name| self.path(name)).collect()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a key from the random source of the system and keeps it. Without a name it is called by the first
    /// digits of its public key.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn make(&self, name: Option<&str>) -> Result<NamedKey, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(KeyError::Random)?;
        let key = SigningKey::from_bytes(&seed);
        let name = match name {
            Some(name) => name.to_owned(),
            None => hex(&key.verifying_key().to_bytes()).chars().take(8).collect(),
        };
        self.keep(&name, &key)?;
        Ok(NamedKey { name, key })
    }

    /// Keeps a key under a name that is free.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn keep(&self, name: &str, key: &SigningKey) -> Result<(), KeyError> {
        let path = self.path(name)?;
        private_folder(&self.folder).map_err(|error| KeyError::Io(self.folder.clone(), error))?;
        let text = format!("{HEADER}\n{}\n", hex(key.as_bytes()));
        let written = write::create_private(&path, text.as_bytes());
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => KeyError::Exists(name.to_owned()),
            _ => KeyError::Io(path, error),
        })
    }

    /// The key with a name, or with a public key in hexadecimal.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn find(&self, name: &str) -> Result<NamedKey, KeyError> {
        if name.len() == 64 && unhex(name).is_some() {
            let wanted = name.to_ascii_lowercase();
            for entry in self.names()? {
                let found = self.load(&entry)?;
                if hex(&found.key.verifying_key().to_bytes()) == wanted {
                    return Ok(found);
                }
            }
            return Err(KeyError::Unknown(name.to_owned()));
        }
        self.load(name)
    }

    /// The names of all keys, in order.
    ///
    /// # Errors
    /// [`KeyError::Io`]
    pub fn names(&self) -> Result<Vec<String>, KeyError> {
        let failed = |error| KeyError::Io(self.folder.clone(), error);
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).filter(|name| is_name(name));
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                names.extend(name.map(str::to_owned));
            }
        }
        names.sort();
        Ok(names)
    }

    fn load(&self, name: &str) -> Result<NamedKey, KeyError> {
        let path = self.path(name)?;
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeyError::Unknown(name.to_owned()));
            }
            Err(error) => return Err(KeyError::Io(path, error)),
            Ok(facts) if !is_private(&facts) => return Err(KeyError::Open(path)),
            Ok(_) => {}
        }
        let text = match read::regular(&path, None, LIMIT) {
            Ok(text) => text.text,
            Err(Unread::TooLong(_)) => return Err(KeyError::File(path, "it is too long")),
            Err(Unread::NotText(_)) => return Err(KeyError::File(path, "it is not text")),
            Err(Unread::Io(error)) => return Err(KeyError::Io(path, error)),
            Err(_) => return Err(KeyError::File(path, "it is not a regular file")),
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(KeyError::File(path, "its first line is not that of a key"));
        }
        let seed = lines.next().and_then(unhex);
        let seed = seed.ok_or(KeyError::File(path, "its second line is not 64 hexadecimal digits"))?;
        Ok(NamedKey { name: name.to_owned(), key: SigningKey::from_bytes(&seed) })
    }

    fn path(&self, name: &str) -> Result<PathBuf, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        Ok(self.folder.join(format!("{name}.{EXTENSION}")))
    }
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Makes a folder that only its owner can look into; one that is there stays as it is.
fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn is_private(facts: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    facts.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}

/// 32 bytes in lower-case hexadecimal.
fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The 32 bytes of 64 hexadecimal digits.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let bytes: Vec<u8> = digits?.chunks(2).map(|pair| pair.iter().fold(0, |n, d| n << 4 | d)).collect();
    bytes.try_into().ok().filter(|_| text.len() == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(name: &str) -> KeyStore {
        let folder = env::temp_dir().join(format!("cvx-keys-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        KeyStore::at(folder)
    }

    #[test]
    fn keys_are_kept_and_found() {
        let store = store("kept");
        assert!(store.names().is_ok_and(|names| names.is_empty()));
        let alice = store.make(Some("alice")).expect("the folder can be made");
        let other = store.make(None).expect("the folder is there");
        let public = alice.key.verifying_key().to_bytes();
        assert_ne!(public, other.key.verifying_key().to_bytes());
        for name in ["alice", &hex(&public), &hex(&public).to_uppercase()] {
            let found = store.find(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((found.name.as_str(), found.key.to_bytes()), ("alice", alice.key.to_bytes()));
        }
        assert_eq!(store.names().map(|names| names.len()).ok(), Some(2));
        assert!(matches!(store.make(Some("alice")), Err(KeyError::Exists(_))));
        assert!(matches!(store.find("bob"), Err(KeyError::Unknown(_))));
        for name in ["", "../x", "a b", "é", &"x".repeat(65)] {
            assert!(matches!(store.make(Some(name)), Err(KeyError::Name(_))), "{name}");
        }
        fs::remove_dir_all(store.folder()).expect("it was made here");
    }

    #[test]
    #[cfg(unix)]
    fn files_that_are_no_keys_are_told() {
        use std::os::unix::fs::PermissionsExt;
        let store = store("told");
        store.make(Some("a")).expect("the folder can be made");
        let path = store.folder().join("a.key");
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let good = fs::read_to_string(&path).expect("it is there");
        let long = format!("{good}{}", " ".repeat(2_000));
        for (text, why) in [
            ("", "first line"),
            (&good[..HEADER.len() + 11], "second line"),
            (&good.replace(HEADER, "x"), "first line"),
            (&long, "too long"),
        ] {
            fs::write(&path, text).expect("it is ours");
            let error = store.find("a").err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(why), "{error}");
        }
        fs::write(&path, &good).expect("it is ours");
        assert!(store.find("a").is_ok());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        assert!(matches!(store.find("a"), Err(KeyError::Open(_))));
        fs::remove_dir_all(store.folder()).expect("it was made here");
    }
}
