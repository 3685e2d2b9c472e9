//! The rule of signatures: published edge cases, and that a batch judges as each alone.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::scalar::Scalar;
use lang::{Signed, Value};
use proptest::prelude::*;
use sha2::{Digest, Sha512};
use vm::signature::{are_good, is_good, message, verify};

/// The cases of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko; <https://ia.cr/2020/1244>): what they are,
/// whether they are good here, message, key, signature.
const TAMING: [(&str, bool, &str, &str, &str); 12] = [
    (
        "A and R of small order, S zero",
        false,
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000",
    ),
    (
        "A of small order",
        false,
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ),
    (
        "R of small order",
        true,
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
    ),
    (
        "A and R of mixed order",
        true,
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
    ),
    (
        "good with the cofactor only",
        true,
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
    ),
    (
        "good if the challenge is not reduced after the cofactor",
        true,
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
    ),
    (
        "S above the group order",
        false,
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
    ),
    (
        "S far above the group order",
        false,
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
    ),
    (
        "R not canonical, reduced for the hash",
        false,
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
    ),
    (
        "R not canonical",
        false,
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
    ),
    (
        "A not canonical, reduced for the hash",
        false,
        "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ),
    (
        "A not canonical",
        false,
        "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
    ),
];

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    for (place, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).expect("hexadecimal is ASCII");
        *place = u8::from_str_radix(digits, 16).expect("the cases are hexadecimal");
    }
    bytes
}

#[test]
fn published_edge_cases() {
    for (what, good, message, key, signature) in TAMING {
        assert_eq!(verify(&unhex(key), &unhex(signature), &unhex::<32>(message)), good, "{what}");
    }
}

/// A signature whose `R` is of small order is good just when `R` is encoded as it would be again.
#[test]
fn only_canonical_encodings_are_good() {
    let secret = Scalar::from(12_345u64);
    let key = (ED25519_BASEPOINT_POINT * secret).compress().0;
    let mut seen = 0;
    for low in 0..=255u8 {
        for (middle, high) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff)] {
            let mut r = [middle; 32];
            (r[0], r[31]) = (low, high);
            let Some(point) = CompressedEdwardsY(r).decompress().filter(|point| point.is_small_order())
            else {
                continue;
            };
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r);
            signature[32..].copy_from_slice((challenge(&r, &key, b"m") * secret).as_bytes());
            assert_eq!(verify(&key, &signature, b"m"), point.compress().0 == r, "{r:02x?}");
            seen += 1;
        }
    }
    assert!(seen >= 8, "there are encodings to judge: {seen}");
}

fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let digest: [u8; 64] =
        Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize().into();
    Scalar::from_bytes_mod_order_wide(&digest)
}

/// How a signature is made: which of the eight points of small order are added to key and R, and what is spoilt.
#[derive(Clone, Debug)]
struct Craft {
    secret: u64,
    nonce: u64,
    key_torsion: usize,
    r_torsion: usize,
    spoilt: Option<(usize, u8)>,
    value: i64,
}

impl Craft {
    fn sign(&self) -> Signed {
        let secret = Scalar::from(self.secret);
        let nonce = Scalar::from(self.nonce);
        let key = (ED25519_BASEPOINT_POINT * secret + EIGHT_TORSION[self.key_torsion]).compress().0;
        let r = (ED25519_BASEPOINT_POINT * nonce + EIGHT_TORSION[self.r_torsion]).compress().0;
        let value = Value::from(self.value);
        let s = nonce + challenge(&r, &key, &message(&value)) * secret;
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&r);
        signature[32..].copy_from_slice(s.as_bytes());
        if let Some((place, bits)) = self.spoilt {
            signature[place] ^= bits;
        }
        Signed::new(Some(key), signature, value)
    }

    /// A key of small order is never good; torsion does not matter otherwise.
    fn is_good(&self) -> bool {
        self.secret != 0 && self.spoilt.is_none()
    }
}

fn crafts() -> impl Strategy<Value = Craft> {
    let spoilt = prop_oneof![
        6 => Just(None),
        1 => (0usize..64, 1u8..=255).prop_map(Some),
    ];
    let secret = prop_oneof![1 => Just(0), 9 => any::<u64>()];
    let nonce = prop_oneof![1 => Just(0), 9 => any::<u64>()];
    (secret, nonce, 0usize..8, 0usize..8, spoilt, any::<i64>()).prop_map(
        |(secret, nonce, key_torsion, r_torsion, spoilt, value)| Craft {
            secret,
            nonce,
            key_torsion,
            r_torsion,
            spoilt,
            value,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_batch_judges_as_each_alone(crafts in prop::collection::vec(crafts(), 0..40)) {
        let signed: Vec<Signed> = crafts.iter().map(Craft::sign).collect();
        let expected: Vec<bool> = crafts.iter().map(Craft::is_good).collect();
        let alone: Vec<bool> = signed.iter().map(is_good).collect();
        let batch = are_good(&signed.iter().collect::<Vec<_>>());
        prop_assert_eq!(&alone, &expected);
        prop_assert_eq!(&batch, &expected);
    }
}
