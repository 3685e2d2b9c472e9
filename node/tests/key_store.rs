//! Keys in a folder: kept, found and listed, whatever else lies there.

#![allow(clippy::disallowed_methods, reason = "tests write files")]

use node::key_file::{Protection, Seal};
use node::key_store::{Entry, KeyStore};
use node::{KeyError, KeyFile, Passphrase, seed};
use std::path::PathBuf;
use std::{env, fs};

const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const HEADER: &str = "cvx secret key 1: Ed25519 seed; who has it signs for its accounts";

/// A store that is deleted at the end.
struct Store(KeyStore);

impl Store {
    fn new(name: &str) -> Store {
        let folder = env::temp_dir().join(format!("cvx-keys-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Store(KeyStore::at(folder))
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.folder().join(file)
    }

    /// Writes a file as private as a key has to be.
    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::write(&path, text).expect("it is ours");
        restrict(&path, 0o600);
    }

    fn sentence(&self, name: &str) -> String {
        self.0.find(name).err().map(|error| error.to_string()).unwrap_or_default()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.folder());
    }
}

#[cfg(unix)]
fn restrict(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[cfg(not(unix))]
fn restrict(_: &std::path::Path, _: u32) {}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn keys_are_kept_and_found() {
    let Store(store) = &Store::new("kept");
    assert!(store.entries().is_ok_and(|entries| entries.is_empty()));
    let passphrase = Passphrase::new(b"open sesame".to_vec());
    let alice = store.make(Some("alice"), Seal::Passphrase(&passphrase)).expect("the folder can be made");
    let other = store.make(None, Seal::Unencrypted).expect("the folder is there");
    assert_eq!(
        (alice.file.protection(), other.file.protection()),
        (Protection::Encrypted, Protection::Unencrypted)
    );
    let public = alice.file.public().expect("it tells it");
    assert_ne!(public, other.file.public().expect("it tells it"));
    for name in ["alice", &hex(public), &hex(public).to_uppercase(), &format!("0x{}", hex(public))] {
        let found = store.find(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((found.name.as_str(), found.file.public().ok()), ("alice", Some(public)));
        let key = found.file.unlock(Some(&passphrase)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(key.verifying_key().to_bytes(), public);
        let wrong = found.file.unlock(Some(&Passphrase::new(b"open".to_vec())));
        assert!(wrong.is_err_and(|error| error.to_string().contains("passphrase does not open")));
    }
    assert!(other.file.unlock(None).is_ok());
    assert!(matches!(store.make(Some("alice"), Seal::Unencrypted), Err(KeyError::Exists(_))));
    assert!(matches!(store.find("bob"), Err(KeyError::Unknown(_))));
    assert!(matches!(store.find(SEED), Err(KeyError::UnknownPublicKey)));
    for name in ["", "../x", "a b", "é", "a.pem", &"x".repeat(65)] {
        assert!(matches!(store.make(Some(name), Seal::Unencrypted), Err(KeyError::Name(_))), "{name}");
        assert!(matches!(store.find(name), Err(KeyError::Name(_))), "{name}");
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let store = Store::new("secret");
    for name in [SEED.to_owned(), format!("0x{SEED}"), format!("{SEED}{SEED}"), format!("{SEED} ")] {
        assert!(!store.sentence(&name).contains("9d61"), "{}", store.sentence(&name));
    }
}

#[test]
fn files_of_earlier_versions_are_read_and_keep_their_names() {
    let store = Store::new("old");
    fs::create_dir_all(store.0.folder()).expect("there is room");
    store.write("old.key", &format!("{HEADER}\n{SEED}\n"));
    let old = store.0.find("old").expect("it is sound");
    assert_eq!(old.file.protection(), Protection::Seed);
    assert_eq!(old.file.unlock(None).map(|key| hex(key.to_bytes())).ok().as_deref(), Some(SEED));
    let key = seed::parse(SEED).expect("64 digits");
    assert!(matches!(store.0.keep("old", &key, Seal::Unencrypted), Err(KeyError::Exists(_))));
    store.0.keep("new", &key, Seal::Unencrypted).expect("the name is free");
    fs::rename(store.path("new.pem"), store.path("old.pem")).expect("it is ours");
    assert!(matches!(store.0.find("old"), Err(KeyError::Twice(_))));
    assert_eq!(store.0.entries().map(|entries| entries.len()).ok(), Some(2));
}

#[test]
#[cfg(unix)]
fn files_that_are_no_keys_are_told_and_hide_nothing() {
    let store = Store::new("told");
    let good = store.0.make(Some("m"), Seal::Unencrypted).expect("the folder can be made");
    let public = hex(good.file.public().expect("it tells it"));
    let text = fs::read_to_string(store.path("m.pem")).expect("it is there");
    store.write("empty.pem", "");
    store.write("half.pem", &text[..text.len() - 40]);
    store.write("long.pem", &(text.clone() + &"x".repeat(20_000)));
    store.write("other.pem", "hello");
    store.write("not a name.pem", &text);
    store.write("seed.key", &format!("{HEADER}\n{}\n", &SEED[1..]));
    store.write("head.key", SEED);
    store.write("open.pem", &text);
    restrict(&store.path("open.pem"), 0o644);
    fs::write(store.path("bytes.pem"), [0xff, 0xfe]).expect("it is ours");
    restrict(&store.path("bytes.pem"), 0o600);
    fs::create_dir(store.path("folder.pem")).expect("there is room");
    std::os::unix::fs::symlink("/dev/zero", store.path("zero.pem")).expect("there are links");
    std::os::unix::fs::symlink("/no/such/file", store.path("nowhere.pem")).expect("there are links");
    for (name, why) in [
        ("empty", "it is empty"),
        ("half", "damaged"),
        ("long", "too long"),
        ("other", "no PEM block"),
        ("seed", "second line"),
        ("head", "no PEM block"),
        ("open", "chmod 600"),
        ("bytes", "not text"),
        ("folder", "not a regular file"),
        ("zero", "not a regular file"),
        ("nowhere", "no key `nowhere`"),
    ] {
        let sentence = store.sentence(name);
        assert!(sentence.contains(why) && !sentence.contains('\n'), "{name}: {sentence}");
        assert!(!sentence.contains(&SEED[1..9]), "{name}: {sentence}");
    }
    let entries = store.0.entries().expect("the folder can be read");
    let usable: Vec<&Entry> = entries.iter().filter(|entry| entry.file.is_ok()).collect();
    assert_eq!((entries.len(), usable.len(), usable[0].name.as_str()), (13, 1, "m"));
    assert_eq!(store.0.find(&public).map(|found| found.name).ok().as_deref(), Some("m"));
}

#[test]
#[cfg(unix)]
fn files_elsewhere_may_be_open_only_when_encrypted() {
    let store = Store::new("elsewhere");
    let passphrase = Passphrase::new(b"open sesame".to_vec());
    store.0.make(Some("a"), Seal::Passphrase(&passphrase)).expect("the folder can be made");
    store.0.make(Some("b"), Seal::Unencrypted).expect("the folder is there");
    for (file, taken) in [("a.pem", true), ("b.pem", false)] {
        let path = store.path(file);
        assert!(KeyFile::open(&path).is_ok(), "{file}");
        restrict(&path, 0o644);
        assert_eq!(KeyFile::open(&path).is_ok(), taken, "{file}");
        assert!(matches!(KeyFile::open_private(&path), Err(KeyError::Open(_))), "{file}");
    }
    let text = fs::read_to_string(store.path("a.pem")).expect("it is there");
    let untold = text.split_once('\n').expect("it has lines").1;
    store.write("a.pem", untold);
    let file = KeyFile::open(&store.path("a.pem")).expect("it is sound");
    assert!(matches!(file.public(), Err(KeyError::NoPublicKey(_))));
    assert!(file.unlock(Some(&passphrase)).is_ok());
}
