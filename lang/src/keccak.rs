//! SHA3-256 (FIPS 202) for hashing values: most of what is hashed is one key or one node, which fit a few blocks.
//!
//! All rounds are written out, so that the lanes stay in registers as far as possible. Six lanes are held inverted
//! between the rounds, which saves most of the complements of the step χ ("lane complementing" in the Keccak
//! implementation overview).

/// The bytes that one block takes in: 200 of the state less twice the length of the hash.
const RATE: usize = 136;
/// The bits that follow a SHA3 message, and the first bit of the padding.
const SUFFIX: u64 = 0x06;
/// The last bit of the padding, in the last lane of a block.
const LAST_BIT: u64 = 1 << 63;
/// The lanes that are held inverted.
const INVERTED: [usize; 6] = [1, 2, 8, 12, 17, 20];

/// The round constants of the step ι.
const CONSTANTS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// The state: lane `5y + x` is the one in column `x` of plane `y`.
type Lanes = [u64; 25];

/// One round from one state to another, both with their lanes inverted where that is due.
#[inline(always)]
fn round(a: &Lanes, e: &mut Lanes, constant: u64) {
    let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    let d0 = c4 ^ c1.rotate_left(1);
    let d1 = c0 ^ c2.rotate_left(1);
    let d2 = c1 ^ c3.rotate_left(1);
    let d3 = c2 ^ c4.rotate_left(1);
    let d4 = c3 ^ c0.rotate_left(1);

    let b0 = a[0] ^ d0;
    let b1 = (a[6] ^ d1).rotate_left(44);
    let b2 = (a[12] ^ d2).rotate_left(43);
    let b3 = (a[18] ^ d3).rotate_left(21);
    let b4 = (a[24] ^ d4).rotate_left(14);
    e[0] = b0 ^ (b1 | b2) ^ constant;
    e[1] = b1 ^ (!b2 | b3);
    e[2] = b2 ^ (b3 & b4);
    e[3] = b3 ^ (b4 | b0);
    e[4] = b4 ^ (b0 & b1);

    let b0 = (a[3] ^ d3).rotate_left(28);
    let b1 = (a[9] ^ d4).rotate_left(20);
    let b2 = (a[10] ^ d0).rotate_left(3);
    let b3 = (a[16] ^ d1).rotate_left(45);
    let b4 = (a[22] ^ d2).rotate_left(61);
    e[5] = b0 ^ (b1 | b2);
    e[6] = b1 ^ (b2 & b3);
    e[7] = b2 ^ (b3 | !b4);
    e[8] = b3 ^ (b4 | b0);
    e[9] = b4 ^ (b0 & b1);

    let b0 = (a[1] ^ d1).rotate_left(1);
    let b1 = (a[7] ^ d2).rotate_left(6);
    let b2 = (a[13] ^ d3).rotate_left(25);
    let b3 = (a[19] ^ d4).rotate_left(8);
    let b4 = (a[20] ^ d0).rotate_left(18);
    e[10] = b0 ^ (b1 | b2);
    e[11] = b1 ^ (b2 & b3);
    e[12] = b2 ^ (!b3 & b4);
    e[13] = !b3 ^ (b4 | b0);
    e[14] = b4 ^ (b0 & b1);

    let b0 = (a[4] ^ d4).rotate_left(27);
    let b1 = (a[5] ^ d0).rotate_left(36);
    let b2 = (a[11] ^ d1).rotate_left(10);
    let b3 = (a[17] ^ d2).rotate_left(15);
    let b4 = (a[23] ^ d3).rotate_left(56);
    e[15] = b0 ^ (b1 & b2);
    e[16] = b1 ^ (b2 | b3);
    e[17] = b2 ^ (!b3 | b4);
    e[18] = !b3 ^ (b4 & b0);
    e[19] = b4 ^ (b0 | b1);

    let b0 = (a[2] ^ d2).rotate_left(62);
    let b1 = (a[8] ^ d3).rotate_left(55);
    let b2 = (a[14] ^ d4).rotate_left(39);
    let b3 = (a[15] ^ d0).rotate_left(41);
    let b4 = (a[21] ^ d1).rotate_left(2);
    e[20] = b0 ^ (!b1 & b2);
    e[21] = !b1 ^ (b2 | b3);
    e[22] = b2 ^ (b3 & b4);
    e[23] = b3 ^ (b4 | b0);
    e[24] = b4 ^ (b0 & b1);
}

/// Two states in turn, the first of which the rounds start from and end in.
fn permute(lanes: &mut Lanes) {
    let mut other = [0; 25];
    for pair in CONSTANTS.chunks_exact(2) {
        round(lanes, &mut other, pair[0]);
        round(&other, lanes, pair[1]);
    }
}

/// The state before the first block.
fn start() -> Lanes {
    let mut lanes = [0; 25];
    INVERTED.iter().for_each(|i| lanes[*i] = u64::MAX);
    lanes
}

/// The first four lanes, which are the hash.
fn finish(lanes: &Lanes) -> [u8; 32] {
    let mut hash = [0; 32];
    let first = [lanes[0], !lanes[1], !lanes[2], lanes[3]];
    for (bytes, lane) in hash.chunks_exact_mut(8).zip(first) {
        bytes.copy_from_slice(&lane.to_le_bytes());
    }
    hash
}

/// The SHA3-256 of some bytes.
pub(crate) fn sha3_256(bytes: &[u8]) -> [u8; 32] {
    let mut lanes = start();
    let (blocks, rest) = bytes.as_chunks::<RATE>();
    for block in blocks {
        absorb(&mut lanes, block);
        permute(&mut lanes);
    }
    let mut last = [0; RATE];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = SUFFIX as u8;
    absorb(&mut lanes, &last);
    lanes[RATE / 8 - 1] ^= LAST_BIT;
    permute(&mut lanes);
    finish(&lanes)
}

fn absorb(lanes: &mut Lanes, block: &[u8; RATE]) {
    let (words, _) = block.as_chunks::<8>();
    for (lane, word) in lanes.iter_mut().zip(words) {
        *lane ^= u64::from_le_bytes(*word);
    }
}

/// The SHA3-256 of the first bytes, at most 15, of a buffer that is 0 after them. Nearly all of the state being
/// known before, the first round is short, and of the last only what the hash needs is computed.
pub(crate) fn sha3_256_short(bytes: &[u8; 16], length: usize) -> [u8; 32] {
    debug_assert!(length < 16 && bytes[length..].iter().all(|byte| *byte == 0));
    let message = u128::from_le_bytes(*bytes) | u128::from(SUFFIX) << (8 * length);
    let mut lanes = [0; 25];
    INVERTED.iter().for_each(|i| lanes[*i] = u64::MAX);
    lanes[0] ^= message as u64;
    lanes[1] ^= (message >> 64) as u64;
    lanes[RATE / 8 - 1] ^= LAST_BIT;
    let mut other = [0; 25];
    round(&lanes, &mut other, CONSTANTS[0]);
    for pair in CONSTANTS[1..23].chunks_exact(2) {
        round(&other, &mut lanes, pair[0]);
        round(&lanes, &mut other, pair[1]);
    }
    round(&other, &mut lanes, CONSTANTS[23]);
    finish(&lanes)
}

#[cfg(test)]
mod tests {
    use super::{sha3_256, sha3_256_short};
    use sha3::{Digest, Sha3_256};

    #[test]
    fn agrees_with_another_implementation() {
        let bytes: Vec<u8> = (0..600_u32).map(|i| (i * i / 7) as u8).collect();
        for length in 0..=bytes.len() {
            let expected: [u8; 32] = Sha3_256::digest(&bytes[..length]).into();
            assert_eq!(sha3_256(&bytes[..length]), expected, "{length} bytes");
            if length < 16 {
                let mut short = [0; 16];
                short[..length].copy_from_slice(&bytes[..length]);
                assert_eq!(sha3_256_short(&short, length), expected, "{length} bytes");
            }
        }
    }
}
