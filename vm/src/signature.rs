//! Signatures: Ed25519 by one exact rule, the same alone and in batches.
//!
//! The rule decides what is in the state, so everybody must judge alike. A signature `(R, S)` of a message by a
//! key `A` is good when `S` is below the group order, `A` and `R` are canonical encodings of points, `A` is not
//! of small order, and `[8](S·B - k·A - R) = 0`. The cofactor makes checking many at once sound: a batch is
//! accepted just when each signature alone would be.

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use lang::{Hash, Signed, Value};
use sha2::{Digest, Sha512};

/// What is signed for a value: its encoding, or for a branch its hash behind the tag of a branch.
pub fn message(value: &Value) -> Vec<u8> {
    if value.is_embedded() {
        return value.encoding();
    }
    let mut message = vec![lang::encode::tag::BRANCH];
    message.extend_from_slice(value.hash().as_bytes());
    message
}

/// Whether a signed value has a key and its signature is good. One whose value is not here is not good.
pub fn is_good(signed: &Signed) -> bool {
    Equation::of(signed).is_some_and(|equation| equation.holds())
}

/// Whether a signature `(R, S)` of a message by a key is good.
pub fn verify(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
    Equation::new(key, signature, message).is_some_and(|equation| equation.holds())
}

/// Whether each signed value has a good signature: as [`is_good`] for each, but much faster for many.
pub fn are_good(signed: &[&Signed]) -> Vec<bool> {
    let equations: Vec<Option<Equation>> = signed.iter().map(|signed| Equation::of(signed)).collect();
    let mut verdicts = vec![false; equations.len()];
    let sound: Vec<(usize, &Equation)> =
        equations.iter().enumerate().filter_map(|(i, e)| Some((i, e.as_ref()?))).collect();
    settle(&sound, &mut verdicts);
    verdicts
}

/// Batches below this size are checked one by one.
const SMALL_BATCH: usize = 4;

/// Finds the verdict of each equation: all at once, and where that fails by halves.
fn settle(equations: &[(usize, &Equation)], verdicts: &mut [bool]) {
    if equations.len() < SMALL_BATCH {
        for (i, equation) in equations {
            verdicts[*i] = equation.holds();
        }
    } else if all_hold(equations) {
        for (i, _) in equations {
            verdicts[*i] = true;
        }
    } else {
        let (left, right) = equations.split_at(equations.len() / 2);
        settle(left, verdicts);
        settle(right, verdicts);
    }
}

/// Whether `S·B = k·A + R` up to small order, for decoded parts.
struct Equation {
    key: EdwardsPoint,
    r: EdwardsPoint,
    s: Scalar,
    k: Scalar,
    /// A digest of all that the equation depends on.
    digest: [u8; 32],
}

impl Equation {
    /// The equation of a signed value.
    fn of(signed: &Signed) -> Option<Equation> {
        Equation::new(signed.key()?, signed.signature(), &message(signed.value().ok()?))
    }

    /// The equation of a signature, if its parts are what they should be.
    fn new(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> Option<Equation> {
        let (r, s) = signature.split_at(32);
        let a = canonical_point(key)?;
        if a.is_small_order() {
            return None;
        }
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        let r_bytes: &[u8; 32] = r.try_into().ok()?;
        let challenge =
            Sha512::new().chain_update(r_bytes).chain_update(key).chain_update(message).finalize();
        let challenge: [u8; 64] = challenge.into();
        let k = Scalar::from_bytes_mod_order_wide(&challenge);
        let mut all = challenge.to_vec();
        all.extend_from_slice(signature);
        Some(Equation { key: a, r: canonical_point(r_bytes)?, s, k, digest: *Hash::of(&all).as_bytes() })
    }

    fn holds(&self) -> bool {
        let left = EdwardsPoint::vartime_double_scalar_mul_basepoint(&-self.k, &self.key, &self.s);
        (left - self.r).mul_by_cofactor().is_identity()
    }
}

/// A point by its one canonical encoding.
fn canonical_point(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    if is_canonical(bytes) { CompressedEdwardsY(*bytes).decompress() } else { None }
}

/// Whether bytes that encode a point are its canonical encoding: `y` below the prime `2^255 - 19`, and no sign where
/// `x` is 0, which is where `y` is 1 or -1.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let (low, middle, high) = (bytes[0], &bytes[1..31], bytes[31]);
    let (is_negative, high) = (high & 0x80 != 0, high & 0x7f);
    let is_near_prime = high == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    let is_one = low == 1 && high == 0 && middle.iter().all(|byte| *byte == 0);
    let is_minus_one = is_near_prime && low == 0xec;
    !(is_near_prime && low >= 0xed) && !(is_negative && (is_one || is_minus_one))
}

/// Checks the sum of all equations, each times a factor that nobody could know while making a signature: the
/// factors are drawn from a digest of the whole batch.
fn all_hold(equations: &[(usize, &Equation)]) -> bool {
    let seed: Vec<u8> = equations.iter().flat_map(|(_, equation)| equation.digest).collect();
    let seed = Hash::of(&seed);
    let factors: Vec<Scalar> = (0..equations.len()).map(|i| factor(&seed, i)).collect();
    let base: Scalar = equations.iter().zip(&factors).map(|((_, e), z)| e.s * z).sum();
    let keys = equations.iter().zip(&factors).map(|((_, e), z)| -(e.k * z));
    let scalars = std::iter::once(base).chain(keys).chain(factors.iter().map(|z| -z));
    let points = std::iter::once(ED25519_BASEPOINT_POINT)
        .chain(equations.iter().map(|(_, e)| e.key))
        .chain(equations.iter().map(|(_, e)| e.r));
    EdwardsPoint::vartime_multiscalar_mul(scalars, points).mul_by_cofactor().is_identity()
}

/// The factor of the equation at a position: 128 bits, never 0.
fn factor(seed: &Hash, position: usize) -> Scalar {
    let mut bytes = seed.as_bytes().to_vec();
    bytes.extend_from_slice(&(position as u64).to_be_bytes());
    let digest = Hash::of(&bytes);
    let (low, _) = digest.as_bytes().split_at(16);
    let n = low.iter().fold(0u128, |n, byte| n << 8 | u128::from(*byte));
    Scalar::from(n.max(1))
}
