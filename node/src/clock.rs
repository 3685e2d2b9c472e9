//! The clock of a node: that of the system, or one that was moved.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, as a network sees them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// How far it is ahead of the clock of the system, in milliseconds.
    ahead: i64,
}

impl Clock {
    /// The clock of the system.
    pub fn real() -> Clock {
        Clock::default()
    }

    /// A clock that shows a time now, in milliseconds since 1970, and goes on from there.
    pub fn beginning_at(time: i64) -> Clock {
        Clock { ahead: time.saturating_sub(system()) }
    }

    /// The time in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        system().saturating_add(self.ahead)
    }
}

/// A system whose clock stands before 1970 has time 0.
fn system() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_goes_on() {
        let clock = Clock::beginning_at(1_000);
        let first = clock.now();
        assert!((1_000..61_000).contains(&first));
        assert!(Clock::real().now() - first > 1_000_000_000_000, "it is not 1970");
    }
}
