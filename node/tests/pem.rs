//! Keys as text: what OpenSSL, the Python SDK and this crate write, and what is no usable key.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

use node::key_error::Flaw;
use node::pem::{Pem, encrypted, unencrypted};
use node::sign::SigningKey;
use node::{Passphrase, seed};
use std::io::Write;
use std::process::{Command, Stdio};
use std::{fs, io};

/// The first key of RFC 8032, section 7.1.
const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PASSPHRASE: &str = "correct horse ☂";

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.as_bytes().to_vec())
}

fn key() -> SigningKey {
    seed::parse(SEED).expect("64 digits")
}

fn opened(text: &str, with: Option<&str>) -> Result<[u8; 32], Flaw> {
    Pem::parse(text)?.unlock(with.map(passphrase).as_ref()).map(|key| key.to_bytes())
}

#[test]
fn what_other_programs_write_is_read() {
    for name in [
        "sha512-aes256",
        "sha384-aes256",
        "sha256-aes256",
        "sha224-aes192",
        "sha1-aes128",
        "python-sdk",
        "unencrypted",
        "version-2",
    ] {
        let text = fixture(name);
        assert_eq!(opened(&text, Some(PASSPHRASE)), Ok(key().to_bytes()), "{name}");
        let around =
            format!("Bag Attributes\n    friendlyName: x\n{}\n\ntext behind\n", text.replace('\n', "\r\n"));
        assert_eq!(opened(&around, Some(PASSPHRASE)), Ok(key().to_bytes()), "{name}");
        if Pem::parse(&text).is_ok_and(|pem| pem.is_encrypted()) {
            assert_eq!(opened(&text, None), Err(Flaw::Locked), "{name}");
            for wrong in ["", "correct horse", "Correct horse ☂"] {
                assert_eq!(opened(&text, Some(wrong)), Err(Flaw::Passphrase), "{name}");
            }
        }
    }
    assert!(opened(&fixture("genpkey"), Some(PASSPHRASE)).is_ok());
}

#[test]
fn a_wrong_passphrase_never_opens() {
    // By chance one in 256 gives bytes that look padded.
    let pem = Pem::parse(&fixture("sha256-aes256")).expect("it is sound");
    for i in 0..1_000 {
        assert_eq!(pem.unlock(Some(&passphrase(&i.to_string()))).err(), Some(Flaw::Passphrase), "{i}");
    }
}

#[test]
fn what_is_written_is_read() {
    let text = encrypted(&key(), &passphrase(PASSPHRASE)).expect("the system has random bytes");
    let again = encrypted(&key(), &passphrase(PASSPHRASE)).expect("the system has random bytes");
    assert_ne!(*text, *again, "each has a salt of its own");
    let pem = Pem::parse(&text).expect("it is sound");
    assert!(pem.is_encrypted());
    assert_eq!(pem.public, Some(key().verifying_key().to_bytes()));
    assert_eq!(opened(&text, Some(PASSPHRASE)), Ok(key().to_bytes()));
    let plain = unencrypted(&key()).expect("nothing can fail");
    assert_eq!(plain.split_once('\n').map(|(_, block)| block), Some(fixture("unencrypted").as_str()));
    assert_eq!(opened(&plain, None), Ok(key().to_bytes()));
}

#[test]
fn a_public_key_that_is_not_that_of_the_key_is_told() {
    for (text, with) in [
        (encrypted(&key(), &passphrase("x")).expect("the system has random bytes"), Some("x")),
        (unencrypted(&key()).expect("nothing can fail"), None),
    ] {
        let other = text.replacen("0xd75a", "0xd75b", 1);
        assert_ne!(other, *text);
        assert_eq!(opened(&other, with), Err(Flaw::PublicKey));
    }
    assert_eq!(opened(&fixture("wrong-public-key"), None), Err(Flaw::PublicKey));
}

#[test]
fn texts_that_are_no_usable_keys_are_told() {
    let (good, plain) = (fixture("sha512-aes256"), fixture("unencrypted"));
    let method = |text: &str| matches!(Pem::parse(text), Err(Flaw::Method(_)));
    for name in ["des3", "pbes1", "rc2", "scrypt"] {
        assert!(method(&fixture(name)), "{name}: {:?}", Pem::parse(&fixture(name)).err());
    }
    let middle = good.len() / 2;
    for (text, flaw) in [
        (String::new(), Flaw::Empty),
        (" \n".to_owned(), Flaw::Empty),
        ("hello".to_owned(), Flaw::Unknown),
        (fixture("ec"), Flaw::Label("EC PRIVATE KEY".to_owned())),
        (plain.replace("PRIVATE", "PUBLIC"), Flaw::Label("PUBLIC KEY".to_owned())),
        (plain.replace("PRIVATE KEY", SEED), Flaw::Damaged),
        (plain.replace(" PRIVATE", " ENCRYPTED PRIVATE"), Flaw::Damaged),
        (good.replace("ENCRYPTED ", ""), Flaw::Damaged),
        (good[..middle].to_owned(), Flaw::Damaged),
        (good.replace("-----END", "----END"), Flaw::Damaged),
        (good.replacen('M', "?", 1), Flaw::Damaged),
        (plain.replacen("MC4C", "MC4D", 1), Flaw::Damaged),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n".to_owned(), Flaw::Damaged),
        (fixture("x25519"), Flaw::NotEd25519),
    ] {
        assert_eq!(Pem::parse(&text).err(), Some(flaw), "{text}");
    }
    assert_eq!(opened(&fixture("x25519-encrypted"), Some(PASSPHRASE)), Err(Flaw::NotEd25519));
}

#[test]
fn no_change_of_a_byte_gives_another_key() {
    // Who can write the file could change bytes of the seed unseen, but for the public key before
    // the block.
    let head = "Public-Key: 0xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n";
    let text = head.to_owned() + &fixture("sha1-aes128");
    let mut kept = 0;
    for i in 0..text.len() {
        for byte in [b'A', b'/', b'9', b'-', b'\n', b' ', 0] {
            let mut bytes = text.clone().into_bytes();
            bytes[i] = byte;
            if let Ok(seed) = opened(&String::from_utf8_lossy(&bytes), Some(PASSPHRASE)) {
                assert_eq!(seed, key().to_bytes(), "{byte} at {i}");
                kept += 1;
            }
        }
    }
    assert!(kept > 0);
}

#[test]
fn what_takes_any_time_is_refused_at_once() {
    for rounds in [0, 10_000_001, i32::MAX as u32, u32::MAX] {
        let text = fixture(&format!("rounds-{rounds}"));
        assert_eq!(Pem::parse(&text).err(), Some(Flaw::Rounds(rounds)));
    }
    assert_eq!(Pem::parse(&fixture("long-salt")).err(), Some(Flaw::Damaged));
}

/// What `openssl` prints; `None` where there is none.
fn openssl(args: &[&str], input: &str) -> Option<String> {
    let mut command = Command::new("openssl");
    command.args(args).env("PASSPHRASE", PASSPHRASE);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            eprintln!("skipped: there is no openssl");
            return None;
        }
        child => child.expect("openssl starts"),
    };
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("openssl reads");
    let output = child.wait_with_output().expect("openssl ends");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn openssl_reads_what_is_written() {
    for text in [
        encrypted(&key(), &passphrase(PASSPHRASE)).expect("the system has random bytes"),
        unencrypted(&key()).expect("nothing can fail"),
    ] {
        // The environment holds the passphrase, since arguments are seen by all.
        let Some(out) = openssl(&["pkey", "-passin", "env:PASSPHRASE"], &text) else { return };
        assert_eq!(out, fixture("unencrypted"));
    }
    let text = encrypted(&key(), &passphrase(PASSPHRASE)).expect("the system has random bytes");
    let Some(parts) = openssl(&["asn1parse"], &text) else { return };
    // 220,000 is 35B60.
    for part in ["PBES2", "PBKDF2", ":035B60", "hmacWithSHA512", "aes-256-cbc"] {
        assert!(parts.contains(part), "{part}: {parts}");
    }
}

#[test]
fn what_openssl_makes_now_is_read() {
    let iterations = ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512", "-iter", "220000"];
    let args = [&["pkcs8", "-topk8", "-passout", "env:PASSPHRASE"][..], &iterations].concat();
    let Some(text) = openssl(&args, &fixture("unencrypted")) else { return };
    assert_eq!(opened(&text, Some(PASSPHRASE)), Ok(key().to_bytes()));
}
