//! Random numbers from a seed: one stream for each purpose, so that taking a fault out of a run
//! leaves the luck of everything else as it was. That is what lets a run be shrunk.

use fastrand::Rng;

/// The stream of a purpose: a name and some numbers, say of the two peers of a link.
pub fn stream(seed: u64, purpose: &str, numbers: &[u64]) -> Rng {
    let mut state = mix(seed);
    for byte in purpose.bytes() {
        state = mix(state ^ u64::from(byte));
    }
    for number in numbers {
        state = mix(state ^ number.rotate_left(17));
    }
    Rng::with_seed(state)
}

/// The finaliser of SplitMix64, which spreads every bit over all others.
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// True once in so many times as a share, 0.0 to 1.0, says.
pub fn chance(rng: &mut Rng, share: f64) -> bool {
    rng.f64() < share
}

/// A time until the next of events that are independent of each other, in milliseconds: at least 1,
/// on average `mean`.
pub fn pause(rng: &mut Rng, mean: i64) -> i64 {
    let share = rng.f64().max(1e-9);
    (-libm::log(share) * mean as f64).ceil().max(1.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ_by_purpose() {
        let draw = |seed, purpose, numbers: &[u64]| stream(seed, purpose, numbers).u64(..);
        assert_eq!(draw(1, "link", &[0, 1]), draw(1, "link", &[0, 1]));
        assert_ne!(draw(1, "link", &[0, 1]), draw(1, "link", &[1, 0]));
        assert_ne!(draw(1, "link", &[0, 1]), draw(2, "link", &[0, 1]));
        assert_ne!(draw(1, "link", &[]), draw(1, "disk", &[]));
    }
}
