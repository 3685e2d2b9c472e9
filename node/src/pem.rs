//! Secret keys as text: PEM (RFC 7468) of PKCS#8 (RFC 5958, RFC 8410), encrypted by a passphrase
//! (PBES2, RFC 8018) or not, as OpenSSL 3 and the Python SDK of Convex read and write it.
//!
//! What is written is encrypted with AES-256-CBC by a key of PBKDF2 with HMAC-SHA512, 220,000
//! rounds and a salt of 16 bytes. What is read may use any hash that PBKDF2 has there (SHA-1,
//! SHA-224 to SHA-512) and any AES. Before the block stands the public key, on a line that other
//! programs skip, so that a key can be named without its passphrase:
//!
//! ```text
//! Public-Key: 0x8a88…
//! -----BEGIN ENCRYPTED PRIVATE KEY-----
//! ```
//!
//! Seeds and what is decrypted are wiped from memory. The key of AES is not: it stays where the
//! library `pkcs5` had it on its stack, until that is used again.

use crate::key_error::Flaw;
use crate::passphrase::Passphrase;
use crate::seed::{self, unhex};
use crate::sign::SigningKey;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode, ErrorKind, pem};
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, PBES2_OID, Parameters, Pbkdf2Params, Pbkdf2Prf, Salt};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoOwned, LineEnding, ObjectIdentifier, PrivateKeyInfoRef,
    SecretDocument,
};
use zeroize::Zeroizing;

/// The rounds of PBKDF2 that are written.
pub const ROUNDS: u32 = 220_000;
/// The rounds that are read at most: some seconds of work.
pub const MAX_ROUNDS: u32 = 10_000_000;

const _: () = assert!(ROUNDS <= MAX_ROUNDS);

/// `id-Ed25519` of RFC 8410.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
pub(crate) const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
pub(crate) const UNENCRYPTED: &str = "PRIVATE KEY";
const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";
const PUBLIC_KEY: &str = "Public-Key:";
/// The salt of PBKDF2 and the first block of CBC.
const RANDOM_BYTES: usize = 16;
/// The tag of an octet string and its length: what stands before a seed in a document.
const SEED_HEAD: [u8; 2] = [0x04, seed::BYTES as u8];

/// A key as it stands in a PEM text.
#[derive(Debug)]
pub struct Pem {
    /// The public key that the text tells. Only [`Pem::unlock`] shows whether it is that of the
    /// key.
    pub public: Option<[u8; seed::BYTES]>,
    block: Block,
}

/// What the block holds. The secret key is wiped when it is dropped.
#[derive(Debug)]
enum Block {
    Unencrypted(Box<SigningKey>),
    Encrypted(Box<EncryptedPrivateKeyInfoOwned>),
}

/// Why a key cannot be written as text.
#[derive(Debug)]
pub enum Unwritten {
    /// The random source of the system fails.
    Random(getrandom::Error),
    /// The library refuses.
    Encoding(pkcs8::Error),
}

impl From<pkcs8::Error> for Unwritten {
    fn from(error: pkcs8::Error) -> Unwritten {
        Unwritten::Encoding(error)
    }
}

impl From<der::Error> for Unwritten {
    fn from(error: der::Error) -> Unwritten {
        Unwritten::Encoding(error.into())
    }
}

impl Pem {
    /// Reads a text, whose first block of a private key counts. An encrypted one stays so.
    ///
    /// # Errors
    /// [`Flaw`]
    pub fn parse(text: &str) -> Result<Pem, Flaw> {
        let (preamble, label, block) = split(text)?;
        let document = decode(block)?;
        let block = match label {
            ENCRYPTED => Block::Encrypted(Box::new(encrypted_info(&document)?)),
            _ => Block::Unencrypted(Box::new(key_of(&document)?)),
        };
        let told = preamble.lines().filter_map(|line| line.strip_prefix(PUBLIC_KEY)).next_back();
        let public = told.and_then(|digits| unhex(digits.trim())).map(|bytes| *bytes);
        let public = match &block {
            Block::Unencrypted(key) => {
                check(public, key)?;
                Some(key.verifying_key().to_bytes())
            }
            Block::Encrypted(_) => public,
        };
        Ok(Pem { public, block })
    }

    /// Whether a passphrase is needed.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.block, Block::Encrypted(_))
    }

    /// The key, by its passphrase where it is encrypted.
    ///
    /// # Errors
    /// [`Flaw::Locked`], [`Flaw::Passphrase`], [`Flaw::NotEd25519`], [`Flaw::PublicKey`]
    pub fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<SigningKey, Flaw> {
        match (&self.block, passphrase) {
            (Block::Unencrypted(key), _) => Ok(SigningKey::clone(key)),
            (Block::Encrypted(_), None) => Err(Flaw::Locked),
            (Block::Encrypted(info), Some(passphrase)) => {
                let key = decrypt(info, passphrase)?;
                check(self.public, &key)?;
                Ok(key)
            }
        }
    }
}

/// The text of a key that a passphrase opens.
///
/// # Errors
/// [`Unwritten`]
pub fn encrypted(key: &SigningKey, passphrase: &Passphrase) -> Result<Zeroizing<String>, Unwritten> {
    let salt: [u8; RANDOM_BYTES] = random()?;
    let kdf = Kdf::Pbkdf2(Pbkdf2Params {
        salt: Salt::new(salt)?,
        iteration_count: ROUNDS,
        key_length: None,
        prf: Pbkdf2Prf::HmacWithSha512,
    });
    let parameters = Parameters { kdf, encryption: EncryptionScheme::Aes256Cbc { iv: random()? } };
    let seed = octets(key);
    text(key, ENCRYPTED, &info(seed.as_slice())?.encrypt_with_params(parameters, passphrase.bytes())?)
}

/// The text of a key that nothing protects.
///
/// # Errors
/// [`Unwritten::Encoding`]
pub fn unencrypted(key: &SigningKey) -> Result<Zeroizing<String>, Unwritten> {
    let seed = octets(key);
    text(key, UNENCRYPTED, &SecretDocument::encode_msg(&info(seed.as_slice())?)?)
}

/// What stands before the first block of a private key, the label of that block, and the block with
/// its boundaries.
fn split(text: &str) -> Result<(&str, &str, &str), Flaw> {
    let mut other = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let label = line.trim_end().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES));
        match label {
            Some(label @ (ENCRYPTED | UNENCRYPTED)) => {
                let end = format!("-----END {label}{DASHES}");
                let length = text[start..].find(&end).ok_or(Flaw::Damaged)? + end.len();
                return Ok((&text[..start], label, &text[start..start + length]));
            }
            Some(label) => other = other.or(Some(label)),
            None => {}
        }
        start += line.len();
    }
    let is_shown = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
    match other {
        Some(label) if label.len() <= 40 && label.chars().all(is_shown) => Err(Flaw::Label(label.to_owned())),
        Some(_) => Err(Flaw::Damaged),
        None if text.trim().is_empty() => Err(Flaw::Empty),
        None => Err(Flaw::Unknown),
    }
}

/// The document in a block.
fn decode(block: &str) -> Result<Zeroizing<Vec<u8>>, Flaw> {
    let mut decoder = pem::Decoder::new_detect_wrap(block.as_bytes()).map_err(|_| Flaw::Damaged)?;
    let mut document = Zeroizing::new(vec![0; decoder.remaining_len()]);
    decoder.decode(&mut document).map_err(|_| Flaw::Damaged)?;
    Ok(document)
}

/// An encrypted document, whose method is one that is read and whose rounds take a bounded time.
fn encrypted_info(document: &[u8]) -> Result<EncryptedPrivateKeyInfoOwned, Flaw> {
    let method = AnyRef::from_der(document).and_then(|any| {
        any.sequence(|reader| {
            let method = AlgorithmIdentifierRef::decode(reader)?.oid;
            <&OctetStringRef>::decode(reader).map(|_| method)
        })
    });
    let method = method.map_err(|_| Flaw::Damaged)?;
    if method != PBES2_OID {
        return Err(Flaw::Method(method_name(method)));
    }
    let info = EncryptedPrivateKeyInfoOwned::from_der(document).map_err(|error| match error.kind() {
        ErrorKind::OidUnknown { oid } => Flaw::Method(method_name(oid)),
        _ => Flaw::Damaged,
    })?;
    match info.encryption_algorithm.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(parameters)) => match parameters.iteration_count {
            1..=MAX_ROUNDS => Ok(info),
            rounds => Err(Flaw::Rounds(rounds)),
        },
        // It may take any memory.
        Some(Kdf::Scrypt(_)) => Err(Flaw::Method("scrypt".to_owned())),
        _ => Err(Flaw::Damaged),
    }
}

/// A method of encryption that is not read.
fn method_name(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    match oid.as_str() {
        "1.2.840.113549.3.7" => "Triple DES".to_owned(),
        // How PKCS#12 and the first version of PKCS#5 encrypt; the reference's PEM among them.
        _ if oid.starts_with("1.2.840.113549.1.12.1.") || oid.starts_with("1.2.840.113549.1.5.") => {
            format!("PBES1 (method {oid})")
        }
        _ => format!("the method {oid}"),
    }
}

fn decrypt(info: &EncryptedPrivateKeyInfoOwned, passphrase: &Passphrase) -> Result<SigningKey, Flaw> {
    let mut buffer = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
    let document = info.encryption_algorithm.decrypt_in_place(passphrase.bytes(), &mut buffer);
    // A wrong passphrase can give bytes that look padded: one in 256 does, and they are not a
    // document.
    key_of(document.map_err(|_| Flaw::Passphrase)?).map_err(|flaw| match flaw {
        Flaw::Damaged => Flaw::Passphrase,
        flaw => flaw,
    })
}

/// The key in a document, of the first or second version; the second may hold the public key too.
fn key_of(document: &[u8]) -> Result<SigningKey, Flaw> {
    let info = PrivateKeyInfoRef::from_der(document).map_err(|_| Flaw::Damaged)?;
    if info.algorithm.oid != ED25519 {
        return Err(Flaw::NotEd25519);
    }
    let octets = info.private_key.as_bytes().strip_prefix(&SEED_HEAD).ok_or(Flaw::Damaged)?;
    let seed = <&[u8; seed::BYTES]>::try_from(octets).map_err(|_| Flaw::Damaged)?;
    let key = SigningKey::from_bytes(seed);
    match info.public_key.map(|public| public.raw_bytes() == key.verifying_key().as_bytes()) {
        Some(false) => Err(Flaw::PublicKey),
        _ => Ok(key),
    }
}

/// Whether the public key that was told is that of the key.
fn check(public: Option<[u8; seed::BYTES]>, key: &SigningKey) -> Result<(), Flaw> {
    match public {
        Some(public) if public != key.verifying_key().to_bytes() => Err(Flaw::PublicKey),
        _ => Ok(()),
    }
}

/// The seed as RFC 8410 puts it into a document: an octet string of its own.
fn octets(key: &SigningKey) -> Zeroizing<[u8; SEED_HEAD.len() + seed::BYTES]> {
    let mut octets = Zeroizing::new([0; SEED_HEAD.len() + seed::BYTES]);
    octets[..SEED_HEAD.len()].copy_from_slice(&SEED_HEAD);
    octets[SEED_HEAD.len()..].copy_from_slice(key.as_bytes());
    octets
}

/// The document of a seed, of the first version, which every program reads.
fn info(octets: &[u8]) -> Result<PrivateKeyInfoRef<'_>, der::Error> {
    let algorithm = AlgorithmIdentifierRef { oid: ED25519, parameters: None };
    Ok(PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(octets)?))
}

fn text(
    key: &SigningKey,
    label: &'static str,
    document: &SecretDocument,
) -> Result<Zeroizing<String>, Unwritten> {
    let block = document.to_pem(label, LineEnding::LF)?;
    let head = format!("{PUBLIC_KEY} 0x{}\n", lang::hex::encode(&key.verifying_key().to_bytes()));
    // Room for all, so that no part of it is left behind in memory when it grows.
    let mut text = Zeroizing::new(String::with_capacity(head.len() + block.len()));
    text.push_str(&head);
    text.push_str(&block);
    Ok(text)
}

fn random<const N: usize>() -> Result<[u8; N], Unwritten> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Unwritten::Random)?;
    Ok(bytes)
}
