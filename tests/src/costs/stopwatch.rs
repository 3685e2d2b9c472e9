//! Time that other work on the machine does not make longer.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// Measures the time of this thread: on the wall or on the processor, whichever is less. A thread
/// that has to wait takes longer on the wall; asking for the time on the processor takes a while
/// itself.
pub struct Stopwatch {
    wall: Instant,
    processor: Duration,
}

impl Stopwatch {
    /// Begins now.
    pub fn start() -> Stopwatch {
        let processor = processor_time();
        Stopwatch { wall: Instant::now(), processor }
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        let wall = self.wall.elapsed();
        wall.min(processor_time().saturating_sub(self.processor))
    }
}

/// How long this thread has run.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
