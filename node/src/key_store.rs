//! Secret keys in a folder: one file a key, for its owner alone.
//!
//! The name of a file is that of the key with `.pem` behind, or with `.key` where an earlier
//! version wrote it.

use crate::key_error::KeyError;
use crate::key_file::{KeyFile, Seal, is_absent};
use crate::seed::{self, unhex};
use crate::sign::SigningKey;
use lang::hex;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The variable of the environment that names the folder.
pub const VARIABLE: &str = "CVX_KEYS";
/// How long a name is at most.
pub const MAX_NAME_BYTES: usize = 64;

/// What the files of keys end in: those that are written, and those that only earlier versions
/// wrote.
const EXTENSIONS: [&str; 2] = ["pem", "key"];

/// A folder of secret keys.
#[derive(Clone, Debug)]
pub struct KeyStore {
    folder: PathBuf,
}

/// A key of a store by its name.
#[derive(Debug)]
pub struct NamedKey {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: KeyFile,
}

/// What a store holds under a name: a key, or why it cannot be used.
#[derive(Debug)]
pub struct Entry {
    /// The name.
    pub name: String,
    /// The key.
    pub file: Result<KeyFile, KeyError>,
}

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

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files of all keys, usable or not, in the order of their names.
    ///
    /// # Errors
    /// [`KeyError::Io`]
    pub fn paths(&self) -> Result<Vec<PathBuf>, KeyError> {
        let failed = |error| KeyError::Io(self.folder.clone(), error);
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if EXTENSIONS.iter().any(|known| path.extension().is_some_and(|extension| extension == *known)) {
                paths.push(path);
            }
        }
        paths.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
        Ok(paths)
    }

    /// What the store holds, in the order of names. A file that cannot be used is an entry like the
    /// others.
    ///
    /// # Errors
    /// [`KeyError::Io`] when the folder cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, KeyError> {
        Ok(self.paths()?.iter().map(|path| self.entry(path)).collect())
    }

    /// Makes a key from the random source of the system and keeps it. Without a name it is called
    /// by the first digits of its public key.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn make(&self, name: Option<&str>, seal: Seal) -> Result<NamedKey, KeyError> {
        let key = seed::random().map_err(KeyError::Random)?;
        let name = name.map_or_else(|| short_name(&key), str::to_owned);
        self.keep(&name, &key, seal)
    }

    /// Keeps a key under a name that is free.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn keep(&self, name: &str, key: &SigningKey, seal: Seal) -> Result<NamedKey, KeyError> {
        self.check_free(name)?;
        private_folder(&self.folder).map_err(|error| KeyError::Io(self.folder.clone(), error))?;
        let path = self.path(name, EXTENSIONS[0]);
        seal.write(&path, key).map_err(|error| match error {
            KeyError::Io(_, error) if error.kind() == io::ErrorKind::AlreadyExists => {
                KeyError::Exists(name.to_owned())
            }
            error => error,
        })?;
        self.load(name)
    }

    /// Whether a key can have this name, and none has it.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::Exists`]
    pub fn check_free(&self, name: &str) -> Result<(), KeyError> {
        match self.files_of(name)?.is_empty() {
            true => Ok(()),
            false => Err(KeyError::Exists(name.to_owned())),
        }
    }

    /// The key with a name, or with a public key in hexadecimal. Files that cannot be used do not
    /// hide it.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn find(&self, name: &str) -> Result<NamedKey, KeyError> {
        let Some(wanted) = unhex(name) else { return self.load(name) };
        for Entry { name, file } in self.entries()? {
            if let Ok(file) = file
                && file.public().is_ok_and(|public| public == *wanted)
            {
                return Ok(NamedKey { name, file });
            }
        }
        Err(KeyError::UnknownPublicKey)
    }

    fn load(&self, name: &str) -> Result<NamedKey, KeyError> {
        match self.files_of(name)?.as_slice() {
            [] => Err(KeyError::Unknown(name.to_owned())),
            [path] => match KeyFile::open_private(path) {
                Err(error) if is_absent(&error) => Err(KeyError::Unknown(name.to_owned())),
                file => Ok(NamedKey { name: name.to_owned(), file: file? }),
            },
            _ => Err(KeyError::Twice(name.to_owned())),
        }
    }

    fn entry(&self, path: &Path) -> Entry {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file = match self.files_of(&name) {
            Ok(files) if files.len() > 1 => Err(KeyError::Twice(name.clone())),
            Ok(_) => KeyFile::open_private(path),
            Err(error) => Err(error),
        };
        Entry { name, file }
    }

    /// The files that are there under a name, whatever they are.
    fn files_of(&self, name: &str) -> Result<Vec<PathBuf>, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let paths = EXTENSIONS.iter().map(|extension| self.path(name, extension));
        // Also a link that leads nowhere takes its name.
        Ok(paths.filter(|path| fs::symlink_metadata(path).is_ok()).collect())
    }

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }
}

/// A name for a key that was given none: the first digits of its public key.
pub fn short_name(key: &SigningKey) -> String {
    hex::encode(&key.verifying_key().to_bytes()).chars().take(8).collect()
}

/// Whether a key can have this name.
pub fn is_name(name: &str) -> bool {
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
