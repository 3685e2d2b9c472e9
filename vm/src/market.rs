//! The market for memory (CAD006): a pool of bytes and coins whose product may not fall.

/// What it costs, in coppers, to take bytes out of the pool; negative when bytes are put in, and at least one
/// copper more than the product demands. `None` when the pool cannot give that much or is not sound.
///
/// A price beyond 64 bits is `i64::MAX`.
pub fn price(bytes: i64, pool_bytes: i64, pool_coppers: i64) -> Option<i64> {
    if pool_bytes <= 0 || pool_coppers <= 0 || bytes >= pool_bytes {
        return None;
    }
    let after = pool_bytes.checked_sub(bytes)?;
    let coppers = i128::from(pool_bytes) * i128::from(pool_coppers) / i128::from(after);
    Some(match i64::try_from(coppers) {
        Ok(coppers) => coppers - pool_coppers + 1,
        Err(_) if bytes > 0 => i64::MAX,
        Err(_) => i64::MIN,
    })
}

#[cfg(test)]
mod tests {
    use super::price;

    #[test]
    fn prices() {
        for (bytes, pool_bytes, pool_coppers, expected) in [
            (0, 1_000_000, 1_000_000_000_000, Some(1)),
            (1000, 1_000_000, 1_000_000_000_000, Some(1_001_001_002)),
            (-1000, 1_000_000, 1_000_000_000_000, Some(-999_000_999)),
            (999_999, 1_000_000, 1_000_000_000_000_000_000, Some(i64::MAX)),
            (10, 10, 5, None),
            (1, 0, 5, None),
            (i64::MIN, 10, 5, None),
        ] {
            assert_eq!(price(bytes, pool_bytes, pool_coppers), expected, "{bytes} of {pool_bytes}");
        }
    }
}
