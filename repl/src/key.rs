//! `cvx key`: secret keys and their public sides. And how other commands get the key that they sign
//! with.

use crate::cli::{Key, KeyAction};
use crate::failure::Failure;
use crate::jsonl;
use crate::passphrase;
use files::read;
use node::key_file::{LIMIT, Protection, Seal, unread};
use node::key_store::{Entry, NamedKey, is_name, short_name};
use node::sign::SigningKey;
use node::{KeyError, KeyFile, KeyStore, Passphrase, seed};
use serde_json::{Map, Value as Json};
use std::path::Path;
use tools::{printable, show};
use zeroize::Zeroizing;

/// Makes, lists, shows, takes in or gives out keys.
///
/// # Errors
/// [`Failure::Key`], [`Failure::Usage`], [`Failure::Io`]; [`Failure::Program`] where a key of a
/// list cannot be used.
pub fn key(request: &Key) -> Result<(), Failure> {
    let store = KeyStore::of_user()?;
    match &request.action {
        KeyAction::New { name, unencrypted, json } => {
            new(&store, name.as_deref(), Wish::of(*unencrypted), Form::of(*json))
        }
        KeyAction::List { json } => list(&store, Form::of(*json)),
        KeyAction::Show { name, secret, json } => {
            let named = find(name)?;
            let key =
                if *secret { Some(unlock(&named.file, &format!("the key {}", named.name))?) } else { None };
            print(&named, key.as_ref(), Form::of(*json))
        }
        KeyAction::Import { file, name, unencrypted, json } => {
            import(&store, file, name.as_deref(), Wish::of(*unencrypted), Form::of(*json))
        }
        KeyAction::Export { name, out } => export(name, out.as_deref()),
    }
}

/// The key to sign with: that of a file, or of the store by its name or public key. A passphrase is
/// asked for where one is needed.
///
/// # Errors
/// [`Failure::Key`], [`Failure::Usage`]
pub fn signing_key(name_or_path: &str) -> Result<SigningKey, Failure> {
    let named = find(name_or_path)?;
    unlock(&named.file, &format!("the key {}", named.name))
}

/// A key of the store by its name or public key, or that of a file. What cannot be a name is a
/// path; where no key has a name, a file may.
fn find(name_or_path: &str) -> Result<NamedKey, KeyError> {
    let open = || {
        let path = Path::new(name_or_path);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(NamedKey { name, file: KeyFile::open(path)? })
    };
    let is_public_key = show::unhex(name_or_path).is_some_and(|bytes| bytes.len() == seed::BYTES);
    if !is_name(name_or_path) && !is_public_key {
        return open();
    }
    match KeyStore::of_user().and_then(|store| store.find(name_or_path)) {
        Err(KeyError::Unknown(_) | KeyError::NoFolder) if Path::new(name_or_path).is_file() => open(),
        found => found,
    }
}

fn unlock(file: &KeyFile, what: &str) -> Result<SigningKey, Failure> {
    let passphrase = match file.protection() {
        Protection::Encrypted => Some(passphrase::ask(what)?),
        Protection::Unencrypted | Protection::Seed => None,
    };
    Ok(file.unlock(passphrase.as_ref())?)
}

fn new(store: &KeyStore, name: Option<&str>, wish: Wish, form: Form) -> Result<(), Failure> {
    if let Some(name) = name {
        store.check_free(name)?;
    }
    let passphrase = match wish {
        Wish::Encrypted => {
            Some(passphrase::choose(&name.map_or("the key".to_owned(), |name| format!("the key {name}")))?)
        }
        Wish::Unencrypted => None,
    };
    let named = store.make(name, seal(passphrase.as_ref()))?;
    warn(&named);
    print(&named, None, form)
}

fn list(store: &KeyStore, form: Form) -> Result<(), Failure> {
    let mut all_usable = true;
    for Entry { name, file } in store.entries()? {
        match file {
            Ok(file) => print(&NamedKey { name, file }, None, form)?,
            Err(error) => {
                all_usable = false;
                print_damaged(&name, &error, form)?;
            }
        }
    }
    if all_usable { Ok(()) } else { Err(Failure::Program) }
}

fn import(store: &KeyStore, from: &Path, name: Option<&str>, wish: Wish, form: Form) -> Result<(), Failure> {
    if let Some(name) = name {
        store.check_free(name)?;
    }
    let Imported { key, passphrase } = read_key(from)?;
    let stem =
        from.file_stem().and_then(|stem| stem.to_str()).filter(|stem| is_name(stem) && *stem != read::STDIN);
    let name = name.or(stem).map_or_else(|| short_name(&key), str::to_owned);
    store.check_free(&name)?;
    let passphrase = match (wish, passphrase) {
        (Wish::Unencrypted, _) => None,
        // It keeps the passphrase that it has.
        (Wish::Encrypted, Some(old)) => Some(passphrase::new_variable().unwrap_or(old)),
        (Wish::Encrypted, None) => Some(passphrase::choose(&format!("the key {name}"))?),
    };
    let named = store.keep(&name, &key, seal(passphrase.as_ref()))?;
    warn(&named);
    print(&named, None, form)
}

/// A key from elsewhere, and the passphrase that opened it.
struct Imported {
    key: SigningKey,
    passphrase: Option<Passphrase>,
}

/// The key in a file; for `-` that on standard input, where a seed in hexadecimal will do.
fn read_key(from: &Path) -> Result<Imported, Failure> {
    let file = if from == Path::new(read::STDIN) {
        let path = Path::new("standard input");
        let bytes = read::secret(from, LIMIT).map_err(|why| unread(path, why))?;
        if let Some(key) = std::str::from_utf8(&bytes).ok().and_then(|text| seed::parse(text.trim())) {
            return Ok(Imported { key, passphrase: None });
        }
        KeyFile::parse(path, &bytes)?
    } else if !from.exists() && from.to_str().and_then(seed::parse).is_some() {
        return Err(Failure::Usage(
            "a seed is read from standard input (`cvx key import -`); others see what is an argument"
                .to_owned(),
        ));
    } else {
        KeyFile::open(from)?
    };
    let passphrase = match file.protection() {
        Protection::Encrypted => Some(passphrase::ask(&show::path(from))?),
        Protection::Unencrypted | Protection::Seed => None,
    };
    Ok(Imported { key: file.unlock(passphrase.as_ref())?, passphrase })
}

fn export(name: &str, out: Option<&Path>) -> Result<(), Failure> {
    let out = out.filter(|out| *out != Path::new(read::STDIN));
    if let Some(out) = out.filter(|out| out.symlink_metadata().is_ok()) {
        return Err(Failure::Usage(format!("there is a file {} already: choose another", show::path(out))));
    }
    let key = signing_key(name)?;
    let passphrase = passphrase::choose(&match out {
        Some(out) => show::path(out),
        None => "what is printed".to_owned(),
    })?;
    match out {
        Some(out) => Ok(Seal::Passphrase(&passphrase).write(out, &key)?),
        None => Ok(show::put(&Seal::Passphrase(&passphrase).text(&key)?)?),
    }
}

/// Whether a key is to be encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Encrypted,
    Unencrypted,
}

impl Wish {
    fn of(unencrypted: bool) -> Wish {
        if unencrypted { Wish::Unencrypted } else { Wish::Encrypted }
    }
}

fn seal(passphrase: Option<&Passphrase>) -> Seal<'_> {
    passphrase.map_or(Seal::Unencrypted, Seal::Passphrase)
}

/// Tells that a key was kept without protection.
fn warn(named: &NamedKey) {
    if named.file.protection() != Protection::Encrypted {
        show::tell(format!(
            "warning: the key {} is NOT ENCRYPTED: whoever reads {} signs for its accounts\n",
            printable::line(&named.name),
            show::path(named.file.path()),
        ));
    }
}

/// How a key is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Line,
    Json,
}

impl Form {
    fn of(json: bool) -> Form {
        if json { Form::Json } else { Form::Line }
    }
}

/// A line with name, public key and state, and a second one with the secret seed where it was asked
/// for.
fn print(named: &NamedKey, secret: Option<&SigningKey>, form: Form) -> Result<(), Failure> {
    let public = secret.map_or_else(|| named.file.public().ok(), |key| Some(key.verifying_key().to_bytes()));
    let public = public.map(|public| show::hex(&public));
    let seed = secret.map(|key| Zeroizing::new(show::hex(key.as_bytes())));
    let (state, kind) = match named.file.protection() {
        Protection::Encrypted => ("encrypted", "pem"),
        Protection::Unencrypted => ("unencrypted", "pem"),
        Protection::Seed => ("unencrypted", "seed"),
    };
    if form == Form::Json {
        let mut fields = fields(&named.name, public, state);
        fields.insert("format".to_owned(), kind.into());
        if let Some(seed) = seed {
            fields.insert("seed".to_owned(), seed.as_str().into());
        }
        return jsonl::print(&fields);
    }
    let state = match named.file.protection() {
        Protection::Encrypted => "encrypted",
        Protection::Unencrypted => "not encrypted",
        Protection::Seed => "not encrypted, in the form of earlier versions",
    };
    print_line(&named.name, public.as_deref(), state)?;
    match seed {
        Some(seed) => Ok(show::say(format!("{:<16}  {}  keep it to yourself\n", "SECRET SEED", *seed))?),
        None => Ok(()),
    }
}

fn print_damaged(name: &str, error: &KeyError, form: Form) -> Result<(), Failure> {
    let reason = printable::line(&error.to_string()).into_owned();
    if form == Form::Json {
        let mut fields = fields(name, None, "damaged");
        fields.insert("reason".to_owned(), reason.into());
        return jsonl::print(&fields);
    }
    print_line(name, None, &format!("damaged: {reason}"))
}

fn fields(name: &str, public: Option<String>, state: &str) -> Map<String, Json> {
    let public = public.map_or(Json::Null, Json::String);
    Map::from_iter([
        ("name".to_owned(), name.into()),
        ("public".to_owned(), public),
        ("state".to_owned(), state.into()),
    ])
}

fn print_line(name: &str, public: Option<&str>, state: &str) -> Result<(), Failure> {
    let public = public.unwrap_or("-");
    Ok(show::say(format!("{:<16}  {public:<64}  {state}\n", printable::line(name)))?)
}
