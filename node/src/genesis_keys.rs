//! The keys of the peers of genesis: test keys whose secret seeds are public. Never the keys of
//! anything of worth.

use crate::sign::SigningKey;

/// The secret seeds, in the order of the peers of genesis.
const SEEDS: [&str; 8] = [
    "000000260052e0d1e3f0363b875aafd1b57b025479bb8702f1a65003c811bbf6",
    "000000341062b0bf02fcf7fd12b6123b9411ae3ecdd468f2503cdf0cc5ce3a19",
    "0000005e109492ec17afa7010063055a38abf6cab6deba60fa790f2ebe7c84d7",
    "0000007810c6723df45f913a8739aa8b8dd0f49ecf653d620bdf5f2d766d3f21",
    "000000ad120a07daf578cbe611b2a95fb2e051facb49f44fbd1147b6f62b51ad",
    "000000c712fc2589e02b9b1a0367be3e1e5a090eb04326dd175497948d99ef63",
    "0000002115e13d861e56e48a93223391115866e8feefdc465db70d58d17ed3dc",
    "0000000715b3dd57fda6d2b114789c40a42364bc87545b44ac115d5b196f682a",
];

/// How many there are.
pub const COUNT: usize = SEEDS.len();

/// The key of a peer of genesis by its number from 0; `None` where there is no such peer.
pub fn genesis_key(number: usize) -> Option<SigningKey> {
    let digits = SEEDS.get(number)?.as_bytes();
    let mut seed = [0; 32];
    for (byte, pair) in seed.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(SigningKey::from_bytes(&seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vm::genesis::Parameters;

    #[test]
    fn they_are_those_of_genesis() {
        for number in 0..COUNT {
            let key = genesis_key(number).expect("there is such a peer").verifying_key().to_bytes();
            assert_eq!(Parameters::local().peer_keys.get(number), Some(&key), "{number}");
        }
        assert!(genesis_key(COUNT).is_none());
    }
}
